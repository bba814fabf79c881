"""Presale pre-shipping (预售预发货): the goods wait in the buyer's city before the balance is paid.

Sources: 004-g 数据 5(4), 7; 001-l/t 驻厂人员 5. Which orders: large sales events, cities with many presale orders.
"""

from activities.carriers.contract import BookWaybill, InstructCarrier, Instruction
from activities.messages.contract import Message, as_text
from activities.money.contract import RecordPayment, ReverseBenefits
from activities.orders.contract import NewOrder, PaymentMethod
from activities.stock.contract import IssueStock, ReceiveStock, ReserveStock, arrived
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
            yield "paid", f"The deposit is {self.deposit}."
        if self.deposit >= worth(self.lines):
            yield "deposit", "Nothing is left to pay, so this is no presale."


class Selection(Form):
    batch_no: Keep[Code]
    cities: Some[Name]
    min_orders_per_city: Qty
    skus: Some[Sku]
    carrier: Keep[Carrier]
    balance_window: Keep[DateRange]


class GoodsReady(Form):
    qty: Qty
    packed: Ticked


class Departure(Form):
    waybill_no: Keep[Code]
    depot: Keep[Text]
    shipped_at: Moment


class Balance(Form):
    paid: Paid
    payment_no: Annotated[Remark, Field(max_length=200)] = ""


class Reassignment(Form):
    new_order: Order
    relabel_confirmed: Ticked


class CameBack(Form):
    condition: Literal["sellable", "defective"]
    bin: Bin


class Failure(Form):
    cause: Keep[Literal["lost", "damaged", "late"]]
    note: Text


class Cancellation(Form):
    reason: Remark = ""
    accepts_deposit_rule: bool


class PresaleCase(Case, NewOrder):
    payment_method: PaymentMethod
    payment_no: str = ""
    deposit: Paid
    deposit_refundable: bool = False
    balance_window: DateRange
    batch_no: Code | None = None
    carrier: Carrier | None = None
    waybill_no: Code | None = None
    depot: Text = "-"
    balance_paid_in: Price = NOTHING
    cause: Literal["lost", "damaged", "late"] | None = None
    """Why the parcel that was sent ahead failed."""

    @property
    def total(self) -> Money:
        return worth(self.lines)

    @property
    def balance(self) -> Money:
        return self.total - self.deposit

    @property
    def refund_due(self) -> Money:
        """The balance; the deposit too, where the presale's rule says so."""
        return self.balance_paid_in + (self.deposit if self.deposit_refundable else NOTHING)

    @property
    def goods(self) -> tuple[SkuQty, ...]:
        return tuple(SkuQty(sku=line.sku, qty=line.qty) for line in self.lines)

    @property
    def window_opens(self) -> Day:
        return self.balance_window.first

    @property
    def window_closes(self) -> Day:
        """The last day; the window closes at its end."""
        return self.balance_window.last


# --- the procedure ------------------------------------------------------------------------------------------------


