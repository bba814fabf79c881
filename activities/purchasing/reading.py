"""What others ask of the purchases' book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.purchasing.contract import LAST_COST
from models.amounts import money
from models.tables.purchasing import Purchase, PurchaseLine, ReceiptLine, ReceiptNote
from models.values import Money


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


@answers(LAST_COST)
def last_cost(asked: Asked, sku: str) -> Money | None:
    """Of goods that have come in."""
    return costs_of(asked.session, [sku]).get(sku)
