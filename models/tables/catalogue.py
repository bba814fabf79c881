"""The catalogue: products and what they cost. Amounts are ten-thousandths of the currency's unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field

from models.table import Counter, Table, UtcDateTime
from models.tables.words import Findable, found_by


@found_by(lambda row: Findable(row.sku, (row.title, row.category)), "sku")
class Product(Table, table=True):
    """One thing that is sold."""

    __tablename__ = "products"
    __table_args__ = (Index("ix_products_category", "category"),)

    sku: str = Field(primary_key=True)
    title: str
    category: str = ""
    store: str = ""
    """Which put it in: others that sell it neither name it anew nor take it away from this one."""
    for_sale: bool = True
    """As the catalogue wants it; a reason in `off_sale` overrides it."""
    at: datetime = Field(sa_type=UtcDateTime)


class ProductCode(Table, table=True):
    """A code that stands for so many of a product in a store: on a piece, a box, a pallet."""

    __tablename__ = "product_codes"
    __table_args__ = (
        CheckConstraint("qty > 0", name="some"),
        Index("ix_product_codes_sku", "sku", "store"),
    )

    store: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    sku: str = Field(foreign_key="products.sku")
    qty: int = 1
    at: datetime = Field(sa_type=UtcDateTime)


class OffSale(Table, table=True):
    """A reason why a product isn't for sale just now."""

    __tablename__ = "products_off_sale"

    key: str = Field(primary_key=True)
    """The effect that took it off."""
    store: str = ""
    """Where it is off sale."""
    sku: str = Field(foreign_key="products.sku", index=True)
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)


class Price(Table, table=True):
    """What a product costs from a moment on."""

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="not_negative"),
        Index("ix_prices_sku", "sku", "kind"),
        Index("ix_prices_store", "store"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str = Field(index=True)
    store: str
    sku: str = Field(foreign_key="products.sku")
    kind: str
    """`list`, `member` or `campaign`."""
    amount: int = Field(sa_type=BigInteger)
    currency: str
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """The first moment at which it doesn't hold any more."""
    campaign: str | None = Field(default=None, index=True)
    at: datetime = Field(sa_type=UtcDateTime)
