"""What is entered into the books directly."""

from __future__ import annotations

from pydantic import BaseModel, Field

from activities.stock.contract import Receipt
from api.documents.fields import Body, Json, Reference, StoreKey
from models.values import Price, Remark, Sku, Title


class NewProduct(Body):
    """A product, and its list price in this store."""

    sku: Sku
    title: Title
    category: Remark = ""
    for_sale: bool = Field(default=True, strict=True)
    price: Price | None = None


class NewProducts(Body):
    store: StoreKey
    products: list[NewProduct] = Field(min_length=1, max_length=200)


class Delivery(Body):
    """Goods that came in outside any procedure: opening stock, or what another system received."""

    store: StoreKey
    reference: Reference = Field(description="The paper that they came with.")
    lines: list[Receipt] = Field(min_length=1, max_length=200)


class EntryResult(BaseModel):
    """What came of an entry."""

    of: str
    ok: bool
    reason: str
    data: Json


class EntryResults(BaseModel):
    items: list[EntryResult]
