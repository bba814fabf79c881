"""The catalogue: products, whether they are for sale, and their prices."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from models.book_reading import BookReading
from models.effect import Effect, OutcomeRow, Refused, Success, Undo
from models.values import (
    NOTHING,
    Code,
    CustomerNo,
    FormRow,
    Moment,
    Money,
    Order,
    Price,
    PricedLine,
    Qty,
    Remark,
    Sku,
    Some,
    Text,
    Title,
)

LIST_PRICE = BookReading("catalogue.price", by=("sku",))
"""What a product costs the store's buyers now."""
SALE_PRICE = BookReading("catalogue.sale_price", by=("sku",))
"""The lowest of its prices that hold now: of the list, for members, of a campaign."""
TITLE = BookReading("catalogue.title", by=("sku",))
"""What it is called."""
CATEGORY = BookReading("catalogue.category", by=("sku",))
"""Of which kind it is."""


class PriceKind(StrEnum):
    """Who a price is for."""

    LIST = "list"
    MEMBER = "member"
    CAMPAIGN = "campaign"


class GoodsCode(FormRow):
    """A code on goods, such as an EAN or one of the store's own, and how many pieces it stands for."""

    code: Code
    qty: Qty = 1


class ProductSet(Success):
    """Whether the product is new to the catalogue."""

    created: bool = False


class SetProduct(Effect):
    """Put a product into the catalogue, or describe it anew. It is for sale unless it says otherwise.

    Another store's product keeps its title, its category and its sale; what is set of it are this store's codes.
    Refused when one of its codes stands for another product in the store.
    """

    success: ClassVar[type[Success]] = ProductSet

    sku: Sku
    title: Title
    category: Remark = ""
    for_sale: bool | None = True
    """None leaves it as it is; a new product isn't for sale then."""
    codes: Annotated[tuple[GoodsCode, ...], Field(max_length=50)] | None = None
    """All its codes in the store; None leaves those that it has."""


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
    only_if_none: bool = False
    """Only where the product has no price of this kind by then."""


class PriceSaid(FormRow):
    """What somebody says that a product costs its buyers now; nothing where nobody says so."""

    sku: Sku
    price: Price | None = None


class PriceFound(OutcomeRow):
    """What the books have of a product's price."""

    sku: str
    price: Money | None = None
    """Its list price now; None where it has none."""
    lowest: Money | None = None
    """The lowest list price of the last 30 days."""
    cost: Money | None = None
    """What a unit cost when it last came in; None where none ever did."""


class PricesFound(Success):
    """What the books have of each product."""

    prices: tuple[PriceFound, ...] = ()


class PricesDiffer(Refused):
    """What the books have of each product, where that isn't what was said."""

    prices: tuple[PriceFound, ...] = ()


class CheckPrices(Effect):
    """Compare the list prices that somebody names with those that hold, and tell what the goods cost.

    Refused when one differs, or the catalogue doesn't have a product.
    """

    success: ClassVar[type[Success]] = PricesFound
    refusal: ClassVar[type[Refused]] = PricesDiffer
    shows: ClassVar[tuple[str, ...]] = ("prices",)

    prices: Some[PriceSaid]


class PriceBelow(OutcomeRow):
    """A line that is sold below the book's price."""

    sku: str = ""
    unit_price: Money = NOTHING
    """What the line asks."""
    book_price: Money = NOTHING
    """What the book asks that day."""


class PricesDoubtful(Refused):
    """The lines that are sold below the book's price."""

    doubtful: tuple[PriceBelow, ...] = ()


class CheckOrderPrices(Effect):
    """Whether lines of an order are sold at what the book asks that day, or above it: the lowest of the list and
    campaign prices in force, and of those of the buyer's level. A product that the book has no price of, or one in
    another currency, is not judged.

    Refused when a line is below it.
    """

    refusal: ClassVar[type[Refused]] = PricesDoubtful
    optional: ClassVar[bool] = True
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "lines")

    order: Order
    lines: Some[PricedLine]
    customer: CustomerNo | None = None
    """Who buys; None where nobody knows, and then no member's price is theirs."""
