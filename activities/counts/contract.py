"""Counting stock, and what the shop shows of it: the books follow the shelf, never the other way round."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from models.effect import Effect, Undo
from models.values import Bin, Code, Count, Day, FormRow, Sku, Some, Text, User


class EndFreeze(Undo):
    """Goods under count move again. Data: `scope`."""


class FreezeScope(Effect):
    """Bins or SKUs are under count: moves wait, or are marked with their time, so that the count can be compared
    with the book of this moment.

    Data: `lines`, how many the book has: sku, bin, qty. Counters aren't shown them. No when another count holds them.
    """

    undone_by: ClassVar[type[Undo] | None] = EndFreeze
    shows: ClassVar[tuple[str, ...]] = ("count", "scope")

    count: Code
    scope: Some[Code]
    """Bins or SKUs; `all` is the whole warehouse."""


class Counted(FormRow):
    sku: Sku
    bin: Bin
    counted: Count


class CompareCount(Effect):
    """Compare a count with the book as it was when the count froze it.

    Data: `differences`: sku, bin, book, counted, delta; and `value`, what they cost. No when something differs.
    """

    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("count", "lines")

    count: Code
    lines: Some[Counted]


class Delta(FormRow):
    """So many more (or fewer) of a SKU are in a bin than the book has."""

    sku: Sku
    bin: Bin
    delta: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class ReverseAdjustment(Undo):
    """An adjustment is taken back by an entry of its own. No when the goods have left since."""


class AdjustStock(Effect):
    """The book takes over what was counted, at value, and the shop shows what is free then.

    Data: `value` booked, `shop`: sku and quantity shown. No when more would be reserved than is there; data then
    has `missing`.
    """

    undone_by: ClassVar[type[Undo] | None] = ReverseAdjustment
    shows: ClassVar[tuple[str, ...]] = ("count", "adjustments")

    count: Code
    adjustments: Some[Delta]
    approved_by: User


class ShowQuantity(Effect):
    """The shop shows this many of a SKU for sale, whatever it showed before; never more than are free.

    Data: `before`, `shown`.
    """

    shows: ClassVar[tuple[str, ...]] = ("sku", "qty")

    sku: Sku
    qty: Count
    reason: Text


class LiftSalesLimit(Undo):
    """A SKU is sold and advertised as before."""


class LimitSales(Effect):
    """A SKU runs short: a rule for each buyer is published (how many, or presale) and its ads are lowered.

    Data: `published`.
    """

    undone_by: ClassVar[type[Undo] | None] = LiftSalesLimit

    sku: Sku
    rule: Text
    until: Day | None = None
