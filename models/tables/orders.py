"""The orders' book, written with the commits of the cases that it is about. Amounts are ten-thousandths of the
currency's unit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class OrderRow(Table, table=True):
    """An order as it is now."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_placed", "store", "placed_at"),
        Index("ix_orders_ended", "store", "ended_at"),
        Index("ix_orders_phone", "store", "phone"),
        Index("ix_orders_family", "store", "placed_as"),
        Index("ix_orders_customer", "store", "customer_no", "placed_at", sqlite_where=text("customer_no <> ''"),
              postgresql_where=text("customer_no <> ''")),
    )  # fmt: skip

    store: str = Field(primary_key=True)
    order: str = Field(primary_key=True)
    case: str
    origin: str
    """`placed`, `part` or `replacement`: the last two ship goods of an order that was placed before."""
    placed_as: str = ""
    """The order that the customer placed, where this one ships goods of it; empty where it is this one."""
    customer_no: str = ""
    placed_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    receiver_name: str
    phone: str
    address: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    discount: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """What the customer pays less for all its lines together, in their currency."""
    digest: str
    """Of the entry that this row and its lines were written from: what says the same isn't written again."""


class OrderLine(Table, table=True):
    """A line of an order: what was bought, and at what price."""

    __tablename__ = "order_lines"
    __table_args__ = (Index("ix_order_lines_sku", "store", "sku"),)

    store: str = Field(primary_key=True)
    order: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    sku: str
    qty: int
    unit_price: int = Field(sa_type=BigInteger)
    currency: str


class ReturnLine(Table, table=True):
    """Goods of an order's line that a case brings back. One whose customer keeps the goods after all has none."""

    __tablename__ = "return_lines"
    __table_args__ = (Index("ix_return_lines_order", "store", "order"),)

    case: str = Field(primary_key=True, max_length=250)
    line: int = Field(primary_key=True)
    store: str
    order: str
    qty: int


class PaidBackRow(Table, table=True):
    """What a case has paid back of an order's line that the customer keeps, in the line's currency."""

    __tablename__ = "paid_back_lines"
    __table_args__ = (Index("ix_paid_back_lines_order", "store", "order"),)

    case: str = Field(primary_key=True, max_length=250)
    line: int = Field(primary_key=True)
    store: str
    order: str
    amount: int = Field(sa_type=BigInteger)
