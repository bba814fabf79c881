"""Supplier evaluation (供应商评估): partners are graded, and what follows from the grade is done.

Sources: 000-i 一1; 000-j 三1; 001-e 第五条3, 第八条3; 001-n 1(4). "Regularly" is each quarter (default).
"""

from activities.figures.contract import FigureSet, ReadFigures
from activities.suppliers.contract import RateSupplier, SupplierRating
from workflows.vocabulary import *

BAR = 70  # of 100 (default)
WEIGHTS = {"quality": 40, "delivery": 30, "price": 20, "service": 10}  # per cent (default)

Grade = Annotated[int, Field(ge=0, le=100)]

# --- what is asked ------------------------------------------------------------------------------------------------


class Review(Form):
    supplier: Supplier
    period: DateRange
    trigger: Literal["routine", "incident"]


class Figures(Form):
    on_time_pct: Keep[Pct]
    qc_pass_pct: Keep[Pct]
    return_pct: Keep[Pct]
    claims: Keep[Count]
    price_index: Keep[Number | None] = None


class Score(Form):
    quality: Grade
    delivery: Grade
    price: Grade
    service: Grade
    total: Keep[Grade]

    def problems(self) -> Problems:
        weighted = sum(getattr(self, name) * weight for name, weight in WEIGHTS.items())
        if abs(self.total * 100 - weighted) > 50:
            yield "total", f"The weighted grades come to {round(weighted / 100)}."


class Talk(Form):
    supplier_comment: Text


class Measures(Form):
    actions: FormRows[Text] = ()
    recheck: Keep[Day | None] = None
    note: Remark = ""


class Parting(Form):
    reason: Text
    replacement: Supplier | None = None


class Evaluation(Case):
    supplier: Supplier
    period: DateRange
    trigger: Literal["routine", "incident"]
    on_time_pct: Pct | None = None
    qc_pass_pct: Pct | None = None
    return_pct: Pct | None = None
    claims: Count | None = None
    price_index: Number | None = None
    total: Grade = 0
    recheck: Day | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class SupplierEvaluation(Procedure):
    """Keep supply steady and good by grading partners and acting on the grade."""

    key = "supplier_evaluation"
    case: Evaluation

    new = Entry(role=PURCHASING, due=working_days(5), tell=OPS_MANAGER)
    opened = Stage(role=PURCHASING)
    data_ready = Stage(role=OPS_SPECIALIST)
    scored = Stage(role=PURCHASING)
    discussed = Stage(role=PURCHASING | OPS_MANAGER)
    improvement = Stage(role=QC | PURCHASING | OPS_MANAGER, due=days(30), tell=OPS_MANAGER)
    kept = Stage(final=True)
    downgraded = Stage(final=True)
    terminated = Stage(final=True)

    # figures and grades
    open_review = new.to(opened, by=PURCHASING, form=Review, every=quarterly("09:00"))
    load_data = opened.to(data_ready, by=PURCHASING, form=Figures)
    score = data_ready.to(scored, by=OPS_SPECIALIST, form=Score)
    discuss = scored.to(discussed, by=PURCHASING, form=Talk)

    # what follows                                                                   000-i 一1, 001-e 第八条3
    keep = discussed.to(kept, by=PURCHASING, form=Measures, when="is_good_enough")
    ask_improve = discussed.to(improvement, by=PURCHASING, form=Measures, when="is_under_the_bar")
    improved = improvement.to(kept, by=QC | PURCHASING, form=Measures)
    downgrade = (improvement | discussed).to(downgraded, by=OPS_MANAGER, form=Parting)
    terminate = (improvement | discussed).to(terminated, by=OPS_MANAGER, form=Parting)

    incident_in_time = Deadline(
        working_days(5),
        since=open_review,
        until=keep | ask_improve | downgrade | terminate,
        unless="is_routine",
        tell=OPS_MANAGER,
    )

    kpis = (
        count(open_review),
        share(keep, of=score),
        share(improved, of=ask_improve),
        count(downgrade),
        count(terminate),
    )

    # --- rules

    def is_good_enough(self) -> bool:
        """The supplier's grade reaches the bar of 70."""
        return self.case.total >= BAR

    def is_under_the_bar(self) -> bool:
        """The supplier's grade is under the bar of 70."""
        return self.case.total < BAR

    def is_routine(self) -> bool:
        """It is the review of the quarter, not of an incident."""
        return self.case.trigger == "routine"

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> list[Opening] | Opening:
        """The past quarter of each supplier; where the books have none, purchasing names one."""
        over = occasion.before
        each = [
            opening(f"{supplier}-{over.label}", supplier=supplier, period=over.days, trigger="routine")
            for supplier in occasion.suppliers
        ]
        return each or asking(over.label, period=over.days, trigger="routine")

    @open_review.on
    def gather(self) -> None:
        figures = ReadFigures(figures=FigureSet.SUPPLIER, about=self.case.supplier, period=self.case.period)
        self.do(figures, then=self.load_data)

    @ask_improve.on
    def agree_on_measures(self, form: Measures) -> None:
        self.require(form.actions, "Say what is to be improved.", "actions")
        self.require(
            form.recheck is not None and form.recheck > self.today, "Must be in the future.", "recheck"
        )

    @downgrade.on
    def order_less(self, form: Parting) -> None:
        self._set(SupplierRating.DOWNGRADED, form)

    @terminate.on
    def order_no_more(self, form: Parting) -> None:
        self._set(SupplierRating.FROZEN, form)
        self.tell(PURCHASING, "supplier_frozen", supplier=self.case.supplier, reason=form.reason)

    def _set(self, rating: SupplierRating, form: Parting) -> None:
        self.require(form.replacement != self.case.supplier, "Must be another supplier.", "replacement")
        self.do(
            RateSupplier(
                supplier=self.case.supplier,
                rating=rating,
                reason=form.reason,
                replacement=form.replacement,
            )
        )
