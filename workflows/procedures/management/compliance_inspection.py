"""Compliance inspection (监督检查): how each department follows its procedures, and what is to be better.

Sources: 001-n 四1-2; 000-j 二4; 001-k 3.2; 001-o 四. "Regularly" is once a month for each department.
"""

from activities.messages.contract import Message
from activities.registers.contract import STANDARD, KeepRecord
from workflows.vocabulary import *

SMALLEST_SAMPLE = 5  # default
DEPARTMENTS = (  # each month another department, and the procedure by which it is inspected; default
    ("客服", "complaint"),
    ("仓库", "inbound_receiving"),
    ("采购", "procurement"),
    ("运营", "campaign"),
)

# --- what is asked ------------------------------------------------------------------------------------------------


class Sample(Form):
    department: Annotated[Keep[Text], proposed("department")]
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
    accepted: bool
    comment: Text


class ActionPlan(Form):
    actions: Keep[Some[ActionItem]]


class Proof(Form):
    proof: Keep[SomeFiles]


class Result(Form):
    result: Text


class InspectionCase(Case):
    department: Text
    procedure: Code
    sample_cases: FormRows[CaseRef] = ()
    findings: FormRows[Finding] = ()
    advice: Remark = ""
    actions: Some[ActionItem] | None = None
    proof: SomeFiles | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class ComplianceInspection(Procedure):
    """Read cases of a department against its procedure, and see that what was found is put right."""

    key = "compliance_inspection"
    case: InspectionCase
    numbers = "CI"
    about = ("department", "procedure")
    exceptions = (without("way_back", because="Those who are inspected don't end the inspection."),)

    new = Entry(role=SUPERVISION, due=working_days(3), tell=GM)
    planned = Stage(role=SUPERVISION)
    sampling = Stage(role=SUPERVISION, ways_equal=True)
    findings = Stage(
        role=OPS_MANAGER | WAREHOUSE_SUPERVISOR | CS_SUPERVISOR | PURCHASING, due=working_days(3), tell=GM
    )
    department_reply = Stage(role=SUPERVISION)
    correction = Stage(
        role=OPS_MANAGER | WAREHOUSE_SUPERVISOR | CS_SUPERVISOR | PURCHASING, due=working_days(10), tell=GM
    )
    verified = Stage(role=SUPERVISION)
    closed = Stage(final=True)
    escalated = Stage(final=True)

    # cases are read against the standard                                            001-n 四1
    plan = new.to(planned, by=SUPERVISION, form=Sample, every=monthly("09:00"))
    sample = planned.to(sampling, by=SUPERVISION, form=Sample)
    no_finding = sampling.to(closed, by=SUPERVISION, form=Note)
    raise_finding = sampling.to(findings, by=SUPERVISION, form=Findings)

    # the department answers and puts it right                                       001-n 四2
    reply = findings.to(
        department_reply, by=OPS_MANAGER | WAREHOUSE_SUPERVISOR | CS_SUPERVISOR | PURCHASING, form=Reply
    )
    agree_plan = department_reply.to(correction, by=SUPERVISION, form=ActionPlan)
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
    not_fixed = (verified | correction).to(escalated, by=SUPERVISION, form=Result, after=working_days(10))

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
        for role in (OPS_MANAGER, WAREHOUSE_SUPERVISOR, CS_SUPERVISOR, PURCHASING):
            self.tell(
                role, "inspection_findings", department=self.case.department, findings=len(form.findings)
            )

    @agree_plan.on
    def tell_owners(self, form: ActionPlan) -> None:
        for action in form.actions:
            data = {"action": action.action, "due": str(action.due)}
            self.do(Message(to=action.owner, template="action_yours", data=data))

    @(verify | not_fixed).on
    def tell_who_answered(self, form: Result | None) -> None:
        who = self.who_did(self.corrected) or self.who_did(self.reply)
        if who:
            data = {"about": self.case.procedure, "decision": form.result if form else "超期未整改"}
            self.do(Message(to=who, template="request_decided", data=data))

    @not_fixed.on
    def to_the_gm(self, form: Result | None) -> None:
        case = self.case
        why = form.result if form else "超期未整改"
        self.tell(GM, "inspection_not_fixed", department=case.department, why=why)
        self.do(
            KeepRecord(
                book="appraisal_entries",
                entry=self.subject,
                data={
                    "department": case.department,
                    "procedure": case.procedure,
                    "findings": [finding.model_dump(mode="json") for finding in case.findings],
                    "result": why,
                },
            )
        )

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The department that is inspected this month; the inspector draws the cases."""
        department, procedure = DEPARTMENTS[occasion.first.month % len(DEPARTMENTS)]
        return asking(f"{occasion.label}-{procedure}", department=department, procedure=procedure)

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
