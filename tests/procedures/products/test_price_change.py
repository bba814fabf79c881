"""Price change: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.cases.contract import CancelCase, OpenCase, SendEvent
from activities.catalogue.contract import CheckPrices, SetPrice
from models.effect import Outcome
from models.values import yuan
from tests.procedures.paths import (
    Act,
    Answers,
    Path,
    Refused,
    act,
    child,
    each,
    messages,
    untaken,
    walk,
    walked,
)
from tests.scenario import MONDAY, Scenario, no, person, yes
from workflows.language.memory import Parent
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days, hours
from workflows.procedures.products.price_change import PriceChange
from workflows.vocabulary import CS_SUPERVISOR, FINANCE, GM, OPS_MANAGER, OPS_SPECIALIST

START = MONDAY + timedelta(days=1)
END = START + timedelta(days=3)
MARGIN: dict[str, Any] = {"fees": 5}
BOOK = {"TEA-1": (100, 40, 95), "THIN": (100, 85, 95), "TEA-2": (None, None, None)}
"""By SKU: its price, cost and lowest price of a month."""
NOTE = {"note": "好"}
DONE = {"result": "达到目标"}
STEP = {"sku": "TEA-1", "old": 100, "new": 96}
DOLLARS: dict[str, Any] = {**STEP, "new": {"amount": 96, "currency": "USD"}}
CUT = {"sku": "TEA-1", "old": 100, "new": 80}


def by_the_book(effect: CheckPrices) -> Outcome:
    """As the catalogue answers."""
    names = ("price", "cost", "lowest")
    found = [
        {"sku": said.sku, **{n: v and str(v) for n, v in zip(names, BOOK[said.sku], strict=True)}}
        for said in effect.prices
        if said.sku in BOOK
    ]
    wrong = [s for s in effect.prices if s.sku not in BOOK or (s.price and s.price.amount != BOOK[s.sku][0])]
    return no(f"{wrong[0].sku} differs from {wrong[0].price}", prices=found) if wrong else yes(prices=found)


def new(answers: Answers | None = None, **more: Any) -> Scenario:
    return Scenario(
        PriceChange, subject="PR-1", answers={CheckPrices: by_the_book, **(answers or {})}, **more
    )


def draft(*skus: dict[str, Any], **changes: Any) -> Act:
    form = {"skus": skus or [STEP], "reason": "rival", "start": START, **changes}
    return act("draft", OPS_SPECIALIST, **form)


def margin(**more: Any) -> Act:
    return act("check_margin", FINANCE, **MARGIN | more)


def redraft(*skus: dict[str, Any], **changes: Any) -> Act:
    return act("redraft", OPS_SPECIALIST, **draft(*skus, **changes).form)


TELL = act("tell_team", OPS_SPECIALIST, script="价格调整为 96 元", readers=["cs_agent"])
READ = child("change_broadcast", "confirmed")
SCHEDULED = (draft(), margin())
ANNOUNCED = (*SCHEDULED, TELL, READ)
EFFECTIVE = (*ANNOUNCED, days(1))
TEMPORARY = (draft(reason="season", end=END), margin(), TELL, READ, days(1))
APPROVAL = (draft(CUT), margin())
CANCEL = act("cancel", OPS_SPECIALIST, reason="不调了")

PATHS = [
    Path("a small step passes by itself", SCHEDULED, "scheduled", effects=["CheckPrices"]),
    Path("a thin margin waits", (draft({**STEP, "sku": "THIN"}), margin()), "approval"),
    Path(
        "an old price that the book doesn't have",
        (draft({**STEP, "old": 2}),),
        "to_correct",
        effects=[],
        notified=[OPS_SPECIALIST],
    ),
    Path("corrected", (draft({**STEP, "old": 2}), redraft(), margin()), "scheduled"),
    Path("edited before the margin", (draft(CUT), redraft(), margin()), "scheduled"),
    Path("edited in approval", (*APPROVAL, redraft()), "drafted"),
    Path(
        "sent back, and written anew",
        (*APPROVAL, act("return_draft", OPS_MANAGER, **NOTE), redraft()),
        "drafted",
        notified=[OPS_SPECIALIST],
    ),
    Path("edited after approval", (*SCHEDULED, redraft(CUT), margin()), "approval"),
    Path("cancelled while it is wrong", (draft({**STEP, "old": 2}), CANCEL), "cancelled"),
    Path("over while it is wrong", (draft({**STEP, "old": 2}), act("end_time")), "cancelled"),
    Path("a larger step waits", APPROVAL, "approval"),
    Path("a first price waits", (draft({"sku": "TEA-2", "new": 50}), margin(unit_cost=9)), "approval"),
    Path("approved", (*APPROVAL, act("approve", OPS_MANAGER, **NOTE)), "scheduled"),
    Path("rejected", (*APPROVAL, act("reject", GM, **NOTE)), "rejected"),
    Path("announced", (*SCHEDULED, TELL), "announced", opened=["change_broadcast"]),
    Path("in effect at its time", EFFECTIVE, "monitoring", effects=["CheckPrices", "SetPrice"]),
    Path("not before all have read", (*SCHEDULED, TELL, days(1)), "announced", effects=["CheckPrices"]),
    Path("as soon as they have", (*SCHEDULED, TELL, days(1), READ), "monitoring"),
    Path(
        "a price that can't be set",
        EFFECTIVE,
        "rolled_back",
        answers={SetPrice: no("unknown")},
        notified=[CS_SUPERVISOR],
    ),
    Path(
        "kept",
        (*EFFECTIVE, act("keep", OPS_SPECIALIST, **DONE)),
        "closed",
        effects=["CheckPrices", "SetPrice"],
    ),
    Path("kept after a week", (*EFFECTIVE, days(7)), "closed", effects=["CheckPrices", "SetPrice"]),
    Path(
        "rolled back",
        (*EFFECTIVE, act("roll_back", OPS_MANAGER, **DONE)),
        "rolled_back",
        effects=["CheckPrices", "SetPrice", "TakePriceBack"],
        notified=[CS_SUPERVISOR],
    ),
    Path("over by itself", (*TEMPORARY, days(3)), "closed", effects=["CheckPrices", "SetPrice"]),
    Path(
        "a campaign price that no campaign ends",
        (draft(reason="campaign", end=END), margin(), TELL, READ, days(1), days(3)),
        "closed",
        effects=["CheckPrices", "SetPrice"],
    ),
    Path("cancelled as a draft", (draft(), CANCEL), "cancelled"),
    Path("cancelled before approval", (*APPROVAL, CANCEL), "cancelled"),
    Path("cancelled before the notice", (*SCHEDULED, CANCEL), "cancelled"),
    Path("cancelled after the notice", (*SCHEDULED, TELL, CANCEL), "cancelled", effects=["CheckPrices"]),
    *(
        Path(
            f"over before it took effect, {where}",
            (*steps, act("end_time")),
            "cancelled",
            effects=["CheckPrices"],
        )
        for where, steps in {
            "drafted": (draft(),),
            "unapproved": APPROVAL,
            "not told": SCHEDULED,
            "not read": (*SCHEDULED, TELL, days(1)),
        }.items()
    ),
    Path("a late decision", (*APPROVAL, hours(8)), "approval", missed=["approval"], notified=[GM]),
    Path(
        "an error's decision is due in an hour",
        (draft(CUT, reason="error_fix"), margin(), hours(1)),
        "approval",
        missed=["approval"],
    ),
    Path("a late notice", (*SCHEDULED, hours(20)), "scheduled", missed=["scheduled"], notified=[OPS_MANAGER]),
]
REFUSALS = [
    Refused("one SKU twice", (draft(STEP, {**STEP, "new": 92}),), "/skus"),
    Refused("in another currency", (draft(DOLLARS), margin()), "one currency"),
    Refused("a start that is over", (draft(start=MONDAY - timedelta(days=1)),), "/start"),
    Refused("another cost than the book's", (draft(), margin(unit_cost=9)), "40.00 CNY, not 9.00 CNY"),
    Refused("another margin", (draft(), margin(margin_pct=90)), "53.1 %, not 90 %"),
    Refused("another low", (draft(), margin(lowest_30d_price=9)), "95.00 CNY, not 9.00 CNY"),
    Refused("no cost", (draft({"sku": "TEA-2", "new": 50}), margin()), "no cost of TEA-2"),
    Refused(
        "one's own correction",
        (
            draft({**CUT, "old": 2}),
            act("redraft", person(OPS_SPECIALIST, "li"), skus=[CUT], reason="cost", start=START),
            margin(),
            act("approve", person(OPS_MANAGER, "li"), **NOTE),
        ),
        "somebody else",
    ),
    Refused("not theirs", (draft(), act("check_margin", OPS_SPECIALIST, **MARGIN)), "finance"),
    Refused(
        "a price of nothing",
        (act("draft", OPS_SPECIALIST, skus=[{**STEP, "new": 0}], reason="cost", start=START),),
        "/skus/0/new",
    ),
    Refused("ends before it starts", (draft(end=MONDAY),), "/end"),
    Refused("a season without an end", (draft(reason="season"),), "/end"),
    Refused(
        "own proposal",
        (
            act("draft", person(OPS_SPECIALIST, "li"), skus=[CUT], reason="cost", start=START),
            margin(),
            act("approve", person(OPS_MANAGER, "li"), **NOTE),
        ),
        "somebody else",
    ),
    Refused("too early", (*ANNOUNCED, act("take_effect", OPS_SPECIALIST, page_checked=True)), "start time"),
    Refused(
        "unread",
        (*SCHEDULED, TELL, days(1), act("take_effect", OPS_SPECIALIST, page_checked=True)),
        "confirmed the notice",
    ),
    Refused(
        "a temporary price isn't kept", (*TEMPORARY, act("keep", OPS_SPECIALIST, **DONE)), "isn't temporary"
    ),
]

MESSAGES = {
    "reject": {"not_approved"},
    "return_draft": {"price_sent_back to ops_specialist"},
    "prices_differ": {"price_differs to ops_specialist"},
    "roll_back": {"price_rolled_back to cs_supervisor"},
}


@each([*PATHS, *REFUSALS])
def test_price_change(line: Path | Refused) -> None:
    line.check(new)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(new, PATHS)) == MESSAGES


def test_every_way_is_taken() -> None:
    early = {
        ("cancel", "margin_check", "cancelled"),  # left at once: a rule follows
        ("end_time", "margin_check", "cancelled"),
        ("end_time", "effective", "closed"),  # as long as the catalogue hasn't answered
    }
    assert untaken(PriceChange, new, PATHS) == early


def test_kind_05_the_old_price_and_the_margin_are_the_books() -> None:
    """ "2.05 to 2.00" on an article of 100.00 comes back; without an old price the book's own stands."""
    typed = walk(new(), (draft({"sku": "TEA-1", "old": "2.05", "new": 2}),))
    assert typed.stage == "to_correct"
    assert "2.05" in typed.case.differs
    case = walk(new(), (draft({"sku": "TEA-1", "new": 96}), margin()))
    (step,) = case.case.skus
    (known,) = case.case.known
    assert (step.old, known.unit_cost, known.lowest_30d) == (yuan(100), yuan(40), yuan(95))
    assert case.case.margin_pct == Decimal("53.12")
    assert walk(new(), (draft({"sku": "TEA-1", "new": 2}), margin())).stage == "approval"


