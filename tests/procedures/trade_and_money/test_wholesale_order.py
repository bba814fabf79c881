"""Wholesale orders: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import OpenCase
from activities.stock.contract import ReserveStock
from activities.trade.contract import DrawCredit
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no
from workflows.language.refusals import Refusal
from workflows.language.timing import days, hours
from workflows.procedures.trade_and_money.wholesale_order import WholesaleOrder
from workflows.vocabulary import (
    BUYER_ORG,
    CARRIER_FEED,
    DISTRIBUTION_MANAGER,
    DISTRIBUTOR,
    FINANCE,
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


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(WholesaleOrder, subject="W-1", answers=answers)


def start(answers: dict[Any, Answer] | None = None, **order: Any) -> Scenario:
    return fresh(answers).act("place_order", DISTRIBUTOR, **{**ORDER, **order})


def check(event: str, *, credit: bool = True, stock: bool = True, price: bool = True) -> Any:
    return act(event, DISTRIBUTION_MANAGER, credit_ok=credit, stock_ok=stock, price_ok=price)


def ship(*numbers: str) -> Any:
    return act("ship", LOGISTICS, order_nos=list(numbers or ("W-1-1",)))


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
SETTLE = act("settled", FINANCE, paid="800", rebate="20")
CANCEL = act("cancel", DISTRIBUTOR, reason="no need")
BOUGHT = (*QUOTED, ACCEPT, *TAKEN, check("ask_payment"))
PAID = (*BOUGHT, act("paid", PAYMENT_FEED, amount="800", payment_no="T-1"))
NO_DEAL = act("no_deal", DISTRIBUTION_MANAGER, reason="too dear")

PATHS = [
    Path("on credit, to the last money", (*SHIPPED, ARRIVED, SETTLE), "closed", effects=["DrawCredit", "ReserveStock", "SettleCredit"], opened=["order_fulfilment"], missed=[]),
    Path("the carrier says it first", (*SHIPPED, ARRIVED), "settling"),
    Path("turned down", (*TAKEN, check("reject_order", price=False)), "rejected"),
    Path("cancelled when placed", (CANCEL,), "cancelled"),
    Path("cancelled when checked", (*TAKEN, CANCEL), "cancelled"),
    Path("cancelled when released", (*RELEASED, CANCEL), "cancelled", effects=["DrawCredit", "ReserveStock", "FreeStock", "GiveCreditBack"], notified=[DISTRIBUTION_MANAGER]),
    Path("out of stock", RELEASED, "cancelled", effects=["DrawCredit", "GiveCreditBack"], answers={ReserveStock: no("short")}),
    Path("out of credit", RELEASED, "cancelled", effects=["FreeStock", "ReserveStock"], answers={DrawCredit: no("over")}),
    Path("checked in time", (hours(4),), "placed", notified=[OPS_MANAGER], missed=["checked_in_time"]),
    Path("a check that comes to no end", (*TAKEN, hours(4)), "checking", notified=[OPS_MANAGER], missed=["checked_in_time"]),
    Path("shipped in time", (*RELEASED, hours(48)), "released", notified=[DISTRIBUTION_MANAGER, OPS_MANAGER], missed=["released"]),
]  # fmt: skip

ASKED = [
    Path("quoted, paid and released", PAID, "released", effects=["RecordPayment", "ReserveStock"]),
    Path("paid, then cancelled", (*PAID, act("cancel", BUYER_ORG, reason="x")), "cancelled", effects=["RecordPayment", "ReserveStock", "PayRefund", "FreeStock"]),
    Path("paid, the sum unknown", (*BOUGHT, act("paid", PAYMENT_FEED)), "released", effects=["ReserveStock"]),
    Path("cancelled unpaid", (*BOUGHT, act("cancel", DISTRIBUTION_MANAGER, reason="x")), "cancelled"),
    Path("not paid", (*BOUGHT, days(3)), "cancelled"),
    Path("a bulk order has until the date that was agreed", (*PAID, days(4)), "released", notified=[DISTRIBUTION_MANAGER], missed=[]),
    Path("a bulk order is late", (*PAID, days(5)), "released", notified=[DISTRIBUTION_MANAGER, OPS_MANAGER], missed=["released"]),
    Path("no deal", (ASK, NO_DEAL), "lost"),
    Path("no deal at that price", (*QUOTED, NO_DEAL), "lost"),
    Path("nobody quotes", (ASK, days(7)), "lost"),
    Path("the quote runs out", (*QUOTED, days(9)), "lost"),
]  # fmt: skip

REFUSALS = [
    Refused("on credit without credit", (*TAKEN, check("on_credit", credit=False)), "/credit_ok"),
    Refused("released without stock", (*TAKEN, check("on_credit", stock=False)), "/stock_ok"),
    Refused("released at a wrong price", (*TAKEN, check("on_credit", price=False)), "/price_ok"),
    Refused("turned down for nothing", (*TAKEN, check("reject_order")), "/credit_ok"),
    Refused("another order number", (*RELEASED, ship("W-9")), "/order_nos"),
    Refused("a distributor ships", (*RELEASED, act("ship", DISTRIBUTOR)), "not_your_role"),
]  # fmt: skip

ASKED_REFUSALS = [
    Refused("quoting what wasn't asked for", (ASK, quote("CUP")), "/prices"),
    Refused("a quote that is over", (ASK, quote(until="2026-11-22")), "/valid_until"),
    Refused("ordering what wasn't quoted", (*QUOTED, act("accept_quote", BUYER_ORG, **{**ORDER, "lines": [{"sku": "CUP", "qty": 1}]})), "/lines"),
    Refused("credit where prepayment was agreed", (*QUOTED, ACCEPT, *TAKEN, check("on_credit")), "on credit"),
    Refused("one address that gets less than was ordered", (act("place_order", DISTRIBUTOR, **{**ORDER, "ship_to": [{**PLACE, "lines": [{"sku": "TEA", "qty": 1}]}]}),), "/ship_to"),
    Refused("an address that gets nothing", (act("place_order", DISTRIBUTOR, **{**ORDER, "ship_to": [{**PLACE, "lines": LINES}, PLACE]}),), "/ship_to"),
    Refused("quoted in two currencies", (ASK, act("quote", DISTRIBUTION_MANAGER, prices=[{"sku": "TEA", "qty": 1, "price": "8"}, {"sku": "TEA", "qty": 9, "price": {"amount": "1", "currency": "USD"}}], valid_until="2026-12-01", lead_days=5)), "/prices"),
    Refused("addresses without their goods", (act("place_order", DISTRIBUTOR, **{**ORDER, "ship_to": [PLACE, PLACE]}),), "/ship_to"),
]  # fmt: skip

MESSAGES = {
    "cancel": {"bulk_order_cancelled to distribution_manager"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(ASKED)
def test_path_of_an_inquiry(line: Path) -> None:
    line.check(fresh)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


@each(ASKED_REFUSALS)
def test_refusal_of_an_inquiry(line: Refused) -> None:
    line.check(fresh)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    assert untaken(WholesaleOrder, start, PATHS) & untaken(WholesaleOrder, fresh, ASKED) == set()


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
    assert (drawn.partner, drawn.amount, drawn.lines[0].qty) == ("distributor", None, 100)
    accepted = act("accept_quote", BUYER_ORG, **ORDER)
    (agreed,) = walk(fresh(), (*QUOTED, accepted, *RELEASED)).effects(DrawCredit)
    assert (agreed.partner, agreed.amount) == ("buyer_org", yuan(800))


def test_credit_is_drawn_for_what_is_ordered_at_its_quantity_break() -> None:
    prices = [{"sku": "TEA", "qty": 100, "price": "7"}, {"sku": "TEA", "qty": 10, "price": "8"}]
    offered = act("quote", DISTRIBUTION_MANAGER, prices=prices, valid_until="2026-12-01", lead_days=5)
    for ordered, price in ((5, 8), (50, 8), (100, 7), (150, 7)):
        form = {**ORDER, "lines": [{"sku": "TEA", "qty": ordered}]}
        case = walk(fresh(), (ASK, offered, act("accept_quote", BUYER_ORG, **form), *RELEASED, ship()))
        (drawn,), (opened,) = case.effects(DrawCredit), case.effects(OpenCase)
        assert drawn.amount == yuan(price * ordered)
        assert opened.form["lines"][0]["unit_price"]["amount"] == str(price)
