"""The campaigns' book: what an event has before customers, and the coupons given out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class Campaign(Table, table=True):
    """An event as the books know it."""

    __tablename__ = "campaigns"

    store: str = Field(primary_key=True)
    campaign: str = Field(primary_key=True)
    state: str
    """`live`, `unpublished`, `closed` or `withdrawn`."""
    key: str = ""
    """The effect that published it last."""
    name: str = ""
    page_url: str = ""
    ship_promise_hours: int | None = None
    form_no: str = ""
    """The platform's number of the sign-up that was withdrawn."""
    coupons: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    """What may be given out: `coupon`, `quota`."""
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)


class Coupon(Table, table=True):
    """A coupon in a customer's hand."""

    __tablename__ = "coupons"
    __table_args__ = (
        CheckConstraint("worth >= 0", name="not_negative"),
        Index("ix_coupons_order", "store", "order"),
        Index("ix_coupons_campaign", "store", "campaign"),
    )

    coupon: str = Field(primary_key=True)
    store: str
    order: str
    """Whose customer has it."""
    used_by: str | None = None
    """The order that it was used on."""
    campaign: str | None = None
    worth: int = Field(sa_type=BigInteger)
    """In ten-thousandths of the currency's unit."""
    currency: str
    reason: str = ""
    state: str = "open"
    """`open`, `used` or `void`."""
    key: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Giveaway(Table, table=True):
    """Gifts, coupons or orders for free, so many of them."""

    __tablename__ = "giveaways"

    key: str = Field(primary_key=True)
    """The effect that opened it."""
    store: str
    giveaway: str = Field(index=True)
    kind: str
    sku: str | None = None
    quota: int
    open: bool = True
    at: datetime = Field(sa_type=UtcDateTime)
