"""What all tables share: a base, and column types that both databases keep alike."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, BigInteger, ColumnElement, DateTime, Dialect, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel


class Table(SQLModel):
    """The base of every table. A check constraint needs a name of its own."""

    if TYPE_CHECKING:
        __tablename__: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and read back aware. SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} says no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library calls it so
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def unsearched(column: Any) -> ColumnElement[str]:
    """A text column, for a condition that no index is to be looked through for.

    SQLite doesn't know how many rows share a value: it takes each index on a column that must equal something for a
    good one, and so goes through all cases of a store to find the one whose id is known.
    """
    return column.concat("")


Json: TypeEngine[Any] = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Any JSON; None is SQL's NULL."""

Counter: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up; SQLite does so for its plain integers alone."""


class _Moments:
    """Microseconds since 1970, none given twice by one process, each later than the one before it."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            return self._last


_moments = _Moments()


def new_id() -> str:
    """A row's id. Those of one process sort by when they were made, of several processes by the clock."""
    return f"{_moments.next():014x}{secrets.token_hex(9)}"
