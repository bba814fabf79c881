"""The store's people: roles given to them, and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class RoleGrant(Table, table=True):
    """A role given to an employee's account."""

    __tablename__ = "role_grants"

    key: str = Field(primary_key=True)
    store: str
    employee: str = Field(index=True)
    role: str
    scope: str
    account: str
    until: date | None = None
    active: bool = True
    changed: bool = False
    """Whether the account got the role by this grant, and so loses it with it."""
    at: datetime = Field(sa_type=UtcDateTime)


class Absence(Table, table=True):
    """An employee is away, and another stands in."""

    __tablename__ = "absences"

    key: str = Field(primary_key=True)
    store: str
    employee: str = Field(index=True)
    stand_in: str
    first: date
    last: date
    kind: str
    note: str = ""
    tasks: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    """Those that were handed over at once."""
    active: bool = True
    at: datetime = Field(sa_type=UtcDateTime)
