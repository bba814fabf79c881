"""Effects on the stock book: hold, reserve, issue, receive, set aside, and free again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import performs
from activities.stock.contract import (
    BackOrder,
    BackOrdered,
    FreeCampaignStock,
    FreeStock,
    HoldStock,
    IssueStock,
    NotReserved,
    OutOfStock,
    ReceiveStock,
    ReleaseLines,
    ReserveStock,
    SetAsideStock,
    StockFreed,
    StockIssued,
    StockKept,
    StockReceived,
)
from activities.stock.reading import left_from
from activities.stock.shelves import MAIN, Need, Shelves, Short, bucket_of, located
from models.effect import EffectRequest
from models.goods import Goods
from models.tables.stock import Bucket, Claim, ClaimKind
from models.values import SkuQty


@performs(HoldStock)
def hold(effect: HoldStock, request: EffectRequest, session: Session) -> StockKept | OutOfStock:
    shelves = Shelves(session, request, effect.order, (line.sku for line in effect.lines))
    return _keep(shelves, ClaimKind.HOLD, _needs(effect.lines), effect.location)


@performs(ReserveStock)
def reserve(effect: ReserveStock, request: EffectRequest, session: Session) -> StockKept | OutOfStock:
    shelves = Shelves(session, request, effect.order, (line.sku for line in effect.lines), campaigns=True)
    for claim in shelves.claims_of_holder(ClaimKind.HOLD):
        shelves.free(claim, claim.qty)
    needs = _needs(effect.lines)
    if not effect.on_top:
        needs = _without(needs, shelves.claims_of_holder(ClaimKind.RESERVATION))
    return _keep(shelves, ClaimKind.RESERVATION, needs, effect.location)


@performs(SetAsideStock)
def set_aside(effect: SetAsideStock, request: EffectRequest, session: Session) -> StockKept | OutOfStock:
    shelves = Shelves(session, request, effect.campaign, (line.sku for line in effect.lines))
    return _keep(shelves, ClaimKind.SET_ASIDE, _needs(effect.lines), None)


@performs(BackOrder)
def back_order(effect: BackOrder, request: EffectRequest, session: Session) -> BackOrdered:
    session.add_all(
        Claim(
            kind=ClaimKind.BACK_ORDER,
            store=request.store,
            holder=effect.order,
            sku=line.sku,
            qty=line.qty,
            key=request.key,
            until=effect.until,
            at=request.at,
        )
        for line in effect.lines
    )
    return BackOrdered(lines=tuple(Goods(sku=line.sku, qty=line.qty) for line in effect.lines))


@performs(FreeStock)
def free_stock(_effect: FreeStock, request: EffectRequest, session: Session) -> StockFreed:
    return _free_claims_of(request, session)


@performs(FreeCampaignStock)
def free_campaign_stock(_effect: FreeCampaignStock, request: EffectRequest, session: Session) -> StockFreed:
    return _free_claims_of(request, session)


@performs(ReleaseLines)
def release_lines(effect: ReleaseLines, request: EffectRequest, session: Session) -> StockFreed:
    shelves = Shelves(session, request, effect.order, (line.sku for line in effect.lines))
    reserved = shelves.claims_of_holder(ClaimKind.RESERVATION)
    return StockFreed(lines=located(shelves.free(c, qty) for c, qty in _taken(reserved, effect.lines)))


@performs(IssueStock)
def issue(effect: IssueStock, request: EffectRequest, session: Session) -> StockIssued | NotReserved:
    shelves = Shelves.of_holder(session, request, effect.order)
    reserved = shelves.claims_of_holder(ClaimKind.RESERVATION)
    wanted = effect.lines or [SkuQty(sku=claim.sku, qty=claim.qty) for claim in reserved]
    taken = _taken(reserved, wanted)
    lacking = _total(wanted) - _total_taken(taken)
    if lacking or not taken:
        missing = tuple(Goods(sku=sku, qty=qty) for sku, qty in sorted(lacking.items()))
        return NotReserved(reason=_not_reserved(effect.order, lacking), missing=missing)
    picks = [shelves.free(claim, qty) for claim, qty in taken]
    for pick in picks:
        shelves.move(pick.sku, pick.location, Bucket.ON_HAND, -pick.qty)
    return StockIssued(lines=located(picks))


@performs(ReceiveStock)
def receive(effect: ReceiveStock, request: EffectRequest, session: Session) -> StockReceived:
    shelves = Shelves(session, request, effect.reference, (line.sku for line in effect.lines))
    # new shelves are made in the order in which known ones are locked
    for line in sorted(effect.lines, key=lambda line: (line.sku, line.location or "")):
        location = line.location or left_from(session, request.store, effect.reference, line.sku) or MAIN
        shelves.move(
            line.sku,
            location,
            bucket_of(line.disposition),
            line.qty,
            bin_=line.bin,
            disposition=line.disposition,
        )
    return StockReceived(filled=shelves.fill_back_orders())


def _keep(
    shelves: Shelves, kind: ClaimKind, needs: list[Need], location: str | None
) -> StockKept | OutOfStock:
    picks = shelves.choose(needs, location)
    if isinstance(picks, Short):
        return OutOfStock(reason=picks.sentence(), missing=picks.rows())
    for pick in picks:
        shelves.claim(kind, pick)
    return StockKept(lines=located(picks))


def _free_claims_of(request: EffectRequest, session: Session) -> StockFreed:
    """Free what the effect that `request` takes back still keeps."""
    made = select(Claim).where(col(Claim.key) == request.of)
    first = session.scalars(made).first()
    if first is None:
        return StockFreed(lines=())
    shelves = Shelves(session, request, first.holder, (claim.sku for claim in session.scalars(made)))
    fresh = made.order_by(col(Claim.id)).with_for_update().execution_options(populate_existing=True)
    claims = session.scalars(fresh).all()
    return StockFreed(lines=located(shelves.free(claim, claim.qty) for claim in claims))


def _needs(lines: Iterable[SkuQty]) -> list[Need]:
    return [Need(line.sku, line.qty) for line in lines]


def _without(needs: list[Need], claims: list[Claim]) -> list[Need]:
    """The needs that these claims don't cover yet."""
    have = Counter[str]()
    for claim in claims:
        have[claim.sku] += claim.qty
    rest: list[Need] = []
    for need in needs:
        covered = min(need.qty, have[need.sku])
        have[need.sku] -= covered
        if covered < need.qty:
            rest.append(Need(need.sku, need.qty - covered))
    return rest


def _taken(claims: list[Claim], lines: Iterable[SkuQty]) -> list[tuple[Claim, int]]:
    """How much of each claim the lines take, as far as the claims go."""
    wanted = _total(lines)
    taken: list[tuple[Claim, int]] = []
    for claim in claims:
        qty = min(claim.qty, wanted[claim.sku])
        if qty:
            wanted[claim.sku] -= qty
            taken.append((claim, qty))
    return taken


def _total(lines: Iterable[SkuQty]) -> Counter[str]:
    total = Counter[str]()
    for line in lines:
        total[line.sku] += line.qty
    return total


def _total_taken(taken: list[tuple[Claim, int]]) -> Counter[str]:
    total = Counter[str]()
    for claim, qty in taken:
        total[claim.sku] += qty
    return total


def _not_reserved(order: str, lacking: Counter[str]) -> str:
    if not lacking:
        return f"nothing is reserved for order {order}"
    goods = ", ".join(f"{qty} of {sku}" for sku, qty in sorted(lacking.items()))
    return f"not reserved for order {order}: {goods}"
