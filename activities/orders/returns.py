"""Goods of an order that come back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from activities.orders.entries import PaidBackLine
from activities.orders.lines import part_of
from models.values import NOTHING, FormRow, Location, Money, Price, Qty, Sku

Condition = Literal["as_new", "opened", "damaged", "missing_parts", "wrong_item"]


class ReturnedGoods(FormRow):
    """Which goods a line of the order is."""

    line: Qty
    sku: Sku
    qty: Qty
    location: Location | None = None
    """Where they left from; None where the stock book doesn't know."""
    value: Price | None = None
    """What was paid for them; None where the books can't tell."""

    def paid_for(self, qty: int) -> Money:
        """What was paid for so many of them; nothing where the books can't tell."""
        return part_of(self.value, qty, self.qty) if self.value is not None else NOTHING


def paid_back_of(goods: Iterable[ReturnedGoods], paid: Money) -> tuple[PaidBackLine, ...]:
    """How so much that is paid back is shared among these lines, each by what was paid for it; what rounding leaves
    over falls to the last.
    """
    worth: dict[int, Money] = {}
    for row in goods:
        worth[row.line] = worth.get(row.line, NOTHING) + (row.value or NOTHING)
    whole, so_far, shared = sum(worth.values(), NOTHING), NOTHING, NOTHING
    lines: list[PaidBackLine] = []
    for line, value in worth.items():
        so_far += value
        share = part_of(paid, so_far.amount, whole.amount) - shared
        shared += share
        lines += [PaidBackLine(line=line, amount=share)] if share else []
    return tuple(lines)


class InspectedLine(FormRow):
    """In which condition so much of a line came back."""

    line: Qty
    qty: Qty
    condition: Condition
