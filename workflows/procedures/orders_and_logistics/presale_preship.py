"""Presale pre-shipping (预售预发货): the goods wait in the buyer's city before the balance is paid.

Sources: 004-g 数据 5(4), 7; 001-l/t 驻厂人员 5. Which orders: large sales events, cities with many presale orders.
"""

from activities.carriers.contract import BookWaybill, InstructCarrier, Instruction, RecordShipment
from activities.cases.contract import SendEvent
from activities.catalogue.contract import CheckOrderPrices, PricesDoubtful
from activities.milestones.contract import Milestone
from activities.money.contract import RecordPayment, ReverseBenefits
from activities.orders.contract import (
    DoubtfulPrice,
    LinesQuoted,
    NewOrder,
    OrderEntry,
    PaymentMethod,
    QuoteRefund,
)
from activities.stock.contract import IssueStock, OutOfStock, ReceiveStock, ReserveStock, arrived
from workflows.vocabulary import *

BALANCE_PAID = on_message("store.order.balance_paid", about="order_no")


# --- what is asked ------------------------------------------------------------------------------------------------


class Deposit(Form, NewOrder):
    payment_method: PaymentMethod
    paid: InHistory[Paid]
    payment_no: Annotated[Remark, Field(max_length=200)] = ""
    deposit: Paid
    """What the customer pays now; the rest is the balance."""
    deposit_refundable: bool = False
    balance_window: DateRange

    def problems(self) -> Problems:
        if self.paid != self.deposit:
            yield "paid", sentence("The deposit is {deposit}.", deposit=self.deposit)
        if self.deposit >= worth(self.lines):
            yield "deposit", "Nothing is left to pay, so this is no presale."


class Selection(Form):
    batch_no: Keep[Code]
    cities: Some[Name]
    min_orders_per_city: Qty
    skus: Annotated[Some[Sku], proposed("skus")]
    carrier: Keep[Carrier]
    balance_window: Annotated[DateRange, proposed("balance_window")]
    """At least what the buyer was promised."""


class GoodsReady(Form):
    qty: Annotated[Qty, to_check("pieces")]
    packed: ToCheck[Ticked]


class Departure(Form):
    waybill_no: Keep[Code]
    depot: Keep[Text]
    shipped_at: TimeOrEarlier[Moment]


class Balance(Form):
    paid: Paid
    payment_no: Annotated[Remark, Field(max_length=200)] = ""


class Reassignment(Form):
    new_order: Keep[Order]
    relabel_confirmed: ToCheck[Ticked]


class Inspection(Form):
    found: Keep[ToCheck[Literal["sellable", "defective"] | None]]
    note: Remark = ""

    def problems(self) -> Problems:
        if self.found is None:
            yield "found", "Say what was found."


class CameBack(Form):
    condition: Annotated[Literal["sellable", "defective"] | None, from_case("found")] = None
    """As quality control found it."""
    bin: Bin


class Failure(Form):
    cause: Keep[Literal["lost", "damaged", "late"]]
    note: Text


class Cancellation(Told):
    reason: Remark = ""
    accepts_deposit_rule: bool


# --- the procedure ------------------------------------------------------------------------------------------------


