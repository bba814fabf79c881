"""Major decision approval (重大决策审批): large steps are approved by the manager and reported to the leadership.

Sources: 001-a 四1; 001-k 2.2.1; 001-n 1(1), 3(1). Large events come here too: D12.
"""

from activities.messages.contract import Message, as_text
from workflows.vocabulary import *

LAPSES_AFTER = days(15)  # default: nobody has decided
GM_DECIDES = working_days(3)  # default
MATTER = ("kind", "summary", "cost", "benefit", "risk", "options", "needed_by")
PLANS_FOR_THE_GM = (
    "procurement:",
    "sales_plan:",
)  # 001-n 1(1), 3(1): the gm approves these, whatever they cost

KNOWS_MORE = {  # where another case asked; who is in it knows the facts
    "new_product": PRODUCT_MANAGER,
    "campaign": PROMOTER,
    "contract": SALES,
}
LAPSED = "期满未决，已失效；仍需要请重新提交"

# --- what is asked ------------------------------------------------------------------------------------------------


class Matter(Form):
    kind: Literal["new_product", "campaign", "channel", "contract", "spend", "other"]
    summary: Text
    cost: Price
    benefit: Text
    risk: Text
    options: FormRows[Text] = ()
    source_case: CaseRef | None = None
    needed_by: Day


class MoreFacts(Form):
    summary: Annotated[Keep[Text], proposed("summary")]
    cost: Annotated[Price, proposed("cost")]
    benefit: Annotated[Keep[Text], proposed("benefit")]
    risk: Annotated[Keep[Text], proposed("risk")]
    options: Annotated[Keep[FormRows[Text]], proposed("options")] = ()
    needed_by: Annotated[Keep[Day], proposed("needed_by")]


class Opinion(Form):
    opinion: Keep[Text]


class Report(Form):
    reported_to: Some[User]
    reported_at: TimeOrEarlier[Moment]


class DecisionCase(Case):
    kind: str
    summary: Text
    cost: Price
    benefit: Text
    risk: Text
    source_case: CaseRef | None = None
    needed_by: Day
    opinion: Remark = ""
    options: FormRows[Text] = ()

    @property
    def too_late(self) -> Day:
        """The day after it was needed by."""
        return self.needed_by + days(1).length


# --- the procedure ------------------------------------------------------------------------------------------------


