"""Effects on the catalogue: products, whether they are for sale, and prices."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.catalogue.contract import (
    CheckOrderPrices,
    CheckPrices,
    PriceBelow,
    PriceFound,
    PriceKind,
    PricesDiffer,
    PricesDoubtful,
    PriceSet,
    PricesFound,
    ProductRelisted,
    ProductSet,
    RelistSku,
    SaleStopped,
    SetNotForSale,
    SetPrice,
    SetProduct,
    TakePriceBack,
)
from activities.catalogue.reading import for_member, holding, list_price, lowest_prices
from activities.performing import performs
from activities.purchasing.reading import costs_of
from activities.stock.shelves import Shelves
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.tables.catalogue import OffSale, Price, Product, ProductCode
from models.values import NOTHING, any_twice, in_one_currency

_MONTH = timedelta(days=30)


@performs(SetProduct)
def set_product(effect: SetProduct, request: EffectRequest, session: Session) -> ProductSet | Refused:
    one_at_a_time(session, "product", effect.sku)
    if effect.codes is not None and (objection := _taken(session, request.store, effect)):
        return Refused(reason=objection)
    product = session.get(Product, effect.sku, with_for_update=True)
    created = product is None
    if product is None:
        product = Product(
            sku=effect.sku, title=effect.title, store=request.store, for_sale=False, at=request.at
        )
        session.add(product)
    if product.store in ("", request.store):
        product.title, product.category = effect.title, effect.category
        product.at = request.at
        if effect.for_sale is not None:
            product.for_sale = effect.for_sale
    if effect.codes is not None:
        session.flush()
        mine = (col(ProductCode.store) == request.store) & (col(ProductCode.sku) == effect.sku)
        session.execute(delete(ProductCode).where(mine))
        session.add_all(
            ProductCode(store=request.store, code=one.code, sku=effect.sku, qty=one.qty, at=request.at)
            for one in effect.codes
        )
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
        off = OffSale(
            key=request.key, store=request.store, sku=effect.sku, reason=effect.reason, at=request.at
        )
        session.add(off)
    return SaleStopped(changed=changed, free=free)


@performs(RelistSku)
def relist(_effect: RelistSku, request: EffectRequest, session: Session) -> ProductRelisted:
    off = session.get(OffSale, request.of)
    if off is None:
        return ProductRelisted(for_sale=True)
    session.delete(off)
    session.flush()
    same = select(OffSale).where(col(OffSale.sku) == off.sku, col(OffSale.store) == off.store)
    others = session.scalars(same.limit(1)).first()
    product = session.get_one(Product, off.sku)
    return ProductRelisted(for_sale=product.for_sale and others is None)


@performs(SetPrice)
def set_price(effect: SetPrice, request: EffectRequest, session: Session) -> PriceSet | Refused:
    if session.get(Product, effect.sku) is None:
        return Refused(reason=_unknown(effect.sku))
    since = effect.since or request.at
    before = session.scalars(holding(request.store, effect.sku, effect.price_kind, since).limit(1)).first()
    if before is not None and effect.only_if_none:
        return PriceSet(before=money(before.amount, before.currency))
    session.add(
        Price(
            key=request.key,
            store=request.store,
            sku=effect.sku,
            kind=effect.price_kind,
            amount=ten_thousandths(effect.price),
            currency=effect.price.currency,
            since=since,
            until=effect.until,
            campaign=effect.campaign,
            at=request.at,
        )
    )
    return PriceSet(before=money(before.amount, before.currency) if before is not None else None)


@performs(CheckOrderPrices)
def check_order_prices(
    effect: CheckOrderPrices, request: EffectRequest, session: Session
) -> Success | PricesDoubtful:
    skus = {line.sku for line in effect.lines}
    book = lowest_prices(session, request.store, request.at, skus)
    for sku, price in for_member(session, request.store, request.at, skus, customer=effect.customer).items():
        if sku not in book or (in_one_currency((book[sku], price)) and price < book[sku]):
            book[sku] = price
    below = tuple(
        PriceBelow(sku=line.sku, unit_price=line.unit_price, book_price=asked)
        for line in effect.lines
        if (asked := book.get(line.sku)) is not None
        and in_one_currency((line.unit_price, asked))
        and line.unit_price < asked
    )
    if not below:
        return Success()
    prices = ", ".join(f"{row.sku} at {row.unit_price}, in the book {row.book_price}" for row in below)
    return PricesDoubtful(reason=f"below the price of the day: {prices}", doubtful=below)


@performs(TakePriceBack)
def take_price_back(_effect: TakePriceBack, request: EffectRequest, session: Session) -> Success:
    session.execute(delete(Price).where(col(Price.key) == request.of))
    return Success()


@performs(CheckPrices)
def check_prices(effect: CheckPrices, request: EffectRequest, session: Session) -> PricesFound | PricesDiffer:
    costs = costs_of(session, (said.sku for said in effect.prices))
    found: list[PriceFound] = []
    wrong: list[str] = []
    for said in effect.prices:
        if session.get(Product, said.sku) is None:
            wrong.append(_unknown(said.sku))
            continue
        price = list_price(session, request.store, said.sku, request.at)
        month = holding(request.store, said.sku, PriceKind.LIST, request.at - _MONTH, request.at)
        lowest = min(
            (
                money(one.amount, one.currency)
                for one in session.scalars(month)
                if price is not None and one.currency == price.currency
            ),
            default=None,
        )
        found.append(PriceFound(sku=said.sku, price=price, lowest=lowest, cost=costs.get(said.sku)))
        if said.price is not None and said.price != (price or NOTHING):
            wrong.append(f"{said.sku} costs {price or 'nothing yet'} by the book, not {said.price}")
    if wrong:
        return PricesDiffer(reason="; ".join(wrong), prices=tuple(found))
    return PricesFound(prices=tuple(found))


def _taken(session: Session, store: str, effect: SetProduct) -> str:
    """Why the product can't have these codes; empty if it can."""
    codes = [one.code for one in effect.codes or ()]
    if any_twice(codes):
        return f"product {effect.sku} has a code twice"
    one_at_a_time(session, "product_codes", store)
    known = select(ProductCode).where(col(ProductCode.store) == store, col(ProductCode.code).in_(codes))
    for row in session.scalars(known.order_by(col(ProductCode.code))):
        if row.sku != effect.sku:
            return f"code {row.code} stands for product {row.sku} already"
    skus = select(col(Product.sku)).where(col(Product.sku).in_(codes), col(Product.sku) != effect.sku)
    for other in session.scalars(skus):
        return f"code {other} is another product's number"
    return ""


def _unknown(sku: str) -> str:
    return f"the catalogue doesn't have product {sku}"