def test_kind_05_what_the_daily_check_opens_can_be_edited() -> None:
    made = new(parent=Parent(case="daily_store_check:shop:D-1", link="faults"))
    made.act("draft", skus=[{"sku": "TEA-1", "old": "0.01", "new": 1}], reason="error_fix", start=MONDAY)
    assert made.stage == "to_correct"
    assert walk(made, (redraft(reason="error_fix"), margin())).stage == "scheduled"


class TestOfACampaign:
    PARENT = Parent(case="campaign:shop:CP-1", link="prices")

    def in_effect(self) -> Scenario:
        made = new(parent=self.PARENT)
        steps = (
            draft(CUT, reason="campaign", end=END),
            act("approve", OPS_MANAGER, **NOTE),
            TELL,
            READ,
            days(1),
        )
        return walk(made, steps)

    def test_its_margin_was_checked_before(self) -> None:
        made = walk(
            new(parent=self.PARENT),
            (draft(CUT, reason="campaign", end=END),),
        )
        assert made.stage == "approval"

    def test_its_prices_are_the_campaigns(self) -> None:
        (price,) = self.in_effect().effects(SetPrice)
        assert (price.campaign, price.price_kind, price.until) == ("CP-1", "campaign", None)

    def test_they_end_only_with_the_campaign(self) -> None:
        made = self.in_effect().wait(days(30))
        assert made.stage == "monitoring"
        assert made.act("end_time").stage == "closed"
        assert made.kinds == ["CheckPrices", "SetPrice"]

    def test_a_cancelled_campaign_takes_them_back(self) -> None:
        assert self.in_effect().cancel_by_parent().kinds == ["CheckPrices", "SetPrice", "TakePriceBack"]


