"""What the catalogue shows: products and the prices that hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import NOW, STORE, Asked, answers
from activities.catalogue.contract import CATEGORY, LIST_PRICE, SALE_PRICE, TITLE, PriceKind
from activities.pages import After, Page, Stores, View, literally, page, seen, where
from activities.registers.reading import entries_of, holds_on
from models.amounts import money as as_money
from models.table import UtcDateTime
from models.tables.catalogue import OffSale, Price, Product, ProductCode
from models.tables.members import Member
from models.values import Money, in_one_currency

_ALL = Decimal(100)
_SHOP = "shop"
"""A level's price for all that the shop sells."""
_LEVELS = ("ordinary", "silver", "gold", "vip")
"""Members' levels, the lowest first."""


class PriceView(View):
    store: str
    kind: str
    price: Money
    since: datetime
    until: datetime | None
    campaign: str | None


class CodeView(View):
    """A code on goods, and how many pieces it stands for."""

    store: str
    code: str
    qty: int


class ProductView(View):
    sku: str
    title: str
    category: str
    for_sale: bool
    off_sale: tuple[str, ...]
    """Why it isn't for sale just now."""
    prices: tuple[PriceView, ...]
    """Those that hold now."""
    codes: tuple[CodeView, ...] = ()


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
        reasons = seen(select(OffSale), OffSale.store, stores).where(col(OffSale.sku).in_(skus))
        for reason in session.scalars(reasons.order_by(col(OffSale.at))):
            off[reason.sku].append(reason.reason)
        prices: defaultdict[str, dict[tuple[str, str], PriceView]] = defaultdict(dict)
        holding = seen(select(Price), Price.store, stores).where(col(Price.sku).in_(skus), held(now))
        for price in session.scalars(holding.order_by(col(Price.id))):
            # the latest of a kind wins
            view = PriceView(**price.model_dump(), price=as_money(price.amount, price.currency))
            prices[price.sku][price.store, price.kind] = view
        codes: defaultdict[str, list[CodeView]] = defaultdict(list)
        own = seen(select(ProductCode), ProductCode.store, stores).where(col(ProductCode.sku).in_(skus))
        for code in session.scalars(own.order_by(col(ProductCode.store), col(ProductCode.code))):
            codes[code.sku].append(CodeView(store=code.store, code=code.code, qty=code.qty))
        for row in rows:
            yield ProductView(
                sku=row.sku,
                title=row.title,
                category=row.category,
                for_sale=row.for_sale and not off[row.sku],
                off_sale=tuple(off[row.sku]),
                prices=tuple(prices[row.sku].values()),
                codes=tuple(codes[row.sku]),
            )

    return page(session, query, (Product.sku,), after, limit, show)


def off_sale(session: Session, stores: Stores, skus: Iterable[str]) -> frozenset[str]:
    """Of these products, those that something keeps off sale just now in one of the stores."""
    reasons = seen(select(OffSale), OffSale.store, stores).where(col(OffSale.sku).in_(sorted(set(skus))))
    return frozenset(reason.sku for reason in session.scalars(reasons))


def held(since: datetime, until: datetime | None = None) -> ColumnElement[bool]:
    """Says that a price held from one moment to another, or at one."""
    ended = or_(col(Price.until).is_(None), col(Price.until) > since)
    return and_(col(Price.since) <= (until or since), ended)


def holding(store: str, sku: str, kind: str, since: datetime, until: datetime | None = None) -> Select[Price]:
    """The prices of a kind that held from one moment to another, or at one; the latest first."""
    of_kind = select(Price).where(col(Price.store) == store, col(Price.sku) == sku, col(Price.kind) == kind)
    return of_kind.where(held(since, until)).order_by(col(Price.id).desc())


# built once: building costs more than running it
_in_force: Any = (
    select(Price)
    .where(
        col(Price.store) == bindparam("store"),
        col(Price.sku).in_(cast("Any", bindparam("skus", expanding=True))),
        held(cast("Any", bindparam("at", type_=UtcDateTime))),
    )
    .order_by(col(Price.id))
)


