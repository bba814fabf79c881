"""Service policy (服务与售后政策): one written rule for each kind of case.

How to calm the customer, how to compensate, how to claim and chase a lost parcel, who is responsible. Sources:
001-t 二(三); 000-e 五1; 000-j 三2; 001-k 2.2.6.
"""

from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

CLAIMED = ("lost_parcel",)
CHASED = ("lost_parcel", "late")
MOST_WORDS = 4000  # of a notice
REVIEWED = days(182)  # each half-year; default

Kind = Literal[
    "no_reason_return", "quality", "wrong_item", "damaged", "lost_parcel", "late", "out_of_stock", "price",
    "poor_review", "other",
]  # fmt: skip

# --- what is asked

RULE = (
    "case_kind",
    "calming",
    "compensation_limit",
    "claim_steps",
    "chase_steps",
    "responsible_role",
    "customer_terms",
)


class Rule(Form):
    case_kind: Keep[Kind]
    calming: Keep[LongText]
    compensation_limit: Keep[Price]
    claim_steps: Keep[LongRemark] = ""
    chase_steps: Keep[LongRemark] = ""
    responsible_role: Keep[Role]
    customer_terms: Keep[LongRemark] = ""

    def problems(self) -> Problems:
        if self.case_kind in CLAIMED and not self.claim_steps:
            yield "claim_steps", "Say how to claim for a lost parcel."
        if self.case_kind in CHASED and not self.chase_steps:
            yield "chase_steps", "Say how to chase the parcel."


class RuleAgain(Rule):
    """The rule as it stands, to be changed; it stays with the kind of case that it was drafted for."""

    case_kind: Keep[FromCase[Kind]]
    calming: Keep[Annotated[LongText, proposed("calming")]]
    compensation_limit: Keep[Annotated[Price, proposed("compensation_limit")]]
    claim_steps: Keep[Annotated[LongRemark, proposed("claim_steps")]] = ""
    chase_steps: Keep[Annotated[LongRemark, proposed("chase_steps")]] = ""
    responsible_role: Keep[Annotated[Role, proposed("responsible_role")]]
    customer_terms: Keep[Annotated[LongRemark, proposed("customer_terms")]] = ""


class Publication(Form):
    effective_from: Annotated[Keep[Moment], within(at_least="now")]
    shop_page: Url | None = None


class Standing(FormRow):
    """The rule that is in force, while another version of it is written."""

    calming: LongText
    compensation_limit: Price
    claim_steps: LongRemark = ""
    chase_steps: LongRemark = ""
    responsible_role: Role
    customer_terms: LongRemark = ""
    effective_from: Moment | None = None


class PolicyCase(Case):
    case_kind: Kind
    calming: LongText
    compensation_limit: Price
    claim_steps: LongRemark = ""
    chase_steps: LongRemark = ""
    responsible_role: Role
    customer_terms: LongRemark = ""
    effective_from: Moment | None = None
    standing: Standing | None = None

    @property
    def in_words(self) -> str:
        """What who serves customers must know: how to calm, the most to give, how to claim and to chase."""
        parts = (self.calming, f"≤ {self.compensation_limit}", self.claim_steps, self.chase_steps)
        return "\n".join(part for part in parts if part)[:MOST_WORDS]

    def with_standing(self) -> "PolicyCase":
        """The case with the rule that is in force, and nothing of what was to replace it."""
        return self.model_copy(update=dict(self.standing)) if self.standing is not None else self


# --- the procedure


