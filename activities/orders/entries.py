"""What cases enter into the orders' book: the orders there are, the goods that come back of them, and what was paid
back for goods that don't.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from models.entry import BookEntry
from models.values import NOTHING, Address, FormRow, LineQty, Price, PricedLine, Qty


class OrderOrigin(StrEnum):
    """Why there is an order."""

    PLACED = "placed"
    """A customer placed it, or it was sold to one in another way."""
    PART = "part"
    """It ships some of the goods of an order that was split, or that couldn't ship them all."""
    REPLACEMENT = "replacement"
    """It ships goods in place of those of an earlier order."""


class OrderEntry(BookEntry):
    """An order as it is now: its lines change where goods were out of stock."""

    book: Literal["orders"] = "orders"
    order: str
    origin: OrderOrigin = OrderOrigin.PLACED
    placed_as: str = ""
    """The order that the customer placed, where this one ships goods of it."""
    customer_no: str = ""
    receiver_name: str = ""
    phone: str = ""
    """By which the buyer is known."""
    address: Address | None = None
    lines: tuple[PricedLine, ...]
    """Numbered from 1, in this order."""
    discount: Price = NOTHING
    """What the customer pays less for all lines together."""


class ReturnEntry(BookEntry):
    """Goods of an order that are coming back, or have come back."""

    book: Literal["returns"] = "returns"
    order: str
    lines: tuple[LineQty, ...]
    """None where the customer keeps the goods after all."""


class PaidBackLine(FormRow):
    """What went back of the price of a line."""

    line: Qty
    amount: Price


class PaidBackEntry(BookEntry):
    """Money that went back for goods of an order that the customer keeps."""

    book: Literal["paid_back"] = "paid_back"
    order: str
    lines: tuple[PaidBackLine, ...]
    """None before it is paid."""
