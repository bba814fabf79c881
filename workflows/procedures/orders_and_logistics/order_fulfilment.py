"""Order fulfilment (订单处理与发货): from a placed order to a signed parcel.

Sources: 000-a 5; 000-b 4; 000-d 三, 四; 000-e 三, 四; 000-g 四; 001-b 第三章·2; 001-d 4; 001-h; 001-k 3.1.2;
001-l/s/t 工作职责(四); 001-m 三·2; 001-o 三·4, 5; 001-r 二, 三; 001-t 二(四); 002-a 2②; 003 四; 004-f; 004-g 客服 2.
Who confirms: D1. Who dispatches: D2. 24 h, 48 h and "once a day": D8. Confirmed after payment: D23.
"""

from activities.carriers.contract import BookWaybill, InstructCarrier, Instruction, RecordShipment
from activities.cases.contract import OpenCase, SendEvent
from activities.catalogue.contract import CheckOrderPrices, PricesDoubtful
from activities.messages.contract import Message, Notify, as_text
from activities.milestones.contract import Milestone
from activities.money.contract import RecordPayment, ReverseBenefits, SharePayment
from activities.orders.contract import OrderEntry
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

DISPATCH = earliest(today("17:00"), hours(24))  # once a day: 001-t 二(四)2
SHIP_LIMIT_HOURS = 48  # 001-t 二(四)2
SHIP_LIMIT_HOURS_IN_PEAKS = 72  # unless the campaign page promises another time
DISPATCHERS = LOGISTICS | FACTORY_RESIDENT  # who hands parcels to the carrier: D2


class OrderCase(Case, ordering.OrderOnForms):
    ship_limit_hours: int = SHIP_LIMIT_HOURS


