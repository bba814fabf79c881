"""The orders that ship goods of one order: what the orders' book and the money book both go by."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.tables.orders import OrderRow


def first_order_of(session: Session, store: str, order: str) -> str:
    """The order that the customer placed, of which this number ships goods; the same number where it is that one, or
    isn't in the book.
    """
    seen = {order}
    while (row := session.get(OrderRow, (store, order))) is not None and row.placed_as not in {"", *seen}:
        order = row.placed_as
        seen.add(order)
    return order


def family_of(session: Session, store: str, order: str) -> list[str]:
    """All numbers under which goods of one order are shipped, its own first: parts, resends, replacements."""
    numbers = [first_order_of(session, store, order)]
    for number in numbers:
        members = select(col(OrderRow.order)).where(
            col(OrderRow.store) == store, col(OrderRow.placed_as) == number
        )
        numbers += [
            one for one in session.scalars(members.order_by(col(OrderRow.placed_at))) if one not in numbers
        ]
    return numbers
