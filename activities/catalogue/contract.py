"""The catalogue: products, whether they are for sale, and their prices."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from models.effect import Effect, Undo
from models.values import Code, Moment, Price, Remark, Sku, Text, Title


class PriceKind(StrEnum):
    """Who a price is for."""

    LIST = "list"
    MEMBER = "member"
    CAMPAIGN = "campaign"


class SetProduct(Effect):
    """Put a product into the catalogue, or describe it anew. It is for sale unless it says otherwise.

    Data: `created`.
    """

    sku: Sku
    title: Title
    category: Remark = ""
    for_sale: bool = True


class RelistSku(Undo):
    """The product is for sale again, unless another reason keeps it off. Data: `for_sale`."""


class SetNotForSale(Effect):
    """Take a product off sale; by default only if none of it is free any more.

    Data: `changed`, `free` (units). No when the catalogue doesn't have it.
    """

    undone_by: ClassVar[type[Undo] | None] = RelistSku

    sku: Sku
    reason: Text
    only_if_sold_out: bool = True


class TakePriceBack(Undo):
    """The price never was: what held before holds again."""


class SetPrice(Effect):
    """A product's price from a moment on, until another or its own end. Overlapping ones of a kind: the
    latest wins.

    Data: `before`, the price of that kind that it replaces, or null. No when the catalogue doesn't have the
    product.
    """

    undone_by: ClassVar[type[Undo] | None] = TakePriceBack
    shows: ClassVar[tuple[str, ...]] = ("sku", "price")

    sku: Sku
    price: Price
    price_kind: PriceKind = PriceKind.LIST
    since: Moment | None = None
    until: Moment | None = None
    campaign: Code | None = None