class OrderFulfilment(OnItsWay, Procedure):
    """Take a paid customer order through checking, stock, picking, packing and handover to a signed delivery."""

    key = "order_fulfilment"
    case: OrderCase
    numbers = "SO"
    about = ("lines", "receiver_name", "paid")
    papers = {Paper.PICK_LIST: (), Paper.DELIVERY_NOTE: (), Paper.LABEL: ()}
    parties = {PartyKind.CUSTOMER: "customer_no"}
    signalled = (*ordering.CANCELS, *ordering.READDRESSES, *ordering.TOLD_BY_OTHERS, "cannot_ship")

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
    to_be_fetched = awaiting_pickup | cancel_pending
    with_the_carrier = shipped | in_transit | out_for_delivery
    under_way = with_the_carrier | delivery_exception
    waiting_for_word = awaiting_customer | on_hold
    paid_for = not_picked | on_hold | waiting_stock | split | in_the_warehouse | cancel_pending | under_way
    in_the_end = returning | delivered | completed | closed_returned | closed_lost

    # payment                                                                 000-e, 002-a, 004-f, 001-d 4
    place_order = new.to(awaiting_payment, **ordering.PLACEMENT)
    pay = (
        awaiting_payment.to(pending_confirmation, as_soon_as="is_paid_elsewhere", form=ordering.Payment)
        | awaiting_payment.to(pending_confirmation, **ordering.PAYMENT, when="is_full_amount")
        | on_hold.to(pending_confirmation, **ordering.PAYMENT, when="is_held_for_money and is_full_amount")
    )
    pay_mismatch = (
        awaiting_payment.to(on_hold, **ordering.PAYMENT, when="not is_full_amount")
        | on_hold.stay(**ordering.PAYMENT, when="is_held_for_money and not is_full_amount")
        | cancelled.stay(**ordering.PAYMENT)  # it came too late and goes back
    )
    paid_again = (paid_for | in_the_end).stay(**ordering.PAYMENT)  # what is more than the total goes back
    payment_timeout = awaiting_payment.to(cancelled, after=minutes(30))
    cancel_unpaid = awaiting_payment.to(cancelled, **ordering.CANCELLATION)

    # confirmation                                                            001-m, 000-d, 000-e, 003 四1.2
    auto_confirm = pending_confirmation.to(confirmed, as_soon_as="is_plain")
    confirm = pending_confirmation.to(
        confirmed, by=CS_AGENT, form=ordering.Checked, when="has_prices_of_the_book", main=True
    ) | pending_confirmation.to(confirmed, by=CS_SUPERVISOR, form=ordering.Checked)
    prices_checked = pending_confirmation.stay()
    doubt_prices = (awaiting_payment | pending_confirmation | awaiting_customer | on_hold).stay() | (
        confirmed | allocated
    ).to(pending_confirmation)
    query_customer = pending_confirmation.to(awaiting_customer, by=CS_AGENT, form=ordering.Question)
    customer_reply = awaiting_customer.to(pending_confirmation, **ordering.REPLY, main=True)
    customer_silent = awaiting_customer.to(on_hold, after=hours(24))
    reject_invalid = pending_confirmation.to(cancelled, by=CS_SUPERVISOR, form=ordering.Rejection)
    hold = (pending_confirmation | confirmed | allocated | picking).to(on_hold, **ordering.HOLD)
    release = on_hold.to(pending_confirmation, by=CS_SUPERVISOR, form=ordering.Finding, main=True)
    cancel_on_hold = on_hold.to(cancelled, by=CS_SUPERVISOR, form=ordering.Rejection)
    edit_address = (not_picked | on_hold | waiting_stock | split | picking | packing | packed).stay(
        **ordering.NEW_ADDRESS
    ) | awaiting_pickup.to(packed, **ordering.NEW_ADDRESS)
    change_lines = (pending_confirmation | awaiting_customer | on_hold).stay(**ordering.LINE_CHANGE) | (
        allocated | in_the_warehouse
    ).to(confirmed, **ordering.LINE_CHANGE)

    # stock                                                                   000-e 三2-3, 001-t 二(四)2
    allocate = confirmed.to(allocated)
    short_stock = confirmed.to(waiting_stock)
    stock_resolved = waiting_stock.to(confirmed, when="has_all_stock_answers and has_goods_left")
    line_refunded = waiting_stock.to(confirmed, when="has_all_stock_answers and has_goods_left")
    stock_refused = waiting_stock.to(cancelled, when="has_all_stock_answers and not has_goods_left")
    split_shipment = (confirmed | allocated).to(split, **ordering.SPLIT) | waiting_stock.to(
        split, **ordering.SPLIT, when="has_no_stock_answer"
    )
    parts_delivered = split.to(delivered, when="has_all_parts_answered and has_part_delivered")
    parts_failed = split.to(cancelled, when="has_all_parts_answered and not has_part_delivered")

    # warehouse                                                               003 四2-3, 000-e 四2-3, 001-h, 001-l/t
    start_picking = allocated.to(picking, by=PICKER, form=dispatching.PickList)
    pick_short = picking.to(waiting_stock, by=PICKER, form=dispatching.PickShortfall) | (
        allocated | packing | packed | awaiting_pickup
    ).to(waiting_stock, form=dispatching.PickShortfall)  # told by another case
    cannot_ship = (allocated | in_the_warehouse).to(
        waiting_stock, **ordering.OBSTACLE, when="has_cause_to_ask and not is_goods_there"
    ) | (allocated | in_the_warehouse).stay(**ordering.OBSTACLE, when="is_goods_there")
    urge_ship = (allocated | in_the_warehouse).stay(by=AFTER_SALES, form=dispatching.Urge)
    answer_urge = (allocated | in_the_warehouse).stay(**ordering.PROMISE)
    picked = picking.to(packing, by=PICKER, form=dispatching.Picked, main=True)
    pack = packing.to(packed, by=PACKER, form=dispatching.Packed)
    check_ok = packed.stay(by=FACTORY_RESIDENT | ORDER_CLERK, form=dispatching.Match, when="is_packed")
    check_failed = packed.to(picking, by=FACTORY_RESIDENT | ORDER_CLERK, form=dispatching.Mismatch)
    create_waybill = packed.to(
        awaiting_pickup, **ordering.WAYBILL, when="is_packed and is_checked", main=True
    )
    void_waybill = awaiting_pickup.to(packed, by=LOGISTICS, form=Reason)
    parcel_collected = to_be_fetched.stay(**ordering.ONE_COLLECTED, when="has_others_to_collect")
    hand_over = awaiting_pickup.to(
        shipped, **ordering.HANDOVER, when="has_waybill", main=True
    ) | cancel_pending.to(shipped, **ordering.HANDOVER, when="has_waybill")

    take_parcel = (allocated | picking).to(in_transit, form=OthersParcel) | waiting_stock.to(
        in_transit, form=OthersParcel, when="has_no_stock_answer"
    )  # the one that was sent to a buyer who didn't pay: 004-g 数据 5(4)

    # an order in several parcels stands where its slowest does
    parcel_scanned = under_way.stay(**ordering.ONE_SCANNED, when="has_several_parcels")
    parcel_signed = under_way.stay(**ordering.ONE_SIGNED, when="has_several_parcels")
    parcel_gone = under_way.stay(**ordering.ONE_LOST, when="has_several_parcels")
    parcel_refused = under_way.stay(**ordering.ONE_REFUSED, when="has_several_parcels")
    (parcel_collected | parcel_scanned | parcel_signed | parcel_gone | parcel_refused).on(
        OnItsWay.note_parcel
    )
    parcel_back = (under_way | delivered).stay(**ordering.ONE_BACK, when="has_several_parcels")
    all_moving = shipped.to(in_transit, as_soon_as="is_every_parcel_moving")
    all_arrived = under_way.to(delivered, as_soon_as="has_all_settled and has_parcel_arrived")
    none_arrived = under_way.to(closed_returned, as_soon_as="has_all_settled and not has_parcel_arrived")

    # on the way                                                              000-e 四4, 003 六2.2, 001-t 二(三)
    transit_scan = shipped.to(in_transit, **ordering.SCANNED) | (in_transit | out_for_delivery).stay(
        **ordering.SCANNED
    )
    delivery_scan = (shipped | in_transit).to(out_for_delivery, **ordering.LOADED)
    delivery_scan.on(OnItsWay.tell_courier_comes)
    sign = under_way.to(delivered, by=CARRIER_FEED, form=Scan, on=PARCEL_DELIVERED)
    exception = with_the_carrier.to(delivery_exception, **ordering.TROUBLE)
    exception.on(OnItsWay.apologise)
    trouble_known = with_the_carrier.to(delivery_exception)  # staff have opened its case
    found_delivered = delivery_exception.to(delivered, when="is_signed")
    exception_cleared = delivery_exception.to(in_transit)
    parcel_lost = delivery_exception.to(closed_lost, by=CARRIER_FEED, form=Abnormal, on=PARCEL_LOST)
    refused = under_way.to(returning, **ordering.REFUSAL)
    return_received = returning.to(closed_returned, by=WAREHOUSE_KEEPER, form=dispatching.CameBack)
    return_lost = returning.to(closed_lost, after=days(10))
    lost_came_back = closed_lost.stay(by=WAREHOUSE_KEEPER, form=dispatching.CameBack, once=True)
    redirect = under_way.stay(by=CUSTOMER, heard_by=CS_AGENT, form=ordering.NewAddress)
    carrier_declines = (under_way | delivered | returning).stay()
    carrier_declines.on(OnItsWay.tell_declined)

    # cancelled after payment                                                 001-d 5
    request_cancel = (not_picked | waiting_stock).to(cancelled, **ordering.CANCELLATION)
    request_cancel_late = in_the_warehouse.to(cancel_pending, **ordering.CANCELLATION)
    request_recall = under_way.stay(**ordering.CANCELLATION, when="not is_called_back")
    cancel_parts = split.stay(**ordering.CANCELLATION)
    intercepted = cancel_pending.to(cancelled, **ordering.INTERCEPTION, main=True)
    intercept_failed = cancel_pending.to(shipped, **ordering.INTERCEPTION, when="has_waybill")
    cancel_withdrawn = cancel_pending.to(packed, **ordering.WITHDRAWAL)

    # the end                                                                 003 四4.2, 001-b
    confirm_receipt = delivered.to(completed, **ordering.RECEIPT, when="is_received") | delivered.to(
        delivery_exception, **ordering.RECEIPT, when="not is_received"
    )
    auto_complete = delivered.to(completed, after=days(10), when="has_no_open_aftersales")
    open_aftersales = (under_way | delivered | completed).stay(**ordering.AFTER_SALES)
    return_reported = (under_way | split | delivered | completed).stay(form=ordering.ReportedReturn)

    # limits: ship within a day, at the latest in two; peaks by their own promise   001-t 二(四)2
    ship_target = Deadline(
        hours(24),
        since=pay | pay_mismatch,
        until=hand_over | intercept_failed | split_shipment | take_parcel,
        paused_in=waiting_for_word,
        unless="is_campaign_order",
        tell={hours(18): WAREHOUSE_SUPERVISOR, hours(24): OPS_MANAGER},
    )
    ship_limit = Deadline(
        hours_in("ship_limit_hours"),
        since=pay | pay_mismatch,
        until=hand_over | intercept_failed | split_shipment | take_parcel,
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
        until=(hand_over | cannot_ship | pick_short | hold)
        | (request_cancel | request_cancel_late | take_parcel),
        unless="has_promised",
        tell=WAREHOUSE_SUPERVISOR,
    )

    # a parcel that nobody scans is in trouble: each limit reports it by itself   003 六2.2
    search: ordering.Row = {"sends": exception, "tell": LOGISTICS}
    first_scan = Deadline(
        hours(24),
        since=hand_over | intercept_failed,
        until=(transit_scan | delivery_scan | sign | exception)
        | (trouble_known | refused | all_moving | all_arrived),
        **search,
    )
    next_scan = Deadline(
        hours(48),
        since=transit_scan | exception_cleared | all_moving | take_parcel,
        until=delivery_scan | sign | exception | trouble_known | refused | all_arrived,
        **search,
    )
    signed_in_time = Deadline(
        hours(72), since=delivery_scan, until=sign | exception | trouble_known | refused, **search
    )

    milestones = {
        Milestone.ORDER_PAID: pay | pay_mismatch,
        Milestone.ORDER_CONFIRMED: confirm,
        Milestone.ORDER_HANDED_OVER: hand_over | intercept_failed | take_parcel,
        Milestone.ORDER_SIGNED: sign | parcel_signed,
    }
    kpis = (
        *(count(place_order), elapsed(pay, hand_over), share(check_failed, of=pack), count(pick_short)),
        *(count(short_stock), share(request_cancel, of=place_order)),
        share(request_cancel_late, of=place_order),
        *(elapsed(hand_over, sign), share(exception, of=hand_over), share(parcel_lost, of=hand_over)),
    )

    # --- rules

    def is_full_amount(self, form: ordering.Payment) -> bool:
        """The money received covers the order total."""
        return self.case.is_covered_by(form.paid, form.payment_no)

    def is_held_for_money(self) -> bool:
        """The order is on hold because too little was paid, and for nothing else."""
        short = self.has_happened(self.pay_mismatch)
        return short and not self.has_happened(self.hold | self.customer_silent, since=self.pay_mismatch)

    def is_paid_elsewhere(self) -> bool:
        """Nothing is to be paid, or the case that opened the order has taken the money."""
        return self.parent is not None or self.case.total == NOTHING

    def is_plain(self) -> bool:
        """The order is paid and has no note; nothing of it is doubtful, questioned, held or was paid wrongly before."""
        doubted = self.case.in_doubt or self.has_happened(self.query_customer | self.hold)
        doubted = doubted or self.has_happened(self.pay_mismatch, since=self.pay)
        plain = self.has_happened(self.pay) and not self.case.buyer_note and not doubted
        asked_for_nothing = self.parent is None and not self.case.total
        checked = not asked_for_nothing or self.has_happened(self.prices_checked)
        return plain and checked and not self.case.doubtful_prices

    def has_prices_of_the_book(self) -> bool:
        """Nothing is sold below the book's price; else the supervisor of customer service confirms the order."""
        return not self.case.doubtful_prices

    def is_campaign_order(self) -> bool:
        """The order was paid in a campaign peak, or the campaign page promised a shipping time of its own."""
        return self.case.ship_promise_hours is not None or self.case.ship_limit_hours != SHIP_LIMIT_HOURS

    def has_cause_to_ask(self, form: dispatching.Obstacle | None) -> bool:
        """Somebody says why the order can't be shipped, or the ship limit passed before the customer was asked."""
        asked = self.has_happened(self.short_stock | self.pick_short | self.cannot_ship)
        return form is not None or not asked

    def is_goods_there(self, form: dispatching.Obstacle | None) -> bool:
        """The goods are there, and only late: the carrier keeps them waiting, or the limit passed after picking."""
        if form is None:
            return self.stage in (self.packing, self.packed, self.awaiting_pickup)
        return form.cause == "carrier"

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
        return bool(self.children(self.ship_parts).that_reached("delivered", "completed"))

    def is_packed(self) -> bool:
        """The goods are packed, and haven't gone back to picking since."""
        return self.has_happened(self.pack, since=self.start_picking | self.check_failed)

    def is_checked(self) -> bool:
        """Item number, quantity and colour were checked since the last packing."""
        return self.has_happened(self.check_ok, since=self.pack)

    def has_waybill(self) -> bool:
        """The parcel has a waybill."""
        return self.case.waybill_no is not None

    def has_several_parcels(self) -> bool:
        """The order left in several parcels."""
        return bool(self.case.parcels)

    def has_others_to_collect(self, form: Handover) -> bool:
        """The carrier has other parcels of the order still to fetch."""
        return self.case.has_others_to_collect(form.parcel_no)

    def is_every_parcel_moving(self) -> bool:
        """No parcel of several waits for its first scan."""
        return self.has_several_parcels() and not self.case.has_parcel_in("labelled", "collected")

    def has_all_settled(self) -> bool:
        """Every parcel of several has arrived, come back or been lost."""
        return self.case.has_parcels_in("delivered", "lost", "back")

    def has_parcel_arrived(self) -> bool:
        """One parcel of several has arrived."""
        return self.case.has_parcel_in("delivered")

    def is_called_back(self) -> bool:
        """The parcel is to come back, as the order is cancelled."""
        return self.case.called_back

    def has_promised(self) -> bool:
        """The warehouse has promised when it ships."""
        return self.case.promised_at is not None

    def has_no_open_aftersales(self) -> bool:
        """No after-sales case is open."""
        return not self.children(self.aftersales).any_running and not self.case.open_returns

    def is_received(self, form: ordering.Received) -> bool:
        """The customer has it all."""
        return form.received_ok

    def is_signed(self) -> bool:
        """The carrier says that it was signed for."""
        return self.has_happened(self.sign | self.all_arrived, since=self.hand_over)

    # --- payment and confirmation

    @place_order.on
    def keep_goods(self) -> None:
        self.require(*self.case.judged(by_a_feed=self.actor.is_feed))
        self.do(HoldStock(order=self.case.order_no, lines=self.case.goods))
        if self.parent is None:  # whoever opens an order has agreed on its prices
            self.compare_prices()
        if self.parent is None and self.case.total:  # for goods of another order nothing is to be paid
            self.say("order_received", total=self.case.total)

    def compare_prices(self) -> None:
        prices = CheckOrderPrices(**self.case.bought)
        self.do(prices, then=None if self.case.total else self.prices_checked, otherwise=self.doubt_prices)

    @(pay | pay_mismatch).on
    def promise_shipping(self) -> None:
        limit = SHIP_LIMIT_HOURS_IN_PEAKS if self.policy.is_peak(self.now) else SHIP_LIMIT_HOURS
        self.case.ship_limit_hours = self.case.ship_promise_hours or limit

    @(pay | pay_mismatch | paid_again).on
    def count_payment(self, form: ordering.Payment | None) -> None:
        self.case.refund_due = NOTHING
        if form is None:
            self.case.paid = self.case.total if refunds_itself(self.parent) else NOTHING
        elif not self.case.has_counted(form.payment_no):
            payment = RecordPayment(amount=form.paid, payment_no=form.payment_no, **self.case.payer)
            self.do(payment, otherwise=None if self.has_happened(self.paid_again) else self.hold)
            over = self.came_from in (self.cancelled, self.closed_returned)
            self.case = self.case.with_payment(form.paid, form.payment_no, goes_back=over)

    @doubt_prices.on
    def note_doubts(self, outcome: PricesDoubtful) -> None:
        self.case = self.case.with_doubts(outcome.doubtful)
        self.undo(ReserveStock, Notify)

    @(confirm | auto_confirm).on
    def announce(self) -> None:
        order = {"order": self.case.order_no}
        self.do(Notify(role=WAREHOUSE_SUPERVISOR, template="prepare_goods", data=order))
        self.say("order_confirmed")

    @query_customer.on
    def ask_customer(self, form: ordering.Question) -> None:
        self.say("order_question", question=form.question)

    @customer_reply.on
    def correct(self, form: ordering.Reply) -> None:
        corrections = {name: value for name, value in form.corrected_fields if value is not None}
        self.require(corrections, "Say what is right.", "corrected_fields")
        self.case = self.case.model_copy(update=corrections)

    @hold.on
    def give_back(self, form: ordering.Hold | None) -> None:
        self.require(form is None or form.review_by > self.now, "Must be in the future.", "review_by")
        self.undo(ReserveStock)
        if self.came_from is self.picking:
            self.tell(WAREHOUSE_KEEPER, "put_goods_back", order=self.case.order_no)

    @release.on
    def forget_review(self) -> None:
        self.case.review_by = None

    @(edit_address | redirect).on
    def readdress(self, form: ordering.NewAddress | None) -> None:
        """What is being packed gets another label; a waybill that is there is void, and is made anew."""
        if form is not None:
            self.case = self.case.sent_to(form.new_name, form.new_phone, form.new_address)
        where = self.came_from
        if where is not None and where in self.in_the_warehouse.stages:
            for role in (WAREHOUSE_SUPERVISOR, *sorted(where.role)):
                self.tell(role, "address_changed", order=self.case.order_no)
        if where is self.awaiting_pickup:
            self.void_parcel()
        self.pass_on_to_parts(ordering.READDRESSES, form)
        if not self.actor.is_engine:  # else the order that this is a part of has told them
            self.say("order_readdressed")

    @redirect.on
    def send_elsewhere(self) -> None:
        waybill_no, address = self.case.waybill_no or "-", self.case.address
        elsewhere = InstructCarrier(waybill_no=waybill_no, instruction=Instruction.DELIVER, to=address)
        self.do(elsewhere, otherwise=self.carrier_declines)
        self.tell(LOGISTICS, "redirect_parcel", order=self.case.order_no, waybill_no=waybill_no)

    @change_lines.on
    def change_goods(self, form: ordering.LineChange) -> None:
        before, named = self.case, [*form.cancelled, *form.replaced]
        self.require(before.ordered.has(named), "The order doesn't have that much of the line.", "cancelled")
        self.case = before.with_changes(form.cancelled, form.replaced)
        self.require(self.case.lines, "Cancel the order instead: nothing is left of it.", "cancelled")
        if form.replaced:  # the line's price stays: somebody agrees where the book asks more
            self.compare_prices()
        self.void_parcel()
        if (gone := before.given_up_for(self.case)) and self.is_in_force(ReserveStock):
            self.do(ReleaseLines(order=self.case.order_no, lines=gone))
        if self.came_from in self.in_the_warehouse.stages:
            self.tell(WAREHOUSE_KEEPER, "put_goods_back", order=self.case.order_no)
        self.say("order_changed", refunded=self.case.refund_due)

    # --- stock

    @confirmed.enter
    def reserve(self) -> None:
        goods = ReserveStock(order=self.case.order_no, lines=self.case.goods)
        self.do(goods, then=self.allocate, otherwise=self.short_stock)

    @short_stock.on
    def note_missing(self, outcome: OutOfStock) -> None:
        self.case.shortages = self.case.short_in_stock(outcome.missing)

    @pick_short.on
    def note_shortfall(self, form: dispatching.PickShortfall | None) -> None:
        rows = self.case.ordered.rows_of(form.missing if form is not None else {})
        self.require(rows, "The order has no such item.", "sku")
        self.fall_short(rows, "count_error")

    @(cannot_ship | open_aftersales).on
    def compare_with_order(self, form: dispatching.Obstacle | AfterSales | None) -> None:
        named = form is None or self.case.ordered.has(form.lines)
        self.require(named, "The order doesn't have that much of the line.", "lines")

    @cannot_ship.on
    def note_obstacle(self, form: dispatching.Obstacle | None) -> None:
        """Without a form the ship limit has passed. Goods that are there stay as they are (001-t 二(四)2)."""
        self.case.shortages = ()
        if self.is_goods_there(form):
            notice = "ready_but_late" if form is None else "carrier_is_late"
            self.tell(CS_AGENT, notice, order=self.case.order_no)
            self.say("order_late")
            return
        rows = form.lines if form is not None else self.case.ordered.rows
        self.fall_short(rows, form.cause if form else "other", form.expected_date if form else None)
        self.tell(CS_AGENT, "cannot_ship", order=self.case.order_no)

    def fall_short(self, rows: tuple[LineQty, ...], cause: str, expected: Day | None = None) -> None:
        self.case.shortages = self.case.short(rows, cause, expected)
        self.do(ReleaseLines(order=self.case.order_no, lines=sku_rows(per_sku(self.case.shortages))))
        self.void_parcel()
        if self.came_from is not self.allocated:
            self.tell(WAREHOUSE_KEEPER, "put_goods_back", order=self.case.order_no)

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
    def share_out(self, form: ordering.Split) -> None:
        complete = per_line(form.parts) == self.case.ordered.quantities
        self.require(complete, "Quantities must add up to the order.", "parts")
        self.case.parts = self.case.parts_by_location(form.parts)
        self.free_what_others_reserved()
        self.undo(HoldStock, ReserveStock, OpenCase)
        self.share_payment(self.case.paid)

    # --- the warehouse

    @(urge_ship | answer_urge).on
    def pass_on(self, form: dispatching.Urge | dispatching.Promise) -> None:
        if isinstance(form, dispatching.Promise):
            self.tell(AFTER_SALES, "ships_by", order=self.case.order_no, promised=form.promised_at)
        elif form.promised_at is None:
            self.tell(WAREHOUSE_SUPERVISOR, "please_ship", order=self.case.order_no, message=form.message)

    @picked.on
    def compare_with_list(self, form: dispatching.Picked) -> None:
        complete = per_sku(form.lines_scanned) == per_sku(self.case.lines)
        self.require(complete, "Must equal the pick list.", "lines_scanned")

    @pack.on
    def count_goods(self, form: dispatching.Packed) -> None:
        wanted = self.case.pieces
        self.require(form.goods_qty == wanted, "The order has {wanted} pieces.", "goods_qty", wanted=wanted)

    @create_waybill.on
    def book_carrier(self, form: dispatching.Waybill) -> None:
        self.require(self.case.is_addressed, "It isn't clear whom this goes to: edit the address first.")
        self.case = self.case.in_parcels(form.lines, form.further)
        self.require(not self.case.objection_to_parcels, self.case.objection_to_parcels, "further")
        for paper, freight in self.case.papers:
            waybill = BookWaybill(**paper, **self.case.label, freight=freight, pickup_at=form.pickup_time)
            self.do(waybill, otherwise=self.void_waybill)

    @(void_waybill | cancel_withdrawn).on
    def void_parcel(self) -> None:
        self.undo(BookWaybill)
        self.case = self.case.unlabelled()

    @(hand_over | intercept_failed).on
    def goods_have_left(self, form: Handover | dispatching.Interception) -> None:
        told = form if isinstance(form, Handover) else Handover()
        packed = told.parcel_no or told.parcels in (None, self.case.package_count)
        self.require(packed, "Must equal the packages packed.", "parcels")
        self.do(IssueStock(order=self.case.order_no))
        self.case = self.case.with_parcel(None, "collected")
        moment, courier = told.handed_at or self.now, told.courier_name or ""
        for paper, _ in self.case.papers:
            self.do(RecordShipment(handed_at=moment, courier=courier, **paper))
        self.make_permanent(HoldStock, ReserveStock, BookWaybill, Notify)
        if self.came_from is self.cancel_pending:
            self.call_back()
        else:
            self.say("order_shipped", waybill_no=self.case.waybill_no)

    # --- on the way

    @take_parcel.on
    def free_what_was_kept(self, form: OthersParcel | None) -> None:
        """What comes was kept for another order, so that these goods are nobody's."""
        fits = form is not None and per_sku(form.goods) == per_sku(self.case.lines)
        self.require(fits, "The parcel brings other goods.", "goods")
        self.do(ReleaseLines(order=self.case.order_no, lines=self.case.goods))
        self.make_permanent(HoldStock, ReserveStock)
        self.undo(OpenCase, Notify)
        if self.came_from is self.picking:
            self.tell(WAREHOUSE_KEEPER, "put_goods_back", order=self.case.order_no)
        self.say("order_shipped", waybill_no=self.case.waybill_no)

    @parcel_back.on
    def put_parcel_back(self, form: dispatching.ParcelBack) -> None:
        rows = self.case.goods_on_their_way_in(form.parcel_no)
        self.require(rows, "No such parcel is on its way back.", "parcel_no")
        self.case = self.case.with_parcel_back(form.parcel_no)
        self.do(ReceiveStock(reference=self.case.order_no, lines=arrived(rows, form.inspected, form.bin)))

    @(transit_scan | exception_cleared).on
    def tell_under_way(self, report: ChildReport | None) -> None:
        moves = report is None or report.result.get("moved", True)
        if moves and self.came_from in (self.shipped, self.delivery_exception) and not self.case.called_back:
            self.say("parcel_under_way", waybill_no=self.case.waybill_no)

    @sign.on
    def tell_delivered(self) -> None:
        self.say("parcel_delivered", waybill_no=self.case.waybill_no)
        if self.case.called_back:  # the customer took it after all
            self.case.called_back = False
            self.tell(CS_AGENT, "recall_failed", order=self.case.order_no, waybill_no=self.case.waybill_no)

    @(sign | refused | parcel_lost | all_arrived | none_arrived).on
    def close_exception(self) -> None:
        self.undo(OpenCase, only=lambda opened: opened.procedure == "logistics_exception")

    @(exception | refused).on
    def say_what(self, form: Abnormal | ParcelRefusal | None) -> None:
        told = not self.actor.is_staff or (form is not None and form.says_what)
        self.require(told, "Say what is wrong.", "kind" if isinstance(form, Abnormal) else "cause")

    @return_reported.on
    def note_return(self, form: ordering.ReportedReturn | None) -> None:
        if form is not None:
            self.case = self.case.with_return(form.number, is_over=form.is_over)

    @(return_received | lost_came_back).on
    def put_back(self, form: dispatching.CameBack) -> None:
        goods = arrived(self.case.goods, form.inspected, form.bin)
        self.do(ReceiveStock(reference=self.case.order_no, lines=goods))
        if self.came_from is self.closed_lost:
            order, number = self.case.order_no, self.case.waybill_no
            self.tell(LOGISTICS, "lost_parcel_is_back", order=order, waybill_no=number)

    # --- cancelled after payment

    @(request_cancel | intercepted | return_received).on
    def refund_all(self) -> None:
        """Return all that out-of-stock cases haven't returned yet; what was to follow later is cancelled too."""
        if self.came_from is self.waiting_stock:
            self.case = self.settled_case().without_parts(self.case)
        self.case.refund_due = self.case.paid

    @(reject_invalid | cancel_on_hold).on
    def refund_all_but_of_fraud(self, form: ordering.Rejection) -> None:
        whole = form.reason == "fraud" or form.refund_due == self.case.paid
        self.require(whole, "All of {paid} goes back, but for fraud.", "refund_due", paid=self.case.paid)

    @(reject_invalid | cancel_on_hold | request_cancel | intercepted | return_received).on
    @(pay | pay_mismatch | paid_again | change_lines | parcel_back).on
    def reverse_benefits(self) -> None:
        if self.case.refund_due:
            self.do(ReverseBenefits(order=self.case.order_no, amount=self.case.refund_due))

    @intercepted.on
    def goods_are_back(self, form: dispatching.Interception) -> None:
        self.require(form.parcel_located, "Only goods that were found can be pulled.", "parcel_located")

    @request_recall.on
    def call_back(self) -> None:
        """The parcel is with the carrier: it is told to bring it back, and the money returns with the goods."""
        self.case.called_back, waybill_no = True, self.case.waybill_no or "-"
        bring_back = InstructCarrier(waybill_no=waybill_no, instruction=Instruction.BRING_BACK)
        self.do(bring_back, otherwise=self.carrier_declines)
        self.tell(LOGISTICS, "call_parcel_back", order=self.case.order_no, waybill_no=waybill_no)
        self.say("please_refuse_parcel", waybill_no=waybill_no)

    @(cancel_parts | request_cancel | request_cancel_late | request_recall).on
    def cancel_what_others_ship(self, form: ordering.Cancellation | None) -> None:
        if self.came_from in self.in_the_warehouse.stages:
            self.tell(WAREHOUSE_KEEPER, "pull_goods_back", order=self.case.order_no)
        self.pass_on_to_parts(ordering.CANCELS, form)
        for number in sorted(self.children(self.ship_parts).that_reached("delivered", "completed")):
            self.tell(CS_AGENT, "part_was_delivered", order=self.case.order_no, part=number)

    def pass_on_to_parts(self, events: tuple[str, ...], form: Form | None) -> None:
        """Each part takes the one of these that is possible where it stands; one that was delivered, none."""
        answers = form.model_dump(mode="json", exclude_none=True) if form is not None else ordering.NO_WORD
        there = self.children(self.ship_parts).that_reached("delivered", "completed")
        for number in (part.order_no for part in self.case.parts if part.order_no not in there):
            for event in events:
                self.do(SendEvent(procedure=self.key, event=event, subject=number, form=answers))

    @cancelled.enter
    def tell_cancelled(self) -> None:
        self.free_what_others_reserved()
        if not (self.has_happened(self.stock_refused) and self.case.parts):  # unless all goods follow later
            self.say("order_cancelled")

    def say(self, template: str, **data: object) -> None:
        data = {"order": self.case.customers_no, **data}
        self.do(Message(to=self.case.customers_no, template=template, data=as_text(**data)))

    def result(self) -> dict[str, object]:
        there = self.children(self.ship_parts).that_reached("delivered", "completed")
        brought = self.case.worth_brought(there, is_split=self.has_happened(self.split_shipment))
        return {"order_no": self.case.order_no, "waybill_no": self.case.waybill_no, "worth": brought}

    def book_entry(self) -> OrderEntry:
        return self.case.entry(order_origin(self.parent))

    # --- what it starts

    @starts(
        "out_of_stock",
        on=short_stock | pick_short | cannot_ship,
        ends=dict.fromkeys(("resolved_shipped", "false_alarm"), stock_resolved | stock_refused)
        | {"resolved_refunded": line_refunded | stock_refused},
    )
    def shortage(self) -> list[Opening]:
        return shortage_cases(self.case, self.revision)

    @starts("stocktake", on=pick_short)
    def recount(self) -> Opening:
        counter = self.actor.id if self.actor.is_staff else WAREHOUSE_SUPERVISOR
        return spot_count(self.next_subject, sorted(per_sku(self.case.shortages)), self.today, counter)

    @starts(
        "order_fulfilment",
        on=split_shipment,
        ends={"delivered": parts_delivered, **dict.fromkeys(ORDER_FAILED, parts_delivered | parts_failed)},
    )
    def ship_parts(self) -> list[Opening]:
        return cases_of_parts(self.case)

    @starts("order_fulfilment", on=stock_resolved | line_refunded | stock_refused)
    def ship_rest(self) -> list[Opening]:
        return cases_of_parts(self.case)

    @starts(
        "logistics_exception",
        on=exception | confirm_receipt,
        ends={
            "resolved": found_delivered | exception_cleared,
            "lost": parcel_gone | parcel_lost,
            "returned": parcel_refused | refused,
        },
    )
    def trouble(self, form: Abnormal | ordering.Received | None) -> Opening | None:
        found, by_staff = ordering.symptom_of(form), self.actor.is_staff
        return exception_case(self.case, self.revision, *found, by_staff=by_staff) if found else None

    @starts("lost_parcel_claim", on=parcel_lost | return_lost | parcel_gone)
    def claim(self, form: Abnormal | None) -> Opening:
        return lost_order_case(self.case, form.parcel_no if form is not None else None, self.parent)

    @starts("aftersales_request", on=open_aftersales, awaited=True)
    def aftersales(self, form: AfterSales) -> Opening:
        return aftersales_case(self.next_subject, self.case, form)

    @starts("satisfaction_survey", on=sign | all_arrived)
    def survey(self) -> Opening:
        return delivery_survey(self.case.order_no, self.today)

    @starts(
        "refund_only",
        on=(request_cancel | intercepted | reject_invalid | cancel_on_hold | return_received)
        | (pay | pay_mismatch | paid_again | change_lines | parcel_back),
    )
    def refund(self) -> Opening | None:
        due = self.case.refund_due
        return refund_case(self.next_subject, "cancel", self.case.order_no, due) if due else None
