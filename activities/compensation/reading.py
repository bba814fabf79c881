"""What others ask of the book of compensations: what was given beyond what was owed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.amounts import money
from models.tables.compensation import Compensation
from models.values import Money

LATELY = timedelta(days=1)
"""In which what a buyer was given counts together."""


def given_for(session: Session, store: str, order: str, currency: str) -> Money:
    """What was given for an order, by the number under which the customer placed it."""
    return _given(session, store, currency, col(Compensation.order) == order)


def given_to(session: Session, store: str, buyer: str, currency: str, now: datetime) -> Money:
    """What a buyer was given lately."""
    lately = (col(Compensation.buyer) == buyer) & (col(Compensation.at) > now - LATELY)
    return _given(session, store, currency, lately)


def _given(session: Session, store: str, currency: str, which: ColumnElement[bool]) -> Money:
    """What stands of these compensations."""
    standing = select(func.sum(col(Compensation.amount))).where(
        col(Compensation.store) == store,
        col(Compensation.currency) == currency,
        col(Compensation.withdrawn).is_(False),
        which,
    )
    return money(int(session.scalar(standing) or 0), currency)
