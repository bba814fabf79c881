"""Online direct sale (网络商品直销): buyer and seller deal on the internet, and payment is proved before delivery.

Sources: 004-f (direct sale, six steps; payment part); 002-a 2②, 3. The paths into the shop are 004-e 五's.
Payment is approved first, then the sales side is told: D23. Dispatch within 24 h, at most 48 h, is order_fulfilment's.
"""

from activities.catalogue.contract import SALE_PRICE, CheckOrderPrices, PricesDoubtful
from activities.messages.contract import Message
from activities.money.contract import PayRefund, RecordPayment
from activities.orders.contract import DoubtfulPrice, LinesQuoted, QuoteRefund
from activities.settlement.contract import AskPayment
from workflows.vocabulary import *

BANKS_SETTLE = working_days(5)  # default

# --- what is asked ------------------------------------------------------------------------------------------------


class Visit(Told):
    entry: Literal["home", "list", "search", "banner", "link"]
    customer_no: CustomerNo | None = None


class OrderLine(FormRow):
    sku: Sku
    spec: Text
    qty: Qty
    price: Annotated[Price, from_book(SALE_PRICE)]


class PurchaseForm(Told):
    name: Keep[PersonName]
    address: Keep[Address]
    lines: Keep[Some[OrderLine]]
    phone: Keep[Phone]

    def problems(self) -> Problems:
        if not worth(self.lines, "price"):
            yield "lines", "The lines come to nothing."


class Method(Told):
    method: Keep[Literal["card", "e-money", "e-cheque", "debit", "wallet"]]


class Abandonment(Told):
    reason: Remark = ""


class Authorisation(Form):
    """What the bank says yes to."""

    amount: Annotated[Paid | None, to_check("total")] = None
    """Without it, the sum that it was asked for."""
    payment_no: Remark = ""


class Verification(Form):
    confirmed: Keep[ToCheck[bool]]
    channel: Literal["mail", "phone", "chat"]


class DirectSale(Case):
    entry: str
    name: PersonName = "--"
    address: Address | None = None
    lines: FormRows[OrderLine] = ()
    phone: Phone | None = None
    method: Literal["card", "e-money", "e-cheque", "debit", "wallet"] = "card"
    confirmed: bool | None = None
    customer_no: CustomerNo | None = None
    doubtful_prices: FormRows[DoubtfulPrice] = ()
    """What is sold below the book's price: the supervisor verifies such an order."""
    payments: tuple[str, ...] = ()
    """The numbers of the payments that came in; one without a number is an empty one."""
    never_came: Price = NOTHING
    """What was paid for goods that didn't come with the others."""

    @property
    def priced(self) -> tuple[PricedLine, ...]:
        return tuple(PricedLine(sku=line.sku, qty=line.qty, unit_price=line.price) for line in self.lines)

    @property
    def total(self) -> Money:
        return worth(self.lines, "price")


# --- the procedure ------------------------------------------------------------------------------------------------


