"""Effects on the campaigns' book: an event goes live, and everything is put back."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.campaigns.contract import (
    BuyersCompensated,
    CampaignClosed,
    CampaignFigures,
    CampaignPublished,
    CampaignStockCounted,
    CloseCampaign,
    Compensate,
    CountCampaignStock,
    PricesRestored,
    PublishCampaign,
    ReadCampaign,
    RestorePrices,
    SignUpWithdrawn,
    UnpublishCampaign,
    WithdrawSignUp,
)
from activities.money.accounts import number
from activities.performing import performs
from activities.stock.shelves import Shelves, located
from models.amounts import money, ten_thousandths
from models.effect import EffectRequest, Refused, Success
from models.goods import Goods
from models.tables.campaigns import Campaign, Coupon
from models.tables.catalogue import Price
from models.tables.orders import OrderLine
from models.tables.stock import Bucket, Claim, ClaimKind, Movement, Stock
from models.values import Money, per_sku


@performs(CountCampaignStock, read_only=True)
def count_stock(effect: CountCampaignStock, request: EffectRequest, session: Session) -> CampaignStockCounted:  # noqa: ARG001
    wanted = per_sku(effect.lines)
    free = Counter[str]()
    for stock in session.scalars(select(Stock).where(col(Stock.sku).in_(wanted))):
        free[stock.sku] += stock.free
    return CampaignStockCounted(
        missing=tuple(Goods(sku=sku, qty=qty) for sku, qty in sorted((wanted - free).items())),
        free=tuple(Goods(sku=sku, qty=free[sku]) for sku in sorted(wanted)),
    )


@performs(ReadCampaign, read_only=True)
def read_campaign(effect: ReadCampaign, request: EffectRequest, session: Session) -> CampaignFigures:
    taken = select(col(Movement.reference), col(Movement.sku), func.sum(col(Movement.change))).where(
        col(Movement.store) == request.store,
        col(Movement.campaign) == effect.campaign,
        col(Movement.bucket) == Bucket.SET_ASIDE,
    )
    sold, sales = Counter[str](), Money(amount=Decimal(0))
    for order, sku, change in session.execute(taken.group_by(col(Movement.reference), col(Movement.sku))):
        sold[sku] -= int(change)
        line = session.scalars(
            select(OrderLine)
            .where(
                col(OrderLine.store) == request.store,
                col(OrderLine.order) == order,
                col(OrderLine.sku) == sku,
            )
            .order_by(col(OrderLine.line))
            .limit(1)
        ).first()
        if line is not None:
            sales += money(line.unit_price, line.currency) * -int(change)
    return CampaignFigures(
        sold=tuple(Goods(sku=sku, qty=qty) for sku, qty in sorted(sold.items())), sales=sales
    )


@performs(PublishCampaign)
def publish(effect: PublishCampaign, request: EffectRequest, session: Session) -> CampaignPublished | Refused:
    campaign = _campaign(session, request, effect.campaign)
    if campaign.state in {"closed", "withdrawn"}:
        return Refused(reason=f"campaign {effect.campaign} is {campaign.state}")
    campaign.state, campaign.key = "live", request.key
    campaign.name, campaign.page_url = effect.name, effect.page_url
    campaign.ship_promise_hours, campaign.until = effect.ship_promise_hours, effect.until
    campaign.coupons = [quota.model_dump() for quota in effect.coupons]
    aside = select(col(Claim.sku), func.sum(col(Claim.qty))).where(
        col(Claim.kind) == ClaimKind.SET_ASIDE,
        col(Claim.store) == request.store,
        col(Claim.holder) == effect.campaign,
    )
    lines = tuple(
        Goods(sku=sku, qty=int(qty))
        for sku, qty in session.execute(aside.group_by(col(Claim.sku)).order_by(col(Claim.sku)))
    )
    return CampaignPublished(coupons=tuple(quota.coupon for quota in effect.coupons), lines=lines)


@performs(UnpublishCampaign)
def unpublish(_effect: UnpublishCampaign, request: EffectRequest, session: Session) -> Success:
    published = select(Campaign).where(col(Campaign.key) == request.of, col(Campaign.state) == "live")
    for campaign in session.scalars(published.with_for_update()):
        campaign.state = "unpublished"
    return Success()


@performs(CloseCampaign)
def close(effect: CloseCampaign, request: EffectRequest, session: Session) -> CampaignClosed:
    campaign = _campaign(session, request, effect.campaign)
    campaign.state = "closed"
    shelves = Shelves.of_holder(session, request, effect.campaign)
    freed = [shelves.free(claim, claim.qty) for claim in shelves.claims_of_holder(ClaimKind.SET_ASIDE)]
    unused = select(Coupon).where(
        col(Coupon.store) == request.store,
        col(Coupon.campaign) == effect.campaign,
        col(Coupon.state) == "open",
    )
    coupons = session.scalars(unused.with_for_update()).all()
    for coupon in coupons:
        coupon.state = "void"
    return CampaignClosed(
        lines=located(freed),
        coupons=(
            *(quota["coupon"] for quota in campaign.coupons),
            *(coupon.coupon for coupon in coupons),
        ),
    )


@performs(RestorePrices)
def restore_prices(effect: RestorePrices, request: EffectRequest, session: Session) -> PricesRestored:
    open_ended = or_(col(Price.until).is_(None), col(Price.until) > request.at)
    event = select(Price).where(
        col(Price.store) == request.store, col(Price.campaign) == effect.campaign, open_ended
    )
    prices = session.scalars(event.with_for_update()).all()
    for price in prices:
        # one that hasn't begun never does: an empty span
        price.until = max(request.at, price.since)
    return PricesRestored(skus=tuple(sorted({price.sku for price in prices})))


@performs(WithdrawSignUp)
def withdraw_sign_up(effect: WithdrawSignUp, request: EffectRequest, session: Session) -> SignUpWithdrawn:
    campaign = _campaign(session, request, effect.campaign)
    campaign.state, campaign.form_no = "withdrawn", effect.form_no
    return SignUpWithdrawn(form_no=effect.form_no)


@performs(Compensate)
def compensate(effect: Compensate, request: EffectRequest, session: Session) -> BuyersCompensated:
    buyers = select(col(Movement.reference)).where(
        col(Movement.store) == request.store,
        col(Movement.campaign) == effect.campaign,
    )
    orders = sorted(set(session.scalars(buyers)))
    for order in orders if effect.worth else ():
        session.add(
            Coupon(
                coupon=number("CP", f"{request.key}#{order}"),
                store=request.store,
                order=order,
                worth=ten_thousandths(effect.worth) if effect.worth else 0,
                currency=effect.worth.currency if effect.worth else "CNY",
                reason=effect.message,
                key=request.key,
                at=request.at,
            )
        )
    return BuyersCompensated(orders=tuple(orders))


def _campaign(session: Session, request: EffectRequest, campaign: str) -> Campaign:
    """The campaign, locked; made now if the book doesn't have it."""
    mine = select(Campaign).where(col(Campaign.store) == request.store, col(Campaign.campaign) == campaign)
    row = session.scalars(mine.with_for_update()).first()
    if row is None:
        row = Campaign(store=request.store, campaign=campaign, state="unpublished", at=request.at)
        session.add(row)
        session.flush()
    return row
