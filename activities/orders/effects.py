"""Effects that ask the orders' book: may it come back, what is it worth, what replaces it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.money.accounts import Ledger
from activities.orders.contract import (
    CheckWithdrawal,
    LinesQuoted,
    QuotedLine,
    QuoteReturn,
    Receiver,
    ReplacementRefused,
    ReplacementReserved,
    ReserveReplacement,
    WithdrawalRefused,
)
from activities.orders.reading import Ordered, on_the_way_back, ordered
from activities.performing import performs
from activities.stock.shelves import Need, Pick, Shelves, Short
from models.amounts import money
from models.effect import EffectRequest, Refused
from models.tables.catalogue import Price, Product
from models.tables.members import Member, Points
from models.tables.stock import ClaimKind
from models.values import LineQty, Money

HIGHEST_LEVELS = frozenset({"gold", "vip"})
"""Members whom the store trusts with a refund before their parcel is back."""
NEVER_WITHDRAWN = frozenset({"custom_made", "fresh", "digital", "press", "opened_software"})
"""Categories that don't come back without a reason."""


class Quote(NamedTuple):
    """Lines of an order, and what the books say of them."""

    order: Ordered
    goods: list[Need]
    value: Money
    known: LinesQuoted
    """What an outcome tells of them, whichever it is."""


@performs(QuoteReturn)
def quote_return(effect: QuoteReturn, request: EffectRequest, session: Session) -> LinesQuoted | Refused:
    quote = _quote(session, request, effect.order, effect.lines)
    return quote if isinstance(quote, Refused) else quote.known


@performs(CheckWithdrawal)
def check_withdrawal(
    effect: CheckWithdrawal, request: EffectRequest, session: Session
) -> LinesQuoted | WithdrawalRefused | Refused:
    quote = _quote(session, request, effect.order, effect.lines)
    if isinstance(quote, Refused):
        return quote
    signed = quote.order.signed_at
    if signed is None:
        return WithdrawalRefused(reason=f"order {effect.order} hasn't been signed for", **dict(quote.known))
    if request.at > signed + timedelta(days=effect.days):
        return WithdrawalRefused(
            reason=f"order {effect.order} was signed for more than {effect.days} days ago",
            **dict(quote.known),
        )
    skus = [need.sku for need in quote.goods]
    excluded = select(col(Product.sku)).where(
        col(Product.sku).in_(skus), col(Product.category).in_(NEVER_WITHDRAWN)
    )
    if sku := session.scalars(excluded.limit(1)).first():
        return WithdrawalRefused(
            reason=f"{sku} is of a kind that doesn't come back without a reason", **dict(quote.known)
        )
    if effect.replace:
        picks = Shelves(session, request, effect.order, skus, campaigns=True).choose(quote.goods)
        if isinstance(picks, Short):
            return WithdrawalRefused(reason=picks.sentence(), **dict(quote.known))
    return quote.known


@performs(ReserveReplacement)
def reserve_replacement(
    effect: ReserveReplacement, request: EffectRequest, session: Session
) -> ReplacementReserved | ReplacementRefused | Refused:
    quote = _quote(session, request, effect.order, effect.lines)
    if isinstance(quote, Refused):
        return quote
    needs = [Need(row.sku, row.qty) for row in effect.wanted] or quote.goods
    shelves = Shelves(session, request, effect.replacement, (need.sku for need in needs), campaigns=True)
    picks = shelves.choose(needs)
    if isinstance(picks, Short):
        return ReplacementRefused(reason=picks.sentence(), **dict(quote.known), missing=picks.rows())
    for pick in picks:
        shelves.claim(ClaimKind.RESERVATION, pick)
    worth = _worth_today(session, request, quote, picks) if effect.wanted else quote.value
    if worth is None:
        return ReplacementRefused(reason="not every wanted product has a price today", **dict(quote.known))
    return ReplacementReserved(**dict(quote.known), new_value=worth)


def _quote(
    session: Session, request: EffectRequest, number: str, lines: tuple[LineQty, ...]
) -> Quote | Refused:
    order = ordered(session, request.store, number)
    if order is None:
        return Refused(reason=f"there is no order {number}")
    back = on_the_way_back(session, request.store, number, besides=request.case)
    if objection := order.objection(lines, back):
        return Refused(reason=objection)
    goods = [Need(order.lines[row.line - 1].sku, row.qty) for row in lines]
    value = order.value(lines)
    known = LinesQuoted(
        value=value,
        left=Ledger(session, request, number).left,
        goods=tuple(
            QuotedLine(line=row.line, sku=need.sku, qty=need.qty)
            for row, need in zip(lines, goods, strict=True)
        ),
        receiver=Receiver.model_validate({**order.receiver, "address": order.receiver["address"] or None}),
        trusted=_is_trusted(session, request.store, number),
    )
    return Quote(order, goods, value, known)


def _is_trusted(session: Session, store: str, order: str) -> bool:
    """Whether the member who earned points with the order is of the highest levels."""
    buyer = (
        select(col(Member.level))
        .join(Points, (col(Points.store) == col(Member.store)) & (col(Points.member) == col(Member.member)))
        .where(col(Points.store) == store, col(Points.order) == order)
    )
    return session.scalars(buyer.limit(1)).first() in HIGHEST_LEVELS


def _worth_today(session: Session, request: EffectRequest, quote: Quote, picks: list[Pick]) -> Money | None:
    """What these goods cost now; those of the order cost what was paid for them. None where one has no price."""
    paid = {line.sku: line.unit_price for line in quote.order.lines}
    wanted = Counter[str]()
    for pick in picks:
        wanted[pick.sku] += pick.qty
    whole: Money | None = None
    for sku, qty in wanted.items():
        price = paid.get(sku) or _price_of(session, request, sku)
        if price is None:
            return None
        whole = price * qty if whole is None else whole + price * qty
    return whole


def _price_of(session: Session, request: EffectRequest, sku: str) -> Money | None:
    holding = select(Price).where(
        col(Price.store) == request.store,
        col(Price.sku) == sku,
        col(Price.kind).in_(("list", "campaign")),
        col(Price.since) <= request.at,
        or_(col(Price.until).is_(None), col(Price.until) > request.at),
    )
    # a campaign's price goes before the list price, then the latest
    prices = session.scalars(holding.order_by(col(Price.kind), col(Price.id).desc())).all()
    return money(prices[0].amount, prices[0].currency) if prices else None
