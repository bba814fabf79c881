"""The shelves of the stock book, locked: what is free where, and the only way to move it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.stock.contract import Disposition
from models.database import insert_if_absent
from models.effect import EffectRequest
from models.goods import FilledBackOrder, LocatedGoods, MissingGoods
from models.statements import add_row, found, running
from models.tables.campaigns import Campaign
from models.tables.stock import Bucket, Claim, ClaimKind, Movement, Stock

MAIN = "main"
"""The location of goods that are put nowhere else."""

_KEPT_IN = {
    ClaimKind.HOLD: Bucket.HELD,
    ClaimKind.RESERVATION: Bucket.RESERVED,
    ClaimKind.SET_ASIDE: Bucket.SET_ASIDE,
}

# built once: building costs more than running them
_skus = cast("Any", bindparam("skus", expanding=True))
_locked: Any = (
    select(Stock)
    .where(col(Stock.sku).in_(_skus))
    .order_by(col(Stock.sku), col(Stock.location))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_claims_of_holder: Any = (
    select(Claim)
    .where(
        col(Claim.store) == bindparam("store"),
        col(Claim.holder) == bindparam("holder"),
        col(Claim.kind) == bindparam("kind"),
        col(Claim.sku).in_(_skus),
    )
    .order_by(col(Claim.id))
    .execution_options(populate_existing=True)
)
_asides_of_live_campaigns: Any = (
    select(Claim)
    .join(Campaign, (col(Campaign.campaign) == col(Claim.holder)) & (col(Campaign.store) == col(Claim.store)))
    .where(
        col(Claim.kind) == ClaimKind.SET_ASIDE,
        col(Claim.store) == bindparam("store"),
        col(Claim.sku).in_(_skus),
        col(Campaign.state) == "live",
    )
    .order_by(col(Claim.id))
    .execution_options(populate_existing=True)
)
_claims = vars(Claim)["__table__"]
_kept_for: Any = select(_claims.c.sku).where(
    _claims.c.store == bindparam("store"), _claims.c.holder == bindparam("holder")
)
_no_claim: Any = delete(_claims).where(_claims.c.id == bindparam("of"))


class Need(NamedTuple):
    """A line that wants goods; all of it from one location."""

    sku: str
    qty: int


class Pick(NamedTuple):
    """Goods at a location."""

    sku: str
    qty: int
    location: str


class Short(NamedTuple):
    """What can't be had, and how much of it is free in the best place."""

    missing: list[tuple[Need, int]]

    def rows(self) -> tuple[MissingGoods, ...]:
        """As outcomes tell of it."""
        return tuple(MissingGoods(sku=need.sku, wanted=need.qty, free=free) for need, free in self.missing)

    def sentence(self) -> str:
        goods = ", ".join(f"{need.qty} of {need.sku} ({free} free)" for need, free in self.missing)
        return f"not in stock: {goods}"


def bucket_of(disposition: Disposition) -> Bucket:
    """Where goods of that disposition are counted."""
    match disposition:
        case Disposition.SELLABLE:
            return Bucket.ON_HAND
        case Disposition.SECONDS:
            return Bucket.DAMAGED
        case Disposition.SCRAP:
            return Bucket.SCRAPPED
        case _:
            return Bucket.QUARANTINED


def located(picks: Iterable[Pick]) -> tuple[LocatedGoods, ...]:
    """As outcomes tell of them."""
    return tuple(LocatedGoods(**pick._asdict()) for pick in picks)


