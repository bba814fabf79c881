"""Goods under count: frozen, counted by several people, and compared with the book of the moment of each count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.catalogue.reading import list_price
from activities.counts.contract import (
    CompareCount,
    CountDifference,
    CountDiffers,
    CountedAt,
    CountMatches,
    CountOnce,
    EndFreeze,
    FreezeEnded,
    FreezeScope,
    GoodsInBin,
    ScopeFrozen,
)
from activities.performing import performs
from activities.purchasing.reading import costs_of
from activities.stock.bins import goods_in
from activities.stock.reading import locations
from activities.stock.shelves import MAIN
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused
from models.tables.catalogue import Product
from models.tables.counts import Freeze
from models.tables.stock import Bucket, Movement, Stock
from models.values import Money

EVERYTHING = "all"
"""The scope that is the whole warehouse."""
_ENOUGH = 3
"""So many counts settle what two disagree about."""

Place = tuple[str, str]
"""A SKU, and the location where it is."""


@performs(FreezeScope)
def freeze(effect: FreezeScope, request: EffectRequest, session: Session) -> ScopeFrozen | Refused:
    one_at_a_time(session, "freeze")  # stock is the company's, whichever store counts it
    whole = EVERYTHING in effect.scope
    in_bins = goods_in(session, () if whole else effect.scope)
    rows = [
        row
        for row in session.scalars(select(Stock).order_by(col(Stock.sku), col(Stock.location)))
        if whole or {row.sku, row.location} & {*effect.scope} or (row.sku, row.location) in in_bins
    ]
    known = {*effect.scope} if whole else {word for row in rows for word in (row.sku, row.location)}
    known |= {bin_ for bins in in_bins.values() for bin_ in bins}
    known |= {*session.scalars(select(col(Product.sku)).where(col(Product.sku).in_(effect.scope)))}
    if unknown := [name for name in effect.scope if name not in known]:
        return Refused(reason=f"there is no bin, location or product {', '.join(unknown)}")
    lines = tuple(GoodsInBin(sku=row.sku, bin=row.location, qty=row.on_hand) for row in rows)
    for other in session.scalars(select(Freeze).where(col(Freeze.active)).with_for_update()):
        shared = sorted({*other.scope} & {*effect.scope})
        if EVERYTHING in {*other.scope, *effect.scope}:
            shared = [EVERYTHING]
        both = {(line["sku"], line["bin"]) for line in other.lines} & {
            (row.sku, row.location) for row in rows
        }
        if shared := shared or sorted({sku for sku, _ in both}):
            return Refused(reason=f"count {other.count} holds {', '.join(shared)}")
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
    if unknown := _unknown(session, effect.lines):
        return Refused(reason=f"there is no product {', '.join(unknown)}")
    places = locations(session)
    sheets: defaultdict[Place, list[CountedAt]] = defaultdict(list)
    for line in effect.lines:
        sheets[line.sku, line.bin if line.bin in places else MAIN].append(line)
    latest = max(line.at for line in effect.lines)
    keys = sorted({*sheets, *((str(line["sku"]), str(line["bin"])) for line in freeze_.lines)})
    skus = {sku for sku, _ in keys}
    book, values = (
        _Book(session, skus, min(line.at for line in effect.lines)),
        unit_values(session, request, skus),
    )
    rows = [_row(book, key, sheets[key], latest, values.get(key[0])) for key in keys]
    differing = tuple(row for row in rows if row.delta)
    disputed = tuple(row for row in rows if _is_disputed(row))
    costs = last_costs(session, (row.sku for row in differing))
    value = money(sum(row.delta * costs[row.sku] for row in differing), "CNY")
    if differing:
        reason = f"the count differs from the book in {len(differing)} places"
        return CountDiffers(reason=reason, differences=differing, disputed=disputed, value=value)
    return CountMatches(differences=(), disputed=disputed, value=value)


class _Book:
    """What was where at any moment since the first of the goods were counted: what is there now, less what has come
    since.
    """

    def __init__(self, session: Session, skus: set[str], since: datetime) -> None:
        locked = (
            select(Stock)
            .where(col(Stock.sku).in_(sorted(skus)))
            .order_by(col(Stock.sku), col(Stock.location))
        )
        rows = session.scalars(locked.with_for_update().execution_options(populate_existing=True)).all()
        self._now = Counter({(row.sku, row.location): row.on_hand for row in rows})
        self.kept = Counter({(row.sku, row.location): row.held + row.reserved for row in rows})
        moved = select(Movement).where(
            col(Movement.at) > since,
            col(Movement.bucket) == Bucket.ON_HAND,
            col(Movement.sku).in_(sorted(skus)),
        )
        self._moves: defaultdict[Place, list[tuple[datetime, int]]] = defaultdict(list)
        for movement in session.scalars(moved):
            self._moves[movement.sku, movement.location].append((movement.at, movement.change))

    def at(self, place: Place, moment: datetime) -> int:
        return self._now[place] - sum(change for at, change in self._moves[place] if at > moment)


def _row(
    book: _Book, place: Place, lines: Sequence[CountedAt], latest: datetime, value: Money | None
) -> CountDifference:
    last = {line.bin: line for line in lines}
    at = max((line.at for line in last.values()), default=latest)
    counted, there = sum(line.counted for line in last.values()), book.at(place, at)
    by_person: dict[str, dict[str, CountedAt]] = {}
    for line in lines:
        by_person.setdefault(line.by, {})[line.bin] = line
    counts = [
        CountOnce(
            by=by,
            at=(when := max(line.at for line in own.values())),
            counted=sum(line.counted for line in own.values()),
            book=book.at(place, when),
        )
        for by, own in by_person.items()
        if {*own} == {*last}  # who counted some of the bins alone, counted something else
    ]
    return CountDifference(
        sku=place[0],
        bin=place[1],
        book=there,
        counted=counted,
        delta=counted - there,
        unit_value=value,
        kept=book.kept[place],
        counts=tuple(counts),
    )


def _is_disputed(row: CountDifference) -> bool:
    """Two counts differ from each other, and nobody has counted a third time."""
    return len(row.counts) < _ENOUGH and len({one.delta for one in row.counts}) > 1


def _unknown(session: Session, lines: Iterable[CountedAt]) -> list[str]:
    """The SKUs of which something was counted and the books know nothing."""
    found = {line.sku for line in lines if line.counted}
    known = {*session.scalars(select(col(Product.sku)).where(col(Product.sku).in_(found)))}
    known |= {*session.scalars(select(col(Stock.sku)).where(col(Stock.sku).in_(found)))}
    return sorted(found - known)


def unit_values(session: Session, request: EffectRequest, skus: set[str]) -> dict[str, Money]:
    """What a unit cost when it last came in, else its list price."""
    values: dict[str, Money] = {}
    for sku in skus:
        price = list_price(session, request.store, sku, request.at)
        if price is not None:
            values[sku] = price
    return {**values, **costs_of(session, skus)}


def last_costs(session: Session, skus: Iterable[str]) -> Counter[str]:
    """What a unit cost when it last came in, in ten-thousandths; nothing where none ever did."""
    return Counter({sku: ten_thousandths(cost) for sku, cost in costs_of(session, skus).items()})
