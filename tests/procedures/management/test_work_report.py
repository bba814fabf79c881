"""Work reports: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.procedures.paths import Answers, Path, Refused, act, each, messages, untaken, walked
from tests.scenario import MONDAY, Scenario, opened_by_calendar
from workflows.language.timing import days, hours
from workflows.procedures.management.work_report import WorkReport
from workflows.vocabulary import GM, OPS_MANAGER

REPORT = {"progress": "完成 80%", "problems": [{"problem": "缺货", "solution": "补货"}]}


def start(answers: Answers | None = None, subject: str = "week-202648") -> Scenario:
    return Scenario(WorkReport, subject=subject, now=MONDAY - hours(2).length, answers=answers).act(
        "open_report"
    )


SUBMITTED = (act("submit", OPS_MANAGER, **REPORT),)
ASKED = (*SUBMITTED, act("ask_more", GM, question="何时到货？"))

DECISIONS = [
    {"action": "加急补货", "owner": "li", "due": "2026-12-04"},
    {"action": "停投放", "owner": "wang", "due": "2026-11-25"},
]
DECIDED = (*SUBMITTED, act("accept", GM, decisions=DECISIONS))

PATHS = [
    Path("accepted", (*SUBMITTED, act("accept", GM)), "accepted", effects=[], notified=[GM]),
    Path(
        "with decisions",
        DECIDED,
        "acting",
        effects=["Message", "Message"],
        notified=[GM, OPS_MANAGER, OPS_MANAGER],
    ),
    Path(
        "what was decided is done",
        (*DECIDED, act("decisions_done", OPS_MANAGER, note="均已完成")),
        "accepted",
    ),
    Path("it is late once it is due", (*DECIDED, days(20)), "acting", missed=["acting"]),
    Path("and not before", (*DECIDED, days(6)), "acting", missed=[]),
    Path(
        "asked back, the progress is there still",
        (*ASKED, act("submit", OPS_MANAGER, problems=[], next_steps="周五到货")),
        "submitted",
    ),
    Path("no problems", (act("submit", OPS_MANAGER, **REPORT | {"problems": []}),), "submitted"),
    Path("asked back", (*ASKED, *SUBMITTED), "submitted", notified=[GM, OPS_MANAGER, GM]),
    Path("still in time", (hours(3),), "due", notified=[], missed=[]),
    Path("Monday noon", (hours(4),), "due", notified=[OPS_MANAGER, GM], missed=["due"]),
    Path("an answer in two days", (*ASKED, days(2)), "more_asked", missed=["more_asked"]),
]

REFUSALS = [
    Refused(
        "no solution",
        (act("submit", OPS_MANAGER, **REPORT | {"problems": [{"problem": "缺货"}]}),),
        "/problems",
    ),
    Refused("problems left out", (act("submit", OPS_MANAGER, progress="好"),), "/problems"),
    Refused("the gm reports", (act("submit", GM, **REPORT),), "not_your_role"),
    Refused(
        "done by yesterday",
        (*SUBMITTED, act("accept", GM, decisions=[DECISIONS[0] | {"due": "2026-11-01"}])),
        "/decisions",
    ),
    Refused("accepted unseen", (act("accept", GM),), "not_possible_now"),
]

MESSAGES = {
    "submit": {"report_handed_in to gm"},
    "accept": {"action_yours", "decision_taken to ops_manager"},
    "decisions_done": {"decisions_done to gm"},
    "ask_more": {"report_question to ops_manager"},
    "chase": {"report_overdue to ops_manager"},
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
    assert untaken(WorkReport, start, PATHS) == set()


def test_a_month_has_three_working_days() -> None:
    case = start(subject="month-202611")
    assert case.wait(days(2)).missed == []
    assert case.wait(days(1)).missed == ["due"]


@pytest.mark.parametrize(
    ("later", "subject"),
    [(timedelta(hours=-2), "week-2026-W47"), (timedelta(days=7, hours=14, minutes=30), "month-2026-11")],
)
def test_the_calendar_names_the_period(later: timedelta, subject: str) -> None:
    assert [opening.subject for opening in opened_by_calendar(WorkReport, MONDAY + later)] == [subject]