class OnlineDirectSale(Procedure):
    """Buyer and seller deal directly on the internet, with payment proved before delivery."""

    key = "online_direct_sale"
    case: DirectSale
    numbers = "OT"
    about = ("lines", "name")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    browsing = Stage()
    order_filled = Stage()
    payment_chosen = Stage()
    payment_checking = Stage()
    paid = Stage(role=CS_AGENT, due=hours(2), tell=CS_SUPERVISOR)
    delivery_notified = Stage()
    delivered = Stage(role=FINANCE, due=BANKS_SETTLE, tell=OPS_MANAGER)
    bank_settled = Stage(role=FINANCE, due=BANKS_SETTLE, tell=OPS_MANAGER)
    billed = Stage(final=True)
    payment_refused = Stage(final=True)
    abandoned = Stage(final=True)
    cancelled = Stage(final=True)
    refunded = Stage(final=True)

    ended = billed | payment_refused | cancelled | refunded

    # in the shop                                                                    004-f steps 1-3
    browse = new.to(browsing, by=CUSTOMER, heard_by=CS_AGENT, form=Visit)
    fill_order = browsing.to(order_filled, by=CUSTOMER, heard_by=CS_AGENT, form=PurchaseForm)
    choose_payment = order_filled.to(payment_chosen, by=CUSTOMER, heard_by=CS_AGENT, form=Method)
    doubt_prices = (order_filled | payment_chosen | payment_checking | paid).stay()
    leave = (browsing | order_filled).to(abandoned, after=hours(24))
    cancel = (order_filled | payment_chosen).to(cancelled, by=CUSTOMER, heard_by=CS_AGENT, form=Abandonment)

    # payment                                                                        004-f steps 4-5, 002-a 2②
    check_payment = payment_chosen.to(payment_checking)
    accepted = payment_checking.to(
        paid, by=PAYMENT_FEED, form=Authorisation, on="payment.authorisation.accepted", when="is_the_sum"
    )
    accepted_otherwise = (
        payment_checking | paid | delivery_notified | delivered | bank_settled | ended
    ).stay(by=PAYMENT_FEED, form=Authorisation, on="payment.authorisation.accepted")
    refused = payment_checking.to(payment_refused, by=PAYMENT_FEED, on="payment.authorisation.refused")
    payment_counted = (payment_checking | paid | delivery_notified | delivered | bank_settled | ended).stay(
        form=Authorisation
    )
    verify_order = paid.stay(
        by=CS_AGENT, form=Verification, once=True, when="has_prices_of_the_book"
    ) | paid.stay(by=CS_SUPERVISOR, form=Verification, once=True)

    # delivery                                                                       004-f step 5
    notify_sales = paid.to(delivery_notified, as_soon_as="is_confirmed")
    deliver = delivery_notified.to(delivered, by=CARRIER_FEED, form=Scan, on="carrier.parcel.delivered")
    refund = paid.to(refunded, as_soon_as="is_denied") | delivery_notified.to(refunded)
    left_found = (delivered | bank_settled | billed).stay()

    # the banks                                                                      004-f step 6
    bank_transfer = delivered.to(bank_settled, by=BANK_FEED | FINANCE, on="bank.card.transferred")
    bill = bank_settled.to(billed, by=BANK_FEED | FINANCE, on="bank.card.billed")

    checked_in_time = Deadline(
        minutes(5), since=check_payment, until=accepted | refused, tell=TECH, sends=refused
    )

    kpis = (
        share(fill_order, of=browse),
        share(accepted, of=check_payment),
        count(leave),
        elapsed(fill_order, deliver),
    )

    # --- rules

    def is_the_sum(self, form: Authorisation | None) -> bool:
        """The bank has said yes to what the order costs."""
        return form is None or form.amount in (None, self.case.total)

    def is_confirmed(self) -> bool:
        """The buyer has confirmed the order."""
        return self.case.confirmed is True

    def is_denied(self) -> bool:
        """The buyer denies the order."""
        return self.case.confirmed is False

    def has_prices_of_the_book(self) -> bool:
        """Nothing is sold below the book's price; else the supervisor of customer service verifies the order."""
        return not self.case.doubtful_prices

    # --- what each step does

    @fill_order.on
    def check_prices(self) -> None:
        case = self.case
        prices = CheckOrderPrices(order=self.subject, lines=case.priced, customer=case.customer_no)
        self.do(prices, otherwise=self.doubt_prices)

    @doubt_prices.on
    def note_doubts(self, outcome: PricesDoubtful) -> None:
        self.case.doubtful_prices = tuple(DoubtfulPrice.model_validate(row) for row in outcome.doubtful)

    @choose_payment.on
    def ask_bank(self) -> None:
        self.do(
            AskPayment(trade=self.subject, amount=self.case.total, method=self.case.method),
            then=self.check_payment,
        )

    @accepted.on
    def book_payment(self, form: Authorisation | None) -> None:
        amount_in, number = self.told(form)
        self.case.payments = (*self.case.payments, number)
        method = self.case.method
        self.do(RecordPayment(order=self.subject, amount=amount_in, payment_no=number, method=method))

    @accepted_otherwise.on
    def give_it_back(self, form: Authorisation | None) -> None:
        """Another sum than was asked for, one that comes too late, or another one beside the first."""
        amount_in, number = self.told(form)
        if number in self.case.payments:  # told again
            return
        self.case.payments = (*self.case.payments, number)
        method = self.case.method
        self.do(
            RecordPayment(order=self.subject, amount=amount_in, payment_no=number, method=method),
            then=self.payment_counted,
            amount=amount_in,
        )

    @payment_counted.on
    def return_it(self, form: Authorisation | None) -> None:
        """Once the book has it: a payment of another order returns nothing of this one."""
        paid = form.amount if form is not None else None
        if paid is not None:
            self.do(PayRefund(order=self.subject, amount=paid, reason="paid otherwise"))
            self.say("direct_sale_refunded", amount=paid)
            self.tell(FINANCE, "direct_sale_paid_otherwise", paid=paid, due=self.case.total)

    def told(self, form: Authorisation | None) -> tuple[Money, str]:
        """What has come in, and the number of the payment."""
        said, number = (form.amount, form.payment_no) if form is not None else (None, "")
        return said or self.case.total, number

    @notify_sales.on
    def tell_sales(self) -> None:
        self.tell(SALES, "deliver_order", name=self.case.name)

    @deliver.on
    def see_what_came(self, report: ChildReport | None) -> None:
        """A parcel of several may have been lost: what was paid for its goods goes back, unless it has already."""
        case = self.case
        came = report.result.get("worth", case.total) if report is not None else case.total
        case.never_came = max(case.total - Money.model_validate(came), NOTHING)
        if case.never_came:
            self.do(QuoteRefund(order=self.subject), then=self.left_found)

    @left_found.on
    def give_back_the_rest(self, outcome: LinesQuoted | None) -> None:
        left = outcome.left if outcome is not None and outcome.left is not None else NOTHING
        due = min(self.case.never_came - (self.case.total - left), left)
        if due > NOTHING:
            self.do(PayRefund(order=self.subject, amount=due, reason="never came"))
            self.say("direct_sale_refunded", amount=due)

    @refunded.enter
    def give_money_back(self) -> None:
        self.do(PayRefund(order=self.subject, amount=self.case.total, reason="cancelled"))
        self.say("direct_sale_refunded", amount=self.case.total)

    @refused.on
    def tell_refusal(self) -> None:
        self.say("direct_sale_not_paid", amount=self.case.total)

    def say(self, template: str, *, amount: Money) -> None:
        """The buyer reads it: by their number, or as whoever the order is of."""
        buyer = self.case.customer_no or self.subject
        self.do(Message(to=buyer, template=template, data={"amount": str(amount)}))

    # --- what it starts

    @starts(
        "order_fulfilment",
        on=notify_sales,
        ends={"delivered": deliver} | dict.fromkeys(ORDER_FAILED, refund),
    )
    def order(self) -> Opening:
        case = self.case
        return opening(
            self.subject,
            event="place_order",
            order_no=self.subject,
            receiver_name=case.name,
            phone=case.phone,
            address=case.address,
            customer_no=case.customer_no,
            lines=case.priced,
            delivery_method="express",
            payment_method="platform-wallet" if case.method == "wallet" else case.method,
        )
