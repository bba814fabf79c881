"""Lost parcel claim (快递丢件追件与索赔): settle with the customer first, then recover the loss from the carrier.

Sources: 001-t 二(三), which lists chasing (追件) and claiming (索赔) among the cases whose handling must be written
down; 004-g 客服 2(3).
"""

from activities.cases.contract import SendEvent
from activities.orders.contract import Addressee, OrderNo
from activities.registers.contract import KeepRecord
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
    order_no: OrderNo
    last_scan: InHistory[Moment | None] = None
    customer_statement: InHistory[Text]
    declared_value: Price
    freight: Price = NOTHING
    parcel: Parcel | None = None
    """Known where the order reports it; needed to send the goods again."""


class Trace(Form):
    carrier_case_no: Code
    promised_reply: Moment


class Found(Form):
    location: Text
    eta: Keep[Day]


class TraceFailed(Form):
    carrier_admission: File | None = None
    note: Remark = ""


class Settlement(Form):
    choice: Keep[Literal["resend", "refund"]]
    amount: Keep[Price | None] = None
    resend_sku_available: bool | None = None
    extra_goodwill: Keep[Price] = NOTHING

    def problems(self) -> Problems:
        if self.choice == "refund" and self.amount is None:
            yield "amount", "Say how much; nothing where another case has paid it already."
        if self.choice == "resend" and self.resend_sku_available is None:
            yield "resend_sku_available", "Say whether the goods are in stock."
        if self.choice == "resend" and self.resend_sku_available is False:
            yield "resend_sku_available", "Goods that are not in stock can't be sent again: refund them."


class Claim(Form):
    claim_amount: Keep[Paid]
    invoice: File
    shipping_record: File
    customer_statement: File | None = None
    claim_no: Keep[Code]


class Dispute(Form):
    carrier_reason: Text
    offered: Price | None = None


class Evidence(Form):
    new_evidence: SomeFiles
    note: Text


class Acceptance(Form):
    agreed_amount: Keep[Paid]
    pay_method: Literal["transfer", "set_off"]


class Received(Form):
    received: Paid
    received_at: Day


class WriteOff(Form):
    loss: Price
    reason: Text


class TurnedUp(Form):
    action: Literal["recall", "customer_keeps_pays", "customer_keeps_gift"]
    note: Text


