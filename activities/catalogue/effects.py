"""Effects on the catalogue: products, whether they are for sale, and prices."""

from __future__ import annotations

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.catalogue.contract import (
    PriceSet,
    ProductRelisted,
    ProductSet,
    RelistSku,
    SaleStopped,
    SetNotForSale,
    SetPrice,
    SetProduct,
    TakePriceBack,
)
from activities.performing import performs
from activities.stock.shelves import Shelves
from models.amounts import hundredths, money
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.tables.catalogue import OffSale, Price, Product


@performs(SetProduct)
def set_product(effect: SetProduct, request: EffectRequest, session: Session) -> ProductSet:
    one_at_a_time(session, "product", effect.sku)
    product = session.get(Product, effect.sku, with_for_update=True)
    created = product is None
    if product is None:
        product = Product(sku=effect.sku, title=effect.title, at=request.at)
        session.add(product)
    product.title, product.category = effect.title, effect.category
    product.for_sale, product.at = effect.for_sale, request.at
    return ProductSet(created=created)


@performs(SetNotForSale)
def set_not_for_sale(
    effect: SetNotForSale, request: EffectRequest, session: Session
) -> SaleStopped | Refused:
    if session.get(Product, effect.sku) is None:
        return Refused(reason=_unknown(effect.sku))
    free = Shelves(session, request, request.subject, [effect.sku]).free_anywhere(effect.sku)
    changed = not (effect.only_if_sold_out and free)
    if changed:
        session.add(OffSale(key=request.key, sku=effect.sku, reason=effect.reason, at=request.at))
    return SaleStopped(changed=changed, free=free)


@performs(RelistSku)
def relist(_effect: RelistSku, request: EffectRequest, session: Session) -> ProductRelisted:
    off = session.get(OffSale, request.of)
    if off is None:
        return ProductRelisted(for_sale=True)
    session.delete(off)
    session.flush()
    others = session.scalars(select(OffSale).where(col(OffSale.sku) == off.sku).limit(1)).first()
    product = session.get_one(Product, off.sku)
    return ProductRelisted(for_sale=product.for_sale and others is None)


@performs(SetPrice)
def set_price(effect: SetPrice, request: EffectRequest, session: Session) -> PriceSet | Refused:
    if session.get(Product, effect.sku) is None:
        return Refused(reason=_unknown(effect.sku))
    since = effect.since or request.at
    holding = select(Price).where(
        col(Price.store) == request.store,
        col(Price.sku) == effect.sku,
        col(Price.kind) == effect.price_kind,
        col(Price.since) <= since,
        or_(col(Price.until).is_(None), col(Price.until) > since),
    )
    before = session.scalars(holding.order_by(col(Price.id).desc()).limit(1)).first()
    session.add(
        Price(
            key=request.key,
            store=request.store,
            sku=effect.sku,
            kind=effect.price_kind,
            amount=hundredths(effect.price),
            currency=effect.price.currency,
            since=since,
            until=effect.until,
            campaign=effect.campaign,
            at=request.at,
        )
    )
    return PriceSet(before=money(before.amount, before.currency) if before is not None else None)


@performs(TakePriceBack)
def take_price_back(_effect: TakePriceBack, request: EffectRequest, session: Session) -> Success:
    session.execute(delete(Price).where(col(Price.key) == request.of))
    return Success()


def _unknown(sku: str) -> str:
    return f"the catalogue doesn't have product {sku}"
