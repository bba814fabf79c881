"""Effects that ask the orders' book: may it come back, what is it worth, what replaces it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.orders.contract import (
    CheckWithdrawal,
    FindLines,
    LinesFound,
    LinesQuoted,
    OrderLines,
    QuotedLine,
    QuoteRefund,
    QuoteReturn,
    ReplacementRefused,
    ReplacementReserved,
    ReserveReplacement,
    WithdrawalRefused,
)
from activities.orders.quotes import quote, worth_instead
from activities.orders.reading import ordered
from activities.performing import performs
from activities.stock.shelves import Need, Shelves, Short
from models.effect import EffectRequest, Refused
from models.tables.catalogue import Product
from models.tables.orders import OrderRow
from models.tables.stock import ClaimKind
from models.values import Money, total

NEVER_WITHDRAWN = frozenset({"custom_made", "fresh", "digital", "press", "opened_software"})
"""Categories that don't come back without a reason."""


@performs(FindLines)
def find_lines(effect: FindLines, request: EffectRequest, session: Session) -> LinesFound | Refused:
    order = session.get(OrderRow, (request.store, effect.order))
    if order is None:
        return Refused(reason=f"there is no order {effect.order}")
    if order.ended_at is not None:
        return Refused(reason=f"order {effect.order} is over")
    known = ordered(session, request.store, effect.order)
    rows = OrderLines(known.lines).rows_of({effect.sku: effect.qty}) if known is not None else ()
    if total(rows) < effect.qty:
        return Refused(reason=f"order {effect.order} has {total(rows)} of {effect.sku}, not {effect.qty}")
    lines = tuple(QuotedLine(line=row.line, sku=effect.sku, qty=row.qty) for row in rows)
    return LinesFound(lines=lines, procedure=order.case.partition(":")[0])


@performs(QuoteReturn)
def quote_return(effect: QuoteReturn, request: EffectRequest, session: Session) -> LinesQuoted | Refused:
    asked = quote(session, request, effect.order, effect.lines)
    return asked if isinstance(asked, Refused) else asked.known


@performs(QuoteRefund)
def quote_refund(effect: QuoteRefund, request: EffectRequest, session: Session) -> LinesQuoted | Refused:
    asked = quote(session, request, effect.order, effect.lines, to_come_back=False)
    return asked if isinstance(asked, Refused) else asked.known


@performs(CheckWithdrawal)
def check_withdrawal(
    effect: CheckWithdrawal, request: EffectRequest, session: Session
) -> LinesQuoted | WithdrawalRefused | Refused:
    asked = quote(session, request, effect.order, effect.lines)
    if isinstance(asked, Refused):
        return asked
    signed = asked.signed_at
    if signed is None:
        return WithdrawalRefused(reason=f"order {effect.order} hasn't been signed for", **dict(asked.known))
    if request.at > signed + timedelta(days=effect.days):
        return WithdrawalRefused(
            reason=f"order {effect.order} was signed for more than {effect.days} days ago",
            **dict(asked.known),
        )
    skus = [need.sku for need in asked.goods]
    excluded = select(col(Product.sku)).where(
        col(Product.sku).in_(skus), col(Product.category).in_(NEVER_WITHDRAWN)
    )
    if sku := session.scalars(excluded.limit(1)).first():
        return WithdrawalRefused(
            reason=f"{sku} is of a kind that doesn't come back without a reason", **dict(asked.known)
        )
    if effect.replace:
        needs = [Need(row.sku, row.qty) for row in effect.wanted] or asked.goods
        shelves = Shelves(session, request, effect.order, (need.sku for need in needs), campaigns=True)
        picks = shelves.choose(needs)
        if isinstance(picks, Short):
            return WithdrawalRefused(reason=picks.sentence(), **dict(asked.known))
    return asked.known


@performs(ReserveReplacement)
def reserve_replacement(
    effect: ReserveReplacement, request: EffectRequest, session: Session
) -> ReplacementReserved | ReplacementRefused | Refused:
    asked = quote(session, request, effect.order, effect.lines)
    if isinstance(asked, Refused):
        return asked
    needs = [Need(row.sku, row.qty) for row in effect.wanted] or asked.goods
    shelves = Shelves(session, request, effect.replacement, (need.sku for need in needs), campaigns=True)
    picks = shelves.choose(needs)
    if isinstance(picks, Short):
        return ReplacementRefused(reason=picks.sentence(), **dict(asked.known), missing=picks.rows())
    for pick in picks:
        shelves.claim(ClaimKind.RESERVATION, pick)
    worth: Money | None = asked.known.value
    if effect.wanted:
        wanted = Counter[str]()
        for pick in picks:
            wanted[pick.sku] += pick.qty
        worth = worth_instead(session, request, asked, effect.order, wanted)
    if worth is None:
        return ReplacementRefused(reason="not every wanted product has a price today", **dict(asked.known))
    return ReplacementReserved(**dict(asked.known), new_value=worth)
