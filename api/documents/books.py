"""What is entered into the books directly."""

from __future__ import annotations

from pydantic import BaseModel, Field

from activities.catalogue.contract import GoodsCode
from activities.stock.contract import BinPlace, Receipt
from api.documents.fields import Body, Json, Reference, StoreKey
from models.values import Location, Price, Remark, Sku, Title


class NewProduct(Body):
    """A product, and its list price in this store."""

    sku: Sku
    title: Title
    category: Remark = ""
    for_sale: bool = Field(default=True, strict=True)
    price: Price | None = None
    codes: list[GoodsCode] | None = Field(default=None, max_length=50)
    """Codes on the goods, each with the quantity that it stands for; left out, those that it has stay."""


class NewProducts(Body):
    store: StoreKey
    products: list[NewProduct] = Field(min_length=1, max_length=200)


class Delivery(Body):
    """Goods that came in outside any procedure: opening stock, or what another system received."""

    store: StoreKey
    reference: Reference = Field(description="The paper that they came with.")
    lines: list[Receipt] = Field(min_length=1, max_length=200)


class NewBins(Body):
    """The bins of a location, in the order in which pickers pass them: all of them."""

    store: StoreKey
    location: Location
    bins: list[BinPlace] = Field(min_length=1, max_length=200)


class EntryResult(BaseModel):
    """What came of an entry."""

    of: str
    ok: bool
    reason: str
    data: Json


class EntryResults(BaseModel):
    items: list[EntryResult]
