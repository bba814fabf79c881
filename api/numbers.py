"""Draws the numbers of the store's own papers and cases."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from api.storage import table_of
from models.database import insert_for
from models.tables.cases import CaseRow
from models.tables.numbers import NumberRange

_DIGITS = 6


def draw(session: Session, store: str, prefix: str) -> str:
    """The next number of a range, such as `PL-000042`. One that was drawn is never drawn again, even if nobody uses
    it.
    """
    drawn = session.connection().execute(
        _next(session.get_bind().dialect.name), {"store": store, "prefix": prefix}
    )
    return f"{prefix}-{drawn.scalar_one():0{_DIGITS}}"


def draw_all(session: Session, store: str, prefixes: dict[str, str]) -> dict[str, str]:
    """A number for each field, by its range."""
    return {name: draw(session, store, prefix) for name, prefix in prefixes.items()}


def draw_subject(session: Session, procedure: str, store: str, prefix: str) -> str:
    """The next number of a procedure's range that no case of it has: some have been given by hand."""
    while True:
        subject = draw(session, store, prefix)
        if session.get(CaseRow, f"{procedure}:{store}:{subject}") is None:
            return subject


@cache
def _next(dialect: str) -> Any:
    ranges = table_of(NumberRange)
    new = insert_for(dialect)(ranges).values(last=1)
    return new.on_conflict_do_update(
        index_elements=["store", "prefix"], set_={"last": ranges.c.last + 1}
    ).returning(ranges.c.last)
