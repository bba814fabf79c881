"""Wholesale orders (分销与批发订单): bulk and drop-ship orders are taken, checked, shipped and settled.

Sources: 001-h 岗位 4; 001-t 三5. Shipped like retail orders: 24 h, at most 48 h (001-t 二(四)2, by analogy).
It costs what the partner's price level says, or what was quoted; it is released when all of that is paid, or within
the partner's credit limit, beyond which the manager decides, who sees both figures (default). Each address is an order
of its own; what one of them never brings isn't to be paid, and money that nobody owes goes back (default).
"""

from activities.messages.contract import Message
from activities.money.contract import PayRefund, RecordPayment
from activities.orders.contract import LinesQuoted, OrderEntry, QuoteRefund
from activities.stock.contract import ReserveStock
from activities.trade.contract import (
    CreditRefused,
    DrawCredit,
    LowerCredit,
    OrderPriced,
    PriceOrder,
    SettleCredit,
)
from workflows.vocabulary import *

CREDIT_DAYS = days(30)  # the term of credit: 30d


class WholesaleCase(Case, wholesaling.BulkTerms):
    pass


class WholesaleOrder(Procedure):
    """Take bulk or drop-ship orders from distributors and B2B buyers, check, ship and settle them."""

    key = "wholesale_order"
    case: WholesaleCase
    numbers = "BO"
    about = ("lines", "partner_no")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
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

    to_be_decided = inquiry | quoted | placed | checking | credit_approval
    on_its_way = released | shipping
    over = closed | rejected | lost | cancelled

    # inquiry, quote and order                                                       001-h 岗位 4
    ask_bulk = new.to(inquiry, by=BUYER_ORG, heard_by=DISTRIBUTION_MANAGER, form=wholesaling.Inquiry)
    quote = inquiry.to(quoted, by=DISTRIBUTION_MANAGER, form=wholesaling.Quote, main=True)
    no_deal = inquiry.to(lost, by=DISTRIBUTION_MANAGER, form=Reason, after=days(7)) | quoted.to(
        lost,
        by=DISTRIBUTION_MANAGER,
        form=Reason,
        at=first_known(at("valid_until") + hours(24), days(7)),
    )
    accept_quote = quoted.to(
        placed, by=BUYER_ORG, heard_by=DISTRIBUTION_MANAGER, form=wholesaling.OrderOfQuote
    )
    place_order = new.to(placed, by=DISTRIBUTOR, heard_by=DISTRIBUTION_MANAGER, form=wholesaling.BulkOrder)
    price_found = (placed | checking).stay()
    not_taken = (placed | checking).to(rejected)

    # check and release
    take_check = placed.to(checking, by=DISTRIBUTION_MANAGER, form=wholesaling.Check, main=True)
    reject_order = checking.to(rejected, by=DISTRIBUTION_MANAGER, form=wholesaling.Check)
    allow_price = (placed | checking).stay(
        **wholesaling.PRICE_APPROVAL, when="is_below_level", other_than=quote
    )
    ask_payment = checking.to(
        awaiting_payment, by=DISTRIBUTION_MANAGER, form=wholesaling.Check, when="is_price_right"
    )
    on_credit = checking.to(
        released, by=DISTRIBUTION_MANAGER, form=wholesaling.Check, when="is_on_credit and is_price_right"
    )
    credit_drawn = released.stay()
    credit_refused = released.to(credit_approval, when="is_beyond_limit") | released.to(
        cancelled, when="not is_beyond_limit"
    )
    allow_credit = credit_approval.to(released, **wholesaling.CREDIT_APPROVAL, other_than=on_credit)
    refuse_credit = credit_approval.to(awaiting_payment, by=OPS_MANAGER | GM, form=Note)
    paid = awaiting_payment.to(released, **wholesaling.PAYMENT, when="is_paid_in_full") | (
        awaiting_payment.stay(**wholesaling.PAYMENT, when="not is_paid_in_full")
    )
    paid_early = to_be_decided.stay(**wholesaling.PAYMENT)
    was_paid_early = awaiting_payment.to(released, as_soon_as="is_paid_before")
    paid_late = (on_its_way | settling | over).stay(**wholesaling.PAYMENT)
    payment_counted = (to_be_decided | awaiting_payment | on_its_way | settling | over).stay(
        form=wholesaling.Counted
    )
    payment_refused = (
        (to_be_decided | awaiting_payment | shipping | settling | over).stay(form=wholesaling.Counted)
        | released.to(awaiting_payment, form=wholesaling.Counted, when="not is_on_credit")
        | released.stay(form=wholesaling.Counted, when="is_on_credit")
    )
    not_paid = awaiting_payment.to(cancelled, after=days(3))

    # through order fulfilment, then settled                                         001-h 岗位 4
    ship = released.to(
        shipping, by=LOGISTICS | DISTRIBUTION_MANAGER, form=wholesaling.Parcels, when="is_secured", main=True
    )
    signed = shipping.to(
        delivered, by=CARRIER_FEED, on="carrier.parcel.delivered", when="is_all_answered and has_arrived"
    )
    none_arrived = shipping.to(cancelled, when="is_all_answered and not has_arrived")
    lost_later = (settling | closed).stay()  # it was said to be delivered
    left_found = (settling | closed | cancelled).stay()
    left_unknown = (settling | closed | cancelled).stay()
    start_settlement = delivered.to(settling, as_soon_as=True)
    settled = settling.to(closed, by=FINANCE, form=wholesaling.Settlement, when="is_settled") | settling.stay(
        by=FINANCE, form=wholesaling.Settlement, when="not is_settled"
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

    def is_paid_in_full(self, form: wholesaling.PaidIn | None) -> bool:
        """All that the order costs has come in, in its currency."""
        case = self.case
        if form is None or form.amount is None or case.agreed is None or case.has_counted(form.payment_no):
            return False
        return in_one_currency([form.amount, case.agreed]) and form.amount.amount >= case.open.amount

    def is_paid_before(self) -> bool:
        """All that the order costs had come in before it was asked for."""
        return self.case.amount is not None and self.case.agreed is not None and not self.case.owing

    def is_secured(self) -> bool:
        """The order is paid, or its credit is drawn."""
        return not self.case.owing or self.case.credit_drawn

    def is_settled(self, form: wholesaling.Settlement | None) -> bool:
        """Nothing is owed for the order any more."""
        return form is not None and form.paid.amount + form.rebate.amount >= self.case.open.amount

    def is_all_answered(self) -> bool:
        """Every parcel has been delivered, or will never be."""
        return self.children(self.orders).all_reported

    def has_arrived(self) -> bool:
        """At least one parcel has been delivered."""
        told = self.children(self.orders)
        return bool(told.that_reached(*wholesaling.ARRIVED)) or not told.reports

    # --- what each step does

    @(ask_bulk | place_order).on
    def note_partner(self, form: wholesaling.Inquiry | wholesaling.BulkOrder) -> None:
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
            case.prices = tuple(
                wholesaling.QuotedLine(sku=row.sku, qty=1, price=row.price) for row in outcome.prices
            )
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
    def quote_what_was_asked(self, form: wholesaling.Quote) -> None:
        asked = {line.sku for line in self.case.lines}
        self.require({line.sku for line in form.prices} <= asked, "Quote what was asked for.", "prices")
        self.require(form.valid_until >= self.today, "Must not be in the past.", "valid_until")
        prices = "；".join(f"{line.sku} × {line.qty}: {line.price}" for line in form.prices)
        data = {"prices": prices[:2000], "until": str(form.valid_until), "days": str(form.lead_days)}
        self.do(Message(to=self.case.who, template="bulk_quote", data=data))

    @accept_quote.on
    def order_what_was_quoted(self, form: wholesaling.OrderOfQuote) -> None:
        quoted = {line.sku for line in self.case.prices}
        self.require({line.sku for line in form.lines} <= quoted, "Order what was quoted.", "lines")

    @reject_order.on
    def say_what_is_wrong(self, form: wholesaling.Check) -> None:
        self.require(
            not (form.credit_ok and form.stock_ok and form.price_ok), "Say what is not right.", "credit_ok"
        )
        data = {"why": form.note or "-"}
        self.do(Message(to=self.case.who, template="bulk_order_not_taken", data=data))

    @(ask_payment | on_credit).on
    def pass_check(self, form: wholesaling.Check) -> None:
        self.require(form.stock_ok, "The order can't pass without stock.", "stock_ok")
        self.require(form.price_ok, "The order can't pass at a wrong price.", "price_ok")
        self.require(
            form.credit_ok or not self.is_on_credit(), "The order can't pass without credit.", "credit_ok"
        )

    @(ask_payment | refuse_credit).on
    def ask_for_the_money(self) -> None:
        self.case.payment = "prepaid"
        if self.case.owing:
            data = {"amount": str(self.case.open)}
            self.do(Message(to=self.case.who, template="bulk_order_to_pay", data=data))

    @(paid | paid_early | paid_late).on
    def book_payment(self, form: wholesaling.PaidIn | None) -> None:
        """What can't be counted stays for finance. What isn't all of it counts, and the rest is asked for; what is more
        goes back, and so does all that comes once the order is over.
        """
        case = self.case
        amount = form.amount if form is not None else None
        is_over = self.came_from in self.over.stages
        due = NOTHING if is_over else case.owing
        self.require(amount is not None or not self.actor.is_staff, "Say how much was paid.", "amount")
        numbered = not self.actor.is_staff or (form is not None and form.payment_no)
        self.require(numbered, "Say which payment it is, by its number.", "payment_no")
        if form is None or amount is None or not in_one_currency([amount, case.agreed or amount]):
            self.tell(FINANCE, "bulk_payment_unclear", amount=amount or "-", due=case.open)
            return
        if case.has_counted(form.payment_no):
            self.require(not self.actor.is_staff, "It is counted already.", "payment_no")
            return
        self.require(
            not self.actor.is_staff or amount <= due,
            "{due} is due: what is more is for the bank to tell.",
            "amount",
            due=due,
        )
        counted = NOTHING if is_over else amount if case.agreed is None else min(amount, due)
        self.count(amount, counted, form.payment_no)
        if not is_over and self.came_from is self.awaiting_payment and case.open.amount > 0:
            data = {"amount": str(case.open)}
            self.do(Message(to=case.who, template="bulk_order_to_pay", data=data))
            self.tell(FINANCE, "bulk_order_partly_paid", paid=case.amount, due=case.open)

    @payment_counted.on
    def give_back_what_is_too_much(self, form: wholesaling.Counted | None) -> None:
        """Once the book has it: a payment of another order returns nothing of this one."""
        over = form.over if form is not None else None
        if over is not None:
            self.do(PayRefund(order=self.subject, amount=over, reason="paid too much"))
            self.do(Message(to=self.case.who, template="bulk_payment_returned", data={"amount": str(over)}))
            self.tell(FINANCE, "bulk_order_overpaid", over=over)

    def count(self, amount: Money, counted: Money, payment_no: str) -> None:
        """A payment has come in; so much of it is for the order: ahead, or on the credit that was drawn."""
        case = self.case
        case.payments = (*case.payments, *filter(None, [payment_no]))
        self.do(
            RecordPayment(order=self.subject, amount=amount, payment_no=payment_no),
            then=self.payment_counted,
            otherwise=self.payment_refused,
            amount=counted or None,
            over=amount - counted or None,
            payment_no=payment_no,
        )
        if counted and case.credit_drawn:
            self.do(SettleCredit(partner=case.who, order=self.subject, paid=counted, rebate=NOTHING))
            case.settled += counted
        elif counted:
            case.amount = (case.amount or NOTHING) + counted

    @payment_refused.on
    def count_it_no_more(self, form: wholesaling.Counted | None, outcome: Refused | None) -> None:
        """The money book has this payment for another order."""
        case, amount = self.case, (form.amount if form is not None else None) or NOTHING
        if amount and case.settled >= amount:
            self.do(SettleCredit(partner=case.who, order=self.subject, paid=-amount, rebate=NOTHING))
            case.settled -= amount
        elif amount:
            case.amount = (case.amount or NOTHING) - amount or None
        if self.came_from is self.released:
            self.undo(ReserveStock)
        number, why = form.payment_no if form else "-", outcome.reason if outcome else "-"
        self.tell(FINANCE, "bulk_payment_refused", payment_no=number or "-", amount=amount, why=why)

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
        if not case.owing:  # it was all paid ahead
            return
        draw = DrawCredit(
            partner=case.who, order=self.subject, lines=case.lines, amount=case.owing, allowed=is_allowed
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
            self.do(ReserveStock(order=number, lines=place.lines), otherwise=self.cancel)

    @ship.on
    def keep_what_is_shipped(self) -> None:
        self.make_permanent(ReserveStock, DrawCredit)

    @(rejected | lost | cancelled).enter
    def give_money_back(self) -> None:
        """What was paid ahead, unless the goods had left: then the books say what is left of it."""
        case = self.case
        if case.amount is not None and self.came_from is not self.shipping:
            self.do(PayRefund(order=self.subject, amount=case.amount, reason="cancelled"))
            case.given_back = case.amount

    @not_paid.on
    def say_it_lapsed(self) -> None:
        self.say_it_is_cancelled("未付清")

    @cancel.on
    def say_why(self, form: Reason | None, outcome: Refused | None) -> None:
        self.say_it_is_cancelled(form.reason if form else outcome.reason if outcome else "-")

    def say_it_is_cancelled(self, why: str) -> None:
        self.tell(DISTRIBUTION_MANAGER, "bulk_order_cancelled", why=why)
        self.do(Message(to=self.case.who, template="bulk_order_cancelled", data={"why": why}))

    # --- what came, and what it comes to

    @(signed | none_arrived | lost_later).on
    def take_off_what_never_came(self) -> None:
        """What was drawn on credit for it isn't owed; what was paid for it goes back, as far as nothing else has."""
        case = self.case
        missing = case.worth_missing(self.parcels(), self.children(self.orders).reports)
        less, case.taken_off = missing - case.taken_off, missing
        if not less:
            return
        if case.credit_drawn:
            self.do(LowerCredit(partner=case.who, order=self.subject, amount=less))
        self.do(Message(to=case.who, template="bulk_goods_missing", data={"amount": str(less)}))
        self.tell(DISTRIBUTION_MANAGER, "bulk_goods_never_came", partner=case.who, amount=less)
        if case.open.amount < 0:
            self.do(QuoteRefund(order=self.subject), then=self.left_found, otherwise=self.left_unknown)

    @left_found.on
    def give_back_what_is_over(self, outcome: LinesQuoted | None) -> None:
        """Others may have returned some of it: a refund of after-sales, or of goods that were out of stock."""
        case = self.case
        left = outcome.left if outcome is not None and outcome.left is not None else NOTHING
        elsewhere = max(case.paid_in - left, NOTHING)
        if (due := min(-case.open - elsewhere, left)) > NOTHING:
            self.pay_back(due, "never came")

    @left_unknown.on
    def have_it_looked_up(self) -> None:
        self.tell(FINANCE, "bulk_money_to_return", partner=self.case.who, amount=-self.case.open)

    def pay_back(self, amount: Money, why: str) -> None:
        self.do(PayRefund(order=self.subject, amount=amount, reason=why))
        self.tell(FINANCE, "bulk_money_goes_back", partner=self.case.who, amount=amount)
        self.case.given_back += amount

    @settled.on
    def settle(self, form: wholesaling.Settlement) -> None:
        """The rebate comes with the last of the money, as far as the partner's terms go."""
        case = self.case
        self.require(
            in_one_currency([form.paid, form.rebate, case.agreed or NOTHING]),
            "It is in another currency.",
            "paid",
        )
        self.require(form.paid + form.rebate or not case.owing, "Say what was paid.", "paid")
        self.require(
            not form.rebate or self.is_settled(form), "A rebate comes with the last of the money.", "rebate"
        )
        self.require(not case.has_counted(form.payment_no), "It is counted already.", "payment_no")
        numbered = form.payment_no or not form.paid
        self.require(numbered, "Say which payment it is, by its number.", "payment_no")
        if form.paid:
            self.count(form.paid, form.paid, form.payment_no)
        self.grant(form.rebate)
        if case.open.amount < 0:
            self.pay_back(-case.open, "rebate")

    @write_off_debt.on
    def book_what_is_lost(self) -> None:
        """The partner owes it no more: else the limit would count it for ever."""
        self.tell(FINANCE, "bulk_order_written_off", amount=self.case.open)
        self.grant(self.case.owing)

    def grant(self, rebate: Money) -> None:
        """So much isn't owed any more, though nobody pays it."""
        case = self.case
        if rebate and case.credit_drawn:
            given = min(rebate, case.owing)
            self.do(SettleCredit(partner=case.who, order=self.subject, paid=NOTHING, rebate=given))
        case.rebate += rebate

    def parcels(self) -> dict[str, wholesaling.ShipTo]:
        """Order number -> where it goes, and what."""
        return self.case.parcels(self.subject)

    def book_entry(self) -> OrderEntry | None:
        return self.case.entry(self.subject)

    # --- what it starts

    @starts(
        "order_fulfilment",
        on=ship,
        ends={"delivered": signed, **dict.fromkeys(ORDER_FAILED, signed | none_arrived | lost_later)},
    )
    def orders(self) -> list[Opening]:
        forms = self.case.order_forms(self.subject)
        return [opening(form["order_no"], event="place_order", **form) for form in forms]
