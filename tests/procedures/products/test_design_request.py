"""Design request: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.cases.contract import TellParent
from activities.messages.contract import Notify
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import MONDAY, Scenario
from workflows.language.memory import Parent
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.products.design_request import DesignRequest
from workflows.vocabulary import CONTENT_EDITOR, DESIGNER, OPS_MANAGER, OPS_SPECIALIST

BRIEF: dict[str, Any] = {
    "kind": "poster",
    "goal": "冬茶上新",
    "audience": "送礼的人",
    "must_have": "价格",
    "size": "750 x 1000",
    "due": MONDAY + timedelta(days=3),
}


def start(answers: Answers | None = None, parent: Parent | None = None, **changes: Any) -> Scenario:
    made = Scenario(DesignRequest, subject="D-1", answers=answers, parent=parent)
    return made.act("brief", OPS_SPECIALIST, **{**BRIEF, **changes})


def draft(version: int = 1) -> Act:
    return act("submit_draft", DESIGNER, version=version, files=["file:1"])


ACCEPTED = (act("accept_job", DESIGNER, estimate_hours=4),)
WORDED = (*ACCEPTED, act("write_copy", CONTENT_EDITOR, headline="暖冬", body="一杯红茶"))
DRAFTING = (*WORDED, act("start_draft", DESIGNER))
REVIEW = (*DRAFTING, draft())
CHANGE = act("ask_change", OPS_SPECIALIST, points=["字大一点"])
ROUNDS = (CHANGE, draft(2), CHANGE, draft(3), CHANGE, draft(4))
APPROVED = (*REVIEW, act("approve", OPS_MANAGER, facts_ok=True, rights_ok=True))
DELIVERED = (*APPROVED, act("deliver", DESIGNER, final_files=["file:9"], library_tags=["冬季"]))
CANCEL = act("cancel", OPS_SPECIALIST, reason="不做了")

PATHS = [
    Path("delivered", DELIVERED, "delivered", effects=["Message", "KeepRecord"], missed=[]),
    Path("pictures alone", (*ACCEPTED, act("no_copy_needed", DESIGNER), draft()), "review"),
    Path("three rounds", (*REVIEW, *ROUNDS), "review"),
    Path("declined", (act("decline_job", DESIGNER, note="排满了"),), "rejected", effects=[]),
    *(
        Path(f"cancelled after {len(before)} steps", (*before, CANCEL), "cancelled")
        for before in ((), ACCEPTED, WORDED, DRAFTING, REVIEW, (*REVIEW, CHANGE))
    ),
    Path(
        "withdrawn",
        (*DELIVERED, act("withdraw", OPS_MANAGER, reason="图片侵权")),
        "delivered",
        effects=["Message", "KeepRecord", "StrikeRecord"],
    ),
    Path("not taken up", (hours(4),), "briefed", missed=["briefed"], notified=[OPS_MANAGER]),
    Path("not looked at", (*REVIEW, days(1)), "review", missed=["review"], notified=[OPS_MANAGER]),
    Path("late", (*DRAFTING, days(3)), "drafting", missed=["delivered_in_time"], notified=[OPS_MANAGER]),
]
REFUSALS = [
    Refused("not theirs", (act("accept_job", OPS_SPECIALIST, estimate_hours=4),), "designer"),
    Refused("no estimate", (act("accept_job", DESIGNER),), "/estimate_hours"),
    Refused(
        "words that promise too much",
        (*ACCEPTED, act("write_copy", CONTENT_EDITOR, headline="全网第一", body="一杯红茶")),
        "/headline",
    ),
    Refused("another version", (*DRAFTING, draft(2)), "/version"),
    Refused("a fourth round", (*REVIEW, *ROUNDS, CHANGE), "three rounds"),
    Refused(
        "rights unclear", (*REVIEW, act("approve", OPS_MANAGER, facts_ok=True, rights_ok=False)), "/rights_ok"
    ),
]


@each([*PATHS, *REFUSALS])
def test_design_request(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(DesignRequest, start, PATHS) == set()


def test_a_brief_looks_ahead() -> None:
    with pytest.raises(InvalidForm):
        start(due=MONDAY)


def test_a_case_may_brief_too_late_and_the_manager_hears_of_it() -> None:
    parent = Parent(case="campaign:shop:CP-1", link="pages", waits=True, wants=("delivered",))
    late = start(parent=parent, due=MONDAY - timedelta(hours=12)).wait(timedelta())
    assert (late.stage, late.missed, late.notified) == ("briefed", ["delivered_in_time"], [OPS_MANAGER])


def test_who_asked_gets_the_files() -> None:
    parent = Parent(case="campaign:shop:CP-1", link="pages", waits=True, wants=("delivered",))
    (report,) = walk(start(parent=parent), DELIVERED).effects(TellParent)
    assert report.result == {"files": ["file:9"]}


def test_kind_36_who_asked_hears_what_came_of_it() -> None:
    declined = (act("decline_job", DESIGNER, note="排满了"),)
    for template, steps in {"design_delivered": DELIVERED, "design_declined": declined}.items():
        (told,) = walk(start(), steps).effects(Notify)
        assert (told.template, told.role, told.data["by"]) == (template, OPS_SPECIALIST, "ops_specialist")


def test_kind_36_who_draws_hears_that_it_is_cancelled() -> None:
    made = walk(start(), (*DRAFTING, CANCEL))
    assert {(told.role, told.template) for told in made.effects(Notify)} == {
        (DESIGNER, "design_cancelled"),
        (CONTENT_EDITOR, "design_cancelled"),
    }


def test_kind_36_who_uses_it_hears_that_it_is_withdrawn() -> None:
    made = walk(start(), (*DELIVERED, act("withdraw", OPS_MANAGER, reason="图片侵权")))
    told = [notice.role for notice in made.effects(Notify) if notice.template == "design_withdrawn"]
    assert told == [OPS_SPECIALIST, CONTENT_EDITOR, DESIGNER]
    assert "withdraw" not in made.offers(OPS_MANAGER)


def test_kind_54_who_draws_and_who_approves_see_the_words_and_the_changes() -> None:
    made = walk(start(), (*REVIEW, CHANGE))
    assert (made.case.headline, made.case.points) == ("暖冬", ("字大一点",))
    assert walk(made, (draft(2),)).machine.judged("approve")["headline"] == "暖冬"
