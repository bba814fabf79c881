"""Sales plan (销售计划与销售签约): targets by demand and stock, approved; then customers, contracts and their orders.

Sources: 001-n 3(1)-(4); 001-k 2.2.2, 3.1.2; 001-l 运营负责人 6.
"""

from activities.cases.contract import OpenCase
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

PLAN_LEAD = days(7)  # five working days before the period, as the calendar has them; default
PLANNING_DAY = 20  # of the month before; default

# --- what is asked ------------------------------------------------------------------------------------------------


class ChannelTarget(FormRow):
    channel: Text
    sales: Price
    units: Count


class Plan(Form):
    period: Annotated[Keep[DateRange], proposed("period")]
    targets: Annotated[Keep[Some[ChannelTarget]], proposed("targets")]
    stock_basis: Annotated[Keep[File], proposed("stock_basis")]
    actions: Annotated[Keep[Some[Text]], proposed("actions")]


class Contact(Form):
    customer: Keep[Text]
    contact: Keep[Remark] = ""
    stage_note: Keep[Text]


class Talk(Contact):
    customer: Annotated[Keep[Text], proposed("customer")]
    contact: Annotated[Keep[Remark], proposed("contact")] = ""


class Contract(Form):
    contract: Annotated[Keep[Code], ref("b2b_contract"), own_number("CT")]


class Orders(Form):
    order_nos: Keep[Some[Order]]


class PlanCase(Case):
    period: DateRange
    targets: FormRows[ChannelTarget]
    stock_basis: File
    actions: FormRows[Text] = ()
    customer: Text = "-"
    contact: Remark = ""
    stage_note: Text = "-"
    contract: Code | None = None
    order_nos: FormRows[Order] = ()

    @property
    def plan_by(self) -> Day:
        """Until when the plan is to be approved."""
        return self.period.first - PLAN_LEAD.length

    @property
    def period_over(self) -> Day:
        return self.period.last + days(1).length


# --- the procedure ------------------------------------------------------------------------------------------------


class SalesPlan(Procedure):
    """Set sales targets by demand and stock, and win, sign and follow customers until the period is over."""

    key = "sales_plan"
    case: PlanCase
    numbers = "SA"
    about = ("period", "targets")

    new = Entry(role=SALES | OPS_SPECIALIST, due=working_days(3), tell=OPS_MANAGER)
    drafted = Stage(role=SALES | OPS_SPECIALIST)
    approval = Stage(role=GM)
    active = Stage(role=SALES | OPS_SPECIALIST)
    prospecting = Stage(role=SALES | OPS_SPECIALIST)
    negotiating = Stage(
        role=SALES | OPS_SPECIALIST, due=working_days(10), tell=SALES | OPS_SPECIALIST | OPS_MANAGER
    )
    signed = Stage(role=SALES | OPS_SPECIALIST)
    following = Stage(role=SALES | OPS_SPECIALIST)
    closed = Stage(final=True)
    rejected = Stage(final=True)

    # the plan                                                                       001-n 3(1)-(2), 001-k 2.2.2
    draft = new.to(drafted, by=SALES | OPS_SPECIALIST, form=Plan, every=monthly("09:00", day=PLANNING_DAY))
    submit = drafted.to(approval, by=SALES | OPS_SPECIALIST, form=Plan)
    approve = approval.to(
        active,
        by=GM,
        form=Note,
        other_than=(draft, submit),
        main=True,
        approves=("period", "targets", "stock_basis", "actions"),
    )
    return_plan = approval.to(drafted, by=GM, form=Note, back=True)
    reject = approval.to(rejected, by=GM, form=Note, back=True)

    # customers, contracts, orders                                                   001-n 3(2)-(3)
    find_customers = active.to(prospecting, by=SALES | OPS_SPECIALIST, form=Contact)
    talk = prospecting.to(negotiating, by=SALES | OPS_SPECIALIST, form=Talk)
    lost = negotiating.to(prospecting, by=SALES | OPS_SPECIALIST, form=Talk)
    sign_contract = negotiating.to(signed, by=SALES | OPS_SPECIALIST, form=Contract, main=True)
    follow = signed.to(following, by=SALES | OPS_SPECIALIST, form=Orders, when="is_about_this_contract")
    next_customer = following.to(prospecting, by=SALES | OPS_SPECIALIST, form=Contact)
    contract_off = signed.to(
        prospecting, by=SALES | OPS_SPECIALIST, form=Reason, when="is_about_this_contract", back=True
    )
    earlier_contract = (
        prospecting | negotiating | signed | following
    ).stay()  # its end moves no other customer on
    period_end = (active | prospecting | negotiating | signed | following).to(
        closed, at=at("period_over")
    )  # 001-n 3(4)

    planned_in_time = Deadline(at("plan_by"), since=draft, until=approve, tell=GM)

    kpis = (
        count(sign_contract),
        share(sign_contract, of=talk),
        share(lost, of=talk),
        elapsed(draft, approve),
    )

    # --- rules

    def is_about_this_contract(self, report: ChildReport | None) -> bool:
        """It is about the contract that is being signed."""
        return report is None or report.case.endswith(f":{self.case.contract}")

    # --- what each step does

    @(draft | submit | approve).on
    def for_days_to_come(self) -> None:
        self.require(self.case.period.last >= self.today, "The period is over.", "period")

    @submit.on
    def with_its_basis(self, form: Plan) -> None:
        self.tell(GM, "sales_plan_to_approve", first=form.period.first, last=form.period.last)

    @(approve | return_plan | reject).on
    def tell_who_wrote(self, form: Note) -> None:
        self.tell(SALES, "sales_plan_decided", note=form.note)

    @approve.on
    def set_targets(self) -> None:
        case = self.case
        self.do(
            KeepRecord(
                book="sales_targets",
                entry=self.subject,
                data={
                    "period": case.period.model_dump(mode="json"),
                    "targets": [target.model_dump(mode="json") for target in case.targets],
                },
            )
        )

    @contract_off.on
    def go_on_without_it(self, form: Reason | None) -> None:
        """It was rejected, ran out or was ended; or nobody wrote it, or the customer doesn't want it any more."""
        contract, self.case.contract = self.case.contract, None
        if form is None:
            self.tell(SALES, "contract_came_to_nothing", contract=contract, customer=self.case.customer)
        else:
            self.undo(OpenCase, only=lambda opened: opened.subject == contract)

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The next month's plan."""
        return asking(occasion.after.label, period=occasion.after.days)

    # --- what it starts

    @starts(
        "b2b_contract",
        on=sign_contract,
        ends={
            "effective": follow,
            "rejected": contract_off | earlier_contract,
            "expired": contract_off | earlier_contract,
            "terminated": contract_off | earlier_contract,
        },
    )
    def draw_up_contract(self, form: Contract) -> Opening:
        """Its terms are what was agreed with the customer: whoever did so writes them, in the contract's own case."""
        party = {"party": self.case.customer} if is_code(self.case.customer) else {}
        return asking(form.contract, kind="sale", **party)
