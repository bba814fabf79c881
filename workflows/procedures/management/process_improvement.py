"""Process improvement (流程改进): judge procedures, remove bottlenecks, set the standard, record what changed.

Sources: 000-j 二1-3; 003 八1, 3; 000-i 二1; 001-m 三3(3). Each procedure is reviewed "regularly": each half-year.
"""

from activities.cases.contract import OpenCase
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

PILOT = days(30)  # default
REVIEWS = ((1, 5), (7, 5))  # (month, day) of the half-year's review of every procedure; default
TRAINED_AFTER = days(7)  # the new standard is taught a week after it was set; default

# --- what is asked ------------------------------------------------------------------------------------------------


class Suggestion(Form):
    kind: Literal["bottleneck", "fault", "rule", "standard", "system", "best_practice", "other"]
    procedure: Annotated[Code, ref("procedure")] | None = None
    problem: Remark = ""
    idea: Remark = ""
    best_practice: Remark = ""

    def problems(self) -> Problems:
        if self.kind == "best_practice" and not self.best_practice:
            yield "best_practice", "Describe it."
        if self.kind != "best_practice" and not self.problem:
            yield "problem", "Say what is wrong."


class Analysis(Form):
    bottleneck: Keep[Text]
    data: Some[MetricValue]
    cause: Keep[Text]


class Change(FormRow):
    metric: Text
    before: Number
    after: Number


class Measured(FormRow):
    """To what a change moved a figure that it was expected to move."""

    metric: FromCase[Text]
    before: FromCase[Number]
    after: Number


class Proposal(Form):
    change: Annotated[Keep[Text], proposed("change")]
    expected: Annotated[Keep[Some[Change]], proposed("expected")]
    cost: Annotated[Keep[Price | None], proposed("cost")] = None
    new_version: Annotated[Keep[File | None], proposed("new_version")] = None


class PilotResult(Form):
    pilot_result: Annotated[Some[Measured], rows_of("expected")]
    note: Text


class Measurement(Form):
    actual: Annotated[Keep[Some[Measured]], rows_of("expected")]


class Closing(Form):
    document_version: Text
    training_no: Annotated[Code, ref("training"), proposed("training_no")]


class Improvement(Case):
    kind: str
    procedure: Code | None = None
    problem: Remark = ""
    idea: Remark = ""
    best_practice: Remark = ""
    change: Remark = ""
    expected: FormRows[Change] = ()
    new_version: File | None = None
    cost: Price | None = None
    actual: FormRows[Measured] = ()
    training_no: Code | None = None
    """The training in which the new standard is taught."""
    bottleneck: Text | None = None
    cause: Text | None = None

    def is_as_expected(self, figures: FormRows[Measured]) -> bool:
        """Whether none of them has moved the other way."""
        went = {row.metric: row.after - row.before for row in figures}
        return all(went.get(row.metric, 0) * (row.after - row.before) >= 0 for row in self.expected)

    @property
    def about(self) -> str:
        return self.procedure or self.kind


# --- the procedure ------------------------------------------------------------------------------------------------


