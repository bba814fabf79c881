"""Distributors and franchisees (分销商与招商管理): found, admitted and supported; the cooperation ends where necessary.

Sources: 001-h 部门 3, 岗位 4; 001-t 三5; 001-q 三(二); 001-g 第四条(三).
"""

from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from activities.trade.contract import BlockDistributor, OpenPriceList
from workflows.vocabulary import *

# --- what is asked ------------------------------------------------------------------------------------------------


Channel = Literal["related_shop", "wechat", "b2b_site", "fair", "referral"]


class Lead(Form):
    company: Keep[Text]
    channel: Keep[Channel]
    contact: Keep[Annotated[Text, Personal.NAME]]
    note: InHistory[Remark] = ""
    distributor_no: Keep[PartnerNo | None] = None


class LeadAgain(Lead):
    """The lead as it stands, to be put right."""

    company: Keep[Annotated[Text, proposed("company")]]
    channel: Keep[Annotated[Channel, proposed("channel")]]
    contact: Keep[Annotated[Text, Personal.NAME, proposed("contact")]]
    distributor_no: Keep[Annotated[PartnerNo | None, proposed("distributor_no")]] = None


class LeadLost(Lead):
    """Whom nothing came of, and why."""

    company: Keep[FromCase[Text]]
    channel: Keep[FromCase[Channel]]
    contact: Keep[FromCase[Annotated[Text, Personal.NAME]]]
    distributor_no: Keep[FromCase[PartnerNo | None]] = None


class Application(Told):
    licence: File
    shops: Some[Url]
    region: Text
    expected_monthly: Price | None = None


class Breach(Form):
    sku: Sku
    seen_price: Price
    where: Text
    seen_at: TimeOrEarlier[Moment]


class Qualification(Form):
    check_result: Text
    note: Remark = ""


class Terms(Form):
    price_level: Keep[Literal["A", "B", "C"]]
    rebate_pct: Keep[Annotated[Pct, Field(ge=0, le=100)] | None] = None
    min_price_rule: Keep[Text]
    territory: Keep[Remark] = ""
    payment: Keep[Literal["prepaid", "deposit", "30d"]]
    drop_ship: Keep[bool]
    credit_limit: Keep[Price] = NOTHING
    """The most that may be owed at once; only who pays within 30 days has one."""

    def problems(self) -> Problems:
        if bool(self.credit_limit) != (self.payment == "30d"):
            yield "credit_limit", "Who pays within 30 days has a credit limit, and nobody else."


class TermsAgain(Terms):
    """The terms that were talked of last, to be changed."""

    price_level: Keep[Annotated[Literal["A", "B", "C"], proposed("price_level")]]
    rebate_pct: Keep[Annotated[Annotated[Pct, Field(ge=0, le=100)] | None, proposed("rebate_pct")]] = None
    min_price_rule: Keep[Annotated[Text, proposed("min_price_rule")]]
    territory: Keep[Annotated[Remark, proposed("territory")]] = ""
    payment: Keep[Annotated[Literal["prepaid", "deposit", "30d"], proposed("payment")]]
    drop_ship: Keep[Annotated[bool, proposed("drop_ship")]]
    credit_limit: Keep[Annotated[Price, proposed("credit_limit")]] = NOTHING


class Agreement(Form):
    contract: Keep[Annotated[Code, own_number("CT")]]


class CreditLimit(Form):
    credit_limit: Keep[Annotated[Price, proposed("credit_limit")]]
    reason: Text


class Support(Form):
    topic: Keep[Text]
    done: Remark = ""


class SupportGiven(Support):
    topic: Keep[Annotated[Text, proposed("topic")]]


class Distributor(Case):
    company: Text
    channel: Channel
    contact: Annotated[Text, Personal.NAME]
    price_level: Literal["A", "B", "C"] = "C"
    rebate_pct: Annotated[Pct, Field(ge=0, le=100)] | None = None
    min_price_rule: Text = "-"
    territory: Remark = ""
    payment: Literal["prepaid", "deposit", "30d"] = "prepaid"
    drop_ship: bool = False
    credit_limit: Price = NOTHING
    topic: Text = "-"
    """What support is about."""
    contract: Code | None = None
    distributor_no: PartnerNo | None = None
    sold: Money | None = None
    """In the thirty days before the figures were read last, by the books."""
    owed: Price = NOTHING
    """At the end of these days."""


# --- the procedure ------------------------------------------------------------------------------------------------


