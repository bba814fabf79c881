"""Brokered sale: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.messages.contract import Message
from activities.settlement.contract import HoldTradeMoney, ReleaseTradeMoney
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no
from workflows.language.refusals import Refusal
from workflows.language.timing import days
from workflows.procedures.trade_and_money.brokered_sale import BrokeredSale
from workflows.vocabulary import BANK_FEED, BUYER_ORG, CARRIER_FEED, SALES, SUPPLIER, TRADE_CENTRE

OFFER: dict[str, Any] = {
    "side": "supply",
    "goods": "tea",
    "qty": "2.5",
    "unit": "吨",
    "price": "999.99",
    "spec": "grade 1",
    "valid_until": "2026-12-23",
}
ELSEWHERE: dict[Any, Answer] = {HoldTradeMoney: no("payment P-1 belongs to M-9")}
SAID_LATE = act("belongs_elsewhere", amount="2499.98", payment_no="P-1")
LATE = act("paid_late", BANK_FEED, amount="1", payment_no="P-9")


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(BrokeredSale, subject="M-1", answers=answers)


def start(answers: dict[Any, Answer] | None = None) -> Scenario:
    return fresh(answers).act("post", SUPPLIER, **OFFER, offered_by="S-1")


def centre(event: str, **form: Any) -> Any:
    return act(event, TRADE_CENTRE, **(form or {"note": "seen"}))


def rule(compensation: str = "100") -> Any:
    return centre("settle_dispute", decision="half", compensation=compensation)


PUBLISHED = (centre("publish"),)
CHOSEN = (*PUBLISHED, act("choose_partner", BUYER_ORG, partner="B-1"))
MATCHING = (*CHOSEN, centre("match"))
PENDING = (*MATCHING, act("sign", BUYER_ORG, contract="C-1"), child("b2b_contract", "effective", ended=False))
PAY = act("pay", BANK_FEED, amount="2499.98", payment_no="P-1")
PAID = (*PENDING, PAY)
ORDERED = (*PAID, centre("order_delivery", delivery_unit="local", pickup_date="2026-11-25"))
DELIVERED = (*ORDERED, act("deliver", CARRIER_FEED))
DISPUTED = (*DELIVERED, act("object", BUYER_ORG, claim="wet", evidence=["file:1"]))
RELEASE = act("release_money", BANK_FEED)
FAILED = centre("not_supplied", reason="sold out")

AT = {
    "paid_to_bank": PAID,
    "delivery_ordered": ORDERED,
    "delivered": DELIVERED,
    "disputed": DISPUTED,
    "settled": (*DELIVERED, RELEASE),
    "defaulted": (*ORDERED, FAILED),
}

PATHS = [
    Path("settled", (*DELIVERED, RELEASE), "settled", effects=["HoldTradeMoney", "OrderDelivery", "Message", "Message", "ReleaseTradeMoney"], opened=["b2b_contract"]),
    Path("unlawful", (centre("refuse_post"),), "refused"),
    Path("nobody wants it", (*PUBLISHED, days(31)), "unmatched"),
    Path("a bank event without an amount", (*PENDING, act("pay", BANK_FEED)), "payment_pending", effects=[], notified=[TRADE_CENTRE]),
    Path("paid in part", (*PENDING, act("pay", BANK_FEED, amount="1000")), "payment_pending", effects=["HoldTradeMoney"], notified=[TRADE_CENTRE]),
    Path("the centre heard it from the bank", (*PENDING, centre("pay", amount="2499.98", payment_no="P-1", channel="letter")), "paid_to_bank"),
    Path("the rest follows", (*PENDING, act("pay", BANK_FEED, amount="1000"), act("pay", BANK_FEED, amount="1499.98")), "paid_to_bank"),
    Path("half of it is told twice", (*PENDING, centre("pay", amount="1249.99", payment_no="P-1", channel="letter"), act("pay", BANK_FEED, amount="1249.99", payment_no="P-1")), "payment_pending"),
    Path("part of it goes back", (*PENDING, act("pay", BANK_FEED, amount="1000"), days(7)), "defaulted", effects=["HoldTradeMoney", "Message", "Message", "ReturnTradeMoney"]),
    Path("the bank releases another sum", (*DELIVERED, act("release_money", BANK_FEED, amount="9")), "settled", notified=[TRADE_CENTRE]),
    Path("the contract isn't signed", (*MATCHING, act("sign", BUYER_ORG), child("b2b_contract", "rejected")), "matching", notified=[TRADE_CENTRE]),
    Path("talks fail", (*MATCHING, centre("no_agreement")), "published"),
    Path("the buyer doesn't pay", (*PENDING, days(7)), "defaulted", effects=["Message", "Message"], notified=[TRADE_CENTRE]),
    Path("the seller doesn't supply", (*ORDERED, FAILED), "defaulted", effects=["HoldTradeMoney", "OrderDelivery", "Message", "Message", "CallDeliveryOff", "ReturnTradeMoney"]),
    Path("the bank has more than is due", (*PENDING, act("pay", BANK_FEED, amount="10000000")), "paid_to_bank", effects=["HoldTradeMoney"], notified=[TRADE_CENTRE]),
    Path("the centre knows that it was delivered", (*ORDERED, act("deliver", TRADE_CENTRE)), "delivered"),
    Path("nobody decides a dispute", (*DISPUTED, days(7)), "disputed", notified=[SALES], missed=["disputed"]),
    Path("the payment is another trade's", PAID, "payment_pending", notified=[TRADE_CENTRE], answers=ELSEWHERE),
    Path("a part of it is another trade's", (*PENDING, act("pay", BANK_FEED, amount="1000", payment_no="P-1")), "payment_pending", answers=ELSEWHERE),
    *(Path(f"money comes late at {stage}", (*way, LATE), stage) for stage, way in AT.items()),
    Path("a dispute", (*DISPUTED, rule(), RELEASE), "settled"),
    Path("the buyer is silent", (*DELIVERED, days(3)), "settled"),
]  # fmt: skip

TOLD_LATE = [
    Path(f"said at {stage}", (*way, SAID_LATE), "payment_pending" if stage in ("paid_to_bank", "delivery_ordered") else stage)
    for stage, way in AT.items()
]  # fmt: skip
"""The book says only then that a payment is another trade's."""

