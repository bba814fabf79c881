"""What the trade book shows, and what others ask of it: partners' prices and credit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import NOW, STORE, Asked, answers
from activities.catalogue.contract import PriceKind
from activities.pages import After, Own, Page, Stores, View, page, seen, where
from activities.trade.contract import CREDIT_LEFT, LEVEL_PRICE
from models.amounts import money
from models.tables.catalogue import Price
from models.tables.trade import Credit, Distributor
from models.values import NOTHING, Money

LEVEL_PCT = {"A": 70, "B": 80, "C": 90}
"""Per cent of the list price that each price level pays for a product that has no price of its own at that level
(default).
"""


class CreditView(View):
    """What a partner owes for one order."""

    order: str
    store: str
    partner: str
    amount: Money
    paid: Money
    rebate: Money
    given_back: bool
    """Whether nothing is owed for it any more, as the order came to nothing."""
    at: datetime


def credits_of(
    session: Session,
    *,
    order: str | None = None,
    partner: str | None = None,
    stores: Stores = None,
    own: Own = None,
    after: After = None,
    limit: int = 50,
) -> Page[CreditView]:
    """What was delivered on credit, and what was paid for it, by order."""
    query = seen(select(Credit), Credit.store, stores, own)
    query = where(query, {Credit.order: order, Credit.partner: partner})

    def show(rows: Sequence[Credit]) -> Iterable[CreditView]:
        for row in rows:
            amounts = {name: money(getattr(row, name), row.currency) for name in ("amount", "paid", "rebate")}
            yield CreditView.model_validate(row.model_dump() | amounts)

    return page(session, query, (Credit.store, Credit.order), after, limit, show)


_level = cast("Any", bindparam("level"))
_holding: Any = (
    select(col(Price.kind), col(Price.amount), col(Price.currency))
    .where(
        col(Price.store) == STORE,
        col(Price.sku) == bindparam("sku"),
        col(Price.kind).in_((_level, PriceKind.LIST)),
        col(Price.since) <= NOW,
        or_(col(Price.until).is_(None), col(Price.until) > NOW),
    )
    .order_by(col(Price.id))
)


def level_price(session: Session, store: str, at: datetime, level: str, sku: str) -> Money | None:
    """What one costs at this level: the level's own price, else its share of the list price."""
    prices = Asked(session, store, at).rows(_holding, sku=sku, level=level)
    own = [price for price in prices if price.kind == level]
    if own:
        return money(own[-1].amount, own[-1].currency)
    if not prices:
        return None
    share = Decimal(prices[-1].amount * LEVEL_PCT.get(level, 100)) / 100
    return money(int(share.quantize(Decimal(1), ROUND_HALF_UP)), prices[-1].currency)


def left_of(partner: Distributor) -> Money | None:
    """What may still be drawn; None where there is no limit."""
    return None if partner.credit is None else money(partner.credit - partner.used, partner.currency)


_partner: Any = select(
    col(Distributor.level), col(Distributor.credit), col(Distributor.used), col(Distributor.currency)
).where(col(Distributor.store) == STORE, col(Distributor.distributor) == bindparam("partner"))


@answers(LEVEL_PRICE)
def price_for(asked: Asked, partner: str, sku: str) -> Money | None:
    """Whoever is no distributor pays the list price."""
    row = asked.first(_partner, partner=partner)
    return level_price(asked.session, asked.store, asked.at, row.level if row is not None else "", sku)


@answers(CREDIT_LEFT)
def credit_left(asked: Asked, partner: str) -> Money | None:
    """Of a distributor with a limit; of one without, nobody knows any."""
    row = asked.first(_partner, partner=partner)
    return left_of(row) if row is not None else NOTHING
