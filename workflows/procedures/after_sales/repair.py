"""Repair (维修): repair a faulty item inside or outside warranty and give it back.

Sources: 000-d 五; 001-d 5; 001-k 2.2.6, 3.1.4; 000-f 第五步.

An item that can't be mended is refunded within the limits where its owner has worn it out or misused it. One that comes
late, or again, begins a case of its own; one that is lost on its way back is claimed for its owner.
"""

from activities.carriers.contract import BookWaybill, PrepareReturnLabel
from activities.money.contract import BookReceivable, ChargeDifference, PayRefund, RecordRefund
from activities.orders.contract import Addressee, LinesQuoted, QuoteRefund, ReturnedGoods, ReturnEntry
from activities.registers.contract import KeepRecord
from activities.stock.contract import Disposition, Receipt, ReceiveStock
from workflows.vocabulary import *

INSPECTION_FEE = yuan(20)  # for a quote that is declined; default
AT_FAULT: dict[str, AtFault] = {
    "manufacture": "supplier",
    "transport": "carrier",
    "misuse": "customer",
    "wear": "customer",
}

# --- what is asked


class Authorisation(Form):
    order_no: Order
    lines: Some[LineQty]
    shop_pays_postage: bool = False
    are_here: bool = False
    """The item is with the shop already, as it came late."""


class ItemIn(Form):
    serial_no: Keep[Code]
    accessories: Some[Text]
    appearance: ToCheck[Text]
    photos: SomePhotos


class Diagnosis(Form):
    fault: Keep[Text]
    cause: Keep[Literal["manufacture", "misuse", "transport", "wear"]]


class Part(FormRow):
    part: Text
    qty: Qty


class Estimate(Form):
    covered: Keep[bool]
    price: Keep[Paid | None] = None
    parts: Keep[FormRows[Part]] = ()
    ready_date: Annotated[Keep[Day], within(at_least="now")]

    def problems(self) -> Problems:
        if not self.covered and self.price is None:
            yield "price", "Say what a repair outside warranty costs."


class QuoteAnswer(Told):
    decision: Literal["accept", "decline"]
    payment_ref: Annotated[Remark, Field(max_length=200)] = ""
    """Asked of nobody: who accepts is charged the way the order was paid."""


class Conversion(Form):
    into: Keep[Literal["exchange", "refund"]]


class PaidBack(Form):
    refund_no: Annotated[Code, own_number("RF")]


class Repaired(Form):
    work_done: Text
    parts_used: Annotated[FormRows[Part], proposed("parts")] = ()


class Checklist(Form):
    checklist_passed: ToCheck[bool]
    note: Remark = ""


class RepairCase(Case, MoneyOfReturnedGoods):
    order_no: Order
    lines: Some[LineQty]
    are_here: bool = False
    value: Price | None = None
    """What was paid for the goods; None where the books can't tell."""
    goods: FormRows[ReturnedGoods] = ()
    receiver: Addressee | None = None
    serial_no: Code | None = None
    fault: Text = "-"
    cause: Literal["manufacture", "misuse", "transport", "wear"] | None = None
    price: Paid | None = None
    parts: FormRows[Part] = ()
    covered: bool = False
    """Whether the warranty covers the repair."""
    ready_date: Day | None = None
    """When the customer is to have it back."""
    waybill_no: Code | None = None
    into: Literal["exchange", "refund"] | None = None
    """What an item that can't be mended is made good by."""

    @property
    def granted(self) -> Money:
        """What of a refund isn't owed: all of it where its owner has worn the item out, or misused it."""
        return NOTHING if self.covered or not self.is_owners_doing else self.value or NOTHING

    @property
    def is_owners_doing(self) -> bool:
        return self.cause is not None and AT_FAULT[self.cause] == "customer"

    @property
    def charge(self) -> Money:
        """What a repair costs that isn't covered, the label with it that brought the item."""
        return (self.price or NOTHING) + self.label_owed


# --- the procedure


