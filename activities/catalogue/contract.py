"""The catalogue: products, whether they are for sale, and their prices."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from models.effect import Effect, Success, Undo
from models.values import Code, Moment, Money, Price, Remark, Sku, Text, Title


class PriceKind(StrEnum):
    """Who a price is for."""

    LIST = "list"
    MEMBER = "member"
    CAMPAIGN = "campaign"


class ProductSet(Success):
    """Whether the product is new to the catalogue."""

    created: bool = False


class SetProduct(Effect):
    """Put a product into the catalogue, or describe it anew. It is for sale unless it says otherwise."""

    success: ClassVar[type[Success]] = ProductSet

    sku: Sku
    title: Title
    category: Remark = ""
    for_sale: bool = True


class ProductRelisted(Success):
    """Whether the product is for sale now."""

    for_sale: bool = False


class RelistSku(Undo):
    """The product is for sale again, unless another reason keeps it off."""

    success: ClassVar[type[Success]] = ProductRelisted


class SaleStopped(Success):
    """What became of the product."""

    changed: bool = False
    """Whether it is off sale now; it isn't where some of it is free and it was to sell out first."""
    free: int = 0
    """Units that nobody has reserved."""


class SetNotForSale(Effect):
    """Take a product off sale; by default only if none of it is free any more.

    Refused when the catalogue doesn't have it.
    """

    success: ClassVar[type[Success]] = SaleStopped
    undone_by: ClassVar[type[Undo] | None] = RelistSku

    sku: Sku
    reason: Text
    only_if_sold_out: bool = True


class TakePriceBack(Undo):
    """The price never was: what held before holds again."""


class PriceSet(Success):
    """What the new price replaces."""

    before: Money | None = None
    """The price of that kind that held before; None where none did."""


class SetPrice(Effect):
    """A product's price from a moment on, until another or its own end. Overlapping ones of a kind: the latest
    wins.

    Refused when the catalogue doesn't have the product.
    """

    success: ClassVar[type[Success]] = PriceSet
    undone_by: ClassVar[type[Undo] | None] = TakePriceBack
    shows: ClassVar[tuple[str, ...]] = ("sku", "price")

    sku: Sku
    price: Price
    price_kind: PriceKind = PriceKind.LIST
    since: Moment | None = None
    until: Moment | None = None
    campaign: Code | None = None
