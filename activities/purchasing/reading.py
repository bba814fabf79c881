"""What others ask of the purchases' book."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import STORE, Asked, answers
from activities.pages import After, Own, Page, Stores, View, page, seen, where
from activities.purchasing.contract import (
    AGREED_COST,
    ESTIMATE,
    LAST_COST,
    LAST_TERMS,
    OUTSTANDING,
    SUPPLIER_OF,
)
from models.amounts import money
from models.tables.purchasing import Purchase, PurchaseLine, ReceiptLine, ReceiptNote
from models.values import NOTHING, Money, SkuQty, in_one_currency, sku_rows


class PurchaseLineView(View):
    sku: str
    qty: int
    unit_price: Money
    received: int
    cancelled: int
    """Won't come."""


class PurchaseView(View):
    """An order placed with a supplier, its terms, and what was paid for it."""

    purchase: str
    store: str
    supplier: str
    contract: str
    delivery_date: date
    terms: str
    prepaid: Money
    paid: Money
    debited: Money
    """Off the bill: sent back, or accepted at a deduction."""
    cancelled: bool
    lines: tuple[PurchaseLineView, ...]
    at: datetime


def purchases(
    session: Session,
    *,
    purchase: str | None = None,
    supplier: str | None = None,
    stores: Stores = None,
    own: Own = None,
    after: After = None,
    limit: int = 50,
) -> Page[PurchaseView]:
    """What was ordered from suppliers."""
    query = seen(select(Purchase), Purchase.store, stores, own)
    query = where(query, {Purchase.purchase: purchase, Purchase.supplier: supplier})

    def show(rows: Sequence[Purchase]) -> Iterable[PurchaseView]:
        lines = _lines_by_purchase(session, rows)
        for row in rows:
            amounts = {
                name: money(getattr(row, name), row.currency) for name in ("prepaid", "paid", "debited")
            }
            mine = [
                PurchaseLineView.model_validate(
                    line.model_dump() | {"unit_price": money(line.unit_price, row.currency)}
                )
                for line in lines[row.store, row.purchase]
            ]
            yield PurchaseView.model_validate(row.model_dump() | amounts | {"lines": mine})

    return page(session, query, (Purchase.store, Purchase.purchase), after, limit, show)


def _lines_by_purchase(
    session: Session, rows: Sequence[Purchase]
) -> defaultdict[tuple[str, str], list[PurchaseLine]]:
    """The lines of these purchases, in their order."""
    found: defaultdict[tuple[str, str], list[PurchaseLine]] = defaultdict(list)
    for store in {row.store for row in rows}:
        named = [row.purchase for row in rows if row.store == store]
        lines = select(PurchaseLine).where(
            col(PurchaseLine.store) == store, col(PurchaseLine.purchase).in_(named)
        )
        for line in session.scalars(lines.order_by(col(PurchaseLine.line))):
            found[store, line.purchase].append(line)
    return found


def costs_of(session: Session, skus: Iterable[str]) -> dict[str, Money]:
    """What a unit of each of these SKUs cost when it last came in; those that never did aren't there."""
    lines = (
        select(ReceiptLine)
        .join(
            ReceiptNote,
            (col(ReceiptNote.store) == col(ReceiptLine.store))
            & (col(ReceiptNote.note) == col(ReceiptLine.note)),
        )
        .where(col(ReceiptLine.sku).in_(sorted(set(skus))), col(ReceiptNote.reversed).is_(False))
        .order_by(col(ReceiptNote.at), col(ReceiptLine.note), col(ReceiptLine.line))
    )
    return {line.sku: money(line.unit_cost, line.currency) for line in session.scalars(lines)}


def outstanding_of(session: Session, store: str, skus: Iterable[str]) -> Counter[str]:
    """How many of each of these SKUs the store has ordered from suppliers that aren't here yet."""
    lines = (
        select(PurchaseLine)
        .join(
            Purchase,
            (col(Purchase.store) == col(PurchaseLine.store))
            & (col(Purchase.purchase) == col(PurchaseLine.purchase)),
        )
        .where(
            col(PurchaseLine.store) == store,
            col(PurchaseLine.sku).in_(sorted(set(skus))),
            col(Purchase.cancelled).is_(False),
        )
    )
    coming = Counter[str]()
    for line in session.scalars(lines):
        coming[line.sku] += line.outstanding
    return coming


def _lines_of(session: Session, store: str, purchase: str) -> list[PurchaseLine]:
    mine = select(PurchaseLine).where(
        col(PurchaseLine.store) == store, col(PurchaseLine.purchase) == purchase
    )
    return list(session.scalars(mine.order_by(col(PurchaseLine.line))))


_agreed: Any = (
    select(col(PurchaseLine.unit_price), col(Purchase.currency))
    .join(
        Purchase,
        (col(Purchase.store) == col(PurchaseLine.store))
        & (col(Purchase.purchase) == col(PurchaseLine.purchase)),
    )
    .where(
        col(PurchaseLine.store) == STORE,
        col(PurchaseLine.purchase) == bindparam("purchase"),
        col(PurchaseLine.sku) == bindparam("sku"),
    )
    .order_by(col(PurchaseLine.line))
    .limit(1)
)
_last_terms: Any = (
    select(col(Purchase.terms))
    .where(col(Purchase.store) == STORE, col(Purchase.supplier) == bindparam("supplier"))
    .order_by(col(Purchase.at).desc())
    .limit(1)
)


@answers(AGREED_COST)
def agreed_cost(asked: Asked, purchase: str, sku: str) -> Money | None:
    """Of goods that stand in the purchase."""
    row = asked.first(_agreed, purchase=purchase, sku=sku)
    return money(row.unit_price, row.currency) if row is not None else None


@answers(ESTIMATE)
def estimate_of(asked: Asked, lines: Sequence[SkuQty]) -> Money | None:
    """Of goods that have all come in before, priced in one currency."""
    costs = costs_of(asked.session, (line.sku for line in lines))
    if any(line.sku not in costs for line in lines) or not in_one_currency(costs.values()):
        return None
    return sum((costs[line.sku] * line.qty for line in lines), NOTHING)


@answers(OUTSTANDING)
def outstanding(asked: Asked, purchase: str) -> list[SkuQty] | None:
    """Of a purchase that was placed."""
    left = Counter[str]()
    for line in _lines_of(asked.session, asked.store, purchase):
        left[line.sku] += line.outstanding
    return list(sku_rows(left)) or None


@answers(SUPPLIER_OF)
def supplier_of(asked: Asked, purchase: str) -> str | None:
    """Of a purchase that was placed."""
    row = asked.session.get(Purchase, (asked.store, purchase))
    return row.supplier if row is not None else None


@answers(LAST_TERMS)
def last_terms(asked: Asked, supplier: str) -> str | None:
    """Of a supplier that something was bought from."""
    row = asked.first(_last_terms, supplier=supplier)
    return row.terms if row is not None else None


@answers(LAST_COST)
def last_cost(asked: Asked, sku: str) -> Money | None:
    """Of goods that have come in."""
    return costs_of(asked.session, [sku]).get(sku)
