"""Wholesale orders (分销与批发订单): bulk and drop-ship orders are taken, checked, shipped and settled.

Sources: 001-h 岗位 4; 001-t 三5. Shipped like retail orders: 24 h, at most 48 h (001-t 二(四)2, by analogy).
It costs what the partner's price level says, or what was quoted; it is released when all of that is paid, or within
the partner's credit limit, beyond which the manager decides, who sees both figures (default).
"""

from activities.messages.contract import Message
from activities.money.contract import PayRefund, RecordPayment
from activities.stock.contract import FREE_OF, ReserveStock
from activities.trade.contract import (
    CREDIT_LEFT,
    LEVEL_PRICE,
    CreditRefused,
    DrawCredit,
    OrderPriced,
    PriceOrder,
    SettleCredit,
)
from workflows.vocabulary import *

SHIP_LIMIT = 48  # hours; those who ship are told a day before (001-t 二(四)2)
LONGEST_LEAD = 365  # days (default)
CREDIT_DAYS = days(30)  # the term of credit: 30d

# --- what is asked ------------------------------------------------------------------------------------------------


class Inquiry(Told):
    company: InHistory[Text]
    contact: InHistory[Annotated[Text, Personal.NAME]]
    lines: Keep[Some[SkuQty]]
    needed_by: Keep[Day | None] = None
    partner_no: Keep[PartnerNo | None] = None


class QuotedLine(FormRow):
    sku: FromCase[Sku]
    qty: Annotated[Qty, proposed("qty")]
    price: Annotated[Price, proposed(of_book(LEVEL_PRICE, partner="who"))]


class Quote(Form):
    prices: Keep[Annotated[Some[QuotedLine], rows_of("lines")]]
    valid_until: Keep[Annotated[Day, within(at_least="now")]]
    lead_days: Keep[Annotated[Count, Field(le=LONGEST_LEAD)]]

    def problems(self) -> Problems:
        if not in_one_currency(row.price for row in self.prices):
            yield "prices", "All prices of a quote must be in one currency."


class ShipTo(FormRow):
    name: PersonName
    phone: Phone
    address: Address
    lines: FormRows[SkuQty] = ()
    """What is sent there; everything where there is only one address."""


class BulkOrder(Told):
    lines: Keep[Some[SkuQty]]
    ship_to: Keep[Some[ShipTo]]
    payment: Keep[Literal["prepaid", "credit"]]
    note: InHistory[Remark] = ""
    partner_no: Keep[PartnerNo | None] = None

    def problems(self) -> Problems:
        going = [line for place in self.ship_to for line in place.lines]
        if len(self.ship_to) == 1 and not going:
            return
        if per_sku(going) != per_sku(self.lines) or not all(place.lines for place in self.ship_to):
            yield "ship_to", "With several addresses, say what of the lines goes to each."


class OrderOfQuote(BulkOrder):
    lines: Keep[Annotated[Some[SkuQty], proposed("lines")]]
    partner_no: Keep[FromCase[PartnerNo | None]] = None


class Check(Form):
    credit_ok: Annotated[bool, to_check(of_book(CREDIT_LEFT, partner="who"))]
    stock_ok: Annotated[bool, to_check(of_book(FREE_OF))]
    price_ok: Annotated[bool, to_check("agreed")]
    note: Remark = ""


class PaidIn(Form):
    amount: Annotated[Paid | None, to_check("open")] = None
    """Without it nothing counts as paid: finance looks it up."""
    payment_no: Remark = ""


class Parcels(Form):
    order_nos: FromCase[Some[Code]]


class Settlement(Form):
    paid: Annotated[Price, proposed("owing", at_most="owing")]
    rebate: Annotated[Price | None, within(at_most="rebate_left")] = None
    note: Remark = ""


