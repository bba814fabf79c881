"""Site changes: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from activities.cases.contract import CancelCase, OpenCase
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, person
from workflows.language.timing import days
from workflows.procedures.management.site_change import SiteChange
from workflows.vocabulary import CS_SUPERVISOR, DATA_ANALYST, GM, OPS_MANAGER, OPS_SPECIALIST, PROMOTER, TECH

NEED = {"kind": "page", "need": "商品页太慢", "user_value": "更快看到商品"}
WEIGHED = {"effort_days": 3, "affected": "商品页", "risk": "低", "advice": "do"}
BUILD = {"what": "图片懒加载", "due": "2026-11-27"}
RELEASE = {"released_at": "2026-11-23T01:00:00Z", "version": "1.4", "rollback_plan": "回到 1.3"}
EFFECT = {"before": [{"metric": "uv", "value": 100}], "after": [{"metric": "uv", "value": 120}]}


def start(answers: Answers | None = None, **changes: Any) -> Scenario:
    return Scenario(SiteChange, subject="C-1", answers=answers).act(
        "propose", OPS_SPECIALIST, **(NEED | changes)
    )


def trial(*, passed: bool) -> Any:
    return act("test_change", TECH, cases=[{"case": "打开商品页", "result": "1 秒"}], passed=passed)


ASSESSED = (act("assess", TECH, **WEIGHED),)
APPROVED = (*ASSESSED, act("approve", OPS_MANAGER, note="做"))
BUILDING = (*APPROVED, act("build_change", TECH, **BUILD))
TESTED = (*BUILDING, trial(passed=True))
FAULT = act("test_failed", OPS_SPECIALIST, cases=[{"case": "手机", "result": "白屏"}], passed=False)
RELEASED = (*TESTED, act("release_change", TECH, **RELEASE))

BACK = act("roll_back", OPS_MANAGER, reason="白屏")

MEASURED = (*RELEASED, act("measure_change", DATA_ANALYST, **EFFECT))

PATHS = [
    Path("rolled back", (*RELEASED, BACK), "rolled_back",
         notified=[DATA_ANALYST, OPS_MANAGER, CS_SUPERVISOR, DATA_ANALYST, OPS_MANAGER]),
    Path("released", RELEASED, "released", effects=["Message", "KeepRecord"], opened=["change_broadcast"],
         notified=[DATA_ANALYST, OPS_MANAGER]),
    Path("rolled back later", (*MEASURED, BACK), "measured"),
    Path("not measured", (*RELEASED, days(21)), "released",
         notified=[DATA_ANALYST, OPS_MANAGER, OPS_MANAGER], missed=["released"]),
    Path("measured", MEASURED, "measured",
         effects=["Message", "KeepRecord", "Message"]),
    Path("not worth it", (act("reject", OPS_MANAGER, note="没用"),), "rejected"),
    Path("too much effort", (*ASSESSED, act("reject", OPS_MANAGER, note="太贵")), "rejected"),
    Path("a fault", (*TESTED, FAULT), "building"),
    Path("assessed in time", (days(7),), "proposed", notified=[OPS_MANAGER], missed=["proposed"]),
    Path("decided in time", (*ASSESSED, days(3)), "assessed", notified=[GM], missed=["assessed"]),
    Path("built in time", (*BUILDING, days(5)), "building", notified=[OPS_MANAGER], missed=["building"]),
]  # fmt: skip

REFUSALS = [
    Refused("rolled back twice", (*MEASURED, BACK, BACK), ""),
    Refused("no effort", (act("assess", TECH, **WEIGHED | {"effort_days": 0}),), "/effort_days"),
    Refused(
        "passed though a case failed",
        (
            *BUILDING,
            act("test_change", TECH, cases=[{"case": "手机", "result": "白屏", "failed": True}], passed=True),
        ),
        "/passed",
    ),
    Refused(
        "released in 2030",
        (*TESTED, act("release_change", TECH, **RELEASE | {"released_at": "2030-01-01T00:00:00Z"})),
        "/released_at",
    ),
    Refused(
        "who weighed it approves",
        (act("assess", person(TECH, "li"), **WEIGHED), act("approve", person(OPS_MANAGER, "li"), note="x")),
        "somebody else",
    ),
    Refused("a promoter assesses", (act("assess", PROMOTER, **WEIGHED),), "not_your_role"),
    Refused(
        "not passed",
        (*BUILDING, trial(passed=False), act("release_change", TECH, **RELEASE)),
        "last test was passed",
    ),
    Refused(
        "passed, then a fault", (*TESTED, FAULT, act("release_change", TECH, **RELEASE)), "not_possible_now"
    ),
    Refused(
        "measured something else",
        (
            *RELEASED,
            act("measure_change", DATA_ANALYST, **EFFECT | {"after": [{"metric": "pv", "value": 1}]}),
        ),
        "/after",
    ),
]

MESSAGES = {
    "approve": {"request_decided"},
    "reject": {"request_decided"},
    "measure_change": {"at_its_end"},
    "roll_back": {
        "site_change_rolled_back to cs_supervisor",
        "site_change_rolled_back to data_analyst",
        "site_change_rolled_back to ops_manager",
        "request_decided",
    },
    "release_change": {"site_change_to_measure to data_analyst", "site_change_to_measure to ops_manager"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    assert untaken(SiteChange, start, PATHS) == set()


def test_the_version_that_is_live() -> None:
    case = walk(start(), RELEASED)
    (kept,) = case.effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["version"]) == ("site_versions", "live", "1.4")
    (news,) = case.effects(OpenCase)
    assert (news.form["what"], news.form["new"], news.form["readers"]) == (
        "page",
        "图片懒加载",
        ["cs_supervisor"],
    )


def test_a_faster_page_is_no_news() -> None:
    assert walk(start(kind="performance"), RELEASED).opened == []


def test_kind_11_what_failed_is_not_released_and_no_release_is_ahead() -> None:
    late = act("release_change", TECH, **RELEASE | {"released_at": "2030-01-01T00:00:00Z"})
    Refused("x", (*TESTED, late), "/released_at").check(start)


def test_kind_49_a_release_is_rolled_back_and_whoever_was_told_hears_so() -> None:
    case = walk(start(), (*RELEASED, BACK))
    assert "StrikeRecord" in case.kinds
    assert len(case.effects(CancelCase)) == 1, "a notice that isn't read yet isn't sent any more"


def test_kind_66_a_release_isnt_done_before_it_is_measured() -> None:
    assert "measure_change" in walk(start(), RELEASED).offers(DATA_ANALYST)
