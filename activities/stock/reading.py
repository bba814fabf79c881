"""What the stock book shows: what is where, what is kept, and the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.pages import After, Page, Stores, View, page, plainly, seen, where
from activities.stock.contract import IssueStock
from models.table import unsearched
from models.tables.stock import Bucket, Claim, Movement, Stock


class StockView(View):
    sku: str
    location: str
    on_hand: int
    held: int
    reserved: int
    set_aside: int
    quarantined: int
    free: int


class ClaimView(View):
    """Goods that are kept."""

    kind: str
    """`hold`, `reservation`, `back_order` or `set_aside`."""
    store: str
    holder: str
    """The order or campaign."""
    sku: str
    location: str
    qty: int
    until: date | None
    at: datetime


class MovementView(View):
    """A row of the stock journal."""

    key: str
    effect: str
    store: str
    reference: str
    sku: str
    location: str
    bin: str
    bucket: str
    change: int
    at: datetime


def stock(
    session: Session,
    *,
    sku: str | None = None,
    location: str | None = None,
    after: After = None,
    limit: int = 50,
) -> Page[StockView]:
    """What is where."""
    query = where(select(Stock), {Stock.sku: sku, Stock.location: location})

    def show(rows: Sequence[Stock]) -> Iterable[StockView]:
        return (StockView(**row.model_dump(), free=row.free) for row in rows)

    return page(session, query, (Stock.sku, Stock.location), after, limit, show)


def claims(
    session: Session,
    *,
    sku: str | None = None,
    holder: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[ClaimView]:
    """What is kept, for which order or campaign, oldest first."""
    query = where(seen(select(Claim), Claim.store, stores), {Claim.sku: sku, Claim.holder: holder})
    return page(session, query, (Claim.id,), after, limit, plainly(ClaimView))


def movements(
    session: Session,
    *,
    sku: str | None = None,
    reference: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[MovementView]:
    """The stock journal, oldest first."""
    query = seen(select(Movement), Movement.store, stores)
    query = where(query, {Movement.reference: reference})
    if sku is not None:
        query = query.where((col(Movement.sku) if reference is None else unsearched(Movement.sku)) == sku)
    return page(session, query, (Movement.id,), after, limit, plainly(MovementView))


def locations(session: Session) -> set[str]:
    """The locations that the book has: any other bin is part of the main one."""
    return {*session.scalars(select(col(Stock.location)).distinct())}


def left_from(session: Session, store: str, reference: str, sku: str) -> str | None:
    """The location that the order's goods of this SKU were issued from last."""
    issued = select(col(Movement.location)).where(
        col(Movement.store) == store,
        col(Movement.reference) == reference,
        col(Movement.sku) == sku,
        col(Movement.effect) == IssueStock.kind(),
        col(Movement.bucket) == Bucket.ON_HAND,
    )
    return session.scalars(issued.order_by(col(Movement.id).desc()).limit(1)).first()
