"""The registers: what the store only writes down, every edition of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime
from models.tables.words import Findable, found_by


def register(book: str) -> str:
    """The book of this name among all books, by which its entries are found."""
    return f"register_{book}"


def _texts(data: dict[str, Any]) -> tuple[str, ...]:
    return tuple(value for value in data.values() if isinstance(value, str))


@found_by(
    lambda row: Findable(row.entry, _texts(row.data), store=row.store), book=lambda row: register(row.book)
)
class Record(Table, table=True):
    """One edition of one entry."""

    __tablename__ = "records"

    store: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    entry: str = Field(primary_key=True)
    edition: int = Field(primary_key=True)
    """Counted from 1."""
    data: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    case: str
    """The case that wrote it."""
    key: str = Field(unique=True)
    struck: bool = False
    at: datetime = Field(sa_type=UtcDateTime)


class TakenUp(Table, table=True):
    """A thing that one case of a store is about, and no other at the same time."""

    __tablename__ = "taken_up"

    store: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    thing: str = Field(primary_key=True)
    key: str = Field(index=True)
    """The effect that took it up."""
    subject: str
    """The number of the case."""
    at: datetime = Field(sa_type=UtcDateTime)
