"""Distributors and franchisees (分销商与招商管理): found, admitted and supported; the cooperation ends where necessary.

Sources: 001-h 部门 3, 岗位 4; 001-t 三5; 001-q 三(二); 001-g 第四条(三).
"""

from activities.figures.contract import FigureSet, ReadFigures
from activities.messages.contract import Message
from activities.trade.contract import BlockDistributor, OpenPriceList
from workflows.vocabulary import *

# --- what is asked ------------------------------------------------------------------------------------------------


Channel = Literal["related_shop", "wechat", "b2b_site", "fair", "referral"]


class Lead(Form):
    company: Keep[Text]
    channel: Keep[Channel]
    contact: Keep[Text]
    note: InHistory[Remark] = ""


class Application(Form):
    licence: File
    shops: Some[Url]
    region: Text
    expected_monthly: Price | None = None


class Qualification(Form):
    check_result: Text
    note: Remark = ""


class Terms(Form):
    price_level: Keep[Literal["A", "B", "C"]]
    rebate_pct: Keep[Annotated[Pct, Field(ge=0, le=100)] | None] = None
    min_price_rule: Keep[Text]
    territory: Remark = ""
    payment: Keep[Literal["prepaid", "deposit", "30d"]]
    drop_ship: Keep[bool]


class Agreement(Form):
    contract: Keep[Code]


class Support(Form):
    topic: Text
    done: Remark = ""


class Distributor(Case):
    company: Text
    channel: Channel
    contact: Text
    price_level: Literal["A", "B", "C"] = "C"
    rebate_pct: Annotated[Pct, Field(ge=0, le=100)] | None = None
    min_price_rule: Text = "-"
    payment: Literal["prepaid", "deposit", "30d"] = "prepaid"
    drop_ship: bool = False
    contract: Code | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class DistributorManagement(Procedure):
    """Find, admit and support distributors and franchisees, and end the cooperation where necessary."""

    key = "distributor_management"
    case: Distributor

    new = Entry()
    lead = Stage(role=DISTRIBUTION_MANAGER)
    contacted = Stage(role=DISTRIBUTION_MANAGER | DISTRIBUTOR)
    applying = Stage(role=DISTRIBUTION_MANAGER)
    qualifying = Stage(role=DISTRIBUTION_MANAGER)
    negotiating = Stage(role=DISTRIBUTION_MANAGER)
    contract = Stage()
    active = Stage(role=DISTRIBUTION_MANAGER)
    supporting = Stage(role=DISTRIBUTION_MANAGER)
    suspended = Stage(role=DISTRIBUTION_MANAGER)
    ended = Stage(final=True, undo=True)
    refused = Stage(final=True)
    lost = Stage(final=True)

    # found                                                                          001-t 三5, 001-h 部门 3
    add_lead = new.to(lead, by=DISTRIBUTION_MANAGER, form=Lead)
    contact = lead.to(contacted, by=DISTRIBUTION_MANAGER, form=Lead)
    no_interest = (lead | contacted).to(lost, by=DISTRIBUTION_MANAGER, form=Lead)

    # admitted                                                                       001-t 三5
    apply = contacted.to(applying, by=DISTRIBUTOR, form=Application)
    qualify = applying.to(qualifying, by=DISTRIBUTION_MANAGER, form=Qualification)
    refuse = (applying | qualifying).to(refused, by=DISTRIBUTION_MANAGER, form=Qualification)
    talk_terms = qualifying.to(negotiating, by=DISTRIBUTION_MANAGER, form=Terms)
    no_deal = negotiating.to(lost, by=DISTRIBUTION_MANAGER, form=Lead)
    sign = negotiating.to(contract, by=DISTRIBUTION_MANAGER, form=Agreement)
    start_cooperation = contract.to(active)

    # supported, watched                                                             001-h 岗位 4
    support = active.to(supporting, by=DISTRIBUTION_MANAGER, form=Support)
    support_done = supporting.to(active, by=DISTRIBUTION_MANAGER, form=Support)
    review_sales = active.stay(after=repeated(days(30)))
    suspend = (active | supporting).to(suspended, by=DISTRIBUTION_MANAGER, form=Reason)
    resume = suspended.to(active, by=DISTRIBUTION_MANAGER, form=Reason)
    end = (active | suspended).to(ended, by=OPS_MANAGER, form=Reason)

    decided_in_time = Deadline(working_days(5), since=apply, until=talk_terms | refuse, tell=OPS_MANAGER)

    kpis = (
        count(add_lead),
        share(start_cooperation, of=add_lead),
        elapsed(apply, start_cooperation),
        count(suspend),
        count(end),
    )

    # --- what each step does

    @(start_cooperation | resume).on
    def open_prices(self) -> None:
        case = self.case
        self.do(
            OpenPriceList(
                distributor=self.subject,
                company=case.company,
                level=case.price_level,
                rebate_pct=case.rebate_pct,
                payment=case.payment,
                drop_ship=case.drop_ship,
            )
        )

    @start_cooperation.on
    def give_the_rules(self) -> None:
        case = self.case
        data = {"level": case.price_level, "rule": case.min_price_rule}
        self.do(Message(to=self.subject, template="cooperation_started", data=data))

    @review_sales.on
    def read_sales(self) -> None:
        last = self.today - days(1).length
        period = DateRange(first=last - days(29).length, last=last)
        self.do(ReadFigures(figures=FigureSet.CHANNEL, about=self.subject, period=period))
        self.tell(DISTRIBUTION_MANAGER, "review_distributor", company=self.case.company)

    @suspend.on
    def block_orders(self, form: Reason) -> None:
        self.do(BlockDistributor(distributor=self.subject, reason=form.reason))
        self.undo(OpenPriceList)
        self.tell(OPS_MANAGER, "distributor_suspended", company=self.case.company, reason=form.reason)

    @resume.on
    def let_order_again(self) -> None:
        self.undo(BlockDistributor)

    @end.on
    def stay_blocked(self) -> None:
        self.make_permanent(BlockDistributor)

    # --- what it starts

    @starts("b2b_contract", on=sign, ends={"effective": start_cooperation})
    def sign_contract(self) -> Opening:
        case = self.case
        goods = f"分销合作（{case.price_level} 级）"
        return opening(
            case.contract or self.next_subject,
            kind="distribution",
            party=self.subject,
            lines=[{"goods": goods, "qty": 1, "price": NOTHING}],
            amount=NOTHING,
            delivery_date=self.today,
            delivery_place=self.policy.returns_to,
            payment_terms=case.payment,
            quality_terms="-",
            breach_terms=case.min_price_rule,
        )
