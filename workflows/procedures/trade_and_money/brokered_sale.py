"""Brokered sale (网络商品中介交易): an exchange centre collects offers, matches parties, sees to payment and delivery.

Sources: 004-f (brokered sale, four steps).
"""

from activities.messages.contract import Message, as_text
from activities.settlement.contract import HoldTradeMoney, ReleaseTradeMoney
from activities.trade.contract import OrderDelivery
from workflows.vocabulary import *

DECIDED_BY = working_days(5)  # default

# --- what is asked ------------------------------------------------------------------------------------------------


class Offer(Told):
    side: Literal["supply", "demand"]
    goods: Text
    qty: Annotated[Number, Field(gt=0)]
    unit: Text
    price: Price | None = None
    spec: Text
    valid_until: Annotated[Day, within(at_least="now")]
    offered_by: PartnerNo | None = None


class Partner(Told):
    partner: Keep[Code]
    reason: Remark = ""


class Signature(Told):
    contract: Keep[Annotated[Code, own_number("CT")]]
    deposit: Annotated[Price | None, within(at_most="amount")] = None


class BankNotice(Told):
    """What the bank says of money that moved. Without an amount nothing counts."""

    amount: Annotated[Price | None, to_check("open")] = None
    payment_no: Remark = ""
    reason: Remark = ""


class Counted(Form):
    """A payment, and how much of it was counted as paid."""

    amount: Paid
    payment_no: Remark = ""


class DeliveryOrder(Form):
    delivery_unit: Text
    pickup_date: Annotated[Day, within(at_least="now")]


class NotSupplied(Form):
    reason: Text
    refund: Annotated[Price, from_case("held")]


class Objection(Told):
    claim: Text
    evidence: SomeFiles


class Ruling(Form):
    decision: Text
    compensation: Annotated[Price | None, within(at_most="held")] = None


class Match(Case):
    side: str
    goods: Text
    qty: Annotated[Number, Field(gt=0)]
    unit: str
    price: Price | None = None
    spec: Text
    valid_until: Day
    offered_by: PartnerNo | None = None
    partner: Code | None = None
    contract: Code | None = None
    agreed: Price | None = None
    """What the contract comes to."""
    compensation: Price = NOTHING
    held: Price = NOTHING
    """What has come in at the centre's bank."""
    payments: tuple[str, ...] = ()
    """The numbers of these payments."""

    @property
    def sides(self) -> tuple[str | None, str | None]:
        """Who sells, and who buys, by their numbers as far as they are known."""
        if self.side == "supply":
            return self.offered_by, self.partner
        return self.partner, self.offered_by

    @property
    def open(self) -> Money:
        """What is still to come in."""
        return self.amount - self.held

    @property
    def amount(self) -> Money:
        """What the goods cost, to the smallest coin: by the contract, or by the offer while there is no contract."""
        if self.agreed is not None:
            return self.agreed
        if self.price is None:
            return NOTHING
        return in_coins(self.price.amount * self.qty, self.price.currency)


# --- the procedure ------------------------------------------------------------------------------------------------


