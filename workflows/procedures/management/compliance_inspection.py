"""Compliance inspection (监督检查): how each department follows its procedures, and what is to be better.

Sources: 001-n 四1-2; 000-j 二4; 001-k 3.2; 001-o 四. "Regularly" is once a month for each department.
The operations manager answers for marketing too.
"""

from activities.messages.contract import Message
from activities.registers.contract import STANDARD, KeepRecord
from workflows.vocabulary import *

SMALLEST_SAMPLE = 5  # default
GM_DEALS_WITH_IT = working_days(3)  # default
VERIFIED_WITHIN = working_days(3)  # default

Department = Literal["customer_service", "warehouse", "purchasing", "operations_and_marketing"]
INSPECTED: dict[Department, tuple[Role, str, str]] = {
    # who answers, the procedure that the calendar proposes (default), what the appraisals call it
    "customer_service": (CS_SUPERVISOR, "complaint", "客服"),
    "warehouse": (WAREHOUSE_SUPERVISOR, "inbound_receiving", "仓库"),
    "purchasing": (PURCHASING, "procurement", "采购"),
    "operations_and_marketing": (OPS_MANAGER, "campaign", "运营与营销"),
}
OVERDUE = "超期未整改"  # where nobody has said why

# --- what is asked ------------------------------------------------------------------------------------------------


class Sample(Form):
    department: Annotated[Keep[Department], proposed("department")]
    procedure: Annotated[Keep[Code], ref("procedure"), proposed("procedure")]
    sample_cases: Annotated[
        Keep[Annotated[tuple[CaseRef, ...], Field(min_length=SMALLEST_SAMPLE, max_length=200)]],
        proposed("sample_cases"),
    ]

    def problems(self) -> Problems:
        if any_twice(self.sample_cases):
            yield "sample_cases", "Name each case once."


class Finding(FormRow):
    case: CaseRef
    rule: Text
    fault: Text
    severity: Literal["minor", "major"]


class Findings(Form):
    standard: Annotated[Text | None, from_book(STANDARD, procedure="procedure")] = None
    """What was last improved in the procedure: it is inspected by that."""
    findings: Keep[Some[Finding]]
    advice: Keep[Text]


class Reply(Form):
    accepted: Keep[bool]
    comment: Keep[Text]


class ActionPlan(Form):
    actions: Annotated[Keep[Some[ActionItem]], proposed("actions")]
    why_it_stands: Remark = ""
    """Where the department objects."""


class Proof(Form):
    proof: Keep[SomeFiles]


class Result(Form):
    result: Text


class InspectionCase(Case):
    department: Department
    procedure: Code
    sample_cases: FormRows[CaseRef] = ()
    findings: FormRows[Finding] = ()
    advice: Remark = ""
    accepted: bool | None = None
    comment: Remark = ""
    actions: FormRows[ActionItem] = ()
    proof: SomeFiles | None = None

    @property
    def answers(self) -> Role:
        """Who answers for the department."""
        return INSPECTED[self.department][0]

    @property
    def fix_by(self) -> Day | None:
        """The end of the last action's day."""
        return max(action.due for action in self.actions) + days(1).length if self.actions else None


# --- the procedure ------------------------------------------------------------------------------------------------


