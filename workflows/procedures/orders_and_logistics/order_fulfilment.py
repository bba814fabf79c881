"""Order fulfilment (订单处理与发货): from a placed order to a signed parcel.

Sources: 000-a 5; 000-b 4; 000-d 三, 四; 000-e 三, 四; 000-g 四; 001-b 第三章·2; 001-d 4; 001-h; 001-k 3.1.2;
001-l/s/t 工作职责(四); 001-m 三·2; 001-o 三·4, 5; 001-r 二, 三; 001-t 二(四); 002-a 2②; 003 四; 004-f; 004-g 客服 2.
Who confirms: D1. Who dispatches: D2. 24 h, 48 h and "once a day": D8. Confirmed after payment: D23.
"""

from activities.carriers.contract import BookWaybill, RecordShipment
from activities.cases.contract import OpenCase
from activities.messages.contract import Message, Notify, as_text
from activities.milestones.contract import Milestone
from activities.money.contract import RecordPayment, ReverseBenefits, SharePayment
from activities.orders.contract import (
    Corrections,
    Doubtful,
    OpenOrder,
    OrderEntry,
    PlacedOrder,
    ShortfallCount,
    SplitParts,
)
from activities.stock.contract import (
    HoldStock,
    IssueStock,
    OutOfStock,
    ReceiveStock,
    ReleaseLines,
    ReserveStock,
    arrived,
)
from workflows.vocabulary import *

DISPATCH = earliest(today("17:00"), hours(24))
"""Dispatched once a day (001-t 二(四)2): this afternoon, otherwise within 24 hours."""
SHIP_LIMIT_HOURS = 48  # 001-t 二(四)2
SHIP_LIMIT_HOURS_IN_PEAKS = 72  # unless the campaign page promises another time

BUYER = CUSTOMER | CS_AGENT | PLATFORM_FEED
"""Who acts for the customer."""
DISPATCHERS = LOGISTICS | FACTORY_RESIDENT
"""Who hands parcels to the carrier: D2."""
CANCELLED = "store.order.cancelled"

# --- what is asked ------------------------------------------------------------------------------------------------


class PlaceOrder(Form, PlacedOrder):
    pass


class Payment(Form):
    paid: Keep[Paid]
    payment_no: Annotated[Remark, Field(max_length=200)] = ""


class Cancellation(Form):
    reason: Literal["changed_mind", "wrong_item", "too_slow", "price", "other"]
    note: Remark = ""

    def problems(self) -> Problems:
        if self.reason == "other" and not self.note:
            yield "note", "Say why."


class Checked(Form):
    model_ok: Ticked
    qty_ok: Ticked
    price_ok: Ticked
    address_ok: Ticked
    contact_ok: Ticked
    contact_channel: Literal["none", "chat", "phone", "email"] = "none"
    special_request: Remark = ""
    note: Remark = ""


class Question(Form):
    question: Text
    channel: Literal["chat", "phone", "email", "sms"]
    fields_in_doubt: Some[Doubtful]


class Reply(Form):
    corrected_fields: Corrections
    confirmed_by: Literal["customer", "agent_on_behalf"]


class Rejection(Form):
    reason: Literal["price_error", "unserviceable", "fraud", "duplicate", "customer_request", "other"]
    refund_due: Keep[Price]
    note: Text


class Hold(Form):
    reason: Literal["fraud", "address", "payment", "customer_request", "other"]
    note: Text
    review_by: Keep[Moment]


class Finding(Form):
    finding: Text


class NewAddress(Form):
    new_address: Address
    new_phone: Phone | None = None
    requested_by: Literal["customer", "agent"]


class Split(Form):
    parts: SplitParts
    who_pays_extra_freight: Literal["shop", "customer"]


class PickList(Form):
    pick_list_no: Code
    picker: User
    batch_no: Code | None = None


class PickShortfall(Form, ShortfallCount):
    note: Remark = ""


class Obstacle(Form):
    cause: Literal["no_stock", "damaged", "plant_delay", "carrier", "other"]
    lines: Some[LineQty]
    expected_date: Day | None = None
    note: Remark = ""


