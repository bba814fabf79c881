"""Pages of a list: a cursor holds the sort key of the last item, so that no item is skipped when the list grows."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Query
from sqlalchemy import ColumnElement, and_, false, or_

from api.problems import Problem
from api.strict import WHOLE_LIMIT

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items, at most.", examples=[50])]
Cursor = Annotated[
    str | None,
    Query(max_length=1000, description="`next_cursor` of the page before.", examples=["WyIyMDI2Il0"]),
]

R = TypeVar("R")
Value = str | int | datetime | None


def encode(values: tuple[Value, ...]) -> str:
    """An opaque cursor that stands after these values."""
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).rstrip(b"=").decode()


def decode(cursor: str, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    """The values that `encode` was given, of these types or None. Raises Problem `invalid_request`."""
    try:
        plain = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = tuple(_moment(v["t"]) if isinstance(v, dict) else v for v in plain)  # pyright: ignore[reportUnknownArgumentType]
        fits = all(_fits(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (binascii.Error, ValueError, TypeError, KeyError, UnicodeError, OverflowError) as error:
        raise _foreign() from error
    if not fits:
        raise _foreign()
    return values


def _moment(text: str) -> datetime:
    """Raises OverflowError where it is none in UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} says no time zone")
    return moment.astimezone(UTC)


def _fits(value: Any, kind: type) -> bool:
    if isinstance(value, str) and "\0" in value:
        return False
    if isinstance(value, int) and (isinstance(value, bool) or not -WHOLE_LIMIT <= value < WHOLE_LIMIT):
        return False
    return value is None or isinstance(value, kind)


def _foreign() -> Problem:
    fault = ("/query/cursor", "is not a cursor of this list")
    return Problem("invalid_request", "The cursor is not of this list.", errors=[fault])


def after(
    query: Any,
    columns: tuple[tuple[Any, bool], ...],
    values: tuple[Any, ...] | None,
) -> Any:
    """`query`, a select, sorted by these (column, descending) pairs, from behind `values`. None sorts last, always.

    Where no column can be None, an index on them gives the page without sorting what is before or behind it.
    """
    for column, descending in columns:
        if column.nullable:
            query = query.order_by(column.is_(None))
        query = query.order_by(column.desc() if descending else column.asc())
    if values is None:
        return query
    further_on: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for (column, descending), value in zip(columns, values, strict=True):
        if value is not None:
            further = column < value if descending else column > value
            further_on.append(and_(*same, or_(further, column.is_(None)) if column.nullable else further))
            same.append(column == value)
        else:
            same.append(column.is_(None))
    (first, descends), start = columns[0], values[0]
    if start is not None and not first.nullable:  # says the same again, in a way that an index can begin at
        query = query.where(first <= start if descends else first >= start)
    return query.where(or_(false(), *further_on))


def page(
    rows: Sequence[R], limit: int, show: Callable[[R], Any], key: Callable[[R], tuple[Value, ...]]
) -> dict[str, Any]:
    """A page of a list, as the API shows it, of `rows`: one more than `limit` was asked for, where there are so many.

    show: an item as callers see it. key: the values that the list is sorted by.
    """
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [show(row) for row in rows[:limit]],
        "next_cursor": None if last is None else encode(key(last)),
    }
