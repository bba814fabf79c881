"""After-sales request (售后申请受理): one intake for all; decide quickly which remedy fits, and start it.

Sources: 000-d 五; 000-e 五1-3; 000-g 五; 001-b 第三章·2(4); 001-e 第七条; 001-k 3.1.4; 001-m 三3; 001-t 二(三);
003 四4.2, 五3.1-3.2; 004-d 6; 004-g 客服 2(3); 002-b 四1, 3, 八7.

Within seven days of signature no reason is needed, unless the category is excluded; every other request is judged. The
loss is recorded in both cases (D9). Who pays the postage follows from who is at fault (D10). A parcel that was signed
for and never received is chased and claimed (001-t 二(三)).
"""

from activities.carriers.contract import WAYBILL_OF
from activities.cases.contract import SendEvent
from activities.compensation.contract import RULE
from activities.messages.contract import Message
from activities.orders.contract import CheckWithdrawal, LinesQuoted, QuoteRefund, WithdrawalRefused
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

MOST_PATIENCE = hours(72)  # for what we ask of the customer; default
NO_REASON_DAYS = 7  # 004-d 6
ASKED = ("wanted", "lines", "reason", "instead", "description", "photos", "value", "left")
CUSTOMERS_OWN = (None, "no_reason", "other")  # reasons for which the shop is not at fault

Wanted = Literal["return", "exchange", "refund", "repair"]
Party = Literal["customer", "shop", "carrier", "supplier"]

# --- what is asked


class Request(Told):
    order_no: Order
    lines: Some[LineQty]
    wanted: Wanted
    reason: ReturnReason | None = None
    description: Annotated[LongRemark, Field(max_length=1000)] = ""
    photos: Photos = ()
    customer_no: CustomerNo | None = None
    instead: FormRows[SkuQty] = ()
    """What is to come in exchange; the same goods where it is empty."""

    def problems(self) -> Problems:
        if self.instead and self.wanted != "exchange":
            yield "instead", "Other goods come only in an exchange."
        if self.reason in NEEDS_PHOTOS and not self.photos:
            yield "photos", "Show what is wrong."


class Handler(Form):
    handler: TheCaller[User]


class Question(Form):
    needed: ToCustomer[Text]
    due: Annotated[Keep[Moment], within(at_least="now")]


class Answer(Told):
    answer: Text
    photos: Photos = ()


class Approval(Form):
    rule: Annotated[FormRows[LongText], from_book(RULE, cause="reason")] = ()
    """What the store's written rule says for such requests."""
    liability: Keep[Party]
    freight_payer: Keep[Literal["customer", "shop"]]
    expected_amount: Annotated[Keep[Price | None], proposed("value", at_most="value")] = None
    loss_estimate: Price
    instead: Annotated[FormRows[SkuQty], proposed("instead")] = ()
    """What is to come in exchange, where it isn't what the request says."""
    note: Remark = ""

    def problems(self) -> Problems:
        if self.liability != "customer" and self.freight_payer == "customer":
            yield "freight_payer", "The shop pays unless the customer is at fault."


class Chase(Form):
    """The parcel that is said never to have come."""

    rule: Annotated[FormRows[LongText], from_book(RULE, cause="reason")] = ()
    """How the store chases a parcel and claims for it, by its written rule."""
    waybill_no: Annotated[Code, proposed(of_book(WAYBILL_OF, order="order_no"))]
    customer_statement: Text


class Rejection(Form):
    policy_clause: Text
    explanation: ToCustomer[Text]


class Appeal(Told):
    grounds: Keep[Text]
    photos: Photos = ()


class Acceptance(Told):
    acknowledged: bool = True


class Closing(Form):
    root_cause: Literal["product", "packing", "carrier", "description", "service", "customer", "other"]
    follow_up_date: Annotated[Keep[Day], within(at_least="now")]
    record_complete: ToCheck[Ticked]


