"""Product delisting (商品下架): slow, ended, missing or faulty goods leave the shop in time.

Sources: 000-e 二4; 000-i 一2; 001-a 四2; 001-b 第三章·1(5); 001-g 第六条(一); 001-j 编辑 1; 001-k 2.2.1; 001-l 美工 5;
001-p 第六条1; 001-t 二(四)1, 三4; 004-g 数据 2. Goods out of stock go without an approval (D18): that they are is the
book's word. A clearance price is a price change, with its margin, its approval and its notice (D15).
"""

from activities.cases.contract import OpenCase
from activities.catalogue.contract import LIST_PRICE, SetNotForSale
from activities.listings.contract import (
    WAITING_ORDERS,
    CountLeft,
    LeftCounted,
    StockWrittenDown,
    WayOut,
    WithdrawListing,
    WriteDownRefused,
    WriteDownStock,
)
from activities.stock.contract import FREE, ON_HAND, SOLD
from workflows.vocabulary import *

CHEAPER_FROM = working_days(1)  # approval and notice of the clearance price come before; default
URGENT = ("out_of_stock", "quality", "violation")

# --- what is asked


class Proposal(Form):
    sku: Sku
    reason: Literal["slow_moving", "discontinued", "out_of_stock", "quality", "violation", "season_end"]
    stock_left: Annotated[Count, from_book(ON_HAND)] = 0
    """As whoever proposes it sees it; the book answers in its place."""
    open_orders: Annotated[Count, from_book(WAITING_ORDERS)] = 0
    sales_30d: Annotated[Count | None, from_book(SOLD)] = None


class Clearance(Form):
    clearance_price: Keep[Annotated[Paid, within(at_most=of_book(LIST_PRICE))]]
    until: Keep[Annotated[Day, within(at_least="now")]]


class Delisting(Form):
    ads_stopped: ToCheck[Ticked]
    links_redirected: ToCheck[bool]
    campaigns_removed: ToCheck[Ticked]
    note: Remark = ""


class Disposal(Form):
    method: WayOut
    qty: Annotated[Qty, proposed("to_dispose", at_most="to_dispose")]
    value: Price | None = None


class Closing(Form):
    checks_done: ToCheck[Ticked]


class Restocked(Form):
    qty: Annotated[Qty, to_check(of_book(FREE))]


class DelistingCase(Case):
    sku: Sku
    reason: str
    stock_left: Count
    """On hand, by the book where it has answered."""
    open_orders: Count
    waiting_orders: FormRows[Order] = ()
    """Those that keep some of the goods, or wait for them."""
    free: Count | None = None
    """What nobody has reserved, by the book; None until it has answered."""
    coming: Count = 0
    clearance_price: Paid | None = None
    until: Day | None = None
    sales_30d: Count | None = None

    @property
    def to_dispose(self) -> int | None:
        """What is left over; None where nothing is."""
        return self.stock_left or None


# --- the procedure