REFUSALS = [
    Refused("one payment twice", (*PENDING, *[centre("pay", amount="1000", payment_no="P-1", channel="letter")] * 2), "/payment_no"),
    Refused("the centre enters more than is due", (*PENDING, centre("pay", amount="2500", payment_no="P-1", channel="letter")), "/amount"),
    Refused("the centre doesn't say which payment", (*PENDING, centre("pay", amount="2499.98", channel="letter")), "/payment_no"),
    Refused("the centre doesn't say how much", (*PENDING, centre("pay", channel="letter")), "/amount"),
    Refused("told by the centre without a way", (*PUBLISHED, centre("choose_partner", partner="B-1")), "/channel"),
    Refused("fetched yesterday", (*PAID, centre("order_delivery", delivery_unit="x", pickup_date="2026-11-22")), "/pickup_date"),
    Refused("part of the money back", (*ORDERED, centre("not_supplied", reason="x", refund="1")), "/refund"),
    Refused("more awarded than held", (*DISPUTED, rule("2500")), "/compensation"),
    Refused("an objection without evidence", (*DELIVERED, act("object", BUYER_ORG, claim="wet", evidence=[])), "/evidence"),
    Refused("the seller publishes", (act("publish", SUPPLIER, note="x"),), "not_your_role"),
    Refused("paid by word of mouth", (*PENDING, act("pay", BUYER_ORG)), "not_your_role"),
]  # fmt: skip


MESSAGES = {
    "pay": {
        "trade_payment_unclear to trade_centre",
        "trade_partly_paid to trade_centre",
        "trade_paid_too_much to trade_centre",
    },
    "paid_late": {"trade_paid_too_much to trade_centre"},
    "belongs_elsewhere": {"trade_payment_elsewhere to trade_centre"},
    "release_money": {"trade_release_differs to trade_centre", "trade_money_released"},
    "refuse_post": {"trade_offer_refused"},
    "no_partner": {"trade_offer_over"},
    "not_paid": {"trade_failed", "trade_failed to trade_centre"},
    "not_supplied": {"trade_failed", "trade_failed to trade_centre"},
    "object": {"trade_objection"},
    "settle_dispute": {"trade_decided"},
    "no_contract": {"trade_contract_failed to trade_centre"},
}