class ProcessImprovement(AnswersWhoAsked, Procedure):
    """Take up a suggestion, find the bottleneck, try a better way, and make it the standard if the trial is better."""

    key = "process_improvement"
    case: Improvement
    numbers = "PI"
    about = ("kind", "procedure", "problem")

    new = Entry()
    suggested = Stage(role=OPS_MANAGER, due=working_days(5), tell=OPS_MANAGER)
    triaged = Stage(role=OPS_SPECIALIST | OPS_MANAGER)
    analysing = Stage(role=OPS_SPECIALIST)
    proposal = Stage(role=OPS_SPECIALIST)
    approval = Stage(role=OPS_MANAGER | GM)
    piloting = Stage(role=OPS_MANAGER, due=PILOT, tell=OPS_MANAGER, ways_equal=True)
    standardised = Stage(role=DATA_ANALYST, due=days(30), tell=DATA_ANALYST | OPS_MANAGER)
    measured = Stage(role=OPS_MANAGER)
    closed = Stage(final=True)
    rejected = Stage(final=True)
    rolled_back = Stage(final=True, undo=True)

    # anyone may suggest                                                             003 八2.2, 000-i 二1
    suggest = new.to(suggested, by=STAFF, form=Suggestion, every=on_days("09:00", *REVIEWS))
    triage = suggested.to(triaged, by=OPS_MANAGER, form=Note, main=True)
    decline = (suggested | triaged).to(rejected, by=OPS_MANAGER, form=Note, back=True)

    # a better way                                                                   000-j 二1, 003 八1
    analyse = triaged.to(analysing, by=OPS_SPECIALIST, form=Analysis, main=True)
    propose = analysing.to(proposal, by=OPS_SPECIALIST, form=Proposal)
    submit = proposal.to(approval, by=OPS_SPECIALIST, form=Proposal)
    approve = approval.to(
        piloting,
        by=OPS_MANAGER | GM,
        form=Note,
        other_than=(propose, submit),
        main=True,
        approves=("problem", "bottleneck", "cause", "change", "expected", "cost", "new_version"),
    )
    reject = approval.to(rejected, by=OPS_MANAGER | GM, form=Note, back=True)
    improve_it = approval.to(proposal, by=OPS_MANAGER | GM, form=Note, back=True)

    # tried, made the standard, measured                                             000-j 二2-4, 003 八3.2
    pilot_ok = piloting.to(standardised, by=OPS_MANAGER, form=PilotResult)
    pilot_fail = piloting.to(rolled_back, by=OPS_MANAGER, form=PilotResult, back=True)
    measure = standardised.to(measured, by=DATA_ANALYST, form=Measurement)
    close = measured.to(closed, by=OPS_MANAGER, form=Closing, when="is_no_worse", main=True)
    withdraw = (standardised | measured).to(
        rolled_back, by=OPS_MANAGER, form=Reason, back=True
    ) | closed.stay(by=OPS_MANAGER, form=Reason, when="is_the_standard", once=True)

    kpis = (
        count(suggest),
        share(pilot_ok, of=suggest),
        elapsed(suggest, close),
        elapsed(suggest, triage | decline),
    )

    # --- rules

    def is_no_worse(self) -> bool:
        """No figure has moved the other way than was expected."""
        return self.case.is_as_expected(self.case.actual)

    def is_the_standard(self) -> bool:
        """What was changed is the standard still."""
        return self.is_in_force(KeepRecord)

    # --- what each step does

    close.on(AnswersWhoAsked.tell_end)

    @(decline | reject).on
    def tell_the_proposer(self, form: Note) -> None:
        self.tell(STAFF, "suggestion_declined", about=self.case.procedure, kind=self.case.kind, why=form.note)
        self.tell_who_suggested(form.note)

    def tell_who_suggested(self, decision: str) -> None:
        who = self.who_did(self.suggest)
        if who and self.parent is None:
            data = {"about": self.case.about, "decision": decision}
            self.do(Message(to=who, template="request_decided", data=data))

    @approve.on
    def keep_to_limit(self, form: Note) -> None:
        cost, limit = self.case.cost, self.policy.spending_limit
        small = cost is None or cost.amount < limit.amount
        self.require(small or GM in self.actor.roles, "From {limit} up the gm decides.", limit=limit)
        self.tell_who_suggested(form.note)

    @improve_it.on
    def say_what_is_missing(self, form: Note) -> None:
        self.tell(OPS_SPECIALIST, "improvement_to_rework", change=self.case.change, note=form.note)

    @pilot_ok.on
    def make_it_the_standard(self, form: PilotResult) -> None:
        case = self.case
        self.require(
            case.is_as_expected(form.pilot_result),
            "The trial went the other way than was expected: it has failed.",
            "pilot_result",
        )
        case.training_no = self.next_subject
        self.do(
            KeepRecord(
                book="procedure_versions",
                entry=case.about,
                data={
                    "change": case.change,
                    "document": case.new_version,
                    "pilot": [row.model_dump(mode="json") for row in form.pilot_result],
                    "improvement": self.subject,
                },
            )
        )

    @withdraw.on
    def go_back_to_what_was(self, form: Reason) -> None:
        """The earlier standard holds again, and what is withdrawn isn't taught any more. Everybody hears."""
        self.undo(KeepRecord)
        self.undo(OpenCase)
        self.tell(
            STAFF, "standard_withdrawn", about=self.case.about, change=self.case.change, why=form.reason
        )
        self.tell_who_suggested(form.reason)

    @pilot_fail.on
    def tell_that_it_failed(self, form: PilotResult) -> None:
        self.tell_who_suggested(form.note)

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The review of all procedures; the manager chooses which one is improved."""
        label = occasion.label
        problem = f"{label} 流程定期评审：逐项核对现行流程是否仍合用"
        return opening(f"review-{label}", kind="standard", problem=problem)

    # --- what it starts

    @starts("training", on=pilot_ok, undone=True)
    def teach(self) -> Opening:
        """The training is open to everybody; those who need it enrol."""
        return opening(
            self.next_subject,
            topic=f"新流程：{self.case.change}"[:500],
            kind="procedure",
            group=["staff"],
            trainer="ops_manager",
            date=(self.now + TRAINED_AFTER.length).isoformat(),
            material=[self.case.new_version] if self.case.new_version else [],
        )
