"""Wholesale orders (分销与批发订单): bulk and drop-ship orders are taken, checked, shipped and settled.

Sources: 001-h 岗位 4; 001-t 三5. Shipped like retail orders: 24 h, at most 48 h (001-t 二(四)2, by analogy).
"""

from activities.money.contract import PayRefund, RecordPayment
from activities.stock.contract import ReserveStock
from activities.trade.contract import DrawCredit, SettleCredit
from workflows.vocabulary import *

SHIP_LIMIT = 48  # hours; those who ship are told a day before (001-t 二(四)2)
LONGEST_LEAD = 365  # days (default)

# --- what is asked ------------------------------------------------------------------------------------------------


class Inquiry(Form):
    company: InHistory[Text]
    contact: InHistory[Text]
    lines: Keep[Some[SkuQty]]
    needed_by: Keep[Day | None] = None


class QuotedLine(FormRow):
    sku: Sku
    qty: Qty
    price: Price


class Quote(Form):
    prices: Keep[Some[QuotedLine]]
    valid_until: Keep[Day]
    lead_days: Keep[Annotated[Count, Field(le=LONGEST_LEAD)]]

    def problems(self) -> Problems:
        if not in_one_currency(row.price for row in self.prices):
            yield "prices", "All prices of a quote must be in one currency."


class ShipTo(FormRow):
    name: Name
    phone: Phone
    address: Address
    lines: FormRows[SkuQty] = ()
    """What is sent there; everything where there is only one address."""


class BulkOrder(Form):
    lines: Keep[Some[SkuQty]]
    ship_to: Keep[Some[ShipTo]]
    payment: Keep[Literal["prepaid", "credit"]]
    note: InHistory[Remark] = ""

    def problems(self) -> Problems:
        going = [line for place in self.ship_to for line in place.lines]
        if len(self.ship_to) == 1 and not going:
            return
        if per_sku(going) != per_sku(self.lines) or not all(place.lines for place in self.ship_to):
            yield "ship_to", "With several addresses, say what of the lines goes to each."


class Check(Form):
    credit_ok: bool
    stock_ok: bool
    price_ok: bool
    note: Remark = ""


class PaidIn(Form):
    amount: Keep[Paid | None] = None
    payment_no: Remark = ""


class Parcels(Form):
    order_nos: Some[Code]


class Settlement(Form):
    paid: Price
    rebate: Price | None = None
    note: Remark = ""


class WholesaleCase(Case):
    partner: Text | None = None
    """The account of whoever ordered."""
    lines: FormRows[SkuQty] = ()
    needed_by: Day | None = None
    prices: FormRows[QuotedLine] = ()
    valid_until: Day | None = None
    lead_days: Count = 0
    ship_to: FormRows[ShipTo] = ()
    payment: Literal["prepaid", "credit"] = "prepaid"
    amount: Paid | None = None
    """What was paid ahead."""

    @property
    def unit_prices(self) -> dict[str, Money]:
        """What one of each SKU costs by the quote, at the quantity that is ordered."""
        found: dict[str, Money] = {}
        for sku, ordered in per_sku(self.lines).items():
            breaks = sorted((row for row in self.prices if row.sku == sku), key=lambda row: row.qty)
            reached = [row for row in breaks if row.qty <= ordered]
            for row in reached[-1:] or breaks[:1]:
                found[sku] = row.price
        return found

    @property
    def ship_hours(self) -> int:
        """As for a retail order, or by the date that was agreed with the quote."""
        return max(SHIP_LIMIT, self.lead_days * 24)

    @property
    def warn_hours(self) -> int:
        return self.ship_hours - 24

    @property
    def agreed(self) -> Money | None:
        """What the order comes to by the quote."""
        prices = self.unit_prices
        return (
            sum((prices[line.sku] * line.qty for line in self.lines if line.sku in prices), NOTHING) or None
        )


# --- the procedure ------------------------------------------------------------------------------------------------