class ClaimCase(Case):
    waybill_no: Code
    order_no: OrderNo
    declared_value: Price
    freight: Price = NOTHING
    parcel: Parcel | None = None
    eta: Day | None = None
    choice: Literal["resend", "refund"] = "refund"
    amount: Price | None = None
    extra_goodwill: Price = NOTHING
    resent_as: Code | None = None
    claim_amount: Paid | None = None
    claim_no: Code | None = None
    agreed_amount: Paid | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class LostParcelClaim(Procedure):
    """Chase a missing parcel, settle with the customer first, then recover the loss from the carrier."""

    key = "lost_parcel_claim"
    case: ClaimCase

    new = Entry(role=CS_AGENT, due=hours(4), tell=CS_SUPERVISOR)
    reported = Stage(role=LOGISTICS, due=hours(4), tell=LOGISTICS)
    tracing = Stage(role=LOGISTICS)
    found = Stage(role=LOGISTICS, due=at("eta") + days(1), tell=LOGISTICS)
    declared_lost = Stage(role=CS_AGENT, due=hours(24), tell=CS_SUPERVISOR)
    customer_settled = Stage(role=LOGISTICS)
    claim_filed = Stage(role=LOGISTICS, due=days(15), tell=OPS_MANAGER)
    claim_disputed = Stage(role=LOGISTICS | OPS_MANAGER)
    claim_accepted = Stage(role=FINANCE)
    closed_found = Stage(final=True)
    closed_paid = Stage(final=True)
    written_off = Stage(final=True)

    # chased                                                                  001-t 二(三) 追件
    report_lost = new.to(reported, by=CS_AGENT, form=Report)
    trace = reported.to(tracing, by=LOGISTICS, form=Trace)
    found_parcel = tracing.to(
        found,
        by=CARRIER_FEED | LOGISTICS,
        form=Found,
        on=PARCEL_FOUND,
    )
    deliver_found = found.to(closed_found, by=CARRIER_FEED, on=PARCEL_DELIVERED)
    trace_failed = tracing.to(declared_lost, by=LOGISTICS, form=TraceFailed, after=TRACE_LIMIT) | found.to(
        declared_lost, by=LOGISTICS, form=TraceFailed, when="is_overdue"
    )

    # the customer first                                                      004-g 客服 2(3)
    settle_customer = declared_lost.to(customer_settled, by=CS_AGENT, form=Settlement)
    late_found = (customer_settled | claim_filed).stay(by=LOGISTICS, form=TurnedUp)

    # then the carrier                                                        001-t 二(三) 索赔
    file_claim = customer_settled.to(claim_filed, by=LOGISTICS, form=Claim)
    dispute = claim_filed.to(claim_disputed, by=LOGISTICS, form=Dispute)
    resubmit = claim_disputed.to(claim_filed, by=LOGISTICS, form=Evidence)
    accept_claim = (claim_filed | claim_disputed).to(claim_accepted, by=LOGISTICS, form=Acceptance)
    claim_paid = claim_accepted.to(
        closed_paid, by=FINANCE, form=Received, when="is_as_agreed"
    ) | written_off.stay(by=FINANCE, form=Received)  # the carrier pays after all
    write_off = (customer_settled | claim_disputed | claim_filed).to(
        written_off, by=OPS_MANAGER, form=WriteOff
    )

    filed_in_time = Deadline(
        CLAIM_PERIOD,
        since=report_lost,
        until=file_claim | write_off,
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

    def is_as_agreed(self, form: Received) -> bool:
        """The money received is what was agreed."""
        return form.received == self.case.agreed_amount

    # --- what each step does

    @found_parcel.on
    def comes_yet(self, form: Found | None) -> None:
        self.require(form is None or form.eta >= self.today, "Must not be in the past.", "eta")

    @settle_customer.on
    def make_whole(self, form: Settlement) -> None:
        """A return or a presale that lost the parcel pays for it itself; an order leaves that to this case."""
        self.require(
            form.choice != "refund" or form.amount or self.case.parcel is None, "Say how much.", "amount"
        )
        goodwill = form.extra_goodwill
        self.require(
            not goodwill or self.policy.may_grant(self.actor.roles, goodwill),
            "This is above what you may grant.",
            "extra_goodwill",
        )
        if form.choice == "resend":
            self.require(
                self.case.parcel is not None,
                "What was in the parcel isn't known here: enter the replacement as an order.",
                "choice",
            )
            self.case.resent_as = self.next_subject

    @late_found.on
    def stop_resending(self, form: TurnedUp) -> None:
        """A customer who keeps the found parcel needs no second one, if that isn't picked yet."""
        if form.action != "recall" and self.case.resent_as is not None:
            self.do(
                SendEvent(
                    procedure="order_fulfilment",
                    event="request_cancel",
                    subject=self.case.resent_as,
                    form={"reason": "other", "note": "the lost parcel turned up"},
                )
            )

    @file_claim.on
    def claim_at_most_worth(self, form: Claim) -> None:
        most = self.case.declared_value + self.case.freight
        self.require(form.claim_amount <= most, f"At most {most}: value and freight.", "claim_amount")

    @claim_paid.on
    def book_recovery(self, form: Received) -> None:
        self.undo(KeepRecord)
        self.do(
            KeepRecord(
                book="carrier_claims",
                entry=self.case.claim_no or self.case.waybill_no,
                data={"waybill_no": self.case.waybill_no, **form.model_dump(mode="json")},
            )
        )

    @write_off.on
    def book_loss(self, form: WriteOff) -> None:
        self.do(
            KeepRecord(
                book="losses",
                entry=self.case.waybill_no,
                data={"order_no": self.case.order_no, **form.model_dump(mode="json")},
            )
        )

    # --- what it starts

    @starts("order_fulfilment", on=settle_customer)
    def send_again(self) -> Opening | None:
        parcel, number = self.case.parcel, self.case.resent_as
        if self.case.choice != "resend" or parcel is None or number is None:
            return None
        return replacement_case(number, parcel, parcel.lines)

    @starts("refund_only", on=settle_customer)
    def refund(self) -> Opening | None:
        """What was paid for a lost parcel, or the goodwill beside what is sent again."""
        back = (self.case.amount or NOTHING) if self.case.choice == "refund" else NOTHING
        due = back + self.case.extra_goodwill
        return refund_case(self.next_subject, "lost", self.case.order_no, due) if due else None