class ComplianceInspection(Procedure):
    """Read cases of a department against its procedure, and see that what was found is put right."""

    key = "compliance_inspection"
    case: InspectionCase
    numbers = "CI"
    about = ("department", "procedure")

    new = Entry(role=SUPERVISION, due=working_days(3), tell=GM)
    planned = Stage(role=SUPERVISION)
    sampling = Stage(role=SUPERVISION, ways_equal=True)
    findings = Stage(
        role=OPS_MANAGER | WAREHOUSE_SUPERVISOR | CS_SUPERVISOR | PURCHASING, due=working_days(3), tell=GM
    )
    department_reply = Stage(role=SUPERVISION)
    correction = Stage(role=OPS_MANAGER | WAREHOUSE_SUPERVISOR | CS_SUPERVISOR | PURCHASING)
    verified = Stage(role=SUPERVISION, due=VERIFIED_WITHIN, tell=SUPERVISION | GM)
    escalated = Stage(role=GM, due=GM_DEALS_WITH_IT, tell=GM)
    closed = Stage(final=True)
    settled = Stage(final=True)
    called_off = Stage(final=True)
    exceptions = (
        without(
            "way_back",
            findings | correction | verified | escalated,
            because="Those who are inspected don't end the inspection.",
        ),
    )

    # cases are read against the standard                                            001-n 四1
    plan = new.to(planned, by=SUPERVISION, form=Sample, every=monthly("09:00"))
    sample = planned.to(sampling, by=SUPERVISION, form=Sample)
    no_finding = sampling.to(closed, by=SUPERVISION, form=Note)
    raise_finding = sampling.to(findings, by=SUPERVISION, form=Findings)
    call_off = (planned | sampling).to(called_off, by=SUPERVISION | GM, form=Reason, back=True)

    # the department answers and puts it right                                       001-n 四2
    reply = findings.to(
        department_reply, by=OPS_MANAGER | WAREHOUSE_SUPERVISOR | CS_SUPERVISOR | PURCHASING, form=Reply
    )
    agree_plan = department_reply.to(correction, by=SUPERVISION, form=ActionPlan, main=True)
    drop_findings = department_reply.to(closed, by=SUPERVISION, form=Reason, back=True)
    corrected = correction.to(
        verified, by=OPS_MANAGER | WAREHOUSE_SUPERVISOR | CS_SUPERVISOR | PURCHASING, form=Proof
    )
    verify = verified.to(
        closed,
        by=SUPERVISION,
        form=Result,
        other_than=(reply, corrected),
        main=True,
        approves=("findings", "actions", "proof"),
    )
    not_fixed = verified.to(escalated, by=SUPERVISION, form=Result) | correction.to(
        escalated, by=SUPERVISION, form=Result, at=at("fix_by")
    )

    # the gm deals with what wasn't put right
    insist = escalated.to(correction, by=GM, form=ActionPlan, main=True)
    settle = escalated.to(settled, by=GM, form=Result)

    kpis = (
        share(no_finding, of=sample),
        count(raise_finding),
        elapsed(agree_plan, corrected),
        share(not_fixed, of=agree_plan),
    )

    # --- what each step does

    @raise_finding.on
    def about_the_sample(self, form: Findings) -> None:
        drawn = set(self.case.sample_cases)
        self.require(
            all(finding.case in drawn for finding in form.findings), "Only cases of the sample.", "findings"
        )
        department = self.case.department
        self.tell(
            self.case.answers, "inspection_findings", department=department, findings=len(form.findings)
        )

    @(reply | corrected).on
    def for_ones_own_department(self) -> None:
        """Or for that of others, as the manager of them all."""
        answers = self.case.answers | OPS_MANAGER
        self.require(self.actor.roles & answers, "The department that is inspected answers.")

    @agree_plan.on
    def answer_an_objection(self, form: ActionPlan) -> None:
        self.require(
            self.case.accepted or form.why_it_stands,
            "The department objects: say why it stands, or drop the findings.",
            "why_it_stands",
        )
        if form.why_it_stands:
            self.tell_who_replied(form.why_it_stands)

    @drop_findings.on
    def take_it_back(self, form: Reason) -> None:
        self.tell_who_replied(form.reason)

    def tell_who_replied(self, decision: str) -> None:
        data = {"about": self.case.procedure, "decision": decision}
        self.do(Message(to=self.who_did(self.reply), template="request_decided", data=data))

    @(agree_plan | insist).on
    def tell_owners(self, form: ActionPlan) -> None:
        for action in form.actions:
            self.require(action.due >= self.today, "Must not be in the past.", "actions")
            data = {"action": action.action, "due": str(action.due)}
            self.do(Message(to=action.owner, template="action_yours", data=data))

    @(verify | not_fixed | settle).on
    def tell_who_answered(self, form: Result | None) -> None:
        who = self.who_did(self.corrected) or self.who_did(self.reply)
        if who:
            data = {"about": self.case.procedure, "decision": form.result if form else OVERDUE}
            self.do(Message(to=who, template="request_decided", data=data))

    @verify.on
    def strike_what_was_put_right_after_all(self) -> None:
        """Once the gm has insisted: the appraisal doesn't say for ever that it wasn't put right."""
        if self.is_in_force(KeepRecord):
            self.undo(KeepRecord)

    @not_fixed.on
    def to_the_gm(self, form: Result | None) -> None:
        case = self.case
        why = form.result if form else OVERDUE
        self.tell(GM, "inspection_not_fixed", department=case.department, why=why)
        self.do(
            KeepRecord(
                book="appraisal_entries",
                entry=self.subject,
                data={
                    "department": INSPECTED[case.department][2],
                    "procedure": case.procedure,
                    "findings": [finding.model_dump(mode="json") for finding in case.findings],
                    "result": why,
                },
            )
        )

    @settle.on
    def tell_the_inspectors(self, form: Result) -> None:
        department = self.case.department
        self.tell(SUPERVISION, "inspection_settled", department=department, decision=form.result)

    def by_calendar(self, occasion: Occasion) -> list[Opening]:
        """Each department; the inspector draws the cases."""
        return [
            asking(f"{occasion.label}-{department}", department=department, procedure=procedure)
            for department, (_, procedure, _) in INSPECTED.items()
        ]

    # --- what it starts

    @starts("process_improvement", on=agree_plan)
    def improvement(self) -> Opening:
        worst = max(self.case.findings, key=lambda finding: finding.severity == "major")
        about = {
            "kind": "fault",
            "procedure": self.case.procedure,
            "problem": f"{worst.rule}: {worst.fault}"[:500],
            "idea": self.case.advice,
        }
        return Opening(subject=self.next_subject, form=about)