class MajorDecisionApproval(Procedure):
    """Have a large step approved by the manager, report it to the leadership, and let the gm decide above the limit."""

    key = "major_decision_approval"
    case: DecisionCase
    numbers = "MD"
    about = ("summary", "cost")

    new = Entry()
    submitted = Stage(role=OPS_MANAGER)
    more_wanted = Stage(role=STAFF)
    manager_review = Stage(role=OPS_MANAGER, ways_equal=True)
    leadership_report = Stage(role=OPS_MANAGER)
    gm_review = Stage(
        role=GM,
        due=GM_DECIDES,
        tell=OPS_MANAGER,
        remind=repeated(GM_DECIDES, during=GM_DECIDES, then=days(1)),
        ways_equal=True,
    )
    approved = Stage(final=True)
    rejected = Stage(final=True)
    withdrawn = Stage(final=True)
    expired = Stage(final=True)

    # the manager decides                                                            001-a 四1
    submit = new.to(submitted, by=STAFF, form=Matter)
    take_up = submitted.to(manager_review, by=OPS_MANAGER, form=Remarks)
    add_facts = more_wanted.to(submitted, by=STAFF, form=MoreFacts, main=True)
    manager_yes = manager_review.to(
        leadership_report,
        by=OPS_MANAGER,
        form=Opinion,
        other_than=(submit, add_facts),
        approves=MATTER,
    )
    manager_no = manager_review.to(rejected, by=OPS_MANAGER, form=Opinion, back=True)
    ask_more = manager_review.to(more_wanted, by=OPS_MANAGER, form=Opinion, back=True)
    withdraw = (submitted | more_wanted | manager_review).to(withdrawn, by=STAFF, form=Withdrawal, back=True)

    # the leadership is informed; above the limit it decides                             001-a 四1, 001-n 1(1), 3(1)
    to_gm = leadership_report.to(gm_review, as_soon_as="is_for_the_gm")
    report_done = leadership_report.to(approved, by=OPS_MANAGER, form=Report, when="not is_for_the_gm")
    gm_yes = gm_review.to(
        approved,
        by=GM,
        form=Opinion,
        other_than=(submit, add_facts, manager_yes),
        approves=(*MATTER, "opinion"),
    )
    gm_no = gm_review.to(rejected, by=GM, form=Opinion, back=True)

    lapse = (submitted | more_wanted | manager_review | gm_review).to(
        expired, after=LAPSES_AFTER, when="is_waited_for_by_nobody"
    )

    manager_in_time = Deadline(
        working_days(2),
        since=submit,
        until=manager_yes | manager_no,
        paused_in=more_wanted,
        tell=GM,
    )
    needed_in_time = Deadline(
        at("too_late"),
        since=submit,
        until=report_done | manager_no | gm_yes | gm_no | withdraw | lapse,
        tell=OPS_MANAGER | GM,
    )

    kpis = (
        elapsed(submit, report_done | gm_yes | manager_no | gm_no),
        share(report_done | gm_yes, of=submit),
        share(lapse, of=submit),
    )

    # --- rules

    def is_for_the_gm(self) -> bool:
        """It costs as much as only the gm may decide, or is a purchase or sales plan."""
        from_a_plan = (self.case.source_case or "").startswith(PLANS_FOR_THE_GM)
        return from_a_plan or self.case.cost >= self.policy.spending_limit

    def is_waited_for_by_nobody(self) -> bool:
        """No other case waits for the decision: one that does goes on by a yes or a no alone."""
        return self.parent is None

    # --- what each step does

    @(submit | add_facts).on
    def ask_the_manager(self) -> None:
        self.tell(OPS_MANAGER, "decision_wanted", summary=self.case.summary, cost=self.case.cost)

    @withdraw.on
    def withdraw_ones_own(self) -> None:
        self.require(self.actor.id == self.who_did(self.submit), "Whoever asked for it withdraws it.")

    @add_facts.on
    def by_whoever_asked(self, form: MoreFacts) -> None:
        """Where another case asked, anybody who knows the facts; that case goes on with the cost that it knows."""
        mine = self.began_by in {"", self.actor.id}
        self.require(mine, "Whoever asked for it says more.")
        self.require(
            self.parent is None or form.cost == self.case.cost,
            "Another case asked: what it costs is changed there.",
            "cost",
        )
        self.case.cost = form.cost

    @ask_more.on
    def say_what_is_missing(self, form: Opinion) -> None:
        if self.parent is not None:
            role = KNOWS_MORE.get(self.case.kind, OPS_SPECIALIST)
            self.tell(role, "decision_more_wanted", summary=self.case.summary, opinion=form.opinion)

    @report_done.on
    def tell_the_leaders(self, form: Report) -> None:
        data = as_text(summary=self.case.summary, cost=self.case.cost)
        for person in form.reported_to:
            self.do(Message(to=person, template="decision_reported", data=data))

    @lapse.on
    def say_that_it_lapsed(self) -> None:
        if asked := self.who_did(self.submit):
            data = {"about": self.case.summary, "decision": LAPSED}
            self.do(Message(to=asked, template="request_decided", data=data))
        self.tell(OPS_MANAGER, "decision_lapsed", summary=self.case.summary)

    @(report_done | manager_no | gm_yes | gm_no | ask_more).on
    def tell_who_asked(self) -> None:
        if self.parent is None:  # the case that asked hears it itself
            data = {"about": self.case.summary, "decision": self.case.opinion or "-"}
            self.do(Message(to=self.who_did(self.submit) or "-", template="request_decided", data=data))

    @to_gm.on
    def ask_the_gm(self) -> None:
        self.tell(GM, "decision_wanted", summary=self.case.summary, cost=self.case.cost)

    def result(self) -> dict[str, object]:
        """The last decision: of the gm, or of the manager."""
        return {"opinion": self.case.opinion}
