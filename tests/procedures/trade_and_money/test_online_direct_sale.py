"""Online direct sale: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.catalogue.contract import CheckOrderPrices
from activities.money.contract import PayRefund, RecordPayment
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.timing import hours, minutes
from workflows.procedures.trade_and_money.online_direct_sale import OnlineDirectSale
from workflows.vocabulary import (
    BANK_FEED,
    CARRIER_FEED,
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    PAYMENT_FEED,
    SALES,
    TECH,
)

LINES = [{"sku": "TEA", "spec": "250 g", "qty": 2, "price": "10.50"}]
ADDRESS = {"province": "浙江", "city": "杭州", "district": "西湖", "street": "文三路 1 号"}


def start(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(OnlineDirectSale, subject="T-1", answers=answers).act("browse", CUSTOMER, entry="search")


def fill(price: str = "10.50") -> Any:
    lines = [{**LINES[0], "price": price}]
    return act("fill_order", CUSTOMER, name="王芳", address=ADDRESS, lines=lines, phone="13800138000")


def verify(*, confirmed: bool = True) -> Any:
    return act("verify_order", CS_AGENT, confirmed=confirmed, channel="phone")


FILLED = (fill(),)
CHOSEN = (*FILLED, act("choose_payment", CUSTOMER, method="wallet"))
PAID = (*CHOSEN, act("accepted", PAYMENT_FEED))
NOTIFIED = (*PAID, verify())
DELIVERED = (*NOTIFIED, child("order_fulfilment", "delivered", ended=False))
CANCEL = act("cancel", CUSTOMER)

PATHS = [
    Path("billed", (*DELIVERED, act("bank_transfer", BANK_FEED), act("bill", BANK_FEED)), "billed", effects=["CheckOrderPrices", "AskPayment", "RecordPayment"], opened=["order_fulfilment"], notified=[SALES], missed=[]),
    Path("the carrier says it first", (*NOTIFIED, act("deliver", CARRIER_FEED)), "delivered"),
    Path("left while browsing", (hours(24),), "abandoned"),
    Path("left with a full basket", (*FILLED, hours(24)), "abandoned"),
    Path("cancelled", (*FILLED, CANCEL), "cancelled", effects=["CheckOrderPrices"]),
    Path("refused", (*CHOSEN, act("refused", PAYMENT_FEED)), "payment_refused"),
    Path("no word from the bank", (*CHOSEN, minutes(5)), "payment_refused", notified=[TECH], missed=["checked_in_time"]),
    Path("the buyer never ordered", (*PAID, verify(confirmed=False)), "refunded", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund"]),
    Path("the order is cancelled", (*NOTIFIED, child("order_fulfilment", "cancelled")), "refunded", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund"]),
    Path("the parcel comes back", (*NOTIFIED, child("order_fulfilment", "closed_returned")), "refunded", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund"]),
    Path("verified in time", (*PAID, hours(2)), "paid", notified=[CS_SUPERVISOR], missed=["paid"]),
]  # fmt: skip

REFUSALS = [
    Refused("a basket worth nothing", (fill("0"),), "/lines"),
    Refused("the customer accepts the payment", (*CHOSEN, act("accepted", CUSTOMER)), "not_your_role"),
    Refused("delivered by word of mouth", (*NOTIFIED, act("deliver", CUSTOMER)), "not_your_role"),
    Refused("cancelled once paid", (*PAID, CANCEL), "not_possible_now"),
]  # fmt: skip

MESSAGES = {
    "verify_order": {"deliver_order to sales"},
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
    while_asking = ("cancel", "payment_chosen", "cancelled")  # the question is answered at once here
    late = {("doubt_prices", stage, stage) for stage in ("payment_chosen", "payment_checking", "paid")}
    doubtful = ("doubt_prices", "order_filled", "order_filled")
    assert untaken(OnlineDirectSale, start, PATHS) == {while_asking, doubtful, *late}


def test_the_order_and_the_money() -> None:
    case = walk(start(), (*NOTIFIED, child("order_fulfilment", "cancelled")))
    (order,), (paid,), (back,) = case.effects(OpenCase), case.effects(RecordPayment), case.effects(PayRefund)
    assert (order.form["order_no"], order.form["payment_method"]) == ("T-1", "platform-wallet")
    assert order.form["lines"] == [
        {"sku": "TEA", "qty": 2, "unit_price": {"amount": "10.50", "currency": "CNY"}}
    ]
    assert paid.amount == back.amount == yuan("21.00")


def test_kind_06_a_sale_below_the_books_price_is_verified_by_the_supervisor() -> None:
    too_cheap = {"sku": "TEA", "unit_price": {"amount": "10.50"}, "book_price": "105"}
    case = walk(start({CheckOrderPrices: no("TEA at 10.50", doubtful=[too_cheap])}), PAID)
    assert [str(row.book_price) for row in case.case.doubtful_prices] == ["105.00 CNY"]
    with pytest.raises(Refusal, match="below the book's price"):
        walk(case, [verify()])
    assert (
        case.act("verify_order", CS_SUPERVISOR, confirmed=True, channel="phone").stage == "delivery_notified"
    )


def test_kind_33_an_agent_enters_what_a_customer_says_with_the_channel() -> None:
    with pytest.raises(InvalidForm, match="by which way"):
        Scenario(OnlineDirectSale).act("browse", CS_AGENT, entry="search")
    case = Scenario(OnlineDirectSale).act("browse", CS_AGENT, entry="search", channel="phone")
    case.act("fill_order", CS_AGENT, **fill().form, channel="phone")
    assert case.act("cancel", CS_AGENT, channel="phone").stage == "cancelled"
