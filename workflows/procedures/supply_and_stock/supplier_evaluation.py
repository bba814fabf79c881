"""Supplier evaluation (供应商评估): partners are graded, and what follows from the grade is done.

Sources: 000-i 一1; 000-j 三1; 001-e 第五条3, 第八条3; 001-n 1(4). "Regularly" is each quarter (default). Figures are
those of the books; grades follow from them where they can.
"""

from activities.cases.contract import SendEvent
from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from activities.messages.contract import Message
from activities.registers.contract import TakenAlready, TakeUp
from activities.suppliers.contract import (
    CheckSupplier,
    RateSupplier,
    SupplierRating,
)
from workflows.vocabulary import *

BAR = 70  # of 100 (default)
JUDGED = ("period", "trigger", "grades", "total", "incidents", "supplier_comment")
UNCHANGED = 80  # the grade of prices that stay (default)
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
    """Service is judged; what the figures say is graded by them, and may be left out."""

    quality: Annotated[Grade | None, from_case("quality")] = None
    delivery: Annotated[Grade | None, from_case("delivery")] = None
    price: Annotated[Grade | None, from_case("price")] = None
    service: Grade
    total: Grade | None = None


class Talk(Form):
    """What the supplier says of it, and by which way it was asked."""

    channel: Literal["phone", "chat", "email", "letter", "counter"]
    supplier_comment: Keep[Text]


class Replacement(Form):
    replacement: Keep[Supplier]


class Measures(Form):
    actions: FormRows[Text] = ()
    recheck: Keep[Day | None] = None
    note: Remark = ""


class Parting(Form):
    reason: Text
    replacement: Annotated[Supplier | None, from_case("replacement")] = None


class Evaluation(Case):
    supplier: Supplier
    period: DateRange
    trigger: Literal["routine", "incident"]
    on_time_pct: Pct | None = None
    qc_pass_pct: Pct | None = None
    return_pct: Pct | None = None
    claims: Count | None = None
    price_index: Number | None = None
    unread: Remark = ""
    """Why the books have no figures, where they have none."""
    grades: dict[str, int] = {}
    total: Grade = 0
    recheck: Day | None = None
    replacement: Supplier | None = None
    """Who supplies in its place; the book has said that it may."""
    incidents: Count = 0
    """What happened while the evaluation was under way."""
    supplier_comment: Text | None = None

    @property
    def quality(self) -> int | None:
        return self.by_figures().get("quality")

    @property
    def delivery(self) -> int | None:
        return self.by_figures().get("delivery")

    @property
    def price(self) -> int | None:
        return self.by_figures().get("price")

    def by_figures(self) -> dict[str, int]:
        """The grades that follow from the figures: quality from what passed less what went back, delivery from what
        came in time, price from its index (80 at unchanged prices, two points for each per cent).
        """
        found: dict[str, int] = {}
        if self.qc_pass_pct is not None:
            found["quality"] = _grade(self.qc_pass_pct - (self.return_pct or 0))
        if self.on_time_pct is not None:
            found["delivery"] = _grade(self.on_time_pct)
        if self.price_index is not None:
            found["price"] = _grade(UNCHANGED - 2 * (self.price_index - 100))
        return found


def _grade(figure: Number) -> int:
    return max(0, min(100, round(figure)))


# --- the procedure ------------------------------------------------------------------------------------------------