class BrokeredSale(Procedure):
    """Trade through an online exchange centre that matches parties and sees to payment and delivery."""

    key = "brokered_sale"
    case: Match
    numbers = "BS"
    about = ("side", "goods", "price")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    parties = {
        PartyKind.BUYER: ("offered_by", "partner"),
        PartyKind.SELLER: ("offered_by", "partner"),
        PartyKind.SUPPLIER: ("offered_by", "partner"),
    }

    new = Entry()
    posted = Stage(role=TRADE_CENTRE, ways_equal=True)
    published = Stage(role=BUYER_ORG | SUPPLIER)
    partner_chosen = Stage(role=TRADE_CENTRE)
    matching = Stage(role=BUYER_ORG | SUPPLIER | TRADE_CENTRE)
    contract_signed = Stage()
    payment_pending = Stage(role=TRADE_CENTRE)
    paid_to_bank = Stage(role=TRADE_CENTRE)
    delivery_ordered = Stage(role=TRADE_CENTRE, ways_equal=True)
    delivered = Stage(role=BUYER_ORG, ways_equal=True)
    disputed = Stage(role=TRADE_CENTRE, due=DECIDED_BY, tell=SALES)
    settled = Stage(final=True)
    unmatched = Stage(final=True)
    refused = Stage(final=True)
    defaulted = Stage(final=True, undo=True)

    # offers                                                                         004-f step 1
    post = new.to(posted, by=SUPPLIER | BUYER_ORG, heard_by=SALES, form=Offer)
    publish = posted.to(published, by=TRADE_CENTRE, form=Note)
    refuse_post = posted.to(refused, by=TRADE_CENTRE, form=Note)
    no_partner = published.to(unmatched, at=at("valid_until") + hours(24))

    # matched and signed                                                             004-f step 2
    choose_partner = published.to(
        partner_chosen, by=BUYER_ORG | SUPPLIER, heard_by=TRADE_CENTRE | SALES, form=Partner
    )
    match = partner_chosen.to(matching, by=TRADE_CENTRE, form=Note)
    no_agreement = matching.to(published, by=TRADE_CENTRE, form=Note)
    sign = matching.to(
        contract_signed, by=BUYER_ORG | SUPPLIER, heard_by=TRADE_CENTRE | SALES, form=Signature, main=True
    )
    no_contract = contract_signed.to(matching)

    # paid at the centre's bank                                                      004-f step 3
    open_payment = contract_signed.to(payment_pending)
    pay = payment_pending.to(
        paid_to_bank,
        by=BANK_FEED,
        heard_by=TRADE_CENTRE,
        form=BankNotice,
        on="bank.transfer.received",
        when="is_paid_in_full",
    ) | payment_pending.stay(
        by=BANK_FEED,
        heard_by=TRADE_CENTRE,
        form=BankNotice,
        on="bank.transfer.received",
        when="not is_paid_in_full",
    )
    paid_late = (paid_to_bank | delivery_ordered | delivered | disputed | settled | defaulted).stay(
        by=BANK_FEED, heard_by=TRADE_CENTRE, form=BankNotice, on="bank.transfer.received"
    )
    belongs_elsewhere = (paid_to_bank | delivery_ordered).to(payment_pending, form=Counted) | (
        payment_pending | delivered | disputed | settled | defaulted
    ).stay(form=Counted)
    not_paid = payment_pending.to(defaulted, after=working_days(5))

    # delivered, looked at, settled                                                  004-f step 4
    order_delivery = paid_to_bank.to(delivery_ordered, by=TRADE_CENTRE, form=DeliveryOrder)
    not_supplied = delivery_ordered.to(defaulted, by=TRADE_CENTRE, form=NotSupplied)
    deliver = delivery_ordered.to(delivered, by=CARRIER_FEED | TRADE_CENTRE, on="carrier.parcel.delivered")
    object = delivered.to(disputed, by=BUYER_ORG, heard_by=TRADE_CENTRE | SALES, form=Objection)
    settle_dispute = disputed.to(delivered, by=TRADE_CENTRE, form=Ruling)
    release_money = delivered.to(
        settled, by=BANK_FEED, form=BankNotice, on="bank.transfer.released", after=working_days(3)
    )

    kpis = (
        share(match, of=post),
        elapsed(post, match),
        count(not_paid | not_supplied),
        share(settle_dispute, of=deliver),
    )

    # --- rules

    def is_paid_in_full(self, form: BankNotice | None) -> bool:
        """All of the contract's sum has come in, in its currency."""
        amount = form.amount if form is not None else None
        if form is not None and form.payment_no in self.case.payments:  # told again
            return False
        if amount is None or not self.case.amount or not in_one_currency([amount, self.case.amount]):
            return False
        return amount.amount >= self.case.open.amount

    # --- what each step does

    @choose_partner.on
    def with_another(self, form: Partner) -> None:
        self.require(form.partner != self.case.offered_by, "Nobody trades with themselves.", "partner")

    @no_contract.on
    def say_that_it_was_not_signed(self) -> None:
        self.tell(TRADE_CENTRE, "trade_contract_failed", contract=self.case.contract or "-")

    @post.on
    def still_valid(self, form: Offer) -> None:
        self.require(form.valid_until >= self.today, "Must not be in the past.", "valid_until")

    @open_payment.on
    def take_the_contracts_sum(self, report: ChildReport | None) -> None:
        if report is not None and "amount" in report.result:
            self.case.agreed = Money.model_validate(report.result["amount"])

    @pay.on
    def hold_money(self, form: BankNotice | None) -> None:
        """What came in is held, as far as it is due; the rest is asked for, and what is more is the buyer's."""
        case, by_hand = self.case, TRADE_CENTRE in self.actor.roles
        amount = form.amount if form is not None else None
        self.require(amount or not by_hand, "Say how much came in.", "amount")
        numbered = form is not None and form.payment_no
        self.require(numbered or not by_hand, "Say which payment it is, by its number.", "payment_no")
        if form is None or amount is None or not in_one_currency([amount, case.amount]):
            self.tell(TRADE_CENTRE, "trade_payment_unclear", amount=amount or "-", due=case.open)
            return
        if form.payment_no in case.payments:
            self.require(not by_hand, "It is counted already.", "payment_no")
            return
        self.require(
            not by_hand or amount <= case.open,
            "{due} is due: what is more is for the bank to tell.",
            "amount",
            due=case.open,
        )
        case.payments = (*case.payments, *filter(None, [form.payment_no]))
        held = min(amount, case.open)
        case.held += held
        self.do(
            HoldTradeMoney(trade=self.subject, amount=held, payment_no=form.payment_no),
            otherwise=self.belongs_elsewhere,
            amount=held,
            payment_no=form.payment_no,
        )
        if case.open:
            self.tell(TRADE_CENTRE, "trade_partly_paid", paid=case.held, due=case.open)
        elif over := amount - held:
            self.tell(TRADE_CENTRE, "trade_paid_too_much", paid=amount, over=over)

    @belongs_elsewhere.on
    def count_it_no_more(self, form: Counted | None, outcome: Refused | None) -> None:
        """The bank's money is held for another trade already."""
        amount = form.amount if form is not None else NOTHING
        self.case.held -= amount
        self.undo(OrderDelivery)
        why = outcome.reason if outcome is not None else "-"
        self.tell(TRADE_CENTRE, "trade_payment_elsewhere", paid=amount, due=self.case.open, why=why)

    @paid_late.on
    def send_back_what_nobody_owes(self, form: BankNotice | None) -> None:
        """Nothing of it is held: the centre sends it back."""
        case, number = self.case, form.payment_no if form is not None else ""
        if number and number in case.payments:  # told again
            return
        case.payments = (*case.payments, *filter(None, [number]))
        paid = (form.amount if form is not None else None) or "-"
        self.tell(TRADE_CENTRE, "trade_paid_too_much", paid=paid, over=paid)

    @refuse_post.on
    def say_why_it_is_refused(self, form: Note) -> None:
        self.say(self.case.offered_by, "trade_offer_refused", as_text(why=form.note))

    @no_partner.on
    def say_that_nobody_wants_it(self) -> None:
        self.say(self.case.offered_by, "trade_offer_over", as_text(goods=self.case.goods))

    @not_paid.on
    def say_that_it_was_not_paid(self) -> None:
        self.say_that_it_fails("买方未在期限内付清")

    @not_supplied.on
    def say_that_nothing_was_supplied(self, form: NotSupplied) -> None:
        self.say_that_it_fails(form.reason)

    def say_that_it_fails(self, why: str) -> None:
        self.tell(TRADE_CENTRE, "trade_failed", why=why)
        for party in self.case.sides:
            self.say(party, "trade_failed", as_text(why=why))

    @object.on
    def tell_the_seller(self, form: Objection) -> None:
        self.say(self.case.sides[0], "trade_objection", as_text(claim=form.claim))

    @settle_dispute.on
    def tell_the_decision(self, form: Ruling) -> None:
        for party in self.case.sides:
            awarded = form.compensation or NOTHING
            self.say(party, "trade_decided", as_text(decision=form.decision, awarded=awarded))

    @release_money.on
    def tell_of_the_money(self) -> None:
        due = self.case.held - self.case.compensation
        for party in self.case.sides:
            self.say(party, "trade_money_released", as_text(released=due, returned=self.case.compensation))

    def say(self, party: str | None, template: str, data: dict[str, str]) -> None:
        """To a party, as far as it is known by a number."""
        if party is not None:
            self.do(Message(to=party, template=template, data=data))

    @order_delivery.on
    def fetch_goods(self, form: DeliveryOrder) -> None:
        self.require(form.pickup_date >= self.today, "Must not be in the past.", "pickup_date")
        self.do(OrderDelivery(trade=self.subject, unit=form.delivery_unit, pickup=form.pickup_date))

    @settle_dispute.on
    def award(self, form: Ruling) -> None:
        compensation = form.compensation or NOTHING
        self.require(
            compensation <= self.case.held,
            "No more than the {held} held.",
            "compensation",
            held=self.case.held,
        )
        self.case.compensation = compensation

    @release_money.on
    def pay_seller(self, form: BankNotice | None) -> None:
        due = self.case.held - self.case.compensation
        said = form.amount if form is not None else None
        if said is not None and said != due:
            self.tell(TRADE_CENTRE, "trade_release_differs", said=said, due=due)
        self.make_permanent(HoldTradeMoney, OrderDelivery)
        self.do(ReleaseTradeMoney(trade=self.subject, less=self.case.compensation))

    # --- what it starts

    @starts(
        "b2b_contract",
        on=sign,
        ends={"effective": open_payment, "rejected": no_contract, "expired": no_contract},
    )
    def sign_contract(self) -> Opening:
        case = self.case
        return opening(
            case.contract or self.next_subject,
            kind="brokered",
            party=case.partner,
            lines=[{"goods": f"{case.goods} {case.qty} {case.unit}", "qty": 1, "price": case.amount}],
            amount=case.amount,
            delivery_date=case.valid_until,
            delivery_place=self.policy.returns_to,
            payment_terms="交易中心指定银行托管",
            quality_terms=case.spec,
            breach_terms="-",
        )