class ServicePolicy(Procedure):
    """Keep one written rule for each kind of case: how to calm, compensate, claim and chase, and who is responsible."""

    key = "service_policy"
    case: PolicyCase
    numbers = "SP"
    about = ("case_kind", "compensation_limit", "responsible_role")

    new = Entry()
    drafted = Stage(role=CS_SUPERVISOR | AFTER_SALES)
    in_review = Stage(role=OPS_MANAGER | GM, ways_equal=True, due=working_days(3), tell=GM)
    approved = Stage(role=CS_SUPERVISOR)
    in_force = Stage(
        role=CS_SUPERVISOR | AFTER_SALES | OPS_MANAGER,
        due=REVIEWED,
        tell={REVIEWED: CS_SUPERVISOR, days(196): OPS_MANAGER},
    )
    retired = Stage(final=True, undo=True)
    dropped = Stage(final=True)

    draft = new.to(drafted, by=CS_SUPERVISOR | AFTER_SALES, form=Rule)  # 001-t 二(三), 000-e 五1
    submit = drafted.to(in_review, by=CS_SUPERVISOR | AFTER_SALES, form=RuleAgain, main=True)
    send_back = in_review.to(drafted, by=OPS_MANAGER | GM, form=Note, back=True)
    publish = approved.to(in_force, by=CS_SUPERVISOR, form=Publication)  # 000-e 五1, 000-j 三2
    revise = in_force.to(drafted, by=CS_SUPERVISOR | AFTER_SALES, form=RuleAgain, main=True)  # 001-k 2.2.6
    approve = in_review.to(
        approved, by=OPS_MANAGER | GM, form=Note, other_than=(draft, submit, revise), approves=RULE
    )  # 000-j 三2
    take_back = approved.to(drafted, by=CS_SUPERVISOR | OPS_MANAGER, form=Reason, back=True)
    give_up_revision = drafted.to(in_force, by=CS_SUPERVISOR, form=Reason, when="has_been_in_force")
    drop = drafted.to(dropped, by=CS_SUPERVISOR, form=Reason, when="not has_been_in_force", back=True)
    retire = in_force.to(retired, by=OPS_MANAGER, form=Reason, back=True)

    kpis = (count(publish), count(revise), elapsed(submit, approve), share(send_back, of=submit))

    # --- rules

    def has_been_in_force(self) -> bool:
        """A former version is in force, and stays so until the new one is published."""
        return self.has_happened(self.publish)

    # --- what each step does

    @retire.on
    def tell_that_it_holds_no_more(self, form: Reason) -> None:
        for role in (CS_SUPERVISOR, CS_AGENT, AFTER_SALES):
            self.tell(role, "policy_retired", case_kind=self.case.case_kind, why=form.reason)

    @(submit | revise).on
    def names_a_team(self, form: RuleAgain) -> None:
        self.require(form.responsible_role.is_staff, "Must be a team of the store.", "responsible_role")

    @give_up_revision.on
    def let_the_former_stand(self) -> None:
        self.case = self.case.with_standing()

    @approve.on
    def limit_fits(self) -> None:
        self.require(
            self.policy.may_grant(self.actor.roles, self.case.compensation_limit),
            "{compensation_limit} is above your limit: the gm decides.",
            compensation_limit=self.case.compensation_limit,
        )

    @publish.on
    def put_in_force(self, form: Publication) -> None:
        self.require(form.effective_from > self.now, "Must be in the future.", "effective_from")
        known = {name: value for name, value in self.case if name in Standing.model_fields}
        self.case.standing = Standing.model_validate({**known, "effective_from": form.effective_from})
        self.do(
            KeepRecord(
                book="service_policies",
                entry=self.case.case_kind,
                data={
                    **self.case.model_dump(mode="json", exclude={"effective_from", "standing"}),
                    "effective_from": form.effective_from.isoformat(),
                    "shop_page": form.shop_page,
                },
            )
        )

    # --- what it starts

    @starts("change_broadcast", on=publish)
    def announce(self) -> Opening:
        return broadcast_case(
            self.next_subject,
            "policy",
            self.case.in_words,
            self.case.effective_from,
            self.case.customer_terms,
            dict.fromkeys((CS_SUPERVISOR, CS_AGENT, AFTER_SALES, self.case.responsible_role)),
        )
