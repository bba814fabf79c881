"""Low stock alert (库存预警): a coming shortage of main products is noticed, and acted on before orders fail.

Sources: 002-b 一1, 一3; 001-n 1(1); 000-e 三2; 001-t 二(四)1. "Amount" in item 3 of 002-b means quantity: D21.
The alert level is average daily sales x lead days x 1.2 (default); the stock book raises the alert.
"""

from activities.cases.contract import OpenCase, SendEvent
from activities.counts.contract import LimitSales, ShowQuantity
from activities.listings.contract import CountLeft, LeftCounted
from activities.purchase_plans.contract import GoodsAwaited, ReadAwaited
from activities.registers.contract import TakenAlready, TakeUp
from activities.stock.contract import FREE
from workflows.vocabulary import *

# --- what is asked ------------------------------------------------------------------------------------------------


class Alert(Form):
    sku: Sku
    free: Annotated[Count, proposed(of_book(FREE), at_most=of_book(FREE))]
    level: Count
    days_cover: Number | None = None
    campaign: Code | None = None
    """The campaign that needs the goods, where one does."""


class RaisedAgain(Form):
    """What was seen of the SKU while its alert was open."""

    free: Count
    level: Count
    campaign: Code | None = None


class OrdersChecked(Form):
    open_orders: Keep[Annotated[Count, from_case("by_book")]]
    can_fill: Annotated[Count, proposed("fillable")]
    shortfall: Count | None = None
    """What is left of the open orders: nobody need type it."""

    def problems(self) -> Problems:
        if self.can_fill > self.open_orders:
            yield "can_fill", "Must not be more than the open orders."
        if self.shortfall not in (None, max(self.open_orders - self.can_fill, 0)):
            yield "shortfall", "Must be the number of open orders that can't be filled."


class Correction(Form):
    new_qty: Annotated[Count, to_check("free")]
    reason: Text


class Ordered(Form):
    procurement_no: Keep[Annotated[Code, own_number("PO")]]
    qty: Keep[Qty]
    eta: Keep[Annotated[Day, within(at_least="now")]]


class Limit(Form):
    rule: Text
    until: Annotated[Day | None, within(at_least="now")] = None


class Restock(Form):
    substitute: Sku | None = None


class Shortage(Case):
    sku: Sku
    free: Count
    level: Count
    days_cover: Number | None = None
    campaign: Code | None = None
    open_orders: Count = 0
    by_book: Count | None = None
    """How many orders wait for the goods, by the book; None until it has answered."""
    coming: Count = 0
    """Ordered from suppliers, and not here yet."""
    procurement_no: Code | None = None
    qty: Qty = 1
    eta: Day | None = None

    @property
    def fillable(self) -> int | None:
        """How many of the open orders can be filled."""
        return None if self.by_book is None else min(self.free, self.by_book)

    @property
    def confirm_hours(self) -> int:
        """Campaign goods are looked at sooner (default)."""
        return 2 if self.campaign else 4


# --- the procedure ------------------------------------------------------------------------------------------------


