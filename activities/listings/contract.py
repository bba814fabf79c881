"""The listings: a product's page in a shop, and what is left when it goes."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from models.effect import Effect, Undo
from models.values import Code, Paid, Price, Qty, Remark, Sku, Title


class TakeDownListing(Undo):
    """The page is off the shop, the product not for sale there any more. Data: `changed`."""


class PublishListing(Effect):
    """A product's page goes live in a shop with its price, and from now on shows what is free of it.

    Data: `shown`, the quantity on the page. No when none of it is free to sell, or the catalogue doesn't have it.
    """

    undone_by: ClassVar[type[Undo] | None] = TakeDownListing
    shows: ClassVar[tuple[str, ...]] = ("sku", "shop")

    sku: Sku
    shop: Code
    title: Title
    price: Paid
    freight_template: Remark = ""
    files: tuple[str, ...] = Field(default=(), max_length=60)


class RestoreListing(Undo):
    """The page is back, its ads run again, it shows what is free. Data: `shown`."""


class WithdrawListing(Effect):
    """A product's page leaves a shop, its ads pause, its quantity isn't shown any more. Nothing to do is no fault.

    Data: `changed`, `open_orders`.
    """

    undone_by: ClassVar[type[Undo] | None] = RestoreListing
    shows: ClassVar[tuple[str, ...]] = ("sku", "shop")

    sku: Sku
    shop: Code
    reason: Remark = ""


class WayOut(StrEnum):
    """How goods that aren't sold any more leave the store."""

    SUPPLIER_RETURN = "supplier_return"
    BUNDLE = "bundle"
    OFFLINE_SALE = "offline_sale"
    SCRAP = "scrap"


class ReverseWriteDown(Undo):
    """Goods written down are on hand again, by an entry of their own. Data: `qty`."""


class WriteDownStock(Effect):
    """Free goods leave the book for good, at what they fetched. Data: `left`, what is still on hand.

    No when fewer are free; data then has `free`.
    """

    undone_by: ClassVar[type[Undo] | None] = ReverseWriteDown
    shows: ClassVar[tuple[str, ...]] = ("sku", "qty", "way")

    reference: Code
    sku: Sku
    qty: Qty
    way: WayOut
    value: Price | None = None
