"""What is read of the orders' book: what was ordered, by whom, and what of it comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.catalogue.reading import lowest_prices
from activities.families import family_of, first_order_of
from activities.milestones.contract import Milestone
from activities.orders.contract import LINES_VALUE, ORDER_VALUE, PRICE_DIFFERENCE, OrderOrigin
from activities.orders.lines import PaidShares
from models.amounts import money
from models.periods import Span
from models.table import unsearched
from models.tables.milestones import MilestoneRow
from models.tables.orders import OrderLine, OrderRow, PaidBackRow, ReturnLine
from models.values import NOTHING, LineQty, Money, PricedLine, in_one_currency

__all__ = [
    "Ordered",
    "buyer_of",
    "family_of",
    "first_order_of",
    "on_the_way_back",
    "ordered",
    "orders_of",
    "paid_back",
    "was_placed",
]


@dataclass(frozen=True)
class Ordered:
    """An order as it stands."""

    order: str
    lines: tuple[PricedLine, ...]
    receiver: dict[str, Any]
    signed_at: datetime | None
    discount: Money = NOTHING

    def listed(self, rows: Iterable[LineQty]) -> Money:
        """What these lines cost before discounts."""
        return PaidShares(self.lines).take(rows)

    def value(self, rows: Iterable[LineQty], back: Counter[int] | None = None) -> Money:
        """What was paid for these lines, where so much of them has come back before."""
        return PaidShares(self.lines, self.discount, back).take(rows)

    def remaining(self, rows: Iterable[LineQty], back: Counter[int]) -> bool:
        """Whether anything of it stays with the customer once these rows are back too."""
        coming = Counter(back)
        for row in rows:
            coming[row.line] += row.qty
        return any(coming[number] < line.qty for number, line in enumerate(self.lines, 1))

    def objection(self, rows: Iterable[LineQty], back: Counter[int] | None = None) -> str:
        """Why the order hasn't these lines (any more), in a sentence; empty if it has."""
        wanted = Counter[int]()
        for row in rows:
            wanted[row.line] += row.qty
        for line, qty in sorted(wanted.items()):
            if line > len(self.lines):
                return f"order {self.order} has no line {line}"
            left = self.lines[line - 1].qty - (back or Counter())[line]
            if qty > left:
                return f"{left} of line {line} of order {self.order} can come back, not {qty}"
        return ""


def ordered(session: Session, store: str, order: str) -> Ordered | None:
    """The order of that number; None if there is none."""
    row = session.get(OrderRow, (store, order))
    if row is None:
        return None
    lines = select(OrderLine).where(col(OrderLine.store) == store, col(OrderLine.order) == order)
    signed = select(col(MilestoneRow.at)).where(
        col(MilestoneRow.case) == row.case, col(MilestoneRow.milestone) == Milestone.ORDER_SIGNED
    )
    priced = tuple(
        PricedLine(sku=line.sku, qty=line.qty, unit_price=money(line.unit_price, line.currency))
        for line in session.scalars(lines.order_by(col(OrderLine.line)))
    )
    return Ordered(
        order=order,
        lines=priced,
        discount=money(row.discount, priced[0].unit_price.currency) if priced else NOTHING,
        receiver={"receiver_name": row.receiver_name, "phone": row.phone, "address": row.address},
        signed_at=session.scalars(signed.order_by(col(MilestoneRow.revision).desc()).limit(1)).first(),
    )


def buyer_of(session: Session, store: str, order: str) -> str:
    """By what the book knows who placed the order: their number, else their phone; empty where it has neither."""
    row = session.get(OrderRow, (store, order))
    return (row.customer_no or row.phone) if row is not None else ""


def orders_of(store: str, days: Span | None, sku: str | None = None) -> Select[OrderRow]:
    """The orders that came in in these days (None: ever), or those of them that hold a SKU."""
    query = select(OrderRow).where(col(OrderRow.store) == store)
    if days is not None:
        query = query.where(col(OrderRow.placed_at) >= days.start, col(OrderRow.placed_at) < days.end)
    if sku is None:
        return query
    holding = select(col(OrderLine.order)).where(col(OrderLine.store) == store, col(OrderLine.sku) == sku)
    return query.where(col(OrderRow.order).in_(holding))


def was_placed() -> ColumnElement[bool]:
    """Says that an order isn't there for goods of an earlier one."""
    return unsearched(OrderRow.origin) == OrderOrigin.PLACED


def on_the_way_back(session: Session, store: str, order: str, *, besides: str = "") -> Counter[int]:
    """How much of each line has come back or is about to, by all cases `besides` one."""
    lines = (
        select(col(ReturnLine.line), func.sum(col(ReturnLine.qty)))
        .where(
            col(ReturnLine.store) == store, col(ReturnLine.order) == order, col(ReturnLine.case) != besides
        )
        .group_by(col(ReturnLine.line))
    )
    return Counter({row[0]: int(row[1]) for row in session.execute(lines)})


def paid_back(session: Session, store: str, order: str, *, besides: str = "") -> Counter[int]:
    """What went back of the price of each line whose goods the customer keeps, by all cases `besides` one: in
    ten-thousandths.
    """
    of_order = (
        col(PaidBackRow.store) == store,
        col(PaidBackRow.order) == order,
        col(PaidBackRow.case) != besides,
    )
    lines = select(col(PaidBackRow.line), func.sum(col(PaidBackRow.amount))).where(*of_order)
    return Counter({row[0]: int(row[1]) for row in session.execute(lines.group_by(col(PaidBackRow.line)))})


@answers(ORDER_VALUE)
def order_value(asked: Asked, order: str) -> Money | None:
    """Of an order that the book has."""
    known = ordered(asked.session, asked.store, order)
    return known.value(_all(known)) if known is not None else None


@answers(LINES_VALUE)
def lines_value(asked: Asked, order: str, lines: Sequence[LineQty]) -> Money | None:
    """Of lines that the order has, less what came back before."""
    known = ordered(asked.session, asked.store, order)
    if known is None:
        return None
    back = on_the_way_back(asked.session, asked.store, order)
    return None if known.objection(lines, back) else known.value(lines, back)


@answers(PRICE_DIFFERENCE)
def price_difference(asked: Asked, order: str, sku: str, instead: str, qty: int) -> Money | None:
    """Where both have a price, in one currency."""
    known = ordered(asked.session, asked.store, order)
    before = next((line.unit_price for line in known.lines if line.sku == sku), None) if known else None
    now = lowest_prices(asked.session, asked.store, asked.at, [instead]).get(instead)
    if before is None or now is None or not in_one_currency((before, now)):
        return None
    return (now - before) * qty


def _all(order: Ordered) -> tuple[LineQty, ...]:
    return tuple(LineQty(line=number, qty=line.qty) for number, line in enumerate(order.lines, 1))
