"""Goods of an order that come back."""

from __future__ import annotations

from typing import Literal

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


class InspectedLine(FormRow):
    """In which condition so much of a line came back."""

    line: Qty
    qty: Qty
    condition: Condition
