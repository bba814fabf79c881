"""No figure in a book differs from what the case says: what the cases of orders, returns, purchases and counts have
asked the books for, less what they took back, comes to what they hold. (Trade and pay: `trade_and_money`.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest

from activities.compensation.contract import AllowCompensation
from activities.counts.contract import AdjustStock
from activities.members.contract import IssueCoupon
from activities.money.contract import PayRefund, RecordPayment, RecordRefund, ReverseBenefits
from activities.orders.contract import OrderEntry, PaidBackEntry, ReturnEntry
from activities.purchasing.contract import PaySupplier, PlacePurchase, PostReceipt, PrepaySupplier
from activities.stock.contract import ReceiveStock
from models.effect import Effect, Undo
from models.values import NOTHING, Money, per_line, per_sku
from tests.procedures.after_sales import test_refund_only as refund_only
from tests.procedures.after_sales import test_return_refund as return_refund
from tests.procedures.orders_and_logistics import test_logistics_exception as exception
from tests.procedures.orders_and_logistics import test_order_fulfilment as order
from tests.procedures.orders_and_logistics import test_presale_preship as presale
from tests.procedures.paths import Path, walked
from tests.procedures.supply_and_stock import test_inbound_receiving as receiving
from tests.procedures.supply_and_stock import test_procurement as procurement
from tests.procedures.supply_and_stock import test_stocktake as stocktake
from tests.scenario import Scenario

E = TypeVar("E", bound=Effect)
Figures = dict[str, tuple[object, object]]
"""What the books were asked for, and what the case says."""


def standing(case: Scenario, kind: type[E]) -> list[E]:
    """The effects of a kind that were done and not undone."""
    asked = {ask.key: ask.effect for step in case.steps for ask in step.asked}
    undone = [asked.get(effect.of) for effect in asked.values() if isinstance(effect, Undo)]
    return [effect for effect in case.done if isinstance(effect, kind) and effect not in undone]


def money(case: Scenario, kind: type[Effect]) -> Money:
    return sum((getattr(effect, "amount") for effect in standing(case, kind)), NOTHING)  # noqa: B009


def of_a_return(case: Scenario) -> Figures:
    data, entry = case.case, case.entry
    figures: Figures = {}
    if case.stage in ("refunded", "postage_open", "closed"):
        figures["paid back"] = (money(case, PayRefund) + money(case, RecordRefund), data.refunded)
        figures["benefits taken back"] = (money(case, ReverseBenefits), data.refunded)
        figures["given up"] = (money(case, AllowCompensation), data.extra_cost)
    if standing(case, ReceiveStock) and data.inspected:
        came = sum((per_sku(one.lines) for one in standing(case, ReceiveStock)), Counter[str]())
        skus = {row.line: row.sku for row in data.goods}
        found = Counter[str]()
        for row in data.inspected:
            found[skus[row.line]] += row.qty
        figures["on the shelves"] = (came, found)
    if isinstance(entry, ReturnEntry) and entry.lines:
        looked_at = () if case.stage in ("received", "inspecting") else data.inspected  # more may have come
        figures["lines in the book"] = (per_line(entry.lines), per_line(looked_at or data.lines))
    return figures


def of_a_refund(case: Scenario) -> Figures:
    if case.stage != "refunded":
        return {"paid back": (money(case, RecordRefund), NOTHING)}
    figures: Figures = {"paid back": (money(case, PayRefund) + money(case, RecordRefund), case.case.due)}
    if isinstance(case.entry, PaidBackEntry) and case.entry.lines:
        worth = sum((line.amount for line in case.entry.lines), NOTHING)
        figures["taken off the goods"] = (worth, min(case.case.goods, worth))
    return figures


def of_a_parcel_in_trouble(case: Scenario) -> Figures:
    if case.stage != "resolved" or not case.case.amount:
        return {}
    given = money(case, PayRefund) + money(case, RecordRefund)
    given += sum((one.worth for one in standing(case, IssueCoupon)), NOTHING)
    figures: Figures = {"counted": (money(case, AllowCompensation), case.case.amount)}
    by_book = case.case.kind in ("coupon", "partial_refund") and given
    return figures | ({"given": (given, case.case.amount)} if by_book else {})


def of_a_presale(case: Scenario) -> Figures:
    return (
        {"paid in": (money(case, RecordPayment) - money(case, PayRefund), case.case.paid_in)}
        if (standing(case, RecordPayment))
        else {}
    )


def of_an_order(case: Scenario) -> Figures:
    entry = case.entry
    assert isinstance(entry, OrderEntry)
    figures: Figures = {"in the book": (per_sku(entry.lines), per_sku(case.case.lines))}
    if standing(case, RecordPayment) and case.case.paid:
        left = case.case.paid  # what parts and refunds have taken of it is gone
        figures["paid, and no more"] = (max(left, money(case, RecordPayment)), money(case, RecordPayment))
    return figures


def of_a_purchase(case: Scenario) -> Figures:
    data = case.case
    figures: Figures = {}
    if case.stage != "cancelled":  # what was paid ahead for it is claimed then
        figures["paid ahead"] = (money(case, PrepaySupplier), data.prepaid)
    if standing(case, PlacePurchase):
        (placed,) = standing(case, PlacePurchase)
        figures["ordered"] = (per_sku(placed.lines), per_sku(data.ordered))
    if case.stage == "settled" and standing(case, PaySupplier):
        figures["paid"] = (money(case, PaySupplier) + data.penalty_taken, data.payable)
    return figures


def of_a_delivery(case: Scenario) -> Figures:
    posted = standing(case, PostReceipt)
    if not posted or case.case.posted_on is None:
        return {}
    return {
        "taken in": (per_sku(posted[-1].lines), per_sku(case.case.noted)),
        "refused": (
            per_sku(posted[-1].refused),
            per_sku(case.case.refused_goods) or per_sku(posted[-1].refused),
        ),
    }


def of_a_count(case: Scenario) -> Figures:
    changed = {
        (one.sku, one.bin): one.delta for done in standing(case, AdjustStock) for one in done.adjustments
    }
    return {"corrected": (changed, case.case.bounds() if case.stage == "closed" else {})}


TABLES: list[tuple[str, Callable[..., Scenario], Iterable[Path], Callable[[Any], Figures]]] = [
    ("returns", return_refund.start, return_refund.PATHS, of_a_return),
    ("refunds", refund_only.start, refund_only.PATHS, of_a_refund),
    ("parcels in trouble", exception.start, exception.PATHS, of_a_parcel_in_trouble),
    ("presales", presale.start, presale.PATHS, of_a_presale),
    ("orders", order.start, order.PATHS, of_an_order),
    ("purchases", procurement.start, procurement.PATHS, of_a_purchase),
    ("deliveries", receiving.start, receiving.PATHS, of_a_delivery),
    ("counts", stocktake.start, stocktake.PATHS, of_a_count),
]


@pytest.mark.parametrize(
    ("start", "paths", "figures_of"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES]
)
def test_the_books_were_asked_for_what_the_case_says(
    start: Callable[..., Scenario], paths: Iterable[Path], figures_of: Callable[[Scenario], Figures]
) -> None:
    differing = {
        f"{path.id}: {what}": (book, says)
        for path, case in zip(paths, walked(start, paths), strict=True)
        for what, (book, says) in figures_of(case).items()
        if book != says
    }
    assert differing == {}