@each([*PATHS, *TOLD_LATE])
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(BrokeredSale, start, [*PATHS, *TOLD_LATE]) == set()


def test_an_offer_is_still_valid() -> None:
    past = act("post", BUYER_ORG, **{**OFFER, "valid_until": "2026-11-22"})
    Refused("past", (past,), "/valid_until").check(fresh)


def test_the_contract_says_what_is_paid() -> None:
    signed = (*MATCHING, act("sign", BUYER_ORG, contract="C-1"))
    effective = child("b2b_contract", "effective", ended=False, amount={"amount": "2400", "currency": "CNY"})
    paid = (effective, act("pay", BANK_FEED, amount="2400"))
    for offer in (OFFER, {**OFFER, "price": None}):
        case = walk(fresh().act("post", SUPPLIER, **offer), (*signed, *paid))
        assert case.effects(HoldTradeMoney)[0].amount == yuan(2400)


def test_the_sums() -> None:
    case = walk(start(), (*DISPUTED, rule(), RELEASE))
    (held,), (released,), (contract,) = (
        case.effects(HoldTradeMoney),
        case.effects(ReleaseTradeMoney),
        case.effects(OpenCase),
    )
    assert (held.amount, released.less, contract.form["kind"]) == (yuan("2499.98"), yuan(100), "brokered")


def test_kind_12_a_bank_event_counts_as_much_as_it_says() -> None:
    case = walk(start(), (*PENDING, act("pay", BANK_FEED)))
    assert (case.stage, case.effects(HoldTradeMoney)) == ("payment_pending", [])
    assert walk(case, (PAY,)).effects(HoldTradeMoney)[0].amount == yuan("2499.98")


def test_kind_30_one_payment_is_held_for_one_trade() -> None:
    """The book has the number for another trade: nothing counts here, and nobody is sent for the goods."""
    case = walk(start(ELSEWHERE), PAID)
    assert (case.stage, case.case.held, case.notified) == ("payment_pending", yuan(0), [TRADE_CENTRE])
    again = walk(start(), (*ORDERED, SAID_LATE))
    assert (again.stage, again.case.held) == ("payment_pending", yuan(0))
    assert "CallDeliveryOff" in [one.kind() for one in again.done]


def test_event_kind_05_the_banks_word_is_taken_with_its_amount() -> None:
    case = walk(start(), DELIVERED)
    assert (
        case.hear("bank.transfer.released", BANK_FEED, amount="2499.98", reason="released").stage == "settled"
    )


def test_kind_33_the_centre_enters_what_a_buyer_told_it() -> None:
    chosen = centre("choose_partner", partner="B-1", channel="phone")
    assert walk(start(), (*PUBLISHED, chosen)).stage == "partner_chosen"


def test_nobody_trades_with_themselves() -> None:
    case = walk(fresh().act("post", SUPPLIER, **OFFER, offered_by="S-1"), PUBLISHED)
    with pytest.raises(Refusal, match="with themselves"):
        case.act("choose_partner", BUYER_ORG, partner="S-1")


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_no_more_is_held_than_the_contract_comes_to() -> None:
    case = walk(start(), (*PENDING, act("pay", BANK_FEED, amount="10000000", payment_no="P-1"), LATE, LATE))
    assert [held.amount for held in case.effects(HoldTradeMoney)] == [yuan("2499.98")]
    assert case.notified == [TRADE_CENTRE] * 2, "of what was too much, and of the second payment, told twice"


def test_kind_36_both_sides_hear_what_becomes_of_it() -> None:
    told = walk(start(), (*DISPUTED, rule(), RELEASE)).effects(Message)
    assert [(one.to, one.template) for one in told] == [
        ("S-1", "trade_objection"),
        *[(party, "trade_decided") for party in ("S-1", "B-1")],
        *[(party, "trade_money_released") for party in ("S-1", "B-1")],
    ]