def lowest_prices(session: Session, store: str, at: datetime, skus: Iterable[str]) -> dict[str, Money]:
    """What each SKU costs at least at a moment; of the prices of one kind, the latest holds."""
    in_force = {"store": store, "skus": sorted(set(skus)), "at": at}
    latest = {(row.sku, row.kind): row for row in session.scalars(_in_force, in_force)}
    lowest: dict[str, Money] = {}
    for (sku, _), row in latest.items():
        price = as_money(row.amount, row.currency)
        known = lowest.get(sku)
        if known is None or (in_one_currency((known, price)) and price < known):
            lowest[sku] = price
    return lowest


def for_member(
    session: Session, store: str, at: datetime, skus: Iterable[str], *, customer: str | None
) -> dict[str, Money]:
    """The least that this customer pays for each SKU at a moment as a member: a share of the list price, by the prices
    of their level and those below it. SKUs without such a price are left out; so are all for whoever is no member.
    """
    day, shares = at.date(), dict[str, Decimal]()
    kept = entries_of(session, store, "level_prices") if customer else []
    theirs = _levels_of(session, store, customer) if kept and customer else ()
    for row in kept:
        level, _, of = row.entry.partition("-")
        if level in theirs and holds_on(row.data, day):
            shares[of] = min(shares.get(of, _ALL), Decimal(row.data["discount_pct"]))
    found: dict[str, Money] = {}
    for sku in set(skus):
        share = min(shares.get(sku, _ALL), shares.get(_SHOP, _ALL))
        price = list_price(session, store, sku, at) if share < _ALL else None
        if price is not None:
            found[sku] = price.model_copy(update={"amount": round(price.amount * share / 100, 2)})
    return found


def _levels_of(session: Session, store: str, customer: str) -> tuple[str, ...]:
    """The level of whoever has this number, as a customer or as a member, and those below it."""
    theirs = (col(Member.customer_no) == customer) | (col(Member.member) == customer)
    levels = session.scalars(select(col(Member.level)).where(col(Member.store) == store, theirs)).all()
    highest = max((_LEVELS.index(level) for level in levels if level in _LEVELS), default=-1)
    return _LEVELS[: highest + 1]


def list_price(session: Session, store: str, sku: str, at: datetime) -> Money | None:
    """What a product costs the store's buyers at a moment; None where it has no list price."""
    row = session.scalars(holding(store, sku, PriceKind.LIST, at).limit(1)).first()
    return as_money(row.amount, row.currency) if row is not None else None


class CodedGoods(NamedTuple):
    """What a scanned code stands for."""

    sku: str
    qty: int


def product_of(session: Session, store: str, code: str) -> CodedGoods | None:
    """The goods that a code stands for in a store: one of a product's codes, or else its own number."""
    row = session.get(ProductCode, (store, code))
    if row is not None:
        return CodedGoods(row.sku, row.qty)
    return CodedGoods(code, 1) if session.get(Product, code) is not None else None


_of_sku = cast("Any", bindparam("sku"))
_list_price: Any = (
    select(col(Price.amount), col(Price.currency))
    .where(
        col(Price.store) == STORE,
        col(Price.sku) == _of_sku,
        col(Price.kind) == PriceKind.LIST,
        col(Price.since) <= NOW,
        or_(col(Price.until).is_(None), col(Price.until) > NOW),
    )
    .order_by(col(Price.id).desc())
    .limit(1)
)
_product: Any = select(col(Product.title), col(Product.category)).where(col(Product.sku) == _of_sku)


@answers(LIST_PRICE)
def price_of(asked: Asked, sku: str) -> Money | None:
    """The list price."""
    row = asked.first(_list_price, sku=sku)
    return as_money(row.amount, row.currency) if row is not None else None


@answers(SALE_PRICE)
def sale_price_of(asked: Asked, sku: str) -> Money | None:
    """Of a product that has a price."""
    return lowest_prices(asked.session, asked.store, asked.at, [sku]).get(sku)


@answers(TITLE)
def title_of(asked: Asked, sku: str) -> str | None:
    """Of a product that the catalogue has."""
    product = asked.first(_product, sku=sku)
    return product.title if product is not None else None


@answers(CATEGORY)
def category_of(asked: Asked, sku: str) -> str | None:
    """Of a product that has one."""
    product = asked.first(_product, sku=sku)
    return (product.category or None) if product is not None else None
