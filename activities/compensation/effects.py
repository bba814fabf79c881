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
from activities.orders.quotes import Quote, quote
from activities.orders.reading import buyer_of, first_order_of
from activities.performing import performs
from models.amounts import ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused
from models.tables.compensation import Compensation
from models.values import NOTHING


@performs(AllowCompensation)
def allow_compensation(
    effect: AllowCompensation, request: EffectRequest, session: Session
) -> CompensationAllowed | BeyondLimit:
    first = first_order_of(session, request.store, effect.order)
    buyer = buyer_of(session, request.store, first) or first
    one_at_a_time(session, "compensation", request.store, buyer)
    resent = (
        quote(session, request, effect.order, effect.lines, to_come_back=False) if effect.resends else None
    )
    worth = resent.known.value if isinstance(resent, Quote) else NOTHING
    amount = effect.amount + worth if effect.amount else worth or effect.amount
    currency = amount.currency
    given = max(
        given_for(session, request.store, first, currency),
        given_to(session, request.store, buyer, currency, request.at),
    )
    limit = effect.limit
    if limit is not None and effect.cause:
        rule = limit_by_rule(session, request.store, effect.cause, request.at)
        limit = rule if rule is not None and rule.amount < limit.amount else limit
    if limit is not None:
        reason = f"{amount} beside {given} is more than {limit}"
        if isinstance(resent, Refused):
            reason = f"nobody knows what is sent again: {resent.reason}"
        if isinstance(resent, Refused) or (given + amount).amount > limit.amount:
            return BeyondLimit(reason=reason, given=given, limit=limit, amount=amount)
    session.add(
        Compensation(
            key=request.key,
            store=request.store,
            order=first,
            buyer=buyer,
            amount=ten_thousandths(amount),
            currency=currency,
            case=request.case,
            at=request.at,
        )
    )
    return CompensationAllowed(given=given + amount)


@performs(WithdrawCompensation)
def withdraw_compensation(
    _effect: WithdrawCompensation, request: EffectRequest, session: Session
) -> CompensationWithdrawn:
    given = select(Compensation).where(col(Compensation.key) == request.of).with_for_update()
    session.scalars(given).one().withdrawn = True
    return CompensationWithdrawn()
