"""Satisfaction survey: every move, every refusal, what is kept and what a low score starts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.audiences.contract import MessageAudience
from activities.cases.contract import OpenCase
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, no, opened_by_calendar
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days
from workflows.procedures.customers.satisfaction_survey import SatisfactionSurvey
from workflows.vocabulary import CS_AGENT, CS_SUPERVISOR, CUSTOMER, DATA_ANALYST, PLATFORM_FEED


def plan(**more: Any) -> dict[str, Any]:
    return {
        "period": {"first": "2026-10-01", "last": "2026-10-31"},
        "sample": "random",
        "sample_size": 3,
        "min_answers": 1,
        **more,
    }


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    case = Scenario(SatisfactionSurvey, subject="202610", answers=dict(answers or {}))
    return case.act("plan", CS_SUPERVISOR, **plan(**more))


def answer(overall: int = 5, order_no: str | None = "SO-1", **more: Any) -> Act:
    rest = {"product_quality": 4, "shopping_experience": 4, "delivery": 3, "service": 5}
    return act("answer", CUSTOMER, overall=overall, order_no=order_no, **rest, **more)


ANALYSE = act(
    "analyse", DATA_ANALYST, score="4.2", main_problems=["slow"], proposals=["ship sooner", "pack better"]
)
TASKS = act("approve_actions", CS_SUPERVISOR, tasks=[{"task": "x", "owner": "li", "due": "2026-12-24"}])
DONE = act("actions_done", CS_SUPERVISOR, note="done")
FULL = (answer(), days(7))

TD = act("unsubscribe", PLATFORM_FEED, customer_no="SO-2")

PATHS = [
    Path("sent at once", (), "collecting", effects=["MessageAudience"]),
    Path(
        "one content customer",
        (answer(),),
        "collecting",
        effects=["MessageAudience", "KeepRecord"],
        opened=[],
    ),
    Path("a discontent one", (answer(2),), "collecting", opened=["complaint"]),
    *(
        Path(f"somebody wants no more: {stage}", (*steps, TD), stage)
        for steps, stage in (
            ((), "collecting"),
            (FULL, "analysing"),
            ((*FULL, ANALYSE), "reported"),
            ((*FULL, ANALYSE, TASKS), "actions_open"),
        )
    ),
    Path("nobody is left to ask", (), "void", answers={MessageAudience: no("nobody is left")}),
    Path("too few", (days(7),), "void"),
    Path("enough", FULL, "analysing"),
    Path("put right", (*FULL, ANALYSE, TASKS, DONE), "closed"),
    Path("nothing to do", (*FULL, ANALYSE, act("nothing_to_do", CS_SUPERVISOR, note="fine")), "closed"),
    Path("analysed late", (*FULL, days(4)), "analysing", notified=[CS_SUPERVISOR], missed=["analysing"]),
]

REFUSALS = [
    Refused("twice", (answer(), answer()), "/order_no"),
    Refused(
        "more than were asked",
        (answer(), answer(order_no="SO-2"), answer(order_no="SO-3"), answer(order_no="SO-4")),
        "All who were asked",
    ),
    Refused("six points", (answer(6),), "/overall"),
    Refused("no tasks", (*FULL, ANALYSE, act("approve_actions", CS_SUPERVISOR, tasks=[])), "/tasks"),
    Refused("the agent analyses", (*FULL, act("analyse", CS_AGENT)), "not_your_role"),
]

MESSAGES = {
    "unsubscribe": {"ads_stopped"},
    "plan": {"survey to all"},
    "approve_actions": {"survey_task_yours"},
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
    assert untaken(SatisfactionSurvey, start, PATHS) == {("close_short", "collecting", "answered")}
    assert untaken(SatisfactionSurvey, short, SHORT) & {("close_short", "collecting", "answered")} == set()


def test_more_answers_than_are_asked() -> None:
    def begin(answers: Answers) -> Scenario:
        return Scenario(SatisfactionSurvey, answers=dict(answers))

    Refused("plan", (act("plan", CS_SUPERVISOR, **plan(min_answers=4)),), "/min_answers").check(begin)


def test_one_orders_own_survey() -> None:
    case = start(order_no="SO-9", sample="case_closed", sample_size=1)
    (asked,) = case.effects(MessageAudience)
    assert (asked.audience, asked.only, asked.period) == ("case_closed", ("SO-9",), None)
    kept = walk(case, (answer(order_no="SO-9"),)).effects(KeepRecord)[0]
    assert (kept.book, kept.data["order_no"], kept.data["overall"]) == ("satisfaction_scores", "SO-9", 5)


def test_one_orders_own_survey_is_about_no_other() -> None:
    case = start(order_no="SO-9", sample_size=1)
    with pytest.raises(InvalidForm, match="known to be SO-9, not SO-1"):
        walk(case, (answer(1, order_no="SO-1"),))
    walk(case, (answer(1, order_no=None),))
    assert case.effects(KeepRecord)[0].data["order_no"] == "SO-9"
    assert case.effects(OpenCase)[0].form["order_no"] == "SO-9"


def test_who_is_asked() -> None:
    (asked,) = start().effects(MessageAudience)
    assert (asked.audience, asked.most, str(asked.period.first)) == ("random", 3, "2026-10-01")


def test_a_low_score_is_a_complaint() -> None:
    (opened,) = walk(start(), (answer(1, comment="broken"),)).effects(OpenCase)
    assert (opened.form["order_no"], opened.form["content"]) == ("SO-1", "1 of 5 in a survey: broken")


def test_kind_48_each_proposal_is_weighed_in_a_case_of_its_own() -> None:
    ideas = walk(start(), (*FULL, ANALYSE)).effects(OpenCase)
    assert [(one.procedure, one.form["problem"]) for one in ideas] == [
        ("process_improvement", "ship sooner"),
        ("process_improvement", "pack better"),
    ]
    assert len({one.subject for one in ideas}) == 2


def test_the_calendar_asks_about_last_month() -> None:
    (opening,) = opened_by_calendar(SatisfactionSurvey, datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert (opening.subject, opening.form["min_answers"]) == ("2026-11", 30)


def test_kind_60_who_is_asked_has_the_goods_and_was_not_asked_before() -> None:
    (asked,) = start().effects(MessageAudience)
    assert (asked.delivered, str(asked.not_since)) == (True, "2026-10-01")
    (kept,) = walk(start(), (TD,)).effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["wants"]) == ("consents", "SO-2", False)


def test_kind_60_a_survey_of_one_case_names_its_order() -> None:
    with pytest.raises(InvalidForm, match="Say which"):
        start(sample="case_closed")


def test_kind_11_the_score_is_what_the_answers_come_to() -> None:
    typed = act("analyse", DATA_ANALYST, score="5", main_problems=[], proposals=[])
    Refused("typed", (answer(1), days(7), typed), "/score").check(start)
    left_out = act("analyse", DATA_ANALYST, main_problems=[], proposals=[])
    assert walk(start(), (answer(1), days(7), left_out)).stage == "reported"


def test_kind_33_staff_write_down_an_answer_by_telephone() -> None:
    by_phone = {**answer().form, "channel": "phone"}
    Refused("by which way", (act("answer", CS_AGENT, **answer().form),), "/channel").check(start)
    assert walk(start(), (act("answer", CS_AGENT, **by_phone),)).case.answered == ("SO-1",)


def short(answers: Answers | None = None) -> Scenario:
    return start(answers, order_no="SO-9", sample="case_closed", sample_size=1)


SHORT = (
    Path("answered", (answer(order_no="SO-9"),), "answered"),
    Path("not content", (answer(1, order_no="SO-9"),), "answered", opened=["complaint"]),
    Path("not answered", (days(7),), "void"),
)


def test_kind_56_one_orders_answer_is_nobodys_task() -> None:
    for line in SHORT:
        line.check(short)


def test_kind_36_whoever_has_a_task_hears_of_it_and_its_day_is_a_limit() -> None:
    case = walk(start(), (*FULL, ANALYSE, TASKS))
    assert [message.to for message in case.effects(Message)] == ["li"]
    assert [job.owner for job in case.case.tasks] == ["li"]
    assert walk(case, (days(31),)).missed == ["actions_open"]
    past = act("approve_actions", CS_SUPERVISOR, tasks=[{"task": "x", "owner": "li", "due": "2026-11-01"}])
    Refused("in the past", (*FULL, ANALYSE, past), "/tasks").check(start)


def test_kind_49_what_customers_said_stands_though_the_tasks_are_stopped() -> None:
    case = walk(start(), (*FULL, ANALYSE, TASKS))
    assert "StrikeRecord" not in case.cancel_by_parent().kinds
