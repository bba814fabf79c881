"""Carrier selection (物流服务商选择与评估): carriers that fit the goods, graded regularly, changed when they fail.

Sources: 003 六1.1, 1.2; 000-e 四1; 000-d 四; 001-n 4(2); 004-d 7; 001-h 分销主管.
"""

from activities.carriers.contract import GRADE, LanePrice, SetTariff
from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from activities.partners.contract import SetPartner
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

BAR = 70  # of 100 (default)
TOLD = (LOGISTICS, WAREHOUSE_SUPERVISOR, CS_SUPERVISOR)  # who works with the carriers that the store has
QUARTER = days(91)  # "regularly" in 003 六1.2

Score = Annotated[int, Field(ge=0, le=100)]
Stars = Annotated[Number, Field(ge=0, le=5)]

# --- what is asked ------------------------------------------------------------------------------------------------


class Need(Form):
    mode: Literal["carrier", "own_team"]
    product_traits: InHistory[Some[Literal["fragile", "liquid", "heavy", "cold", "high_value", "standard"]]]
    lanes: Some[Name]
    monthly_parcels: Qty
    customer_need: Text


class Shortlist(Form):
    candidates: Keep[Some[Carrier]]
    """For an own team: the team and a carrier to compare it with."""
    source: Remark = ""

    def problems(self) -> Problems:
        if len(set(self.candidates)) < 2:
            yield "candidates", "At least two."


class Quotes(Form):
    price_table: File
    promised_days: Qty
    coverage: Some[Name]
    pickup_time: Text
    lost_compensation_rule: Text
    hold_at_city_service: bool = False


class Trial(Form):
    lane: Name
    days: Annotated[int, Field(ge=7, le=30)]
    parcels: Qty


class Choice(Form):
    recommended: Keep[Carrier]
    last_score: Annotated[Score | None, from_book(GRADE, carrier="recommended")] = None
    reason: Keep[Text]
    trial_on_time_pct: Keep[Annotated[Pct, Field(ge=0, le=100)] | None] = None
    est_cost_per_parcel: Keep[Price]

    def problems(self) -> Problems:
        if self.last_score is not None and self.last_score < BAR:
            yield (
                "recommended",
                sentence("It was judged last with {score}, below the bar.", score=self.last_score),
            )


class Contract(Form):
    contract_no: Annotated[Code, own_number("CC")]
    valid_from: TimeOrOther[Day]
    valid_to: Annotated[Day, within(at_least="now")]
    file: File
    prices: FormRows[LanePrice] = ()
    """What a parcel costs, everywhere or in a province: no waybill costs more. None where no list was agreed."""

    def problems(self) -> Problems:
        lanes = [row.province or "" for row in self.prices]
        if any_twice(lanes):
            yield "prices", "Each province stands once, and everywhere else once."
        if not in_one_currency(
            sum_ for row in self.prices for sum_ in (row.first_kg, row.further_kg) if sum_
        ):
            yield "prices", "All prices of a contract must be in one currency."
        if self.valid_to <= self.valid_from:
            yield "valid_to", "Must come after the first day."


class Period(Form):
    period: DateRange


class Grade(Form):
    on_time_pct: Annotated[Pct, Field(ge=0, le=100), within(at_most="signed_pct")]
    """What nobody has signed for didn't come in time."""
    damage_pct: Annotated[Pct, Field(ge=0, le=100)]
    lost_pct: Annotated[Pct, Field(ge=0, le=100)]
    claim_days: Annotated[Number, Field(ge=0)]
    customer_logistics_score: Stars
    cost_per_parcel: Annotated[Price, from_case("cost_per_parcel")]
    score: Score
    note: Remark = ""

    def problems(self) -> Problems:
        if self.score > (most := max(self.on_time_pct - self.damage_pct - self.lost_pct, 0)):
            yield "score", sentence("On time less damaged and lost comes to {most} %.", most=most)


class Recheck(Form):
    recheck_score: Annotated[int, Field(ge=BAR, le=100)]
    evidence: File | None = None


class Termination(Form):
    reason: Text
    replacement: Carrier


class Known(FormRow):
    """What the books say of a carrier's period; None where they have nothing."""

    signed_pct: Pct | None = None
    cost_per_parcel: Price | None = None


class CarrierCase(Case):
    mode: Literal["carrier", "own_team"]
    lanes: Some[Name]
    monthly_parcels: Qty
    customer_need: Text
    candidates: FormRows[Carrier] = ()
    recommended: Carrier | None = None
    reason: Text | None = None
    trial_on_time_pct: Annotated[Pct, Field(ge=0, le=100)] | None = None
    est_cost_per_parcel: Price | None = None
    signed_pct: Pct | None = None
    """Of what the carrier was handed in the period, by the books; None where they have nothing."""
    cost_per_parcel: Price | None = None
    """What a parcel cost in it, likewise."""


# --- the procedure ------------------------------------------------------------------------------------------------


