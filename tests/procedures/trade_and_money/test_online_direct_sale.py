"""Online direct sale: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.catalogue.contract import CheckOrderPrices
from activities.money.contract import PayRefund, RecordPayment
from activities.orders.contract import QuoteRefund
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, yes
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.timing import days, hours, minutes
from workflows.procedures.trade_and_money.online_direct_sale import OnlineDirectSale
from workflows.vocabulary import (
    BANK_FEED,
    CARRIER_FEED,
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    FINANCE,
    OPS_MANAGER,
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

LEFT = {QuoteRefund: yes(left={"amount": "21.00"})}

PATHS = [
    Path("billed", (*DELIVERED, act("bank_transfer", BANK_FEED), act("bill", BANK_FEED)), "billed", effects=["CheckOrderPrices", "AskPayment", "RecordPayment"], opened=["order_fulfilment"], notified=[SALES], missed=[]),
    Path("the carrier says it first", (*NOTIFIED, act("deliver", CARRIER_FEED)), "delivered"),
    Path("left while browsing", (hours(24),), "abandoned"),
    Path("left with a full basket", (*FILLED, hours(24)), "abandoned"),
    Path("cancelled", (*FILLED, CANCEL), "cancelled", effects=["CheckOrderPrices"]),
    Path("refused", (*CHOSEN, act("refused", PAYMENT_FEED)), "payment_refused"),
    Path("no word from the bank", (*CHOSEN, minutes(5)), "payment_refused", notified=[TECH], missed=["checked_in_time"]),
    Path("the buyer never ordered", (*PAID, verify(confirmed=False)), "refunded", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund", "Message"]),
    Path("the order is cancelled", (*NOTIFIED, child("order_fulfilment", "cancelled")), "refunded", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund", "Message"]),
    Path("the parcel comes back", (*NOTIFIED, child("order_fulfilment", "closed_returned")), "refunded", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund", "Message"]),
    Path("the parcel is lost", (*NOTIFIED, child("order_fulfilment", "closed_lost")), "refunded", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund", "Message"]),
    Path("one of two parcels is lost", (*NOTIFIED, child("order_fulfilment", "delivered", ended=False, worth="10.50")), "delivered", effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "QuoteRefund", "PayRefund", "Message"], answers=LEFT),
    Path("another sum is accepted", (*CHOSEN, act("accepted_otherwise", PAYMENT_FEED, amount="0.01")), "payment_checking", notified=[FINANCE], effects=["CheckOrderPrices", "AskPayment", "RecordPayment", "PayRefund", "Message"]),
    Path("accepted too late", (*CHOSEN, minutes(5), act("accepted_otherwise", PAYMENT_FEED)), "payment_refused", notified=[TECH, FINANCE], effects=["CheckOrderPrices", "AskPayment", "Message", "RecordPayment", "PayRefund", "Message"]),
    *(Path(f"accepted again at {stage}", (*way, act("accepted_otherwise", PAYMENT_FEED, payment_no="P-2")), stage) for stage, way in {"paid": PAID, "delivery_notified": NOTIFIED, "delivered": DELIVERED, "bank_settled": (*DELIVERED, act("bank_transfer", BANK_FEED)), "billed": (*DELIVERED, act("bank_transfer", BANK_FEED), act("bill", BANK_FEED)), "refunded": (*PAID, verify(confirmed=False))}.items()),
    Path("accepted after all was called off", (*FILLED, CANCEL, act("accepted_otherwise", PAYMENT_FEED)), "cancelled", notified=[FINANCE]),
    Path("finance knows it from the bank", (*DELIVERED, act("bank_transfer", FINANCE), act("bill", FINANCE)), "billed"),
    Path("the banks are slow", (*DELIVERED, days(8)), "delivered", notified=[SALES, OPS_MANAGER], missed=["delivered"]),
    Path("verified in time", (*PAID, hours(2)), "paid", notified=[CS_SUPERVISOR], missed=["paid"]),
]  # fmt: skip

REFUSALS = [
    Refused("another sum than was asked for", (*CHOSEN, act("accepted", PAYMENT_FEED, amount="0.01")), "said yes to what"),
    Refused("a basket worth nothing", (fill("0"),), "/lines"),
    Refused("the customer accepts the payment", (*CHOSEN, act("accepted", CUSTOMER)), "not_your_role"),
    Refused("delivered by word of mouth", (*NOTIFIED, act("deliver", CUSTOMER)), "not_your_role"),
    Refused("cancelled once paid", (*PAID, CANCEL), "not_possible_now"),
]  # fmt: skip

MESSAGES = {
    "verify_order": {"deliver_order to sales", "direct_sale_refunded"},
    "payment_counted": {"direct_sale_paid_otherwise to finance", "direct_sale_refunded"},
    "left_found": {"direct_sale_refunded"},
    "refused": {"direct_sale_not_paid"},
    "refund": {"direct_sale_refunded"},
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
    later = {("left_found", stage, stage) for stage in ("bank_settled", "billed")}
    assert untaken(OnlineDirectSale, start, PATHS) == {while_asking, doubtful, *late, *later}


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


def test_what_came_in_is_what_the_bank_says() -> None:
    case = walk(start(), (*CHOSEN, act("accepted_otherwise", PAYMENT_FEED, amount="0.01", payment_no="P-1")))
    (paid,), (back,) = case.effects(RecordPayment), case.effects(PayRefund)
    assert (paid.amount, paid.payment_no, back.amount) == (yuan("0.01"), "P-1", yuan("0.01"))
    case.hear("payment.authorisation.accepted", PAYMENT_FEED, amount="21.00", payment_no="P-2")
    assert case.stage == "paid"


def test_what_was_paid_for_a_lost_parcel_goes_back_once() -> None:
    """Customer service has returned 5 of it already."""
    left: dict[Any, Answer] = {QuoteRefund: yes(left={"amount": "16.00"})}
    half = child("order_fulfilment", "delivered", ended=False, worth="10.50")
    (back,) = walk(start(left), (*NOTIFIED, half)).effects(PayRefund)
    assert back.amount == yuan("5.50")


def test_what_is_accepted_twice_goes_back_and_what_is_told_twice_counts_once() -> None:
    case = walk(start(), CHOSEN)
    for number in ("P-1", "P-1", "P-2"):
        case.hear("payment.authorisation.accepted", PAYMENT_FEED, payment_no=number)
    assert [paid.payment_no for paid in case.effects(RecordPayment)] == ["P-1", "P-2"]
    assert [back.amount for back in case.effects(PayRefund)] == [yuan("21.00")]


def test_a_payment_of_another_order_returns_nothing_of_this_one() -> None:
    case = walk(start(), PAID)
    case.answers = {RecordPayment: no("payment P-2 belongs to order SO-9")}
    case.act("accepted_otherwise", PAYMENT_FEED, payment_no="P-2")
    assert case.effects(PayRefund) == []