class Urge(Form):
    message: Text
    promised_at: Keep[Moment | None] = None


class Picked(Form):
    lines_scanned: Some[Placement]


class Packed(Form):
    goods_qty: Qty
    package_count: Keep[Qty]
    weight_kg: Weight
    carton_type: Carton | None = None
    delivery_note_no: Code
    gift_included: bool = False


class Match(Form):
    item_no_ok: Ticked
    qty_ok: Ticked
    colour_ok: Ticked


class Mismatch(Form):
    mismatch: Literal["item_no", "qty", "colour", "damage"]
    note: Text
    photo: Photos = ()


class Waybill(Form):
    carrier: Keep[Carrier]
    waybill_no: Keep[Code]
    freight_fee: Keep[Price]
    pickup_time: Moment


class Handover(Form):
    handed_at: Moment
    parcels: Qty
    courier_name: Name | None = None


class Abnormal(Form):
    kind: Literal["stalled", "wrong_route", "damaged", "address", "unreachable", "refused"]
    note: Text


class ParcelRefusal(Form):
    cause: Literal["customer_refused", "unreachable", "recalled", "other"]
    note: Remark = ""


class CameBack(Form):
    inspected: Literal["sellable", "defective"]
    bin: Bin
    note: Remark = ""


class Interception(Form):
    parcel_located: bool
    bin: Bin | None = None
    note: Remark = ""


class WithdrawnCancellation(Form):
    requested_by: Literal["customer", "agent"]
    note: Remark = ""


class Received(Form):
    received_ok: bool


class AfterSales(Form):
    request_type: Literal["return", "exchange", "refund", "repair"]
    lines: Some[LineQty]


# --- what the case remembers --------------------------------------------------------------------------------------


