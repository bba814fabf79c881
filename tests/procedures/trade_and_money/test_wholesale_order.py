"""Wholesale orders: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.money.contract import PayRefund, RecordPayment
from activities.orders.contract import QuoteRefund
from activities.stock.contract import ReserveStock
from activities.trade.contract import DrawCredit, LowerCredit, PriceOrder, SettleCredit
from models.effect import Outcome
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.trade_and_money.wholesale_order import WholesaleOrder
from workflows.vocabulary import (
    BUYER_ORG,
    CARRIER_FEED,
    DISTRIBUTION_MANAGER,
    DISTRIBUTOR,
    FINANCE,
    GM,
    LOGISTICS,
    OPS_MANAGER,
    PAYMENT_FEED,
)

ADDRESS = {"province": "浙江", "city": "杭州", "district": "西湖", "street": "文三路 1 号"}
LINES = [{"sku": "TEA", "qty": 100}]
PLACE: dict[str, Any] = {"name": "王芳", "phone": "13800138000", "address": ADDRESS}
ORDER: dict[str, Any] = {"lines": LINES, "ship_to": [PLACE], "payment": "credit"}
TWO: dict[str, Any] = {
    **ORDER,
    "ship_to": [
        {**PLACE, "lines": [{"sku": "TEA", "qty": 60}]},
        {**PLACE, "lines": [{"sku": "TEA", "qty": 40}]},
    ],
}


PRICED = yes(
    prices=[{"sku": "TEA", "price": {"amount": "8"}}],
    amount={"amount": "800"},
    level="B",
    rebate_pct="3",
    limit={"amount": "1000"},
)
OVER = no("over", limit={"amount": "1000"}, owed={"amount": "300"})


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    known: dict[Any, Answer] = {PriceOrder: PRICED, **(answers or {})}
    return Scenario(WholesaleOrder, subject="W-1", answers=known)


def start(answers: dict[Any, Answer] | None = None, **order: Any) -> Scenario:
    return fresh(answers).act("place_order", DISTRIBUTOR, **{**ORDER, **order})


def check(event: str, *, credit: bool = True, stock: bool = True, price: bool = True) -> Any:
    return act(event, DISTRIBUTION_MANAGER, credit_ok=credit, stock_ok=stock, price_ok=price)


def ship(*numbers: str) -> Any:
    return act("ship", LOGISTICS, **({"order_nos": list(numbers)} if numbers else {}))


def quote(sku: str = "TEA", until: str = "2026-12-01") -> Any:
    return act(
        "quote",
        DISTRIBUTION_MANAGER,
        prices=[{"sku": sku, "qty": 100, "price": "8"}],
        valid_until=until,
        lead_days=5,
    )


ASK = act("ask_bulk", BUYER_ORG, company="ACME", contact="Li", lines=LINES)
QUOTED = (ASK, quote())
ACCEPT = act("accept_quote", BUYER_ORG, **{**ORDER, "payment": "prepaid"})
TAKEN = (check("take_check"),)
RELEASED = (*TAKEN, check("on_credit"))
SHIPPED = (*RELEASED, ship())
ARRIVED = child("order_fulfilment", "delivered", ended=False)
SETTLE = act("settled", FINANCE, paid="780", payment_no="B-780", rebate="20")
CANCEL = act("cancel", DISTRIBUTOR, reason="no need")
BOUGHT = (*QUOTED, ACCEPT, *TAKEN, check("ask_payment"))
PAID = (*BOUGHT, act("paid", PAYMENT_FEED, amount="800", payment_no="T-1"))
PAY = act("paid", PAYMENT_FEED, amount="800")
ALLOW = act("allow_credit", OPS_MANAGER, note="an old customer")
REFUSE = act("refuse_credit", OPS_MANAGER, note="too much")
DEAR: dict[Any, Answer] = {PriceOrder: yes(amount={"amount": "900"}, level="B")}


def pay(amount: str) -> Any:
    return act("paid", PAYMENT_FEED, amount=amount)


def within(effect: DrawCredit) -> Outcome:
    return yes() if effect.allowed else OVER


NO_DEAL = act("no_deal", DISTRIBUTION_MANAGER, reason="too dear")

PATHS = [
    Path("on credit, to the last money", (*SHIPPED, ARRIVED, SETTLE), "closed", effects=["PriceOrder", "DrawCredit", "ReserveStock", "RecordPayment", "SettleCredit", "SettleCredit"], opened=["order_fulfilment"], missed=[]),
    Path("the carrier says it first", (*SHIPPED, ARRIVED), "settling"),
    Path("turned down", (*TAKEN, check("reject_order", price=False)), "rejected"),
    Path("cancelled when placed", (CANCEL,), "cancelled"),
    Path("cancelled when checked", (*TAKEN, CANCEL), "cancelled"),
    Path("cancelled when released", (*RELEASED, CANCEL), "cancelled", effects=["PriceOrder", "DrawCredit", "ReserveStock", "Message", "FreeStock", "GiveCreditBack"], notified=[DISTRIBUTION_MANAGER]),
    Path("out of stock", RELEASED, "cancelled", effects=["PriceOrder", "DrawCredit", "Message", "GiveCreditBack"], answers={ReserveStock: no("short")}),
    Path("no credit at all", RELEASED, "cancelled", notified=[DISTRIBUTION_MANAGER], answers={DrawCredit: no("blocked")}),
    Path("beyond its credit", RELEASED, "credit_approval", effects=["PriceOrder", "FreeStock", "ReserveStock"], notified=[OPS_MANAGER], answers={DrawCredit: OVER}),
    Path("allowed beyond its credit", (*RELEASED, ALLOW), "released", effects=["PriceOrder", "FreeStock", "ReserveStock", "DrawCredit", "ReserveStock"], answers={DrawCredit: within}),
    Path("paid ahead instead", (*RELEASED, REFUSE, PAY), "released", answers={DrawCredit: OVER}),
    Path("cancelled while it is decided", (*RELEASED, CANCEL), "cancelled", answers={DrawCredit: OVER}),
    Path("decided in time", (*RELEASED, hours(8)), "credit_approval", notified=[OPS_MANAGER, OPS_MANAGER, GM], answers={DrawCredit: OVER}),
    Path("of a suspended distributor", (), "rejected", effects=["Message"], notified=[DISTRIBUTION_MANAGER], answers={PriceOrder: no("D-1 is blocked: price breach")}),
    Path("paid in two parts", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="100", payment_no="B-100"), act("settled", FINANCE, paid="700", payment_no="B-700")), "closed"),
    Path("some is still owed", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="100", payment_no="B-100"), days(30)), "settling", notified=[OPS_MANAGER], missed=["settling"]),
    Path("what is never paid", (*SHIPPED, ARRIVED, act("write_off_debt", GM, reason="bankrupt")), "closed", notified=[FINANCE]),
    Path("checked in time", (hours(4),), "placed", notified=[OPS_MANAGER], missed=["checked_in_time"]),
    Path("a check that comes to no end", (*TAKEN, hours(4)), "checking", notified=[OPS_MANAGER], missed=["checked_in_time"]),
    Path("shipped in time", (*RELEASED, hours(48)), "released", notified=[DISTRIBUTION_MANAGER, OPS_MANAGER], missed=["released"]),
]  # fmt: skip

ASKED = [
    Path("quoted, paid and released", PAID, "released", effects=["Message", "PriceOrder", "Message", "RecordPayment", "ReserveStock"]),
    Path("paid, then cancelled", (*PAID, act("cancel", BUYER_ORG, reason="x")), "cancelled", effects=["Message", "PriceOrder", "Message", "RecordPayment", "ReserveStock", "Message", "PayRefund", "FreeStock"]),
    Path("paid, the sum unknown", (*BOUGHT, act("paid", PAYMENT_FEED)), "awaiting_payment", notified=[FINANCE]),
    Path("paid in part", (*BOUGHT, pay("100")), "awaiting_payment", notified=[FINANCE]),
    Path("the rest follows", (*BOUGHT, pay("100"), act("paid", FINANCE, amount="700", payment_no="B-700")), "released"),
    Path("overpaid", (*BOUGHT, pay("900")), "released", notified=[FINANCE]),
    Path("part of it lapses", (*BOUGHT, pay("100"), days(3)), "cancelled", effects=["Message", "PriceOrder", "Message", "RecordPayment", "Message", "Message", "PayRefund"]),
    Path("a quote below the level", (*QUOTED, ACCEPT), "placed", notified=[OPS_MANAGER], answers=DEAR),
    Path("a quote below the level that is allowed", (*QUOTED, ACCEPT, *TAKEN, act("allow_price", OPS_MANAGER, note="first order"), check("ask_payment")), "awaiting_payment", answers=DEAR),
    Path("a quote allowed at once", (*QUOTED, ACCEPT, act("allow_price", OPS_MANAGER, note="first order")), "placed", answers=DEAR),
    Path("suspended since the quote", (*QUOTED, ACCEPT), "rejected", answers={PriceOrder: no("blocked")}),
    Path("cancelled unpaid", (*BOUGHT, act("cancel", DISTRIBUTION_MANAGER, reason="x")), "cancelled"),
    Path("not paid", (*BOUGHT, days(3)), "cancelled"),
    Path("a bulk order has until the date that was agreed", (*PAID, days(4)), "released", notified=[DISTRIBUTION_MANAGER], missed=[]),
    Path("a bulk order is late", (*PAID, days(5)), "released", notified=[DISTRIBUTION_MANAGER, OPS_MANAGER], missed=["released"]),
    Path("no deal", (ASK, NO_DEAL), "lost"),
    Path("no deal at that price", (*QUOTED, NO_DEAL), "lost"),
    Path("nobody quotes", (ASK, days(7)), "lost"),
    Path("the quote runs out", (*QUOTED, days(9)), "lost"),
]  # fmt: skip

LOST = child("order_fulfilment", "closed_lost")
CAME = child("order_fulfilment", "delivered", ended=False, worth={"amount": "320"})
"""All of the second of two addresses."""
LATE = act("paid_late", PAYMENT_FEED, amount="800", payment_no="T-9")
EARLY = act("paid_early", PAYMENT_FEED, amount="100", payment_no="T-0")
OF_ANOTHER: dict[Any, Answer] = {RecordPayment: no("payment T-9 belongs to order W-2")}
BROUGHT_BY_TWO = (act("place_order", DISTRIBUTOR, **TWO), *RELEASED, ship("W-1-1", "W-1-2"))
BOUGHT_BY_TWO = (*QUOTED, act("accept_quote", BUYER_ORG, **{**TWO, "payment": "prepaid"}), *TAKEN, check("ask_payment"), act("paid", PAYMENT_FEED, amount="800", payment_no="T-1"), ship("W-1-1", "W-1-2"))  # fmt: skip
LEFT = {QuoteRefund: yes(left={"amount": "800"})}
BEFORE = {
    "inquiry": (ASK,),
    "quoted": QUOTED,
    "placed": (*QUOTED, ACCEPT),
    "checking": (*QUOTED, ACCEPT, *TAKEN),
    "credit_approval": (act("place_order", DISTRIBUTOR, **ORDER), *RELEASED),
}
AFTER = {
    "released": (act("place_order", DISTRIBUTOR, **ORDER), *RELEASED),
    "shipping": (act("place_order", DISTRIBUTOR, **ORDER), *SHIPPED),
    "settling": (act("place_order", DISTRIBUTOR, **ORDER), *SHIPPED, ARRIVED),
    "closed": (act("place_order", DISTRIBUTOR, **ORDER), *SHIPPED, ARRIVED, SETTLE),
    "rejected": (act("place_order", DISTRIBUTOR, **ORDER), *TAKEN, check("reject_order", price=False)),
    "lost": (ASK, NO_DEAL),
    "cancelled": (*BOUGHT, days(3)),
}

MONEY = [
    Path("one of two is lost, on credit", (*BROUGHT_BY_TWO, LOST, CAME), "settling", effects=["PriceOrder", "DrawCredit", "ReserveStock", "ReserveStock", "LowerCredit", "Message"], notified=[DISTRIBUTION_MANAGER]),
    Path("the first arrives, the second comes back", (*BROUGHT_BY_TWO, child("order_fulfilment", "delivered", ended=False), child("order_fulfilment", "closed_returned")), "settling", notified=[DISTRIBUTION_MANAGER]),
    Path("it waits for the others", (*BROUGHT_BY_TWO, LOST), "shipping", effects=["PriceOrder", "DrawCredit", "ReserveStock", "ReserveStock"]),
    Path("none arrives, on credit", (*BROUGHT_BY_TWO, LOST, child("order_fulfilment", "cancelled")), "cancelled", effects=["PriceOrder", "DrawCredit", "ReserveStock", "ReserveStock", "LowerCredit", "Message"]),
    Path("none arrives, paid ahead", (*BOUGHT_BY_TWO, LOST, LOST), "cancelled", effects=["Message", "PriceOrder", "Message", "RecordPayment", "ReserveStock", "ReserveStock", "Message", "QuoteRefund", "PayRefund"], notified=[DISTRIBUTION_MANAGER, FINANCE], answers=LEFT),
    Path("one of two is lost, paid ahead", (*BOUGHT_BY_TWO, LOST, CAME), "settling", notified=[DISTRIBUTION_MANAGER, FINANCE], answers=LEFT),
    Path("lost after all, paid ahead", (*BOUGHT_BY_TWO, CAME, CAME, act("settled", FINANCE, paid="0"), LOST), "closed", answers=LEFT),
    Path("lost after all, before it is settled", (*BOUGHT_BY_TWO, CAME, CAME, LOST), "settling", answers=LEFT),
    Path("nobody knows what is left", (*BOUGHT_BY_TWO, LOST, LOST), "cancelled", notified=[DISTRIBUTION_MANAGER, FINANCE], answers={QuoteRefund: no("no such order")}),
    Path("nobody knows what is left of a half", (*BOUGHT_BY_TWO, LOST, CAME), "settling", notified=[DISTRIBUTION_MANAGER, FINANCE], answers={QuoteRefund: no("no such order")}),
    Path("nobody knows what is left later", (*BOUGHT_BY_TWO, CAME, CAME, act("settled", FINANCE, paid="0"), LOST), "closed", answers={QuoteRefund: no("no such order")}),
    Path("all of it paid before it is asked for", (*QUOTED, ACCEPT, act("paid_early", PAYMENT_FEED, amount="800"), *TAKEN, check("ask_payment")), "released", effects=["Message", "PriceOrder", "RecordPayment", "ReserveStock"]),
    Path("paid before it is turned down", (*QUOTED, EARLY, NO_DEAL), "lost", effects=["Message", "RecordPayment", "PayRefund"]),
    Path("paid in part, and that is another order's", (*BOUGHT, pay("100")), "awaiting_payment", answers=OF_ANOTHER),
    Path("all paid, and that is another order's", PAID, "awaiting_payment", notified=[FINANCE], answers=OF_ANOTHER),
    *(Path(f"paid early at {stage}", (*way, EARLY), stage, answers={DrawCredit: OVER}) for stage, way in BEFORE.items()),
    *(Path(f"paid early at {stage} for another", (*way, EARLY), stage, notified=[*[OPS_MANAGER] * (stage == "credit_approval"), FINANCE], answers={DrawCredit: OVER, **OF_ANOTHER}) for stage, way in BEFORE.items()),
    *(Path(f"paid late at {stage}", (*way, LATE), stage) for stage, way in AFTER.items()),
    *(Path(f"paid late at {stage} for another", (*way, LATE), stage, answers=OF_ANOTHER) for stage, way in AFTER.items()),
]  # fmt: skip

REFUSALS = [
    Refused("a rebate before the money", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="0", rebate="24")), "/rebate"),
    Refused("a rebate with half the money", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="400", payment_no="B-400", rebate="24")), "/rebate"),
    Refused("settled with money without a number", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="780", rebate="20")), "/payment_no"),
    Refused("settled with a payment that is counted", (*SHIPPED, ARRIVED, *[act("settled", FINANCE, paid="300", payment_no="T-1")] * 2), "/payment_no"),
    Refused("on credit without credit", (*TAKEN, check("on_credit", credit=False)), "/credit_ok"),
    Refused("released without stock", (*TAKEN, check("on_credit", stock=False)), "/stock_ok"),
    Refused("released at a wrong price", (*TAKEN, check("on_credit", price=False)), "/price_ok"),
    Refused("turned down for nothing", (*TAKEN, check("reject_order")), "/credit_ok"),
    Refused("shipped beyond its credit", (*RELEASED, ship()), "not_possible_now", answers={DrawCredit: OVER}),
    Refused("more than is owed", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="801", payment_no="B-801")), "/paid"),
    Refused("settled with nothing", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="0")), "/paid"),
    Refused("a rebate beyond the terms", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="700", payment_no="B-700", rebate="100")), "/rebate"),
    Refused("settled in dollars", (*SHIPPED, ARRIVED, act("settled", FINANCE, paid={"amount": "9", "currency": "USD"})), "not in one currency"),
    Refused("finance writes off", (*SHIPPED, ARRIVED, act("write_off_debt", FINANCE, reason="x")), "not_your_role"),
    Refused("another order number", (*RELEASED, ship("W-9")), "/order_nos"),
    Refused("a distributor ships", (*RELEASED, act("ship", DISTRIBUTOR)), "not_your_role"),
]  # fmt: skip

ASKED_REFUSALS = [
    Refused("quoting what wasn't asked for", (ASK, quote("CUP")), "/prices"),
    Refused("a price below the level that nobody allowed", (*QUOTED, ACCEPT, *TAKEN, check("ask_payment")), "no lower than", answers=DEAR),
    Refused("a quote at its level needs nobody", (*QUOTED, ACCEPT, act("allow_price", OPS_MANAGER, note="x")), "below the prices"),
    Refused("a product without a price", (act("place_order", DISTRIBUTOR, **ORDER), *TAKEN, check("on_credit")), "no lower than", answers={PriceOrder: yes()}),
    Refused("finance enters more than is due", (*BOUGHT, act("paid", FINANCE, amount="801", payment_no="B-801")), "/amount"),
    Refused("finance enters money for a closed order", (*BOUGHT, days(3), act("paid_late", FINANCE, amount="1", payment_no="B-1")), "/amount"),
    Refused("finance enters money before there is a price", (ASK, act("paid_early", FINANCE, amount="1", payment_no="B-1")), "/amount"),
    Refused("one payment twice", (*BOUGHT, *[act("paid", FINANCE, amount="400", payment_no="T-1")] * 2), "/payment_no"),
    Refused("finance doesn't say which payment", (*BOUGHT, act("paid", FINANCE, amount="400")), "/payment_no"),
    Refused("finance doesn't say how much", (*BOUGHT, act("paid", FINANCE)), "/amount"),
    Refused("staff don't say whose order", (act("place_order", DISTRIBUTION_MANAGER, channel="phone", **ORDER),), "/partner_no"),
    Refused("staff don't say how they heard", (act("place_order", DISTRIBUTION_MANAGER, partner_no="D-1", **ORDER),), "/channel"),
    Refused("a quote that is over", (ASK, quote(until="2026-11-22")), "/valid_until"),
    Refused("ordering what wasn't quoted", (*QUOTED, act("accept_quote", BUYER_ORG, **{**ORDER, "lines": [{"sku": "CUP", "qty": 1}]})), "/lines"),
    Refused("credit where prepayment was agreed", (*QUOTED, ACCEPT, *TAKEN, check("on_credit")), "on credit"),
    Refused("one address that gets less than was ordered", (act("place_order", DISTRIBUTOR, **{**ORDER, "ship_to": [{**PLACE, "lines": [{"sku": "TEA", "qty": 1}]}]}),), "/ship_to"),
    Refused("an address that gets nothing", (act("place_order", DISTRIBUTOR, **{**ORDER, "ship_to": [{**PLACE, "lines": LINES}, PLACE]}),), "/ship_to"),
    Refused("quoted in two currencies", (ASK, act("quote", DISTRIBUTION_MANAGER, prices=[{"sku": "TEA", "qty": 1, "price": "8"}, {"sku": "TEA", "qty": 9, "price": {"amount": "1", "currency": "USD"}}], valid_until="2026-12-01", lead_days=5)), "/prices"),
    Refused("addresses without their goods", (act("place_order", DISTRIBUTOR, **{**ORDER, "ship_to": [PLACE, PLACE]}),), "/ship_to"),
]  # fmt: skip

MESSAGES = {
    "cancel": {"bulk_order_cancelled to distribution_manager", "bulk_order_cancelled"},
    "reject_order": {"bulk_order_not_taken"},
    "not_taken": {"bulk_order_not_taken", "bulk_order_refused to distribution_manager"},
    "refuse_credit": {"bulk_order_to_pay"},
    "credit_refused": {"bulk_order_cancelled", "bulk_order_cancelled to distribution_manager", "credit_beyond_limit to ops_manager"},
    "write_off_debt": {"bulk_order_written_off to finance"},
}  # fmt: skip
ASKED_MESSAGES = {
    "quote": {"bulk_quote"},
    "ask_payment": {"bulk_order_to_pay"},
    "paid": {"bulk_payment_unclear to finance", "bulk_order_to_pay", "bulk_order_partly_paid to finance"},
    "payment_counted": {"bulk_order_overpaid to finance", "bulk_payment_returned"},
    "not_paid": {"bulk_order_cancelled", "bulk_order_cancelled to distribution_manager"},
    "cancel": {"bulk_order_cancelled", "bulk_order_cancelled to distribution_manager"},
    "price_found": {"bulk_price_below_level to ops_manager"},
    "not_taken": {"bulk_order_not_taken", "bulk_order_refused to distribution_manager"},
}  # fmt: skip


GONE = {"bulk_goods_missing", "bulk_goods_never_came to distribution_manager"}
MONEY_MESSAGES = {
    "signed": GONE,
    "none_arrived": GONE,
    "lost_later": GONE,
    "left_found": {"bulk_money_goes_back to finance"},
    "left_unknown": {"bulk_money_to_return to finance"},
    "payment_refused": {"bulk_payment_refused to finance"},
    "payment_counted": {"bulk_order_overpaid to finance", "bulk_payment_returned"},
}  # fmt: skip


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(ASKED)
def test_path_of_an_inquiry(line: Path) -> None:
    line.check(fresh)


@each(MONEY)
def test_path_of_its_money(line: Path) -> None:
    line.check(fresh)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


@each(ASKED_REFUSALS)
def test_refusal_of_an_inquiry(line: Refused) -> None:
    line.check(fresh)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES
    assert messages(walked(fresh, ASKED)) == ASKED_MESSAGES
    of_money = messages(walked(fresh, MONEY))
    assert {event: of_money[event] for event in MONEY_MESSAGES} == MONEY_MESSAGES


def test_every_move_is_taken() -> None:
    """But for a check that begins before the book has answered."""
    late = {("price_found", "checking", "checking"), ("not_taken", "checking", "rejected")}
    left = untaken(WholesaleOrder, start, PATHS)
    for paths in (ASKED, MONEY):
        left &= untaken(WholesaleOrder, fresh, paths)
    assert left == late


def test_two_addresses_are_two_orders() -> None:
    case = walk(start(**TWO), (*RELEASED, ship("W-1-1", "W-1-2")))
    assert [(kept.order, kept.lines[0].qty) for kept in case.effects(ReserveStock)] == [
        ("W-1-1", 60),
        ("W-1-2", 40),
    ]
    assert [opened.form["order_no"] for opened in case.effects(OpenCase)] == ["W-1-1", "W-1-2"]
    assert case.undoable == ["OpenCase", "OpenCase"]


def test_all_parcels_are_to_arrive() -> None:
    case = walk(start(**TWO), (*RELEASED, ship("W-1-1", "W-1-2"), ARRIVED))
    assert case.stage == "shipping"
    with pytest.raises(Refusal, match="Every parcel"):
        case.act("signed", CARRIER_FEED)


def test_a_quote_sets_the_prices() -> None:
    (opened,) = walk(fresh(), (*PAID, ship())).effects(OpenCase)
    assert opened.form["lines"][0]["unit_price"]["amount"] == "8"


def test_credit_is_drawn_at_the_partners_prices() -> None:
    (drawn,) = walk(start(), RELEASED).effects(DrawCredit)
    assert (drawn.partner, drawn.amount, drawn.lines[0].qty) == ("distributor", yuan(800), 100)
    accepted = act("accept_quote", BUYER_ORG, **ORDER)
    (agreed,) = walk(fresh(), (*QUOTED, accepted, *RELEASED)).effects(DrawCredit)
    assert (agreed.partner, agreed.amount) == ("buyer_org", yuan(800))


def test_credit_is_drawn_for_what_is_ordered_at_its_quantity_break() -> None:
    prices = [{"sku": "TEA", "qty": 100, "price": "7"}, {"sku": "TEA", "qty": 10, "price": "8"}]
    offered = act("quote", DISTRIBUTION_MANAGER, prices=prices, valid_until="2026-12-01", lead_days=5)
    for ordered, price in ((5, 8), (50, 8), (100, 7), (150, 7)):
        form = {**ORDER, "lines": [{"sku": "TEA", "qty": ordered}]}
        case = walk(
            fresh({PriceOrder: yes()}),
            (ASK, offered, act("accept_quote", BUYER_ORG, **form), *RELEASED, ship()),
        )
        (drawn,), (opened,) = case.effects(DrawCredit), case.effects(OpenCase)
        assert drawn.amount == yuan(price * ordered)
        assert opened.form["lines"][0]["unit_price"]["amount"] == str(price)


def test_kind_04_an_order_is_released_only_when_all_of_it_is_paid() -> None:
    case = walk(fresh(), (*BOUGHT, pay("100"), act("paid", PAYMENT_FEED)))
    assert (case.stage, case.case.amount, case.case.open) == ("awaiting_payment", yuan(100), yuan(700))
    assert walk(case, (pay("700"),)).stage == "released"


def test_kind_04_beyond_the_credit_limit_somebody_else_allows_it_who_sees_both_figures() -> None:
    case = walk(start({DrawCredit: within}), RELEASED)
    assert (case.stage, case.case.owed, case.case.limit) == ("credit_approval", yuan(300), yuan(1000))
    asked = act("on_credit", person(DISTRIBUTION_MANAGER, "li"), credit_ok=True, stock_ok=True, price_ok=True)
    alone = walk(start({DrawCredit: within}), (*TAKEN, asked))
    with pytest.raises(Refusal, match="omebody else"):
        alone.act("allow_credit", person(OPS_MANAGER, "li"), note="x")
    assert walk(case, (ALLOW,)).stage == "released"


def test_kind_04_what_is_owed_keeps_the_order_open() -> None:
    case = walk(start(), (*SHIPPED, ARRIVED, act("settled", FINANCE, paid="100", payment_no="B-100")))
    assert (case.stage, case.case.open) == ("settling", yuan(700))
    assert "settled" in case.offers(FINANCE)


def test_kind_04_a_suspended_distributors_order_is_not_taken() -> None:
    assert start({PriceOrder: no("D-1 is blocked: price breach")}).stage == "rejected"


def test_kind_04_the_order_costs_what_the_price_level_says() -> None:
    case = start()
    assert (case.case.agreed, case.case.level) == (yuan(800), "B")


def test_kind_33_staff_enter_an_order_that_came_by_phone() -> None:
    by_phone = {**ORDER, "partner_no": "D-1", "channel": "phone"}
    case = fresh().act("place_order", DISTRIBUTION_MANAGER, **by_phone)
    assert (case.stage, case.case.who) == ("placed", "D-1")


def test_settling_writes_what_was_paid_into_the_credit_book() -> None:
    first, second = walk(
        start(),
        (
            *SHIPPED,
            ARRIVED,
            act("settled", FINANCE, paid="100", payment_no="B-100"),
            act("write_off_debt", GM, reason="x"),
        ),
    ).effects(SettleCredit)
    assert (first.paid, first.rebate, second.paid, second.rebate) == (yuan(100), yuan(0), yuan(0), yuan(700))


def test_a_large_debt_is_for_the_gm() -> None:
    dear = {PriceOrder: yes(prices=[{"sku": "TEA", "price": {"amount": "800"}}]), DrawCredit: within}
    case = walk(start(dear), RELEASED)
    with pytest.raises(Refusal, match="gm approves"):
        walk(case, (ALLOW,))
    assert case.act("allow_credit", GM, note="x").stage == "released"


def test_what_is_lost_on_the_way_is_not_owed() -> None:
    case = walk(fresh(), (*BROUGHT_BY_TWO, LOST, CAME))
    (less,) = case.effects(LowerCredit)
    assert (less.amount, case.case.open) == (yuan(480), yuan(320))
    assert walk(case, (act("settled", FINANCE, paid="320", payment_no="B-320"),)).stage == "closed"


def test_what_was_paid_ahead_for_lost_goods_goes_back_once() -> None:
    """An after-sales case has returned 100 of it already."""
    left: dict[Any, Answer] = {QuoteRefund: yes(left={"amount": "700"})}
    case = walk(fresh(left), (*BOUGHT_BY_TWO, LOST, CAME))
    (back,) = case.effects(PayRefund)
    assert (back.order, back.amount) == ("W-1", yuan(380))


def test_a_parcel_that_comes_short_is_paid_as_far_as_it_came() -> None:
    short = child("order_fulfilment", "delivered", ended=False, worth={"amount": "500"})
    case = walk(start(), (*SHIPPED, short))
    assert (case.stage, case.case.open) == ("settling", yuan(500))


def test_money_that_comes_after_the_delivery_is_what_is_owed_and_the_rest_goes_back() -> None:
    late = act("paid_late", PAYMENT_FEED, amount="900", payment_no="T-9")
    case = walk(start(), (*SHIPPED, ARRIVED, late))
    (entered,), (settled,), (back,) = (
        case.effects(kind) for kind in (RecordPayment, SettleCredit, PayRefund)
    )
    assert (entered.amount, settled.paid, back.amount) == (yuan(900), yuan(800), yuan(100))
    assert (case.case.open, walk(case, (act("settled", FINANCE, paid="0"),)).stage) == (yuan(0), "closed")


def test_a_payment_that_is_told_twice_counts_once() -> None:
    late = act("paid_late", PAYMENT_FEED, amount="300", payment_no="T-9")
    case = walk(start(), (*SHIPPED, ARRIVED, late, late))
    assert (len(case.effects(RecordPayment)), case.case.open) == (1, yuan(500))


@pytest.mark.parametrize("stage", ["closed", "rejected", "lost", "cancelled"])
def test_money_for_an_order_that_is_over_goes_back(stage: str) -> None:
    case = walk(fresh(), (*AFTER[stage], LATE))
    assert case.effects(PayRefund)[-1].amount == yuan(800)


def test_a_payment_of_another_order_releases_nothing() -> None:
    case = walk(fresh(OF_ANOTHER), PAID)
    assert (case.stage, case.case.amount, case.undoable) == ("awaiting_payment", None, [])


def test_a_rebate_of_what_was_paid_ahead_goes_back() -> None:
    case = walk(fresh(), (*BOUGHT_BY_TWO, ARRIVED, ARRIVED, act("settled", FINANCE, paid="0", rebate="24")))
    (back,) = case.effects(PayRefund)
    assert (case.stage, back.amount) == ("closed", yuan(24))


def test_kind_26_its_orders_are_of_one_family_with_it() -> None:
    case = walk(fresh(), BROUGHT_BY_TWO)
    assert [opened.form["placed_as"] for opened in case.effects(OpenCase)] == ["W-1", "W-1"]
    assert (case.entry.order, sum(line.qty for line in case.entry.lines)) == ("W-1", 100)


def test_a_payment_of_another_order_returns_nothing_of_this_one() -> None:
    case = walk(fresh(), PAID)
    case.answers = {**case.answers, **OF_ANOTHER}
    assert walk(case, (LATE,)).effects(PayRefund) == []
