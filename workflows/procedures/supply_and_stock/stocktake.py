"""Stocktake (库存盘点): the record equals the shelf, and the shop shows what both say.

Sources: 001-o 四1; 002-b 一3; 001-t 二(四)1; 000-e 二; 001-n 2; 001-r 一. The warehouse supervisor leads, the resident
staff count at the plant: D22. A full count each quarter (default); A items each week are planned by hand.
"""

from activities.counts.contract import AdjustStock, CompareCount, Counted, Delta, FreezeScope
from workflows.vocabulary import *

WHOLE = "all"  # a scope that is everything

# --- what is asked ------------------------------------------------------------------------------------------------


class CountPlan(Form):
    kind: Literal["full", "cycle", "spot"]
    scope: Some[Code]
    date: Day
    counters: Annotated[tuple[User, ...], Field(min_length=2, max_length=50)]

    def problems(self) -> Problems:
        if any_twice(self.counters):
            yield "counters", "Two different people must count."


class Freeze(Form):
    frozen_at: Moment


class CountSheet(Form):
    lines: Some[Counted]
    photos: Photos = ()

    def problems(self) -> Problems:
        if any_twice((line.sku, line.bin) for line in self.lines):
            yield "lines", "Each SKU stands once for each bin."


class ShelfLine(FormRow):
    sku: Sku
    bin: Bin


class Recount(Form):
    lines: Some[ShelfLine]


class Cause(FormRow):
    sku: Sku
    cause: Literal["pick", "receive", "return", "theft", "damage", "system"]


class Causes(Form):
    causes: Keep[Some[Cause]]


class Decision(Form):
    value: Keep[Price]
    note: Text


class Adjustment(Form):
    adjustments: Some[Delta]
    platform_synced: Ticked

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
    value: Price = NOTHING

    @property
    def spot_hours(self) -> int | None:
        """A spot count after a short pick is done within hours; others have a day (default)."""
        return 4 if self.kind == "spot" else None


# --- the procedure ------------------------------------------------------------------------------------------------


class Stocktake(Procedure):
    """Keep the record equal to the shelf and the shop quantity equal to both."""

    key = "stocktake"
    case: StocktakeCase

    new = Entry(role=WAREHOUSE_SUPERVISOR, due=working_days(1), tell=OPS_MANAGER)
    planned = Stage(role=WAREHOUSE_KEEPER | WAREHOUSE_SUPERVISOR)
    frozen = Stage(role=WAREHOUSE_KEEPER | FACTORY_RESIDENT | WAREHOUSE_SUPERVISOR)
    counting = Stage(role=WAREHOUSE_KEEPER)
    recount = Stage(role=WAREHOUSE_KEEPER)
    variance_review = Stage(role=WAREHOUSE_SUPERVISOR)
    approval = Stage(role=FINANCE | OPS_MANAGER | GM)
    adjusting = Stage(role=STATISTICIAN)
    closed = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # counted by two people, without sight of the book                               001-o 四1, 001-t 二(四)1
    plan = new.to(planned, by=WAREHOUSE_SUPERVISOR, form=CountPlan, every=quarterly("08:00"))
    freeze = planned.to(frozen, by=WAREHOUSE_KEEPER, form=Freeze)
    count = frozen.to(counting, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=CountSheet)
    submit_count = counting.to(variance_review, by=WAREHOUSE_KEEPER, form=CountSheet)
    ask_recount = variance_review.to(recount, by=WAREHOUSE_SUPERVISOR, form=Recount)
    recounted = recount.to(variance_review, by=WAREHOUSE_KEEPER, form=CountSheet)

    # differences explained, approved by somebody else, adjusted                      001-o 四1
    no_variance = variance_review.to(closed, by=WAREHOUSE_SUPERVISOR, form=Remarks)
    explain = variance_review.to(approval, by=WAREHOUSE_SUPERVISOR, form=Causes)
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

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> Opening:
        """A full count each quarter; the supervisor says who counts."""
        return asking(f"full-{occasion.label}", kind="full", scope=[WHOLE], date=self.today)

    @freeze.on
    def stop_moves(self) -> None:
        self.do(FreezeScope(count=self.subject, scope=self.case.scope))

    @(count | submit_count | recounted).on
    def keep_counts(self, form: CountSheet) -> None:
        """The last count of each shelf is the one that is kept."""
        lines = {(line.sku, line.bin): line for line in (*self.case.lines, *form.lines)}
        self.case.lines = tuple(lines.values())

    @(submit_count | recounted).on
    def compare(self) -> None:
        lines = self.case.lines
        seen = {line.sku for line in lines} | {line.bin for line in lines} | {WHOLE}
        missing = [shelf for shelf in self.case.scope if shelf not in seen]
        self.require(not missing, f"Not counted yet: {', '.join(missing)}.", "lines")
        self.do(CompareCount(count=self.subject, lines=lines))

    @ask_recount.on
    def recount_what_was_counted(self, form: Recount) -> None:
        known = {(line.sku, line.bin) for line in self.case.lines}
        asked = {(line.sku, line.bin) for line in form.lines}
        self.require(asked <= known, "Only what was counted is counted again.", "lines")
        self.case.to_recount = form.lines

    @recounted.on
    def count_what_was_asked(self, form: CountSheet) -> None:
        again = {(line.sku, line.bin) for line in form.lines}
        left = [f"{ln.sku} {ln.bin}" for ln in self.case.to_recount if (ln.sku, ln.bin) not in again]
        self.require(not left, f"Not counted again yet: {', '.join(left)}.", "lines")
        self.case.to_recount = ()

    @approve.on
    def keep_to_limit(self, form: Decision) -> None:
        limit = self.policy.spending_limit
        within = form.value < limit or GM in self.actor.roles
        self.require(within, f"From {limit} up the gm approves.", "value")

    @adjust.on
    def correct_book(self, form: Adjustment) -> None:
        known = {(line.sku, line.bin) for line in self.case.lines}
        changed = {(line.sku, line.bin) for line in form.adjustments}
        self.require(changed <= known, "Only what was counted is adjusted.", "adjustments")
        self.do(
            AdjustStock(
                count=self.subject, adjustments=form.adjustments, approved_by=self.who_did(self.approve)
            )
        )
        self.make_permanent(AdjustStock)

    @closed.enter
    def move_again(self) -> None:
        self.undo(FreezeScope)
