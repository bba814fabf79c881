"""Low stock alert: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import CancelCase, OpenCase, SendEvent
from activities.counts.contract import ShowQuantity
from activities.listings.contract import CountLeft
from activities.purchase_plans.contract import ReadAwaited
from activities.registers.contract import TakeUp
from tests.procedures.paths import Answers, Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, yes
from workflows.language.timing import hours
from workflows.procedures.supply_and_stock.low_stock_alert import LowStockAlert
from workflows.vocabulary import (
    FACTORY_RESIDENT,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PLATFORM_FEED,
    PRODUCT_MANAGER,
    PURCHASING,
)


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(LowStockAlert, answers=answers)


def start(answers: dict[Any, Answer] | None = None, free: int = 3, **more: Any) -> Scenario:
    waiting = [f"SO-{n}" for n in range(8)]
    answers = {CountLeft: yes(on_hand=free, free=free, open_orders=waiting), **(answers or {})}
    case = Scenario(LowStockAlert, subject="TEA-shop", answers=answers)
    return case.act("raise_alert", FACTORY_RESIDENT, sku="TEA", free=free, level=5, **more)


CHECK = act("check_orders", OPS_SPECIALIST, open_orders=8, can_fill=3, shortfall=5)
ORDER = act("order_more", PURCHASING, procurement_no="P-1", qty=50, eta="2026-11-30")
LIMIT = act("limit_sales", OPS_SPECIALIST, rule="2 each")
ENDED = act("cannot_restock", PRODUCT_MANAGER, substitute="OAT")
DELIST = act("delist_now", OPS_SPECIALIST)
IN = act("stock_in")
OFF = child("procurement", "cancelled")

AGAIN = act("raised_again", free=1, level=9)
TAKEN: dict[Any, Answer] = {TakeUp: no("TEA has case LA-1 already", running="LA-1")}
STAGES: dict[str, tuple[Any, ...]] = {
    "raised": (),
    "confirmed": (CHECK,),
    "replenishing": (CHECK, ORDER),
    "throttled": (CHECK, LIMIT),
    "substitute_plan": (CHECK, ENDED),
}

PATHS = [
    Path("ordered, and here", (CHECK, ORDER, IN), "cleared", effects=["TakeUp", "CountLeft", "ReadAwaited", "LayDown"], opened=["procurement"], missed=[]),
    Path("the shop showed another number", (act("fix_quantity", OPS_SPECIALIST, new_qty=40, reason="miscounted"),), "false_alarm", effects=["TakeUp", "CountLeft", "ShowQuantity", "LayDown"]),
    Path("sold under a limit until it comes", (CHECK, ORDER, LIMIT, IN), "cleared", effects=["TakeUp", "CountLeft", "ReadAwaited", "LimitSales", "LiftSalesLimit", "LayDown"]),
    Path("limited and then delisted", (CHECK, LIMIT, DELIST), "delisted", effects=["TakeUp", "CountLeft", "LimitSales", "LiftSalesLimit", "LayDown"], opened=["product_delisting"]),
    Path("delisted at once", (CHECK, DELIST), "delisted", opened=["product_delisting"]),
    Path("the supplier has ended it", (CHECK, ENDED, DELIST), "delisted", notified=[OPS_SPECIALIST]),
    Path("it comes though its supplier has ended it", (CHECK, ENDED, IN), "cleared"),
    Path("the purchase that is named awaits other goods", (CHECK, ORDER), "confirmed", notified=[PURCHASING, OPS_SPECIALIST], answers={ReadAwaited: yes(lines=[{"sku": "CUP", "qty": 5}])}),
    Path("the purchase that is named awaits these goods", (CHECK, ORDER), "replenishing", answers={ReadAwaited: yes(lines=[{"sku": "TEA", "qty": 5}])}),
    Path("the purchase is off", (CHECK, ORDER, OFF), "confirmed", notified=[PURCHASING, OPS_SPECIALIST]),
    Path("the purchase was rejected", (CHECK, ORDER, LIMIT, child("procurement", "rejected"), ORDER), "replenishing"),
    Path("goods came though their purchase was off", (CHECK, ORDER, OFF, IN), "cleared"),
    Path("decided in time", (CHECK, hours(24)), "confirmed", notified=[OPS_MANAGER], missed=["confirmed"]),
    Path("checked in time", (hours(4),), "raised", notified=[OPS_MANAGER], missed=["raised"]),
    Path("the SKU has an alert already", (), "joined", effects=[], opened=[], notified=[OPS_SPECIALIST], answers=TAKEN),
    *(Path(f"seen again when {stage}", (*steps, AGAIN), stage) for stage, steps in STAGES.items()),
]  # fmt: skip

REFUSALS = [
    Refused("other orders than the book has", (act("check_orders", OPS_SPECIALIST, open_orders=1, can_fill=1, shortfall=0),), "known to be 8, not 1. /open_orders"),
    Refused("more can be filled than is ordered", (act("check_orders", OPS_SPECIALIST, can_fill=9),), "/can_fill"),
    Refused("orders that don't add up", (act("check_orders", OPS_SPECIALIST, open_orders=8, can_fill=3, shortfall=4),), "/shortfall"),
    Refused("here yesterday", (CHECK, act("order_more", PURCHASING, procurement_no="P", qty=1, eta="2026-11-22")), "/eta"),
    Refused("a limit that is over", (CHECK, act("limit_sales", OPS_SPECIALIST, rule="2", until="2026-11-22")), "/until"),
    Refused("specialists don't buy", (CHECK, act("order_more", OPS_SPECIALIST)), "not_your_role"),
    Refused("nobody says that stock is in", (CHECK, ORDER, act("stock_in", PURCHASING)), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "join": {"alert_under_way to ops_specialist"},
    "cannot_restock": {"no_more_stock to ops_specialist"},
    "purchase_known": {"purchase_is_off to purchasing", "purchase_is_off to ops_specialist"},
    "purchase_off": {"purchase_is_off to purchasing", "purchase_is_off to ops_specialist"},
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
    late = {("left_known", "confirmed", "confirmed")}  # the book answers late
    assert untaken(LowStockAlert, start, PATHS) == late


def test_enough_stock_raises_no_alert() -> None:
    refused = act("raise_alert", OPS_SPECIALIST, sku="TEA", free=6, level=5)
    Refused("enough", (refused,), "at or under the alert level").check(fresh)


def test_the_resident_staff_find_less_than_the_shop_shows() -> None:
    assert start(free=6).stage == "raised"


def test_campaign_goods_are_checked_sooner() -> None:
    assert start(campaign="C-1").wait(hours(2)).missed == ["raised"]
    assert start().wait(hours(2)).missed == []


def test_the_purchase_asks_for_what_is_short() -> None:
    (bought,) = walk(start(), (CHECK, ORDER)).effects(OpenCase)
    assert (bought.subject, bought.form["reason"], bought.form["lines"][0]["qty"]) == ("P-1", "low_stock", 50)


def test_the_shop_shows_what_is_there() -> None:
    (shown,) = walk(start(), PATHS[1].steps).effects(ShowQuantity)
    assert (shown.sku, shown.qty) == ("TEA", 40)


def test_kind_22_low_stock_is_heard_from_outside() -> None:
    alert = Scenario(LowStockAlert, subject="TEA-9").hear(
        "stock.level.low", PLATFORM_FEED, sku="TEA", free=2, level=5
    )
    assert alert.stage == "raised"


def test_kind_22_a_second_stock_out_is_delisted_too() -> None:
    def delisted(alert: str) -> OpenCase:
        none: Answers = {CountLeft: yes()}
        made = Scenario(LowStockAlert, subject=alert, answers=none)
        made.act("raise_alert", FACTORY_RESIDENT, sku="TEA", free=0, level=5)
        check = act("check_orders", OPS_SPECIALIST, open_orders=0, can_fill=0, shortfall=0)
        (opened,) = walk(made, (check, DELIST)).effects(OpenCase)
        return opened

    first, second = delisted("TEA-1"), delisted("TEA-2")
    assert first.subject != second.subject
    assert first.form["reason"] == "out_of_stock"


def test_kind_22_a_cancelled_purchase_is_decided_on_again() -> None:
    case = walk(start(), (CHECK, ORDER, OFF))
    assert case.stage == "confirmed"
    assert "order_more" in case.offers(PURCHASING)


def test_goods_that_came_dont_cancel_the_purchase_that_brought_them() -> None:
    assert not walk(start(), (CHECK, ORDER, IN)).effects(CancelCase)
    assert not walk(start(), (CHECK, ORDER, LIMIT, DELIST)).effects(CancelCase)


def test_kind_32_a_second_alert_of_a_sku_joins_the_first() -> None:
    (told,) = start(TAKEN).effects(SendEvent)
    assert (told.procedure, told.event, told.subject) == ("low_stock_alert", "raised_again", "LA-1")
    assert told.form == {"free": 3, "level": 5, "campaign": None}
    first = walk(start(), (CHECK, AGAIN))
    assert (first.case.free, first.case.level, first.opened) == (1, 9, [])


@pytest.mark.parametrize(
    "steps", [(CHECK, IN), (CHECK, DELIST), (act("fix_quantity", OPS_SPECIALIST, new_qty=40, reason="x"),)]
)
def test_kind_32_once_it_is_over_the_next_one_begins(steps: tuple[Any, ...]) -> None:
    assert "LayDown" in walk(start(), steps).kinds
