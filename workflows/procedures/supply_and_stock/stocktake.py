"""Stocktake (库存盘点): the record equals the shelf, and the shop shows what both say.

Sources: 001-o 四1; 002-b 一3; 001-t 二(四)1; 000-e 二; 001-n 2; 001-r 一. The warehouse supervisor leads, the resident
staff count at the plant: D22. A full count each quarter (default); A items each week are planned by hand. Whether a
count agrees with the book of its own moment, and what a difference is worth, is the book's word. Two people count each
shelf; where they differ, a third counts it before anything is decided.
"""

from activities.cases.contract import SendEvent
from activities.counts.contract import (
    MOST_SHELVES,
    AdjustmentRefused,
    AdjustStock,
    CompareCount,
    CountDiffers,
    CountMatches,
    FreezeScope,
    ScopeFrozen,
)
from workflows.vocabulary import *


class StocktakeCase(Case, shelf_counts.CountOnForms):
    pass


# --- the procedure ------------------------------------------------------------------------------------------------


class Stocktake(AnswersWhoAsked, Procedure):
    """Keep the record equal to the shelf and the shop quantity equal to both."""

    key = "stocktake"
    case: StocktakeCase
    numbers = "ST"
    about = ("kind", "scope", "date")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)

    new = Entry(role=WAREHOUSE_SUPERVISOR, due=working_days(1), tell=OPS_MANAGER)
    planned = Stage(
        role=WAREHOUSE_KEEPER | WAREHOUSE_SUPERVISOR, due=at("date") + days(1), tell=WAREHOUSE_SUPERVISOR
    )
    frozen = Stage(
        role=WAREHOUSE_KEEPER | FACTORY_RESIDENT | WAREHOUSE_SUPERVISOR,
        due=working_days(1),
        tell=WAREHOUSE_SUPERVISOR,
    )
    counting = Stage(role=WAREHOUSE_KEEPER | FACTORY_RESIDENT, due=working_days(1), tell=WAREHOUSE_SUPERVISOR)
    recount = Stage(role=WAREHOUSE_KEEPER, due=working_days(1), tell=WAREHOUSE_SUPERVISOR)
    variance_review = Stage(role=WAREHOUSE_SUPERVISOR, ways_equal=True)
    approval = Stage(role=FINANCE | OPS_MANAGER | GM, ways_equal=True)
    adjusting = Stage(role=STATISTICIAN)
    booking = Stage()
    closed = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    blind = Blind(
        *("counts", "lines", "differences", "disputed", "value", "compared", "causes"),
        during=frozen | counting | recount,
        then=WAREHOUSE_SUPERVISOR | FINANCE | OPS_MANAGER | GM | STATISTICIAN,
    )

    # counted by two people, without sight of the book                               001-o 四1, 001-t 二(四)1
    plan = new.to(planned, by=WAREHOUSE_SUPERVISOR, form=shelf_counts.CountPlan, every=quarterly("08:00"))
    freeze = planned.to(frozen, by=WAREHOUSE_KEEPER, form=shelf_counts.Freeze, main=True)
    freeze_known = (frozen | counting).stay()
    freeze_refused = (frozen | counting).to(planned)
    count = frozen.to(
        counting, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=shelf_counts.CountSheet, main=True
    ) | counting.stay(by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=shelf_counts.CountSheet)
    submit_count = counting.to(
        variance_review, by=WAREHOUSE_KEEPER, form=shelf_counts.SecondSheet, other_than=count, main=True
    )
    matches = variance_review.stay()
    differs = variance_review.stay()
    ask_recount = (variance_review | adjusting).to(
        recount, by=WAREHOUSE_SUPERVISOR, form=shelf_counts.Recount
    )
    recounted = recount.to(
        variance_review, by=WAREHOUSE_KEEPER, form=shelf_counts.RecountSheet, other_than=(count, submit_count)
    )  # a second team

    # differences explained, approved by somebody else, adjusted                      001-o 四1
    no_variance = variance_review.to(
        closed,
        by=WAREHOUSE_SUPERVISOR,
        form=Remarks,
        when="is_equal and is_undisputed",
        other_than=(count, submit_count, recounted),
    )
    explain = variance_review.to(
        approval, by=WAREHOUSE_SUPERVISOR, form=shelf_counts.Causes, when="is_different and is_undisputed"
    )
    approve = approval.to(
        adjusting,
        by=FINANCE | OPS_MANAGER | GM,
        form=shelf_counts.Decision,
        other_than=(count, submit_count, recounted, explain),
        approves=("differences", "disputed", "value", "causes"),
    )
    refuse = approval.to(recount, by=FINANCE | OPS_MANAGER | GM, form=shelf_counts.Decision)
    adjust = adjusting.to(booking, by=STATISTICIAN, form=shelf_counts.Adjustment, main=True)
    booked = booking.to(closed)
    not_booked = booking.to(adjusting)
    cancel = (planned | frozen | counting).to(cancelled, by=WAREHOUSE_SUPERVISOR, form=Reason)

    spot_in_time = Deadline(hours_in("spot_hours"), since=plan, until=submit_count, tell=WAREHOUSE_SUPERVISOR)
    adjusted_in_time = Deadline(working_days(2), since=submit_count, until=booked | no_variance, tell=FINANCE)

    kpis = (
        share(no_variance, of=submit_count),
        share(ask_recount, of=submit_count),
        elapsed(plan, booked | no_variance),
    )

    # --- rules

    def is_equal(self) -> bool:
        """The book says that the count equals it."""
        return self.case.compared == "matches"

    def is_different(self) -> bool:
        """The book says that the count differs from it."""
        return self.case.compared == "differs"

    def is_undisputed(self) -> bool:
        """Whoever counted agrees, or a third person has counted what they don't agree about."""
        return not self.case.disputed

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> Opening:
        """A full count each quarter; the supervisor says who counts."""
        return asking(f"full-{occasion.label}", kind="full", scope=[shelf_counts.WHOLE], date=self.today)

    @plan.on
    def still_to_come(self, form: shelf_counts.CountPlan) -> None:
        self.require(form.date >= self.today, "Must not be in the past.", "date")

    @freeze.on
    def stop_moves(self, form: shelf_counts.Freeze) -> None:
        self.require(self.day_of(form.frozen_at) == self.today, "Must be today.", "frozen_at")
        self.case.frozen_from = self.now
        freeze = FreezeScope(count=self.subject, scope=self.case.scope)
        self.do(freeze, then=self.freeze_known, otherwise=self.freeze_refused)

    @freeze_known.on
    def note_what_to_count(self, outcome: ScopeFrozen | None) -> None:
        lines = outcome.lines if outcome is not None else ()
        if len(lines) <= MOST_SHELVES:
            self.case.to_count = tuple(shelf_counts.ShelfLine(sku=one.sku, bin=one.bin) for one in lines)

    @freeze_refused.on
    def say_who_counts(self, outcome: Refused | None) -> None:
        self.case.counts = ()
        self.tell(WAREHOUSE_KEEPER, "count_not_frozen", why=outcome.reason if outcome is not None else "-")

    @(count | submit_count | recounted).on
    def keep_counts(
        self, form: shelf_counts.CountSheet | shelf_counts.SecondSheet | shelf_counts.RecountSheet
    ) -> None:
        """All counts are kept; the last one of each shelf holds."""
        case, moment = self.case, form.counted_at or self.now
        since = (case.frozen_from or moment).replace(second=0, microsecond=0)  # pages tell minutes
        self.require(moment >= since, "Counted before its goods were frozen.", "counted_at")
        case.add(form.rows, moment, self.actor.id)
        fits = len(case.lines) <= MOST_SHELVES
        self.require(fits, "One count has at most {most} shelves.", "lines", most=MOST_SHELVES)

    @submit_count.on
    def counted_by_two(self) -> None:
        once = self.case.counted_once
        self.require(not once, "Counted by one person only: {once}.", "lines", once=once)

    @(submit_count | recounted).on
    def compare(self) -> None:
        missing = self.case.uncounted
        self.require(not missing, "Not counted yet: {missing}.", "lines", missing=missing)
        self.case.forget_comparison()
        count = CompareCount(count=self.subject, lines=self.case.counts)
        self.do(count, then=self.matches, otherwise=self.differs)

    @(matches | differs).on
    def note_differences(self, outcome: CountMatches | CountDiffers | None) -> None:
        case = self.case
        found = outcome.differences if outcome is not None else ()
        if not isinstance(outcome, CountDiffers):
            case.compared = "matches"
        else:  # without a difference the book could not compare: it is counted again
            case.compared = "differs" if found else None
            if not found:
                self.tell(WAREHOUSE_SUPERVISOR, "count_not_compared", why=outcome.reason)
        case.differences = tuple(map(shelf_counts.difference, found))
        case.disputed = tuple(map(shelf_counts.difference, outcome.disputed if outcome is not None else ()))
        case.value = sum((one.value for one in case.differences), NOTHING)

    @ask_recount.on
    def recount_what_was_counted(self, form: shelf_counts.Recount) -> None:
        known = {(line.sku, line.bin) for line in self.case.lines}
        asked = {(line.sku, line.bin) for line in form.lines}
        self.require(asked <= known, "Only what was counted is counted again.", "lines")
        self.case.to_recount = form.lines

    @recounted.on
    def count_what_was_asked(self, form: shelf_counts.RecountSheet) -> None:
        again = {(line.sku, line.bin) for line in form.lines}
        left = [f"{ln.sku} {ln.bin}" for ln in self.case.to_recount if (ln.sku, ln.bin) not in again]
        self.require(not left, "Not counted again yet: {left}.", "lines", left=list(left))
        self.case.to_recount = ()

    @explain.on
    def explain_each(self, form: shelf_counts.Causes) -> None:
        named, differing = {one.sku for one in form.causes}, {one.sku for one in self.case.differences}
        left = sorted(differing - named)
        self.require(not left, "Say why these differ: {left}.", "causes", left=left)

    approve.on(AnswersWhoAsked.tell_yes)

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
        self.case.forget_comparison()

    @adjust.on
    def correct_book(self, form: shelf_counts.Adjustment) -> None:
        objection = self.case.objection(form.adjustments)
        self.require(not objection, objection, "adjustments")
        adjustment = AdjustStock(
            count=self.subject,
            adjustments=form.adjustments or self.case.corrections,
            approved_by=self.who_did(self.approve),
        )
        self.do(adjustment, then=self.booked, otherwise=self.not_booked)

    @not_booked.on
    def say_what_is_kept(self, outcome: AdjustmentRefused | None) -> None:
        """Orders keep more than is there: they are freed first."""
        missing = outcome.missing if outcome is not None else ()
        goods = ", ".join(f"{one.sku} ×{one.missing}" for one in missing)
        for role in (WAREHOUSE_SUPERVISOR, OPS_SPECIALIST):
            self.tell(role, "count_not_booked", goods=goods or "-")

    @booked.on
    def let_it_stand(self) -> None:
        self.make_permanent(AdjustStock)

    @closed.enter
    def move_again(self) -> None:
        self.undo(FreezeScope)

    @(no_variance | booked).on
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
