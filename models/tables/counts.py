"""Stock under count, and what the shop shows of stock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class Freeze(Table, table=True):
    """The book as it was when a count began."""

    __tablename__ = "count_freezes"

    key: str = Field(primary_key=True)
    store: str
    count: str = Field(index=True)
    scope: list[str] = Field(sa_column=Column(Json, nullable=False))
    lines: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    """sku, bin, qty."""
    active: bool = True
    at: datetime = Field(sa_type=UtcDateTime)


class Shown(Table, table=True):
    """How many of a SKU a shop shows for sale."""

    __tablename__ = "shop_quantities"

    store: str = Field(primary_key=True)
    sku: str = Field(primary_key=True)
    qty: int
    reason: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class SalesLimit(Table, table=True):
    """A rule for buyers of a SKU that runs short."""

    __tablename__ = "sales_limits"

    key: str = Field(primary_key=True)
    store: str
    sku: str = Field(index=True)
    rule: str
    until: date | None = None
    at: datetime = Field(sa_type=UtcDateTime)
