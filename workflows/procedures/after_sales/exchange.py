"""Exchange (换货): take one item back and send another, settling any price difference.

Sources: 000-c 三; 000-d 五; 000-e 五3; 001-d 5; 001-l/t 驻厂人员 4; 001-t 二(四)2; 003 四4.2; 004-d 6; 004-g 客服 4.
The replacement ships as an order of its own, at no price, under the exchange's number; it is to leave within the same
time as any order (D8).
"""

from activities.carriers.contract import PrepareReturnLabel
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
from activities.stock.contract import Disposition, Receipt, ReceiveStock
from workflows.vocabulary import *

SHIP_TARGET = hours(24)  # 001-t 二(四)2, as for any order
SHIP_LIMIT = hours(48)  # 001-t 二(四)2
BECOMES = {
    "as_new": Disposition.SELLABLE,
    "opened": Disposition.QUARANTINE,
    "damaged": Disposition.DEFECTIVE,
    "missing_parts": Disposition.DEFECTIVE,
    "wrong_item": Disposition.QUARANTINE,
}

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


class Choice(Form):
    customer_choice: Literal["refund", "wait"]

    def problems(self) -> Problems:
        if self.customer_choice == "wait":
            yield "customer_choice", "To wait for the goods, leave the case here and reserve again later."


class ShipFirst(Form):
    approver: User
    deposit_held: Keep[Price] = NOTHING
    reason: Text


class Sent(Form):
    carrier: Text
    waybill_no: Keep[Code]


class ParcelIn(Form):
    package_state: Literal["intact", "opened", "crushed"]
    received_at: Moment


class Inspection(Form):
    lines: Some[InspectedLine]
    photos: Photos = ()
    note: Remark = ""


class Terms(Form):
    fee: Keep[Price]
    customer_agrees: Ticked


class ToRefund(Form):
    reason: Text
    amount: Keep[Paid]


class Settlement(Form):
    old_value: Price
    new_value: Price
    difference: Money
    settled_by: Literal["pay_link", "refund", "none"]

    def problems(self) -> Problems:
        if self.difference != self.new_value - self.old_value:
            yield "difference", "Must be the new value less the old."


class RefundPaid(Form):
    refund_no: Text
    amount: Price


class OldGoods(Form):
    condition: Literal["as_new", "opened", "damaged", "wrong_item"]
    bin: Bin


class ExchangeCase(Case):
    order_no: Order
    lines: Some[LineQty]
    reason: Remark = ""
    shop_pays_postage: bool = False
    wanted: FormRows[SkuQty] = ()
    goods: FormRows[ReturnedGoods] = ()
    inspected: FormRows[InspectedLine] = ()
    receiver: Addressee | None = None
    trusted: bool = False
    old_value: Price = NOTHING
    """What the customer paid for the old goods and hasn't got back."""
    new_value: Price = NOTHING
    refunded: Price = NOTHING
    """What went back because the new goods cost less."""
    added: Price = NOTHING
    """What finance took in by hand because the new goods cost more."""
    fee: Price = NOTHING
    """What the customer adds because the old goods were not as they should be."""
    deposit_held: Price = NOTHING
    amount: Paid | None = None
    waybill_no: Code | None = None
    declared_value: Price = NOTHING

    @property
    def price(self) -> Money:
        """What the customer pays for the new goods, all in all."""
        return self.new_value + self.fee

    @property
    def difference(self) -> Money:
        """What the customer owes; less than zero where the shop does."""
        return self.price - self.old_value


# --- the procedure