class OrderCase(Case, OpenOrder):
    refund_due: Price = NOTHING
    ship_limit_hours: int = SHIP_LIMIT_HOURS
    review_by: Moment | None = None
    promised_at: Moment | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class OrderFulfilment(Procedure):
    """Take a paid customer order through checking, stock, picking, packing and handover to a signed delivery."""

    key = "order_fulfilment"
    case: OrderCase

    new = Entry()
    awaiting_payment = Stage()
    pending_confirmation = Stage(
        role=CS_AGENT,
        due=service_hours(2),
        tell={service_hours(2): CS_SUPERVISOR, service_hours(4): OPS_MANAGER},
    )
    awaiting_customer = Stage(role=CS_AGENT)
    on_hold = Stage(role=CS_SUPERVISOR, due=first_known(at("review_by"), hours(24)), tell=OPS_MANAGER)
    confirmed = Stage()
    split = Stage()
    waiting_stock = Stage()
    allocated = Stage(role=PICKER, due=DISPATCH, tell=WAREHOUSE_SUPERVISOR)
    picking = Stage(role=PICKER)
    packing = Stage(role=PACKER)
    packed = Stage(role=DISPATCHERS | ORDER_CLERK)
    awaiting_pickup = Stage(role=DISPATCHERS)
    shipped = Stage()
    in_transit = Stage()
    out_for_delivery = Stage()
    delivery_exception = Stage(role=LOGISTICS)
    delivered = Stage()
    returning = Stage(role=WAREHOUSE_KEEPER, due=days(10), tell=LOGISTICS)
    cancel_pending = Stage(role=WAREHOUSE_KEEPER, due=hours(2), tell=WAREHOUSE_SUPERVISOR)
    completed = Stage(final=True)
    cancelled = Stage(final=True, undo=True)
    closed_returned = Stage(final=True)
    closed_lost = Stage(final=True)

    not_picked = pending_confirmation | awaiting_customer | confirmed | allocated
    in_the_warehouse = picking | packing | packed | awaiting_pickup
    with_the_carrier = shipped | in_transit | out_for_delivery
    under_way = with_the_carrier | delivery_exception
    waiting_for_word = awaiting_customer | on_hold

    # payment                                                                 000-e, 002-a, 004-f, 001-d 4
    place_order = new.to(awaiting_payment, by=BUYER, form=PlaceOrder, on="store.order.placed")
    pay = awaiting_payment.to(
        pending_confirmation, as_soon_as="is_paid_elsewhere", form=Payment
    ) | awaiting_payment.to(
        pending_confirmation, by=PAYMENT_FEED, form=Payment, on="store.order.paid", when="is_full_amount"
    )
    pay_mismatch = awaiting_payment.to(
        on_hold, by=PAYMENT_FEED, form=Payment, on="store.order.paid", when="not is_full_amount"
    ) | cancelled.stay(by=PAYMENT_FEED, form=Payment, on="store.order.paid")  # it came too late and goes back
    payment_timeout = awaiting_payment.to(cancelled, after=minutes(30))
    cancel_unpaid = awaiting_payment.to(
        cancelled, by=CUSTOMER | PLATFORM_FEED, form=Cancellation, on=CANCELLED
    )

    # confirmation                                                            001-m, 000-d, 000-e, 003 四1.2
    auto_confirm = pending_confirmation.to(confirmed, as_soon_as="is_plain")
    confirm = pending_confirmation.to(confirmed, by=CS_AGENT, form=Checked)
    query_customer = pending_confirmation.to(awaiting_customer, by=CS_AGENT, form=Question)
    customer_reply = awaiting_customer.to(pending_confirmation, by=CUSTOMER | CS_AGENT, form=Reply)
    customer_silent = awaiting_customer.to(on_hold, after=hours(24))
    reject_invalid = pending_confirmation.to(cancelled, by=CS_SUPERVISOR, form=Rejection)
    hold = (pending_confirmation | confirmed | allocated | picking).to(on_hold, by=CS_SUPERVISOR, form=Hold)
    release = on_hold.to(pending_confirmation, by=CS_SUPERVISOR, form=Finding)
    cancel_on_hold = on_hold.to(cancelled, by=CS_SUPERVISOR, form=Rejection)
    edit_address = (not_picked | packed).stay(by=CS_AGENT | CUSTOMER, form=NewAddress)

    # stock                                                                   000-e 三2-3, 001-t 二(四)2
    allocate = confirmed.to(allocated)
    short_stock = confirmed.to(waiting_stock)
    stock_resolved = waiting_stock.to(confirmed, when="has_all_stock_answers and has_goods_left")
    line_refunded = waiting_stock.to(confirmed, when="has_all_stock_answers and has_goods_left")
    stock_refused = waiting_stock.to(cancelled, when="has_all_stock_answers and not has_goods_left")
    split_shipment = (confirmed | allocated).to(split, by=OPS_SPECIALIST, form=Split) | waiting_stock.to(
        split, by=OPS_SPECIALIST, form=Split, when="has_no_stock_answer"
    )
    parts_delivered = split.to(delivered, when="has_all_parts_answered and has_part_delivered")
    parts_failed = split.to(cancelled, when="has_all_parts_answered and not has_part_delivered")

    # warehouse                                                               003 四2-3, 000-e 四2-3, 001-h, 001-l/t
    start_picking = allocated.to(picking, by=PICKER, form=PickList)
    pick_short = picking.to(waiting_stock, by=PICKER, form=PickShortfall)
    cannot_ship = (allocated | in_the_warehouse).to(
        waiting_stock, by=WAREHOUSE_KEEPER | DISPATCHERS, form=Obstacle, when="has_cause_to_ask"
    )
    urge_ship = (allocated | in_the_warehouse).stay(by=AFTER_SALES, form=Urge)
    picked = picking.to(packing, by=PICKER, form=Picked)
    pack = packing.to(packed, by=PACKER, form=Packed)
    check_ok = packed.stay(by=FACTORY_RESIDENT | ORDER_CLERK, form=Match, when="is_packed")
    check_failed = packed.to(picking, by=FACTORY_RESIDENT | ORDER_CLERK, form=Mismatch)
    create_waybill = packed.to(
        awaiting_pickup, by=LOGISTICS | ORDER_CLERK, form=Waybill, when="is_packed and is_checked"
    )
    void_waybill = awaiting_pickup.to(packed, by=LOGISTICS, form=Reason)
    hand_over = (awaiting_pickup | cancel_pending).to(
        shipped, by=DISPATCHERS | CARRIER_FEED, form=Handover, on=PARCEL_COLLECTED, when="has_waybill"
    )

    # on the way                                                              000-e 四4, 003 六2.2, 001-t 二(三)
    transit_scan = shipped.to(in_transit, by=CARRIER_FEED, on=PARCEL_SCANNED) | in_transit.stay(
        by=CARRIER_FEED, on=PARCEL_SCANNED
    )
    delivery_scan = in_transit.to(out_for_delivery, by=CARRIER_FEED, on=PARCEL_OUT_FOR_DELIVERY)
    sign = under_way.to(delivered, by=CARRIER_FEED, on=PARCEL_DELIVERED)
    exception = with_the_carrier.to(
        delivery_exception, by=CARRIER_FEED | LOGISTICS, form=Abnormal, on=(PARCEL_DELAYED, PARCEL_LOST)
    )
    exception_cleared = delivery_exception.to(in_transit)
    parcel_lost = delivery_exception.to(closed_lost, by=CARRIER_FEED, on=PARCEL_LOST)
    refused = under_way.to(returning, by=CARRIER_FEED | LOGISTICS, form=ParcelRefusal, on=PARCEL_REFUSED)
    return_received = returning.to(closed_returned, by=WAREHOUSE_KEEPER, form=CameBack)
    return_lost = returning.to(closed_lost, after=days(10))

    # cancelled after payment                                                 001-d 5
    request_cancel = (not_picked | waiting_stock).to(cancelled, by=BUYER, form=Cancellation, on=CANCELLED)
    request_cancel_late = in_the_warehouse.to(cancel_pending, by=BUYER, form=Cancellation, on=CANCELLED)
    intercepted = cancel_pending.to(cancelled, by=WAREHOUSE_KEEPER, form=Interception)
    intercept_failed = cancel_pending.to(shipped, by=WAREHOUSE_KEEPER, form=Interception, when="has_waybill")
    cancel_withdrawn = cancel_pending.to(packed, by=CUSTOMER | CS_AGENT, form=WithdrawnCancellation)

    # the end                                                                 003 四4.2, 001-b
    confirm_receipt = delivered.to(
        completed, by=CUSTOMER | PLATFORM_FEED, form=Received, on="store.order.received"
    )
    auto_complete = delivered.to(completed, after=days(10), when="has_no_open_aftersales")
    open_aftersales = (under_way | delivered | completed).stay(by=CUSTOMER | CS_AGENT, form=AfterSales)

    # limits: ship within a day, at the latest in two; peaks by their own promise   001-t 二(四)2
    ship_target = Deadline(
        hours(24),
        since=pay | pay_mismatch,
        until=hand_over | intercept_failed | split_shipment,
        paused_in=waiting_for_word,
        unless="is_campaign_order",
        tell={hours(18): WAREHOUSE_SUPERVISOR, hours(24): OPS_MANAGER},
    )
    ship_limit = Deadline(
        hours_in("ship_limit_hours"),
        since=pay | pay_mismatch,
        until=hand_over | intercept_failed | split_shipment,
        paused_in=waiting_for_word,
        tell=GM,
        sends=cannot_ship,
    )
    checked_in_time = Deadline(
        hours(2),
        since=pack,
        until=check_ok | check_failed | cannot_ship | request_cancel_late,
        tell=WAREHOUSE_SUPERVISOR,
    )
    urge_answered = Deadline(
        hours(2),
        since=urge_ship,
        until=hand_over | cannot_ship | pick_short | hold | request_cancel | request_cancel_late,
        unless="has_promised",
        tell=WAREHOUSE_SUPERVISOR,
    )

    # a parcel that nobody scans is in trouble: each limit reports it by itself   003 六2.2
    first_scan = Deadline(
        hours(24),
        since=hand_over | intercept_failed,
        until=transit_scan | sign | exception | refused,
        sends=exception,
        tell=LOGISTICS,
    )
    next_scan = Deadline(
        hours(48),
        since=transit_scan | exception_cleared,
        until=delivery_scan | sign | exception | refused,
        sends=exception,
        tell=LOGISTICS,
    )
    signed_in_time = Deadline(
        hours(72), since=delivery_scan, until=sign | exception | refused, sends=exception, tell=LOGISTICS
    )

    milestones = {
        Milestone.ORDER_PAID: pay | pay_mismatch,
        Milestone.ORDER_CONFIRMED: confirm,
        Milestone.ORDER_HANDED_OVER: hand_over | intercept_failed,
        Milestone.ORDER_SIGNED: sign,
    }
    kpis = (
        count(place_order),
        elapsed(pay, hand_over),
        share(check_failed, of=pack),
        count(pick_short),
        count(short_stock),
        share(request_cancel, of=place_order),
        share(request_cancel_late, of=place_order),
        elapsed(hand_over, sign),
        share(exception, of=hand_over),
        share(parcel_lost, of=hand_over),
    )

    # --- rules

    def is_full_amount(self, form: Payment) -> bool:
        """The money received equals the order total."""
        return form.paid == self.case.total

    def is_paid_elsewhere(self) -> bool:
        """Nothing is to be paid, or the case that opened the order has taken the money."""
        return self.parent is not None or self.case.total == NOTHING

    def is_plain(self) -> bool:
        """The order is paid and has no buyer's note, and it was not questioned, held or paid wrongly before."""
        doubted = self.has_happened(self.query_customer | self.hold | self.pay_mismatch)
        return self.has_happened(self.pay) and not self.case.buyer_note and not doubted

    def is_campaign_order(self) -> bool:
        """The order was paid in a campaign peak, or the campaign page promised a shipping time of its own."""
        return self.case.ship_promise_hours is not None or self.case.ship_limit_hours != SHIP_LIMIT_HOURS

    def has_cause_to_ask(self, form: Obstacle | None) -> bool:
        """Somebody says why the order can't be shipped, or the ship limit passed before the customer was asked."""
        asked = self.has_happened(self.short_stock | self.pick_short | self.cannot_ship)
        return form is not None or not asked

    def has_all_stock_answers(self) -> bool:
        """All out-of-stock cases of the order have ended."""
        return self.children(self.shortage).all_reported

    def has_no_stock_answer(self) -> bool:
        """No out-of-stock case of the order has ended yet."""
        return not self.children(self.shortage).reports

    def has_goods_left(self) -> bool:
        """Something of the order is left to ship."""
        return bool(self.settled_case().lines)

    def has_all_parts_answered(self) -> bool:
        """Every part of the order has been delivered or has ended."""
        return self.children(self.ship_parts).all_reported

    def has_part_delivered(self) -> bool:
        """At least one part was delivered."""
        parts = self.children(self.ship_parts).reports
        return any(part.stage in ("delivered", "completed") for part in parts)

    def is_packed(self) -> bool:
        """The goods are packed, and haven't gone back to picking since."""
        return self.has_happened(self.pack, since=self.start_picking | self.check_failed)

    def is_checked(self) -> bool:
        """Item number, quantity and colour were checked since the last packing."""
        return self.has_happened(self.check_ok, since=self.pack)

    def has_waybill(self) -> bool:
        """The parcel has a waybill."""
        return self.case.waybill_no is not None

    def has_promised(self) -> bool:
        """The warehouse has promised when it ships."""
        return self.case.promised_at is not None

    def has_no_open_aftersales(self) -> bool:
        """No after-sales case is open."""
        return not self.children(self.aftersales).any_running

    # --- payment and confirmation

    @place_order.on
    def keep_goods(self, form: PlaceOrder) -> None:
        self.require(form.order_no == self.subject, "Must be the number of the case.", "order_no")
        self.do(HoldStock(order=self.case.order_no, lines=self.case.goods))
        self.say("order_received", total=self.case.total)

    @(pay | pay_mismatch).on
    def count_payment(self, form: Payment | None) -> None:
        limit = SHIP_LIMIT_HOURS_IN_PEAKS if self.policy.is_peak(self.now) else SHIP_LIMIT_HOURS
        self.case.ship_limit_hours = self.case.ship_promise_hours or limit
        if form is None:
            self.case.paid = self.case.total if self.refunds_itself() else NOTHING
        else:
            payment = RecordPayment(
                order=self.case.order_no,
                amount=form.paid,
                payment_no=form.payment_no,
                method=self.case.payment_method,
            )
            self.do(payment, otherwise=self.hold)
            if self.came_from is self.cancelled:  # it came too late and goes back
                self.case.refund_due = form.paid

    def refunds_itself(self) -> bool:
        """Whether this case returns the order's money itself, and not the case that waits for it."""
        parent = self.parent
        return parent is None or not parent.waits or parent.link == "ship_parts"

    @(confirm | auto_confirm).on
    def announce(self) -> None:
        self.do(
            Notify(role=WAREHOUSE_SUPERVISOR, template="prepare_goods", data={"order": self.case.order_no})
        )
        self.say("order_confirmed")

    @query_customer.on
    def ask_customer(self, form: Question) -> None:
        self.say("order_question", question=form.question)

    @customer_reply.on
    def correct(self, form: Reply) -> None:
        corrections = {name: value for name, value in form.corrected_fields if value is not None}
        self.require(corrections, "Say what is right.", "corrected_fields")
        self.case = self.case.model_copy(update=corrections)

    @hold.on
    def give_back(self, form: Hold | None) -> None:
        self.require(form is None or form.review_by > self.now, "Must be in the future.", "review_by")
        self.undo(ReserveStock)
        if self.came_from is self.picking:
            self.tell(WAREHOUSE_KEEPER, "put_goods_back", order=self.case.order_no)

    @release.on
    def forget_review(self) -> None:
        self.case.review_by = None

    @edit_address.on
    def readdress(self, form: NewAddress) -> None:
        self.case.address = form.new_address
        self.case.phone = form.new_phone or self.case.phone

    # --- stock

    @confirmed.enter
    def reserve(self) -> None:
        goods = ReserveStock(order=self.case.order_no, lines=self.case.goods)
        self.do(goods, then=self.allocate, otherwise=self.short_stock)

    @short_stock.on
    def note_missing(self, outcome: OutOfStock) -> None:
        self.case.shortages = self.case.short_in_stock(outcome.missing)

    @pick_short.on
    def note_shortfall(self, form: PickShortfall) -> None:
        rows = self.case.ordered.rows_of(form.missing)
        self.require(rows, "The order has no such item.", "sku")
        self.fall_short(rows, "count_error")

    @(cannot_ship | open_aftersales).on
    def compare_with_order(self, form: Obstacle | AfterSales | None) -> None:
        named = form is None or self.case.ordered.has(form.lines)
        self.require(named, "The order doesn't have that much of the line.", "lines")

    @cannot_ship.on
    def note_obstacle(self, form: Obstacle | None) -> None:
        """Where there is no form, the ship limit has passed: the customer is asked about all goods of the order."""
        if form is None:
            self.fall_short(self.case.ordered.rows, "other")
        else:
            self.fall_short(form.lines, form.cause, form.expected_date)
        self.void_parcel()
        self.tell(CS_AGENT, "cannot_ship", order=self.case.order_no)
        if self.came_from is not self.allocated:
            self.tell(WAREHOUSE_KEEPER, "put_goods_back", order=self.case.order_no)

    def fall_short(self, rows: tuple[LineQty, ...], cause: str, expected: Day | None = None) -> None:
        self.case.shortages = self.case.short(rows, cause, expected)
        self.do(ReleaseLines(order=self.case.order_no, lines=sku_rows(per_sku(self.case.shortages))))

    def settled_case(self) -> OrderCase:
        """The case as the answers of its out-of-stock cases leave it: lines refunded, exchanged, or to follow later."""
        answers = [(ended.case, ended.result) for ended in self.children(self.shortage).reports]
        return self.case.settled(answers, self.next_subject)

    @(stock_resolved | line_refunded | stock_refused).on
    def take_answers(self) -> None:
        before = self.case
        self.case = self.settled_case()
        if unwanted := self.case.given_up_since(before):
            self.do(ReleaseLines(order=self.case.order_no, lines=unwanted))
        self.share_payment(before.paid)

    def free_what_others_reserved(self) -> None:
        """Free goods that another case has reserved under the order's number."""
        asked = self.has_happened(self.short_stock | self.pick_short | self.cannot_ship)
        if (self.parent is not None or asked) and self.case.goods:
            self.do(ReleaseLines(order=self.case.order_no, lines=self.case.goods))

    def share_payment(self, paid: Money) -> None:
        if paid and self.case.shares:
            self.do(SharePayment(order=self.case.order_no, shares=self.case.shares))

    @split_shipment.on
    def share_out(self, form: Split) -> None:
        case = self.case
        complete = per_line(form.parts) == case.ordered.quantities
        self.require(complete, "Quantities must add up to the order.", "parts")
        case.parts = case.parts_by_location(form.parts)
        self.free_what_others_reserved()
        self.undo(HoldStock, ReserveStock, OpenCase)
        self.share_payment(case.paid)

    # --- the warehouse

    @urge_ship.on
    def pass_on(self, form: Urge) -> None:
        if form.promised_at is None:
            self.tell(WAREHOUSE_SUPERVISOR, "please_ship", order=self.case.order_no, message=form.message)

    @picked.on
    def compare_with_list(self, form: Picked) -> None:
        complete = per_sku(form.lines_scanned) == per_sku(self.case.lines)
        self.require(complete, "Must equal the pick list.", "lines_scanned")

    @pack.on
    def count_goods(self, form: Packed) -> None:
        wanted = total(self.case.lines)
        self.require(form.goods_qty == wanted, f"The order has {wanted} pieces.", "goods_qty")

    @create_waybill.on
    def book_carrier(self, form: Waybill) -> None:
        waybill = BookWaybill(
            **self.case.parcel, **self.case.label, freight=form.freight_fee, pickup_at=form.pickup_time
        )
        self.do(waybill, otherwise=self.void_waybill)

    @(void_waybill | cancel_withdrawn).on
    def void_parcel(self) -> None:
        self.undo(BookWaybill)
        self.case.waybill_no = None

    @hand_over.on
    def check_parcels(self, form: Handover) -> None:
        self.require(form.parcels == self.case.package_count, "Must equal the packages packed.", "parcels")

    @(hand_over | intercept_failed).on
    def goods_have_left(self, form: Handover | Interception) -> None:
        handed_at, courier = self.now, ""
        if isinstance(form, Handover):
            handed_at, courier = form.handed_at, form.courier_name or ""
        self.do(IssueStock(order=self.case.order_no))
        self.do(RecordShipment(handed_at=handed_at, courier=courier, **self.case.parcel))
        self.make_permanent(HoldStock, ReserveStock, BookWaybill, Notify)
        self.say("order_shipped", waybill_no=self.case.waybill_no)

    # --- on the way

    @in_transit.enter
    def tell_under_way(self) -> None:
        self.say("parcel_under_way", waybill_no=self.case.waybill_no)

    @delivery_scan.on
    def tell_courier_comes(self) -> None:
        self.say("parcel_out_for_delivery", waybill_no=self.case.waybill_no)

    @sign.on
    def tell_delivered(self) -> None:
        self.say("parcel_delivered", waybill_no=self.case.waybill_no)

    @(sign | refused | parcel_lost).on
    def close_exception(self) -> None:
        self.undo(OpenCase, only=lambda opened: opened.procedure == "logistics_exception")

    @exception.on
    def apologise(self) -> None:
        self.say("parcel_delayed", waybill_no=self.case.waybill_no)

    @return_received.on
    def put_back(self, form: CameBack) -> None:
        goods = arrived(self.case.goods, form.inspected, form.bin)
        self.do(ReceiveStock(reference=self.case.order_no, lines=goods))

    # --- cancelled after payment

    @(reject_invalid | cancel_on_hold).on
    def refund_at_most_paid(self, form: Rejection) -> None:
        self.require(form.refund_due <= self.case.paid, f"Only {self.case.paid} was paid.", "refund_due")

    @(request_cancel | intercepted | return_received).on
    def refund_all(self) -> None:
        """Return all that out-of-stock cases haven't returned yet; what was to follow later is cancelled too."""
        if self.came_from is self.waiting_stock:
            self.case = self.settled_case().without_parts(self.case)
        self.case.refund_due = self.case.paid

    @(reject_invalid | cancel_on_hold | request_cancel | intercepted | return_received | pay_mismatch).on
    def reverse_benefits(self) -> None:
        if self.case.refund_due:
            self.do(ReverseBenefits(order=self.case.order_no, amount=self.case.refund_due))

    @request_cancel_late.on
    def pull_goods_back(self) -> None:
        self.tell(WAREHOUSE_KEEPER, "pull_goods_back", order=self.case.order_no)

    @intercepted.on
    def goods_are_back(self, form: Interception) -> None:
        self.require(form.parcel_located, "Only goods that were found can be pulled.", "parcel_located")

    @intercept_failed.on
    def ask_to_refuse(self) -> None:
        self.say("please_refuse_parcel", waybill_no=self.case.waybill_no)

    @cancelled.enter
    def tell_cancelled(self) -> None:
        self.free_what_others_reserved()
        if not (self.has_happened(self.stock_refused) and self.case.parts):  # unless all goods follow later
            self.say("order_cancelled")

    def say(self, template: str, **data: object) -> None:
        data = {"order": self.case.order_no, **data}
        self.do(Message(to=self.case.order_no, template=template, data=as_text(**data)))

    def result(self) -> dict[str, object]:
        return {"order_no": self.case.order_no, "waybill_no": self.case.waybill_no}

    def book_entry(self) -> OrderEntry:
        return self.case.entry(order_origin(self.parent))

    # --- what it starts

    @starts(
        "out_of_stock",
        on=short_stock | pick_short | cannot_ship,
        ends={
            "resolved_shipped": stock_resolved | stock_refused,
            "false_alarm": stock_resolved | stock_refused,
            "resolved_refunded": line_refunded | stock_refused,
        },
    )
    def shortage(self) -> list[Opening]:
        return shortage_cases(self.case, self.revision)

    @starts("stocktake", on=pick_short)
    def recount(self, form: PickShortfall) -> Opening:
        return spot_count(self.next_subject, [form.sku], self.today, self.actor.id)

    @starts(
        "order_fulfilment",
        on=split_shipment,
        ends={
            "delivered": parts_delivered,
            "cancelled": parts_delivered | parts_failed,
            "closed_returned": parts_delivered | parts_failed,
            "closed_lost": parts_delivered | parts_failed,
        },
    )
    def ship_parts(self) -> list[Opening]:
        return cases_of_parts(self.case)

    @starts("order_fulfilment", on=stock_resolved | line_refunded | stock_refused)
    def ship_rest(self) -> list[Opening]:
        return cases_of_parts(self.case)

    @starts(
        "logistics_exception",
        on=exception,
        ends={"resolved": exception_cleared, "lost": parcel_lost, "returned": refused},
    )
    def trouble(self, form: Abnormal | None) -> Opening:
        symptom = form.kind if form is not None else "stalled"
        return exception_case(self.case, self.revision, symptom, by_staff=self.actor.is_staff)

    @starts("lost_parcel_claim", on=parcel_lost | return_lost)
    def claim(self) -> Opening:
        return lost_order_case(self.case)

    @starts("aftersales_request", on=open_aftersales, awaited=True)
    def aftersales(self, form: AfterSales) -> Opening:
        return opening(
            self.next_subject, order_no=self.case.order_no, lines=form.lines, wanted=form.request_type
        )

    @starts("satisfaction_survey", on=sign)
    def survey(self) -> Opening:
        return delivery_survey(self.case.order_no, self.today)

    @starts(
        "refund_only",
        on=request_cancel | intercepted | reject_invalid | cancel_on_hold | return_received | pay_mismatch,
    )
    def refund(self) -> Opening | None:
        due = self.case.refund_due
        return refund_case(self.next_subject, "cancel", self.case.order_no, due) if due else None
