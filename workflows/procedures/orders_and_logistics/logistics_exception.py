"""Logistics exception (物流异常处理): notice abnormal shipments early, and keep the customer informed.

Sources: 003 六2.1, 2.2; 004-g 客服 2(2), (3); 001-m 三2(3); 001-n 4(3); 001-l 客服 2; 001-t 二(三).
"""

from activities.carriers.contract import ORDER_OF, InstructCarrier, Instruction
from activities.cases.contract import SendEvent
from activities.compensation.contract import AllowCompensation, BeyondLimit
from activities.members.contract import IssueCoupon
from activities.messages.contract import Message
from activities.money.contract import PayRefund, RecordRefund, paid_by_hand
from activities.orders.contract import LinesQuoted, QuoteRefund
from workflows.vocabulary import *

NO_MOVEMENT = days(7)
"""After so long without a scan the parcel counts as lost."""

# --- what is asked ------------------------------------------------------------------------------------------------


class Detected(Form):
    waybill_no: Code
    symptom: Literal[
        "stalled", "wrong_route", "damaged", "address", "unreachable", "refused", "weather", "other"
    ]
    reported_by: Literal["system", "customer", "staff"]
    order_no: Annotated[Order | None, from_book(ORDER_OF, waybill="waybill_no")] = None
    """Where it is known whose parcel it is."""


class Classification(Form):
    blame: Keep[Literal["carrier", "shop", "customer", "force_majeure"]]
    urgency: Literal["normal", "urgent"]
    note: Remark = ""


class CarrierAsked(Form):
    channel: Literal["portal", "phone", "chat"]
    carrier_case_no: Keep[Code]
    promised_reply: Annotated[Moment, within(at_least="now")]


class CustomerInformed(Form):
    channel: Literal["chat", "sms", "phone"]
    message: ToCustomer[Text]
    apology_given: ToCheck[Ticked]


class Redelivery(Form):
    new_address: Address | None = None
    attempt_date: Annotated[Keep[Day], within(at_least="now")]
    instruction: Remark = ""


class Resolution(Form):
    outcome: Text


class Compensation(Told):
    kind: Keep[Literal["cash", "coupon", "resend", "partial_refund"]]
    amount: Keep[Price]
    customer_agrees: Keep[bool]
    evidence: Files = ()

    @property
    def is_anothers_word(self) -> bool:
        return self.customer_agrees

    def problems(self) -> Problems:
        if self.kind != "resend" and not self.amount:
            yield "amount", "Must be more than zero."


class Accepted(Told):
    note: Remark = ""


class Declined(Told):
    wanted: Text


class PaidOut(Form):
    payment_no: Text
    paid_at: TimeOrEarlier[Moment]


class TakenOver(Form):
    action: Text


class Lost(Form):
    carrier_statement: File | None = None
    last_scan: Annotated[Moment, within(at_most="now")]


class ExceptionCase(Case):
    waybill_no: Code
    symptom: str
    reported_by: str
    order_no: Order | None = None
    blame: Literal["carrier", "shop", "customer", "force_majeure"] = "carrier"
    carrier_case_no: Code | None = None
    attempt_date: Day | None = None
    kind: Literal["cash", "coupon", "resend", "partial_refund"] = "cash"
    amount: Price = NOTHING
    customer_agrees: bool = False
    offer_limit: Price | None = None
    """How much whoever made the offer may give; None where they have no limit."""
    asked: Price | None = None
    """What is to be given, where somebody else must approve it."""
    given_before: Price | None = None
    """What the order and its buyer were given before that."""
    value: Price | None = None
    """What was paid for the order; None where nobody knows."""

    def worth_of(self, offered: Compensation) -> Money:
        """What an offer gives away: goods that are sent again cost what was paid for them, whatever it says."""
        resent = self.value if offered.kind == "resend" else None
        return max(offered.amount, resent or NOTHING)

    @property
    def paid_from_here(self) -> bool:
        """Whether this case pays: a coupon or a refund. Cash and a resend are done by finance by hand."""
        return self.kind in ("coupon", "partial_refund") and self.order_no is not None


# --- the procedure ------------------------------------------------------------------------------------------------


