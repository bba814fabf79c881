"""Effects on the book of compensations."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.compensation.contract import (
    AllowCompensation,
    BeyondLimit,
    CompensationAllowed,
    CompensationWithdrawn,
    WithdrawCompensation,
)
from activities.compensation.reading import given_for, given_to, limit_by_rule
from activities.orders.reading import buyer_of, first_order_of
from activities.performing import performs
from models.amounts import ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest
from models.tables.compensation import Compensation


@performs(AllowCompensation)
def allow_compensation(
    effect: AllowCompensation, request: EffectRequest, session: Session
) -> CompensationAllowed | BeyondLimit:
    first = first_order_of(session, request.store, effect.order)
    buyer = buyer_of(session, request.store, first) or first
    one_at_a_time(session, "compensation", request.store, buyer)
    currency = effect.amount.currency
    given = max(
        given_for(session, request.store, first, currency),
        given_to(session, request.store, buyer, currency, request.at),
    )
    limit = effect.limit
    if limit is not None and effect.cause:
        rule = limit_by_rule(session, request.store, effect.cause, request.at)
        limit = rule if rule is not None and rule.amount < limit.amount else limit
    if limit is not None and (given + effect.amount).amount > limit.amount:
        return BeyondLimit(
            reason=f"{effect.amount} beside {given} is more than {limit}", given=given, limit=limit
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
