"""What the catalogue shows: products and the prices that hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.pages import After, Page, Stores, View, literally, page, seen, where
from models.amounts import money as as_money
from models.tables.catalogue import OffSale, Price, Product
from models.values import Money


class PriceView(View):
    store: str
    kind: str
    price: Money
    since: datetime
    until: datetime | None
    campaign: str | None


class ProductView(View):
    sku: str
    title: str
    category: str
    for_sale: bool
    off_sale: tuple[str, ...]
    """Why it isn't for sale just now."""
    prices: tuple[PriceView, ...]
    """Those that hold now."""


def products(
    session: Session,
    *,
    now: datetime,
    sku: str | None = None,
    text: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[ProductView]:
    """The catalogue, with the prices that hold `now`."""
    query = where(select(Product), {Product.sku: sku})
    if text:
        words = f"%{literally(text)}%"
        query = query.where(
            or_(col(Product.sku).ilike(words, escape="\\"), col(Product.title).ilike(words, escape="\\"))
        )

    def show(rows: Sequence[Product]) -> Iterable[ProductView]:
        skus = [row.sku for row in rows]
        off: defaultdict[str, list[str]] = defaultdict(list)
        for reason in session.scalars(
            select(OffSale).where(col(OffSale.sku).in_(skus)).order_by(col(OffSale.at))
        ):
            off[reason.sku].append(reason.reason)
        prices: defaultdict[str, dict[tuple[str, str], PriceView]] = defaultdict(dict)
        holding = seen(select(Price), Price.store, stores).where(
            col(Price.sku).in_(skus),
            col(Price.since) <= now,
            or_(col(Price.until).is_(None), col(Price.until) > now),
        )
        for price in session.scalars(holding.order_by(col(Price.id))):
            # the latest of a kind wins
            view = PriceView(**price.model_dump(), price=as_money(price.amount, price.currency))
            prices[price.sku][price.store, price.kind] = view
        for row in rows:
            yield ProductView(
                sku=row.sku,
                title=row.title,
                category=row.category,
                for_sale=row.for_sale and not off[row.sku],
                off_sale=tuple(off[row.sku]),
                prices=tuple(prices[row.sku].values()),
            )

    return page(session, query, (Product.sku,), after, limit, show)
