"""What the stock book shows: what is where, what is kept, and the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import STORE, Asked, answers
from activities.pages import After, Page, Stores, View, page, plainly, seen, where
from activities.stock.bins import pick_list
from activities.stock.contract import (
    BIN,
    COVERS,
    FREE,
    FREE_OF,
    ON_HAND,
    RESERVED,
    SOLD,
    SOLD_OF,
    TO_PICK,
    IssueStock,
)
from models.table import unsearched
from models.tables.stock import Bucket, Claim, ClaimKind, Movement, Stock
from models.values import SkuQty, per_sku

_A_MONTH = timedelta(days=30)


class StockView(View):
    sku: str
    location: str
    on_hand: int
    held: int
    reserved: int
    set_aside: int
    quarantined: int
    damaged: int
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


_of_sku = cast("Any", bindparam("sku"))
_there: Any = select(
    func.sum(col(Stock.on_hand)).label("on_hand"),
    func.sum(col(Stock.on_hand) - col(Stock.held) - col(Stock.reserved) - col(Stock.set_aside)).label("free"),
).where(col(Stock.sku) == _of_sku)
_reserved: Any = select(func.sum(col(Claim.qty)).label("qty")).where(
    col(Claim.store) == STORE,
    col(Claim.holder) == bindparam("order"),
    col(Claim.sku) == _of_sku,
    col(Claim.kind) == ClaimKind.RESERVATION,
)
_fullest_bin: Any = (
    select(col(Movement.bin))
    .where(col(Movement.sku) == _of_sku, col(Movement.bucket) == Bucket.ON_HAND, col(Movement.bin) != "")
    .group_by(col(Movement.bin))
    .having(func.sum(col(Movement.change)) > 0)
    .order_by(func.sum(col(Movement.change)).desc(), col(Movement.bin).desc())
    .limit(1)
)


@answers(ON_HAND)
def on_hand(asked: Asked, sku: str) -> int | None:
    """Of a SKU that the book has."""
    return asked.first(_there, sku=sku).on_hand


@answers(FREE)
def free(asked: Asked, sku: str) -> int | None:
    """Of a SKU that the book has; what is oversold is none."""
    there = asked.first(_there, sku=sku).free
    return None if there is None else max(int(there), 0)


@answers(FREE_OF)
def free_of(asked: Asked, lines: Sequence[SkuQty]) -> list[dict[str, Any]]:
    """A row for each SKU."""
    skus = dict.fromkeys(line.sku for line in lines)
    return [{"sku": sku, "qty": free(asked, sku) or 0} for sku in skus]


@answers(SOLD_OF)
def sold_of(asked: Asked, lines: Sequence[SkuQty]) -> list[dict[str, Any]]:
    """A row for each SKU."""
    skus = list(dict.fromkeys(line.sku for line in lines))
    sold = _sold(asked, skus)
    return [{"sku": sku, "qty": sold.get(sku, 0)} for sku in skus]


@answers(SOLD)
def sold_of_one(asked: Asked, sku: str) -> int:
    return _sold(asked, [sku]).get(sku, 0)


def _sold(asked: Asked, skus: Sequence[str]) -> dict[str, int]:
    """How many of each have left for customers in the last 30 days."""
    left = (
        select(col(Movement.sku), func.sum(col(Movement.change)))
        .where(
            col(Movement.sku).in_(skus),
            col(Movement.store) == asked.store,
            col(Movement.effect) == IssueStock.kind(),
            col(Movement.bucket) == Bucket.ON_HAND,
            col(Movement.at) >= asked.at - _A_MONTH,
        )
        .group_by(col(Movement.sku))
    )
    return {sku: -int(change) for sku, change in asked.session.execute(left)}


@answers(BIN)
def bin_of(asked: Asked, sku: str) -> str | None:
    """Of a SKU that stands in some bin."""
    row = asked.first(_fullest_bin, sku=sku)
    return row.bin if row is not None else None


@answers(TO_PICK)
def to_pick(asked: Asked, order: str) -> list[dict[str, Any]] | None:
    """Of an order that something is reserved for."""
    picks = pick_list(asked.session, asked.store, order)
    return [{"sku": one.sku, "qty": one.qty, "bin": one.bin} for one in picks] or None


@answers(RESERVED)
def reserved(asked: Asked, order: str, sku: str) -> int | None:
    """Where some are."""
    return asked.first(_reserved, order=order, sku=sku).qty


@answers(COVERS)
def covers(asked: Asked, lines: Sequence[SkuQty]) -> bool:
    """All of them."""
    return all((free(asked, sku) or 0) >= qty for sku, qty in per_sku(lines).items())
