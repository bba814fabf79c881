"""Return and refund (退货退款): take goods back, check them, put them where they belong and return the money.

Sources: 000-d 五; 000-e 五2-3; 001-d 5; 001-e 第七条; 001-k 2.2.6, 3.1.4; 001-l/t 驻厂人员 4; 003 四4.2; 004-d 6;
004-g 客服 4; 002-b 四1. Who pays the postage was settled by the request (D10); the payment provider returns the money,
finance by hand only where that fails (D24).
"""

from activities.carriers.contract import BookWaybill, PrepareReturnLabel
from activities.messages.contract import Message, as_text
from activities.money.contract import (
    BookReceivable,
    PayRefund,
    RecordRefund,
    RefundPaid,
    ReverseBenefits,
    paid_by_hand,
)
from activities.orders.contract import InspectedLine, LinesQuoted, QuoteReturn, ReturnedGoods, ReturnEntry
from activities.registers.contract import KeepRecord
from activities.stock.contract import Disposition, Receipt, ReceiveStock
from workflows.vocabulary import *

LOW_VALUE = yuan(200)  # up to this value a trusted member's money goes back at the first scan; default
UNFIT = ("damaged", "missing_parts", "wrong_item")

Party = Literal["customer", "shop", "carrier", "supplier"]
PackageState = Literal["intact", "opened", "crushed"]

KEPT_BY_CUSTOMER = frozenset({"expired", "cancelled", "sent_back_closed", "aborted"})
"""The ends in which no goods have come back."""

# --- what is asked


class Authorisation(Form):
    order_no: Order
    lines: Some[LineQty]
    reason: Text
    shop_pays_postage: bool
    address: Address


class Sent(Form):
    carrier: Text
    waybill_no: Keep[Code]
    shipped_at: Day
    photo: Photos = ()


class ParcelIn(Form):
    waybill_no: Keep[Code]
    package_state: PackageState
    received_at: Moment


class LateParcel(Form):
    waybill_no: Keep[Code]
    package_state: PackageState
    received_at: Moment
    note: Remark = ""


class Inspection(Form):
    lines: Some[InspectedLine]
    photos: Photos = ()
    fault_owner: Keep[Party]
    note: Remark = ""


class Deduction(Form):
    deduction: Keep[Price]
    reason: Text
    customer_agrees: Ticked


class Waiver(Form):
    extra_cost: Price
    approval_note: Text


class SentBack(Form):
    carrier: Carrier
    waybill_no: Code
    freight_payer: Literal["customer", "shop"]


class Refund(Form):
    goods_amount: Price
    freight_refund: Price = NOTHING
    deduction: Price = NOTHING
    total: Price
    route: Literal["original", "manual"]
    refund_no: Text

    def problems(self) -> Problems:
        if self.total != self.goods_amount + self.freight_refund - self.deduction:
            yield "total", "Must be goods and freight, less the deduction."


class Ruling(Form):
    amount: Paid | None = None
    ruling_no: Remark = ""


class Placed(FormRow):
    line: Qty
    qty: Qty
    location: Location
    disposition: Literal["sellable", "repair", "supplier_return", "scrap"]


class Restock(Form):
    placements: Some[Placed]


class ReturnCase(Case):
    order_no: Order
    lines: Some[LineQty]
    reason: Text
    shop_pays_postage: bool
    address: Address
    waybill_no: Code | None = None
    declared_value: Price = NOTHING
    value: Price | None = None
    """What was paid for the goods; None where the books can't tell."""
    left: Price | None = None
    """What can still be refunded of the order; None where the books can't tell."""
    goods: FormRows[ReturnedGoods] = ()
    trusted: bool = False
    inspected: FormRows[LineQty] = ()
    fault_owner: Party | None = None
    deduction: Price = NOTHING

    @property
    def due(self) -> Money:
        """What the customer gets back."""
        return (self.value or NOTHING) - self.deduction


# --- the procedure


