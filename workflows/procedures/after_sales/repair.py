"""Repair (维修): repair a faulty item inside or outside warranty and give it back.

Sources: 000-d 五; 001-d 5; 001-k 2.2.6, 3.1.4; 000-f 第五步.
"""

from activities.carriers.contract import BookWaybill
from activities.messages.contract import Message, as_text
from activities.money.contract import BookReceivable, ChargeDifference, PayRefund, RecordRefund
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

INSPECTION_FEE = yuan(20)  # for a quote that is declined; default

# --- what is asked


class Authorisation(Form):
    order_no: Order
    lines: Some[LineQty]


class ItemIn(Form):
    serial_no: Keep[Code]
    accessories: Some[Text]
    appearance: Text
    photos: SomePhotos


class Diagnosis(Form):
    fault: Keep[Text]
    cause: Keep[Literal["manufacture", "misuse", "transport", "wear"]]


class Part(FormRow):
    part: Text
    qty: Qty


class Estimate(Form):
    covered: bool
    price: Keep[Paid | None] = None
    parts: FormRows[Part] = ()
    ready_date: Day

    def problems(self) -> Problems:
        if not self.covered and self.price is None:
            yield "price", "Say what a repair outside warranty costs."


class QuoteAnswer(Form):
    decision: Literal["accept", "decline"]
    payment_ref: Annotated[Remark, Field(max_length=200)] = ""

    def problems(self) -> Problems:
        if self.decision == "accept" and not self.payment_ref:
            yield "payment_ref", "Pay first."


class Conversion(Form):
    into: Literal["exchange", "refund"]


class PaidBack(Form):
    refund_no: Code


class Repaired(Form):
    work_done: Text
    parts_used: FormRows[Part] = ()


class Checklist(Form):
    checklist_passed: bool
    note: Remark = ""


class SentBack(Form):
    carrier: Carrier
    waybill_no: Keep[Code]


class RepairCase(Case):
    order_no: Order
    lines: Some[LineQty]
    serial_no: Code | None = None
    fault: Text = "-"
    cause: Literal["manufacture", "misuse", "transport", "wear"] | None = None
    price: Paid | None = None
    waybill_no: Code | None = None


# --- the procedure


