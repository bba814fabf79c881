"""Goods of an order that come back."""

from __future__ import annotations

from typing import Literal

from models.values import FormRow, Location, Qty, Sku

Condition = Literal["as_new", "opened", "damaged", "missing_parts", "wrong_item"]


class ReturnedGoods(FormRow):
    """Which goods a line of the order is."""

    line: Qty
    sku: Sku
    qty: Qty
    location: Location | None = None
    """Where they left from; None where the stock book doesn't know."""


class InspectedLine(FormRow):
    """In which condition so much of a line came back."""

    line: Qty
    qty: Qty
    condition: Condition