class Exchange(Procedure):
    """Take one item back and send another, settling any price difference."""

    key = "exchange"
    case: ExchangeCase

    new = Entry()
    authorised = Stage(
        role=AFTER_SALES, due=hours(24), tell={hours(24): AFTER_SALES, hours(48): CS_SUPERVISOR}
    )
    replacement_reserved = Stage(role=AFTER_SALES)
    awaiting_shipment = Stage(role=CUSTOMER, due=days(7), tell={days(5): CUSTOMER})
    in_return_transit = Stage(role=WAREHOUSE_KEEPER | LOGISTICS, due=days(10), tell=LOGISTICS | AFTER_SALES)
    received = Stage(role=QC)
    inspecting = Stage(role=QC)
    difference_pending = Stage(role=FINANCE, due=hours(48), tell=AFTER_SALES)
    replacement_shipping = Stage(role=WAREHOUSE_KEEPER)
    awaiting_old_goods = Stage(
        role=WAREHOUSE_KEEPER, due=days(14), tell={days(7): CUSTOMER, days(14): CS_SUPERVISOR}
    )
    converted_to_refund = Stage(role=FINANCE)
    negotiating = Stage(role=AFTER_SALES | CS_SUPERVISOR, due=hours(72), tell=CS_SUPERVISOR)
    completed = Stage(final=True)
    completed_with_loss = Stage(final=True)
    cancelled = Stage(final=True, undo=True)
    expired = Stage(final=True, undo=True)
    closed_refunded = Stage(final=True, undo=True)

    # the replacement                                                                001-d 5, 001-t 二(四)2
    authorise = new.to(authorised, form=Authorisation)
    reserve_replacement = authorised.to(replacement_reserved)
    try_again = authorised.stay(by=AFTER_SALES)
    replacement_missing = authorised.to(converted_to_refund, by=AFTER_SALES, form=Choice)
    ship_first = (replacement_reserved | in_return_transit).to(
        replacement_shipping, by=AFTER_SALES, form=ShipFirst, when="is_safe_to_ship_first"
    )  # 004-g 客服 4

    # the old goods                                                                  000-e 五3
    send_instructions = replacement_reserved.to(
        awaiting_shipment, as_soon_as="not is_safe_to_ship_first"
    ) | replacement_reserved.to(awaiting_shipment, by=AFTER_SALES, after=hours(4))
    customer_ships = awaiting_shipment.to(in_return_transit, by=CUSTOMER, form=Sent)
    no_shipment = awaiting_shipment.to(expired, after=days(7))
    parcel_in = (awaiting_shipment | in_return_transit).to(
        received, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=ParcelIn
    )
    lost_return = in_return_transit.to(difference_pending, by=LOGISTICS, form=LostReturn, when="is_our_label")
    start_inspection = received.to(inspecting, by=QC, form=Inspector)
    inspect_ok = (received | inspecting).to(difference_pending, by=QC, form=Inspection)
    inspect_bad = inspecting.to(negotiating, by=QC, form=Inspection)
    agree_terms = negotiating.to(difference_pending, by=AFTER_SALES, form=Terms)
    to_refund = negotiating.to(converted_to_refund, by=AFTER_SALES | CS_SUPERVISOR, form=ToRefund)
    refuse = negotiating.to(cancelled, by=AFTER_SALES | CS_SUPERVISOR, form=Reason, when="not has_failed")
    withdraw = (authorised | replacement_reserved | awaiting_shipment).to(
        cancelled, by=CUSTOMER, form=Withdrawal
    )

    # the difference
    settle_difference = (
        difference_pending.to(replacement_shipping, as_soon_as="is_even", form=Settlement)
        | difference_pending.to(
            replacement_shipping, by=PAYMENT_FEED, form=Settlement, on="payment.charge.paid"
        )
        | difference_pending.to(
            replacement_shipping, by=PAYMENT_FEED | FINANCE, form=Settlement, when="is_by_hand"
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
        closed_refunded, by=PAYMENT_FEED | FINANCE, form=RefundPaid, when="not is_refund_under_way"
    )

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
        return any(self.has_happened(event) for event in back)

    def has_failed(self) -> bool:
        """A replacement did not reach the customer."""
        return self.has_happened(self.replacement_failed)

    def is_refund_under_way(self) -> bool:
        """A refund case pays the money back."""
        return self.children(self.money_back).any_running

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
        self.case.trusted = books.trusted
        self.case.old_value, self.case.new_value = books.value, books.new_value

    @ship_first.on
    def hold_deposit(self, form: ShipFirst) -> None:
        self.require(form.approver != self.actor.id, "It must be somebody else, not you.", "approver")
        if form.deposit_held:
            self.do(ChargeDifference(order=self.case.order_no, amount=form.deposit_held, reason="Deposit"))

    # --- the old goods

    @send_instructions.on
    def instruct(self) -> None:
        to = self.policy.returns_to
        if self.case.shop_pays_postage:
            self.do(PrepareReturnLabel(order=self.case.order_no, return_no=self.subject, to=to))
        self.say("return_instructions", to=to)

    @(inspect_ok | inspect_bad).on
    def compare_with_request(self, form: Inspection) -> None:
        self.require(
            per_line(form.lines) == per_line(self.case.lines),
            "Must add up to the lines that were to come back.",
            "lines",
        )
        self.case.inspected = form.lines

    @inspect_ok.on
    def put_away(self) -> None:
        self.receive({line.line: line.condition for line in self.case.inspected})

    @inspect_bad.on
    def explain(self, form: Inspection) -> None:
        self.require(form.note, "Say what is wrong.", "note")
        self.say("return_not_accepted", why=form.note)

    @agree_terms.on
    def keep_as_it_is(self) -> None:
        if not self.has_failed():
            self.put_away()

    @old_goods_in.on
    def take_in(self, form: OldGoods) -> None:
        self.receive({line.line: form.condition for line in self.case.lines}, form.bin)
        self.undo(ChargeDifference)  # the deposit

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
    def send_back(self) -> None:
        self.tell(LOGISTICS, "send_goods_back", order=self.case.order_no)

    def receive(self, conditions: dict[int, str], at: str = "") -> None:
        lines = [
            Receipt(sku=row.sku, qty=row.qty, disposition=BECOMES[conditions[row.line]], bin=at)
            for row in self.case.goods
            if row.line in conditions
        ]
        if lines:
            self.do(ReceiveStock(reference=self.subject, lines=tuple(lines)))

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
    def write_down(self, form: Settlement | None) -> None:
        difference = self.case.difference
        self.require(form is None or form.difference == difference, f"It is {difference}.", "difference")
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

    @to_refund.on
    def limit_refund(self, form: ToRefund) -> None:
        most = self.case.old_value
        self.require(not most or form.amount <= most, f"The old goods cost {most}.", "amount")

    @refund_instead.on
    def write_refund_down(self, form: RefundPaid | None) -> None:
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
        is_kept = self.stage is not None and self.stage.id in KEPT_BY_CUSTOMER
        return ReturnEntry(order=self.case.order_no, lines=() if is_kept else self.case.lines)

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
        return replacement_case(self.replacement_no, self.case.receiver, self.case.wanted or self.case.goods)

    @starts(
        "refund_only",
        on=replacement_missing | difference_unpaid | to_refund,
        ends={"refunded": refund_instead},
    )
    def money_back(self) -> Opening:
        amount = self.case.amount or self.case.old_value or None
        return refund_case(self.next_subject, "quality", self.case.order_no, amount, lines=self.case.lines)

    @starts("lost_parcel_claim", on=lost_return)
    def claim(self) -> Opening:
        lost = "The parcel was lost on its way back to us."
        return lost_parcel_case(self.case.waybill_no, self.case.order_no, lost, self.case.declared_value)
