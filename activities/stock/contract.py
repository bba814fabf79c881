"""The stock book: goods on hand at each location, and for whom they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field

from models.book_reading import BookReading
from models.effect import Effect, Refused, Success, Undo
from models.goods import FilledBackOrder, Goods, LocatedGoods, MissingGoods
from models.values import Bin, Code, Count, Day, FormRow, Location, Order, Qty, Remark, Sku, SkuQty, Some

ON_HAND = BookReading("stock.on_hand", by=("sku",))
"""How many pieces of a SKU lie on the shelves, at all locations."""
FREE = BookReading("stock.free", by=("sku",))
"""How many of them are kept for nobody."""
FREE_OF = BookReading("stock.free_of", by=("lines",))
"""The same of each SKU of a list."""
SOLD_OF = BookReading("stock.left_in_30_days", by=("lines",))
"""How many of each SKU of a list have left for customers in the last 30 days."""
SOLD = BookReading("stock.sold_in_30_days", by=("sku",))
"""How many of one have."""
BIN = BookReading("stock.bin", by=("sku",))
"""Where most of a SKU stands."""
RESERVED = BookReading("stock.reserved", by=("order", "sku"))
"""How many of a SKU are reserved for an order."""
COVERS = BookReading("stock.covers", by=("lines",))
"""Whether so much of each of these goods is free."""
TO_PICK = BookReading("stock.to_pick", by=("order",))
"""What is reserved for an order, bin by bin, in the order in which the bins are passed."""


class Disposition(StrEnum):
    """What becomes of goods that come in."""

    SELLABLE = "sellable"
    DEFECTIVE = "defective"
    QUARANTINE = "quarantine"
    """Waiting for an inspection."""
    REPAIR = "repair"
    SUPPLIER_RETURN = "supplier_return"
    NOT_TAKEN = "not_taken"
    """Refused on arrival: the supplier's still, until it is sent back."""
    SECONDS = "seconds"
    """Failed an inspection, and kept all the same: to be disposed of, never sold as new."""
    SCRAP = "scrap"
    """Written off: counted, never on hand."""


class Receipt(FormRow):
    """Goods of one SKU and where they go. Without a location: where the order's goods left from, else the
    main one.
    """

    sku: Sku
    qty: Qty
    disposition: Disposition = Disposition.SELLABLE
    location: Location | None = None
    bin: Remark = ""


def arrived(rows: Iterable[Any], disposition: str, into: str = "") -> tuple[Receipt, ...]:
    """Goods that came in, each row with `sku` and `qty`: all as they were found, and into one bin."""
    as_found = Disposition(disposition)
    return tuple(Receipt(sku=row.sku, qty=row.qty, disposition=as_found, bin=into) for row in rows)


class StockFreed(Success):
    """The goods that are free again."""

    lines: tuple[LocatedGoods, ...] = ()


class StockKept(Success):
    """The goods that are kept since, and where."""

    lines: tuple[LocatedGoods, ...] = ()


class OutOfStock(Refused):
    """The SKUs that are short."""

    missing: tuple[MissingGoods, ...] = ()


class FreeStock(Undo):
    """Goods that a hold, a reservation or a back order still keeps are free again."""

    success: ClassVar[type[Success]] = StockFreed


class HoldStock(Effect):
    """Keep goods for an order that isn't paid yet: all lines or nothing. A later reservation of the order takes
    it up.

    Refused when a line is short.
    """

    success: ClassVar[type[Success]] = StockKept
    refusal: ClassVar[type[Refused]] = OutOfStock
    undone_by: ClassVar[type[Undo] | None] = FreeStock
    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Some[SkuQty]
    location: Location | None = None


class ReserveStock(Effect):
    """See to it that all these goods are reserved for the order, each line at one location; all lines or
    nothing.

    What the order has reserved already counts towards it, unless `on_top`. Its own hold is used first; then
    stock set aside by a campaign that is live; then free stock.

    Refused when a line is short.
    """

    success: ClassVar[type[Success]] = StockKept
    refusal: ClassVar[type[Refused]] = OutOfStock
    undone_by: ClassVar[type[Undo] | None] = FreeStock
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Some[SkuQty]
    location: Location | None = None
    """Only there; otherwise wherever the line fits, preferably all lines in one place."""
    on_top: bool = False


class ReleaseLines(Effect):
    """Some of an order's reserved goods are free again: they can't be shipped, or aren't wanted any more."""

    success: ClassVar[type[Success]] = StockFreed
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Some[SkuQty]


class StockIssued(Success):
    """The goods that left, and from where."""

    lines: tuple[LocatedGoods, ...] = ()


class NotReserved(Refused):
    """What the order hasn't reserved."""

    missing: tuple[Goods, ...] = ()


class IssueStock(Effect):
    """Reserved goods have left. Without lines: all that the order has reserved.

    Refused when the order has less reserved.
    """

    success: ClassVar[type[Success]] = StockIssued
    refusal: ClassVar[type[Refused]] = NotReserved
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: tuple[SkuQty, ...] = Field(default=(), max_length=200)


class StockReceived(Success):
    """The back orders that are reservations now."""

    filled: tuple[FilledBackOrder, ...] = ()


class ReceiveStock(Effect):
    """Goods came in: from a supplier, a return, an intercepted parcel. Sellable ones fill back orders, oldest
    first.
    """

    success: ClassVar[type[Success]] = StockReceived
    shows: ClassVar[tuple[str, ...]] = ("reference", "lines")

    reference: Code
    """The order, return or inbound note that they came with."""
    lines: Some[Receipt]


class BackOrdered(Success):
    """The goods that the next receipts are kept for."""

    lines: tuple[Goods, ...] = ()


class BackOrder(Effect):
    """Keep goods for the order out of the next receipt of them. The receipt turns it into a reservation."""

    success: ClassVar[type[Success]] = BackOrdered
    undone_by: ClassVar[type[Undo] | None] = FreeStock
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Some[SkuQty]
    until: Day | None = None


class FreeCampaignStock(Undo):
    """What is left of the stock that a campaign set aside is free again."""

    success: ClassVar[type[Success]] = StockFreed


class SetAsideStock(Effect):
    """Keep goods for a campaign, apart from the daily stock; they are sold while it is live. All lines or
    nothing.

    Refused when a line is short.
    """

    success: ClassVar[type[Success]] = StockKept
    refusal: ClassVar[type[Refused]] = OutOfStock
    undone_by: ClassVar[type[Undo] | None] = FreeCampaignStock
    shows: ClassVar[tuple[str, ...]] = ("campaign", "lines")

    campaign: Code
    lines: Some[SkuQty]


class BinPlace(FormRow):
    """A bin, and where it comes on the way through its location."""

    bin: Bin
    place: Count


class BinsSet(Success):
    """How many bins the location has now."""

    bins: int = 0


class SetBins(Effect):
    """The bins of a location, in the order in which pickers pass them: all of them."""

    success: ClassVar[type[Success]] = BinsSet
    shows: ClassVar[tuple[str, ...]] = ("location", "bins")

    location: Location
    bins: Some[BinPlace]