class WholesaleCase(Case):
    partner: Text | None = None
    """The account of whoever ordered."""
    partner_no: PartnerNo | None = None
    lines: FormRows[SkuQty] = ()
    needed_by: Day | None = None
    prices: FormRows[QuotedLine] = ()
    valid_until: Day | None = None
    lead_days: Count = 0
    ship_to: FormRows[ShipTo] = ()
    payment: Literal["prepaid", "credit"] = "prepaid"
    amount: Paid | None = None
    """What was paid ahead."""
    payments: tuple[str, ...] = ()
    """The numbers of these payments."""
    at_level: Price | None = None
    """What the order costs at the partner's price level; None where the book has no price for it all."""
    level: Text = "-"
    rebate_pct: Pct | None = None
    owed: Price = NOTHING
    """By the partner, for the orders before this one."""
    limit: Price | None = None
    """The most that the partner may owe; None where there is no limit."""
    credit_drawn: bool = False
    settled: Price = NOTHING
    """What was paid after the delivery."""
    rebate: Price = NOTHING
    order_nos: tuple[Code, ...] = ()
    """The numbers of its orders, one for each address."""

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
        """What the order comes to, by the quote or the partner's price level; None where a line has no price."""
        prices = self.unit_prices
        if not self.lines or any(line.sku not in prices for line in self.lines):
            return None
        return sum((prices[line.sku] * line.qty for line in self.lines), NOTHING)

    @property
    def open(self) -> Money:
        """What is still to be paid."""
        return (self.agreed or NOTHING) - (self.amount or NOTHING) - self.settled - self.rebate

    @property
    def rebate_left(self) -> Money:
        """What the terms still allow to come off."""
        agreed = self.agreed or NOTHING
        most = in_coins(agreed.amount * (self.rebate_pct or 0) / 100, agreed.currency)
        return max(most - self.rebate, most - most)

    @property
    def owing(self) -> Money:
        """The same; nothing where too much was paid."""
        return max(self.open, NOTHING)

    @property
    def who(self) -> str:
        """The partner, as the trade book knows it."""
        return self.partner_no or self.partner or "-"


# --- the procedure ------------------------------------------------------------------------------------------------


