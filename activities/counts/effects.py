"""Effects of counting stock, and on what the shop shows of it.

A bin that is a location of the book is counted as such; any other bin is part of the main location.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.counts.contract import (
    AdjustmentRefused,
    AdjustStock,
    LiftSalesLimit,
    LimitSales,
    MissingInBin,
    QuantityShown,
    ReverseAdjustment,
    SalesLimited,
    ShowQuantity,
    StockAdjusted,
)
from activities.counts.counting import last_costs
from activities.performing import performs
from activities.stock.reading import locations
from activities.stock.shelves import MAIN, Shelves
from models.amounts import money
from models.effect import EffectRequest, Refused, Success
from models.goods import Goods
from models.tables.counts import SalesLimit, Shown
from models.tables.stock import Bucket, Movement


@performs(AdjustStock)
def adjust(
    effect: AdjustStock, request: EffectRequest, session: Session
) -> StockAdjusted | AdjustmentRefused:
    shelves = Shelves(session, request, effect.count, (row.sku for row in effect.adjustments))
    missing: list[MissingInBin] = []
    places = locations(session)
    changes = Counter[tuple[str, str]]()
    for row in effect.adjustments:
        changes[row.sku, row.bin if row.bin in places else MAIN] += row.delta
    for (sku, place), delta in sorted(changes.items()):
        lacking = -delta - shelves.free_at(sku, place)
        if delta < 0 and lacking > 0:
            missing.append(MissingInBin(sku=sku, location=place, missing=lacking))
        else:
            shelves.move(sku, place, Bucket.ON_HAND, delta)
    if missing:
        return AdjustmentRefused(reason="more is kept for orders than would be there", missing=tuple(missing))
    costs = last_costs(session, (sku for sku, _ in changes))
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
