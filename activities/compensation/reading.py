"""What others ask of the book of compensations: what was given beyond what was owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.compensation.contract import RULE
from activities.registers.reading import editions_of, in_force
from models.amounts import money
from models.tables.compensation import Compensation
from models.values import Money

KINDS = {
    "no_reason": "no_reason_return",
    "damaged_in_transit": "damaged",
    "missing_item": "wrong_item",
    "not_received": "lost_parcel",
    "shortage": "wrong_item",
    "not_as_described": "quality",
    "product": "quality",
    "description": "quality",
    "logistics": "late",
    "stalled": "late",
    "wrong_route": "late",
    "lost": "lost_parcel",
    "review": "poor_review",
}
"""The service policies' kinds of cases, by what cases call it otherwise."""
LATELY = timedelta(days=1)
"""In which what a buyer was given counts together."""


def given_for(session: Session, store: str, order: str, currency: str) -> Money:
    """What was given for an order, by the number under which the customer placed it."""
    return _given(session, store, currency, col(Compensation.order) == order)


def given_to(session: Session, store: str, buyer: str, currency: str, now: datetime) -> Money:
    """What a buyer was given lately."""
    lately = (col(Compensation.buyer) == buyer) & (col(Compensation.at) > now - LATELY)
    return _given(session, store, currency, lately)


def limit_by_rule(session: Session, store: str, cause: str, now: datetime) -> Money | None:
    """The most that the service policy in force gives for such a cause; None where there is none."""
    rule = _rule(session, store, cause, now)
    return Money.model_validate(rule["compensation_limit"]) if rule is not None else None


@answers(RULE)
def rule_for(asked: Asked, cause: str) -> tuple[str, ...] | None:
    """Whoever makes an offer, judges a request or chases a parcel reads it there."""
    rule = _rule(asked.session, asked.store, cause, asked.at)
    if rule is None:
        return None
    limit = Money.model_validate(rule["compensation_limit"])
    parts = [rule.get("calming"), f"≤ {limit}"]
    parts += [rule.get(name) for name in ("claim_steps", "chase_steps", "customer_terms")]
    return tuple(str(part) for part in parts if part)


def _rule(session: Session, store: str, cause: str, now: datetime) -> dict[str, Any] | None:
    return in_force(editions_of(session, store, "service_policies"), KINDS.get(cause, cause), now)


def _given(session: Session, store: str, currency: str, which: ColumnElement[bool]) -> Money:
    """What stands of these compensations."""
    standing = select(func.sum(col(Compensation.amount))).where(
        col(Compensation.store) == store,
        col(Compensation.currency) == currency,
        col(Compensation.withdrawn).is_(False),
        which,
    )
    return money(int(session.scalar(standing) or 0), currency)
