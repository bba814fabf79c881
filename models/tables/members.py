"""The members' book: who they are, and every change of their points."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.table import Counter, Table, UtcDateTime


class Member(Table, table=True):
    """A customer who collects points."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("points >= 0", name="not_negative"),
        Index("ix_members_customer", "store", "customer_no"),
    )

    store: str = Field(primary_key=True)
    member: str = Field(primary_key=True)
    name: str
    level: str = "ordinary"
    points: int = 0
    birthday: date | None = None
    customer_no: str = ""
    """Their number as a customer, where they have one."""
    at: datetime = Field(sa_type=UtcDateTime)


class Points(Table, table=True):
    """One change of a member's points. Their sum is the balance."""

    __tablename__ = "points"
    __table_args__ = (
        UniqueConstraint("key", "line"),
        Index("ix_points_order", "store", "order"),
        Index("ix_points_member", "store", "member"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str
    line: int = 1
    store: str
    member: str
    order: str
    change: int
    at: datetime = Field(sa_type=UtcDateTime)
