"""Customer inquiry: every move, every refusal, who is asked and what is handed over."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.messages.contract import Message
from activities.milestones.contract import Milestone
from activities.registers.contract import FindEntry, KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Scenario, no, yes
from workflows.language.refusals import InvalidForm
from workflows.language.timing import hours, minutes
from workflows.procedures.customers.customer_inquiry import CustomerInquiry
from workflows.vocabulary import (
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    FINANCE,
    LOGISTICS,
    OPS_MANAGER,
    PLATFORM_FEED,
    TECH,
)

NIGHT = datetime(2026, 11, 23, 18, tzinfo=UTC)
"""02:00 in China."""
LINES = [{"line": 1, "qty": 1}]


def start(answers: Answers | None = None, order_no: str | None = "SO-1", now: datetime = MONDAY) -> Scenario:
    answers = {FindEntry: no("no such question"), **(answers or {})}
    case = Scenario(CustomerInquiry, subject="CV-1", answers=answers, now=now)
    return case.act("open", CUSTOMER, topic="delivery", message="When does it come?", order_no=order_no)


def transfer(to: str, **more: Any) -> Act:
    return act("transfer", CS_AGENT, to=to, summary="The parcel was crushed.", **more)


def consult(team: str) -> Act:
    return act("consult_expert", CS_AGENT, team=team, question="Is it safe?")


UP = act("pick_up", CS_AGENT)
ASK = act("ask_back", CS_AGENT, question="Which colour?")
BACK = act("customer_back", CUSTOMER, message="Red.")
CLOSE = act(
    "close_answered",
    CS_AGENT,
    answer_category="delivery",
    reminded_favourite=True,
    reminded_follow_shop=True,
    invited_to_svip=True,
)
ESCALATE = act("escalate", CS_AGENT, reason="wants the head")
NO_ADS = act("change_consent", CS_AGENT, wants_ads=False, channel="phone")
KNOWN: Answers = {FindEntry: yes(entry="delivery", answer="Within two days.")}

PATHS = [
    Path("waiting", (), "waiting", effects=[]),
    Path("a known question", (), "answered", effects=["FindEntry", "Message"], answers=KNOWN),
    Path("answered", (UP, CLOSE), "answered"),
    Path("nobody picks up", (minutes(3),), "escalated", notified=[CS_SUPERVISOR], missed=["waiting"]),
    Path("asked back", (UP, ASK, BACK), "in_service"),
    Path("gone quiet", (UP, ASK, minutes(10)), "abandoned"),
    Path(
        "an expert answers",
        (UP, consult("tech"), act("expert_reply", TECH, answer="Yes.")),
        "in_service",
        notified=[TECH],
    ),
    Path(
        "an expert is late",
        (UP, consult("finance"), hours(2)),
        "with_expert",
        notified=[FINANCE, OPS_MANAGER],
    ),
    Path("beyond the agent", (UP, ESCALATE), "escalated"),
    Path("the head takes it", (UP, ESCALATE, act("supervisor_takes", CS_SUPERVISOR)), "in_service"),
    Path("a complaint", (UP, transfer("complaint")), "transferred", opened=["complaint"]),
    Path(
        "ordered while we wait for their answer",
        (UP, act("ask_back", CS_AGENT, question="Which size?"), act("win_order", PLATFORM_FEED)),
        "ordered",
    ),
    Path(
        "after-sales",
        (UP, transfer("aftersales_request", lines=LINES, reason="late")),
        "transferred",
        opened=["aftersales_request"],
    ),
    Path("another mind", (UP, NO_ADS), "in_service", effects=["KeepRecord", "Message"]),
    Path("an order", (UP, act("win_order", PLATFORM_FEED)), "ordered"),
]

REFUSALS = [
    Refused("the customer picks up", (act("pick_up", CUSTOMER),), "not_your_role"),
    Refused(
        "another team replies", (UP, consult("logistics"), act("expert_reply", TECH, answer="x")), "logistics"
    ),
    Refused("after-sales for no goods", (UP, transfer("aftersales_request")), "/lines"),
    Refused("too short", (UP, act("transfer", CS_AGENT, to="complaint", summary="bad")), "/summary"),
    Refused(
        "no reminders noted",
        (UP, act("close_answered", CS_AGENT, answer_category="x")),
        "/reminded_favourite",
    ),
    Refused("closed before it was picked up", (CLOSE,), "not_possible_now"),
]

MESSAGES = {
    "change_consent": {"ads_stopped"},
    "robot_answer": {"inquiry_answer"},
    "ask_back": {"inquiry_question"},
    "consult_expert": {"expert_asked to finance", "expert_asked to tech"},
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
    assert untaken(CustomerInquiry, start, PATHS) == {("unsubscribe", "waiting", "answered")}


@pytest.mark.parametrize("message", ["TD", " td。", "退订"])
def test_kind_60_whoever_replies_td_hears_no_more(message: str) -> None:
    asked = {"topic": "other", "message": message, "order_no": "SO-1", "customer_no": "C-7"}
    case = Scenario(CustomerInquiry, subject="CV-1").act("open", PLATFORM_FEED, **asked)
    assert (case.stage, case.effects(FindEntry)) == ("answered", [])
    (kept,) = case.effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["wants"]) == ("consents", "C-7", False)
    assert [word.template for word in case.effects(Message)] == ["ads_stopped"]


def test_messages_left_at_night_have_a_day() -> None:
    case = start(now=NIGHT)
    assert case.wait(hours(23)).stage == "waiting"
    assert case.wait(hours(1)).stage == "escalated"
    quiet = walk(start(now=NIGHT), (UP, ASK))
    assert quiet.wait(hours(23)).stage == "waiting_customer"
    assert quiet.wait(hours(1)).stage == "abandoned"


def test_no_after_sales_without_an_order() -> None:
    unknown = partial(start, order_no=None)
    Refused("no order", (UP, transfer("aftersales_request", lines=LINES, reason="late")), "/to").check(
        unknown
    )
    assert walk(unknown(), (UP, transfer("complaint"))).stage == "transferred"


def test_the_robots_answer() -> None:
    (message,) = start(KNOWN).effects(Message)
    assert (message.to, message.data["answer"]) == ("SO-1", "Within two days.")


def test_what_is_handed_over() -> None:
    (complaint,) = walk(start(), (UP, transfer("complaint"))).effects(OpenCase)
    assert (complaint.form["category"], complaint.form["content"]) == ("logistics", "The parcel was crushed.")
    (request,) = walk(start(), (UP, transfer("aftersales_request", lines=LINES, reason="late"))).effects(
        OpenCase
    )
    assert (request.form["order_no"], request.form["lines"]) == ("SO-1", LINES)


def test_kind_38_a_request_that_is_handed_over_says_why() -> None:
    """Else our own fault would pass as no reason, and the customer pay the label."""
    Refused("no reason", (UP, transfer("aftersales_request", lines=LINES)), "/reason").check(start)
    crushed = transfer("aftersales_request", lines=LINES, reason="damaged_in_transit")
    Refused("no photo", (UP, crushed), "/photos").check(start)
    told = transfer(
        "aftersales_request", lines=LINES, reason="damaged_in_transit", photos=["file:1"], wanted="return"
    )
    (request,) = walk(start(), (UP, told)).effects(OpenCase)
    assert (request.form["reason"], request.form["photos"]) == ("damaged_in_transit", ["file:1"])


def test_what_is_kept() -> None:
    (kept,) = walk(start(), (UP, CLOSE)).effects(KeepRecord)
    assert (kept.data["category"], kept.data["reminders"]) == ("delivery", 3)


def test_an_expert_of_logistics() -> None:
    reply = act("expert_reply", LOGISTICS, answer="On Friday.")
    assert walk(start(), (UP, consult("logistics"), reply)).stage == "in_service"


@pytest.mark.parametrize(
    ("steps", "answers", "answered"),
    [
        ((), KNOWN, 1),
        ((UP, CLOSE), {}, 1),
        ((minutes(3),), {}, 0),
        ((minutes(3), act("supervisor_takes", CS_SUPERVISOR)), {}, 1),
    ],
    ids=["by the robot", "by an agent", "by nobody yet", "by the supervisor"],
)
def test_who_answers_it(steps: tuple[Any, ...], answers: Answers, answered: int) -> None:
    case = walk(start(answers), steps)
    assert case.reached == [Milestone.INQUIRY_OPENED, *[Milestone.INQUIRY_ANSWERED] * answered]


def test_kind_33_an_agent_opens_what_a_customer_asks_on_the_telephone() -> None:
    asked = {"topic": "delivery", "message": "When does it come?", "order_no": "SO-1"}
    with pytest.raises(InvalidForm, match="by which way"):
        Scenario(CustomerInquiry, subject="CV-1").act("open", CS_AGENT, **asked)
    case = Scenario(CustomerInquiry, subject="CV-1").act("open", CS_AGENT, channel="phone", **asked)
    assert (case.stage, case.effects(FindEntry)) == ("waiting", [])
    again = act("customer_back", CS_AGENT, message="Red.", channel="phone")
    assert walk(case, (UP, ASK, again)).stage == "in_service"


def test_kind_56_whoever_was_handed_up_waits_an_hour_at_most() -> None:
    Path("late", (UP, ESCALATE, hours(1)), "escalated", notified=[OPS_MANAGER], missed=["escalated"]).check(
        start
    )


def test_the_experts_answer_lies_before_the_agent() -> None:
    reply = act("expert_reply", LOGISTICS, answer="On Friday.")
    assert walk(start(), (UP, consult("logistics"), reply)).case.expert_answer == "On Friday."
