"""The listings: products' pages in shops. Amounts are ten-thousandths."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class Listing(Table, table=True):
    """A product's page in a shop."""

    __tablename__ = "listings"
    __table_args__ = (
        Index("ix_listings_shop", "store", "shop"),
        Index("ix_listings_freight_template", "store", "freight_template"),
    )

    shop: str = Field(primary_key=True)
    sku: str = Field(primary_key=True)
    store: str
    title: str
    price: int = Field(sa_type=BigInteger)
    currency: str
    freight_template: str = ""
    files: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    live: bool
    """As it was published or taken back last; a reason in `listings_withdrawn` overrides it."""
    key: str = Field(index=True)
    """The effect that published it last."""
    at: datetime = Field(sa_type=UtcDateTime)


class Withdrawn(Table, table=True):
    """A reason why a product's page is off a shop."""

    __tablename__ = "listings_withdrawn"
    __table_args__ = (Index("ix_listings_withdrawn_page", "shop", "sku"),)

    key: str = Field(primary_key=True)
    """The effect that withdrew it, and the shop."""
    shop: str
    sku: str
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)


class WriteDown(Table, table=True):
    """Goods that left the book for good."""

    __tablename__ = "write_downs"

    key: str = Field(primary_key=True)
    store: str
    reference: str
    sku: str
    way: str
    value: int | None = Field(default=None, sa_type=BigInteger)
    """What they fetched."""
    currency: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)