class Repair(Procedure):
    """Repair a faulty item inside or outside warranty and give it back."""

    key = "repair"
    case: RepairCase

    new = Entry()
    authorised = Stage()
    awaiting_item = Stage(role=WAREHOUSE_KEEPER)
    received = Stage(role=AFTER_SALES, due=hours(48), tell=CS_SUPERVISOR)
    diagnosing = Stage(role=AFTER_SALES)
    quoted = Stage(role=CUSTOMER)
    repairing = Stage(role=AFTER_SALES)
    testing = Stage(role=QC)
    returning = Stage(role=LOGISTICS)
    unrepairable = Stage(role=AFTER_SALES)
    completed = Stage(final=True)
    declined_return = Stage(final=True)
    converted = Stage(final=True)
    expired = Stage(final=True)

    # the item                                                                       001-k 3.1.4, 000-d 五
    authorise = new.to(authorised, form=Authorisation)
    send_instructions = authorised.to(awaiting_item, as_soon_as=True)
    no_item = awaiting_item.to(expired, after=days(14))
    item_in = awaiting_item.to(received, by=WAREHOUSE_KEEPER, form=ItemIn)
    diagnose = received.to(diagnosing, by=AFTER_SALES, form=Diagnosis)

    # who pays                                                                       001-k 2.2.6
    in_warranty = diagnosing.to(repairing, by=AFTER_SALES, form=Estimate)
    quote = diagnosing.to(quoted, by=AFTER_SALES, form=Estimate)
    accept_quote = quoted.to(repairing, by=CUSTOMER, form=QuoteAnswer)
    payment_taken = repairing.stay()
    payment_declined = repairing.to(quoted)
    decline_quote = quoted.to(declined_return, by=CUSTOMER, form=QuoteAnswer, after=days(7))

    # the work                                                                       001-k 2.2.6
    cannot_repair = (diagnosing | repairing).to(unrepairable, by=AFTER_SALES, form=Reason, when="is_settled")
    convert = unrepairable.to(converted, by=AFTER_SALES, form=Conversion)
    money_not_returned = (unrepairable | converted).stay()
    return_by_hand = (unrepairable | converted).stay(by=FINANCE, form=PaidBack, when="is_owed")
    repaired = repairing.to(testing, by=AFTER_SALES, form=Repaired, when="is_settled")
    test_ok = testing.to(returning, by=QC, form=Checklist)
    test_fail = testing.to(repairing, by=QC, form=Checklist)
    send_item = returning.stay(by=LOGISTICS | WAREHOUSE_KEEPER, form=SentBack)
    delivered_back = returning.to(completed, by=CARRIER_FEED, on=PARCEL_DELIVERED)

    turnaround = Deadline(
        days(15),
        since=diagnose,
        until=delivered_back | convert | decline_quote,
        paused_in=quoted,
        tell=OPS_MANAGER,
    )

    kpis = (
        count(authorise),
        elapsed(item_in, delivered_back),
        share(test_fail, of=repaired),
        share(in_warranty, of=diagnose),
        share(convert, of=authorise),
    )

    # --- rules

    def is_settled(self) -> bool:
        """Nothing is to be paid, or the payment has come in."""
        asked = self.has_happened(self.accept_quote)
        return not asked or self.has_happened(self.payment_taken, since=self.accept_quote)

    def is_owed(self) -> bool:
        """The provider could not return the money, and nobody has returned it by hand."""
        return self.has_happened(self.money_not_returned) and not self.has_happened(self.return_by_hand)

    # --- what each step does

    @send_instructions.on
    def instruct(self) -> None:
        self.say("return_instructions", to=self.policy.returns_to)

    @item_in.on
    def record_apart(self, form: ItemIn) -> None:
        """The item is the customer's, not the shop's stock."""
        self.do(
            KeepRecord(
                book="customer_goods",
                entry=self.subject,
                data={
                    "order_no": self.case.order_no,
                    "serial_no": form.serial_no,
                    "accessories": list(form.accessories),
                    "appearance": form.appearance,
                },
            )
        )

    @(in_warranty | quote).on
    def plan(self, form: Estimate) -> None:
        self.require(form.ready_date >= self.today, "Must not be in the past.", "ready_date")

    @in_warranty.on
    def free_of_charge(self, form: Estimate) -> None:
        self.require(form.covered, "What is not covered must be quoted.", "covered")
        self.case.price = None

    @quote.on
    def ask_customer(self, form: Estimate) -> None:
        self.require(not form.covered, "What is covered must not be quoted.", "covered")
        self.say("repair_quote", price=form.price, fee=INSPECTION_FEE, ready=form.ready_date)

    @accept_quote.on
    def take_payment(self, form: QuoteAnswer) -> None:
        """The customer's payment number proves nothing: the provider takes the money."""
        self.require(form.decision == "accept", "Must be accept: to decline is another action.", "decision")
        if self.case.price is not None:
            self.do(
                ChargeDifference(
                    order=self.case.order_no,
                    amount=self.case.price,
                    reason=f"Repair {self.subject}, {form.payment_ref}",
                ),
                then=self.payment_taken,
                otherwise=self.payment_declined,
            )

    @payment_declined.on
    def ask_again(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.say("repair_not_paid", price=self.case.price, why=why)

    @decline_quote.on
    def charge_inspection(self, form: QuoteAnswer | None) -> None:
        self.require(
            form is None or form.decision == "decline",
            "Must be decline: to accept is another action.",
            "decision",
        )
        self.do(
            BookReceivable(
                order=self.case.order_no, amount=INSPECTION_FEE, reason="Inspection, repair declined"
            )
        )
        self.tell(LOGISTICS, "send_goods_back", order=self.case.order_no)

    @cannot_repair.on
    def return_payment(self, form: Reason) -> None:
        if self.has_happened(self.payment_taken) and self.case.price is not None:
            self.make_permanent(ChargeDifference)
            self.do(
                PayRefund(order=self.case.order_no, amount=self.case.price, reason=form.reason),
                otherwise=self.money_not_returned,
            )
        self.say("repair_impossible", why=form.reason)

    @money_not_returned.on
    def ask_finance(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(
            FINANCE, "refund_failed", order=self.case.order_no, amount=self.case.price, account="-", why=why
        )

    @return_by_hand.on
    def write_refund_down(self, form: PaidBack) -> None:
        if self.case.price is not None:
            self.do(
                RecordRefund(
                    order=self.case.order_no,
                    amount=self.case.price,
                    refund_no=form.refund_no,
                    reason="Repair not possible",
                )
            )

    @test_ok.on
    def must_pass(self, form: Checklist) -> None:
        self.require(
            form.checklist_passed, "An item that has not passed goes back for repair.", "checklist_passed"
        )

    @test_fail.on
    def must_fail(self, form: Checklist) -> None:
        self.require(
            not form.checklist_passed,
            "An item that has passed goes back to the customer.",
            "checklist_passed",
        )

    @send_item.on
    def book_carrier(self, form: SentBack) -> None:
        self.undo(BookWaybill)
        self.do(BookWaybill(order=self.case.order_no, carrier=form.carrier, waybill_no=form.waybill_no))
        self.say("repair_sent_back", waybill_no=form.waybill_no)

    @(delivered_back | decline_quote | convert).on
    def clear(self) -> None:
        """The item is not here any more; a fault of manufacture is recorded against the supplier."""
        self.undo(KeepRecord)
        if self.case.cause == "manufacture":
            self.do(
                KeepRecord(
                    book="supplier_faults",
                    entry=self.subject,
                    data={
                        "order_no": self.case.order_no,
                        "serial_no": self.case.serial_no,
                        "note": self.case.fault,
                    },
                )
            )

    def say(self, template: str, **data: object) -> None:
        data = {"order": self.case.order_no, **data}
        self.do(Message(to=self.case.order_no, template=template, data=as_text(**data)))

    # --- what it starts

    @starts("exchange", "refund_only", on=convert)
    def instead(self, form: Conversion) -> Opening:
        if form.into == "exchange":
            return opening(
                self.next_subject,
                procedure="exchange",
                order_no=self.case.order_no,
                lines=self.case.lines,
                reason=self.case.fault,
                shop_pays_postage=True,
            )
        return opening(
            self.next_subject,
            procedure="refund_only",
            source="quality",
            order_no=self.case.order_no,
            lines=self.case.lines,
        )
