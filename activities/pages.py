"""Reading the books a page at a time. `stores` are those whose rows the caller reads; None is all of them. `own` says
which rows of others the caller reads too, because they are the caller's own.

Each subject's `reading.py` says what it shows. Its functions take a session of `models.database.reading`, and wait for
no writer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Select, literal, or_, tuple_
from sqlalchemy.orm import Session
from sqlmodel import col

from models.table import Table

V = TypeVar("V", bound="View")
T = TypeVar("T", bound=Table)
Stores = Collection[str] | None
Own = ColumnElement[bool] | None
After = Sequence[str] | None
"""`after` of the page before."""


class View(BaseModel):
    """Something read from a book."""

    model_config = ConfigDict(frozen=True)


class Page(View, Generic[V]):
    """A part of a list, in the order of its key."""

    items: tuple[V, ...]
    after: tuple[str, ...] | None
    """The key to go on behind; None where the list ends."""


def page(
    session: Session,
    query: Select[T],
    key: tuple[Any, ...],
    after: After,
    limit: int,
    show: Callable[[Sequence[T]], Iterable[V]],
) -> Page[V]:
    """`limit` rows in the order of their key, from behind `after`."""
    columns: list[Any] = [col(column) for column in key]
    if after is not None:
        behind = (_read(column, value) for column, value in zip(columns, after, strict=True))
        query = query.where(tuple_(*columns) > tuple_(*behind))
    rows = session.scalars(query.order_by(*columns).limit(limit + 1)).all()
    shown = rows[:limit]
    last = tuple(_written(getattr(shown[-1], column.key)) for column in key) if len(rows) > limit else None
    return Page(items=tuple(show(shown)), after=last)


def where(query: Select[T], wanted: dict[Any, str | None]) -> Select[T]:
    """Only what has these values; None is any."""
    return query.where(*(col(column) == value for column, value in wanted.items() if value is not None))


def seen(query: Select[T], store: str, stores: Stores, own: Own = None) -> Select[T]:
    """Only what the caller may see, by the column that names the store."""
    if stores is None:
        return query
    theirs = col(store).in_(stores)
    return query.where(theirs if own is None else or_(theirs, own))


def plainly(view: type[V]) -> Callable[[Sequence[Table]], Iterable[V]]:
    """Shows each row as it stands."""

    def show(rows: Sequence[Table]) -> Iterable[V]:
        return (view.model_validate(row.model_dump()) for row in rows)

    return show


def _read(column: ColumnElement[Any], value: str) -> ColumnElement[Any]:
    """A value of a page's key. ValueError where it isn't one."""
    kind = column.type.python_type
    if kind is datetime:
        return literal(datetime.fromisoformat(value), column.type)
    if kind is not int:
        return literal(value, column.type)
    if not 0 <= (number := int(value)) < 2**63:
        raise ValueError(f"{value} numbers no row")
    return literal(number, column.type)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def literally(text: str) -> str:
    """`text` with the signs that stand for others in a pattern taken as themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
