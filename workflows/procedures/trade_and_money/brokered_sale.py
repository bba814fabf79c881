"""Brokered sale (网络商品中介交易): an exchange centre collects offers, matches parties, sees to payment and delivery.

Sources: 004-f (brokered sale, four steps).
"""

from activities.settlement.contract import HoldTradeMoney, ReleaseTradeMoney
from activities.trade.contract import OrderDelivery
from workflows.vocabulary import *

# --- what is asked ------------------------------------------------------------------------------------------------


class Offer(Form):
    side: Literal["supply", "demand"]
    goods: Text
    qty: Annotated[Number, Field(gt=0)]
    unit: Text
    price: Price | None = None
    spec: Text
    valid_until: Day


class Partner(Form):
    partner: Keep[Code]
    reason: Remark = ""


class Signature(Form):
    contract: Keep[Code]
    deposit: Price | None = None


class DeliveryOrder(Form):
    delivery_unit: Text
    pickup_date: Day


class NotSupplied(Form):
    reason: Text
    refund: Price


class Objection(Form):
    claim: Text
    evidence: SomeFiles


class Ruling(Form):
    decision: Text
    compensation: Price | None = None


class Match(Case):
    side: str
    goods: Text
    qty: Annotated[Number, Field(gt=0)]
    unit: str
    price: Price | None = None
    spec: Text
    valid_until: Day
    partner: Code | None = None
    contract: Code | None = None
    agreed: Price | None = None
    """What the contract comes to."""
    compensation: Price = NOTHING

    @property
    def amount(self) -> Money:
        """What the goods cost, to the cent: by the contract, or by the offer while there is no contract."""
        if self.agreed is not None:
            return self.agreed
        if self.price is None:
            return NOTHING
        return Money(amount=round(self.price.amount * self.qty, 2), currency=self.price.currency)


# --- the procedure ------------------------------------------------------------------------------------------------


class BrokeredSale(Procedure):
    """Trade through an online exchange centre that matches parties and sees to payment and delivery."""

    key = "brokered_sale"
    case: Match

    new = Entry()
    posted = Stage(role=TRADE_CENTRE)
    published = Stage(role=BUYER_ORG | SUPPLIER)
    partner_chosen = Stage(role=TRADE_CENTRE)
    matching = Stage(role=BUYER_ORG | SUPPLIER | TRADE_CENTRE)
    contract_signed = Stage()
    payment_pending = Stage()
    paid_to_bank = Stage(role=TRADE_CENTRE)
    delivery_ordered = Stage(role=TRADE_CENTRE)
    delivered = Stage(role=BUYER_ORG)
    disputed = Stage(role=TRADE_CENTRE)
    settled = Stage(final=True)
    unmatched = Stage(final=True)
    refused = Stage(final=True)
    defaulted = Stage(final=True, undo=True)

    # offers                                                                         004-f step 1
    post = new.to(posted, by=SUPPLIER | BUYER_ORG, form=Offer)
    publish = posted.to(published, by=TRADE_CENTRE, form=Note)
    refuse_post = posted.to(refused, by=TRADE_CENTRE, form=Note)
    no_partner = published.to(unmatched, at=at("valid_until") + hours(24))

    # matched and signed                                                             004-f step 2
    choose_partner = published.to(partner_chosen, by=BUYER_ORG | SUPPLIER, form=Partner)
    match = partner_chosen.to(matching, by=TRADE_CENTRE, form=Note)
    no_agreement = matching.to(published, by=TRADE_CENTRE, form=Note)
    sign = matching.to(contract_signed, by=BUYER_ORG | SUPPLIER, form=Signature)

    # paid at the centre's bank                                                      004-f step 3
    open_payment = contract_signed.to(payment_pending)
    pay = payment_pending.to(paid_to_bank, by=BANK_FEED, on="bank.transfer.received")
    not_paid = payment_pending.to(defaulted, after=working_days(5))

    # delivered, looked at, settled                                                  004-f step 4
    order_delivery = paid_to_bank.to(delivery_ordered, by=TRADE_CENTRE, form=DeliveryOrder)
    not_supplied = delivery_ordered.to(defaulted, by=TRADE_CENTRE, form=NotSupplied)
    deliver = delivery_ordered.to(delivered, by=CARRIER_FEED, on="carrier.parcel.delivered")
    object = delivered.to(disputed, by=BUYER_ORG, form=Objection)
    settle_dispute = disputed.to(delivered, by=TRADE_CENTRE, form=Ruling)
    release_money = delivered.to(settled, by=BANK_FEED, on="bank.transfer.released", after=working_days(3))

    kpis = (
        share(match, of=post),
        elapsed(post, match),
        count(not_paid | not_supplied),
        share(settle_dispute, of=deliver),
    )

    # --- what each step does

    @post.on
    def still_valid(self, form: Offer) -> None:
        self.require(form.valid_until >= self.today, "Must not be in the past.", "valid_until")

    @open_payment.on
    def take_the_contracts_sum(self, report: ChildReport | None) -> None:
        if report is not None and "amount" in report.result:
            self.case.agreed = Money.model_validate(report.result["amount"])

    @pay.on
    def hold_money(self) -> None:
        self.do(HoldTradeMoney(trade=self.subject, amount=self.case.amount))

    @order_delivery.on
    def fetch_goods(self, form: DeliveryOrder) -> None:
        self.require(form.pickup_date >= self.today, "Must not be in the past.", "pickup_date")
        self.do(OrderDelivery(trade=self.subject, unit=form.delivery_unit, pickup=form.pickup_date))

    @not_supplied.on
    def money_back(self, form: NotSupplied) -> None:
        self.require(form.refund == self.case.amount, f"All of {self.case.amount} goes back.", "refund")

    @settle_dispute.on
    def award(self, form: Ruling) -> None:
        compensation = form.compensation or NOTHING
        self.require(
            compensation <= self.case.amount, f"No more than the {self.case.amount} held.", "compensation"
        )
        self.case.compensation = compensation

    @release_money.on
    def pay_seller(self) -> None:
        self.make_permanent(HoldTradeMoney, OrderDelivery)
        self.do(ReleaseTradeMoney(trade=self.subject, less=self.case.compensation))

    # --- what it starts

    @starts("b2b_contract", on=sign, ends={"effective": open_payment})
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
