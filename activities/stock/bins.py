"""Bins: where goods stand in a location, and the way past them."""

from __future__ import annotations

from collections import Counter, defaultdict
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
    reserved = select(Claim).where(
        col(Claim.store) == store, col(Claim.holder) == order, col(Claim.kind) == ClaimKind.RESERVATION
    )
    wanted = Counter[tuple[str, str]]()
    for claim in session.scalars(reserved):
        wanted[claim.location, claim.sku] += claim.qty
    places = {
        (row.location, row.bin): row.place
        for row in session.scalars(select(BinRow).where(col(BinRow.store) == store))
    }

    def on_the_way(location: str, bin_: str) -> tuple[str, bool, int, str]:
        place = places.get((location, bin_))
        return location, place is None, place or 0, bin_

    there = _contents(session, {sku for _, sku in wanted})
    picks: list[ToPick] = []
    for (location, sku), qty in wanted.items():
        left = qty
        for bin_ in sorted(there[location, sku], key=lambda name, at=location: on_the_way(at, name)):
            taken = min(left, there[location, sku][bin_])
            if taken:
                left -= taken
                picks.append(ToPick(location, bin_, sku, taken))
        if left:
            picks.append(ToPick(location, "", sku, left))
    return sorted(picks, key=lambda pick: (*on_the_way(pick.location, pick.bin), pick.sku))


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
