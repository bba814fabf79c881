"""Effects on the book of compensations."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.compensation.contract import (
    AllowCompensation,
    BeyondLimit,
    CompensationAllowed,
    CompensationWithdrawn,
    WithdrawCompensation,
)
from activities.orders.reading import buyer_of, first_order_of
from activities.performing import performs
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest
from models.tables.compensation import Compensation

_A_DAY = timedelta(days=1)


@performs(AllowCompensation)
def allow_compensation(
    effect: AllowCompensation, request: EffectRequest, session: Session
) -> CompensationAllowed | BeyondLimit:
    first = first_order_of(session, request.store, effect.order)
    buyer = buyer_of(session, request.store, first) or first
    one_at_a_time(session, "compensation", request.store, buyer)
    currency = effect.amount.currency
    lately = (col(Compensation.buyer) == buyer) & (col(Compensation.at) > request.at - _A_DAY)
    before = max(
        _given(session, request.store, currency, col(Compensation.order) == first),
        _given(session, request.store, currency, lately),
    )
    given = money(before, currency)
    if effect.limit is not None and (given + effect.amount).amount > effect.limit.amount:
        return BeyondLimit(
            reason=f"{effect.amount} beside {given} is more than {effect.limit}",
            given=given,
            limit=effect.limit,
        )
    session.add(
        Compensation(
            key=request.key,
            store=request.store,
            order=first,
            buyer=buyer,
            amount=ten_thousandths(effect.amount),
            currency=currency,
            case=request.case,
            at=request.at,
        )
    )
    return CompensationAllowed(given=given + effect.amount)


@performs(WithdrawCompensation)
def withdraw_compensation(
    _effect: WithdrawCompensation, request: EffectRequest, session: Session
) -> CompensationWithdrawn:
    given = select(Compensation).where(col(Compensation.key) == request.of).with_for_update()
    session.scalars(given).one().withdrawn = True
    return CompensationWithdrawn()


def _given(session: Session, store: str, currency: str, which: ColumnElement[bool]) -> int:
    """What stands of these compensations."""
    standing = select(func.sum(col(Compensation.amount))).where(
        col(Compensation.store) == store,
        col(Compensation.currency) == currency,
        col(Compensation.withdrawn).is_(False),
        which,
    )
    return int(session.scalar(standing) or 0)
