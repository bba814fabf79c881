"""Stocktake (库存盘点): the record equals the shelf, and the shop shows what both say.

Sources: 001-o 四1; 002-b 一3; 001-t 二(四)1; 000-e 二; 001-n 2; 001-r 一. The warehouse supervisor leads, the resident
staff count at the plant: D22. A full count each quarter (default); A items each week are planned by hand. Whether a
count agrees, and what a difference is worth, is the book's word.
"""

from activities.cases.contract import SendEvent
from activities.counts.contract import (
    AdjustStock,
    CompareCount,
    CountDiffers,
    Counted,
    CountMatches,
    Delta,
    FreezeScope,
)
from workflows.vocabulary import *

WHOLE = "all"  # a scope that is everything
MAIN = "main"  # the location of which the bins without a location of their own are part

# --- what is asked ------------------------------------------------------------------------------------------------


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


class CountSheet(Form):
    lines: Annotated[Some[Counted], to_check("scope")]
    """Whoever counts sees what to count, and neither the book nor an earlier count."""
    photos: Photos = ()

    def problems(self) -> Problems:
        if any_twice((line.sku, line.bin) for line in self.lines):
            yield "lines", "Each SKU stands once for each bin."


class ShelfLine(FormRow):
    sku: Sku
    bin: Bin


class SecondSheet(CountSheet):
    """The second team counts the same shelves, and whatever else it finds."""

    lines: Annotated[Some[ShelfCount], rows_of("lines", others=True)]


class RecountSheet(CountSheet):
    lines: Annotated[Some[ShelfCount], rows_of("to_recount", others=True)]


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


class Difference(FormRow):
    """Where the count and the book differ."""

    sku: Sku
    bin: Bin
    book: int
    counted: Count
    delta: int
    unit_value: Price | None = None

    @property
    def value(self) -> Money:
        return (self.unit_value or NOTHING) * abs(self.delta)


class Adjustment(Form):
    adjustments: Annotated[FormRows[Delta], proposed("corrections")] = ()
    """Nothing: all that differs."""
    platform_synced: ToCheck[Ticked]

    def problems(self) -> Problems:
        if any_twice((line.sku, line.bin) for line in self.adjustments):
            yield "adjustments", "Each SKU stands once for each bin."


class StocktakeCase(Case):
    kind: Literal["full", "cycle", "spot"]
    scope: Some[Code]
    date: Day
    counters: tuple[User, ...]
    lines: FormRows[Counted] = ()
    """As counted last."""
    to_recount: FormRows[ShelfLine] = ()
    causes: FormRows[Cause] = ()
    compared: Literal["matches", "differs"] | None = None
    """What the book says of the last count."""
    differences: FormRows[Difference] = ()
    value: Price = NOTHING
    """What the differences are worth, short and over added up."""

    @property
    def is_value_known(self) -> bool:
        return all(one.unit_value is not None for one in self.differences)

    @property
    def differing(self) -> tuple[ShelfLine, ...]:
        """The shelves of the goods that differ."""
        skus = {one.sku for one in self.differences}
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

    def objection(self, adjustments: FormRows[Delta]) -> str:
        """Why the book may not be changed so: by something else than was found. Empty if it may."""
        bounds, changes = self.bounds(), Counter[tuple[str, str]]()
        for one in adjustments:
            place = one.bin if (one.sku, one.bin) in bounds else MAIN
            changes[one.sku, place] += one.delta
        for sku, place in (*bounds, *changes) if adjustments else ():
            found, change = bounds.get((sku, place), 0), changes[sku, place]
            if found != change:
                return f"{sku} in {place} differs by {found}, not by {change}."
        return ""

    @property
    def spot_hours(self) -> int | None:
        """A spot count after a short pick is done within hours; others have a day (default)."""
        return 4 if self.kind == "spot" else None


# --- the procedure ------------------------------------------------------------------------------------------------


