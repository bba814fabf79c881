"""The messages book: what was said to whom, kept with the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from models.table import Counter, Json, Table, UtcDateTime

_NO_CUSTOMERS: dict[str, Any] = {
    "sqlite_where": text("channel <> 'customer'"),
    "postgresql_where": text("channel <> 'customer'"),
}


class MessageRow(Table, table=True):
    """A message or notice. It can be written anew in another language from its template and data."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_template", "store", "template", "to", "at"),  # who has had what lately
        Index("ix_messages_notices", "channel", "id", **_NO_CUSTOMERS),
        Index("ix_messages_notices_in_store", "channel", "store", "id", **_NO_CUSTOMERS),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    message: str = Field(unique=True)
    """Its number."""
    key: str = Field(unique=True)
    case: str = Field(index=True)
    store: str
    channel: str
    """`customer`, or the role that it is for."""
    to: str
    template: str
    data: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    locale: str
    title: str
    body: str
    state: str = "kept"
    """`kept`, `failed` (of many: it is tried again), `delivered`, or `withdrawn`."""
    at: datetime = Field(sa_type=UtcDateTime)


class LetterRow(Table, table=True):
    """A letter by which a notice went out: to the channel of its role, or to one of those who hold the role."""

    __tablename__ = "message_letters"

    message: str = Field(primary_key=True)
    """The message's key."""
    reader: str = Field(primary_key=True, max_length=64)
    """The account; empty where it is the role's channel."""
    state: str
    """`delivered` or `failed`."""
    at: datetime = Field(sa_type=UtcDateTime)
