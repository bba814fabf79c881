"""Counting stock, and what the shop shows of it: the books follow the shelf, never the other way round."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from models.effect import Effect, OutcomeRow, Refused, Success, Undo
from models.goods import Goods
from models.values import NOTHING, Bin, Code, Count, Day, FormRow, Moment, Money, Sku, Some, Text, User


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
    """Bins, locations or SKUs are under count. Moves go on, each with its time, so that each count can be compared with
    the book of its own moment. Of the goods of a bin, all that their location has is counted.

    Refused when another count holds some of them, or the books know no such thing.
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


MOST_SHELVES = 2000
"""The most rows that one count has."""


class CountedAt(Counted):
    """What somebody counted in a bin, and when."""

    at: Moment
    by: User


class CountOnce(OutcomeRow):
    """What one person counted of a SKU in one place, beside the book of that moment."""

    by: str = ""
    at: datetime | None = None
    counted: int = 0
    book: int = 0
    """What was there by the book when it was counted."""

    @property
    def delta(self) -> int:
        return self.counted - self.book


class CountDifference(OutcomeRow):
    """A place that holds more or fewer of a SKU than the book says, or of which two counts differ."""

    sku: str
    bin: str
    book: int
    counted: int
    """By the last count."""
    delta: int
    """Counted less book."""
    unit_value: Money | None = None
    """What one cost when it last came in, else its list price; None where the books have neither."""
    kept: int = 0
    """Of the book's, kept for orders: what is picked for them may stand elsewhere by now."""
    counts: tuple[CountOnce, ...] = ()
    """Each person's, the first one first."""


class CountMatches(Success):
    """Nothing differs from the book."""

    differences: tuple[CountDifference, ...] = ()
    disputed: tuple[CountDifference, ...] = ()
    """Of these, two counts differ from each other, and nobody has counted a third time."""
    value: Money = NOTHING


class CountDiffers(Refused):
    """Where the count and the book differ."""

    differences: tuple[CountDifference, ...] = ()
    disputed: tuple[CountDifference, ...] = ()
    """Of these, two counts differ from each other, and nobody has counted a third time."""
    value: Money = NOTHING
    """What the differences cost, counted less book."""


class CompareCount(Effect):
    """Compare a count with the book as it was when each shelf was counted. What the book has in the count's scope and
    nobody counted isn't there.

    Refused when something differs, or the books don't know what was counted.
    """

    success: ClassVar[type[Success]] = CountMatches
    refusal: ClassVar[type[Refused]] = CountDiffers
    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("count", "lines")

    count: Code
    lines: Annotated[tuple[CountedAt, ...], Field(min_length=1, max_length=2 * MOST_SHELVES)]
    """All counts, those that differ from each other too: of each shelf the last one holds."""


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
    adjustments: Annotated[tuple[Delta, ...], Field(min_length=1, max_length=MOST_SHELVES)]
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
