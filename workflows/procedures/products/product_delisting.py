"""Product delisting (商品下架): slow, ended, missing or faulty goods leave the shop in time.

Sources: 000-e 二4; 000-i 一2; 001-a 四2; 001-b 第三章·1(5); 001-g 第六条(一); 001-j 编辑 1; 001-k 2.2.1; 001-l 美工 5;
001-p 第六条1; 001-t 二(四)1, 三4; 004-g 数据 2. Goods out of stock go without an approval (D18).
"""

from activities.catalogue.contract import SetNotForSale, SetPrice
from activities.listings.contract import WayOut, WithdrawListing, WriteDownStock
from workflows.vocabulary import *

URGENT = ("out_of_stock", "quality", "violation")

# --- what is asked


class Proposal(Form):
    sku: Sku
    reason: Literal["slow_moving", "discontinued", "out_of_stock", "quality", "violation", "season_end"]
    stock_left: Count
    open_orders: Count
    sales_30d: InHistory[Count | None] = None


class Clearance(Form):
    clearance_price: Paid
    until: Keep[Day]


class Delisting(Form):
    ads_stopped: Ticked
    links_redirected: bool
    campaigns_removed: Ticked
    note: Remark = ""


class Disposal(Form):
    method: WayOut
    qty: Qty
    value: Price | None = None


class Closing(Form):
    checks_done: Ticked


class Restocked(Form):
    qty: Qty


class DelistingCase(Case):
    sku: Sku
    reason: str
    stock_left: Count
    open_orders: Count
    until: Day | None = None


# --- the procedure


class ProductDelisting(Procedure):
    """Take slow, ended, out-of-stock or faulty goods off sale in time and clear what is left."""

    key = "product_delisting"
    case: DelistingCase
    signalled = ("restock_relist",)

    new = Entry()
    proposed = Stage(role=OPS_MANAGER)
    approved = Stage(role=OPS_SPECIALIST)
    clearing = Stage(role=OPS_SPECIALIST, due=earliest(at("until") + hours(24), days(30)), tell=OPS_MANAGER)
    delisted = Stage(role=OPS_SPECIALIST | WAREHOUSE_KEEPER)
    stock_disposal = Stage(role=OPS_SPECIALIST)
    closed = Stage(final=True)
    cancelled = Stage(final=True)
    relisted = Stage(final=True, undo=True)

    # why    001-b 第三章·1(5), 001-t 二(四)1
    propose = new.to(proposed, by=PRODUCT_MANAGER | OPS_SPECIALIST | FACTORY_RESIDENT, form=Proposal)
    urgent_delist = proposed.to(delisted, by=OPS_SPECIALIST, form=Remarks, as_soon_as="is_urgent")
    approve = proposed.to(approved, by=OPS_MANAGER, form=Remarks, when="is_planned", other_than=propose)
    refuse = proposed.to(cancelled, by=OPS_MANAGER, form=Remarks)

    # selling off, and off sale    001-t 三4, 001-b
    start_clearance = approved.to(clearing, by=OPS_SPECIALIST, form=Clearance)
    delist = (approved | clearing).to(delisted, by=OPS_SPECIALIST, form=Delisting)
    restock_relist = delisted.to(relisted, by=OPS_SPECIALIST, form=Restocked, when="is_out_of_stock")

    # what is left    001-b
    dispose = delisted.to(stock_disposal, by=WAREHOUSE_KEEPER, form=Disposal, when="has_stock_left")
    finish = (delisted | stock_disposal).to(closed, by=OPS_SPECIALIST, form=Closing)

    urgent_in_time = Deadline(
        minutes(30), since=propose, until=urgent_delist, tell=OPS_MANAGER, unless="is_planned"
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

    def is_planned(self) -> bool:
        """The goods are slow, ended or out of season."""
        return not self.is_urgent()

    def has_stock_left(self) -> bool:
        """Some of the goods are left over."""
        return self.case.stock_left > 0

    # --- what each step does

    @start_clearance.on
    def cut_price(self, form: Clearance) -> None:
        self.require(form.until > self.today, "Must be after today.", "until")
        ends = self.policy.moment(form.until, "23:59")
        self.do(SetPrice(sku=self.case.sku, price=form.clearance_price, until=ends))

    @delisted.enter
    def take_off_sale(self) -> None:
        sku, reason = self.case.sku, self.case.reason
        self.do(WithdrawListing(sku=sku, shop=self.store, reason=reason))
        self.do(SetNotForSale(sku=sku, reason=reason, only_if_sold_out=False))

    @dispose.on
    def write_down(self, form: Disposal) -> None:
        self.require(form.qty <= self.case.stock_left, "There isn't that much left.", "qty")
        self.do(
            WriteDownStock(
                reference=self.subject, sku=self.case.sku, qty=form.qty, way=form.method, value=form.value
            )
        )
