"""What whoever counts stock is asked, and whoever decides about a count: the forms of `stocktake`, which has more rows
than one file holds beside them.
"""

from collections import Counter
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from activities.counts.contract import CountDifference, Counted, CountedAt, Delta
from models.values import (
    NOTHING,
    Bin,
    Code,
    Count,
    Day,
    FormRow,
    FormRows,
    Moment,
    Money,
    Photos,
    Price,
    Sku,
    Some,
    Text,
    Ticked,
    User,
    any_twice,
)
from workflows.goods_in import ShelfCount
from workflows.language.forms import Form, Keep, Problems
from workflows.language.sentences import Sentence, sentence
from workflows.language.sources import (
    FromCase,
    TimeOrEarlier,
    TimeOrLater,
    ToCheck,
    from_case,
    proposed,
    rows_of,
    to_check,
)

WHOLE = "all"  # a scope that is everything
MAIN = "main"  # the location of which the bins without a location of their own are part


class CountPlan(Form):
    kind: Literal["full", "cycle", "spot"]
    scope: Some[Code]
    date: TimeOrLater[Day]
    counters: Annotated[tuple[User, ...], Field(min_length=2, max_length=50)]

    def problems(self) -> Problems:
        if any_twice(self.counters):
            yield "counters", "Two different people must count."


class Freeze(Form):
    frozen_at: TimeOrEarlier[Moment]


class Sheet(Form):
    """What one person has counted; what doesn't fit on one sheet comes on another."""

    counted_at: TimeOrEarlier[Moment | None] = None
    """When they were counted: what came and left until then is in the book, what did later isn't."""
    photos: Photos = ()

    @property
    def rows(self) -> tuple[Counted, ...]:
        return ()

    def problems(self) -> Problems:
        if any_twice((row.sku, row.bin) for row in self.rows):
            yield "lines", "Each SKU stands once for each bin."


class ShelfLine(FormRow):
    sku: Sku
    bin: Bin


class CountSheet(Sheet):
    """Whoever counts sees what to count, and neither the book nor an earlier count."""

    lines: Annotated[Some[Counted], to_check("what_to_count")]

    @property
    def rows(self) -> tuple[Counted, ...]:
        return self.lines


class SecondSheet(Sheet):
    """The second team counts the same shelves, and whatever else it finds."""

    lines: Annotated[Some[ShelfCount], rows_of("shelves", others=True)]

    @property
    def rows(self) -> tuple[Counted, ...]:
        return self.lines


class RecountSheet(Sheet):
    lines: Annotated[Some[ShelfCount], rows_of("to_recount", others=True)]

    @property
    def rows(self) -> tuple[Counted, ...]:
        return self.lines


class Recount(Form):
    lines: Annotated[Some[ShelfLine], proposed("differing")]


class Cause(FormRow):
    sku: FromCase[Sku]
    cause: Literal["pick", "receive", "return", "theft", "damage", "system"]


class Causes(Form):
    causes: Keep[Annotated[Some[Cause], rows_of("unexplained")]]


class Decision(Form):
    value: Annotated[Price | None, from_case("value")] = None
    """What the differences are worth, as the case has it: nobody need type it."""
    note: Text


class OneCount(FormRow):
    """What one person counted, beside the book of that moment."""

    by: str
    at: Moment | None
    counted: Count
    book: int


class Difference(FormRow):
    """Where the count and the book differ, or two counts."""

    sku: Sku
    bin: Bin
    book: int
    counted: Count
    delta: int
    unit_value: Price | None = None
    kept: Count = 0
    """Of the book's, kept for orders: what is picked for them may stand elsewhere by now."""
    counts: FormRows[OneCount] = ()
    """Each person's, the first one first."""

    @property
    def value(self) -> Money:
        return (self.unit_value or NOTHING) * abs(self.delta)


def difference(found: CountDifference) -> Difference:
    """As the case keeps it."""
    counts = tuple(OneCount(by=one.by, at=one.at, counted=one.counted, book=one.book) for one in found.counts)
    return Difference.model_validate({**dict(found), "counts": counts})


class Adjustment(Form):
    adjustments: Annotated[FormRows[Delta], proposed("corrections")] = ()
    """Nothing: all that differs."""
    platform_synced: ToCheck[Ticked]

    def problems(self) -> Problems:
        if any_twice((line.sku, line.bin) for line in self.adjustments):
            yield "adjustments", "Each SKU stands once for each bin."


