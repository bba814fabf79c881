"""Exchange (换货): take one item back and send another, settling any price difference.

Sources: 000-c 三; 000-d 五; 000-e 五3; 001-d 5; 001-l/t 驻厂人员 4; 001-t 二(四)2; 003 四4.2; 004-d 6; 004-g 客服 4.
The replacement ships as an order of its own, at no price, under the exchange's number; it is to leave within the same
time as any order (D8).
"""

from activities.carriers.contract import BookWaybill, PrepareReturnLabel, WaybillBooked
from activities.messages.contract import Message, as_text
from activities.money.contract import (
    ChargeDifference,
    PayRefund,
    RecordPayment,
    RecordRefund,
    ReverseBenefits,
    paid_by_hand,
)
from activities.orders.contract import (
    Addressee,
    InspectedLine,
    ReplacementReserved,
    ReserveReplacement,
    ReturnedGoods,
    ReturnEntry,
)
from activities.registers.contract import KeepRecord
from activities.stock.contract import ReceiveStock
from workflows.vocabulary import *

SHIP_TARGET = hours(24)  # 001-t 二(四)2, as for any order
SHIP_LIMIT = hours(48)  # 001-t 二(四)2
KEPT_BY_CUSTOMER = frozenset({"expired", "cancelled", "aborted"})
"""The ends in which no goods have come back."""

# --- what is asked


class Authorisation(Form):
    order_no: Order
    lines: Some[LineQty]
    reason: Remark = ""
    shop_pays_postage: bool = False
    wanted: FormRows[SkuQty] = ()
    """What is to come instead; the same goods where it is empty."""
    are_here: bool = False
    """The old goods are with the shop already, after a repair."""


class ExchangeCase(Case, ExchangeMoney):
    order_no: Order
    lines: Some[LineQty]
    reason: Remark = ""
    shop_pays_postage: bool = False
    wanted: FormRows[SkuQty] = ()
    are_here: bool = False
    old_goods: Literal["come_back", "stay"] = "come_back"
    goods: FormRows[ReturnedGoods] = ()
    inspected: FormRows[InspectedLine] = ()
    location: Location | None = None
    receiver: Addressee | None = None
    trusted: bool = False
    amount: Paid | None = None
    waybill_no: Code | None = None
    postage: Price = NOTHING
    declared_value: Price = NOTHING

    @property
    def instead_due(self) -> Money | None:
        """What the customer gets in place of other goods."""
        return self.amount or self.goods_value


# --- the procedure