class CarrierSelection(AnswersWhoAsked, Procedure):
    """Choose carriers that fit the goods and the customers' needs, grade them, and change them when they fail."""

    key = "carrier_selection"
    case: CarrierCase
    numbers = "CS"
    about = ("recommended", "lanes", "customer_need")

    new = Entry()
    need_raised = Stage(role=LOGISTICS)
    shortlisted = Stage(role=LOGISTICS)
    quoted = Stage(role=LOGISTICS)
    trial = Stage(role=LOGISTICS, due=days(30), tell=LOGISTICS | OPS_MANAGER)
    approval = Stage(role=OPS_MANAGER, due=working_days(3), tell=GM, ways_equal=True)
    contracting = Stage(role=LOGISTICS | FINANCE)
    active = Stage(role=LOGISTICS)
    under_evaluation = Stage(
        role=LOGISTICS,
        due=working_days(5),
        tell={working_days(5): LOGISTICS, working_days(10): OPS_MANAGER},
        ways_equal=True,
    )
    improvement = Stage(role=LOGISTICS | OPS_MANAGER, due=days(30), tell=OPS_MANAGER)
    terminated = Stage(final=True, undo=True)
    rejected = Stage(final=True)

    # chosen                                                                  003 六1.1, 004-d 7
    raise_need = new.to(need_raised, by=LOGISTICS, form=Need)
    shortlist = need_raised.to(shortlisted, by=LOGISTICS, form=Shortlist)
    collect_quotes = shortlisted.to(quoted, by=LOGISTICS, form=Quotes)
    start_trial = quoted.to(trial, by=LOGISTICS, form=Trial)
    submit_choice = (quoted | trial).to(approval, by=LOGISTICS, form=Choice, main=True)
    approve = approval.to(
        contracting,
        by=OPS_MANAGER,
        form=DecisionNote,
        other_than=(raise_need, submit_choice),
        approves=("candidates", "recommended", "reason", "trial_on_time_pct", "est_cost_per_parcel"),
    )
    reject = approval.to(rejected, by=OPS_MANAGER, form=DecisionNote, back=True)
    sign_contract = contracting.to(active, by=LOGISTICS | FINANCE, form=Contract)
    withdraw = contracting.to(rejected, by=OPS_MANAGER, form=Reason, back=True)

    # graded                                                                  003 六1.2
    evaluate = active.to(under_evaluation, by=LOGISTICS, form=Period, after=QUARTER)
    figures_read = under_evaluation.stay()
    pass_evaluation = under_evaluation.to(
        active, by=LOGISTICS, form=Grade, when="is_at_the_bar", other_than=submit_choice
    )
    demand_improvement = under_evaluation.to(improvement, by=LOGISTICS, form=Grade, when="not is_at_the_bar")
    improved = improvement.to(
        active, by=LOGISTICS, form=Recheck, main=True, other_than=(submit_choice, demand_improvement)
    )
    terminate = (active | under_evaluation | improvement).to(
        terminated, by=OPS_MANAGER, form=Termination, back=True
    )

    kpis = (
        elapsed(raise_need, sign_contract),
        share(demand_improvement, of=evaluate),
        share(terminate, of=sign_contract),
    )

    # --- rules

    def is_at_the_bar(self, form: Grade) -> bool:
        """The score is at or above the bar of 70."""
        return form.score >= BAR

    # --- what each step does

    reject.on(AnswersWhoAsked.tell_why_not)
    withdraw.on(AnswersWhoAsked.tell_end)

    @submit_choice.on
    def compare_choice(self, form: Choice) -> None:
        self.require(form.recommended in self.case.candidates, "Must be on the shortlist.", "recommended")
        tried = self.has_happened(self.start_trial)
        self.require(
            not tried or form.trial_on_time_pct is not None,
            "Say how the trial went.",
            "trial_on_time_pct",
        )

    @sign_contract.on
    def put_on_the_list(self, form: Contract) -> None:
        """From now on orders may be shipped with this carrier, at its prices."""
        carrier = self.case.recommended or "-"
        self.do(SetPartner(partner_kind="carrier", partner=carrier))
        if form.prices:
            self.do(SetTariff(carrier=carrier, prices=form.prices))
        for role in TOLD:
            self.tell(role, "carrier_signed", carrier=carrier, first=form.valid_from, last=form.valid_to)

    @evaluate.on
    def read_figures(self, form: Period | None) -> None:
        """Of the period that is named, or of the quarter that has passed."""
        case, yesterday = self.case, self.today - days(1).length
        quarter = DateRange(first=self.today - QUARTER.length, last=yesterday)
        case.signed_pct = case.cost_per_parcel = None
        figures = ReadFigures(
            figures=FigureSet.CARRIER,
            about=case.recommended or "-",
            period=form.period if form is not None else quarter,
        )
        self.do(figures, then=self.figures_read, otherwise=self.figures_read)

    @figures_read.on
    def keep_figures(self, outcome: FiguresRead | Refused | None) -> None:
        read = outcome.figures if isinstance(outcome, FiguresRead) else {}
        known = Known.model_validate({name: read[name] for name in Known.model_fields if name in read})
        self.case.signed_pct, self.case.cost_per_parcel = known.signed_pct, known.cost_per_parcel

    @(pass_evaluation | demand_improvement).on
    def write_grade(self, form: Grade) -> None:
        self.keep_grade(form.model_dump(mode="json"))

    @improved.on
    def write_better_grade(self, form: Recheck) -> None:
        self.keep_grade({"score": form.recheck_score})

    def keep_grade(self, grade: dict[str, object]) -> None:
        carrier = self.case.recommended or "-"
        data = {"carrier": carrier, **grade}
        self.do(KeepRecord(book="carrier_grades", entry=f"{carrier}-{self.today}", data=data))
        self.make_permanent(KeepRecord)

    @terminate.on
    def replace(self, form: Termination) -> None:
        """A carrier whose contract ends is taken off the list; its open parcels and claims go on in their own cases."""
        self.require(form.replacement != self.case.recommended, "Must be another carrier.", "replacement")
        data = {"carrier": self.case.recommended, "replacement": form.replacement, "why": form.reason}
        for role in TOLD:
            self.tell(role, "carrier_terminated", **data)