class CountOnForms(BaseModel):
    """A stocktake as its case and its forms know it."""

    kind: Literal["full", "cycle", "spot"]
    scope: Some[Code]
    date: Day
    counters: tuple[User, ...]
    frozen_from: Moment | None = None
    to_count: tuple[ShelfLine, ...] = ()
    """What the book has in the scope: each SKU, and the location where it is."""
    counts: tuple[CountedAt, ...] = ()
    """What each person counted, the first one first."""
    to_recount: FormRows[ShelfLine] = ()
    causes: FormRows[Cause] = ()
    compared: Literal["matches", "differs"] | None = None
    """What the book says of the last count."""
    differences: tuple[Difference, ...] = ()
    disputed: tuple[Difference, ...] = ()
    """Where two counts differ from each other, and nobody has counted a third time."""
    value: Price = NOTHING
    """What the differences are worth, short and over added up."""

    @property
    def what_to_count(self) -> tuple[ShelfLine | str, ...]:
        return self.to_count or self.scope

    @property
    def lines(self) -> tuple[CountedAt, ...]:
        """Each shelf as it was counted last."""
        return tuple({(one.sku, one.bin): one for one in self.counts}.values())

    @property
    def shelves(self) -> tuple[ShelfLine, ...]:
        """What was counted, and not how much of it: who counts it once more doesn't see that."""
        return tuple(ShelfLine(sku=one.sku, bin=one.bin) for one in self.lines)

    @property
    def uncounted(self) -> list[str]:
        """What is in the scope and nobody has counted."""
        places = {shelf.bin for shelf in self.to_count}
        seen = {(one.sku, one.bin if one.bin in places else MAIN) for one in self.counts}
        if self.to_count:
            return [f"{one.sku} {one.bin}" for one in self.to_count if (one.sku, one.bin) not in seen]
        named = {word for one in self.counts for word in (one.sku, one.bin)} | {WHOLE}
        return [shelf for shelf in self.scope if shelf not in named]

    @property
    def counted_once(self) -> list[str]:
        """What only one person has counted."""
        by: dict[tuple[str, str], set[str]] = {}
        for one in self.counts:
            by.setdefault((one.sku, one.bin), set()).add(one.by)
        return [f"{sku} {place}" for (sku, place), people in by.items() if len(people) < 2]

    def add(self, lines: tuple[Counted, ...], moment: Moment, by: str) -> None:
        """Keep a sheet. Who counts a shelf once more corrects what they counted before."""
        again = {(line.sku, line.bin) for line in lines}
        kept = (one for one in self.counts if one.by != by or (one.sku, one.bin) not in again)
        sheet = (CountedAt(sku=row.sku, bin=row.bin, counted=row.counted, at=moment, by=by) for row in lines)
        self.counts = (*kept, *sheet)

    def forget_comparison(self) -> None:
        self.compared, self.differences, self.disputed, self.value = None, (), (), NOTHING

    @property
    def is_value_known(self) -> bool:
        return all(one.unit_value is not None for one in self.differences)

    @property
    def differing(self) -> tuple[ShelfLine, ...]:
        """The shelves of the goods that differ from the book, or of which two counts differ."""
        skus = {one.sku for one in (*self.differences, *self.disputed)}
        return tuple(ShelfLine(sku=line.sku, bin=line.bin) for line in self.lines if line.sku in skus)

    @property
    def unexplained(self) -> tuple[dict[str, str], ...]:
        """A row for each of the goods that differ, without its cause."""
        return tuple({"sku": sku} for sku in dict.fromkeys(one.sku for one in self.differences))

    @property
    def corrections(self) -> tuple[Delta, ...]:
        """All that differs."""
        return tuple(Delta(sku=one.sku, bin=one.bin, delta=one.delta) for one in self.differences)

    def bounds(self) -> dict[tuple[str, str], int]:
        return {(one.sku, one.bin): one.delta for one in self.differences}

    def objection(self, adjustments: FormRows[Delta]) -> Sentence | str:
        """Why the book may not be changed so: by something else than was found. Empty if it may."""
        bounds, changes = self.bounds(), Counter[tuple[str, str]]()
        for one in adjustments:
            place = one.bin if (one.sku, one.bin) in bounds else MAIN
            changes[one.sku, place] += one.delta
        for sku, place in (*bounds, *changes) if adjustments else ():
            found, change = bounds.get((sku, place), 0), changes[sku, place]
            if found != change:
                return sentence(
                    "{sku} in {place} differs by {found}, not by {typed}.",
                    sku=sku,
                    place=place,
                    found=found,
                    typed=change,
                )
        return ""

    @property
    def spot_hours(self) -> int | None:
        """A spot count after a short pick is done within hours; others have a day (default)."""
        return 4 if self.kind == "spot" else None
