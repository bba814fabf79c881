"""Effects on listings, and on goods that aren't sold any more."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.counts.counting import unit_values
from activities.listings.contract import (
    CountLeft,
    LeftCounted,
    ListingPublished,
    ListingRestored,
    ListingTakenDown,
    ListingWithdrawn,
    NotPublished,
    PublishListing,
    RestoreListing,
    ReverseWriteDown,
    StockWrittenDown,
    TakeDownListing,
    WithdrawListing,
    WriteDownRefused,
    WriteDownReversed,
    WriteDownStock,
)
from activities.listings.reading import waiting_for
from activities.performing import performs
from activities.purchasing.reading import outstanding_of
from activities.stock.shelves import Shelves
from models.amounts import ten_thousandths
from models.effect import EffectRequest
from models.tables.catalogue import Product
from models.tables.listings import Listing, Withdrawn, WriteDown
from models.tables.stock import Bucket, Movement
from models.values import Money

_OF_SHOP = "#"
"""Between the effect that withdrew a product's pages and the shop of each, in the key of the reason."""


@performs(PublishListing)
def publish(
    effect: PublishListing, request: EffectRequest, session: Session
) -> ListingPublished | NotPublished:
    if session.get(Product, effect.sku) is None:
        return NotPublished(reason=f"the catalogue doesn't have product {effect.sku}", is_unknown=True)
    shown = Shelves(session, request, request.subject, [effect.sku]).free_anywhere(effect.sku)
    if not shown:
        return NotPublished(reason=f"none of {effect.sku} is free to sell")
    row = session.get(Listing, (effect.shop, effect.sku), with_for_update=True)
    if row is None:
        row = Listing(
            shop=effect.shop,
            sku=effect.sku,
            store=request.store,
            title=effect.title,
            price=0,
            currency="",
            live=True,
            key="",
            at=request.at,
        )
        session.add(row)
    row.title, row.price, row.currency = effect.title, ten_thousandths(effect.price), effect.price.currency
    row.freight_template, row.files = effect.freight_template, list(effect.files)
    row.live, row.key, row.at = True, request.key, request.at
    session.execute(delete(Withdrawn).where(*_about(effect.shop, effect.sku)))
    return ListingPublished(shown=shown)


@performs(TakeDownListing)
def take_down(_effect: TakeDownListing, request: EffectRequest, session: Session) -> ListingTakenDown:
    row = session.scalars(_of(request.of)).first()
    if row is not None:
        row.live = False
    return ListingTakenDown(changed=row is not None)


@performs(WithdrawListing)
def withdraw(effect: WithdrawListing, request: EffectRequest, session: Session) -> ListingWithdrawn:
    pages = select(Listing).where(col(Listing.store) == request.store, col(Listing.sku) == effect.sku)
    changed = False
    for row in session.scalars(pages.order_by(col(Listing.shop)).with_for_update()).all():
        changed = _is_seen(session, row) or changed
        key = f"{request.key}{_OF_SHOP}{row.shop}"
        session.add(Withdrawn(key=key, shop=row.shop, sku=effect.sku, reason=effect.reason, at=request.at))
    return ListingWithdrawn(changed=changed, open_orders=waiting_for(session, request.store, effect.sku))


@performs(CountLeft)
def count_left(effect: CountLeft, request: EffectRequest, session: Session) -> LeftCounted:
    shelves = Shelves(session, request, request.subject, [effect.sku])
    return LeftCounted(
        on_hand=shelves.on_hand(effect.sku),
        free=shelves.free_anywhere(effect.sku),
        coming=outstanding_of(session, request.store, [effect.sku])[effect.sku],
        open_orders=waiting_for(session, request.store, effect.sku),
    )


