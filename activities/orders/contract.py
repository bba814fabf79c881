"""The orders' book: what order and return cases enter into it, and what after-sales cases ask it.

With it come the values in which procedures speak of an order: its lines, and what is short of them.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from activities.orders.doubts import Doubtful, PaymentMethod
from activities.orders.entries import OrderEntry, OrderOrigin, PaidBackEntry, PaidBackLine, ReturnEntry
from activities.orders.lines import OrderLines
from activities.orders.order import OpenOrder
from activities.orders.parcels import FurtherParcel, ParcelState
from activities.orders.placed import NewOrder, NewOrderNo, OrderNo, PlacedOrder
from activities.orders.returns import Condition, InspectedLine, ReturnedGoods, paid_back_of
from activities.orders.rows import Addressee, Corrections, DoubtfulPrice, PartOfOrder, SplitParts
from activities.orders.shortages import Shortage, ShortageAnswer, ShortageCause, ShortfallCount
from activities.stock.contract import FreeStock
from models.book_reading import BookReading
from models.effect import Effect, OutcomeRow, Refused, Success, Undo
from models.goods import MissingGoods
from models.values import NOTHING, Address, Code, LineQty, Money, Order, Qty, Sku, SkuQty, Some

__all__ = [
    "Addressee",
    "CheckWithdrawal",
    "Condition",
    "Corrections",
    "Doubtful",
    "DoubtfulPrice",
    "FindLines",
    "FurtherParcel",
    "InspectedLine",
    "LinesFound",
    "NewOrder",
    "NewOrderNo",
    "OpenOrder",
    "OrderEntry",
    "OrderLines",
    "OrderNo",
    "OrderOrigin",
    "PaidBackEntry",
    "PaidBackLine",
    "ParcelState",
    "PartOfOrder",
    "PaymentMethod",
    "PlacedOrder",
    "QuoteRefund",
    "QuoteReturn",
    "ReserveReplacement",
    "ReturnEntry",
    "ReturnedGoods",
    "Shortage",
    "ShortageAnswer",
    "ShortageCause",
    "ShortfallCount",
    "SplitParts",
    "paid_back_of",
]


ORDER_VALUE = BookReading("orders.value", by=("order",))
"""What is paid for an order's goods."""
LINES_VALUE = BookReading("orders.value_of", by=("order", "lines"))
"""What was paid for some of its goods."""
PRICE_DIFFERENCE = BookReading("orders.dearer_by", by=("order", "sku", "instead", "qty"))
"""By how much other goods are dearer now than those that were ordered."""


class QuotedLine(OutcomeRow):
    """So many of a line of the order, and what it is."""

    line: int
    """The line's number, from 1."""
    sku: str
    qty: int
    location: str | None = None
    """Where it left from; None where the stock book doesn't know."""
    value: Money | None = None
    """What the customer paid for it."""


class Receiver(OutcomeRow):
    """Who gets the order's parcels, and where, as far as the book has it."""

    receiver_name: str = ""
    phone: str = ""
    address: Address | None = None


class LinesFound(Success):
    """The lines of an order that so many of a SKU belong to."""

    lines: tuple[QuotedLine, ...] = ()
    procedure: str = ""
    """The procedure whose case the order is."""


class FindLines(Effect):
    """Find the lines of an open order that so many of a SKU belong to.

    Refused when there is no such order, it is over, or it has fewer of them.
    """

    success: ClassVar[type[Success]] = LinesFound
    shows: ClassVar[tuple[str, ...]] = ("order", "sku")

    order: Order
    sku: Sku
    qty: Qty


class _Quote(OutcomeRow):
    """What the books say of lines of an order."""

    value: Money = NOTHING
    """What the customer paid for these lines."""
    left: Money | None = None
    """What can still be refunded of the order, under all its numbers; None where it isn't known."""
    freight: Money = NOTHING
    """What was paid for their delivery, where nothing else of the order stays with the customer."""
    goods: tuple[QuotedLine, ...] = ()
    receiver: Receiver | None = None
    trusted: bool = False
    """Whether the buyer is a member of the highest levels."""


class LinesQuoted(_Quote, Success):
    """What the books say of lines of an order."""


class WithdrawalRefused(_Quote, Refused):
    """What the books say of the lines, where the order has them."""


class ReplacementReserved(_Quote, Success):
    """What the books say of the lines, and of what replaces them."""

    new_value: Money = NOTHING
    """What the wanted goods cost today, less what the order's discount took off; the same goods cost what was paid for
    them.
    """


class ReplacementRefused(_Quote, Refused):
    """What the books say of the lines, where the order has them, and what is short."""

    missing: tuple[MissingGoods, ...] = ()


class CheckWithdrawal(Effect):
    """Whether lines of an order may come back with no reason given: signed for at most so many days ago, in no
    larger number than was bought and hasn't come back yet, none of a category that is excluded.

    Refused when it is too late, not signed for, or not so; or, with `replace`, when the same goods, or the `wanted`
    ones, are not in stock.
    """

    success: ClassVar[type[Success]] = LinesQuoted
    refusal: ClassVar[type[Refused]] = WithdrawalRefused
    optional: ClassVar[bool] = True
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Some[LineQty]
    days: Qty = 7
    replace: bool = False
    wanted: Annotated[tuple[SkuQty, ...], Field(max_length=200)] = ()


class QuoteReturn(Effect):
    """What the customer paid for lines of an order that are to come back: their share, where it was paid with a
    discount. Lines of an order that was split or replaced are found under the numbers that shipped them.

    Refused when the order is unknown, has no such lines, or fewer of them.
    """

    success: ClassVar[type[Success]] = LinesQuoted
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Some[LineQty]


class QuoteRefund(Effect):
    """What the customer paid for lines of an order, whether or not they come back; without lines, for all of
    them.

    Refused when the order is unknown, has no such lines, or fewer of them.
    """

    success: ClassVar[type[Success]] = LinesQuoted
    optional: ClassVar[bool] = True
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Annotated[tuple[LineQty, ...], Field(max_length=200)] = ()


class ReserveReplacement(Effect):
    """Reserve what replaces lines of an order: the same goods again, or the `wanted` ones; all or nothing.

    They are kept under the number `replacement`, as ReserveStock keeps them, so that an order of that number
    finds them. Refused when a line is short, or as of QuoteReturn.
    """

    success: ClassVar[type[Success]] = ReplacementReserved
    refusal: ClassVar[type[Refused]] = ReplacementRefused
    undone_by: ClassVar[type[Undo] | None] = FreeStock
    optional: ClassVar[bool] = True
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "replacement", "lines")

    order: Order
    replacement: Code
    lines: Some[LineQty]
    wanted: Annotated[tuple[SkuQty, ...], Field(max_length=200)] = ()
