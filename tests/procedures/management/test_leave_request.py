"""Leave requests: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from activities.messages.contract import Message
from activities.people.contract import CoverAbsence
from models.policy import StorePolicy
from models.values import DateRange
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, person
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.management.leave_request import LeaveRequest
from workflows.vocabulary import GM, OPS_MANAGER, STAFF

LI = person(STAFF, "li")
LEAVE = {"kind": "annual", "first_day": "2026-11-30", "last_day": "2026-12-02", "stand_in": "wang"}


def ask(**changes: Any) -> Act:
    return act("request", LI, **(LEAVE | changes))


def start(answers: Answers | None = None, policy: StorePolicy | None = None) -> Scenario:
    return Scenario(LeaveRequest, subject="li-1", answers=answers, policy=policy)


ASKED = (ask(),)
APPROVED = (*ASKED, act("approve", OPS_MANAGER))
AWAY = (*APPROVED, days(7))

PATHS = [
    Path("approved ahead", APPROVED, "approved", effects=["Message", "Message"]),
    Path("away", AWAY, "approved", effects=["Message", "Message", "CoverAbsence"]),
    Path(
        "over by itself",
        (*AWAY, days(3)),
        "closed",
        effects=["Message", "Message", "CoverAbsence", "EndAbsence"],
    ),
    Path(
        "called off ahead",
        (*APPROVED, act("call_off", GM, reason="大促提前")),
        "cancelled",
        effects=["Message"] * 4,
    ),
    Path("called off half way", (*AWAY, act("call_off", OPS_MANAGER, reason="大促提前")), "cancelled"),
    Path("not decided in time", (*ASKED, days(9), act("cancel", LI)), "cancelled", effects=[]),
    Path("refused", (*ASKED, act("refuse", OPS_MANAGER, note="人手不足")), "refused", effects=["Message"]),
    Path("taken back before it is decided", (*ASKED, act("cancel", LI)), "cancelled", effects=[]),
    Path(
        "taken back later",
        (*APPROVED, act("cancel", LI, reason="改期")),
        "cancelled",
        effects=["Message"] * 4,
    ),
    Path(
        "back early",
        (*APPROVED, days(8), act("come_back", LI, back_on="2026-12-01")),
        "closed",
        effects=["Message", "Message", "CoverAbsence", "EndAbsence"],
    ),
    Path("a day's sick leave", (ask(kind="sick", last_day="2026-11-30"),), "requested"),
    Path(
        "longer sick leave",
        (ask(kind="sick", proof="file:note-1"),),
        "requested",
    ),
    Path("decided in a day", (*ASKED, hours(24)), "requested", notified=[GM], missed=["requested"]),
]

REFUSALS = [
    Refused("back before the leave", (*APPROVED, act("come_back", LI, back_on="2026-11-30")), "/back_on"),
    Refused("back in two days", (*APPROVED, days(8), act("come_back", LI, back_on="2026-12-03")), "/back_on"),
    Refused("ends before it begins", (ask(last_day="2026-11-29"),), "/last_day"),
    Refused("sick without proof", (ask(kind="sick"),), "/proof"),
    Refused("stands in for oneself", (ask(stand_in="li"),), "/stand_in"),
    Refused("approved by oneself", (*ASKED, act("approve", LI)), "not_your_role"),
    Refused("a colleague cancels", (*APPROVED, act("cancel", person(STAFF, "wang"))), "whoever asked"),
    Refused(
        "a colleague comes back",
        (*APPROVED, days(8), act("come_back", person(STAFF, "wang"), back_on="2026-12-01")),
        "whoever asked",
    ),
    Refused(
        "a manager's own leave",
        (act("request", person(STAFF, "wu"), **LEAVE), act("approve", person(OPS_MANAGER, "wu"))),
        "somebody else",
    ),
    Refused("too late to cancel", (*APPROVED, days(7), act("cancel", LI)), "has begun"),
    Refused("back before it began", (*APPROVED, act("come_back", LI, back_on="2026-11-29")), "/back_on"),
]


MESSAGES = {
    "approve": {"leave_approved"},
    "call_off": {"leave_called_off"},
    "cancel": {"leave_cancelled"},
    "refuse": {"leave_refused"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(LeaveRequest, start, PATHS) == set()


def test_whose_tasks_go_to_whom() -> None:
    (cover,) = walk(start(), AWAY).effects(CoverAbsence)
    assert (cover.employee, cover.stand_in, cover.first) == ("li", "wang", date(2026, 11, 30))


def in_a_peak(answers: Answers | None = None) -> Scenario:
    peak = DateRange(first=date(2026, 12, 2), last=date(2026, 12, 3))
    return start(answers, StorePolicy(peaks=(peak,)))


def test_leave_in_a_peak_says_how_it_is_covered() -> None:
    Refused("", APPROVED, "/note").check(in_a_peak)
    assert walk(in_a_peak(), (*ASKED, act("approve", OPS_MANAGER, note="王代班"))).stage == "approved"


def test_kind_35_nobody_approves_their_own_leave() -> None:
    asked = start().act("request", person(STAFF, "wu"), **LEAVE)
    with pytest.raises(Refusal, match="somebody else"):
        asked.act("approve", person(OPS_MANAGER, "wu"))
    assert asked.act("approve", person(GM, "zhao")).stage == "approved"


def test_kind_35_nobody_cancels_anothers_leave() -> None:
    with pytest.raises(Refusal, match="whoever asked"):
        walk(start(), (*APPROVED, act("cancel", person(STAFF, "wang"))))


def test_kind_36_whoever_is_away_and_whoever_stands_in_are_told() -> None:
    told = walk(start(), APPROVED).effects(Message)
    assert [(one.to, one.template) for one in told] == [("li", "leave_approved"), ("wang", "leave_approved")]


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_kind_48_the_tasks_go_over_on_the_first_day_and_not_before() -> None:
    case = walk(start(), (*APPROVED, days(6)))
    assert case.effects(CoverAbsence) == []
    assert len(case.wait(days(1)).effects(CoverAbsence)) == 1


def test_kind_49_a_leave_of_today_that_nobody_decided_is_taken_back() -> None:
    assert walk(start(), (ask(first_day="2026-11-23"), act("cancel", LI))).stage == "cancelled"
