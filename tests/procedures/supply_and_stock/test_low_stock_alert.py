"""Low stock alert: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.cases.contract import OpenCase
from activities.counts.contract import ShowQuantity
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario
from workflows.language.timing import hours
from workflows.procedures.supply_and_stock.low_stock_alert import LowStockAlert
from workflows.vocabulary import FACTORY_RESIDENT, OPS_MANAGER, OPS_SPECIALIST, PRODUCT_MANAGER, PURCHASING


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(LowStockAlert, answers=answers)


def start(answers: dict[Any, Answer] | None = None, free: int = 3, **more: Any) -> Scenario:
    case = Scenario(LowStockAlert, subject="TEA-shop", answers=answers)
    return case.act("raise_alert", FACTORY_RESIDENT, sku="TEA", free=free, level=5, **more)


CHECK = act("check_orders", OPS_SPECIALIST, open_orders=8, can_fill=3, shortfall=5)
ORDER = act("order_more", PURCHASING, procurement_no="P-1", qty=50, eta="2026-11-30")
LIMIT = act("limit_sales", OPS_SPECIALIST, rule="2 each")
ENDED = act("cannot_restock", PRODUCT_MANAGER, substitute="OAT")
DELIST = act("delist_now", OPS_SPECIALIST)
IN = act("stock_in")

PATHS = [
    Path("ordered, and here", (CHECK, ORDER, IN), "cleared", effects=[], opened=["procurement"], missed=[]),
    Path("the shop showed another number", (act("fix_quantity", OPS_SPECIALIST, new_qty=40, reason="miscounted"),), "false_alarm", effects=["ShowQuantity"]),
    Path("sold under a limit until it comes", (CHECK, ORDER, LIMIT, IN), "cleared", effects=["LimitSales", "LiftSalesLimit"]),
    Path("limited and then delisted", (CHECK, LIMIT, DELIST), "delisted", effects=["LimitSales", "LiftSalesLimit"], opened=["product_delisting"]),
    Path("delisted at once", (CHECK, DELIST), "delisted", opened=["product_delisting"]),
    Path("the supplier has ended it", (CHECK, ENDED, DELIST), "delisted", notified=[OPS_SPECIALIST]),
    Path("checked in time", (hours(4),), "raised", notified=[OPS_MANAGER], missed=["raised"]),
]  # fmt: skip

REFUSALS = [
    Refused("orders that don't add up", (act("check_orders", OPS_SPECIALIST, open_orders=8, can_fill=3, shortfall=4),), "/shortfall"),
    Refused("here yesterday", (CHECK, act("order_more", PURCHASING, procurement_no="P", qty=1, eta="2026-11-22")), "/eta"),
    Refused("a limit that is over", (CHECK, act("limit_sales", OPS_SPECIALIST, rule="2", until="2026-11-22")), "/until"),
    Refused("specialists don't buy", (CHECK, act("order_more", OPS_SPECIALIST)), "not_your_role"),
    Refused("nobody says that stock is in", (CHECK, ORDER, act("stock_in", PURCHASING)), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "cannot_restock": {"no_more_stock to ops_specialist"},
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
    assert untaken(LowStockAlert, start, PATHS) == set()


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