class DistributorManagement(Procedure):
    """Find, admit and support distributors and franchisees, and end the cooperation where necessary."""

    key = "distributor_management"
    case: Distributor
    numbers = "DI"
    about = ("company", "channel")
    readers = DISTRIBUTION_MANAGER | SALES | FINANCE | OPS_MANAGER | GM
    parties = {PartyKind.DISTRIBUTOR: "distributor_no"}

    new = Entry()
    lead = Stage(role=DISTRIBUTION_MANAGER)
    contacted = Stage(role=DISTRIBUTION_MANAGER | DISTRIBUTOR)
    applying = Stage(role=DISTRIBUTION_MANAGER)
    qualifying = Stage(role=DISTRIBUTION_MANAGER)
    negotiating = Stage(
        role=DISTRIBUTION_MANAGER, due=working_days(10), tell=DISTRIBUTION_MANAGER | OPS_MANAGER
    )
    contract = Stage()
    active = Stage(role=DISTRIBUTION_MANAGER)
    supporting = Stage(role=DISTRIBUTION_MANAGER)
    suspended = Stage(role=DISTRIBUTION_MANAGER)
    ended = Stage(final=True, undo=True)
    refused = Stage(final=True)
    lost = Stage(final=True)

    # found                                                                          001-t 三5, 001-h 部门 3
    add_lead = new.to(lead, by=DISTRIBUTION_MANAGER, form=Lead)
    contact = lead.to(contacted, by=DISTRIBUTION_MANAGER, form=LeadAgain, main=True)
    no_interest = (lead | contacted).to(lost, by=DISTRIBUTION_MANAGER, form=LeadLost, back=True)

    # admitted                                                                       001-t 三5
    apply = contacted.to(applying, by=DISTRIBUTOR, heard_by=DISTRIBUTION_MANAGER, form=Application, main=True)
    qualify = applying.to(qualifying, by=DISTRIBUTION_MANAGER, form=Qualification, main=True)
    refuse = (applying | qualifying).to(refused, by=DISTRIBUTION_MANAGER, form=Qualification, back=True)
    talk_terms = qualifying.to(negotiating, by=DISTRIBUTION_MANAGER, form=Terms, main=True)
    no_deal = negotiating.to(lost, by=DISTRIBUTION_MANAGER, form=LeadLost, back=True)
    change_terms = negotiating.stay(by=DISTRIBUTION_MANAGER, form=TermsAgain)
    sign = negotiating.to(contract, by=DISTRIBUTION_MANAGER, form=Agreement, main=True)
    start_cooperation = contract.to(active)
    contract_failed = contract.to(negotiating)

    # supported, watched                                                             001-h 岗位 4
    support = active.to(supporting, by=DISTRIBUTION_MANAGER, form=Support, main=True)
    support_done = supporting.to(active, by=DISTRIBUTION_MANAGER, form=SupportGiven, main=True)
    set_credit = active.stay(by=FINANCE | GM, form=CreditLimit, when="is_on_term")
    review_sales = active.stay(after=repeated(days(30)))
    sales_read = (active | supporting | suspended | ended).stay()
    record_breach = (active | supporting | suspended).stay(by=DISTRIBUTION_MANAGER, form=Breach)
    suspend = (active | supporting).to(suspended, by=DISTRIBUTION_MANAGER, form=Reason)
    resume = suspended.to(active, by=DISTRIBUTION_MANAGER, form=Reason)
    end = (active | suspended).to(ended, by=OPS_MANAGER, form=Reason, back=True)

    exceptions = (
        without("limit", active | suspended, because="A distributor stays one until somebody ends it."),
    )

    decided_in_time = Deadline(working_days(5), since=apply, until=talk_terms | refuse, tell=OPS_MANAGER)

    kpis = (
        count(add_lead),
        share(start_cooperation, of=add_lead),
        elapsed(apply, start_cooperation),
        count(suspend),
        count(end),
    )

    # --- rules

    def is_on_term(self) -> bool:
        """The distributor pays within 30 days."""
        return self.case.payment == "30d"

    # --- what each step does

    @property
    def number(self) -> str:
        """By which the books know the distributor."""
        return self.case.distributor_no or self.subject

    @(talk_terms | change_terms | set_credit).on
    def keep_to_limit(self, form: Terms | TermsAgain | CreditLimit) -> None:
        self.require(
            form.credit_limit.amount < self.policy.spending_limit.amount or GM in self.actor.roles,
            "From {spending_limit} up the gm sets it, once the cooperation has begun.",
            "credit_limit",
            spending_limit=self.policy.spending_limit,
        )

    @(start_cooperation | resume | set_credit).on
    def open_prices(self) -> None:
        """Finance changes a limit that was agreed, so that who sells isn't who lends."""
        case = self.case
        self.make_permanent(OpenPriceList)  # it is opened anew
        self.do(
            OpenPriceList(
                distributor=self.number,
                company=case.company,
                level=case.price_level,
                rebate_pct=case.rebate_pct,
                payment=case.payment,
                drop_ship=case.drop_ship,
                credit=case.credit_limit,
            )
        )

    @contract_failed.on
    def say_that_it_was_not_signed(self) -> None:
        self.tell(DISTRIBUTION_MANAGER, "cooperation_contract_failed", company=self.case.company)

    @start_cooperation.on
    def give_the_rules(self) -> None:
        case = self.case
        data = {"level": case.price_level, "rule": case.min_price_rule}
        self.do(Message(to=self.number, template="cooperation_started", data=data))

    @refuse.on
    def tell_the_applicant(self, form: Qualification) -> None:
        data = {"why": form.note or form.check_result}
        self.do(Message(to=self.number, template="application_refused", data=data))

    @review_sales.on
    def read_sales(self) -> None:
        self.tell(DISTRIBUTION_MANAGER, "review_distributor", company=self.case.company)

    @(review_sales | suspend | end).on
    def ask_the_books(self) -> None:
        """What was sold, and what is still owed, whatever becomes of the cooperation."""
        last = self.today - days(1).length
        period = DateRange(first=last - days(29).length, last=last)
        self.do(
            ReadFigures(figures=FigureSet.CHANNEL, about=self.number, period=period), then=self.sales_read
        )

    @sales_read.on
    def note_what_is_owed(self, outcome: FiguresRead | None) -> None:
        case, read = self.case, outcome.figures if outcome is not None else {}
        if "sales" in read and "overdue" in read:
            case.sold, case.owed = (Money.model_validate(read[name]) for name in ("sales", "overdue"))
        if case.owed and self.stage in (self.suspended, self.ended):
            self.tell(FINANCE, "distributor_owes", company=case.company, owed=case.owed)

    @record_breach.on
    def hold_against_it(self, form: Breach) -> None:
        """It counts in the review of the distributor, who hears of it at once."""
        entry = f"{self.number}-{form.sku}-{self.today}"[:64]
        self.do(KeepRecord(book="price_breaches", entry=entry, data=form.model_dump(mode="json")))
        self.make_permanent(KeepRecord)
        data = {"sku": form.sku, "price": str(form.seen_price), "rule": self.case.min_price_rule}
        self.do(Message(to=self.number, template="price_breach", data=data))

    @suspend.on
    def block_orders(self, form: Reason) -> None:
        self.do(BlockDistributor(distributor=self.number, reason=form.reason))
        self.undo(OpenPriceList)
        self.tell(OPS_MANAGER, "distributor_suspended", company=self.case.company, reason=form.reason)
        data = {"reason": form.reason}
        self.do(Message(to=self.number, template="distributor_may_not_order", data=data))

    @resume.on
    def let_order_again(self, form: Reason) -> None:
        self.undo(BlockDistributor)
        data = {"reason": form.reason}
        self.do(Message(to=self.number, template="distributor_may_order_again", data=data))

    @end.on
    def stay_blocked(self, form: Reason) -> None:
        self.make_permanent(BlockDistributor)
        self.do(Message(to=self.number, template="cooperation_ended", data={"reason": form.reason}))

    # --- what it starts

    @starts(
        "b2b_contract",
        on=sign,
        ends={"effective": start_cooperation, "rejected": contract_failed, "expired": contract_failed},
    )
    def sign_contract(self) -> Opening:
        case = self.case
        goods = f"分销合作（{case.price_level} 级）"
        return opening(
            case.contract or self.next_subject,
            kind="distribution",
            party=self.number,
            lines=[{"goods": goods, "qty": 1, "price": NOTHING}],
            amount=NOTHING,
            delivery_date=self.today,
            delivery_place=self.policy.returns_to,
            payment_terms=f"{case.payment}, 信用额度 {case.credit_limit}, 返利 {case.rebate_pct or 0}%",
            quality_terms="-",
            breach_terms=case.min_price_rule,
        )