class Exchange(Procedure):
    """Take one item back and send another, settling any price difference."""

    key = "exchange"
    case: ExchangeCase
    about = ("lines", "wanted", "reason")
    papers = {Paper.RETURN_SLIP: ("reason", "wanted"), Paper.LABEL: ()}
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    authorised = Stage(
        role=AFTER_SALES, due=hours(24), tell={hours(24): AFTER_SALES, hours(48): CS_SUPERVISOR}
    )
    replacement_reserved = Stage(role=AFTER_SALES)
    awaiting_shipment = Stage(role=CUSTOMER, due=days(7), tell={days(5): CUSTOMER})
    in_return_transit = Stage(role=WAREHOUSE_KEEPER | LOGISTICS, due=days(10), tell=LOGISTICS | AFTER_SALES)
    received = Stage(role=QC)
    inspecting = Stage(role=QC, ways_equal=True)
    difference_pending = Stage(role=FINANCE, due=hours(48), tell=AFTER_SALES)
    replacement_shipping = Stage(role=WAREHOUSE_KEEPER)
    awaiting_old_goods = Stage(
        role=WAREHOUSE_KEEPER, due=days(14), tell={days(7): CUSTOMER, days(14): CS_SUPERVISOR}
    )
    converted_to_refund = Stage(role=FINANCE)
    negotiating = Stage(role=AFTER_SALES | CS_SUPERVISOR, due=hours(72), tell=CS_SUPERVISOR)
    sending_back = Stage(role=LOGISTICS, due=hours(48), tell=AFTER_SALES)
    completed = Stage(final=True)
    completed_with_loss = Stage(final=True)
    cancelled = Stage(final=True, undo=True)
    expired = Stage(final=True, undo=True)
    closed_refunded = Stage(final=True, undo=True)

    # the replacement                                                                001-d 5, 001-t 二(四)2
    authorise = new.to(authorised, form=Authorisation)
    reserve_replacement = authorised.to(replacement_reserved)
    try_again = authorised.stay(by=AFTER_SALES, main=True)
    replacement_missing = authorised.to(converted_to_refund, by=AFTER_SALES, form=InsteadChoice)
    ship_first = (replacement_reserved | in_return_transit).to(
        replacement_shipping, by=AFTER_SALES, form=ShipFirst, when="is_safe_to_ship_first"
    )  # 004-g 客服 4

    # the old goods                                                                  000-e 五3
    goods_are_here = replacement_reserved.to(received, as_soon_as="is_here")
    send_instructions = replacement_reserved.to(
        awaiting_shipment, as_soon_as="not is_here and not is_safe_to_ship_first"
    ) | replacement_reserved.to(awaiting_shipment, by=AFTER_SALES, after=hours(4), main=True)
    customer_ships = awaiting_shipment.to(
        in_return_transit, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Posted, main=True
    )
    label_ready = awaiting_shipment.stay()
    no_shipment = awaiting_shipment.to(expired, after=days(7))
    parcel_in = awaiting_shipment.to(
        received, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=OldGoodsHere
    ) | in_return_transit.to(received, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=OldGoodsHere, main=True)
    lost_return = in_return_transit.to(difference_pending, by=LOGISTICS, form=LostReturn, when="is_our_label")
    start_inspection = received.to(inspecting, by=QC, form=Inspector, main=True)
    inspect_ok = (received | inspecting).to(difference_pending, by=QC, form=OldGoodsInspection)
    inspect_bad = inspecting.to(negotiating, by=QC, form=OldGoodsInspection)
    agree_terms = negotiating.to(difference_pending, by=AFTER_SALES, form=ExchangeTerms, main=True)
    to_refund = negotiating.to(converted_to_refund, by=AFTER_SALES | CS_SUPERVISOR, form=ToRefund)
    refuse = negotiating.to(
        sending_back, by=AFTER_SALES | CS_SUPERVISOR, form=Reason, when="has_pieces_here and not has_failed"
    ) | negotiating.to(
        cancelled, by=AFTER_SALES | CS_SUPERVISOR, form=Reason, when="not has_pieces_here and not has_failed"
    )
    goods_sent_back = sending_back.to(cancelled, by=LOGISTICS, form=SentBack)
    withdraw = (authorised | replacement_reserved | awaiting_shipment).to(
        cancelled, by=CUSTOMER, heard_by=AFTER_SALES | CS_AGENT, form=Withdrawal
    )

    # the difference
    settle_difference = (
        difference_pending.to(replacement_shipping, as_soon_as="is_even", form=DifferenceSettled)
        | difference_pending.to(
            replacement_shipping, by=PAYMENT_FEED, form=DifferenceSettled, on="payment.charge.paid"
        )
        | difference_pending.to(
            replacement_shipping, by=PAYMENT_FEED | FINANCE, form=DifferenceSettled, when="is_by_hand"
        )
    )
    difference_declined = difference_pending.stay()
    difference_unpaid = difference_pending.to(converted_to_refund, after=hours(48), when="is_customers_debt")

    # the new goods
    handed_over = replacement_shipping.stay()
    replacement_signed = replacement_shipping.to(completed, when="has_old_goods")
    first_signed = replacement_shipping.to(awaiting_old_goods, when="not has_old_goods")
    replacement_failed = replacement_shipping.to(negotiating)
    old_goods_in = awaiting_old_goods.to(
        completed, by=WAREHOUSE_KEEPER, form=OldGoods
    ) | replacement_shipping.stay(by=WAREHOUSE_KEEPER, form=OldGoods, when="not has_old_goods")
    old_goods_never = awaiting_old_goods.to(completed_with_loss, after=days(14))

    # money instead                                                                  001-t 二(四)2
    refund_instead = converted_to_refund.to(
        closed_refunded, by=PAYMENT_FEED | FINANCE, form=PaidInstead, when="not is_refund_under_way"
    )
    return_settled = converted_to_refund.to(closed_refunded)
    goods_kept = converted_to_refund.to(cancelled)

    inspection_limit = Deadline(
        hours(24), since=parcel_in, until=inspect_ok | inspect_bad, tell=WAREHOUSE_SUPERVISOR
    )
    ship_limit = Deadline(
        SHIP_LIMIT,
        since=inspect_ok | agree_terms,
        until=handed_over | replacement_signed | difference_unpaid,
        paused_in=difference_pending,
        tell={SHIP_TARGET: WAREHOUSE_SUPERVISOR, SHIP_LIMIT: OPS_MANAGER},
    )

    kpis = (
        count(authorise),
        elapsed(authorise, replacement_signed | first_signed),
        share(replacement_missing | difference_unpaid | to_refund, of=authorise),
        count(settle_difference),
        share(old_goods_never, of=ship_first),
    )

    # --- rules

    def is_safe_to_ship_first(self) -> bool:
        """The customer is trusted or has posted the parcel, the shop is at fault, and the price is the same."""
        fair = self.case.shop_pays_postage and self.case.trusted
        return self.is_even() and (fair or self.has_happened(self.customer_ships))

    def is_here(self) -> bool:
        """The old goods are with the shop already."""
        return self.case.are_here

    def has_pieces_here(self) -> bool:
        """Something of the old goods is here to be sent back."""
        return bool(self.case.inspected)

    def is_our_label(self) -> bool:
        """The shop bought the label."""
        return self.case.shop_pays_postage

    def is_even(self) -> bool:
        """There is no difference to settle."""
        return self.case.difference == NOTHING

    def is_customers_debt(self) -> bool:
        """The customer owes the difference."""
        return self.case.difference > NOTHING

    def is_by_hand(self) -> bool:
        """The provider declined, so that finance settles it by another way."""
        return self.has_happened(self.difference_declined)

    def has_old_goods(self) -> bool:
        """The old goods have arrived, or were lost on a label that the shop bought."""
        back = (self.parcel_in, self.old_goods_in, self.lost_return)
        return self.case.are_here or any(self.has_happened(event) for event in back)

    def has_failed(self) -> bool:
        """A replacement did not reach the customer."""
        return self.has_happened(self.replacement_failed)

    def is_refund_under_way(self) -> bool:
        """A refund case or a return pays the money back."""
        return self.children(self.money_back).any_running or self.children(self.ask_back).any_running

    # --- the replacement

    @(authorise | try_again).on
    def reserve(self) -> None:
        self.do(
            ReserveReplacement(
                order=self.case.order_no,
                replacement=self.replacement_no,
                lines=self.case.lines,
                wanted=self.case.wanted,
            ),
            then=self.reserve_replacement,
        )

    @reserve_replacement.on
    def learn(self, outcome: ReplacementReserved | None) -> None:
        books = outcome or ReplacementReserved()
        self.case.goods = tuple(ReturnedGoods.model_validate(dict(goods)) for goods in books.goods)
        self.case.receiver = Addressee.model_validate(dict(books.receiver)) if books.receiver else None
        self.case.old_value, self.case.new_value, self.case.trusted = (
            books.value,
            books.new_value,
            books.trusted,
        )

    @ship_first.on
    def hold_deposit(self, form: ShipFirst) -> None:
        self.require(form.approver != self.actor.id, "It must be somebody else, not you.", "approver")
        worth_it, value = is_within(form.deposit_held, self.case.goods_value), self.case.goods_value
        self.require(worth_it, "The goods are worth {value}.", "deposit_held", value=value)
        if form.deposit_held:
            self.do(ChargeDifference(order=self.case.order_no, amount=form.deposit_held, reason="Deposit"))

    # --- the old goods

    @send_instructions.on
    def instruct(self) -> None:
        to = self.policy.returns_to
        if self.case.shop_pays_postage:
            self.do(
                PrepareReturnLabel(order=self.case.order_no, return_no=self.subject, to=to),
                then=self.label_ready,
            )
        self.say("return_instructions", to=to)

    @label_ready.on
    def send_label(self, outcome: WaybillBooked | None) -> None:
        if outcome is not None and outcome.waybill_no:
            self.say("return_label", waybill_no=outcome.waybill_no, carrier=outcome.carrier or "-")

    @(no_shipment | goods_kept).on
    def tell_expiry(self) -> None:
        self.say("exchange_ended")

    @(inspect_ok | inspect_bad).on
    def compare_with_request(self, form: OldGoodsInspection) -> None:
        self.compare(form.lines)
        self.case.inspected, self.case.location = form.lines, form.location

    def compare(self, rows: tuple[InspectedLine, ...]) -> None:
        more = per_line(rows) - per_line(self.case.lines)
        self.require(not more, "Must not be more than was to come back.", "lines")

    @inspect_ok.on
    def all_is_there(self, form: OldGoodsInspection) -> None:
        less = per_line(self.case.lines) - per_line(form.lines)
        self.require(not less, "Must add up to the lines that were to come back.", "lines")
        self.put_away()

    def put_away(self) -> None:
        self.receive(self.case.inspected, self.case.location)

    def receive(self, rows: tuple[InspectedLine, ...], location: str | None, into: str = "") -> None:
        """Each piece in its own condition, where it left from or where it was said."""
        if found := inspected_receipts(rows, self.case.goods, location=location, into=into):
            self.do(ReceiveStock(reference=self.subject, lines=found))

    @inspect_bad.on
    def explain(self, form: OldGoodsInspection) -> None:
        self.require(form.note, "Say what is wrong.", "note")
        self.say("return_not_accepted", why=form.note)

    @agree_terms.on
    def limit_fee(self, form: ExchangeTerms) -> None:
        value = self.case.goods_value
        self.require(is_within(form.fee, value), "The goods are worth {value}.", "fee", value=value)

    @(agree_terms | to_refund).on
    def keep_as_it_is(self) -> None:
        if not self.has_failed():  # else they were put away before the replacement left
            self.put_away()

    @old_goods_in.on
    def take_in(self, form: OldGoods) -> None:
        """Nobody has inspected them: what looks as new waits for that before it is sold."""
        rows = form.rows(self.case.lines)
        self.compare(rows)
        self.receive(uninspected(rows), form.location, form.bin)
        self.undo(ChargeDifference)  # the deposit
        if any(row.condition == "as_new" for row in rows):
            self.tell(QC, "old_goods_to_inspect", order=self.case.order_no, bin=form.bin)

    @old_goods_never.on
    def book_loss(self) -> None:
        loss = self.case.old_value - self.case.deposit_held
        self.make_permanent(ChargeDifference)
        self.do(
            KeepRecord(
                book="losses",
                entry=self.subject,
                data={"order_no": self.case.order_no, "amount": loss.model_dump(mode="json")},
            )
        )

    @refuse.on
    def tell_refusal(self) -> None:
        self.say("return_goes_back" if self.has_pieces_here() else "exchange_ended")

    @goods_sent_back.on
    def send_back(self, form: SentBack) -> None:
        order, label = self.case.order_no, label_to(self.case.receiver)
        self.do(BookWaybill(order=order, carrier=form.carrier, waybill_no=form.waybill_no, **label))
        self.make_permanent(BookWaybill)
        self.say("return_sent_back", waybill_no=form.waybill_no)

    # --- the difference

    @difference_pending.enter
    def settle(self) -> None:
        case, difference = self.case, self.case.difference
        known = {"old_value": case.old_value, "new_value": case.price, "difference": difference}
        if difference > NOTHING:
            self.do(
                ChargeDifference(order=case.order_no, amount=difference, reason="Exchange"),
                then=self.settle_difference,
                otherwise=self.difference_declined,
                settled_by="pay_link",
                **known,
            )
        elif difference < NOTHING:
            self.do(
                PayRefund(order=case.order_no, amount=-difference, reason="Exchange"),
                then=self.settle_difference,
                otherwise=self.difference_declined,
                settled_by="refund",
                **known,
            )

    @difference_declined.on
    def ask_finance(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(FINANCE, "difference_declined", amount=self.case.difference, why=why)

    @settle_difference.on
    def write_down(self, form: DifferenceSettled | None) -> None:
        difference = self.case.difference
        if difference < NOTHING:
            self.case.refunded = -difference
        if not paid_by_hand(form, self.actor.roles):
            return
        order = self.case.order_no
        if difference > NOTHING:
            self.case.added = difference
            self.do(RecordPayment(order=order, amount=difference, method="by hand"))
        elif difference < NOTHING:
            number = self.subject
            self.do(RecordRefund(order=order, amount=-difference, refund_no=number, reason="Exchange"))

    # --- the new goods

    @(settle_difference | ship_first).on
    def announce(self) -> None:
        self.say("replacement_under_way")

    @replacement_failed.on
    def take_back(self) -> None:
        self.undo(ChargeDifference, ReserveReplacement)
        self.case.old_value += self.case.added - self.case.refunded
        self.case.added = self.case.refunded = self.case.deposit_held = NOTHING
        self.tell(AFTER_SALES, "replacement_failed", order=self.case.order_no)

    @refund_instead.on
    def write_refund_down(self, form: PaidInstead | None) -> None:
        by_hand = paid_by_hand(form, self.actor.roles)
        if by_hand and by_hand.amount:
            order, paid, number = self.case.order_no, by_hand.amount, by_hand.refund_no
            self.do(RecordRefund(order=order, amount=paid, refund_no=number, reason="Exchange"))
            self.do(ReverseBenefits(order=order, amount=paid))

    @property
    def replacement_no(self) -> str:
        """The number of the order that ships the replacement: the exchange's own, unless an earlier one failed."""
        return self.next_subject if self.has_failed() else self.subject

    def say(self, template: str, **data: object) -> None:
        data = {"order": self.case.order_no, **data}
        self.do(Message(to=self.case.order_no, template=template, data=as_text(**data)))

    def result(self) -> dict[str, object]:
        return {"order_no": self.case.order_no, "refused": self.has_happened(self.refuse)}

    def book_entry(self) -> ReturnEntry:
        """A return that takes the goods back instead, or a repair that has them, says so itself."""
        is_kept = self.stage is not None and self.stage.id in KEPT_BY_CUSTOMER
        elsewhere = self.has_happened(self.replacement_missing) and not self.case.are_here
        return ReturnEntry(order=self.case.order_no, lines=() if is_kept or elsewhere else self.case.lines)

    # --- what it starts

    @starts(
        "order_fulfilment",
        on=settle_difference | ship_first,
        ends={
            "shipped": handed_over,
            "delivered": replacement_signed | first_signed,
            "completed": replacement_signed | first_signed,
            "cancelled": replacement_failed,
            "closed_returned": replacement_failed,
            "closed_lost": replacement_failed,
        },
    )
    def ship(self) -> Opening:
        goods = self.case.wanted or self.case.goods
        return replacement_case(self.replacement_no, self.case.order_no, self.case.receiver, goods)

    @starts(
        "return_refund",
        on=replacement_missing,
        ends={
            "closed": return_settled,
            "expired": goods_kept,
            "cancelled": goods_kept,
            "sent_back_closed": goods_kept,
        },
    )
    def ask_back(self) -> Opening | None:
        """Without a replacement the customer sends the goods back for their money, unless a person says otherwise."""
        if self.case.old_goods == "stay" or self.case.are_here:
            return None
        return opening(
            self.next_subject,
            order_no=self.case.order_no,
            lines=self.case.lines,
            reason=self.case.reason or "Out of stock",
            shop_pays_postage=True,
            address=self.policy.returns_to,
        )

    @starts(
        "refund_only",
        on=replacement_missing | difference_unpaid | to_refund,
        ends={"refunded": refund_instead},
    )
    def money_back(self) -> Opening | None:
        """Goods that are back are owed for; where the customer keeps them, it is granted."""
        missing = self.has_happened(self.replacement_missing)
        if missing and self.case.old_goods == "come_back" and not self.case.are_here:
            return None
        source = "returned" if self.has_old_goods() else "quality"
        due, lines = self.case.instead_due, self.case.lines
        return refund_case(self.next_subject, source, self.case.order_no, due, lines=lines)

    @starts("lost_parcel_claim", on=lost_return)
    def claim(self) -> Opening:
        lost = "The parcel was lost on its way back to us."
        return lost_parcel_case(self.case.waybill_no, self.case.order_no, lost, self.case.declared_value)
