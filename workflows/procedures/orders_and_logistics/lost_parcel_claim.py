"""Lost parcel claim (快递丢件追件与索赔): settle with the customer first, then recover the loss from the carrier.

Sources: 001-t 二(三), which lists chasing (追件) and claiming (索赔) among the cases whose handling must be written
down; 004-g 客服 2(3).

Less than was paid for the parcel needs the customer's word, or a supervisor. What a customer may keep of a parcel that
was found after all counts with what the order and its buyer got before.
"""

from activities.carriers.contract import FREIGHT_OF, ORDER_OF, InstructCarrier, Instruction
from activities.cases.contract import SendEvent
from activities.compensation.contract import AllowCompensation, BeyondLimit
from activities.messages.contract import Message
from activities.money.contract import BookReceivable
from activities.orders.contract import ORDER_VALUE, Addressee, LinesQuoted, OrderNo, QuoteRefund
from activities.stock.contract import COVERS
from workflows.vocabulary import *

TRACE_LIMIT = days(3)
CLAIM_PERIOD = days(30)
"""Counted from the report; it lies within the carrier's own period, which starts with shipping."""

# --- what is asked ------------------------------------------------------------------------------------------------


class Parcel(Addressee):
    """What was in it, and for whom."""

    lines: Some[SkuQty]


class Report(Form):
    waybill_no: Code
    order_no: Annotated[OrderNo, from_book(ORDER_OF, waybill="waybill_no")]
    last_scan: InHistory[Annotated[Moment | None, within(at_most="now")]] = None
    customer_statement: InHistory[Text]
    declared_value: Annotated[
        Price,
        proposed(of_book(ORDER_VALUE, order="order_no"), at_most=of_book(ORDER_VALUE, order="order_no")),
    ]
    freight: Annotated[Price, from_book(FREIGHT_OF, waybill="waybill_no")] = NOTHING
    parcel: Parcel | None = None
    """Known where the order reports it; needed to send the goods again."""
    paid: Price | None = None
    """What was paid for what is in it, where the order reports it."""


class Trace(Form):
    carrier_case_no: Code
    promised_reply: Annotated[Moment, within(at_least="now")]


class Found(Form):
    location: Text
    eta: Annotated[Keep[Day], within(at_least="now")]


class TraceFailed(Form):
    carrier_admission: File | None = None
    note: Remark = ""


class Settlement(LessIfAgreed):
    choice: Keep[Literal["resend", "refund"]]
    amount: Annotated[Keep[Price | None], proposed("usual_refund", at_most="most")] = None
    resend_sku_available: Annotated[bool | None, from_book(COVERS, lines="parcel.lines")] = None
    extra_goodwill: Keep[Price] = NOTHING

    def problems(self) -> Problems:
        if self.choice == "refund" and self.amount is None:
            yield "amount", "Say how much; nothing where another case has paid it already."
        if self.choice == "resend" and self.resend_sku_available is None:
            yield "resend_sku_available", "Say whether the goods are in stock."
        if self.choice == "resend" and self.resend_sku_available is False:
            yield "resend_sku_available", "Goods that are not in stock can't be sent again: refund them."


class Claim(Form):
    claim_amount: Annotated[Keep[Paid], proposed("worth", at_most="worth")]
    invoice: File
    shipping_record: File
    customer_statement: File | None = None
    claim_no: Annotated[Keep[Code], own_number("CL")]


class Dispute(Form):
    carrier_reason: Text
    offered: Price | None = None


class Evidence(Form):
    new_evidence: SomeFiles
    note: Text


class Acceptance(Form):
    agreed_amount: Annotated[Keep[Paid], proposed("claim_amount", at_most="claim_amount")]
    pay_method: Literal["transfer", "set_off"]


class Received(Form):
    received: Annotated[Paid, proposed("agreed_amount")]
    received_at: TimeOrEarlier[Day]


class WriteOff(Form):
    loss: Annotated[Price, proposed("worth", at_most="worth")]
    reason: Text


class TurnedUp(Form):
    action: Keep[Literal["recall", "customer_keeps_pays", "customer_keeps_gift"]]
    note: Text


