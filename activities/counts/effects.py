"""Effects of counting stock, and on what the shop shows of it.

A bin that is a location of the book is counted as such; any other bin is part of the main location.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import JsonValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.counts.contract import (
    AdjustStock,
    CompareCount,
    EndFreeze,
    FreezeScope,
    LiftSalesLimit,
    LimitSales,
    ReverseAdjustment,
    ShowQuantity,
)
from activities.performing import performs
from activities.stock.shelves import MAIN, Shelves
from models.amounts import money
from models.database import one_at_a_time
from models.effect import EffectRequest, Outcome
from models.tables.counts import Freeze, SalesLimit, Shown
from models.tables.purchasing import ReceiptLine
from models.tables.stock import Bucket, Movement, Stock

EVERYTHING = "all"
"""The scope that is the whole warehouse."""


@performs(FreezeScope)
def freeze(effect: FreezeScope, request: EffectRequest, session: Session) -> Outcome:
    one_at_a_time(session, "freeze", request.store)
    active = select(Freeze).where(col(Freeze.store) == request.store, col(Freeze.active)).with_for_update()
    for other in session.scalars(active):
        shared = sorted({*other.scope} & {*effect.scope})
        if EVERYTHING in {*other.scope, *effect.scope}:
            shared = [EVERYTHING]
        if shared:
            return Outcome(ok=False, reason=f"count {other.count} holds {', '.join(shared)}")
    counted = select(Stock).order_by(col(Stock.sku), col(Stock.location))
    if EVERYTHING not in effect.scope:
        scope = or_(col(Stock.sku).in_(effect.scope), col(Stock.location).in_(effect.scope))
        counted = counted.where(scope)
    rows = session.scalars(counted)
    lines: list[dict[str, JsonValue]] = [
        {"sku": row.sku, "bin": row.location, "qty": row.on_hand} for row in rows
    ]
    session.add(
        Freeze(
            key=request.key,
            store=request.store,
            count=effect.count,
            scope=list(effect.scope),
            lines=lines,
            at=request.at,
        )
    )
    shown: list[JsonValue] = [*lines]
    return Outcome(data={"lines": shown})


@performs(EndFreeze)
def end_freeze(_effect: EndFreeze, request: EffectRequest, session: Session) -> Outcome:
    row = session.get_one(Freeze, request.of, with_for_update=True)
    row.active = False
    scope: list[JsonValue] = [*row.scope]
    return Outcome(data={"scope": scope})


@performs(CompareCount)
def compare(effect: CompareCount, request: EffectRequest, session: Session) -> Outcome:
    frozen = select(Freeze).where(col(Freeze.store) == request.store, col(Freeze.count) == effect.count)
    freeze_ = session.scalars(frozen.order_by(col(Freeze.at).desc()).limit(1)).first()
    if freeze_ is None:
        return Outcome(ok=False, reason=f"count {effect.count} has frozen nothing")
    book = Counter({(str(line["sku"]), str(line["bin"])): int(line["qty"]) for line in freeze_.lines})
    places = {place for _, place in book}
    counted = Counter[tuple[str, str]]()
    for line in effect.lines:
        counted[line.sku, line.bin if line.bin in places else MAIN] += line.counted
    costs = _costs(session, (sku for sku, _ in counted))
    differing = [(*key, book[key], counted[key]) for key in sorted(counted) if counted[key] != book[key]]
    differences: list[JsonValue] = [
        {"sku": sku, "bin": place, "book": ours, "counted": theirs, "delta": theirs - ours}
        for sku, place, ours, theirs in differing
    ]
    value = sum((theirs - ours) * costs[sku] for sku, _, ours, theirs in differing)
    data: dict[str, JsonValue] = {"differences": differences, "value": _wire(value)}
    if differing:
        return Outcome(
            ok=False, reason=f"the count differs from the book in {len(differing)} places", data=data
        )
    return Outcome(data=data)


@performs(AdjustStock)
def adjust(effect: AdjustStock, request: EffectRequest, session: Session) -> Outcome:
    shelves = Shelves(session, request, effect.count, (row.sku for row in effect.adjustments))
    missing: list[JsonValue] = []
    changes = Counter[tuple[str, str]]()
    for row in effect.adjustments:
        changes[row.sku, row.bin if shelves.has(row.sku, row.bin) else MAIN] += row.delta
    for (sku, place), delta in sorted(changes.items()):
        lacking = -delta - shelves.free_at(sku, place)
        if delta < 0 and lacking > 0:
            missing.append({"sku": sku, "location": place, "missing": lacking})
        else:
            shelves.move(sku, place, Bucket.ON_HAND, delta)
    if missing:
        return Outcome(
            ok=False, reason="more is kept for orders than would be there", data={"missing": missing}
        )
    costs = _costs(session, (sku for sku, _ in changes))
    value = sum(delta * costs[sku] for (sku, _), delta in changes.items())
    shop: list[JsonValue] = [
        {"sku": sku, "qty": _show(session, request, sku, shelves.free_anywhere(sku), f"count {effect.count}")}
        for sku in sorted({sku for sku, _ in changes})
    ]
    return Outcome(data={"value": _wire(value), "shop": shop})


@performs(ReverseAdjustment)
def reverse_adjustment(_effect: ReverseAdjustment, request: EffectRequest, session: Session) -> Outcome:
    made = session.scalars(
        select(Movement).where(col(Movement.key) == request.of).order_by(col(Movement.line))
    ).all()
    reference = made[0].reference if made else request.subject
    shelves = Shelves(session, request, reference, (movement.sku for movement in made))
    for movement in made:
        if shelves.free_at(movement.sku, movement.location) < movement.change:
            return Outcome(ok=False, reason=f"{movement.sku} has been sold or kept since")
        shelves.move(movement.sku, movement.location, Bucket.ON_HAND, -movement.change)
    return Outcome()


@performs(ShowQuantity)
def show_quantity(effect: ShowQuantity, request: EffectRequest, session: Session) -> Outcome:
    shelves = Shelves(session, request, request.subject, [effect.sku])
    row = session.get(Shown, (request.store, effect.sku))
    before = row.qty if row is not None else shelves.free_anywhere(effect.sku)
    shown = min(effect.qty, shelves.free_anywhere(effect.sku))
    return Outcome(
        data={"before": before, "shown": _show(session, request, effect.sku, shown, effect.reason)}
    )


@performs(LimitSales)
def limit_sales(effect: LimitSales, request: EffectRequest, session: Session) -> Outcome:
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
    return Outcome(data={"published": True})


@performs(LiftSalesLimit)
def lift_sales_limit(_effect: LiftSalesLimit, request: EffectRequest, session: Session) -> Outcome:
    row = session.get(SalesLimit, request.of)
    if row is not None:
        session.delete(row)
    return Outcome()


def _show(session: Session, request: EffectRequest, sku: str, qty: int, reason: str) -> int:
    row = session.get(Shown, (request.store, sku), with_for_update=True)
    if row is None:
        row = Shown(store=request.store, sku=sku, qty=qty, at=request.at)
        session.add(row)
    row.qty, row.reason, row.at = qty, reason, request.at
    return qty


def _costs(session: Session, skus: Iterable[str]) -> Counter[str]:
    """What a unit cost when it last came in, in hundredths; nothing where none ever did."""
    lines = select(ReceiptLine).where(col(ReceiptLine.sku).in_(sorted(set(skus))))
    costs = Counter[str]()
    for line in session.scalars(lines.order_by(col(ReceiptLine.note), col(ReceiptLine.line))):
        costs[line.sku] = line.unit_cost
    return costs


def _wire(amount: int) -> JsonValue:
    return money(amount, "CNY").model_dump(mode="json")