class Repair(PostedToUs, Procedure):
    """Repair a faulty item inside or outside warranty and give it back."""

    key = "repair"
    case: RepairCase
    about = ("lines", "fault", "order_no")
    papers = {Paper.RETURN_SLIP: ("goods", "fault", "serial_no"), Paper.LABEL: ()}
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    authorised = Stage()
    awaiting_item = Stage(role=WAREHOUSE_KEEPER)
    received = Stage(role=AFTER_SALES, due=hours(48), tell=CS_SUPERVISOR)
    diagnosing = Stage(role=AFTER_SALES, ways_equal=True)
    quoted = Stage(role=CUSTOMER, ways_equal=True)
    repairing = Stage(role=AFTER_SALES)
    testing = Stage(role=QC, ways_equal=True)
    returning = Stage(role=LOGISTICS)
    unrepairable = Stage(role=AFTER_SALES, due=hours(48), tell=CS_SUPERVISOR, ways_equal=True)
    declined_return = Stage(role=LOGISTICS | WAREHOUSE_KEEPER, due=hours(48), tell=AFTER_SALES)
    converted = Stage()
    completed = Stage(final=True)
    sent_back = Stage(final=True)
    made_good = Stage(final=True)
    expired = Stage(final=True)
    lost = Stage(final=True)

    given_up = unrepairable | converted | made_good | declined_return | sent_back

    # the item                                                                       001-k 3.1.4, 000-d 五
    authorise = new.to(authorised, form=Authorisation)
    send_instructions = authorised.to(awaiting_item, as_soon_as=True)
    priced = awaiting_item.stay()
    label_ready = awaiting_item.stay()
    label_ready.on(PostedToUs.send_label)
    customer_ships = awaiting_item.stay(**GOODS_POSTED)
    parcel_seen = awaiting_item.stay(**GOODS_SEEN)
    no_item = awaiting_item.to(expired, after=days(14))
    item_in = awaiting_item.to(received, by=WAREHOUSE_KEEPER, form=ItemIn)
    diagnose = received.to(diagnosing, by=AFTER_SALES, form=Diagnosis)

    # who pays                                                                       001-k 2.2.6
    in_warranty = diagnosing.to(repairing, by=AFTER_SALES, form=Estimate)
    quote = diagnosing.to(quoted, by=AFTER_SALES, form=Estimate)
    accept_quote = quoted.to(repairing, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=QuoteAnswer)
    payment_taken = repairing.stay()
    payment_declined = repairing.to(quoted)
    decline_quote = quoted.to(
        declined_return,
        by=CUSTOMER,
        heard_by=AFTER_SALES | CS_AGENT,
        form=QuoteAnswer,
        after=days(7),
    )

    # the work                                                                       001-k 2.2.6
    cannot_repair = (diagnosing | repairing).to(unrepairable, by=AFTER_SALES, form=Reason, when="is_settled")
    convert = unrepairable.to(converted, by=AFTER_SALES, form=Conversion)
    instead_done = converted.to(made_good)
    instead_failed = converted.to(unrepairable)
    give_back = unrepairable.to(declined_return, by=AFTER_SALES, form=Reason)
    goods_sent_back = declined_return.to(sent_back, by=LOGISTICS | WAREHOUSE_KEEPER, form=SentBack)
    money_not_returned = (unrepairable | converted | made_good | declined_return | sent_back).stay()
    return_by_hand = (unrepairable | converted | made_good | declined_return | sent_back).stay(
        by=FINANCE, form=PaidBack, when="is_owed"
    )
    repaired = repairing.to(testing, by=AFTER_SALES, form=Repaired, when="is_settled", main=True)
    test_ok = testing.to(returning, by=QC, form=Checklist)
    test_fail = testing.to(repairing, by=QC, form=Checklist)
    send_item = returning.stay(by=LOGISTICS | WAREHOUSE_KEEPER, form=SentBack)
    delivered_back = returning.to(completed, by=CARRIER_FEED, heard_by=LOGISTICS, on=PARCEL_DELIVERED)
    not_taken = (returning | sent_back).stay(
        by=CARRIER_FEED, form=ParcelRefusal, on=(PARCEL_REFUSED, PARCEL_SENT_BACK)
    )
    lost_on_way = returning.to(lost, **LOST_ON_THE_WAY_BACK) | sent_back.stay(
        **LOST_ON_THE_WAY_BACK, once=True
    )
    came_late = (expired | sent_back).stay(**exchanging.ARRIVED, once=True)

    turnaround = Deadline(
        days(15),
        since=diagnose,
        until=delivered_back | convert | decline_quote | give_back | lost_on_way,
        paused_in=quoted,
        tell=OPS_MANAGER,
    )

    ready_as_promised = Deadline(
        at("ready_date") + days(1),
        since=in_warranty | accept_quote,
        until=delivered_back | convert | give_back | lost_on_way,
        tell=CS_SUPERVISOR,
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
        order, to = self.case.order_no, self.policy.returns_to
        self.do(QuoteRefund(order=order, lines=self.case.lines), then=self.priced)
        if self.case.are_here:
            return
        if self.case.shop_pays_postage:
            self.do(PrepareReturnLabel(order=order, return_no=self.subject, to=to), then=self.label_ready)
        self.say("return_instructions", to=to)

    @no_item.on
    def tell_expiry(self) -> None:
        self.say("repair_expired")

    @not_taken.on
    def tell_comes_back(self) -> None:
        self.tell(LOGISTICS, "repair_not_taken", order=self.case.order_no, waybill_no=self.case.waybill_no)

    @lost_on_way.on
    def tell_loss(self) -> None:
        self.say("repair_lost", waybill_no=self.case.waybill_no)

    @priced.on
    def learn(self, outcome: LinesQuoted | None) -> None:
        if outcome is not None:
            self.case.value = outcome.value
            self.case.goods = tuple(ReturnedGoods.model_validate(dict(goods)) for goods in outcome.goods)
            if outcome.receiver is not None and outcome.receiver.address is not None:
                self.case.receiver = Addressee.model_validate(dict(outcome.receiver))

    @diagnose.on
    def find_fault(self, form: Diagnosis) -> None:
        self.case.fault_owner = AT_FAULT[form.cause]

    @(in_warranty | quote).on
    def plan(self, form: Estimate) -> None:
        self.require(form.ready_date >= self.today, "Must not be in the past.", "ready_date")

    @in_warranty.on
    def free_of_charge(self, form: Estimate) -> None:
        self.require(form.covered, "What is not covered must be quoted.", "covered")
        self.case.price = None
        if self.case.fault_owner == "customer":
            self.case.fault_owner = "shop"  # the warranty takes it over, postage with it

    @quote.on
    def ask_customer(self, form: Estimate) -> None:
        self.require(not form.covered, "What is covered must not be quoted.", "covered")
        due = self.case.label_owed
        self.say("repair_quote", price=self.case.charge, fee=INSPECTION_FEE + due, ready=form.ready_date)

    @accept_quote.on
    def take_payment(self, form: QuoteAnswer) -> None:
        """The provider takes the money, the way the order was paid."""
        self.require(form.decision == "accept", "Must be accept: to decline is another action.", "decision")
        if self.case.price is not None:
            self.do(
                ChargeDifference(
                    order=self.case.order_no,
                    amount=self.case.charge,
                    reason=f"Repair {self.subject}",
                ),
                then=self.payment_taken,
                otherwise=self.payment_declined,
            )

    @payment_declined.on
    def ask_again(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.say("repair_not_paid", price=self.case.charge, why=why)

    @decline_quote.on
    def charge_inspection(self, form: QuoteAnswer | None) -> None:
        self.require(
            form is None or form.decision == "decline",
            "Must be decline: to accept is another action.",
            "decision",
        )
        self.ask_for(INSPECTION_FEE + self.case.label_owed, "Inspection, repair declined")

    @give_back.on
    def tell_return(self) -> None:
        self.ask_for(self.case.label_owed, "Postage of an item that its owner spoilt")

    def ask_for(self, amount: Money, reason: str) -> None:
        if amount:
            self.do(BookReceivable(order=self.case.order_no, amount=amount, reason=reason))
        self.say("return_goes_back")

    @cannot_repair.on
    def return_payment(self, form: Reason) -> None:
        if self.has_happened(self.payment_taken) and self.case.price is not None:
            self.make_permanent(ChargeDifference)
            self.do(
                PayRefund(order=self.case.order_no, amount=self.case.charge, reason=form.reason),
                otherwise=self.money_not_returned,
            )
        self.say("repair_impossible", why=form.reason)

    @money_not_returned.on
    def ask_finance(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(
            FINANCE, "refund_failed", order=self.case.order_no, amount=self.case.charge, account="-", why=why
        )

    @return_by_hand.on
    def write_refund_down(self, form: PaidBack) -> None:
        if self.case.price is not None:
            self.do(
                RecordRefund(
                    order=self.case.order_no,
                    amount=self.case.charge,
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

    @(send_item | goods_sent_back).on
    def book_carrier(self, form: SentBack) -> None:
        order, label, payer = self.case.order_no, label_to(self.case.receiver), form.freight_payer
        number, carrier = form.waybill_no, form.carrier
        self.undo(BookWaybill)
        self.do(BookWaybill(order=order, carrier=carrier, waybill_no=number, payer=payer, **label))
        self.case.waybill_no = number
        done = self.has_happened(self.test_ok)
        self.say("repair_sent_back" if done else "return_sent_back", waybill_no=form.waybill_no)

    @instead_done.on
    def keep_what_is_here(self) -> None:
        """What is refunded is the shop's again: it lies here, and it is broken."""
        goods = self.case.goods if self.case.into == "refund" else ()
        if goods:
            self.do(
                ReceiveStock(
                    reference=self.subject,
                    lines=tuple(
                        Receipt(
                            sku=row.sku,
                            qty=row.qty,
                            disposition=Disposition.DEFECTIVE,
                            location=row.location,
                        )
                        for row in goods
                    ),
                )
            )

    @instead_failed.on
    def start_anew(self) -> None:
        """The item is its owner's still, and lies in the workshop."""
        self.undo(KeepRecord)
        self.case.into = None

    @(delivered_back | goods_sent_back | convert | lost_on_way).on
    def clear(self) -> None:
        """A fault of manufacture is recorded against the supplier."""
        if self.case.cause == "manufacture":
            self.do(
                KeepRecord(
                    book="supplier_faults",
                    entry=self.subject,
                    data={
                        "order_no": self.case.order_no,
                        "goods": [row.model_dump(mode="json") for row in self.case.goods],
                        "serial_no": self.case.serial_no,
                        "note": self.case.fault,
                    },
                )
            )

    def result(self) -> dict[str, object]:
        """Whoever declines a quote has their item and wants no other remedy; one that is given back still may."""
        return {"refused": self.has_happened(self.give_back)}

    def book_entry(self) -> ReturnEntry:
        """An item that is lost, or the shop's again, is no more with the customer; an exchange says that itself."""
        gone = self.case.into == "refund" or self.has_happened(self.lost_on_way)
        return ReturnEntry(order=self.case.order_no, lines=self.case.lines if gone else ())

    # --- what it starts

    @starts(
        "exchange",
        "refund_only",
        on=convert,
        ends={
            "refunded": instead_done,
            **dict.fromkeys(("completed", "closed_refunded", "completed_with_loss"), instead_done),
            **dict.fromkeys(("rejected", "cancelled", "expired", "aborted"), instead_failed),
        },
    )
    def instead(self, form: Conversion) -> Opening:
        if form.into == "exchange":
            return opening(
                self.next_subject,
                procedure="exchange",
                order_no=self.case.order_no,
                lines=self.case.lines,
                reason=self.case.fault,
                shop_pays_postage=True,
                are_here=True,
            )
        return opening(
            self.next_subject,
            procedure="refund_only",
            source="returned",
            order_no=self.case.order_no,
            lines=self.case.lines,
            amount=self.case.value or None,
            goodwill=self.case.granted,
        )

    @starts("refund_only", on=diagnose | in_warranty)
    def postage_back(self) -> Opening | None:
        """What posting the item has cost, once it is found that its owner needn't bear it."""
        case, is_found = self.case, self.stage is self.diagnosing
        due = NOTHING if is_found == case.is_owners_doing else case.postage_owed
        return refund_case(self.next_subject, "returned", case.order_no, due) if due else None

    @starts("lost_parcel_claim", on=lost_on_way)
    def claim(self) -> Opening:
        """What was paid for a repair goes back with the price of the item."""
        case, number = self.case, self.case.waybill_no or self.subject
        is_mended = self.has_happened(self.payment_taken) and self.has_happened(self.test_ok)
        value = (case.value or NOTHING) + (case.charge if is_mended else NOTHING)
        return lost_goods_case(number, case.order_no, case.receiver, case.goods, value)

    @starts("repair", on=came_late)
    def late_item(self) -> Opening:
        case = self.case
        return opening(
            self.next_subject,
            order_no=case.order_no,
            lines=case.lines,
            shop_pays_postage=case.shop_pays_postage,
            are_here=True,
        )