def test_cancelling_withdraws_the_notice() -> None:
    assert walk(new(), (*SCHEDULED, TELL, CANCEL)).effects(CancelCase)


def test_a_price_that_was_not_set_yet_can_end() -> None:
    machine = walk(new(), ANNOUNCED).machine
    machine.context.now = START
    assert machine.act("take_effect").after == ["effective"]
    assert machine.act("end_time").after == ["closed"]


def test_a_campaigns_price_needs_an_end() -> None:
    with pytest.raises(InvalidForm):
        walk(new(), (draft(reason="campaign"),))


def test_kind_62_whoever_has_read_a_price_hears_that_it_is_off() -> None:
    made = walk(new(), (*SCHEDULED, TELL, child("change_broadcast", "confirmed")))
    made.act("cancel", OPS_SPECIALIST, reason="不调了")
    (off,) = made.effects(SendEvent)
    assert (off.procedure, off.event) == ("change_broadcast", "call_off")
    assert off.subject in {opened.subject for opened in made.effects(OpenCase)}


def test_kind_62_they_hear_it_too_where_another_case_ends_the_change() -> None:
    made = walk(new(), (*SCHEDULED, TELL, child("change_broadcast", "confirmed"))).cancel_by_parent()
    (off,) = made.effects(SendEvent)
    assert (off.procedure, off.event) == ("change_broadcast", "call_off")


def test_kind_56_somebody_hears_that_an_announced_price_is_not_read() -> None:
    made = walk(new(), (*SCHEDULED, TELL, days(2)))
    assert (made.stage, made.missed, made.notified) == ("announced", ["announced"], [OPS_MANAGER])
