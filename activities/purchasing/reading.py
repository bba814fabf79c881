"""What others ask of the purchases' book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import STORE, Asked, answers
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