class PresalePreship(AboutAnOrder, Procedure):
    """In large sales events move presale goods to the buyer's city before the balance is paid."""

    key = "presale_preship"
    case: preshipping.PresaleCase
    about = ("lines", "deposit", "receiver_name")
    papers = {Paper.PICK_LIST: (), Paper.DELIVERY_NOTE: (), Paper.LABEL: ()}
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    deposit_paid = Stage(role=OPS_SPECIALIST, due=at("window_opens") - hours(48), tell=OPS_MANAGER)
    price_in_doubt = Stage(role=OPS_MANAGER, due=hours(24), tell=GM, ways_equal=True)
    selected = Stage(role=WAREHOUSE_KEEPER)
    stock_ready = Stage(role=LOGISTICS)
    pre_shipped = Stage(due=at("window_opens"), tell=LOGISTICS)
    staged_at_city = Stage()
    balance_paid = Stage(role=LOGISTICS, due=hours(2), tell=LOGISTICS)
    out_for_delivery = Stage()
    recalled = Stage(role=OPS_SPECIALIST | WAREHOUSE_KEEPER | QC, due=days(7), tell=WAREHOUSE_SUPERVISOR)
    delivered = Stage(final=True)
    normal_dispatch = Stage(final=True)
    reassigned = Stage(final=True)
    restocked = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    not_sent = deposit_paid | selected | stock_ready
    sent_ahead = pre_shipped | staged_at_city

    # chosen and sent ahead                                                   004-g 数据 5(4)
    pay_deposit = new.to(deposit_paid, by=PAYMENT_FEED, form=Deposit, on="store.order.deposit_paid")
    doubt_price = deposit_paid.to(price_in_doubt) | price_in_doubt.stay()
    doubt_deposit = deposit_paid.to(price_in_doubt, as_soon_as="is_deposit_to_be_looked_at")
    accept_price = price_in_doubt.to(deposit_paid, by=OPS_MANAGER, form=DecisionNote)
    refuse_price = price_in_doubt.to(cancelled, by=OPS_MANAGER, form=DecisionNote)
    select_for_preship = deposit_paid.to(selected, by=OPS_SPECIALIST, form=Selection)
    reserve_goods = selected.to(stock_ready, by=WAREHOUSE_KEEPER, form=GoodsReady)
    goods_missing = stock_ready.to(selected)
    ship_to_city = stock_ready.to(pre_shipped, by=LOGISTICS, form=Departure)
    parcel_booked = (pre_shipped | staged_at_city | balance_paid | recalled).stay()
    carrier_refused = pre_shipped.to(stock_ready) | recalled.to(cancelled)  # it never left
    arrive_city = pre_shipped.to(
        staged_at_city, by=CARRIER_FEED, form=Scan, on=PARCEL_AT_DEPOT
    ) | balance_paid.stay(by=CARRIER_FEED, form=Scan, on=PARCEL_AT_DEPOT)

    # the balance                                                             004-g 数据 5(4)
    not_preshipped = not_sent.to(
        normal_dispatch, by=PAYMENT_FEED, form=Balance, on=BALANCE_PAID
    ) | normal_dispatch.stay(
        by=PAYMENT_FEED, form=Balance, on=BALANCE_PAID, when="is_balance_open"
    )  # the parcel failed before the balance was paid
    pay_balance = sent_ahead.to(balance_paid, by=PAYMENT_FEED, form=Balance, on=BALANCE_PAID)
    deposit_only_lapsed = (not_sent | price_in_doubt).to(cancelled, at=at("window_closes") + days(1))
    balance_lapsed = sent_ahead.to(recalled, at=at("window_closes") + days(1))
    customer_cancel = (not_sent | price_in_doubt).to(
        cancelled, by=CUSTOMER, heard_by=CS_AGENT, form=Cancellation
    )

    # the last mile                                                           004-g 数据 5(4)
    release_last_mile = balance_paid.to(out_for_delivery, as_soon_as="is_staged")
    sign = out_for_delivery.to(delivered, by=CARRIER_FEED, form=Scan, on=PARCEL_DELIVERED)
    refused = out_for_delivery.to(recalled, by=CARRIER_FEED, form=ParcelRefusal, on=PARCEL_REFUSED)
    preship_failed = (pre_shipped | staged_at_city | balance_paid).to(
        normal_dispatch, by=LOGISTICS, form=Failure
    )
    choose_order = recalled.stay(by=OPS_SPECIALIST, form=Reassignment)
    order_known = recalled.stay()
    unknown_order = recalled.stay()
    reassign = recalled.to(
        reassigned, form=Reassignment
    )  # the other order takes the parcel, and frees its goods
    redirected = reassigned.stay()
    inspect = recalled.stay(by=QC, form=Inspection) | normal_dispatch.stay(
        by=QC, form=Inspection, when="is_coming_back"
    )
    recall_back = recalled.to(
        restocked, by=WAREHOUSE_KEEPER, form=CameBack, main=True
    ) | normal_dispatch.stay(by=WAREHOUSE_KEEPER, form=CameBack, when="is_coming_back")

    milestones = {Milestone.ORDER_PAID: pay_balance, Milestone.ORDER_SIGNED: sign}
    kpis = (
        share(ship_to_city, of=pay_deposit),
        elapsed(pay_balance, sign),
        share(pay_balance, of=ship_to_city),
        share(balance_lapsed, of=ship_to_city),
        count(recall_back),
    )

    # --- rules

    def is_staged(self) -> bool:
        """The parcel waits at the depot of the buyer's city."""
        return self.has_happened(self.arrive_city, since=self.ship_to_city)

    def is_deposit_to_be_looked_at(self) -> bool:
        """The deposit is a small part of the price, and nobody has agreed to that yet."""
        return self.case.is_deposit_small and not self.has_happened(self.accept_price)

    def is_balance_open(self) -> bool:
        """The balance isn't paid yet."""
        return not self.case.balance_paid_in

    def is_coming_back(self) -> bool:
        """A parcel that failed isn't here yet."""
        return self.case.cause is not None and not self.has_happened(self.recall_back)

    # --- what each step does

    @pay_deposit.on
    def count_deposit(self, form: Deposit) -> None:
        self.count_payment(form.paid, form.payment_no)
        self.do(CheckOrderPrices(**self.case.bought), otherwise=self.doubt_price)
        dates = {"opens": self.case.window_opens, "closes": self.case.window_closes}
        self.say("presale_deposit_received", deposit=form.deposit, balance=self.case.balance, **dates)

    @doubt_price.on
    def note_doubts(self, outcome: PricesDoubtful) -> None:
        self.case.doubtful_prices = tuple(DoubtfulPrice.model_validate(row) for row in outcome.doubtful)

    @select_for_preship.on
    def fits_batch(self, form: Selection) -> None:
        promised, window = self.case.balance_window, form.balance_window
        self.require(window.last >= self.today, "Must end in the future.", "balance_window")
        kept = window.first <= promised.first and window.last >= promised.last
        self.require(
            kept,
            "Promised was {first} to {last}.",
            "balance_window",
            first=promised.first,
            last=promised.last,
        )
        self.case.balance_window = window
        self.require(
            self.case.address.city in form.cities,
            "{city} isn't among them.",
            "cities",
            city=self.case.address.city,
        )
        self.require(
            {line.sku for line in self.case.lines} <= set(form.skus), "The order has other items.", "skus"
        )

    @reserve_goods.on
    def set_aside(self, form: GoodsReady) -> None:
        wanted = self.case.pieces
        self.require(form.qty == wanted, "The order has {wanted} pieces.", "qty", wanted=wanted)
        self.do(ReserveStock(order=self.case.order_no, lines=self.case.goods), otherwise=self.goods_missing)

    @goods_missing.on
    def tell_missing(self, outcome: OutOfStock) -> None:
        for row in outcome.missing:
            for role in (PURCHASING, OPS_SPECIALIST):
                short = row.wanted - row.free
                self.tell(role, "presale_goods_missing", order=self.case.order_no, sku=row.sku, qty=short)

    @ship_to_city.on
    def send_ahead(self, form: Departure) -> None:
        self.do(
            BookWaybill(
                order=self.case.order_no,
                carrier=self.case.carrier or "-",
                waybill_no=form.waybill_no,
                **self.case.label,
            ),
            then=self.parcel_booked,
            otherwise=self.carrier_refused,
        )

    @parcel_booked.on
    def hold_at_city(self) -> None:
        self.do(IssueStock(order=self.case.order_no))
        if self.came_from is self.recalled:
            self.instruct(Instruction.BRING_BACK)
        else:
            self.instruct(Instruction.DELIVER if self.case.balance_paid_in else Instruction.HOLD)
        self.make_permanent(ReserveStock, BookWaybill)

    @carrier_refused.on
    def forget_waybill(self) -> None:
        self.case.waybill_no = None

    @(pay_balance | not_preshipped).on
    def take_balance(self, form: Balance) -> None:
        self.require(
            form.paid == self.case.balance, "The balance is {balance}.", "paid", balance=self.case.balance
        )
        opens, closes = self.case.window_opens, self.case.window_closes
        self.require(
            opens <= self.today <= closes, "It is paid from {opens} to {closes}.", opens=opens, closes=closes
        )
        self.case.balance_paid_in = form.paid
        self.count_payment(form.paid, form.payment_no)

    @not_preshipped.on
    def tell_balance_is_here(self) -> None:
        self.say("presale_balance_received")

    @pay_balance.on
    def lift_hold(self) -> None:
        self.instruct(Instruction.DELIVER)
        self.say("presale_courier_comes")

    @(balance_lapsed | refused).on
    def call_back(self) -> None:
        self.instruct(Instruction.BRING_BACK)

    @(balance_lapsed | deposit_only_lapsed).on
    def tell_lapsed(self) -> None:
        self.say("presale_lapsed", refunded=self.due_back())

    @refused.on
    def tell_refused(self) -> None:
        self.say("presale_refused", refunded=self.due_back())

    @refuse_price.on
    def tell_price_refused(self, form: DecisionNote) -> None:
        self.say("presale_price_refused", refunded=self.due_back(), why=form.decision_note)

    @preship_failed.on
    def goes_out_only_once(self, form: Failure) -> None:
        """The goods are sent again, so a parcel that is only late mustn't be delivered as well."""
        self.say("presale_sent_again")
        if form.cause == "late":
            self.instruct(Instruction.BRING_BACK)

    def instruct(self, instruction: Instruction) -> None:
        self.do(
            InstructCarrier(
                waybill_no=self.case.waybill_no or "-", instruction=instruction, place=self.case.depot
            )
        )

    @sign.on
    def tell_delivered(self) -> None:
        self.say("parcel_delivered", waybill_no=self.case.waybill_no)

    @recall_back.on
    def put_back(self, form: CameBack) -> None:
        found = self.case.found
        self.require(found, "Quality control looks at it first.", "condition")
        if found is not None:
            goods = arrived(self.case.lines, found, form.bin)
            self.do(ReceiveStock(reference=self.case.order_no, lines=goods))
        if self.case.cause == "lost":  # the carrier may have paid for it
            order, waybill_no = self.case.order_no, self.case.waybill_no
            self.tell(LOGISTICS, "lost_parcel_is_back", order=order, waybill_no=waybill_no)

    @choose_order.on
    def look_order_up(self, form: Reassignment) -> None:
        self.require(form.new_order != self.case.order_no, "Must be another order.", "new_order")
        order = QuoteRefund(order=form.new_order)
        self.do(order, then=self.order_known, otherwise=self.unknown_order)

    @order_known.on
    def offer_parcel(self, outcome: LinesQuoted | None) -> None:
        """An order of the same goods, paid and not packed, takes it; another one says why it doesn't."""
        case, receiver = self.case, outcome.receiver if outcome is not None else None
        case.goes_to = receiver.address if receiver is not None else None
        parcel = OthersParcel(
            waybill_no=case.waybill_no or "-", carrier=case.carrier or "-", goods=case.goods
        )
        order, answers = case.new_order, parcel.model_dump(mode="json")
        offer = SendEvent(procedure="order_fulfilment", event="take_parcel", subject=order, form=answers)
        self.do(
            offer, then=self.reassign, otherwise=self.unknown_order, new_order=order, relabel_confirmed=True
        )

    @reassign.on
    def relabel(self) -> None:
        """The carrier is told where it goes now, and the warehouse that the other order's goods are on their way."""
        number, order, to = self.case.waybill_no or "-", self.case.new_order, self.case.goes_to
        deliver = InstructCarrier(waybill_no=number, instruction=Instruction.DELIVER, to=to, for_order=order)
        self.do(deliver, then=self.redirected)
        for role in (LOGISTICS, WAREHOUSE_SUPERVISOR):
            self.tell(role, "parcel_reassigned", waybill_no=number, order=order)

    @redirected.on
    def enter_shipment(self) -> None:
        order, number = self.case.new_order or "-", self.case.waybill_no or "-"
        self.do(RecordShipment(order=order, waybill_no=number, carrier=self.case.carrier))

    @unknown_order.on
    def tell_unknown(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(OPS_SPECIALIST, "order_not_reassigned", waybill_no=self.case.waybill_no, why=why)

    @customer_cancel.on
    def keep_rule(self, form: Cancellation) -> None:
        self.require(
            form.accepts_deposit_rule or self.case.deposit_refundable,
            "The deposit of this presale is kept: the customer must accept that.",
            "accepts_deposit_rule",
        )
        self.say("presale_cancelled", refunded=self.due_back())

    def due_back(self) -> Money:
        """What goes back: all of it where the shop doesn't sell at that price, or the buyer doesn't take the goods;
        else what the presale's rule says.
        """
        if self.came_from in (self.price_in_doubt, self.out_for_delivery):
            return self.case.paid_in
        return self.case.refund_due

    @(customer_cancel | refused | refuse_price | deposit_only_lapsed | balance_lapsed).on
    def reverse_benefits(self) -> None:
        if due := self.due_back():
            self.do(ReverseBenefits(order=self.case.order_no, amount=due))

    def count_payment(self, amount: Money, payment_no: str) -> None:
        self.do(
            RecordPayment(
                order=self.case.order_no,
                amount=amount,
                payment_no=payment_no,
                method=self.case.payment_method,
            )
        )

    def book_entry(self) -> OrderEntry | None:
        """An order of its own, until another case ships it under its number."""
        if self.has_happened(self.not_preshipped | self.preship_failed) and self.case.balance_paid_in:
            return None
        return OrderEntry(
            order=self.case.order_no,
            customer_no=self.case.customer_no or "",
            **dict(self.case.receiver),
            lines=self.case.lines,
        )

    # --- what it starts

    @starts("satisfaction_survey", on=sign)
    def survey(self) -> Opening:
        return delivery_survey(self.case.order_no, self.today)

    @starts("order_fulfilment", on=not_preshipped | preship_failed)
    def dispatch(self) -> Opening | None:
        """The order starts once the balance is paid, also where the parcel failed before that."""
        if not self.case.balance_paid_in:
            return None
        return opening(
            self.case.order_no,
            order_no=self.case.order_no,
            **dict(self.case.receiver),
            lines=self.case.lines,
            delivery_method="express",
            payment_method=self.case.payment_method,
        )

    @starts("lost_parcel_claim", on=preship_failed)
    def claim(self, form: Failure) -> Opening | None:
        if form.cause == "late":
            return None
        return lost_parcel_case(self.case.waybill_no, self.case.order_no, form.note, self.case.total)

    @starts("refund_only", on=customer_cancel | refused | refuse_price | deposit_only_lapsed | balance_lapsed)
    def refund(self) -> Opening | None:
        due = self.due_back()
        return refund_case(self.next_subject, "cancel", self.case.order_no, due) if due else None
