"""Return and refund (退货退款): take goods back, check them, put them where they belong and return the money.

Sources: 000-d 五; 000-e 五2-3; 001-d 5; 001-e 第七条; 001-k 2.2.6, 3.1.4; 001-l/t 驻厂人员 4; 003 四4.2; 004-d 6;
004-g 客服 4; 002-b 四1. Who pays the postage was settled by the request (D10); the payment provider returns the money,
finance by hand only where that fails (D24). Where the shop is at fault, the delivery goes back too, and what
posting the goods has cost (004-g 客服 4).
"""

from activities.carriers.contract import BookWaybill, PrepareReturnLabel, WaybillBooked
from activities.compensation.contract import AllowCompensation, BeyondLimit
from activities.messages.contract import Message, as_text
from activities.money.contract import (
    BookReceivable,
    PayRefund,
    RecordRefund,
    RefundDeclined,
    RefundPaid,
    ReverseBenefits,
    paid_by_hand,
)
from activities.orders.contract import (
    Addressee,
    InspectedLine,
    LinesQuoted,
    QuoteReturn,
    ReturnedGoods,
    ReturnEntry,
)
from activities.registers.contract import KeepRecord
from activities.stock.contract import ReceiveStock
from workflows.vocabulary import *

LOW_VALUE = yuan(200)  # up to this value a trusted member's money goes back at the first scan; default
KEPT_BY_CUSTOMER = frozenset({"expired", "cancelled", "sent_back_closed", "aborted"})
"""The ends in which no goods have come back."""

# --- what is asked


class Authorisation(Form):
    order_no: Order
    lines: Some[LineQty]
    reason: Text
    shop_pays_postage: bool
    address: Address


class Inspection(Form):
    lines: Annotated[FormRows[InspectedLine], to_check("lines")]
    """What was in the parcel; none where nothing was."""
    photos: Photos = ()
    fault_owner: Keep[AtFault]
    note: Remark = ""


class ReturnCase(Case, ReturnMoney):
    order_no: Order
    lines: Some[LineQty]
    reason: Text
    address: Address
    waybill_no: Code | None = None
    declared_value: Price = NOTHING
    goods: FormRows[ReturnedGoods] = ()
    receiver: Addressee | None = None
    trusted: bool = False
    inspected: FormRows[InspectedLine] = ()
    extra_cost: Price = NOTHING
    """What is granted though the goods didn't pass."""
    given_before: Price | None = None
    """What the order and its buyer were given before that, where it was too much."""
    by_hand: bool = False
    """The provider can't return the money."""

    @property
    def to_be_placed(self) -> tuple[LineQty | InspectedLine, ...]:
        """What came back, or was to."""
        return self.inspected or self.lines


# --- the procedure