class WholesaleOrder(Procedure):
    """Take bulk or drop-ship orders from distributors and B2B buyers, check, ship and settle them."""

    key = "wholesale_order"
    case: WholesaleCase
    numbers = "BO"
    about = ("lines", "partner_no")
    parties = {PartyKind.BUYER: "partner_no", PartyKind.DISTRIBUTOR: "partner_no"}

    new = Entry()
    inquiry = Stage(role=DISTRIBUTION_MANAGER)
    quoted = Stage(role=BUYER_ORG)
    placed = Stage(role=DISTRIBUTION_MANAGER)
    checking = Stage(role=DISTRIBUTION_MANAGER, ways_equal=True)
    credit_approval = Stage(
        role=OPS_MANAGER | GM, ways_equal=True, due=hours(4), tell={hours(4): OPS_MANAGER, hours(8): GM}
    )
    awaiting_payment = Stage(role=FINANCE)
    released = Stage(
        role=LOGISTICS | DISTRIBUTION_MANAGER,
        due=hours_in("ship_hours"),
        tell={hours_in("warn_hours"): DISTRIBUTION_MANAGER, hours_in("ship_hours"): OPS_MANAGER},
    )
    shipping = Stage()
    delivered = Stage()
    settling = Stage(role=FINANCE, due=CREDIT_DAYS, tell=OPS_MANAGER)
    closed = Stage(final=True)
    rejected = Stage(final=True)
    lost = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # inquiry, quote and order                                                       001-h 岗位 4
    ask_bulk = new.to(inquiry, by=BUYER_ORG, heard_by=DISTRIBUTION_MANAGER, form=Inquiry)
    quote = inquiry.to(quoted, by=DISTRIBUTION_MANAGER, form=Quote, main=True)
    no_deal = inquiry.to(lost, by=DISTRIBUTION_MANAGER, form=Reason, after=days(7)) | quoted.to(
        lost,
        by=DISTRIBUTION_MANAGER,
        form=Reason,
        at=first_known(at("valid_until") + hours(24), days(7)),
    )
    accept_quote = quoted.to(placed, by=BUYER_ORG, heard_by=DISTRIBUTION_MANAGER, form=OrderOfQuote)
    place_order = new.to(placed, by=DISTRIBUTOR, heard_by=DISTRIBUTION_MANAGER, form=BulkOrder)
    price_found = (placed | checking).stay()
    not_taken = (placed | checking).to(rejected)

    # check and release
    take_check = placed.to(checking, by=DISTRIBUTION_MANAGER, form=Check, main=True)
    reject_order = checking.to(rejected, by=DISTRIBUTION_MANAGER, form=Check)
    allow_price = (placed | checking).stay(
        by=OPS_MANAGER | GM, form=Note, when="is_below_level", other_than=quote
    )
    ask_payment = checking.to(awaiting_payment, by=DISTRIBUTION_MANAGER, form=Check, when="is_price_right")
    on_credit = checking.to(
        released, by=DISTRIBUTION_MANAGER, form=Check, when="is_on_credit and is_price_right"
    )
    credit_drawn = released.stay()
    credit_refused = released.to(credit_approval, when="is_beyond_limit") | released.to(
        cancelled, when="not is_beyond_limit"
    )
    allow_credit = credit_approval.to(released, by=OPS_MANAGER | GM, form=Note, other_than=on_credit)
    refuse_credit = credit_approval.to(awaiting_payment, by=OPS_MANAGER | GM, form=Note)
    paid = awaiting_payment.to(
        released,
        by=PAYMENT_FEED | FINANCE,
        form=PaidIn,
        on="payment.transfer.received",
        when="is_paid_in_full",
    ) | awaiting_payment.stay(
        by=PAYMENT_FEED | FINANCE, form=PaidIn, on="payment.transfer.received", when="not is_paid_in_full"
    )
    not_paid = awaiting_payment.to(cancelled, after=days(3))

    # through order fulfilment, then settled                                         001-h 岗位 4
    ship = released.to(
        shipping, by=LOGISTICS | DISTRIBUTION_MANAGER, form=Parcels, when="is_secured", main=True
    )
    signed = shipping.to(delivered, by=CARRIER_FEED, on="carrier.parcel.delivered", when="is_all_delivered")
    start_settlement = delivered.to(settling, as_soon_as=True)
    settled = settling.to(closed, by=FINANCE, form=Settlement, when="is_settled") | settling.stay(
        by=FINANCE, form=Settlement, when="not is_settled"
    )
    write_off_debt = settling.to(closed, by=GM, form=Reason)
    cancel = (placed | checking | credit_approval | awaiting_payment | released).to(
        cancelled, by=DISTRIBUTOR | BUYER_ORG | DISTRIBUTION_MANAGER, form=Reason
    )

    checked_in_time = Deadline(
        hours(4),
        since=accept_quote | place_order,
        until=reject_order | not_taken | ask_payment | on_credit | cancel,
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

    def is_price_right(self) -> bool:
        """Each line has a price that is no lower than the partner's level, or that the manager has allowed."""
        return self.case.agreed is not None and (not self.is_below_level() or self.is_price_allowed())

    def is_below_level(self) -> bool:
        """The quote is below the prices of the partner's level."""
        at_level, agreed = self.case.at_level, self.case.agreed
        return at_level is not None and agreed is not None and agreed.amount < at_level.amount

    def is_price_allowed(self) -> bool:
        """The operations manager has allowed this price."""
        return self.has_happened(self.allow_price, since=self.accept_quote | self.place_order)

    def is_beyond_limit(self, outcome: CreditRefused | None) -> bool:
        """The partner's credit limit doesn't reach for the order."""
        return outcome is not None and outcome.limit is not None

    def is_paid_in_full(self, form: PaidIn | None) -> bool:
        """All that the order costs has come in, in its currency."""
        if form is None or form.amount is None or self.case.agreed is None:
            return False
        return (
            in_one_currency([form.amount, self.case.agreed]) and form.amount.amount >= self.case.open.amount
        )

    def is_secured(self) -> bool:
        """The order is paid, or its credit is drawn."""
        return not self.is_on_credit() or self.case.credit_drawn

    def is_settled(self, form: Settlement | None) -> bool:
        """Nothing is owed for the order any more."""
        come = form.paid.amount + (form.rebate or NOTHING).amount if form is not None else -1
        return come >= self.case.open.amount

    def is_all_delivered(self) -> bool:
        """Every parcel has been delivered."""
        return self.children(self.orders).all_reported

    # --- what each step does

    @(ask_bulk | place_order).on
    def note_partner(self, form: Inquiry | BulkOrder) -> None:
        self.require(
            form.partner_no is not None or not self.actor.is_staff, "Say whose order it is.", "partner_no"
        )
        self.case.partner = self.actor.id

    @(accept_quote | place_order).on
    def price_the_order(self) -> None:
        self.do(
            PriceOrder(partner=self.case.who, lines=self.case.lines),
            then=self.price_found,
            otherwise=self.not_taken,
        )

    @price_found.on
    def take_the_levels_prices(self, outcome: OrderPriced | None) -> None:
        """A quote stands as it was given; who ordered without one pays the prices of the level."""
        case = self.case
        if outcome is None:
            return
        if not case.prices:
            case.prices = tuple(QuotedLine(sku=row.sku, qty=1, price=row.price) for row in outcome.prices)
        case.at_level, case.level = outcome.amount, outcome.level or "-"
        case.rebate_pct, case.owed, case.limit = outcome.rebate_pct, outcome.owed, outcome.limit
        if self.is_below_level():
            self.tell(OPS_MANAGER, "bulk_price_below_level", agreed=case.agreed, level=case.at_level)

    @not_taken.on
    def say_why_it_is_not_taken(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.do(Message(to=self.case.who, template="bulk_order_not_taken", data={"why": why}))
        self.tell(DISTRIBUTION_MANAGER, "bulk_order_refused", partner=self.case.who, why=why)

    @quote.on
    def quote_what_was_asked(self, form: Quote) -> None:
        asked = {line.sku for line in self.case.lines}
        self.require({line.sku for line in form.prices} <= asked, "Quote what was asked for.", "prices")
        self.require(form.valid_until >= self.today, "Must not be in the past.", "valid_until")
        prices = "；".join(f"{line.sku} × {line.qty}: {line.price}" for line in form.prices)
        data = {"prices": prices[:2000], "until": str(form.valid_until), "days": str(form.lead_days)}
        self.do(Message(to=self.case.who, template="bulk_quote", data=data))

    @accept_quote.on
    def order_what_was_quoted(self, form: OrderOfQuote) -> None:
        quoted = {line.sku for line in self.case.prices}
        self.require({line.sku for line in form.lines} <= quoted, "Order what was quoted.", "lines")

    @reject_order.on
    def say_what_is_wrong(self, form: Check) -> None:
        self.require(
            not (form.credit_ok and form.stock_ok and form.price_ok), "Say what is not right.", "credit_ok"
        )
        data = {"why": form.note or "-"}
        self.do(Message(to=self.case.who, template="bulk_order_not_taken", data=data))

    @(ask_payment | on_credit).on
    def pass_check(self, form: Check) -> None:
        self.require(form.stock_ok, "The order can't pass without stock.", "stock_ok")
        self.require(form.price_ok, "The order can't pass at a wrong price.", "price_ok")
        self.require(
            form.credit_ok or not self.is_on_credit(), "The order can't pass without credit.", "credit_ok"
        )

    @(ask_payment | refuse_credit).on
    def ask_for_the_money(self) -> None:
        self.case.payment = "prepaid"
        data = {"amount": str(self.case.open)}
        self.do(Message(to=self.case.who, template="bulk_order_to_pay", data=data))

    @paid.on
    def book_payment(self, form: PaidIn | None) -> None:
        """What can't be counted stays for finance; what isn't all of it counts, and the rest is asked for."""
        case = self.case
        amount = form.amount if form is not None else None
        self.require(amount is not None or not self.actor.is_staff, "Say how much was paid.", "amount")
        if form is None or amount is None or not in_one_currency([amount, case.agreed or amount]):
            self.tell(FINANCE, "bulk_payment_unclear", amount=amount or "-", due=case.open)
            return
        self.require(form.payment_no not in case.payments, "It is counted already.", "payment_no")
        case.payments = (*case.payments, *filter(None, [form.payment_no]))
        self.do(RecordPayment(order=self.subject, amount=amount, payment_no=form.payment_no))
        case.amount = (case.amount or NOTHING) + amount
        if case.open.amount > 0:
            data = {"amount": str(case.open)}
            self.do(Message(to=case.who, template="bulk_order_to_pay", data=data))
            self.tell(FINANCE, "bulk_order_partly_paid", paid=case.amount, due=case.open)
        elif case.open.amount < 0:
            self.tell(FINANCE, "bulk_order_overpaid", paid=case.amount, over=-case.open)

    @allow_credit.on
    def keep_to_limit(self) -> None:
        together = (self.case.owed + (self.case.agreed or NOTHING)).amount
        limit = self.policy.spending_limit
        self.require(
            together < limit.amount or GM in self.actor.roles, "From {limit} up the gm approves.", limit=limit
        )

    @(on_credit | allow_credit).on
    def lower_credit(self) -> None:
        case, is_allowed = self.case, self.came_from is self.credit_approval
        draw = DrawCredit(
            partner=case.who, order=self.subject, lines=case.lines, amount=case.agreed, allowed=is_allowed
        )
        self.do(draw, then=self.credit_drawn, otherwise=self.credit_refused)

    @credit_drawn.on
    def note_the_credit(self) -> None:
        self.case.credit_drawn = True

    @credit_refused.on
    def ask_who_may_allow_it(self, outcome: CreditRefused | None) -> None:
        case = self.case
        if outcome is not None and outcome.limit is not None:
            self.undo(ReserveStock)
            case.owed, case.limit = outcome.owed, outcome.limit
            data = {"amount": case.agreed, "owed": case.owed, "limit": case.limit}
            self.tell(OPS_MANAGER, "credit_beyond_limit", partner=case.who, **data)
            return
        self.say_it_is_cancelled(outcome.reason if outcome is not None else "-")

    @released.enter
    def reserve(self) -> None:
        """Under the number of the order for each address, which finds its reservation there."""
        self.case.order_nos = tuple(self.parcels())
        for number, place in self.parcels().items():
            self.do(ReserveStock(order=number, lines=place.lines or self.case.lines), otherwise=self.cancel)

    @ship.on
    def keep_what_is_shipped(self) -> None:
        self.make_permanent(ReserveStock, DrawCredit)

    @(cancel | not_paid).on
    def give_money_back(self) -> None:
        if self.case.amount is not None:
            self.do(PayRefund(order=self.subject, amount=self.case.amount, reason="cancelled"))

    @not_paid.on
    def say_it_lapsed(self) -> None:
        self.say_it_is_cancelled("未付清")

    @cancel.on
    def say_why(self, form: Reason | None, outcome: Refused | None) -> None:
        self.say_it_is_cancelled(form.reason if form else outcome.reason if outcome else "-")

    def say_it_is_cancelled(self, why: str) -> None:
        self.tell(DISTRIBUTION_MANAGER, "bulk_order_cancelled", why=why)
        self.do(Message(to=self.case.who, template="bulk_order_cancelled", data={"why": why}))

    @settled.on
    def settle(self, form: Settlement) -> None:
        case, rebate = self.case, form.rebate or NOTHING
        agreed = case.agreed or NOTHING
        self.require(in_one_currency([form.paid, rebate, agreed]), "It is in another currency.", "paid")
        most = agreed.amount * (case.rebate_pct or 0) / 100
        self.require(
            (case.rebate + rebate).amount <= most, "By the terms at most {most}.", "rebate", most=most
        )
        self.require(form.paid + rebate or not case.open, "Say what was paid.", "paid")
        self.book_settlement(form.paid, rebate)

    @write_off_debt.on
    def book_what_is_lost(self) -> None:
        """The partner owes it no more: else the limit would count it for ever."""
        self.tell(FINANCE, "bulk_order_written_off", amount=self.case.open)
        self.book_settlement(NOTHING, self.case.open)

    def book_settlement(self, paid: Money, rebate: Money) -> None:
        case = self.case
        if case.credit_drawn:
            self.do(SettleCredit(partner=case.who, order=self.subject, paid=paid, rebate=rebate))
        case.settled, case.rebate = case.settled + paid, case.rebate + rebate

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