class SupplierEvaluation(Procedure):
    """Keep supply steady and good by grading partners and acting on the grade."""

    key = "supplier_evaluation"
    case: Evaluation
    numbers = "SE"
    about = ("supplier", "period", "total")
    signalled = ("another_incident",)
    readers = PURCHASING | FINANCE | OPS_MANAGER | GM

    new = Entry(role=PURCHASING, due=working_days(5), tell=OPS_MANAGER)
    opened = Stage(role=PURCHASING, due=working_days(3), tell=OPS_MANAGER)
    data_ready = Stage(role=OPS_SPECIALIST, due=working_days(3), tell=OPS_MANAGER)
    scored = Stage(role=PURCHASING, due=working_days(3), tell=OPS_MANAGER)
    discussed = Stage(role=PURCHASING | OPS_MANAGER, ways_equal=True, due=working_days(3), tell=OPS_MANAGER)
    improvement = Stage(role=QC | PURCHASING | OPS_MANAGER, ways_equal=True, due=days(30), tell=OPS_MANAGER)
    kept = Stage(final=True)
    downgraded = Stage(final=True)
    terminated = Stage(final=True)
    joined = Stage(final=True)  # another evaluation of the supplier is under way

    # figures and grades
    open_review = new.to(opened, by=PURCHASING, form=Review, every=quarterly("09:00"))
    begun = opened.stay()
    join = opened.to(joined)
    no_figures = opened.stay()
    load_data = opened.to(data_ready, by=PURCHASING, form=Figures, when="is_for_people")
    score = data_ready.to(scored, by=OPS_SPECIALIST, form=Score, other_than=(open_review, load_data))
    discuss = scored.to(discussed, by=PURCHASING, form=Talk)
    another_incident = (opened | data_ready | scored | discussed | improvement).stay()

    # what follows                                                                   000-i 一1, 001-e 第八条3
    keep = discussed.to(
        kept, by=PURCHASING, form=Measures, when="is_good_enough", other_than=score, approves=JUDGED
    )
    ask_improve = discussed.to(
        improvement, by=PURCHASING, form=Measures, when="is_under_the_bar", other_than=score
    )
    improved = improvement.to(kept, by=QC | PURCHASING, form=Measures, other_than=ask_improve)
    name_replacement = (improvement | discussed).stay(by=PURCHASING | OPS_MANAGER, form=Replacement)
    replacement_refused = (improvement | discussed).stay()
    downgrade = (improvement | discussed).to(
        downgraded,
        by=OPS_MANAGER,
        form=Parting,
        other_than=(load_data, score, discuss),
        approves=JUDGED,
        back=True,
    )
    terminate = (improvement | discussed).to(
        terminated,
        by=OPS_MANAGER,
        form=Parting,
        other_than=(load_data, score, discuss),
        approves=JUDGED,
        back=True,
    )

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

    def is_for_people(self, outcome: FiguresRead | None) -> bool:
        """The books have said what figures they have, or that they have none."""
        return outcome is not None or bool(self.case.unread)

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
    def begin(self) -> None:
        self.require(self.case.period.last <= self.today, "Must not be in the future.", "period")
        review = TakeUp(book="evaluations", thing=self.case.supplier)
        self.do(review, then=self.begun, otherwise=self.join)

    @begun.on
    def gather(self) -> None:
        figures = ReadFigures(figures=FigureSet.SUPPLIER, about=self.case.supplier, period=self.case.period)
        self.do(figures, then=self.load_data, otherwise=self.no_figures)

    @no_figures.on
    def ask_people(self, outcome: Refused | None) -> None:
        self.case.unread = (outcome.reason if outcome is not None else "")[:500] or "-"

    @join.on
    def tell_the_other(self, outcome: TakenAlready | None) -> None:
        running = outcome.running if outcome is not None else ""
        if running and self.case.trigger == "incident":
            self.do(SendEvent(procedure=self.key, event="another_incident", subject=running))
        self.tell(PURCHASING, "evaluation_under_way", supplier=self.case.supplier, running=running or "-")

    @another_incident.on
    def count_incident(self) -> None:
        self.case.incidents += 1

    @score.on
    def grade_by_figures(self, form: Score) -> None:
        case = self.case
        typed = {name: getattr(form, name) for name in WEIGHTS}
        grades = case.by_figures()
        for name, grade in typed.items():
            self.require(name in grades or grade is not None, "No figure says it: grade it.", name)
            grades.setdefault(name, grade or 0)
        case.grades = grades
        case.total = round(sum(grades[name] * weight for name, weight in WEIGHTS.items()) / 100)
        fits = form.total in (None, case.total)
        self.require(
            fits,
            "The weighted grades come to {total}, not {typed}.",
            "total",
            total=case.total,
            typed=form.total,
        )

    @(keep | improved).on
    def tell_grade(self) -> None:
        data = {"total": str(self.case.total)}
        self.do(Message(to=self.case.supplier, template="supplier_graded", data=data))

    @name_replacement.on
    def check_replacement(self, form: Replacement) -> None:
        self.require(form.replacement != self.case.supplier, "Must be another supplier.", "replacement")
        self.do(CheckSupplier(supplier=form.replacement), otherwise=self.replacement_refused)

    @replacement_refused.on
    def forget_replacement(self, outcome: Refused | None) -> None:
        self.case.replacement = None
        why = outcome.reason if outcome is not None else "-"
        self.tell(OPS_MANAGER, "replacement_refused", supplier=self.case.supplier, why=why)

    @ask_improve.on
    def agree_on_measures(self, form: Measures) -> None:
        self.require(form.actions, "Say what is to be improved.", "actions")
        self.require(
            form.recheck is not None and form.recheck > self.today, "Must be in the future.", "recheck"
        )

    @ask_improve.on
    def tell_measures(self, form: Measures) -> None:
        data = {
            "total": str(self.case.total),
            "actions": "; ".join(form.actions)[:500],
            "until": str(form.recheck),
        }
        self.do(Message(to=self.case.supplier, template="supplier_to_improve", data=data))

    @downgrade.on
    def order_less(self, form: Parting) -> None:
        self._set(SupplierRating.DOWNGRADED, form)

    @terminate.on
    def order_no_more(self, form: Parting) -> None:
        self._set(SupplierRating.FROZEN, form)
        self.tell(PURCHASING, "supplier_frozen", supplier=self.case.supplier, reason=form.reason)
        where = {"supplier": self.case.supplier}
        self.do(SendEvent(procedure="procurement", event="supplier_frozen", where=where))

    def _set(self, rating: SupplierRating, form: Parting) -> None:
        self.require(
            form.replacement in (None, self.case.replacement),
            "Name it as the replacement first: the book says whether it may supply.",
            "replacement",
        )
        self.do(
            RateSupplier(
                supplier=self.case.supplier,
                rating=rating,
                reason=form.reason,
                replacement=self.case.replacement,
            )
        )
        self.make_permanent(RateSupplier)
        template = "supplier_terminated" if rating is SupplierRating.FROZEN else "supplier_downgraded"
        self.do(Message(to=self.case.supplier, template=template, data={"reason": form.reason}))

    @(kept | downgraded | terminated).enter
    def end_review(self) -> None:
        self.undo(TakeUp)