@performs(RestoreListing)
def restore(_effect: RestoreListing, request: EffectRequest, session: Session) -> ListingRestored:
    """Of several reasons, the last one that goes brings a page back."""
    of_this = col(Withdrawn.key).startswith(f"{request.of}{_OF_SHOP}", autoescape=True)
    shown: int | None = None  # as long as nothing was withdrawn, or something newer holds
    for reason in session.scalars(select(Withdrawn).where(of_this).order_by(col(Withdrawn.key))).all():
        row = session.get_one(Listing, (reason.shop, reason.sku), with_for_update=True)
        session.delete(reason)
        session.flush()
        if _is_seen(session, row):
            shown = Shelves(session, request, request.subject, [row.sku]).free_anywhere(row.sku)
    return ListingRestored(shown=shown)


@performs(WriteDownStock)
def write_down(
    effect: WriteDownStock, request: EffectRequest, session: Session
) -> StockWrittenDown | WriteDownRefused:
    shelves = Shelves(session, request, effect.reference, [effect.sku])
    free = shelves.free_anywhere(effect.sku)
    if free < effect.qty:
        reason = f"{free} of {effect.sku} are free, not {effect.qty}"
        return WriteDownRefused(reason=reason, free=free)
    if effect.limit is not None:
        gone = -_written_down(session, request.store, effect.reference, effect.sku)
        worth = _worth(session, request, effect.sku, gone + effect.qty)
        if worth is None or worth.amount >= effect.limit.amount:
            reason = (
                f"{worth or 'nobody knows how much'} is written down: from {effect.limit} up the gm decides"
            )
            return WriteDownRefused(reason=reason, free=free, is_too_much=True, worth=worth)
    left = effect.qty
    for place in shelves.places(effect.sku):
        taken = min(shelves.free_at(effect.sku, place), left)
        if taken:
            left -= taken
            shelves.move(effect.sku, place, Bucket.ON_HAND, -taken, disposition=effect.way)
    session.add(
        WriteDown(
            key=request.key,
            store=request.store,
            reference=effect.reference,
            sku=effect.sku,
            way=effect.way,
            value=ten_thousandths(effect.value) if effect.value is not None else None,
            currency=effect.value.currency if effect.value is not None else None,
            at=request.at,
        )
    )
    return StockWrittenDown(left=shelves.on_hand(effect.sku))


def _written_down(session: Session, store: str, reference: str, sku: str) -> int:
    """How the stock has changed under a reference."""
    moved = select(func.coalesce(func.sum(col(Movement.change)), 0)).where(
        col(Movement.store) == store,
        col(Movement.reference) == reference,
        col(Movement.sku) == sku,
        col(Movement.bucket) == Bucket.ON_HAND,
    )
    return session.scalars(moved).one()


def _worth(session: Session, request: EffectRequest, sku: str, qty: int) -> Money | None:
    """What goods cost when they last came in, else their list price; None where the books have neither."""
    each = unit_values(session, request, {sku}).get(sku)
    return each * qty if each is not None else None


@performs(ReverseWriteDown)
def reverse_write_down(
    _effect: ReverseWriteDown, request: EffectRequest, session: Session
) -> WriteDownReversed:
    made = session.scalars(
        select(Movement).where(col(Movement.key) == request.of).order_by(col(Movement.line))
    ).all()
    shelves = Shelves(session, request, made[0].reference, (movement.sku for movement in made))
    for movement in made:
        shelves.move(movement.sku, movement.location, Bucket.ON_HAND, -movement.change)
    return WriteDownReversed(qty=-sum(movement.change for movement in made))


def _of(key: str) -> Select[Listing]:
    """The listing that the effect of that key published last, locked."""
    return select(Listing).where(col(Listing.key) == key).with_for_update()


def _about(shop: str, sku: str) -> tuple[ColumnElement[bool], ...]:
    return col(Withdrawn.shop) == shop, col(Withdrawn.sku) == sku


def _is_seen(session: Session, row: Listing) -> bool:
    """Whether the page is on the shop: published, and nothing keeps it off."""
    why = select(col(Withdrawn.key)).where(*_about(row.shop, row.sku)).limit(1)
    return row.live and session.scalar(why) is None
