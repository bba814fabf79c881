"""Online direct sale (网络商品直销): buyer and seller deal on the internet, and payment is proved before delivery.

Sources: 004-f (direct sale, six steps; payment part); 002-a 2②, 3. The paths into the shop are 004-e 五's.
Payment is approved first, then the sales side is told: D23. Dispatch within 24 h, at most 48 h, is order_fulfilment's.
"""

from activities.catalogue.contract import SALE_PRICE, CheckOrderPrices, PricesDoubtful
from activities.money.contract import PayRefund, RecordPayment
from activities.orders.contract import DoubtfulPrice
from activities.settlement.contract import AskPayment
from workflows.vocabulary import *

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
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    browsing = Stage()
    order_filled = Stage()
    payment_chosen = Stage()
    payment_checking = Stage()
    paid = Stage(role=CS_AGENT, due=hours(2), tell=CS_SUPERVISOR)
    delivery_notified = Stage()
    delivered = Stage()
    bank_settled = Stage()
    billed = Stage(final=True)
    payment_refused = Stage(final=True)
    abandoned = Stage(final=True)
    cancelled = Stage(final=True)
    refunded = Stage(final=True)

    # in the shop                                                                    004-f steps 1-3
    browse = new.to(browsing, by=CUSTOMER, heard_by=CS_AGENT, form=Visit)
    fill_order = browsing.to(order_filled, by=CUSTOMER, heard_by=CS_AGENT, form=PurchaseForm)
    choose_payment = order_filled.to(payment_chosen, by=CUSTOMER, heard_by=CS_AGENT, form=Method)
    doubt_prices = (order_filled | payment_chosen | payment_checking | paid).stay()
    leave = (browsing | order_filled).to(abandoned, after=hours(24))
    cancel = (order_filled | payment_chosen).to(cancelled, by=CUSTOMER, heard_by=CS_AGENT, form=Abandonment)

    # payment                                                                        004-f steps 4-5, 002-a 2②
    check_payment = payment_chosen.to(payment_checking)
    accepted = payment_checking.to(paid, by=PAYMENT_FEED, on="payment.authorisation.accepted")
    refused = payment_checking.to(payment_refused, by=PAYMENT_FEED, on="payment.authorisation.refused")
    verify_order = paid.stay(
        by=CS_AGENT, form=Verification, once=True, when="has_prices_of_the_book"
    ) | paid.stay(by=CS_SUPERVISOR, form=Verification, once=True)

    # delivery                                                                       004-f step 5
    notify_sales = paid.to(delivery_notified, as_soon_as="is_confirmed")
    deliver = delivery_notified.to(delivered, by=CARRIER_FEED, form=Scan, on="carrier.parcel.delivered")
    refund = paid.to(refunded, as_soon_as="is_denied") | delivery_notified.to(refunded)

    # the banks                                                                      004-f step 6
    bank_transfer = delivered.to(bank_settled, by=BANK_FEED, on="bank.card.transferred")
    bill = bank_settled.to(billed, by=BANK_FEED, on="bank.card.billed")

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
        self.do(CheckOrderPrices(order=self.subject, lines=self.case.priced), otherwise=self.doubt_prices)

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
    def book_payment(self) -> None:
        self.do(RecordPayment(order=self.subject, amount=self.case.total, method=self.case.method))

    @notify_sales.on
    def tell_sales(self) -> None:
        self.tell(SALES, "deliver_order", name=self.case.name)

    @refunded.enter
    def give_money_back(self) -> None:
        self.do(PayRefund(order=self.subject, amount=self.case.total, reason="cancelled"))

    # --- what it starts

    @starts(
        "order_fulfilment",
        on=notify_sales,
        ends={"delivered": deliver, "cancelled": refund, "closed_returned": refund},
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