class Stocktake(Procedure):
    """Keep the record equal to the shelf and the shop quantity equal to both."""

    key = "stocktake"
    case: StocktakeCase
    numbers = "ST"
    about = ("kind", "scope", "date")

    new = Entry(role=WAREHOUSE_SUPERVISOR, due=working_days(1), tell=OPS_MANAGER)
    planned = Stage(role=WAREHOUSE_KEEPER | WAREHOUSE_SUPERVISOR)
    frozen = Stage(role=WAREHOUSE_KEEPER | FACTORY_RESIDENT | WAREHOUSE_SUPERVISOR)
    counting = Stage(role=WAREHOUSE_KEEPER)
    recount = Stage(role=WAREHOUSE_KEEPER)
    variance_review = Stage(role=WAREHOUSE_SUPERVISOR, ways_equal=True)
    approval = Stage(role=FINANCE | OPS_MANAGER | GM, ways_equal=True)
    adjusting = Stage(role=STATISTICIAN)
    closed = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # counted by two people, without sight of the book                               001-o 四1, 001-t 二(四)1
    plan = new.to(planned, by=WAREHOUSE_SUPERVISOR, form=CountPlan, every=quarterly("08:00"))
    freeze = planned.to(frozen, by=WAREHOUSE_KEEPER, form=Freeze, main=True)
    freeze_refused = (frozen | counting).to(planned)
    count = frozen.to(counting, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=CountSheet, main=True)
    submit_count = counting.to(variance_review, by=WAREHOUSE_KEEPER, form=SecondSheet, other_than=count)
    matches = variance_review.stay()
    differs = variance_review.stay()
    ask_recount = variance_review.to(recount, by=WAREHOUSE_SUPERVISOR, form=Recount)
    recounted = recount.to(
        variance_review, by=WAREHOUSE_KEEPER, form=RecountSheet, other_than=submit_count
    )  # a second team

    # differences explained, approved by somebody else, adjusted                      001-o 四1
    no_variance = variance_review.to(
        closed,
        by=WAREHOUSE_SUPERVISOR,
        form=Remarks,
        when="is_equal",
        other_than=(count, submit_count, recounted),
    )
    explain = variance_review.to(approval, by=WAREHOUSE_SUPERVISOR, form=Causes, when="is_different")
    approve = approval.to(
        adjusting,
        by=FINANCE | OPS_MANAGER | GM,
        form=Decision,
        other_than=(count, submit_count, recounted, explain),
    )
    refuse = approval.to(recount, by=FINANCE | OPS_MANAGER | GM, form=Decision)
    adjust = adjusting.to(closed, by=STATISTICIAN, form=Adjustment)
    cancel = (planned | frozen).to(cancelled, by=WAREHOUSE_SUPERVISOR, form=Reason)

    spot_in_time = Deadline(hours_in("spot_hours"), since=plan, until=submit_count, tell=WAREHOUSE_SUPERVISOR)
    adjusted_in_time = Deadline(working_days(2), since=submit_count, until=adjust | no_variance, tell=FINANCE)

    kpis = (
        share(no_variance, of=submit_count),
        share(ask_recount, of=submit_count),
        elapsed(plan, adjust | no_variance),
    )

    # --- rules

    def is_equal(self) -> bool:
        """The book says that the count equals it."""
        return self.case.compared == "matches"

    def is_different(self) -> bool:
        """The book says that the count differs from it."""
        return self.case.compared == "differs"

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> Opening:
        """A full count each quarter; the supervisor says who counts."""
        return asking(f"full-{occasion.label}", kind="full", scope=[WHOLE], date=self.today)

    @plan.on
    def still_to_come(self, form: CountPlan) -> None:
        self.require(form.date >= self.today, "Must not be in the past.", "date")

    @freeze.on
    def stop_moves(self, form: Freeze) -> None:
        self.require(self.day_of(form.frozen_at) == self.today, "Must be today.", "frozen_at")
        self.do(FreezeScope(count=self.subject, scope=self.case.scope), otherwise=self.freeze_refused)

    @freeze_refused.on
    def say_who_counts(self, outcome: Refused | None) -> None:
        self.case.lines = ()
        self.tell(WAREHOUSE_KEEPER, "count_not_frozen", why=outcome.reason if outcome is not None else "-")

    @(count | submit_count | recounted).on
    def keep_counts(self, form: CountSheet | SecondSheet | RecountSheet) -> None:
        """The last count of each shelf is the one that is kept."""
        lines = {(line.sku, line.bin): line for line in (*self.case.lines, *form.lines)}
        self.case.lines = tuple(lines.values())

    @(submit_count | recounted).on
    def compare(self) -> None:
        lines = self.case.lines
        seen = {line.sku for line in lines} | {line.bin for line in lines} | {WHOLE}
        missing = [shelf for shelf in self.case.scope if shelf not in seen]
        self.require(not missing, "Not counted yet: {missing}.", "lines", missing=missing)
        self.case.compared, self.case.differences, self.case.value = None, (), NOTHING
        count = CompareCount(count=self.subject, lines=lines)
        self.do(count, then=self.matches, otherwise=self.differs)

    @(matches | differs).on
    def note_differences(self, outcome: CountMatches | CountDiffers | None) -> None:
        case = self.case
        found = outcome.differences if outcome is not None else ()
        if not isinstance(outcome, CountDiffers):
            case.compared = "matches"
        else:  # without a difference the book could not compare: it is counted again
            case.compared = "differs" if found else None
        case.differences = tuple(
            Difference(
                sku=one.sku,
                bin=one.bin,
                book=one.book,
                counted=one.counted,
                delta=one.delta,
                unit_value=one.unit_value,
            )
            for one in found
        )
        case.value = sum((one.value for one in case.differences), NOTHING)

    @ask_recount.on
    def recount_what_was_counted(self, form: Recount) -> None:
        known = {(line.sku, line.bin) for line in self.case.lines}
        asked = {(line.sku, line.bin) for line in form.lines}
        self.require(asked <= known, "Only what was counted is counted again.", "lines")
        self.case.to_recount = form.lines

    @recounted.on
    def count_what_was_asked(self, form: RecountSheet) -> None:
        again = {(line.sku, line.bin) for line in form.lines}
        left = [f"{ln.sku} {ln.bin}" for ln in self.case.to_recount if (ln.sku, ln.bin) not in again]
        self.require(not left, "Not counted again yet: {left}.", "lines", left=list(left))
        self.case.to_recount = ()

    @approve.on
    def keep_to_limit(self) -> None:
        case, limit = self.case, self.policy.spending_limit
        within = case.is_value_known and case.value < limit
        self.require(
            within or GM in self.actor.roles,
            "The differences are worth {value}: from {limit} up, or where that isn't known, the gm approves.",
            value=case.value,
            limit=limit,
        )

    @refuse.on
    def count_what_differs_again(self) -> None:
        self.case.to_recount = self.case.differing

    @recount.enter
    def count_without_sight_of_the_book(self) -> None:
        self.case.compared, self.case.differences, self.case.value = None, (), NOTHING

    @adjust.on
    def correct_book(self, form: Adjustment) -> None:
        objection = self.case.objection(form.adjustments)
        self.require(not objection, objection, "adjustments")
        self.do(
            AdjustStock(
                count=self.subject,
                adjustments=form.adjustments or self.case.corrections,
                approved_by=self.who_did(self.approve),
            )
        )
        self.make_permanent(AdjustStock)

    @closed.enter
    def move_again(self) -> None:
        self.undo(FreezeScope)

    @(no_variance | adjust).on
    def sell_what_was_found(self) -> None:
        """Goods that went off sale as out of stock and are there after all."""
        found = Counter[str]()
        for line in self.case.lines:
            found[line.sku] += line.counted
        for sku, qty in sorted(found.items()):
            if self.case.kind == "spot" and qty:
                self.do(
                    SendEvent(
                        procedure="product_delisting",
                        event="restock_relist",
                        form={"qty": qty},
                        where={"sku": sku},
                    )
                )
