"""Site change (网站功能与页面改进): functions, columns and pages of the shop or own site change in a controlled way.

Sources: 001-m 二2(4); 004-b 1-3, 5; 000-e 一3.
"""

from activities.messages.contract import Message
from activities.registers.contract import LIVE_VERSION, KeepRecord
from workflows.vocabulary import *

MEASURED_AFTER = days(14)  # after the release; default
MEASURED_BY = days(21)  # default

# --- what is asked ------------------------------------------------------------------------------------------------


class Proposal(Form):
    kind: Literal["function", "column", "page", "content", "performance"]
    need: Text
    user_value: Text
    rival_example: InHistory[Remark] = ""
    wanted_by: Keep[Day | None] = None


class Assessment(Form):
    effort_days: Keep[Annotated[Number, Field(gt=0, le=1000)]]
    affected: Keep[Text]
    risk: Keep[Text]
    advice: Keep[Literal["do", "later", "no"]]


class Building(Form):
    what: Annotated[Keep[Text], proposed("need")]
    developer: TheCaller[User]
    due: Annotated[Keep[Day], proposed("wanted_by")]


class TestCase(FormRow):
    case: Text
    result: Text
    failed: bool = False


class Test(Form):
    cases: Some[TestCase]
    passed: Keep[ToCheck[bool]]
    note: Remark = ""

    def problems(self) -> Problems:
        if self.passed and any(case.failed for case in self.cases):
            yield "passed", "A case of the test has failed."


class Release(Form):
    released_at: TimeOrEarlier[Moment]
    live_now: Annotated[Text | None, from_book(LIVE_VERSION)] = None
    """The version to go back to if this one fails."""
    version: Text
    rollback_plan: Text


class Measurement(Form):
    before: Some[MetricValue]
    after: Some[MetricValue]
    note: Remark = ""

    def problems(self) -> Problems:
        if {row.metric for row in self.before} != {row.metric for row in self.after}:
            yield "after", "Measure afterwards what was measured before."


class ChangeCase(Case):
    kind: str
    need: Text
    user_value: Text
    wanted_by: Day | None = None
    what: Remark = ""
    due: Day | None = None
    passed: bool = False
    effort_days: Number | None = None
    affected: Text | None = None
    risk: Text | None = None
    advice: Literal["do", "later", "no"] | None = None

    @property
    def built_by(self) -> Day | None:
        """The end of the day that was set for it."""
        return self.due + days(1).length if self.due else None


# --- the procedure ------------------------------------------------------------------------------------------------


class SiteChange(AnswersWhoAsked, Procedure):
    """Change the shop or site after weighing effort and risk, on a test copy first, and measure what it did."""

    key = "site_change"
    case: ChangeCase
    numbers = "SC"
    about = ("kind", "need")

    new = Entry()
    proposed = Stage(role=TECH, due=working_days(5), tell=OPS_MANAGER)
    assessed = Stage(role=OPS_MANAGER, due=working_days(3), tell=GM)
    approved = Stage(role=TECH)
    building = Stage(role=TECH, due=at("built_by"), tell=OPS_MANAGER)
    testing = Stage(role=TECH | OPS_SPECIALIST)
    released = Stage(role=DATA_ANALYST, due=MEASURED_BY, tell=OPS_MANAGER)
    measured = Stage(final=True)
    rolled_back = Stage(final=True, undo=True)
    rejected = Stage(final=True)

    # worth it?                                                                      004-b 1, 5; 001-m 二2(4)
    propose = new.to(proposed, by=OPS_SPECIALIST | TECH | PRODUCT_MANAGER | DESIGNER, form=Proposal)
    assess = proposed.to(assessed, by=TECH, form=Assessment)
    approve = assessed.to(
        approved,
        by=OPS_MANAGER,
        form=Note,
        other_than=(propose, assess),
        main=True,
        approves=("kind", "need", "user_value", "effort_days", "affected", "risk", "advice"),
    )
    reject = (proposed | assessed).to(rejected, by=OPS_MANAGER, form=Note, back=True)

    # made, tested on a copy, released                                               001-m 二2(4), 004-b 2, 5
    build_change = approved.to(building, by=TECH, form=Building)
    test_change = building.to(testing, by=TECH, form=Test)
    test_failed = testing.to(building, by=TECH | OPS_SPECIALIST, form=Test, back=True)
    release_change = testing.to(released, by=TECH, form=Release, when="is_tested", main=True)
    measure_change = released.to(measured, by=DATA_ANALYST, form=Measurement, main=True)  # 004-b 3
    roll_back = released.to(rolled_back, by=TECH | OPS_MANAGER, form=Reason, back=True) | measured.stay(
        by=TECH | OPS_MANAGER, form=Reason, when="is_live", once=True
    )

    kpis = (
        count(release_change),
        elapsed(propose, release_change),
        share(test_failed, of=test_change),
        share(measure_change, of=release_change),
    )

    # --- rules

    def is_tested(self) -> bool:
        """The last test was passed."""
        return self.case.passed

    def is_live(self) -> bool:
        """The release stands."""
        return self.is_in_force(KeepRecord)

    # --- what each step does

    @test_failed.on
    def back_to_work(self) -> None:
        self.case.passed = False

    measure_change.on(AnswersWhoAsked.tell_end)

    @(approve | reject).on
    def tell_who_proposed(self, form: Note) -> None:
        data = {"about": self.case.need, "decision": form.note}
        self.do(Message(to=self.who_did(self.propose) or "-", template="request_decided", data=data))

    @release_change.on
    def go_live(self, form: Release) -> None:
        self.do(
            KeepRecord(
                book="site_versions",
                entry="live",
                data={
                    "change": self.subject,
                    "version": form.version,
                    "released_at": form.released_at.isoformat(),
                    "rollback_plan": form.rollback_plan,
                },
            )
        )
        measured_by = self.day_of(form.released_at) + MEASURED_AFTER.length
        self.tell(DATA_ANALYST, "site_change_to_measure", what=self.case.what, by=measured_by)
        self.tell(OPS_MANAGER, "site_change_to_measure", what=self.case.what, by=measured_by)

    @roll_back.on
    def go_back_to_what_was(self, form: Reason) -> None:
        """The version before is live again; whoever was told of the new one, or was about to be, hears so."""
        self.undo()
        what, why = self.case.what, form.reason
        for role in (CS_SUPERVISOR, DATA_ANALYST, OPS_MANAGER):
            self.tell(role, "site_change_rolled_back", what=what, why=why)
        data = {"about": self.case.need, "decision": why}
        self.do(Message(to=self.who_did(self.propose) or "-", template="request_decided", data=data))

    # --- what it starts

    @starts("change_broadcast", on=release_change, undone=True)
    def broadcast(self, form: Release) -> Opening | None:
        """Service staff are told of what customers can see; a faster page needs no explanation."""
        if self.case.kind == "performance":
            return None
        return broadcast_case(
            self.next_subject, "page", self.case.what, form.released_at, self.case.user_value, [CS_SUPERVISOR]
        )