class ProductDelisting(AnswersWhoAsked, Procedure):
    """Take slow, ended, out-of-stock or faulty goods off sale in time and clear what is left."""

    key = "product_delisting"
    case: DelistingCase
    numbers = "DL"
    about = ("sku", "reason", "stock_left")
    signalled = ("restock_relist",)

    new = Entry()
    proposed = Stage(role=OPS_MANAGER, ways_equal=True)
    approved = Stage(role=OPS_SPECIALIST)
    clearing = Stage(role=OPS_SPECIALIST, due=earliest(at("until") + hours(24), days(30)), tell=OPS_MANAGER)
    delisted = Stage(role=OPS_SPECIALIST | WAREHOUSE_KEEPER, ways_equal=True)
    stock_disposal = Stage(role=OPS_SPECIALIST)
    closed = Stage(final=True)
    cancelled = Stage(final=True)
    relisted = Stage(final=True, undo=True)

    # why    001-b 第三章·1(5), 001-t 二(四)1
    propose = new.to(proposed, by=PRODUCT_MANAGER | OPS_SPECIALIST | FACTORY_RESIDENT, form=Proposal)
    left_known = (proposed | approved | clearing | delisted | stock_disposal).stay()
    urgent_delist = proposed.to(
        delisted, by=OPS_SPECIALIST, form=Remarks, as_soon_as="is_urgent and is_counted and is_off_the_shelf"
    )
    still_in_stock = proposed.to(
        cancelled, as_soon_as="is_out_of_stock and is_counted and not is_off_the_shelf"
    )
    approve = proposed.to(
        approved,
        by=OPS_MANAGER,
        form=Remarks,
        when="is_planned",
        other_than=propose,
        approves=("sku", "reason", "stock_left", "coming", "open_orders", "sales_30d"),
    )
    refuse = proposed.to(cancelled, by=OPS_MANAGER, form=Remarks, back=True)

    # selling off, and off sale    001-t 三4, 001-b
    start_clearance = approved.to(clearing, by=OPS_SPECIALIST, form=Clearance, main=True)
    price_refused = clearing.to(approved)
    delist = (approved | clearing).to(delisted, by=OPS_SPECIALIST, form=Delisting)
    restock_relist = delisted.to(relisted, by=OPS_SPECIALIST, form=Restocked, when="is_out_of_stock")
    bring_back = (delisted | stock_disposal).to(
        relisted, by=OPS_MANAGER, form=Reason, other_than=propose, back=True
    )

    # what is left    001-b
    dispose = (delisted | stock_disposal).to(
        stock_disposal, by=WAREHOUSE_KEEPER | GM, form=Disposal, when="has_stock_left"
    )
    written_down = stock_disposal.stay()
    not_written_down = stock_disposal.stay()
    finish = (delisted | stock_disposal).to(
        closed, by=OPS_SPECIALIST, form=Closing, when="is_counted and has_nothing_left and has_no_orders"
    )
    look_again = (delisted | stock_disposal).stay(by=OPS_SPECIALIST | WAREHOUSE_KEEPER, form=Remarks)

    urgent_in_time = Deadline(
        minutes(30), since=propose, until=urgent_delist, tell=OPS_MANAGER, unless="is_planned"
    )

    restocked_in_time = Deadline(
        working_days(5),
        since=urgent_delist,
        until=restock_relist | finish,
        unless="is_more_than_out_of_stock",
        tell=OPS_MANAGER,
    )

    kpis = (
        elapsed(propose, urgent_delist),
        elapsed(start_clearance, delist),
        share(restock_relist, of=propose),
        count(dispose),
    )

    # --- rules

    def is_urgent(self) -> bool:
        """The goods are out of stock, unsafe, or ordered off by the platform."""
        return self.case.reason in URGENT

    def is_out_of_stock(self) -> bool:
        """Only the lack of stock took the goods off sale."""
        return self.case.reason == "out_of_stock"

    def is_more_than_out_of_stock(self) -> bool:
        """Goods alone don't bring them back on sale."""
        return not self.is_out_of_stock()

    def is_planned(self) -> bool:
        """The goods are slow, ended or out of season."""
        return not self.is_urgent()

    def is_counted(self) -> bool:
        """The book has said what is left."""
        return self.case.free is not None

    def is_off_the_shelf(self) -> bool:
        """None of the goods is free, or they must go whatever is left."""
        return self.case.reason != "out_of_stock" or not self.case.free

    def has_nothing_left(self) -> bool:
        """None of the goods is on hand any more or on its way, or only the lack of stock took them off sale."""
        return not (self.case.stock_left or self.case.coming) or self.case.reason == "out_of_stock"

    def has_no_orders(self) -> bool:
        """No order waits for the goods."""
        return not self.case.waiting_orders

    def has_stock_left(self) -> bool:
        """Some of the goods are left over."""
        return self.case.stock_left > 0

    # --- what each step does

    refuse.on(AnswersWhoAsked.tell_why_not)
    bring_back.on(AnswersWhoAsked.tell_end)

    @(propose | look_again).on
    def ask_the_book(self) -> None:
        self.do(CountLeft(sku=self.case.sku), then=self.left_known)

    @left_known.on
    def note_what_is_left(self, outcome: LeftCounted | None) -> None:
        left, case = outcome or LeftCounted(), self.case
        case.stock_left, case.free, case.coming = left.on_hand, max(left.free, 0), left.coming
        case.waiting_orders, case.open_orders = left.open_orders[:200], len(left.open_orders)

    @still_in_stock.on
    def say_that_it_is_there(self) -> None:
        self.tell(WAREHOUSE_KEEPER, "still_in_stock", sku=self.case.sku, free=self.case.free)

    @start_clearance.on
    def ends_later(self, form: Clearance) -> None:
        self.require(form.until > self.today, "Must be after today.", "until")
        start = self.cheaper_from()
        self.require(
            form.until >= self.day_of(start),
            "The price begins on {day}, once it is approved and read: let it end then or later.",
            "until",
            day=f"{self.day_of(start):%Y-%m-%d}",
        )

    def cheaper_from(self) -> Moment:
        return self.policy.add(self.now, CHEAPER_FROM.in_full(self.policy), CHEAPER_FROM.clock)

    @price_refused.on
    def say_that_it_isnt_cheaper(self) -> None:
        self.tell(OPS_SPECIALIST, "clearance_refused", sku=self.case.sku, price=self.case.clearance_price)

    @delist.on
    def end_clearance(self) -> None:
        """What isn't sold any more has no price of its own either."""
        self.undo(OpenCase)

    @delisted.enter
    def take_off_sale(self) -> None:
        """With an approval days have passed since the goods were counted: they are counted once more."""
        sku, reason = self.case.sku, self.case.reason
        self.do(WithdrawListing(sku=sku, reason=reason))
        self.do(SetNotForSale(sku=sku, reason=reason, only_if_sold_out=False))
        if self.came_from is not self.proposed:
            self.case.free = None
            self.ask_the_book()
        for role in (CS_SUPERVISOR, OPS_MANAGER, PROMOTER):  # 001-t 二(四)1
            self.tell(role, "taken_off_sale", sku=sku, reason=reason, orders=self.case.open_orders)

    @relisted.enter
    def say_that_it_sells_again(self) -> None:
        for role in (CS_SUPERVISOR, PROMOTER):
            self.tell(role, "back_on_sale", sku=self.case.sku)

    @not_written_down.on
    def say_why_not(self, outcome: WriteDownRefused | None) -> None:
        """What is worth too much for the keeper alone, the gm writes down."""
        why = outcome.reason if outcome is not None else "-"
        for role in (WAREHOUSE_KEEPER, *([GM] if outcome is not None and outcome.is_too_much else [])):
            self.tell(role, "not_written_down", sku=self.case.sku, why=why)

    @written_down.on
    def note_the_rest(self, outcome: StockWrittenDown | None) -> None:
        """Goods that have left the store don't come back with the page."""
        self.make_permanent(WriteDownStock)
        if outcome is not None:
            self.case.stock_left = outcome.left

    @dispose.on
    def write_down(self, form: Disposal) -> None:
        self.do(
            WriteDownStock(
                reference=self.subject,
                sku=self.case.sku,
                qty=form.qty,
                way=form.method,
                value=form.value,
                limit=None if GM in self.actor.roles else self.policy.spending_limit,
            ),
            then=self.written_down,
            otherwise=self.not_written_down,
        )

    # --- what it starts

    @starts(
        "price_change",
        on=start_clearance,
        ends=dict.fromkeys(("rejected", "cancelled", "rolled_back"), price_refused),
    )
    def cheaper(self) -> Opening:
        case = self.case
        ends = self.policy.moment(case.until, "23:59") if case.until else None
        price = {"sku": case.sku, "new": case.clearance_price}
        return opening(
            self.next_subject, skus=[price], reason="clearance", start=self.cheaper_from(), end=ends
        )
