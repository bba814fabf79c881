"""The listings: a product's page in a shop, and what is left when it goes."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from models.book_reading import BookReading
from models.effect import Effect, Refused, Success, Undo
from models.values import Code, Money, Paid, Price, Qty, Remark, Sku, Title

WAITING_ORDERS = BookReading("listings.waiting_orders", by=("sku",))
"""How many of the store's orders keep some of a product, or wait for it."""


class ListingTakenDown(Success):
    """Whether the page was on the shop."""

    changed: bool = False


class ListingPublished(Success):
    """The quantity on the page."""

    shown: int = 0


class TakeDownListing(Undo):
    """The page is off the shop, the product not for sale there any more."""

    success: ClassVar[type[Success]] = ListingTakenDown


class NotPublished(Refused):
    """Why the page can't go live."""

    is_unknown: bool = False
    """The catalogue doesn't have the product; else only the goods are missing."""


class PublishListing(Effect):
    """A product's page goes live in a shop with its price, and from now on shows what is free of it.

    Refused when none of it is free to sell, or the catalogue doesn't have it.
    """

    success: ClassVar[type[Success]] = ListingPublished
    refusal: ClassVar[type[Refused]] = NotPublished
    undone_by: ClassVar[type[Undo] | None] = TakeDownListing
    shows: ClassVar[tuple[str, ...]] = ("sku", "shop")

    sku: Sku
    shop: Code
    title: Title
    price: Paid
    freight_template: Remark = ""
    files: tuple[str, ...] = Field(default=(), max_length=60)


class ListingRestored(Success):
    """The quantity on the page."""

    shown: int | None = None
    """None where nothing was withdrawn, another reason keeps it off, or a newer page stands."""


class ListingWithdrawn(Success):
    """What withdrawn pages leave."""

    changed: bool = False
    """Whether one of them was on a shop."""
    open_orders: tuple[str, ...] = ()
    """Orders that wait for the product."""


class RestoreListing(Undo):
    """The pages are back and show what is free, unless another reason keeps them off."""

    success: ClassVar[type[Success]] = ListingRestored


class WithdrawListing(Effect):
    """A product's pages leave all shops of the store, its quantity isn't shown any more. Nothing to do is no fault."""

    success: ClassVar[type[Success]] = ListingWithdrawn
    undone_by: ClassVar[type[Undo] | None] = RestoreListing
    shows: ClassVar[tuple[str, ...]] = ("sku",)

    sku: Sku
    reason: Remark = ""


class LeftCounted(Success):
    """What there is of a product, and who waits for it."""

    on_hand: int = 0
    free: int = 0
    coming: int = 0
    """Ordered from suppliers, and not here yet."""
    open_orders: tuple[str, ...] = ()
    """Orders that keep some of it, or wait for it."""


class CountLeft(Effect):
    """Say what is left of a product that is to go off sale, or went, and which orders wait for it."""

    success: ClassVar[type[Success]] = LeftCounted

    sku: Sku


class WayOut(StrEnum):
    """How goods that aren't sold any more leave the store."""

    SUPPLIER_RETURN = "supplier_return"
    BUNDLE = "bundle"
    OFFLINE_SALE = "offline_sale"
    SCRAP = "scrap"


class WriteDownReversed(Success):
    """How many are on hand again."""

    qty: int = 0


class StockWrittenDown(Success):
    """How many are still on hand."""

    left: int = 0


class WriteDownRefused(Refused):
    """How many are free, or what they are worth together with those before, where that is too much."""

    free: int = 0
    is_too_much: bool = False
    worth: Money | None = None
    """None where nobody knows what one costs."""


class ReverseWriteDown(Undo):
    """Goods written down are on hand again, by an entry of their own."""

    success: ClassVar[type[Success]] = WriteDownReversed


class WriteDownStock(Effect):
    """Free goods leave the book for good, at what they fetched.

    Refused when fewer are free, and when all that leave under this reference are worth `limit` or more, or nobody
    knows.
    """

    success: ClassVar[type[Success]] = StockWrittenDown
    refusal: ClassVar[type[Refused]] = WriteDownRefused
    undone_by: ClassVar[type[Undo] | None] = ReverseWriteDown
    shows: ClassVar[tuple[str, ...]] = ("sku", "qty", "way")

    reference: Code
    sku: Sku
    qty: Qty
    way: WayOut
    value: Price | None = None
    limit: Money | None = None
    """From which worth on it is the gm's to decide; None where they have."""