class RequestCase(Case):
    order_no: Order
    lines: Some[LineQty]
    wanted: Wanted
    reason: ReturnReason | None = None
    instead: FormRows[SkuQty] = ()
    value: Price | None = None
    """What was paid for the lines; None where the books can't tell."""
    left: Price | None = None
    """What can still be refunded of the order; None where the books can't tell."""
    due: Moment | None = None
    """By when the customer is to answer."""
    liability: Party | None = None
    freight_payer: Literal["customer", "shop"] | None = None
    expected_amount: Price | None = None
    follow_up_date: Day | None = None
    customer_no: CustomerNo | None = None
    description: LongRemark | None = None
    photos: Photos | None = None
    grounds: Text | None = None

    @property
    def shop_pays_postage(self) -> bool:
        if self.freight_payer is not None:
            return self.freight_payer == "shop"
        return self.reason not in CUSTOMERS_OWN


# --- the procedure


class AftersalesRequest(Procedure):
    """Take in every after-sales request, decide quickly which remedy fits, and start it."""

    key = "aftersales_request"
    case: RequestCase
    numbers = "AS"
    about = ("wanted", "lines", "reason")
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    received = Stage(role=AFTER_SALES, due=service_hours(4), tell=CS_SUPERVISOR)
    need_info = Stage(role=CUSTOMER)
    under_review = Stage(
        role=AFTER_SALES,
        due=hours(24),
        tell={hours(24): CS_SUPERVISOR, hours(48): OPS_MANAGER},
        ways_equal=True,
    )
    approved_return = Stage()
    approved_exchange = Stage()
    approved_refund = Stage()
    approved_repair = Stage()
    chased = Stage()
    rejected = Stage(role=CUSTOMER, ways_equal=True)
    appealed = Stage(role=CS_SUPERVISOR, due=hours(48), tell=OPS_MANAGER, ways_equal=True)
    remedied = Stage(role=AFTER_SALES)
    closed = Stage(final=True)
    withdrawn = Stage(final=True)

    approved = approved_return | approved_exchange | approved_refund | approved_repair

    # the request                                                                    000-e 五2, 001-b, 003 五3.1
    submit = new.to(
        received,
        by=CUSTOMER | PLATFORM_FEED,
        heard_by=CS_AGENT,
        form=Request,
        on="store.return.requested",
    )
    priced = received.stay()
    auto_approve = received.to(approved_return)  # 004-d 6
    auto_approve_exchange = received.to(approved_exchange)  # 004-d 6
    start_review = received.to(under_review, by=AFTER_SALES, form=Handler, main=True)
    ask_info = under_review.to(need_info, by=AFTER_SALES, form=Question)
    give_info = need_info.to(
        under_review, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Answer, main=True
    )
    info_timeout = need_info.to(withdrawn, at=earliest(at("due"), MOST_PATIENCE))

    # the decision                                                                   000-e 五2, 001-d 5, 001-k 2.2.6
    approve_return = under_review.to(approved_return, by=AFTER_SALES, form=Approval, approves=ASKED)
    approve_exchange = under_review.to(approved_exchange, by=AFTER_SALES, form=Approval, approves=ASKED)
    approve_refund = under_review.to(approved_refund, by=AFTER_SALES, form=Approval, approves=ASKED)
    approve_repair = under_review.to(approved_repair, by=AFTER_SALES, form=Approval, approves=ASKED)
    reject = under_review.to(rejected, by=AFTER_SALES, form=Rejection)
    appeal = rejected.to(appealed, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Appeal)
    appeal_upheld = appealed.to(
        under_review, by=CS_SUPERVISOR, form=DecisionNote, other_than=reject, approves=(*ASKED, "grounds")
    )  # 002-b 八7
    appeal_denied = appealed.to(closed, by=CS_SUPERVISOR, form=DecisionNote, other_than=reject)
    accept_rejection = rejected.to(
        closed, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Acceptance, after=days(7)
    )
    withdraw = (received | need_info | under_review).to(
        withdrawn, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Withdrawal
    )

    # signed for and never received                                                  001-t 二(三) 追件
    chase_parcel = under_review.to(chased, by=AFTER_SALES, form=Chase, when="is_not_received")
    chase_settled = chased.to(remedied)

    # the remedy                                                                     003 五3.1-3.2, 001-m 三3(3)
    remedy_done = approved.to(remedied)
    remedy_failed = approved.to(under_review)
    remedy_dropped = (approved_return | approved_refund).to(withdrawn) | (
        approved_exchange | approved_repair
    ).to(withdrawn, when="not is_refused")
    close = remedied.to(closed, by=AFTER_SALES, form=Closing)

    exceptions = (
        without("way_back", because="Goods or money are on their way: its own rows settle them."),
        without(
            "second_person",
            approve_return | approve_exchange | approve_refund | approve_repair,
            because="The customer asks; whoever takes the call only writes it down.",
        ),
    )

    kpis = (
        count(submit),
        elapsed(submit, start_review),
        elapsed(start_review, approve_return | approve_exchange | approve_refund | approve_repair | reject),
        share(approve_return | approve_exchange | approve_refund | approve_repair, of=start_review),
        share(auto_approve | auto_approve_exchange, of=submit),
        count(remedy_failed),
    )

    # --- rules

    def is_not_received(self) -> bool:
        """The customer says that the parcel never came."""
        return self.case.reason == "not_received"

    def is_refused(self, report: ChildReport | None) -> bool:
        """The shop refused the goods, so that the customer still wants a remedy."""
        return report is not None and bool(report.result.get("refused"))

    # --- what each step does

    @submit.on
    def tell_order(self) -> None:
        """An order doesn't end while a request runs that the platform reported."""
        self.report_to_order(is_over=False)

    @(closed | withdrawn).enter
    def tell_order_of_the_end(self) -> None:
        self.report_to_order(is_over=True)

    def report_to_order(self, *, is_over: bool) -> None:
        if self.parent is None:
            form = {"number": self.subject, "is_over": is_over}
            order, procedure = self.case.order_no, "order_fulfilment"
            self.do(SendEvent(procedure=procedure, event="return_reported", subject=order, form=form))

    @submit.on
    def take_in(self) -> None:
        """Who has received nothing can't send anything back."""
        case = self.case
        self.say("aftersales_received")
        if case.wanted == "return" and not self.is_not_received():
            self.do(
                CheckWithdrawal(order=case.order_no, lines=case.lines, days=NO_REASON_DAYS),
                then=self.auto_approve,
                otherwise=self.priced,
            )
        elif case.wanted == "exchange" and not self.is_not_received():
            self.do(
                CheckWithdrawal(
                    order=case.order_no,
                    lines=case.lines,
                    days=NO_REASON_DAYS,
                    replace=True,
                    wanted=case.instead,
                ),
                then=self.auto_approve_exchange,
                otherwise=self.priced,
            )
        else:
            self.do(QuoteRefund(order=case.order_no, lines=case.lines), then=self.priced)

    @priced.on
    def keep_price(self, outcome: LinesQuoted | WithdrawalRefused | None) -> None:
        if outcome is not None and outcome.goods:
            self.case.value, self.case.left = outcome.value, outcome.left

    @approve_exchange.on
    def choose_goods(self, form: Approval) -> None:
        if form.instead:
            self.case.instead = form.instead

    @chase_parcel.on
    def tell_chase(self) -> None:
        self.say("aftersales_chased")

    @(info_timeout | remedy_dropped).on
    def tell_end(self) -> None:
        self.say("aftersales_ended")

    @ask_info.on
    def ask(self, form: Question) -> None:
        self.require(form.due > self.now, "Must be in the future.", "due")
        due = min(form.due, self.now + MOST_PATIENCE.length).astimezone(self.policy.zone)
        self.say("aftersales_question", needed=form.needed, due=f"{due:%Y-%m-%d %H:%M}")

    @(auto_approve | approve_return).on
    def tell_return(self) -> None:
        self.say("aftersales_return")

    @(auto_approve_exchange | approve_exchange).on
    def tell_exchange(self) -> None:
        self.say("aftersales_exchange")

    @approve_refund.on
    def tell_refund(self) -> None:
        self.say("aftersales_refund")

    @approve_repair.on
    def tell_repair(self) -> None:
        self.say("aftersales_repair")

    @reject.on
    def explain(self, form: Rejection) -> None:
        self.say("aftersales_rejected", clause=form.policy_clause, why=form.explanation)

    @(appeal_upheld | appeal_denied).on
    def answer_appeal(self, form: DecisionNote) -> None:
        self.say("aftersales_appeal", why=form.decision_note)

    @close.on
    def learn(self, form: Closing) -> None:
        self.require(form.follow_up_date >= self.today, "Must not be in the past.", "follow_up_date")
        self.do(
            KeepRecord(
                book="root_causes",
                entry=self.subject,
                data={"order_no": self.case.order_no, "cause": form.root_cause, "remedy": self.case.wanted},
            )
        )

    def say(self, template: str, **data: str) -> None:
        self.do(Message(to=self.case.order_no, template=template, data={"order": self.case.order_no, **data}))

    # --- what it starts

    @starts(
        "return_refund",
        on=approve_return | auto_approve,
        ends={
            "closed": remedy_done,
            "expired": remedy_dropped | remedy_failed,
            "cancelled": remedy_dropped,
            "sent_back_closed": remedy_failed,
        },
    )
    def take_back(self) -> Opening:
        return opening(
            self.next_subject,
            order_no=self.case.order_no,
            lines=self.case.lines,
            reason=self.case.reason or "no_reason",
            shop_pays_postage=self.case.shop_pays_postage,
            address=self.policy.returns_to,
        )

    @starts(
        "exchange",
        on=approve_exchange | auto_approve_exchange,
        ends={
            "completed": remedy_done,
            "closed_refunded": remedy_done,
            "completed_with_loss": remedy_done,
            "cancelled": remedy_dropped | remedy_failed,
            "expired": remedy_dropped | remedy_failed,
        },
    )
    def swap(self) -> Opening:
        return opening(
            self.next_subject,
            order_no=self.case.order_no,
            lines=self.case.lines,
            reason=self.case.reason or "no_reason",
            shop_pays_postage=self.case.shop_pays_postage,
            wanted=self.case.instead,
        )

    @starts(
        "refund_only",
        on=approve_refund,
        ends={"refunded": remedy_done, "rejected": remedy_failed, "cancelled": remedy_dropped},
    )
    def refund(self) -> Opening:
        sources = {"missing_item": "shortage", "quality": "quality", "damaged_in_transit": "quality"}
        return opening(
            self.next_subject,
            source=sources.get(self.case.reason or "", "goodwill"),
            order_no=self.case.order_no,
            lines=self.case.lines,
            amount=self.case.expected_amount,
            cause=self.case.reason,
        )

    @starts(
        "repair",
        on=approve_repair,
        ends={
            "completed": remedy_done,
            "lost": remedy_done,
            "made_good": remedy_done,
            "declined_return": remedy_dropped | remedy_failed,
            "expired": remedy_dropped | remedy_failed,
        },
    )
    def mend(self) -> Opening:
        return opening(
            self.next_subject,
            order_no=self.case.order_no,
            lines=self.case.lines,
            shop_pays_postage=self.case.shop_pays_postage,
        )

    @starts(
        "lost_parcel_claim",
        on=chase_parcel,
        ends={"closed_found": chase_settled, "customer_settled": chase_settled},
    )
    def chase(self, form: Chase) -> Opening:
        value = NOTHING if self.case.value is None else self.case.value
        return lost_parcel_case(form.waybill_no, self.case.order_no, form.customer_statement, value)

    @starts("aftersales_followup", on=close)
    def follow_up(self) -> Opening:
        return opening(
            self.subject,
            source="aftersales_request",
            order_no=self.case.order_no,
            lines=self.case.lines,
            wanted=self.case.wanted,
            contact_on=self.case.follow_up_date,
        )