class ReturnRefund(Procedure):
    """Take goods back, check them, put them where they belong and return the money."""

    key = "return_refund"
    case: ReturnCase

    new = Entry()
    authorised = Stage()
    awaiting_shipment = Stage(role=CUSTOMER, due=days(7), tell={days(5): CUSTOMER})
    in_return_transit = Stage(role=WAREHOUSE_KEEPER | LOGISTICS, due=days(10), tell=LOGISTICS | AFTER_SALES)
    received = Stage(role=QC | WAREHOUSE_KEEPER)
    inspecting = Stage(role=QC)
    refund_pending = Stage(role=FINANCE, due=hours(24), tell=FINANCE | OPS_MANAGER)
    negotiating = Stage(role=AFTER_SALES | CS_SUPERVISOR)
    partial_agreed = Stage(role=AFTER_SALES)
    send_back = Stage(role=LOGISTICS)
    refunded = Stage(role=WAREHOUSE_KEEPER)
    closed = Stage(final=True)
    expired = Stage(final=True, undo=True)
    cancelled = Stage(final=True, undo=True)
    sent_back_closed = Stage(final=True)

    # the way back                                                                   000-e 五2-3
    authorise = new.to(authorised, form=Authorisation)
    send_instructions = authorised.to(awaiting_shipment)
    customer_ships = awaiting_shipment.to(in_return_transit, by=CUSTOMER, form=Sent)
    no_shipment = awaiting_shipment.to(expired, after=days(7))
    cancel_return = (authorised | awaiting_shipment).to(cancelled, by=CUSTOMER, form=Withdrawal)
    parcel_in = (awaiting_shipment | in_return_transit).to(
        received, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=ParcelIn
    )
    lost_return = in_return_transit.to(refund_pending, by=LOGISTICS, form=LostReturn, when="is_our_label")

    # inspection                                                                     000-e 五3, 002-b 四1
    start_inspection = received.to(inspecting, by=QC | WAREHOUSE_KEEPER, form=Inspector)
    pass_inspection = inspecting.to(refund_pending, by=QC, form=Inspection)
    fail_inspection = inspecting.to(negotiating, by=QC, form=Inspection)
    agree_partial = negotiating.to(partial_agreed, by=AFTER_SALES, form=Deduction)
    partial_to_refund = partial_agreed.to(refund_pending, by=AFTER_SALES, form=Deduction)
    refuse_return = negotiating.to(send_back, by=AFTER_SALES, form=Reason)
    waive = negotiating.to(refund_pending, by=CS_SUPERVISOR | OPS_MANAGER | GM, form=Waiver)
    negotiation_timeout = negotiating.to(send_back, after=hours(72))
    goods_sent_back = send_back.to(sent_back_closed, by=LOGISTICS, form=SentBack)

    # the money                                                                      001-k 2.2.6
    pay_refund = refund_pending.to(
        refunded, by=PAYMENT_FEED, form=Refund, on="payment.refund.paid", when="not is_by_hand"
    ) | refund_pending.to(
        refunded,
        by=PAYMENT_FEED | FINANCE,
        form=Refund,
        when="is_by_hand",
        other_than=(pass_inspection, waive),
    )
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
        refunded, by=PLATFORM_FEED, form=Ruling, on="platform.refund.ruled"
    )

    # the goods                                                                      000-e 五3
    restock_done = refunded.to(closed, by=WAREHOUSE_KEEPER, form=Restock, when="has_parcel")
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
        until=pay_refund | platform_refund | goods_sent_back,
        tell=OPS_MANAGER,
    )
    restock_limit = Deadline(
        hours(24),
        since=pay_refund | platform_refund | late_parcel,
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
        failed = self.has_happened(self.refund_failed)
        return failed or self.case.value is None or self.case.due <= NOTHING

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
            self.case.trusted = outcome.trusted
        if self.case.shop_pays_postage:
            self.do(
                PrepareReturnLabel(order=self.case.order_no, return_no=self.subject, to=self.case.address)
            )
        self.say("return_instructions", to=self.case.address)

    @(parcel_in | late_parcel).on
    def tell_arrival(self) -> None:
        self.say("return_arrived")

    @lost_return.on
    def tell_loss(self) -> None:
        self.say("return_lost")

    # --- inspection

    @(pass_inspection | fail_inspection).on
    def compare_with_request(self, form: Inspection) -> None:
        """A parcel with less in it than was to come back doesn't pass."""
        found, wanted = per_line(form.lines), per_line(self.case.lines)
        self.require(found <= wanted, "Must not be more than was to come back.", "lines")
        self.case.inspected = line_rows(found)
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

    @(agree_partial | partial_to_refund).on
    def limit_deduction(self, form: Deduction) -> None:
        value = self.case.value
        self.require(value is None or form.deduction <= value, f"The goods cost {value}.", "deduction")

    @waive.on
    def limit_goodwill(self, form: Waiver) -> None:
        self.require(
            self.policy.may_grant(self.actor.roles, form.extra_cost),
            f"{form.extra_cost} is above your limit: it needs the next approver up.",
            "extra_cost",
        )

    @goods_sent_back.on
    def send_goods_back(self, form: SentBack) -> None:
        self.do(BookWaybill(order=self.case.order_no, carrier=form.carrier, waybill_no=form.waybill_no))
        self.say("return_sent_back", waybill_no=form.waybill_no)

    # --- the money

    @refund_pending.enter
    def pay_back(self) -> None:
        if self.is_by_hand():
            self.tell(
                FINANCE, "pay_refund_by_hand", order=self.case.order_no, amount=self.case.due, account="-"
            )
        else:
            self.do(
                PayRefund(order=self.case.order_no, amount=self.case.due, reason=self.case.reason),
                then=self.pay_refund,
                otherwise=self.refund_failed,
                goods_amount=self.case.value,
                deduction=self.case.deduction,
                total=self.case.due,
                route="original",
            )

    @refund_failed.on
    def ask_finance(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(
            FINANCE, "refund_failed", order=self.case.order_no, amount=self.case.due, account="-", why=why
        )

    @pay_refund.on
    def settle(self, form: Refund | None, outcome: RefundPaid | None) -> None:
        paid = form.total if form is not None else self.case.due
        left = self.case.left
        # the provider never pays more than can be refunded
        fits = left is None or outcome is not None or paid <= left
        self.require(fits, f"Only {left} of the order can still be refunded.", "total")
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
    def note_ruling(self, form: Ruling | None) -> None:
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
    def put_away(self, form: Restock) -> None:
        expected = self.case.inspected or self.case.lines
        self.require(
            per_line(form.placements) == per_line(expected), "Must equal what came back.", "placements"
        )
        skus = {row.line: row.sku for row in self.case.goods}
        known = [placed for placed in form.placements if placed.line in skus]
        if known:
            self.do(
                ReceiveStock(
                    reference=self.subject,
                    lines=tuple(
                        Receipt(
                            sku=skus[placed.line],
                            qty=placed.qty,
                            disposition=Disposition(placed.disposition),
                            location=placed.location,
                        )
                        for placed in known
                    ),
                )
            )
        if len(known) < len(form.placements):
            self.tell(WAREHOUSE_SUPERVISOR, "count_by_hand", order=self.case.order_no)

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
        return ReturnEntry(order=self.case.order_no, lines=() if is_kept else self.case.lines)

    # --- what it starts

    @starts("lost_parcel_claim", on=lost_return)
    def claim(self) -> Opening:
        lost = "The parcel was lost on its way back to us."
        return lost_parcel_case(self.case.waybill_no, self.case.order_no, lost, self.case.declared_value)