class WholesaleOrder(Procedure):
    """Take bulk or drop-ship orders from distributors and B2B buyers, check, ship and settle them."""

    key = "wholesale_order"
    case: WholesaleCase

    new = Entry()
    inquiry = Stage(role=DISTRIBUTION_MANAGER)
    quoted = Stage(role=BUYER_ORG)
    placed = Stage(role=DISTRIBUTION_MANAGER)
    checking = Stage(role=DISTRIBUTION_MANAGER)
    awaiting_payment = Stage()
    released = Stage(
        role=LOGISTICS | DISTRIBUTION_MANAGER,
        due=hours_in("ship_hours"),
        tell={hours_in("warn_hours"): DISTRIBUTION_MANAGER, hours_in("ship_hours"): OPS_MANAGER},
    )
    shipping = Stage()
    delivered = Stage()
    settling = Stage(role=FINANCE)
    closed = Stage(final=True)
    rejected = Stage(final=True)
    lost = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # inquiry, quote and order                                                       001-h 岗位 4
    ask_bulk = new.to(inquiry, by=BUYER_ORG, form=Inquiry)
    quote = inquiry.to(quoted, by=DISTRIBUTION_MANAGER, form=Quote)
    no_deal = inquiry.to(lost, by=DISTRIBUTION_MANAGER, form=Reason, after=days(7)) | quoted.to(
        lost,
        by=DISTRIBUTION_MANAGER,
        form=Reason,
        at=first_known(at("valid_until") + hours(24), days(7)),
    )
    accept_quote = quoted.to(placed, by=BUYER_ORG, form=BulkOrder)
    place_order = new.to(placed, by=DISTRIBUTOR, form=BulkOrder)

    # check and release
    take_check = placed.to(checking, by=DISTRIBUTION_MANAGER, form=Check)
    reject_order = checking.to(rejected, by=DISTRIBUTION_MANAGER, form=Check)
    ask_payment = checking.to(awaiting_payment, by=DISTRIBUTION_MANAGER, form=Check)
    on_credit = checking.to(released, by=DISTRIBUTION_MANAGER, form=Check, when="is_on_credit")
    paid = awaiting_payment.to(released, by=PAYMENT_FEED, form=PaidIn, on="payment.transfer.received")
    not_paid = awaiting_payment.to(cancelled, after=days(3))

    # through order fulfilment, then settled                                         001-h 岗位 4
    ship = released.to(shipping, by=LOGISTICS | DISTRIBUTION_MANAGER, form=Parcels)
    signed = shipping.to(delivered, by=CARRIER_FEED, on="carrier.parcel.delivered", when="is_all_delivered")
    start_settlement = delivered.to(settling, as_soon_as=True)
    settled = settling.to(closed, by=FINANCE, form=Settlement)
    cancel = (placed | checking | awaiting_payment | released).to(
        cancelled, by=DISTRIBUTOR | BUYER_ORG | DISTRIBUTION_MANAGER, form=Reason
    )

    checked_in_time = Deadline(
        hours(4),
        since=accept_quote | place_order,
        until=reject_order | ask_payment | on_credit,
        tell=OPS_MANAGER,
    )

    kpis = (
        share(accept_quote, of=quote),
        elapsed(accept_quote | place_order, ask_payment | on_credit),
        elapsed(paid | on_credit, ship),
        count(cancel | not_paid),
    )

    # --- rules

    def is_on_credit(self) -> bool:
        """The order is to be paid on credit."""
        return self.case.payment == "credit"

    def is_all_delivered(self) -> bool:
        """Every parcel has been delivered."""
        return self.children(self.orders).all_reported

    # --- what each step does

    @(ask_bulk | place_order).on
    def note_partner(self) -> None:
        self.case.partner = self.actor.id

    @quote.on
    def quote_what_was_asked(self, form: Quote) -> None:
        asked = {line.sku for line in self.case.lines}
        self.require({line.sku for line in form.prices} <= asked, "Quote what was asked for.", "prices")
        self.require(form.valid_until >= self.today, "Must not be in the past.", "valid_until")

    @accept_quote.on
    def order_what_was_quoted(self, form: BulkOrder) -> None:
        quoted = {line.sku for line in self.case.prices}
        self.require({line.sku for line in form.lines} <= quoted, "Order what was quoted.", "lines")

    @reject_order.on
    def say_what_is_wrong(self, form: Check) -> None:
        self.require(
            not (form.credit_ok and form.stock_ok and form.price_ok), "Say what is not right.", "credit_ok"
        )

    @(ask_payment | on_credit).on
    def pass_check(self, form: Check) -> None:
        self.require(form.stock_ok, "The order can't pass without stock.", "stock_ok")
        self.require(form.price_ok, "The order can't pass at a wrong price.", "price_ok")
        self.require(
            form.credit_ok or not self.is_on_credit(), "The order can't pass without credit.", "credit_ok"
        )

    @paid.on
    def book_payment(self, form: PaidIn | None) -> None:
        if form is not None and form.amount is not None:
            self.do(RecordPayment(order=self.subject, amount=form.amount, payment_no=form.payment_no))

    @on_credit.on
    def lower_credit(self) -> None:
        case = self.case
        self.do(
            DrawCredit(partner=case.partner or "-", order=self.subject, lines=case.lines, amount=case.agreed),
            otherwise=self.cancel,
        )

    @released.enter
    def reserve(self) -> None:
        """Under the number of the order for each address, which finds its reservation there."""
        for number, place in self.parcels().items():
            self.do(ReserveStock(order=number, lines=place.lines or self.case.lines), otherwise=self.cancel)

    @ship.on
    def one_order_an_address(self, form: Parcels) -> None:
        numbers = self.parcels()
        self.require(
            set(form.order_nos) == numbers.keys(),
            f"One order for each address: {', '.join(numbers)}.",
            "order_nos",
        )
        self.make_permanent(ReserveStock, DrawCredit)

    @cancel.on
    def give_money_back(self, form: Reason | None, outcome: Refused | None) -> None:
        if self.case.amount is not None:
            self.do(PayRefund(order=self.subject, amount=self.case.amount, reason="cancelled"))
        why = form.reason if form is not None else outcome.reason if outcome is not None else "-"
        self.tell(DISTRIBUTION_MANAGER, "bulk_order_cancelled", why=why)

    @settled.on
    def settle(self, form: Settlement) -> None:
        rebate = form.rebate or NOTHING
        self.do(
            SettleCredit(partner=self.case.partner or "-", order=self.subject, paid=form.paid, rebate=rebate)
        )

    def parcels(self) -> dict[str, ShipTo]:
        """Order number -> where it goes."""
        return {f"{self.subject}-{n}": place for n, place in enumerate(self.case.ship_to, start=1)}

    # --- what it starts

    @starts("order_fulfilment", on=ship, ends={"delivered": signed})
    def orders(self) -> list[Opening]:
        prices = self.case.unit_prices
        return [
            opening(
                number,
                event="place_order",
                order_no=number,
                receiver_name=place.name,
                phone=place.phone,
                address=place.address,
                lines=[
                    {"sku": line.sku, "qty": line.qty, "unit_price": prices.get(line.sku, NOTHING)}
                    for line in place.lines or self.case.lines
                ],
                delivery_method="freight",
                payment_method="debit",
            )
            for number, place in self.parcels().items()
        ]
