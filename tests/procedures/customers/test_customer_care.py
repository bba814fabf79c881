"""Customer care: every move, every refusal, what is given away and taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from activities.audiences.contract import HandOutGift, MessageAudience, OpenGiveaway
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, opened_by_calendar, person, yes
from workflows.language.filling import filled_in
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days
from workflows.procedures.customers.customer_care import CustomerCare
from workflows.vocabulary import CS_AGENT, CS_SUPERVISOR, GM, OPS_MANAGER, PLATFORM_FEED


def start(answers: Answers | None = None, budget: str = "500") -> Scenario:
    case = Scenario(CustomerCare, subject="CARE-1", answers=dict(answers or {}))
    return case.act("plan", CS_SUPERVISOR, occasion="festival", audience_rule="all", budget=budget)


def shares(*customers: str) -> Act:
    rows = [{"agent": "li", "customers": [name]} for name in customers]
    return act("assign_customers", CS_SUPERVISOR, assignments=rows)


def activity(kind: str, quota: int = 0, **more: Any) -> Act:
    return act("start_activity", CS_AGENT, kind=kind, quota=quota, **more)


ASSIGN = shares("M-1", "M-2")
APPROVE = act("approve", OPS_MANAGER)
SENT = (ASSIGN, APPROVE)
GIFT = activity("gift", 20, gift_sku="A-1", unit_cost="5")
RISE = act("complaints_rise", PLATFORM_FEED)
STOP = act("stop", CS_SUPERVISOR, reason="over")
FIGURES = {"reached": 100, "replied": 20, "orders": 5, "sales": "900", "cost": "90", "lesson": "earlier"}
REVIEW = act("review", CS_SUPERVISOR, **FIGURES)

GIVEN = act("hand_out", CS_AGENT, customer_no="M-1", parcel_no="SF-1")
GREETED = act("greeted")
TD = act("unsubscribe", PLATFORM_FEED, customer_no="M-2")

RESUME = act("resume", OPS_MANAGER, reason="fewer")

PATHS = [
    Path("greeted at once", SENT, "sending", effects=["Message", "Message", "MessageAudience"]),
    Path(
        "a gift", (*SENT, GIFT), "running", effects=["Message", "Message", "MessageAudience", "OpenGiveaway"]
    ),
    Path(
        "a gift is handed out",
        (*SENT, GIFT, GIVEN),
        "running",
        effects=["Message", "Message", "MessageAudience", "OpenGiveaway", "HandOutGift"],
    ),
    Path(
        "a chat",
        (*SENT, activity("group_chat")),
        "running",
        effects=["Message", "Message", "MessageAudience"],
    ),
    *(
        Path(f"greeted: {len(steps)}", (*SENT, *steps, GREETED), stage)
        for steps, stage in (
            ((), "sending"),
            ((GIFT,), "running"),
            ((RISE,), "paused"),
            ((GIFT, STOP), "reviewing"),
        )
    ),
    Path("reviewed", (*SENT, GIFT, STOP, REVIEW), "closed"),
    *(
        Path(f"somebody wants no more: {len(steps)}", (*SENT, *steps, TD), stage)
        for steps, stage in (
            ((), "sending"),
            ((GIFT,), "running"),
            ((RISE,), "paused"),
            ((GIFT, STOP), "reviewing"),
            ((GIFT, STOP, REVIEW), "closed"),
        )
    ),
    Path("rejected", (ASSIGN, act("reject", OPS_MANAGER)), "cancelled"),
    Path("unwelcome", (*SENT, RISE), "paused"),
    Path("unwelcome later", (*SENT, GIFT, RISE), "paused"),
    Path("mended before it began", (*SENT, RISE, RESUME), "sending"),
    Path("mended, and begun", (*SENT, RISE, RESUME, GIFT), "running"),
    Path("mended", (*SENT, GIFT, RISE, RESUME), "running"),
    Path("stopped for it", (*SENT, RISE, STOP), "reviewing"),
    Path("planned late", (days(7),), "planned", notified=[OPS_MANAGER], missed=["planned"]),
    Path("never assessed", (*SENT, GIFT, days(31)), "running", notified=[OPS_MANAGER], missed=["running"]),
]

REFUSALS = [
    Refused("two agents for one", (shares("M-1", "M-1"),), "/assignments"),
    Refused("a gift of nothing", (*SENT, activity("gift", 5)), "/gift_sku"),
    Refused("two gifts for one", (*SENT, GIFT, GIVEN, GIVEN), "/customer_no"),
    Refused(
        "a gift for a stranger", (*SENT, GIFT, act("hand_out", CS_AGENT, customer_no="M-9")), "/customer_no"
    ),
    Refused(
        "more gifts than there are",
        (
            *SENT,
            activity("gift", 1, gift_sku="A-1", unit_cost="5"),
            GIVEN,
            act("hand_out", CS_AGENT, customer_no="M-2"),
        ),
        "some are left",
    ),
    Refused("a gift of a chat", (*SENT, activity("group_chat"), GIVEN), "some are left"),
    Refused("no end of coupons", (*SENT, activity("coupon")), "/quota"),
    Refused(
        "more replies than letters",
        (*SENT, GIFT, STOP, act("review", CS_SUPERVISOR, **{**FIGURES, "replied": 101})),
        "/replied",
    ),
    Refused("the agent approves", (ASSIGN, act("approve", CS_AGENT)), "not_your_role"),
]

MESSAGES = {
    "reject": {"not_approved"},
    "unsubscribe": {"ads_stopped"},
    "approve": {"approved", "care_yours", "greeting to all"},
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
    assert untaken(CustomerCare, start, PATHS) == set()


def test_a_large_budget_is_the_gms() -> None:
    large = partial(start, budget="50000")
    Refused("large", SENT, "gm decides").check(large)
    assert walk(large(), (ASSIGN, act("approve", GM))).stage == "sending"


def test_four_messages_a_month_at_most() -> None:
    (sent,) = walk(start(), SENT).effects(MessageAudience)
    assert (sent.audience, sent.monthly_cap) == ("all", 4)


def test_what_is_given_away_is_taken_back() -> None:
    case = walk(start(), (*SENT, GIFT))
    (given,) = case.effects(OpenGiveaway)
    assert (given.kind_of, given.sku, given.quota) == ("gift", "A-1", 20)
    assert case.cancel_by_parent().kinds[-1] == "EndGiveaway"


def test_the_calendar() -> None:
    (dormant,) = opened_by_calendar(CustomerCare, datetime(2026, 12, 1, 1, tzinfo=UTC))
    (festival,) = opened_by_calendar(CustomerCare, datetime(2026, 12, 25, 1, tzinfo=UTC))
    assert (dormant.form["occasion"], dormant.subject) == ("dormant", "dormant-2026-12")
    assert (festival.form["audience_rule"], festival.subject) == ("all", "festival-2026-12-25")


def test_kind_60_only_the_assigned_customers_are_greeted() -> None:
    (sent,) = walk(start(), SENT).effects(MessageAudience)
    assert (sent.audience, sent.only) == ("all", ("M-1", "M-2"))


def planned(occasion: str, audience: str) -> Scenario:
    return Scenario(CustomerCare, subject="CARE-1").act(
        "plan", CS_SUPERVISOR, occasion=occasion, audience_rule=audience, budget="500"
    )


@pytest.mark.parametrize(
    ("occasion", "audience"), [("birthday", "all"), ("dormant", "members"), ("thanks", "birthday")]
)
def test_kind_60_an_audience_is_what_the_occasion_says(occasion: str, audience: str) -> None:
    with pytest.raises(InvalidForm, match="audience"):
        planned(occasion, audience)


def test_kind_60_birthday_wishes_go_out_on_the_day() -> None:
    case = walk(planned("birthday", "birthday"), (*SENT, activity("sms"), days(2)))
    assert [sent.audience for sent in case.effects(MessageAudience)] == ["birthday"] * 3
    assert (
        len(walk(planned("thanks", "all"), (*SENT, activity("sms"), days(2))).effects(MessageAudience)) == 1
    )


def test_kind_60_whoever_replies_td_hears_no_more() -> None:
    case = walk(start(), (*SENT, TD))
    (kept,) = case.effects(KeepRecord)
    assert (kept.book, kept.entry) == ("consents", "M-2")
    assert kept.data == {"wants": False, "by": "platform_feed", "channel": "platform", "since": "2026-11-23"}
    assert [(word.to, word.template) for word in case.effects(Message)][2:] == [("M-2", "ads_stopped")]
    assert "StrikeRecord" not in case.cancel_by_parent().kinds, "it stands, whatever becomes of the case"
    Refused("by which way", (*SENT, act("unsubscribe", CS_AGENT, customer_no="M-2")), "/channel").check(start)
    heard = act("unsubscribe", CS_AGENT, customer_no="M-2", channel="chat")
    assert len(walk(start(), (*SENT, heard)).effects(KeepRecord)) == 1


def test_kind_60_the_budget_bounds_what_is_given_away() -> None:
    small = partial(start, budget="1")
    Refused("gifts of 90", (*SENT, activity("gift", 18, gift_sku="A-1", unit_cost="5")), "/quota").check(
        small
    )
    Refused("no cost", (*SENT, activity("gift", 18, gift_sku="A-1")), "/unit_cost").check(start)


def test_kind_66_what_was_not_given_is_free_once_it_is_closed() -> None:
    assert walk(start(), (*SENT, GIFT, STOP, REVIEW)).kinds[-1] == "EndGiveaway"


def test_how_many_were_greeted_is_proposed_when_it_is_reviewed() -> None:
    answers: Answers = {MessageAudience: yes(reached=87, left_out=13)}
    case = walk(start(answers), (*SENT, GIFT, STOP))
    form = case.machine.form_here("review")
    assert form is not None
    values, _ = filled_in(case.machine.context, form, person(CS_SUPERVISOR))
    assert values == {"reached": 87}


def test_kind_60_gifts_are_handed_to_those_whom_the_plan_names() -> None:
    case = walk(start(), (*SENT, GIFT, GIVEN, STOP))
    (gift,) = case.effects(HandOutGift)
    assert (gift.giveaway, gift.sku, gift.to) == ("CARE-1", "A-1", "M-1")
    form = case.machine.form_here("review")
    assert form is not None
    values, _ = filled_in(case.machine.context, form, person(CS_SUPERVISOR))
    assert str(values["cost"]) == "5.00 CNY"