class LowStockAlert(Procedure):
    """Notice a coming shortage of main products and act before orders fail."""

    key = "low_stock_alert"
    signalled = ("stock_in", "raised_again")
    case: Shortage
    numbers = "LA"
    about = ("sku", "free", "level")

    new = Entry(role=OPS_SPECIALIST, due=hours(4), tell=OPS_MANAGER)
    raised = Stage(role=OPS_SPECIALIST, due=hours_in("confirm_hours"), tell=OPS_MANAGER)
    confirmed = Stage(
        role=PURCHASING | OPS_SPECIALIST | PRODUCT_MANAGER, due=working_days(1), tell=OPS_MANAGER
    )
    replenishing = Stage(role=OPS_SPECIALIST, due=at("eta") + days(1), tell=PURCHASING | OPS_MANAGER)
    throttled = Stage(role=OPS_SPECIALIST, due=days(14), tell=OPS_MANAGER)
    substitute_plan = Stage(role=OPS_SPECIALIST, due=working_days(2), tell=OPS_MANAGER)
    cleared = Stage(final=True, undo=True)
    delisted = Stage(final=True, undo=True)
    false_alarm = Stage(final=True)
    joined = Stage(final=True)  # the SKU has an alert already

    open_alert = raised | confirmed | replenishing | throttled | substitute_plan

    # seen, and checked against the open orders                                      002-b 一3, 001-t 二(四)1
    raise_alert = new.to(
        raised,
        by=OPS_SPECIALIST | FACTORY_RESIDENT | PLATFORM_FEED,
        form=Alert,
        when="is_low",
        on="stock.level.low",
    )
    begun = raised.stay()
    join = raised.to(joined)
    raised_again = open_alert.stay(form=RaisedAgain)
    left_known = (raised | confirmed).stay()
    check_orders = raised.to(confirmed, by=OPS_SPECIALIST, form=OrdersChecked, main=True)
    fix_quantity = raised.to(false_alarm, by=OPS_SPECIALIST, form=Correction, back=True)

    # what is done about it                                                          001-n 1(1), 001-t 二(四)1
    order_more = confirmed.to(replenishing, by=PURCHASING, form=Ordered, main=True)
    limit_sales = (confirmed | replenishing).to(throttled, by=OPS_SPECIALIST, form=Limit)
    cannot_restock = confirmed.to(substitute_plan, by=PRODUCT_MANAGER, form=Restock)
    delist_now = (confirmed | throttled | substitute_plan).to(
        delisted, by=OPS_SPECIALIST, form=Remarks, back=True
    )
    stock_in = (confirmed | replenishing | throttled | substitute_plan).to(cleared)
    purchase_known = replenishing.to(confirmed, when="is_of_other_goods") | replenishing.stay(
        when="not is_of_other_goods"
    )
    purchase_off = (replenishing | throttled).to(confirmed)  # somebody decides again

    exceptions = (
        without("way_back", replenishing, because="A purchase is on its way: it is cancelled there."),
    )

    kpis = (
        count(raise_alert),
        share(stock_in, of=check_orders),
        share(delist_now, of=check_orders),
        elapsed(raise_alert, order_more),
    )

    # --- rules

    def is_low(self, form: Alert) -> bool:
        """Free stock is at or under the alert level, or the resident staff find less than the shop shows."""
        return form.free <= form.level or FACTORY_RESIDENT in self.actor.roles

    def is_of_other_goods(self, outcome: GoodsAwaited | None) -> bool:
        """The purchase was placed before, and awaits none of these goods."""
        lines = outcome.lines if outcome is not None else ()
        return bool(lines) and not any(one.qty for one in lines if one.sku == self.case.sku)

    # --- what each step does

    @raise_alert.on
    def one_at_a_time(self) -> None:
        self.do(TakeUp(book="alerts", thing=self.case.sku), then=self.begun, otherwise=self.join)

    @begun.on
    def ask_the_book(self) -> None:
        self.do(CountLeft(sku=self.case.sku), then=self.left_known)

    @join.on
    def tell_the_other(self, outcome: TakenAlready | None) -> None:
        """What was seen now goes to the case that is there, and whoever saw it hears its number."""
        case, running = self.case, outcome.running if outcome is not None else ""
        if running:
            seen = {"free": case.free, "level": case.level, "campaign": case.campaign}
            self.do(SendEvent(procedure=self.key, event="raised_again", subject=running, form=seen))
        self.tell(OPS_SPECIALIST, "alert_under_way", sku=case.sku, running=running or "-")

    @raised_again.on
    def take_what_was_seen(self, form: RaisedAgain | None) -> None:
        case = self.case
        if form is not None:
            case.free, case.level = min(case.free, form.free), max(case.level, form.level)
            case.campaign = case.campaign or form.campaign

    @false_alarm.enter
    def let_others_begin(self) -> None:
        self.undo(TakeUp)

    @left_known.on
    def note_what_waits(self, outcome: LeftCounted | None) -> None:
        if outcome is not None:
            self.case.by_book, self.case.coming = len(outcome.open_orders), outcome.coming
            self.case.free = min(self.case.free, max(outcome.free, 0))  # people may have found fewer

    @purchase_known.on
    def hold_it_against_the_goods(self, outcome: GoodsAwaited | None) -> None:
        if self.is_of_other_goods(outcome):
            self.ask_again()

    @purchase_off.on
    def ask_again(self) -> None:
        for role in (PURCHASING, OPS_SPECIALIST):
            self.tell(role, "purchase_is_off", sku=self.case.sku, purchase=self.case.procurement_no or "-")

    @(stock_in | delist_now).on
    def let_purchase_go_on(self) -> None:
        """Its supplier is still to be paid, or told."""
        self.make_permanent(OpenCase)

    @fix_quantity.on
    def correct_shop(self, form: Correction) -> None:
        self.do(ShowQuantity(sku=self.case.sku, qty=form.new_qty, reason=form.reason))

    @order_more.on
    def in_time(self, form: Ordered) -> None:
        self.require(form.eta >= self.today, "Must not be in the past.", "eta")
        self.do(ReadAwaited(purchase=form.procurement_no), then=self.purchase_known)

    @limit_sales.on
    def throttle(self, form: Limit) -> None:
        self.require(form.until is None or form.until >= self.today, "Must not be in the past.", "until")
        self.do(LimitSales(sku=self.case.sku, rule=form.rule, until=form.until))

    @cannot_restock.on
    def tell_of_substitute(self, form: Restock) -> None:
        self.tell(OPS_SPECIALIST, "no_more_stock", sku=self.case.sku, substitute=form.substitute or "-")

    # --- what it starts

    @starts("procurement", on=order_more, ends={"cancelled": purchase_off, "rejected": purchase_off})
    def buy(self) -> Opening:
        """The purchase sends `stock_in` when its goods have come."""
        case = self.case
        return opening(
            case.procurement_no or self.next_subject,
            event="draft_plan",
            reason="low_stock",
            lines=[{"sku": case.sku, "qty": case.qty, "need_by": case.eta or self.today}],
            stock_now=[{"sku": case.sku, "qty": case.free}],
            forecast=[],
            est_total=NOTHING,
        )

    @starts("product_delisting", on=delist_now)
    def take_off_sale(self) -> Opening:
        """What is out of stock goes at once; what the supplier has ended is decided on."""
        return opening(
            self.next_subject,
            event="propose",
            sku=self.case.sku,
            reason="discontinued" if self.case.free else "out_of_stock",
            stock_left=self.case.free,
            open_orders=self.case.open_orders,
        )
