"""Counting stock, and what the shop shows of it: the books follow the shelf, never the other way round."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from models.effect import Effect, OutcomeRow, Refused, Success, Undo
from models.goods import Goods
from models.values import NOTHING, Bin, Code, Count, Day, FormRow, Money, Sku, Some, Text, User


class FreezeEnded(Success):
    """The bins or SKUs that move again."""

    scope: tuple[str, ...] = ()


class GoodsInBin(OutcomeRow):
    """So many of a SKU in a bin, as the book has them."""

    sku: str
    bin: str
    qty: int


class ScopeFrozen(Success):
    """What the book has of the scope. Counters aren't shown it."""

    lines: tuple[GoodsInBin, ...] = ()


class EndFreeze(Undo):
    """Goods under count move again."""

    success: ClassVar[type[Success]] = FreezeEnded


class FreezeScope(Effect):
    """Bins or SKUs are under count: moves wait, or are marked with their time, so that the count can be
    compared with the book of this moment.

    Refused when another count holds them.
    """

    success: ClassVar[type[Success]] = ScopeFrozen
    undone_by: ClassVar[type[Undo] | None] = EndFreeze
    shows: ClassVar[tuple[str, ...]] = ("count", "scope")

    count: Code
    scope: Some[Code]
    """Bins or SKUs; `all` is the whole warehouse."""


class Counted(FormRow):
    sku: Sku
    bin: Bin
    counted: Count


class CountDifference(OutcomeRow):
    """A bin that holds more or fewer of a SKU than the book says."""

    sku: str
    bin: str
    book: int
    counted: int
    delta: int
    """Counted less book."""
    unit_value: Money | None = None
    """What one cost when it last came in, else its list price; None where the books have neither."""


class CountMatches(Success):
    """Nothing differs."""

    differences: tuple[CountDifference, ...] = ()
    value: Money = NOTHING


class CountDiffers(Refused):
    """Where the count and the book differ."""

    differences: tuple[CountDifference, ...] = ()
    value: Money = NOTHING
    """What the differences cost, counted less book."""


class CompareCount(Effect):
    """Compare a count with the book as it was when the count froze it. What the book has in the count's scope and
    nobody counted isn't there.

    Refused when something differs.
    """

    success: ClassVar[type[Success]] = CountMatches
    refusal: ClassVar[type[Refused]] = CountDiffers
    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("count", "lines")

    count: Code
    lines: Some[Counted]


class Delta(FormRow):
    """So many more (or fewer) of a SKU are in a bin than the book has."""

    sku: Sku
    bin: Bin
    delta: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class MissingInBin(OutcomeRow):
    """A bin that would hold fewer of a SKU than are kept for orders."""

    sku: str
    location: str
    missing: int


class StockAdjusted(Success):
    """What an adjustment has changed."""

    value: Money = NOTHING
    """What was booked: the goods at what they cost."""
    shop: tuple[Goods, ...] = ()
    """What the shop shows of each SKU."""


class AdjustmentRefused(Refused):
    """What is kept for orders and wouldn't be there."""

    missing: tuple[MissingInBin, ...] = ()


class ReverseAdjustment(Undo):
    """An adjustment is taken back by an entry of its own. Refused when the goods have left since."""


class AdjustStock(Effect):
    """The book takes over what was counted, at value, and the shop shows what is free then.

    Refused when more would be reserved than is there.
    """

    success: ClassVar[type[Success]] = StockAdjusted
    refusal: ClassVar[type[Refused]] = AdjustmentRefused
    undone_by: ClassVar[type[Undo] | None] = ReverseAdjustment
    shows: ClassVar[tuple[str, ...]] = ("count", "adjustments")

    count: Code
    adjustments: Some[Delta]
    approved_by: User


class QuantityShown(Success):
    """What the shop showed, and shows."""

    before: int = 0
    shown: int = 0


class ShowQuantity(Effect):
    """The shop shows this many of a SKU for sale, whatever it showed before; never more than are free."""

    success: ClassVar[type[Success]] = QuantityShown

    shows: ClassVar[tuple[str, ...]] = ("sku", "qty")

    sku: Sku
    qty: Count
    reason: Text


class SalesLimited(Success):
    """Whether the shop shows the rule."""

    published: bool = False


class LiftSalesLimit(Undo):
    """A SKU is sold and advertised as before."""


class LimitSales(Effect):
    """A SKU runs short: a rule for each buyer is published (how many, or presale) and its ads are lowered."""

    success: ClassVar[type[Success]] = SalesLimited
    undone_by: ClassVar[type[Undo] | None] = LiftSalesLimit

    sku: Sku
    rule: Text
    until: Day | None = None