class Shelves:
    """The stock of some SKUs at every location, locked until the transaction ends. SKUs are locked in order,
    so that two effects never wait for each other.
    """

    def __init__(
        self,
        session: Session,
        request: EffectRequest,
        holder: str,
        skus: Iterable[str],
        *,
        campaigns: bool = False,
    ) -> None:
        """`holder` is the order, campaign or note that moves goods; `campaigns`: live campaigns' stock is
        free to it.
        """
        self._session = session
        self._request = request
        self._holder = holder
        self._skus = sorted(set(skus))
        self._line = 0
        rows = session.scalars(_locked, {"skus": self._skus})
        self._stock = {(row.sku, row.location): row for row in rows}
        self._live = self._claims_of_live_campaigns() if campaigns else {}

    @classmethod
    def of_holder(cls, session: Session, request: EffectRequest, holder: str) -> Shelves:
        """The shelves of everything that is kept for the holder."""
        kept = found(session, _kept_for, {"store": request.store, "holder": holder})
        return cls(session, request, holder, (row.sku for row in kept))

    def claims_of_holder(self, kind: ClaimKind) -> list[Claim]:
        """What is kept for the holder on these shelves, oldest first."""
        mine = {"store": self._request.store, "holder": self._holder, "kind": kind, "skus": self._skus}
        return list(self._session.scalars(_claims_of_holder, mine))

    def choose(self, needs: list[Need], location: str | None = None) -> list[Pick] | Short:
        """Where each line comes from: all from one place if one has it all, otherwise each from where it fits
        best.
        """
        places = [location] if location else sorted({place for _, place in self._stock}, key=_main_first)
        total = Counter[str]()
        for need in needs:
            total[need.sku] += need.qty
        for place in places:
            if all(self.free_at(sku, place) >= qty for sku, qty in total.items()):
                return [Pick(need.sku, need.qty, place) for need in needs]
        return self._line_by_line(needs, places)

    def free_at(self, sku: str, location: str) -> int:
        """Units that may be taken: free ones, and those of live campaigns where they are asked for."""
        stock = self._stock.get((sku, location))
        live = sum(claim.qty for claim in self._live.get((sku, location), ()))
        return (stock.free if stock else 0) + live

    def places(self, sku: str) -> list[str]:
        """Where the book has that SKU, the main location first."""
        return sorted((place for own, place in self._stock if own == sku), key=_main_first)

    def on_hand(self, sku: str) -> int:
        """Units of one of these SKUs at all locations, kept ones included."""
        return sum(stock.on_hand for (own, _), stock in self._stock.items() if own == sku)

    def free_anywhere(self, sku: str) -> int:
        """Free units of one of these SKUs, at all locations."""
        return sum(stock.free for (own, _), stock in self._stock.items() if own == sku)

    def claim(self, kind: ClaimKind, pick: Pick) -> None:
        """Keep goods for the holder: out of live campaigns' stock first, then out of free stock."""
        wanted = pick.qty
        for aside in self._live.get((pick.sku, pick.location), ()):
            drawn = min(aside.qty, wanted)
            if drawn:
                wanted -= drawn
                self._take_from(aside, drawn, campaign=aside.holder)
        self.move(pick.sku, pick.location, _KEPT_IN[kind], pick.qty)
        add_row(
            self._session,
            Claim,
            kind=kind,
            store=self._request.store,
            holder=self._holder,
            sku=pick.sku,
            location=pick.location,
            qty=pick.qty,
            key=self._request.key,
            at=self._request.at,
        )

    def free(self, claim: Claim, qty: int) -> Pick:
        """So many of a claim's goods are kept no longer."""
        self._take_from(claim, qty)
        return Pick(claim.sku, qty, claim.location)

    def fill_back_orders(self) -> tuple[FilledBackOrder, ...]:
        """Turn back orders of these SKUs into reservations while goods are free, oldest first."""
        waiting = select(Claim).where(col(Claim.kind) == ClaimKind.BACK_ORDER, col(Claim.sku).in_(self._skus))
        filled: list[FilledBackOrder] = []
        for claim in self._session.scalars(waiting.order_by(col(Claim.id)).with_for_update()).all():
            pick = self.choose([Need(claim.sku, claim.qty)])
            if isinstance(pick, Short):
                continue
            claim.kind, claim.location = ClaimKind.RESERVATION, pick[0].location
            self.move(claim.sku, claim.location, Bucket.RESERVED, claim.qty, reference=claim.holder)
            filled.append(FilledBackOrder(order=claim.holder, **pick[0]._asdict()))
        return tuple(filled)

    def move(
        self,
        sku: str,
        location: str,
        bucket: Bucket,
        change: int,
        *,
        bin_: str = "",
        disposition: str = "",
        campaign: str | None = None,
        reference: str | None = None,
    ) -> None:
        """Change a bucket, and write it down. The database refuses what would be less than nothing."""
        if bucket is not Bucket.SCRAPPED:
            stock = self._shelf(sku, location)
            setattr(stock, bucket, getattr(stock, bucket) + change)
        add_row(
            self._session,
            Movement,
            key=self._request.key,
            line=self._line,
            effect=self._request.effect,
            store=self._request.store,
            reference=reference or self._holder,
            campaign=campaign,
            sku=sku,
            location=location,
            bin=bin_,
            bucket=bucket,
            change=change,
            disposition=disposition,
            at=self._request.at,
        )
        self._line += 1

    def _take_from(self, claim: Claim, qty: int, campaign: str | None = None) -> None:
        if claim.location:
            self.move(claim.sku, claim.location, _KEPT_IN[ClaimKind(claim.kind)], -qty, campaign=campaign)
        is_all = claim.qty == qty
        if is_all:
            self._session.expunge(claim)
            with running(self._session) as run:
                run(_no_claim, {"of": claim.id})
        claim.qty -= qty

    def _line_by_line(self, needs: list[Need], places: list[str]) -> list[Pick] | Short:
        left = {(sku, place): self.free_at(sku, place) for sku in self._skus for place in places}
        picks: list[Pick] = []
        missing: list[tuple[Need, int]] = []
        # the largest lines first, each where it leaves the least behind: so the most lines fit
        for need in sorted(needs, key=lambda need: -need.qty):
            fitting = [place for place in places if left[need.sku, place] >= need.qty]
            if fitting:
                place = min(fitting, key=lambda place: left[need.sku, place])
                left[need.sku, place] -= need.qty
                picks.append(Pick(need.sku, need.qty, place))
            else:
                missing.append((need, max((left[need.sku, place] for place in places), default=0)))
        return Short(missing) if missing else picks

    def _claims_of_live_campaigns(self) -> dict[tuple[str, str], list[Claim]]:
        by_place: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
        mine = {"store": self._request.store, "skus": self._skus}
        for claim in self._session.scalars(_asides_of_live_campaigns, mine):
            by_place[claim.sku, claim.location].append(claim)
        return by_place

    def _shelf(self, sku: str, location: str) -> Stock:
        if (sku, location) not in self._stock:
            insert_if_absent(self._session, Stock(sku=sku, location=location))
            mine = select(Stock).where(col(Stock.sku) == sku, col(Stock.location) == location)
            self._stock[sku, location] = self._session.scalars(mine.with_for_update()).one()
        return self._stock[sku, location]


def _main_first(location: str) -> tuple[bool, str]:
    return location != MAIN, location