class ClaimCase(Case):
    waybill_no: Code
    order_no: OrderNo
    declared_value: Price
    freight: Price = NOTHING
    parcel: Parcel | None = None
    paid: Price | None = None
    """What was paid for what is in it; None where nobody knows."""
    value: Price | None = None
    """What the customer paid for the order, its delivery with it; None where the books can't tell."""
    left: Price | None = None
    """What of it can still be refunded."""
    eta: Day | None = None
    choice: Literal["resend", "refund"] = "refund"
    amount: Price | None = None
    extra_goodwill: Price = NOTHING
    resent_as: Code | None = None
    claim_amount: Paid | None = None
    claim_no: Code | None = None
    agreed_amount: Paid | None = None
    action: Literal["recall", "customer_keeps_pays", "customer_keeps_gift"] | None = None
    """What becomes of a parcel that was found after all."""
    is_kept: bool = False
    """The customer keeps the parcel that was found; False again where it may not be given away."""
    granted_limit: Price | None = None
    """How much whoever gives it away may grant; None where they have no limit."""

    @property
    def kept_worth(self) -> Money:
        """What a customer has got too much who keeps a parcel that was found."""
        return (self.amount or NOTHING) if self.choice == "refund" else self.declared_value

    @property
    def worth(self) -> Money:
        """What the carrier owes for the parcel: value and freight."""
        return self.declared_value + self.freight

    @property
    def most(self) -> Money:
        """What the customer may get back."""
        known = self.paid or self.value or self.worth
        return known if self.left is None else min(known, self.left)

    @property
    def owed(self) -> Money:
        """What an order that lost its parcel owes its customer; a return or a presale pays by itself."""
        if self.parcel is None:
            return NOTHING
        return self.most if self.paid else min(self.declared_value, self.most)

    @property
    def usual_refund(self) -> Money | None:
        """What an order that lost its parcel is repaid; a return or a presale pays by itself."""
        return self.most if self.parcel is not None and self.most else None


# --- the procedure ------------------------------------------------------------------------------------------------