class PresalePreship(Procedure):
    """In large sales events move presale goods to the buyer's city before the balance is paid."""

    key = "presale_preship"
    case: PresaleCase

    new = Entry()
    deposit_paid = Stage(role=OPS_SPECIALIST, due=at("window_opens") - hours(48), tell=OPS_MANAGER)
    selected = Stage(role=WAREHOUSE_KEEPER)
    stock_ready = Stage(role=LOGISTICS)
    pre_shipped = Stage(due=at("window_opens"), tell=LOGISTICS)
    staged_at_city = Stage()
    balance_paid = Stage(role=LOGISTICS, due=hours(2), tell=LOGISTICS)
    out_for_delivery = Stage()
    recalled = Stage(role=OPS_SPECIALIST | WAREHOUSE_KEEPER, due=days(7), tell=WAREHOUSE_SUPERVISOR)
    delivered = Stage(final=True)
    normal_dispatch = Stage(final=True)
    reassigned = Stage(final=True)
    restocked = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    not_sent = deposit_paid | selected | stock_ready
    sent_ahead = pre_shipped | staged_at_city

    # chosen and sent ahead                                                   004-g 数据 5(4)
    pay_deposit = new.to(deposit_paid, by=PAYMENT_FEED, form=Deposit, on="store.order.deposit_paid")
    select_for_preship = deposit_paid.to(selected, by=OPS_SPECIALIST, form=Selection)
    reserve_goods = selected.to(stock_ready, by=WAREHOUSE_KEEPER, form=GoodsReady)
    goods_missing = stock_ready.to(selected)
    ship_to_city = stock_ready.to(pre_shipped, by=LOGISTICS, form=Departure)
    parcel_booked = (pre_shipped | staged_at_city | balance_paid).stay()
    carrier_refused = pre_shipped.to(stock_ready)
    arrive_city = pre_shipped.to(staged_at_city, by=CARRIER_FEED, on=PARCEL_AT_DEPOT) | balance_paid.stay(
        by=CARRIER_FEED, on=PARCEL_AT_DEPOT
    )

    # the balance                                                             004-g 数据 5(4)
    not_preshipped = not_sent.to(
        normal_dispatch, by=PAYMENT_FEED, form=Balance, on=BALANCE_PAID
    ) | normal_dispatch.stay(
        by=PAYMENT_FEED, form=Balance, on=BALANCE_PAID, when="is_balance_open"
    )  # the parcel failed before the balance was paid
    pay_balance = sent_ahead.to(balance_paid, by=PAYMENT_FEED, form=Balance, on=BALANCE_PAID)
    deposit_only_lapsed = not_sent.to(cancelled, at=at("window_closes") + days(1))
    balance_lapsed = sent_ahead.to(recalled, at=at("window_closes") + days(1))
    customer_cancel = not_sent.to(cancelled, by=CUSTOMER, form=Cancellation)

    # the last mile                                                           004-g 数据 5(4)
    release_last_mile = balance_paid.to(out_for_delivery, as_soon_as="is_staged")
    sign = out_for_delivery.to(delivered, by=CARRIER_FEED, on=PARCEL_DELIVERED)
    refused = out_for_delivery.to(recalled, by=CARRIER_FEED, on=PARCEL_REFUSED)
    preship_failed = (pre_shipped | staged_at_city | balance_paid).to(
        normal_dispatch, by=LOGISTICS, form=Failure
    )
    reassign = recalled.to(reassigned, by=OPS_SPECIALIST, form=Reassignment)
    recall_back = recalled.to(restocked, by=WAREHOUSE_KEEPER, form=CameBack) | normal_dispatch.stay(
        by=WAREHOUSE_KEEPER, form=CameBack, when="is_coming_back"
    )

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

    def is_balance_open(self) -> bool:
        """The balance isn't paid yet."""
        return not self.case.balance_paid_in

    def is_coming_back(self) -> bool:
        """A late parcel was called back, and isn't here yet."""
        return self.case.cause == "late" and not self.has_happened(self.recall_back)

    # --- what each step does

    @pay_deposit.on
    def count_deposit(self, form: Deposit) -> None:
        self.count_payment(form.paid, form.payment_no)

    @select_for_preship.on
    def fits_batch(self, form: Selection) -> None:
        self.require(form.balance_window.last >= self.today, "Must end in the future.", "balance_window")
        self.require(
            self.case.address.city in form.cities, f"{self.case.address.city} isn't among them.", "cities"
        )
        self.require(
            {line.sku for line in self.case.lines} <= set(form.skus), "The order has other items.", "skus"
        )

    @reserve_goods.on
    def set_aside(self, form: GoodsReady) -> None:
        wanted = total(self.case.lines)
        self.require(form.qty == wanted, f"The order has {wanted} pieces.", "qty")
        self.do(ReserveStock(order=self.case.order_no, lines=self.case.goods), otherwise=self.goods_missing)

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
        self.instruct(Instruction.DELIVER if self.case.balance_paid_in else Instruction.HOLD)
        self.make_permanent(ReserveStock, BookWaybill)

    @carrier_refused.on
    def forget_waybill(self) -> None:
        self.case.waybill_no = None

    @(pay_balance | not_preshipped).on
    def take_balance(self, form: Balance) -> None:
        self.require(form.paid == self.case.balance, f"The balance is {self.case.balance}.", "paid")
        opens, closes = self.case.window_opens, self.case.window_closes
        self.require(opens <= self.today <= closes, f"It is paid from {opens} to {closes}.")
        self.case.balance_paid_in = form.paid
        self.count_payment(form.paid, form.payment_no)

    @pay_balance.on
    def lift_hold(self) -> None:
        self.instruct(Instruction.DELIVER)
        self.say("presale_courier_comes")

    @(balance_lapsed | refused).on
    def call_back(self) -> None:
        self.instruct(Instruction.BRING_BACK)

    @preship_failed.on
    def goes_out_only_once(self, form: Failure) -> None:
        """The goods are sent again, so a parcel that is only late mustn't be delivered as well."""
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
        goods = arrived(self.case.lines, form.condition, form.bin)
        self.do(ReceiveStock(reference=self.case.order_no, lines=goods))

    @reassign.on
    def relabel(self, form: Reassignment) -> None:
        self.require(form.new_order != self.case.order_no, "Must be another order.", "new_order")
        self.tell(LOGISTICS, "parcel_reassigned", waybill_no=self.case.waybill_no, order=form.new_order)

    @customer_cancel.on
    def keep_rule(self, form: Cancellation) -> None:
        self.require(
            form.accepts_deposit_rule or self.case.deposit_refundable,
            "The deposit of this presale is kept: the customer must accept that.",
            "accepts_deposit_rule",
        )
        self.say("presale_cancelled", refunded=self.case.refund_due)

    @(customer_cancel | refused).on
    def reverse_benefits(self) -> None:
        if self.case.refund_due:
            self.do(ReverseBenefits(order=self.case.order_no, amount=self.case.refund_due))

    def count_payment(self, amount: Money, payment_no: str) -> None:
        self.do(
            RecordPayment(
                order=self.case.order_no,
                amount=amount,
                payment_no=payment_no,
                method=self.case.payment_method,
            )
        )

    def say(self, template: str, **data: object) -> None:
        data = {"order": self.case.order_no, **data}
        self.do(Message(to=self.case.order_no, template=template, data=as_text(**data)))

    # --- what it starts

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

    @starts("refund_only", on=customer_cancel | refused)
    def refund(self) -> Opening | None:
        due = self.case.refund_due
        return refund_case(self.next_subject, "cancel", self.case.order_no, due) if due else None
