"""What lines of an order are worth and whether they may still come back, under whatever number they were shipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.catalogue.reading import held
from activities.money.accounts import Ledger, Purse
from activities.orders.contract import LinesQuoted, QuotedLine, Receiver
from activities.orders.lines import PaidShares, part_of
from activities.orders.reading import (
    Ordered,
    family_of,
    first_order_of,
    on_the_way_back,
    ordered,
    paid_back,
)
from activities.stock.reading import left_from
from activities.stock.shelves import Need
from models.amounts import money, ten_thousandths
from models.effect import EffectRequest, Refused
from models.tables.catalogue import Price
from models.tables.members import Member, Points
from models.tables.orders import OrderRow
from models.values import NOTHING, LineQty, Money, worth

HIGHEST_LEVELS = frozenset({"gold", "vip"})
"""Members whom the store trusts with a refund before their parcel is back."""


class Quote(NamedTuple):
    """Lines of an order, and what the books say of them."""

    goods: list[Need]
    signed_at: datetime | None
    """When the customer got the last of them."""
    listed: Money
    """What they cost before discounts."""
    known: LinesQuoted
    """What an outcome tells of them, whichever it is."""


def quote(
    session: Session,
    request: EffectRequest,
    number: str,
    lines: tuple[LineQty, ...],
    *,
    to_come_back: bool = True,
) -> Quote | Refused:
    """`to_come_back`: not more of them than haven't come back yet."""
    order = ordered(session, request.store, number)
    if order is None:
        return Refused(reason=f"there is no order {number}")
    shipped = _shipped(session, request.store, order)
    back = on_the_way_back(session, request.store, number, besides=request.case)
    as_one = [one.order for one in shipped] == [number]
    if objection := order.objection(lines, back if as_one and to_come_back else None):
        return Refused(reason=objection)
    goods = [Need(order.lines[row.line - 1].sku, row.qty) for row in lines]
    if to_come_back and not as_one and (gone := _gone(session, request, order, shipped, goods)):
        return Refused(reason=gone)
    purse = Purse(session, request, number)
    left, paid = purse.left, _paid_for(purse.own, shared_too=as_one)
    if lines and not order.listed(lines):  # a replacement costs nothing: what it replaces was paid for
        values = [_value_elsewhere(session, request, number, need) for need in goods]
        listed = sum(values, NOTHING)
    else:
        asked = lines or tuple(
            LineQty(line=number, qty=line.qty) for number, line in enumerate(order.lines, 1)
        )
        listed = order.listed(asked) if asked else NOTHING
        values = _shares(order, asked, back if lines else Counter(), paid)
        kept = paid_back(session, request.store, number, besides=request.case)
        values = [
            max(value - _part_paid_back(order, row, kept), NOTHING)
            for value, row in zip(values, asked, strict=True)
        ]
    value = sum(values, NOTHING)
    skus = {need.sku for need in goods}
    signed = [one.signed_at for one in shipped if not skus.isdisjoint(line.sku for line in one.lines)]
    freight = NOTHING
    if as_one and paid is not None and (not lines or not order.remaining(lines, back)):
        freight = _freight(order, value, paid, left)
    where = {
        sku: next(filter(None, (left_from(session, request.store, one.order, sku) for one in shipped)), None)
        for sku in skus
    }
    known = LinesQuoted(
        value=value,
        left=left,
        freight=freight,
        goods=tuple(
            QuotedLine(
                line=row.line, sku=need.sku, qty=need.qty, location=where[need.sku], value=values[place]
            )
            for place, (row, need) in enumerate(zip(lines, goods, strict=True))
        ),
        receiver=Receiver.model_validate({**order.receiver, "address": order.receiver["address"] or None}),
        trusted=_is_trusted(session, request.store, first_order_of(session, request.store, number)),
    )
    return Quote(goods, max((at for at in signed if at is not None), default=None), listed, known)


def worth_instead(
    session: Session, request: EffectRequest, asked: Quote, order: str, wanted: Counter[str]
) -> Money | None:
    """What the customer would have paid with these goods in place of the asked ones: the discount stays with the order.
    None where one of them has no price.
    """
    listed = ordered(session, request.store, order)
    prices = {line.sku: line.unit_price for line in listed.lines if line.unit_price} if listed else {}
    whole = NOTHING
    for sku, qty in wanted.items():
        price = prices.get(sku) or _price_of(session, request, sku)
        if price is None:
            return None
        whole += price * qty
    return max(asked.known.value + (whole - asked.listed), NOTHING)