class LostParcelClaim(Procedure):
    """Chase a missing parcel, settle with the customer first, then recover the loss from the carrier."""

    key = "lost_parcel_claim"
    case: ClaimCase
    numbers = "LC"
    about = ("order_no", "declared_value")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)

    new = Entry(role=CS_AGENT, due=hours(4), tell=CS_SUPERVISOR)
    reported = Stage(role=LOGISTICS, due=hours(4), tell=LOGISTICS)
    tracing = Stage(role=LOGISTICS, ways_equal=True)
    found = Stage(role=LOGISTICS, due=at("eta") + days(1), tell=LOGISTICS)
    declared_lost = Stage(role=CS_AGENT, due=hours(24), tell=CS_SUPERVISOR)
    customer_settled = Stage(role=LOGISTICS)
    claim_filed = Stage(role=LOGISTICS, due=days(15), tell=OPS_MANAGER)
    claim_disputed = Stage(role=LOGISTICS | OPS_MANAGER)
    claim_accepted = Stage(role=FINANCE)
    closed_found = Stage(final=True)
    closed_paid = Stage(final=True)
    written_off = Stage(final=True)

    claimed = claim_filed | claim_disputed | claim_accepted | closed_paid | written_off

    # chased                                                                  001-t 二(三) 追件
    report_lost = new.to(reported, by=CS_AGENT, form=Report)
    quoted = reported.stay()
    trace = reported.to(tracing, by=LOGISTICS, form=Trace)
    found_parcel = tracing.to(
        found,
        by=CARRIER_FEED | LOGISTICS,
        form=Found,
        on=PARCEL_FOUND,
    )
    deliver_found = found.to(closed_found, by=CARRIER_FEED | LOGISTICS, on=PARCEL_DELIVERED)
    trace_failed = tracing.to(declared_lost, by=LOGISTICS, form=TraceFailed, after=TRACE_LIMIT) | found.to(
        declared_lost, by=LOGISTICS, form=TraceFailed, when="is_overdue"
    )

    # the customer first                                                      004-g 客服 2(3)
    settle_customer = declared_lost.to(
        customer_settled, by=CS_AGENT | CS_SUPERVISOR | OPS_MANAGER | GM, form=Settlement
    ) | claimed.stay(by=CS_AGENT | CS_SUPERVISOR | OPS_MANAGER | GM, form=Settlement, when="is_unsettled")
    settlement_failed = (
        customer_settled.to(declared_lost, when="not is_kept")
        | customer_settled.stay(when="is_kept")
        | claimed.stay()
    )
    late_found = (customer_settled | claim_filed | claim_disputed | claim_accepted).stay(
        by=LOGISTICS | DECIDERS, form=TurnedUp
    )
    resend_is_out = (customer_settled | claim_filed | claim_disputed | claim_accepted).stay()
    gift_refused = (customer_settled | claim_filed | claim_disputed | claim_accepted).stay()
    recall_refused = (customer_settled | claim_filed | claim_disputed | claim_accepted).stay()

    # then the carrier                                                        001-t 二(三) 索赔
    file_claim = customer_settled.to(claim_filed, by=LOGISTICS, form=Claim)
    dispute = claim_filed.to(claim_disputed, by=LOGISTICS, form=Dispute)
    resubmit = claim_disputed.to(claim_filed, by=LOGISTICS, form=Evidence, main=True)
    accept_claim = claim_filed.to(
        claim_accepted, by=LOGISTICS, form=Acceptance, main=True
    ) | claim_disputed.to(claim_accepted, by=LOGISTICS, form=Acceptance)
    claim_paid = claim_accepted.to(
        closed_paid, by=FINANCE, form=Received, when="is_as_agreed"
    ) | written_off.stay(by=FINANCE, form=Received)  # the carrier pays after all
    withdraw_claim = (customer_settled | claim_filed | claim_disputed | claim_accepted).to(
        closed_found, by=LOGISTICS, form=Reason
    )
    write_off = (customer_settled | claim_disputed | claim_filed).to(
        written_off, by=OPS_MANAGER, form=WriteOff
    )

    filed_in_time = Deadline(
        CLAIM_PERIOD,
        since=report_lost,
        until=file_claim | write_off | withdraw_claim,
        tell={days(23): OPS_MANAGER},
    )

    kpis = (
        count(report_lost),
        share(found_parcel, of=trace),
        elapsed(report_lost, settle_customer),
        share(claim_paid, of=file_claim),
        elapsed(file_claim, claim_paid),
        count(write_off),
    )

    # --- rules

    def is_overdue(self) -> bool:
        """The found parcel has not come by its day."""
        return self.case.eta is not None and self.case.eta < self.today

    def is_unsettled(self) -> bool:
        """The customer's refund came to nothing."""
        return self.has_happened(self.settlement_failed, since=self.settle_customer)

    def is_kept(self) -> bool:
        """The customer has the parcel after all."""
        return self.case.is_kept

    def is_as_agreed(self, form: Received) -> bool:
        """The money received is what was agreed."""
        return form.received == self.case.agreed_amount

    # --- what each step does

    @report_lost.on
    def quote(self) -> None:
        self.do(QuoteRefund(order=self.case.order_no), then=self.quoted)

    @quoted.on
    def learn(self, outcome: LinesQuoted | None) -> None:
        if outcome is not None:
            self.case.value, self.case.left = (outcome.value + outcome.freight) or None, outcome.left

    @found_parcel.on
    def tell_found(self) -> None:
        self.say("lost_parcel_found")

    @trace_failed.on
    def tell_lost(self) -> None:
        self.say("lost_parcel_given_up")

    @found_parcel.on
    def comes_yet(self, form: Found | None) -> None:
        self.require(form is None or form.eta >= self.today, "Must not be in the past.", "eta")

    @settle_customer.on
    def make_whole(self, form: Settlement) -> None:
        """A return or a presale that lost the parcel pays for it itself; an order leaves that to this case."""
        self.require(
            form.choice != "refund" or form.amount or self.case.parcel is None, "Say how much.", "amount"
        )
        self.require(not self.case.is_kept, "The customer has the parcel.", "choice")
        self.require_grant(form.extra_goodwill, None, "extra_goodwill")
        if form.choice == "refund" and form.amount is not None:
            self.require_owed(form.amount, self.case.owed, "amount", is_agreed=form.is_agreed)
        if form.choice == "resend":
            self.require(
                self.case.parcel is not None,
                "What was in the parcel isn't known here: enter the replacement as an order.",
                "choice",
            )
            self.case.resent_as = self.next_subject

    @settlement_failed.on
    def ask_again(self) -> None:
        """What the customer didn't get isn't owed for a parcel that they kept."""
        if self.case.is_kept:
            if self.case.choice == "refund":  # of a second parcel the goodwill alone has failed
                self.undo(BookReceivable, AllowCompensation)
            return
        self.tell(CS_AGENT, "lost_parcel_unsettled", waybill_no=self.case.waybill_no)

    @late_found.on
    def fetch_or_leave(self, form: TurnedUp) -> None:
        """A parcel that is called back, the carrier brings. A customer who keeps it needs no second one, if that isn't
        picked yet.
        """
        number, resent = self.case.waybill_no, self.case.resent_as
        self.require(not self.case.is_kept, "What becomes of the parcel is settled.", "action")
        self.case.is_kept = form.action != "recall"
        self.case.granted_limit = self.policy.grant_limit(self.actor.roles)
        if form.action == "customer_keeps_gift":
            self.require_grant(self.case.kept_worth, None, "action")
        if form.action == "recall":
            bring_back = InstructCarrier(waybill_no=number, instruction=Instruction.BRING_BACK)
            self.do(bring_back, otherwise=self.recall_refused)
        elif resent is None:
            self.settle_kept()
        else:
            why = {"reason": "other", "note": "the lost parcel turned up"}
            stop = SendEvent(procedure="order_fulfilment", event="request_cancel", subject=resent, form=why)
            self.do(stop, otherwise=self.resend_is_out)

    @resend_is_out.on
    def settle_kept(self) -> None:
        """Whoever has the goods and their price, or the goods twice, owes it, unless it is a gift."""
        order, worth, limit = self.case.order_no, self.case.kept_worth, self.case.granted_limit
        if self.case.choice == "refund" and self.is_unsettled():  # nothing went back
            return
        if worth and self.case.action == "customer_keeps_gift":
            gift = AllowCompensation(order=order, amount=worth, limit=limit, cause="lost")
            self.do(gift, otherwise=self.gift_refused)
        elif worth:
            reason = "The customer keeps a parcel that was found."
            self.do(BookReceivable(order=order, amount=worth, reason=reason))

    @gift_refused.on
    def ask_manager(self, outcome: BeyondLimit | None) -> None:
        self.case.is_kept = False
        before, worth = outcome.given if outcome is not None else NOTHING, self.case.kept_worth
        self.tell(OPS_MANAGER, "lost_parcel_gift", order=self.case.order_no, amount=worth, before=before)

    @recall_refused.on
    def recall_by_hand(self) -> None:
        self.tell(LOGISTICS, "recall_by_hand", waybill_no=self.case.waybill_no)

    def say(self, template: str) -> None:
        order, waybill_no = self.case.order_no, self.case.waybill_no
        self.do(Message(to=order, template=template, data={"order": order, "waybill_no": waybill_no}))

    # --- what it starts

    @starts("order_fulfilment", on=settle_customer)
    def send_again(self) -> Opening | None:
        parcel, number = self.case.parcel, self.case.resent_as
        if self.case.choice != "resend" or parcel is None or number is None:
            return None
        return replacement_case(number, self.case.order_no, parcel, parcel.lines)

    @starts(
        "refund_only",
        on=settle_customer,
        ends={"rejected": settlement_failed, "cancelled": settlement_failed},
    )
    def refund(self) -> Opening | None:
        """What was paid for a lost parcel, or the goodwill beside what is sent again."""
        back = (self.case.amount or NOTHING) if self.case.choice == "refund" else NOTHING
        goodwill = self.case.extra_goodwill
        if not (due := back + goodwill):
            return None
        return refund_case(self.next_subject, "lost", self.case.order_no, due, goodwill=goodwill)
