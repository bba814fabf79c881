"""What others ask of the listings."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.listings.contract import WAITING_ORDERS
from models.tables.stock import Claim, ClaimKind


def waiting_for(session: Session, store: str, sku: str) -> tuple[str, ...]:
    """The store's orders that keep some of a product, or wait for it."""
    kept = select(col(Claim.holder)).where(
        col(Claim.sku) == sku,
        col(Claim.store) == store,
        col(Claim.kind).in_((ClaimKind.HOLD, ClaimKind.RESERVATION, ClaimKind.BACK_ORDER)),
    )
    return tuple(session.scalars(kept.distinct().order_by(col(Claim.holder))))


@answers(WAITING_ORDERS)
def waiting_orders(asked: Asked, sku: str) -> int:
    """None is an answer too: nobody waits."""
    return len(waiting_for(asked.session, asked.store, sku))
