"""Platform maintenance: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.cases.contract import SendEvent
from activities.messages.contract import Notify
from activities.platform.contract import PauseTraffic
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Scenario, opened_by_calendar
from workflows.language.timing import days, hours, minutes
from workflows.procedures.management.platform_maintenance import PlatformMaintenance
from workflows.vocabulary import CS_SUPERVISOR, GM, OPS_MANAGER, OPS_SPECIALIST, PROMOTER, STAFF, TECH

WELL = {
    "pages_ok": True,
    "payment_ok": True,
    "speed_ms": 900,
    "security_ok": True,
    "backup_ok": True,
    "links_ok": True,
}
FAULT = {
    "where": "支付页",
    "symptom": "付不了款",
    "severity": "2_main_function",
    "seen_at": "2026-11-23T01:50:00Z",
}


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(PlatformMaintenance, subject="20261123-short", answers=answers)


def alarm(severity: str = "2_main_function") -> Act:
    return act("alarm", STAFF, **FAULT | {"severity": severity})


def looked(event: str, **found: Any) -> Act:
    return act(event, TECH, **(WELL | found))


OPENED = (act("open_check"),)
CHECKING = (*OPENED, looked("start_check"))
DIAGNOSED = (alarm(), act("diagnose", TECH, cause="证书过期", affected="所有付款"))
TESTING = (*DIAGNOSED, act("fix", TECH, change="换证书"), act("test", TECH, test_result="可付款"))
RELEASED = (*TESTING, act("release", TECH, released_at="2026-11-23T01:00:00Z"))
DOWN = (alarm("1_shop_down"), *RELEASED[1:])
NOTHING_WRONG = act("false_alarm", TECH, reason="监控误报")
WORSE = act("regrade", OPS_MANAGER, severity="1_shop_down", reason="所有页面打不开")
OTHER = (*DOWN[:-1], act("release", TECH, released_at="2026-11-23T01:00:00Z", other_faults=["PF-2"]))

ALL_HEAR = [TECH, OPS_MANAGER, CS_SUPERVISOR, PROMOTER]

PATHS = [
    Path("all well", (*CHECKING, looked("all_well")), "healthy"),
    Path("a fault is found", (*CHECKING, looked("found_fault", links_ok=False, note="首页链接失效")), "fault_open"),
    Path("mended", (*RELEASED, act("confirm", OPS_SPECIALIST)), "closed", effects=["Message", "Message"], notified=[TECH]),
    Path("a way round first", (*DIAGNOSED, act("use_workaround", TECH, how="改用备用通道"), TESTING[2]), "fixing"),
    Path("the test fails", (*TESTING, act("test_fail", TECH, test_result="仍失败")), "diagnosing"),
    Path("still broken", (*RELEASED, act("reopen", OPS_SPECIALIST, note="还是不行")), "diagnosing"),
    Path("the shop is down", (alarm("1_shop_down"),), "fault_open", effects=["PauseTraffic"], notified=ALL_HEAR),
    Path("it is up again", DOWN, "resolved", effects=["PauseTraffic", "Message", "ResumeTraffic"], notified=[*ALL_HEAR, OPS_MANAGER]),
    Path("the other is down", OTHER, "resolved", effects=["PauseTraffic", "Message", "ResumeTraffic"], notified=[*ALL_HEAR, OPS_MANAGER]),
    Path("a check by hand", (act("open_check", TECH),), "scheduled"),
    Path("a false alarm", (alarm("1_shop_down"), NOTHING_WRONG), "no_fault", effects=["PauseTraffic", "Message", "ResumeTraffic"], notified=[*ALL_HEAR, OPS_MANAGER]),
    Path("a fault that is none", (*DIAGNOSED, NOTHING_WRONG), "no_fault"),
    Path("none while it is mended", (*TESTING[:3], NOTHING_WRONG), "no_fault"),
    Path("none as it is tested", (*TESTING, NOTHING_WRONG), "no_fault"),
    Path("none behind the way round", (*DIAGNOSED, act("use_workaround", TECH, how="改用备用通道"), NOTHING_WRONG), "no_fault"),
    Path("worse than it was said", (alarm("3_minor"), WORSE), "fault_open", effects=["PauseTraffic"]),
    *(Path(f"worse: {n}", (*TESTING[:n], WORSE), stage) for n, stage in ((2, "diagnosing"), (3, "fixing"), (4, "testing"))),
    Path("worse behind the way round", (*DIAGNOSED, act("use_workaround", TECH, how="改用备用通道"), WORSE), "workaround"),
    Path("checked in the day", (*OPENED, hours(8)), "scheduled", notified=[OPS_MANAGER], missed=["checked_in_time"]),
    Path("answered in 15 min", (alarm("1_shop_down"), minutes(15)), "fault_open", notified=[*ALL_HEAR, OPS_MANAGER],
         missed=["answered_in_time"]),
    Path("then the gm hears", (alarm("1_shop_down"), minutes(75)), "fault_open", notified=[*ALL_HEAR, OPS_MANAGER, GM]),
    Path("fixed in 8 hours", (*DIAGNOSED, hours(8)), "diagnosing",
         notified=[TECH, OPS_MANAGER], missed=["fixed_in_time"]),
    Path("minor ones in 5 days", (alarm("3_minor"), DIAGNOSED[1], days(5)), "diagnosing", missed=["fixed_in_time"]),
    Path("again in 8 hours", (*RELEASED, days(2), act("reopen", OPS_SPECIALIST), hours(7)), "diagnosing", missed=[]),
]  # fmt: skip

REFUSALS = [
    Refused("not well", (*CHECKING, looked("all_well", backup_ok=False)), "in order"),
    Refused("slow", (*CHECKING, looked("all_well", speed_ms=3001)), "in order"),
    Refused(
        "a promoter mends", (alarm(), act("diagnose", PROMOTER, cause="x", affected="y")), "not_your_role"
    ),
    Refused(
        "released untested",
        (*DIAGNOSED, act("release", TECH, released_at="2026-11-23T01:00:00Z")),
        "not_possible",
    ),
    Refused("no such severity", (alarm("4_none"),), "/severity"),
    Refused(
        "graded as it was",
        (alarm(), act("regrade", TECH, severity="2_main_function", reason="x")),
        "/severity",
    ),
]

MESSAGES = {
    "confirm": {"at_its_end"},
    "alarm": {
        "fault_reported to tech",
        "shop_is_down to cs_supervisor",
        "shop_is_down to ops_manager",
        "shop_is_down to promoter",
    },
    "regrade": {
        "fault_regraded to ops_manager",
        "fault_regraded to tech",
        "shop_is_down to cs_supervisor",
        "shop_is_down to ops_manager",
        "shop_is_down to promoter",
    },
    "false_alarm": {"at_its_end", "campaigns_to_resume to ops_manager"},
    "release": {"campaigns_to_resume to ops_manager", "shop_still_down to ops_manager", "request_decided"},
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
    assert untaken(PlatformMaintenance, start, PATHS) <= {("fix", "diagnosing", "fixing")}


def test_kind_52_the_ads_dont_run_while_another_fault_pauses_them() -> None:
    told = [notice.template for notice in walk(start(), OTHER).effects(Notify)]
    assert "shop_still_down" in told
    assert "campaigns_to_resume" not in told


def test_campaigns_stop_while_the_shop_is_down() -> None:
    (sent,) = walk(start(), (alarm("1_shop_down"),)).effects(SendEvent)
    assert (sent.procedure, sent.event, sent.form) == ("campaign", "pause", {"reason": "支付页: 付不了款"})


@pytest.mark.parametrize(("note", "why"), [("打不开", "打不开"), ("", "页面与支付均不可用")])
def test_traffic_stops_where_a_check_finds_the_shop_down_too(note: str, why: str) -> None:
    found = looked("found_fault", pages_ok=False, payment_ok=False, note=note)
    case = walk(start(), (*CHECKING, found))
    assert [effect.notice for effect in case.effects(PauseTraffic)] == [why]
    assert [effect.form for effect in case.effects(SendEvent)] == [{"reason": why}]


def test_traffic_stops_again_where_the_shop_is_down_still() -> None:
    case = walk(start(), (*DOWN, act("reopen", OPS_SPECIALIST, note="还是不行")))
    assert case.kinds == ["PauseTraffic", "Message", "ResumeTraffic", "PauseTraffic"]
    assert len(case.effects(SendEvent)) == 2


@pytest.mark.parametrize(
    ("found", "severity"),
    [
        ({"pages_ok": False, "payment_ok": False}, "1_shop_down"),
        ({"payment_ok": False}, "1_shop_down"),
        ({"pages_ok": False}, "2_main_function"),
        ({"security_ok": False}, "2_main_function"),
        ({"links_ok": False}, "3_minor"),
    ],
)
def test_how_bad_is_what_was_found(found: dict[str, bool], severity: str) -> None:
    case = walk(start(), (*CHECKING, looked("found_fault", **found)))
    assert case.case.severity == severity


@pytest.mark.parametrize(("before", "subject"), [(4, "2026-W48-full"), (2, "2026-11-23-short")])
def test_two_checks_on_mondays(before: int, subject: str) -> None:
    at = MONDAY - timedelta(hours=before)
    (opening,) = opened_by_calendar(PlatformMaintenance, at)
    assert (opening.subject, opening.form) == (subject, {"is_full_check": before == 4})
    case = Scenario(PlatformMaintenance, subject=subject).act("open_check", is_full_check=before == 4)
    assert case.case.is_full_check == (before == 4)


def test_kind_36_who_reported_a_fault_hears_that_it_is_mended() -> None:
    told = messages([walk(start(), RELEASED)])
    assert told["release"] == {"request_decided"}


def test_a_release_is_not_ahead() -> None:
    ahead = act("release", TECH, released_at="2030-01-01T00:00:00Z")
    Refused("x", (*TESTING, ahead), "/released_at").check(start)


def test_kind_52_a_check_that_finds_the_payment_dead_is_heard_of() -> None:
    case = walk(start(), (*CHECKING, looked("found_fault", payment_ok=False)))
    assert case.kinds == ["PauseTraffic"]
    assert case.notified == [OPS_MANAGER, CS_SUPERVISOR, PROMOTER]


def test_a_fault_that_grows_worse_is_graded_anew() -> None:
    case = walk(start(), (alarm("3_minor"), DIAGNOSED[1], WORSE))
    assert (case.stage, case.kinds) == ("diagnosing", ["PauseTraffic"])
    assert case.wait(hours(2)).missed == ["fixed_in_time"]


def test_and_one_that_is_less_lets_the_ads_run() -> None:
    less = act("regrade", TECH, severity="3_minor", reason="仅首页轮播打不开")
    case = walk(start(), (alarm("1_shop_down"), DIAGNOSED[1], less))
    assert case.kinds == ["PauseTraffic", "ResumeTraffic"]
    assert case.wait(days(1)).missed == []


def test_kind_46_technicians_begin_a_check() -> None:
    case = walk(Scenario(PlatformMaintenance, subject="PF-9"), (act("open_check", TECH, is_full_check=True),))
    assert (case.stage, case.case.is_full_check) == ("scheduled", True)


def test_a_fault_without_a_note_can_be_graded_up_to_the_shop_being_down() -> None:
    case = walk(start(), (*CHECKING, looked("found_fault", pages_ok=False), WORSE))
    assert (case.case.severity, case.kinds) == ("1_shop_down", ["PauseTraffic"])
    assert case.effects(PauseTraffic)[0].notice == WORSE.form["reason"]


def test_who_grades_down_and_up_again_has_no_more_time() -> None:
    def grade(severity: str) -> Act:
        return act("regrade", TECH, severity=severity, reason="x")

    case = walk(start(), (*DIAGNOSED, hours(6), grade("3_minor"), hours(1), grade("2_main_function")))
    assert case.missed == []
    assert case.wait(hours(1)).missed == ["fixed_in_time"]


def test_a_fault_that_grows_worse_later_has_its_time_from_then() -> None:
    case = walk(start(), (alarm("3_minor"), DIAGNOSED[1], days(1), WORSE, minutes(119)))
    assert case.missed == []
    assert case.wait(minutes(1)).missed == ["fixed_in_time"]