class LogisticsException(Procedure):
    """Notice abnormal shipments early, make the carrier fix them and keep the customer informed."""

    key = "logistics_exception"
    case: ExceptionCase
    numbers = "LX"
    about = ("symptom", "order_no")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    detected = Stage(role=LOGISTICS)
    classified = Stage(role=LOGISTICS)
    carrier_contacted = Stage(role=CS_AGENT)
    customer_informed = Stage()
    waiting_carrier = Stage(role=LOGISTICS, due=hours(24), tell=OPS_MANAGER)
    redelivering = Stage(role=LOGISTICS, due=at("attempt_date") + days(1), tell=LOGISTICS)
    compensating = Stage(role=CS_AGENT | FINANCE, due=hours(24), tell=FINANCE)
    escalated = Stage(role=OPS_MANAGER | LOGISTICS | CS_SUPERVISOR, ways_equal=True)
    resolved = Stage(final=True)
    lost = Stage(final=True)
    returned = Stage(final=True)

    # noticed, and the customer informed                                          003 六2.2, 004-g 客服 2(2)
    detect = new.to(
        detected, by=CARRIER_FEED | CS_AGENT | LOGISTICS, form=Detected, on="carrier.parcel.abnormal"
    )
    quoted = (detected | classified | carrier_contacted).stay()
    classify = detected.to(classified, by=LOGISTICS, form=Classification)
    contact_carrier = classified.to(carrier_contacted, by=LOGISTICS, form=CarrierAsked)
    inform_customer = carrier_contacted.to(customer_informed, by=CS_AGENT, form=CustomerInformed)
    await_answer = customer_informed.to(waiting_carrier, as_soon_as=True)

    # the carrier solves it                                                    003 六2.2
    redeliver = waiting_carrier.to(redelivering, by=LOGISTICS, form=Redelivery)
    resolved_ok = (redelivering | waiting_carrier).to(
        resolved,
        by=CARRIER_FEED | LOGISTICS,
        form=Resolution,
        on=PARCEL_RECOVERED,
        main=True,
    )
    no_reply = waiting_carrier.to(escalated, after=hours(24))
    take_over = escalated.to(waiting_carrier, by=OPS_MANAGER, form=TakenOver)
    sent_back = (waiting_carrier | redelivering).to(
        returned, by=CARRIER_FEED, heard_by=LOGISTICS, on=PARCEL_SENT_BACK
    )
    declare_lost = (waiting_carrier | redelivering | escalated).to(lost, by=LOGISTICS, form=Lost)

    # the customer is compensated                                              004-g 客服 2(3)
    compensate = (waiting_carrier | redelivering).to(
        compensating, by=CS_AGENT | CS_SUPERVISOR | OPS_MANAGER | GM, form=Compensation
    )
    accept_offer = compensating.stay(
        by=CUSTOMER, heard_by=CS_AGENT | CS_SUPERVISOR, form=Accepted, when="not is_agreed"
    )
    allowed = compensating.stay()
    beyond_limit = compensating.to(escalated)
    approve_compensation = escalated.to(
        compensating,
        by=CS_SUPERVISOR | OPS_MANAGER | GM,
        form=DecisionNote,
        when="has_too_much_asked",
        other_than=compensate,
        approves=("symptom", "blame", "value", "kind", "amount", "given_before"),
    )
    decline_offer = compensating.to(
        escalated, by=CUSTOMER, heard_by=CS_AGENT, form=Declined, when="not is_being_paid"
    )
    payout_failed = compensating.stay()
    compensated = compensating.to(resolved, form=PaidOut, when="is_agreed") | compensating.to(
        resolved, by=FINANCE | AFTER_SALES, form=PaidOut, when="is_agreed and not is_being_paid", main=True
    )

    carrier_asked = Deadline(hours(2), since=detect, until=contact_carrier, tell=LOGISTICS)
    customer_told = Deadline(hours(2), since=contact_carrier, until=inform_customer, tell=CS_SUPERVISOR)
    found_or_lost = Deadline(
        NO_MOVEMENT,
        since=detect,
        until=redeliver | resolved_ok | compensated | sent_back | declare_lost,
        tell=LOGISTICS,
        sends=declare_lost,
    )

    kpis = (
        count(detect),
        elapsed(detect, contact_carrier),
        elapsed(detect, inform_customer),
        elapsed(detect, resolved_ok | compensated),
        share(compensate, of=detect),
        share(declare_lost, of=detect),
    )

    # --- rules

    def is_agreed(self) -> bool:
        """The customer agrees to the amount."""
        return self.case.customer_agrees

    def is_being_paid(self) -> bool:
        """The coupon or the refund is on its way."""
        failed = self.has_happened(self.payout_failed, since=self.compensate)
        return self.case.customer_agrees and self.case.paid_from_here and not failed

    def has_too_much_asked(self) -> bool:
        """More was asked for than whoever offered it may give."""
        return self.case.asked is not None

    # --- what each step does

    @detect.on
    def quote(self) -> None:
        if self.case.order_no is not None:
            self.do(QuoteRefund(order=self.case.order_no), then=self.quoted)

    @quoted.on
    def learn(self, outcome: LinesQuoted | None) -> None:
        if outcome is not None:
            self.case.value = outcome.value

    @detect.on
    def tell_order(self) -> None:
        """The parcel's order stops looking for it by itself."""
        self.report_to_order("trouble_known")

    @resolved.enter
    def tell_order_resolved(self) -> None:
        self.report_to_order("exception_cleared")

    @lost.enter
    def tell_order_lost(self) -> None:
        self.report_to_order("parcel_lost")

    @returned.enter
    def tell_order_returned(self) -> None:
        self.report_to_order("refused")

    def report_to_order(self, event: str) -> None:
        """An order that waits for this case hears of it anyhow."""
        if self.parent is None and self.case.order_no is not None:
            self.do(SendEvent(procedure="order_fulfilment", event=event, subject=self.case.order_no))

    @inform_customer.on
    def write_to_customer(self, form: CustomerInformed) -> None:
        if self.case.order_no is not None:
            self.do(
                Message(
                    to=self.case.order_no,
                    template="parcel_being_checked",
                    data={"waybill_no": self.case.waybill_no, "message": form.message},
                )
            )

    @redeliver.on
    def book_attempt(self, form: Redelivery) -> None:
        self.require(form.attempt_date >= self.today, "Must not be in the past.", "attempt_date")
        self.do(
            InstructCarrier(
                waybill_no=self.case.waybill_no,
                instruction=Instruction.DELIVER,
                to=form.new_address,
                attempt_on=form.attempt_date,
            )
        )

    @compensate.on
    def keep_to_limit(self, form: Compensation) -> None:
        self.case.amount = self.case.worth_of(form)
        self.require_grant(self.case.amount, None, "amount")
        self.case.asked = self.case.given_before = None
        self.case.offer_limit = self.policy.grant_limit(self.actor.roles)

    @compensate.on
    def ask_if_allowed(self) -> None:
        if self.case.customer_agrees:
            self.give_within(self.case.offer_limit)

    @accept_offer.on
    def agree(self) -> None:
        """What was offered within somebody's limit is still within it, unless more was given meanwhile."""
        self.case.customer_agrees = True
        self.give_within(self.case.offer_limit)

    @approve_compensation.on
    def decide(self) -> None:
        self.require_grant(self.case.amount, self.case.given_before)
        self.give_within(self.policy.grant_limit(self.actor.roles))

    def give_within(self, limit: Money | None) -> None:
        """It counts together with what was given before: for the order, or for the parcel where nobody knows whose."""
        order = self.case.order_no or self.case.waybill_no
        if not self.case.amount:
            self.pay_out()
        else:
            cause = None if self.has_happened(self.beyond_limit) else self.case.symptom
            self.do(
                AllowCompensation(order=order, amount=self.case.amount, limit=limit, cause=cause),
                then=self.allowed,
                otherwise=self.beyond_limit,
            )

    @beyond_limit.on
    def learn_what_was_given(self, outcome: BeyondLimit | None) -> None:
        self.case.asked = self.case.amount
        if outcome is not None:
            self.case.given_before = outcome.given

    @decline_offer.on
    def give_nothing(self) -> None:
        self.undo(AllowCompensation)

    @allowed.on
    def pay_out(self) -> None:
        case, order = self.case, self.case.order_no
        case.asked = None
        if case.kind == "coupon" and order is not None:
            self.do(
                IssueCoupon(order=order, worth=case.amount, reason="a parcel in trouble"),
                then=self.compensated,
                otherwise=self.payout_failed,
            )
        elif case.kind == "partial_refund" and order is not None:
            self.do(
                PayRefund(order=order, amount=case.amount, reason="a parcel in trouble"),
                then=self.compensated,
                otherwise=self.payout_failed,
            )
        elif case.kind == "resend":
            self.tell(AFTER_SALES, "resend_promised", waybill_no=case.waybill_no, order=order or "-")
        else:
            self.tell(FINANCE, "pay_compensation", waybill_no=case.waybill_no, amount=case.amount)

    @payout_failed.on
    def ask_finance(self) -> None:
        self.tell(FINANCE, "pay_compensation", waybill_no=self.case.waybill_no, amount=self.case.amount)

    @declare_lost.on
    def carrier_says_so(self, form: Lost | None) -> None:
        """The carrier confirms it, or the parcel hasn't moved for too long."""
        stands_still = form is None or form.last_scan <= self.now - NO_MOVEMENT.length
        self.require(
            stands_still or (form is not None and form.carrier_statement),
            "It moved less than seven days ago: show the carrier's statement.",
            "carrier_statement",
        )

    @compensated.on
    def write_refund_down(self, form: PaidOut | None) -> None:
        by_hand, order = paid_by_hand(form, self.actor.roles), self.case.order_no
        self.make_permanent(AllowCompensation)
        if by_hand and self.case.kind == "partial_refund" and order is not None:
            amount, number = self.case.amount, by_hand.payment_no
            self.do(RecordRefund(order=order, amount=amount, refund_no=number, reason="a parcel in trouble"))

    def result(self) -> dict[str, object]:
        """Who is compensated may still wait for the parcel."""
        number, moved = self.case.waybill_no, not self.has_happened(self.compensated)
        return {"waybill_no": number, "parcel_no": number, "blame": self.case.blame, "moved": moved}

    # --- what it starts

    @starts("lost_parcel_claim", on=declare_lost)
    def claim(self) -> Opening | None:
        """An order that waits for this case starts the claim itself: it knows what was in the parcel.

        Elsewhere an agent finds out whose it was, and what it was worth.
        """
        parent = self.parent
        if parent is not None and parent.waits:
            return None
        known = {"order_no": self.case.order_no} if self.case.order_no is not None else {}
        return asking(
            self.case.waybill_no,
            waybill_no=self.case.waybill_no,
            customer_statement="The carrier has lost the parcel.",
            **known,
        )
