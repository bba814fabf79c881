"""Effects of counting stock, and on what the shop shows of it.

A bin that is a location of the book is counted as such; any other bin is part of the main location.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.catalogue.reading import list_price
from activities.counts.contract import (
    AdjustmentRefused,
    AdjustStock,
    CompareCount,
    CountDifference,
    CountDiffers,
    CountMatches,
    EndFreeze,
    FreezeEnded,
    FreezeScope,
    GoodsInBin,
    LiftSalesLimit,
    LimitSales,
    MissingInBin,
    QuantityShown,
    ReverseAdjustment,
    SalesLimited,
    ScopeFrozen,
    ShowQuantity,
    StockAdjusted,
)
from activities.performing import performs
from activities.purchasing.reading import costs_of
from activities.stock.shelves import MAIN, Shelves
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.goods import Goods
from models.tables.counts import Freeze, SalesLimit, Shown
from models.tables.stock import Bucket, Movement, Stock
from models.values import Money

EVERYTHING = "all"
"""The scope that is the whole warehouse."""


@performs(FreezeScope)
def freeze(effect: FreezeScope, request: EffectRequest, session: Session) -> ScopeFrozen | Refused:
    one_at_a_time(session, "freeze", request.store)
    active = select(Freeze).where(col(Freeze.store) == request.store, col(Freeze.active)).with_for_update()
    for other in session.scalars(active):
        shared = sorted({*other.scope} & {*effect.scope})
        if EVERYTHING in {*other.scope, *effect.scope}:
            shared = [EVERYTHING]
        if shared:
            return Refused(reason=f"count {other.count} holds {', '.join(shared)}")
    counted = select(Stock).order_by(col(Stock.sku), col(Stock.location))
    if EVERYTHING not in effect.scope:
        scope = or_(col(Stock.sku).in_(effect.scope), col(Stock.location).in_(effect.scope))
        counted = counted.where(scope)
    rows = session.scalars(counted)
    lines = tuple(GoodsInBin(sku=row.sku, bin=row.location, qty=row.on_hand) for row in rows)
    session.add(
        Freeze(
            key=request.key,
            store=request.store,
            count=effect.count,
            scope=list(effect.scope),
            lines=[line.model_dump() for line in lines],
            at=request.at,
        )
    )
    return ScopeFrozen(lines=lines)


@performs(EndFreeze)
def end_freeze(_effect: EndFreeze, request: EffectRequest, session: Session) -> FreezeEnded:
    row = session.get_one(Freeze, request.of, with_for_update=True)
    row.active = False
    return FreezeEnded(scope=tuple(row.scope))


@performs(CompareCount)
def compare(effect: CompareCount, request: EffectRequest, session: Session) -> CountMatches | Refused:
    frozen = select(Freeze).where(col(Freeze.store) == request.store, col(Freeze.count) == effect.count)
    freeze_ = session.scalars(frozen.order_by(col(Freeze.at).desc()).limit(1)).first()
    if freeze_ is None:
        return Refused(reason=f"count {effect.count} has frozen nothing")
    book = Counter({(str(line["sku"]), str(line["bin"])): int(line["qty"]) for line in freeze_.lines})
    places = {place for _, place in book}
    counted = Counter[tuple[str, str]]()
    for line in effect.lines:
        counted[line.sku, line.bin if line.bin in places else MAIN] += line.counted
    keys = sorted({*counted, *book})
    differing = [(*key, book[key], counted[key]) for key in keys if counted[key] != book[key]]
    costs = _costs(session, (sku for sku, *_ in differing))
    values = _values(session, request, {sku for sku, *_ in differing})
    found = tuple(
        CountDifference(
            sku=sku,
            bin=place,
            book=ours,
            counted=theirs,
            delta=theirs - ours,
            unit_value=values.get(sku),
        )
        for sku, place, ours, theirs in differing
    )
    value = money(sum((theirs - ours) * costs[sku] for sku, _, ours, theirs in differing), "CNY")
    if differing:
        reason = f"the count differs from the book in {len(differing)} places"
        return CountDiffers(reason=reason, differences=found, value=value)
    return CountMatches(differences=found, value=value)


@performs(AdjustStock)
def adjust(
    effect: AdjustStock, request: EffectRequest, session: Session
) -> StockAdjusted | AdjustmentRefused:
    shelves = Shelves(session, request, effect.count, (row.sku for row in effect.adjustments))
    missing: list[MissingInBin] = []
    changes = Counter[tuple[str, str]]()
    for row in effect.adjustments:
        changes[row.sku, row.bin if shelves.has(row.sku, row.bin) else MAIN] += row.delta
    for (sku, place), delta in sorted(changes.items()):
        lacking = -delta - shelves.free_at(sku, place)
        if delta < 0 and lacking > 0:
            missing.append(MissingInBin(sku=sku, location=place, missing=lacking))
        else:
            shelves.move(sku, place, Bucket.ON_HAND, delta)
    if missing:
        return AdjustmentRefused(reason="more is kept for orders than would be there", missing=tuple(missing))
    costs = _costs(session, (sku for sku, _ in changes))
    value = sum(delta * costs[sku] for (sku, _), delta in changes.items())
    reason = f"count {effect.count}"
    shop = tuple(
        Goods(sku=sku, qty=_show(session, request, sku, shelves.free_anywhere(sku), reason))
        for sku in sorted({sku for sku, _ in changes})
    )
    return StockAdjusted(value=money(value, "CNY"), shop=shop)


@performs(ReverseAdjustment)
def reverse_adjustment(
    _effect: ReverseAdjustment, request: EffectRequest, session: Session
) -> Success | Refused:
    made = session.scalars(
        select(Movement).where(col(Movement.key) == request.of).order_by(col(Movement.line))
    ).all()
    reference = made[0].reference if made else request.subject
    shelves = Shelves(session, request, reference, (movement.sku for movement in made))
    for movement in made:
        if shelves.free_at(movement.sku, movement.location) < movement.change:
            return Refused(reason=f"{movement.sku} has been sold or kept since")
        shelves.move(movement.sku, movement.location, Bucket.ON_HAND, -movement.change)
    return Success()


@performs(ShowQuantity)
def show_quantity(effect: ShowQuantity, request: EffectRequest, session: Session) -> QuantityShown:
    shelves = Shelves(session, request, request.subject, [effect.sku])
    row = session.get(Shown, (request.store, effect.sku))
    before = row.qty if row is not None else shelves.free_anywhere(effect.sku)
    shown = min(effect.qty, shelves.free_anywhere(effect.sku))
    return QuantityShown(before=before, shown=_show(session, request, effect.sku, shown, effect.reason))


@performs(LimitSales)
def limit_sales(effect: LimitSales, request: EffectRequest, session: Session) -> SalesLimited:
    session.add(
        SalesLimit(
            key=request.key,
            store=request.store,
            sku=effect.sku,
            rule=effect.rule,
            until=effect.until,
            at=request.at,
        )
    )
    return SalesLimited(published=True)


@performs(LiftSalesLimit)
def lift_sales_limit(_effect: LiftSalesLimit, request: EffectRequest, session: Session) -> Success:
    row = session.get(SalesLimit, request.of)
    if row is not None:
        session.delete(row)
    return Success()


def _show(session: Session, request: EffectRequest, sku: str, qty: int, reason: str) -> int:
    row = session.get(Shown, (request.store, sku), with_for_update=True)
    if row is None:
        row = Shown(store=request.store, sku=sku, qty=qty, at=request.at)
        session.add(row)
    row.qty, row.reason, row.at = qty, reason, request.at
    return qty


def _values(session: Session, request: EffectRequest, skus: set[str]) -> dict[str, Money]:
    """What a unit cost when it last came in, else its list price."""
    values: dict[str, Money] = {}
    for sku in skus:
        price = list_price(session, request.store, sku, request.at)
        if price is not None:
            values[sku] = price
    return {**values, **costs_of(session, skus)}


def _costs(session: Session, skus: Iterable[str]) -> Counter[str]:
    """What a unit cost when it last came in, in ten-thousandths; nothing where none ever did."""
    return Counter({sku: ten_thousandths(cost) for sku, cost in costs_of(session, skus).items()})