class ReturnRefund(Procedure):
    """Take goods back, check them, put them where they belong and return the money."""

    key = "return_refund"
    case: ReturnCase
    about = ("lines", "reason", "value")
    papers = {Paper.RETURN_SLIP: ("reason",), Paper.LABEL: ()}
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    authorised = Stage()
    awaiting_shipment = Stage(role=CUSTOMER, due=days(7), tell={days(5): CUSTOMER})
    in_return_transit = Stage(role=WAREHOUSE_KEEPER | LOGISTICS, due=days(10), tell=LOGISTICS | AFTER_SALES)
    received = Stage(role=QC | WAREHOUSE_KEEPER)
    inspecting = Stage(role=QC, ways_equal=True)
    refund_pending = Stage(role=FINANCE, due=hours(24), tell=FINANCE | OPS_MANAGER)
    negotiating = Stage(role=AFTER_SALES | CS_SUPERVISOR, ways_equal=True)
    partial_agreed = Stage(role=AFTER_SALES)
    send_back = Stage(role=LOGISTICS)
    refunded = Stage(role=WAREHOUSE_KEEPER | QC)
    postage_open = Stage(role=FINANCE, due=hours(24), tell=FINANCE | OPS_MANAGER)
    closed = Stage(final=True)
    expired = Stage(final=True, undo=True)
    cancelled = Stage(final=True, undo=True)
    sent_back_closed = Stage(final=True)

    # the way back                                                                   000-e 五2-3
    authorise = new.to(authorised, form=Authorisation)
    send_instructions = authorised.to(awaiting_shipment)
    customer_ships = awaiting_shipment.to(
        in_return_transit, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Posted, main=True
    )
    label_ready = awaiting_shipment.stay()
    no_shipment = awaiting_shipment.to(expired, after=days(7))
    cancel_return = (authorised | awaiting_shipment).to(
        cancelled, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Withdrawal
    )
    parcel_in = awaiting_shipment.to(
        received, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=ParcelIn
    ) | in_return_transit.to(received, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=ParcelIn, main=True)
    lost_return = in_return_transit.to(refund_pending, by=LOGISTICS, form=LostReturn, when="is_our_label")

    # inspection                                                                     000-e 五3, 002-b 四1
    start_inspection = received.to(inspecting, by=QC | WAREHOUSE_KEEPER, form=Inspector)
    pass_inspection = inspecting.to(refund_pending, by=QC, form=Inspection)
    fail_inspection = inspecting.to(negotiating, by=QC, form=Inspection)
    agree_partial = negotiating.to(partial_agreed, by=AFTER_SALES, form=AgreedDeduction)
    partial_to_refund = partial_agreed.to(refund_pending, by=AFTER_SALES, form=DeductionTaken)
    refuse_return = negotiating.to(send_back, by=AFTER_SALES, form=Reason)
    waive = negotiating.to(refund_pending, by=CS_SUPERVISOR | OPS_MANAGER | GM, form=ReturnWaiver)
    waiver_allowed = refund_pending.stay()
    waiver_beyond_limit = refund_pending.to(negotiating)
    negotiation_timeout = negotiating.to(send_back, after=hours(72))
    goods_sent_back = send_back.to(sent_back_closed, by=LOGISTICS, form=SentBack)

    # the money                                                                      001-k 2.2.6
    pay_refund = refund_pending.to(
        refunded, by=PAYMENT_FEED, form=ReturnPaid, on="payment.refund.paid", when="not is_by_hand"
    ) | refund_pending.to(
        refunded,
        by=PAYMENT_FEED | FINANCE,
        form=ReturnPaid,
        when="is_by_hand",
        other_than=(pass_inspection, waive),
    )
    nothing_to_pay = refund_pending.to(refunded, as_soon_as="is_nothing_due")
    refund_failed = refund_pending.stay(by=PAYMENT_FEED, on="payment.refund.failed") | refunded.to(
        refund_pending, when="is_instant"
    )
    instant_refund = in_return_transit.to(
        refunded,
        by=CARRIER_FEED,
        on=PARCEL_SCANNED,
        when="is_trusted_and_small",
    )
    platform_refund = (in_return_transit | received | inspecting | negotiating).to(
        refunded, by=PLATFORM_FEED, form=RefundRuling, on="platform.refund.ruled"
    )

    # the goods                                                                      000-e 五3
    restock_done = refunded.to(
        closed, by=WAREHOUSE_KEEPER, form=Placing, when="has_parcel and not is_postage_due"
    ) | refunded.to(postage_open, by=WAREHOUSE_KEEPER, form=Placing, when="has_parcel and is_postage_due")
    inspect_late = refunded.stay(by=QC, form=Inspection, when="has_parcel and not has_inspected")
    pay_postage = postage_open.to(closed, by=FINANCE, form=PostagePaid)
    late_parcel = refunded.stay(by=WAREHOUSE_KEEPER, form=LateParcel, when="not has_parcel")
    lost_closed = refunded.to(closed, as_soon_as="is_lost") | refunded.to(
        closed, after=days(15), when="is_ruled and not has_parcel"
    )
    goods_never_came = refunded.to(closed, after=days(15), when="is_instant and not has_parcel")

    inspection_limit = Deadline(
        hours(24),
        since=parcel_in,
        until=pass_inspection | fail_inspection | platform_refund,
        tell=WAREHOUSE_SUPERVISOR,
    )
    # within seven days of receipt the law wants the money back: check with counsel
    refund_limit = Deadline(
        days(7),
        since=parcel_in,
        until=pay_refund | nothing_to_pay | platform_refund | goods_sent_back,
        tell=OPS_MANAGER,
    )
    restock_limit = Deadline(
        hours(24),
        since=pay_refund | nothing_to_pay | platform_refund | late_parcel,
        until=restock_done,
        unless="is_without_parcel",
        tell=WAREHOUSE_SUPERVISOR,
    )

    kpis = (
        count(authorise),
        elapsed(authorise, pay_refund),
        share(fail_inspection, of=start_inspection),
        count(instant_refund),
        share(no_shipment, of=send_instructions),
        count(lost_return),
    )

    # --- rules

    def is_our_label(self) -> bool:
        """The shop bought the label."""
        return self.case.shop_pays_postage

    def is_trusted_and_small(self) -> bool:
        """The customer is a trusted member, and the goods are of low value."""
        value = self.case.value
        return (
            self.case.trusted and value is not None and value > NOTHING and value.amount <= LOW_VALUE.amount
        )

    def is_by_hand(self) -> bool:
        """The provider can't return the money, so that finance does it by another way."""
        return self.case.by_hand or self.case.value is None

    def is_nothing_due(self) -> bool:
        """Nothing is to be paid."""
        return self.case.value is not None and self.case.owed <= NOTHING

    def is_postage_due(self) -> bool:
        """What the customer paid for posting the goods is still to be repaid."""
        return self.case.postage_due > NOTHING

    def has_inspected(self) -> bool:
        """Somebody has looked at what came."""
        looked = (self.pass_inspection, self.fail_inspection, self.inspect_late)
        return any(self.has_happened(event) for event in looked)

    def is_lost(self) -> bool:
        """The carrier lost the parcel, so that nothing is there to put away."""
        return self.has_happened(self.lost_return)

    def is_instant(self) -> bool:
        """The money went back at the first scan."""
        return self.has_happened(self.instant_refund)

    def is_ruled(self) -> bool:
        """The platform ruled for the customer and paid."""
        return self.has_happened(self.platform_refund)

    def has_parcel(self) -> bool:
        """The parcel is here."""
        return self.has_happened(self.parcel_in) or self.has_happened(self.late_parcel)

    def is_without_parcel(self) -> bool:
        """No parcel is here to put away."""
        return not self.has_parcel()

    # --- the way back

    @authorise.on
    def quote(self) -> None:
        self.do(
            QuoteReturn(order=self.case.order_no, lines=self.case.lines),
            then=self.send_instructions,
            otherwise=self.send_instructions,
        )

    @send_instructions.on
    def instruct(self, outcome: LinesQuoted | Refused | None) -> None:
        if isinstance(outcome, LinesQuoted):
            self.case.value = outcome.value
            self.case.left = outcome.value if outcome.left is None else outcome.left
            self.case.goods = tuple(ReturnedGoods.model_validate(dict(goods)) for goods in outcome.goods)
            self.case.trusted, self.case.freight = outcome.trusted, outcome.freight
            if outcome.receiver is not None and outcome.receiver.address is not None:
                self.case.receiver = Addressee.model_validate(dict(outcome.receiver))
        if self.case.shop_pays_postage:
            self.do(
                PrepareReturnLabel(order=self.case.order_no, return_no=self.subject, to=self.case.address),
                then=self.label_ready,
            )
        self.say("return_instructions", to=self.case.address)

    @label_ready.on
    def send_label(self, outcome: WaybillBooked | None) -> None:
        if outcome is not None and outcome.waybill_no:
            self.say("return_label", waybill_no=outcome.waybill_no, carrier=outcome.carrier or "-")

    @no_shipment.on
    def tell_expiry(self) -> None:
        self.say("return_expired")

    @(parcel_in | late_parcel).on
    def tell_arrival(self) -> None:
        self.say("return_arrived")

    @lost_return.on
    def tell_loss(self, form: LostReturn) -> None:
        value = self.case.value
        self.require(
            is_within(form.declared_value, value), "The goods cost {value}.", "declared_value", value=value
        )
        self.say("return_lost")

    # --- inspection

    @(pass_inspection | fail_inspection | inspect_late).on
    def compare_with_request(self, form: Inspection) -> None:
        """A parcel with less in it than was to come back doesn't pass."""
        found, wanted = per_line(form.lines), per_line(self.case.lines)
        self.require(found <= wanted, "Must not be more than was to come back.", "lines")
        self.case.inspected = form.lines
        if form.fault_owner == "supplier":
            self.do(
                KeepRecord(
                    book="supplier_faults",
                    entry=self.subject,
                    data={
                        "order_no": self.case.order_no,
                        "goods": [row.model_dump(mode="json") for row in self.case.goods],
                        "note": form.note,
                    },
                )
            )

    @pass_inspection.on
    def whole_or_our_fault(self, form: Inspection) -> None:
        complete = per_line(form.lines) == per_line(self.case.lines)
        self.require(complete, "Must add up to the lines that were to come back.", "lines")
        whole = all(line.condition not in UNFIT for line in form.lines)
        self.require(
            whole or form.fault_owner != "customer", "Goods that the customer spoilt don't pass.", "lines"
        )

    @fail_inspection.on
    def show(self, form: Inspection) -> None:
        self.require(form.photos, "Show what is wrong.", "photos")
        self.say("return_not_accepted", why=form.note or "-")

    @waive.on
    def limit_goodwill(self, form: ReturnWaiver) -> None:
        self.require(
            self.policy.may_grant(self.actor.roles, form.extra_cost + (self.case.given_before or NOTHING)),
            "{extra_cost} is above your limit: it needs the next approver up.",
            "extra_cost",
            extra_cost=form.extra_cost,
        )

    @waiver_beyond_limit.on
    def learn_what_was_given(self, outcome: BeyondLimit | None) -> None:
        if outcome is not None:
            self.case.given_before = outcome.given

    @(refuse_return | negotiation_timeout).on
    def tell_refusal(self) -> None:
        self.say("return_goes_back")

    @goods_sent_back.on
    def send_goods_back(self, form: SentBack) -> None:
        order, label = self.case.order_no, label_to(self.case.receiver)
        self.do(BookWaybill(order=order, carrier=form.carrier, waybill_no=form.waybill_no, **label))
        self.say("return_sent_back", waybill_no=form.waybill_no)

    # --- the money

    @refund_pending.enter
    def pay_back(self) -> None:
        granted = self.case.extra_cost
        if self.came_from is self.negotiating and granted:
            self.do(
                AllowCompensation(
                    order=self.case.order_no,
                    amount=granted,
                    limit=self.policy.grant_limit(self.actor.roles),
                ),
                then=self.waiver_allowed,
                otherwise=self.waiver_beyond_limit,
            )
        else:
            self.pay_what_is_due()

    @waiver_allowed.on
    def pay_what_is_due(self) -> None:
        case = self.case
        if self.is_nothing_due():
            return
        if self.is_by_hand():
            self.tell(FINANCE, "pay_refund_by_hand", order=case.order_no, amount=case.due, account="-")
        else:
            self.do(
                PayRefund(order=case.order_no, amount=case.due, reason=case.reason),
                then=self.pay_refund,
                otherwise=self.refund_failed,
                **case.settlement,
            )

    @refund_failed.on
    def pay_less_or_ask_finance(self, outcome: RefundDeclined | None) -> None:
        """Where less is left of the order than is due, that much goes back by itself."""
        left = outcome.left if outcome is not None else None
        if left and self.case.payable is None and left < self.case.due:
            self.case.payable = self.case.left = left
            if self.came_from is self.refund_pending:
                self.pay_what_is_due()
            return
        self.case.by_hand = True
        why = outcome.reason if outcome is not None else "-"
        self.tell(
            FINANCE, "refund_failed", order=self.case.order_no, amount=self.case.due, account="-", why=why
        )

    @pay_refund.on
    def settle(self, form: ReturnPaid | None, outcome: RefundPaid | None) -> None:
        paid = form.total if form is not None else self.case.due
        left = self.case.left
        # the provider never pays more than can be refunded
        fits = left is None or outcome is not None or paid <= left
        self.require(fits, "Only {left} of the order can still be refunded.", "total", left=left)
        by_hand = paid_by_hand(form, self.actor.roles)
        if by_hand and paid:
            order, number, reason = self.case.order_no, by_hand.refund_no, self.case.reason
            self.do(RecordRefund(order=order, amount=paid, refund_no=number, reason=reason))
        if not self.is_instant():
            self.wind_up(paid)

    @instant_refund.on
    def pay_at_once(self) -> None:
        self.do(
            PayRefund(order=self.case.order_no, amount=self.case.due, reason=self.case.reason),
            otherwise=self.refund_failed,
        )
        self.wind_up(self.case.due)

    @platform_refund.on
    def note_ruling(self, form: RefundRuling | None) -> None:
        paid = (form.amount if form is not None else None) or self.case.value
        if paid:
            self.do(
                RecordRefund(
                    order=self.case.order_no,
                    amount=paid,
                    refund_no=(form.ruling_no if form is not None else "") or self.subject,
                    reason=self.case.reason,
                )
            )
            self.wind_up(paid)
        else:
            self.tell(FINANCE, "refund_ruled", order=self.case.order_no)

    def wind_up(self, paid: Money) -> None:
        """Take back the benefits that came with the money, and tell the customer."""
        if paid:
            self.do(ReverseBenefits(order=self.case.order_no, amount=paid))
            self.say("refund_paid", amount=paid, account="-")

    # --- the goods

    @restock_done.on
    def put_away(self, form: Placing) -> None:
        """What the inspection found binds: only what it found fit is for sale again."""
        expected = self.case.inspected if self.has_inspected() else self.case.lines
        self.require(
            per_line(form.placements) == per_line(expected), "Must equal what came back.", "placements"
        )
        self.require(
            not oversold(form.placements, self.case.inspected),
            "Only pieces that an inspection found fit are for sale again.",
            "placements",
        )
        if received := placed_receipts(form.placements, self.case.goods):
            self.do(ReceiveStock(reference=self.subject, lines=received))
        if len(received) < len(form.placements):
            self.tell(WAREHOUSE_SUPERVISOR, "count_by_hand", order=self.case.order_no)
        if self.is_postage_due():
            self.tell(FINANCE, "pay_postage", order=self.case.order_no, amount=self.case.postage_due)

    @pay_postage.on
    def tell_postage(self, form: PostagePaid) -> None:
        self.say("refund_paid", amount=self.case.postage_due, account=form.payment_no)

    @goods_never_came.on
    def claim_back(self) -> None:
        self.do(
            BookReceivable(
                order=self.case.order_no,
                amount=self.case.due,
                reason="The goods of an instant refund never came.",
            )
        )
        self.say("return_never_came", amount=self.case.due)

    def say(self, template: str, **data: object) -> None:
        data = {"order": self.case.order_no, **data}
        self.do(Message(to=self.case.order_no, template=template, data=as_text(**data)))

    def result(self) -> dict[str, object]:
        return {"order_no": self.case.order_no, "amount": self.case.due, "fault_owner": self.case.fault_owner}

    def book_entry(self) -> ReturnEntry:
        is_kept = self.stage is not None and self.stage.id in KEPT_BY_CUSTOMER
        comes = line_rows(per_line(self.case.inspected)) if self.has_inspected() else self.case.lines
        return ReturnEntry(order=self.case.order_no, lines=() if is_kept else comes)

    # --- what it starts

    @starts("lost_parcel_claim", on=lost_return)
    def claim(self) -> Opening:
        lost = "The parcel was lost on its way back to us."
        return lost_parcel_case(self.case.waybill_no, self.case.order_no, lost, self.case.declared_value)