def _shipped(session: Session, store: str, order: Ordered) -> list[Ordered]:
    """The orders under whose numbers the customer has got goods of this one: itself, and its parts, resends and
    replacements. Until one of them is signed for, it is this one.
    """
    numbers = [order.order]
    for number in numbers:
        below = select(col(OrderRow.order)).where(
            col(OrderRow.store) == store, col(OrderRow.placed_as) == number
        )
        numbers += [one for one in session.scalars(below.order_by(col(OrderRow.order))) if one not in numbers]
    others = [ordered(session, store, number) for number in numbers[1:]]
    signed = [one for one in (order, *others) if one is not None and one.signed_at is not None]
    return signed or [order]


def _gone(
    session: Session, request: EffectRequest, order: Ordered, shipped: list[Ordered], goods: list[Need]
) -> str:
    """Why so much of a SKU can't come back, all numbers taken together; empty if it can."""
    there, back = Counter[str](), Counter[str]()
    for one in {one.order: one for one in (order, *shipped)}.values():
        came = on_the_way_back(session, request.store, one.order, besides=request.case)
        for number, line in enumerate(one.lines, 1):
            there[line.sku] += line.qty if one in shipped else 0
            back[line.sku] += came[number]
    wanted = Counter[str]()
    for need in goods:
        wanted[need.sku] += need.qty
    for sku, qty in sorted(wanted.items()):
        if qty > (left := max(there[sku] - back[sku], 0)):
            return f"{left} of {sku} of order {order.order} can come back, not {qty}"
    return ""


def _paid_for(ledger: Ledger, *, shared_too: bool) -> int | None:
    """What was paid for the order's own lines and their delivery; None where nothing was. What was charged later, for
    repairs and the like, isn't of it.
    """
    if ledger.account is None:
        return None
    paid = sum(payment.amount for payment in ledger.payments() if payment.method != "difference")
    return paid - (ledger.account.shared if shared_too else 0) or None


def _shares(order: Ordered, rows: Iterable[LineQty], before: Counter[int], paid: int | None) -> list[Money]:
    """What was paid for each row: its share of what the order's goods cost after its discount, or of a smaller sum
    that came in. All shares add up to it.
    """
    discount, whole = order.discount, worth(order.lines)
    if paid is not None and paid < ten_thousandths(whole - discount):
        discount = whole - money(paid, whole.currency)
    shares = PaidShares(order.lines, discount, before)
    return [shares.take([row]) for row in rows]


def _part_paid_back(order: Ordered, row: LineQty, kept: Counter[int]) -> Money:
    """What went back of the price of these pieces already, as the customer was to keep them."""
    line = order.lines[row.line - 1]
    return part_of(money(kept[row.line], line.unit_price.currency), row.qty, line.qty)


def _freight(order: Ordered, value: Money, paid: int, left: Money) -> Money:
    """What was paid beside the goods and is still there, once all of them are back."""
    beside = paid - ten_thousandths(worth(order.lines) - order.discount)
    return money(max(min(beside, ten_thousandths(left - value)), 0), left.currency)


def _value_elsewhere(session: Session, request: EffectRequest, number: str, need: Need) -> Money:
    """What was paid for these goods under another number of the family; what they cost today where they weren't."""
    for other in family_of(session, request.store, number):
        one = ordered(session, request.store, other)
        of_sku = (
            (n for n, line in enumerate(one.lines, 1) if line.sku == need.sku and line.unit_price)
            if one
            else ()
        )
        if one is not None and (line := next(iter(of_sku), 0)):
            paid = _paid_for(Ledger(session, request, one.order), shared_too=one.signed_at is not None)
            return sum(_shares(one, [LineQty(line=line, qty=need.qty)], Counter(), paid), NOTHING)
    price = _price_of(session, request, need.sku)
    return price * need.qty if price is not None else NOTHING


def _is_trusted(session: Session, store: str, order: str) -> bool:
    """Whether the member who earned points with the order is of the highest levels."""
    buyer = (
        select(col(Member.level))
        .join(Points, (col(Points.store) == col(Member.store)) & (col(Points.member) == col(Member.member)))
        .where(col(Points.store) == store, col(Points.order) == order)
    )
    return session.scalars(buyer.limit(1)).first() in HIGHEST_LEVELS


def _price_of(session: Session, request: EffectRequest, sku: str) -> Money | None:
    holding = select(Price).where(
        col(Price.store) == request.store,
        col(Price.sku) == sku,
        col(Price.kind).in_(("list", "campaign")),
        held(request.at),
    )
    # a campaign's price goes before the list price, then the latest
    prices = session.scalars(holding.order_by(col(Price.kind), col(Price.id).desc())).all()
    return money(prices[0].amount, prices[0].currency) if prices else None
