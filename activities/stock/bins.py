"""Bins: where goods stand in a location, and the way past them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.stock.contract import BinsSet, SetBins
from models.effect import EffectRequest, Refused
from models.tables.stock import BinRow, Bucket, Claim, ClaimKind, Movement
from models.values import any_twice


class ToPick(NamedTuple):
    """So many of a SKU to be taken from a bin; an empty bin where nobody knows which."""

    location: str
    bin: str
    sku: str
    qty: int


@performs(SetBins)
def set_bins(effect: SetBins, request: EffectRequest, session: Session) -> BinsSet | Refused:
    if any_twice(one.bin for one in effect.bins):
        return Refused(reason=f"a bin of {effect.location} stands there twice")
    mine = (col(BinRow.store) == request.store) & (col(BinRow.location) == effect.location)
    session.execute(delete(BinRow).where(mine))
    session.add_all(
        BinRow(store=request.store, location=effect.location, bin=one.bin, place=one.place, at=request.at)
        for one in effect.bins
    )
    return BinsSet(bins=len(effect.bins))


def pick_list(session: Session, store: str, order: str) -> list[ToPick]:
    """What is reserved for an order, bin by bin, in the order in which the bins are passed."""
    return [pick for _, pick in pick_round(session, store, [order])]


def pick_round(session: Session, store: str, orders: Sequence[str]) -> list[tuple[str, ToPick]]:
    """The same for many orders on one way, each pick with its order. What one takes from a bin the next doesn't find
    there.
    """
    reserved = select(Claim).where(
        col(Claim.store) == store, col(Claim.holder).in_(orders), col(Claim.kind) == ClaimKind.RESERVATION
    )
    wanted = Counter[tuple[str, str, str]]()
    for claim in session.scalars(reserved):
        wanted[claim.holder, claim.location, claim.sku] += claim.qty
    places = {
        (row.location, row.bin): row.place
        for row in session.scalars(select(BinRow).where(col(BinRow.store) == store))
    }

    def on_the_way(location: str, bin_: str) -> tuple[str, bool, int, str]:
        place = places.get((location, bin_))
        return location, place is None, place or 0, bin_

    turn = {order: number for number, order in enumerate(orders)}
    there = _contents(session, {sku for _, _, sku in wanted})
    picks: list[tuple[str, ToPick]] = []
    for (order, location, sku), qty in sorted(wanted.items(), key=lambda one: (turn[one[0][0]], one[0])):
        left = qty
        bins = there[location, sku]
        for bin_ in sorted(bins, key=lambda name, at=location: on_the_way(at, name)):
            taken = min(left, bins[bin_])
            if taken:
                left -= taken
                bins[bin_] -= taken
                picks.append((order, ToPick(location, bin_, sku, taken)))
        if left:
            picks.append((order, ToPick(location, "", sku, left)))
    return sorted(picks, key=lambda one: (*on_the_way(one[1].location, one[1].bin), one[1].sku, turn[one[0]]))


def goods_in(session: Session, bins: Iterable[str]) -> dict[tuple[str, str], set[str]]:
    """The goods that stand in these bins, as SKU and location, and in which of them."""
    wanted = sorted({*bins})
    stored = select(col(Movement.sku)).where(
        col(Movement.bin).in_(wanted), col(Movement.bucket) == Bucket.ON_HAND
    )
    skus = {*session.scalars(stored.distinct())} if wanted else set[str]()
    found = {
        (sku, location): {bin_ for bin_ in wanted if held[bin_] > 0}
        for (location, sku), held in _contents(session, skus).items()
    }
    return {place: bins_ for place, bins_ in found.items() if bins_}


def _contents(session: Session, skus: set[str]) -> defaultdict[tuple[str, str], Counter[str]]:
    """How many of each SKU stand in each bin of each location. What left without a bin was taken from those that were
    filled first.
    """
    changes = (
        select(col(Movement.location), col(Movement.sku), col(Movement.bin), func.sum(col(Movement.change)))
        .where(col(Movement.sku).in_(skus), col(Movement.bucket) == Bucket.ON_HAND)
        .group_by(col(Movement.location), col(Movement.sku), col(Movement.bin))
        .order_by(func.min(col(Movement.id)))
    )
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    unbinned = Counter[tuple[str, str]]()
    for location, sku, bin_, change in session.execute(changes):
        if bin_:
            found[location, sku][bin_] = int(change)
        else:
            unbinned[location, sku] = int(change)
    for key, change in unbinned.items():
        gone = max(-change, 0)
        for bin_, qty in list(found[key].items()):
            taken = min(gone, qty)
            gone -= taken
            found[key][bin_] = qty - taken
    return found
