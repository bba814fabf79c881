"""What others read in the registers: entries that stand, each as it was written last."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.registers.contract import (
    CAUSES,
    INSPECTIONS,
    LAST_APPRAISAL,
    LESSONS,
    LIVE_VERSION,
    STANDARD,
    TARGETS,
)
from models.periods import Span
from models.tables.registers import Record
from models.values import DateRange

LATELY = timedelta(days=30)
HALF_A_YEAR = timedelta(days=183)
MOST_CAUSES = 10
MOST_LESSONS = 20


# built once: building costs more than running it
_standing: Any = (
    select(Record)
    .where(
        col(Record.store) == bindparam("store"),
        col(Record.book) == bindparam("book"),
        col(Record.struck).is_(False),
    )
    .order_by(col(Record.edition))
)


def entries_of(session: Session, store: str, book: str, *such: ColumnElement[bool]) -> list[Record]:
    """The entries of a register that stand, each in its latest edition, in the order in which they were written."""
    rows = session.scalars(_standing.where(*such) if such else _standing, {"store": store, "book": book})
    newest = {row.entry: row for row in rows}
    return sorted(newest.values(), key=lambda row: (row.at, row.entry))


def editions_of(session: Session, store: str, book: str, *such: ColumnElement[bool]) -> list[Record]:
    """All editions that stand, the latest last."""
    rows = select(Record).where(
        col(Record.store) == store, col(Record.book) == book, col(Record.struck).is_(False), *such
    )
    return list(session.scalars(rows.order_by(col(Record.at), col(Record.edition))))


def written_in(days: Span) -> ColumnElement[bool]:
    """Says that an edition was written in these days."""
    return (col(Record.at) >= days.start) & (col(Record.at) < days.end)


def in_force(rows: list[Record], entry: str, now: datetime) -> dict[str, Any] | None:
    """What the latest edition of an entry says whose `effective_from` has come; None where there is none."""
    begun = [row.data for row in rows if row.entry == entry and _since(row) <= now]
    return begun[-1] if begun else None


def _since(row: Record) -> datetime:
    said = row.data.get("effective_from")
    return datetime.fromisoformat(said) if isinstance(said, str) else row.at


def holds_on(data: dict[str, Any], day: date) -> bool:
    """Whether an entry that says from its `first` to its `last` day holds on a day."""
    return str(data.get("first", "")) <= day.isoformat() <= str(data.get("last", "9999"))


@answers(CAUSES)
def causes(asked: Asked) -> tuple[str, ...]:
    """Of complaints, requests and poor reviews that were closed."""
    lately = col(Record.at) > asked.at - LATELY
    counts = Counter[str]()
    for rows, name in (
        (entries_of(asked.session, asked.store, "complaint_causes", lately), "category"),
        (entries_of(asked.session, asked.store, "root_causes", lately), "cause"),
        (entries_of(asked.session, asked.store, "review_causes", lately), "cause"),
    ):
        counts.update(str(row.data[name]) for row in rows if row.data.get(name))
    return tuple(f"{cause} × {often}" for cause, often in counts.most_common(MOST_CAUSES))


@answers(LESSONS)
def lessons(asked: Asked) -> tuple[str, ...]:
    """As items of a checklist."""
    rows = entries_of(asked.session, asked.store, "lessons")
    items = (str(row.data.get("checklist_item") or row.data.get("lesson") or "") for row in reversed(rows))
    return tuple(dict.fromkeys(item for item in items if item))[:MOST_LESSONS]


@answers(STANDARD)
def standard(asked: Asked, procedure: str) -> str | None:
    """Of a procedure that was improved."""
    rows = entries_of(asked.session, asked.store, "procedure_versions", col(Record.entry) == procedure)
    return str(rows[-1].data.get("change", ""))[:500] if rows else None


@answers(LIVE_VERSION)
def live_version(asked: Asked) -> str | None:
    """Once one was released."""
    rows = entries_of(asked.session, asked.store, "site_versions", col(Record.entry) == "live")
    return str(rows[-1].data.get("version", "")) or None if rows else None


@answers(TARGETS)
def targets(asked: Asked, period: DateRange) -> tuple[str, ...]:
    """By figure, of each plan that held on a day of the period."""
    held = [
        row
        for row in entries_of(asked.session, asked.store, "targets")
        if _meet(period, DateRange.model_validate(row.data["period"]))
    ]
    named = (f"{one['metric']}: {one['target']}" for row in held for one in row.data.get("kpis", ()))
    return tuple(dict.fromkeys(named))


def _meet(one: DateRange, other: DateRange) -> bool:
    return one.first <= other.last and other.first <= one.last


@answers(INSPECTIONS)
def inspections(asked: Asked) -> tuple[str, ...]:
    """As whoever appraises reads them."""
    lately = col(Record.at) > asked.at - HALF_A_YEAR
    rows = entries_of(asked.session, asked.store, "appraisal_entries", lately)
    return tuple(f"{row.data.get('department')}: {row.data.get('result')}"[:500] for row in rows)


@answers(LAST_APPRAISAL)
def last_appraisal(asked: Asked, employee: str) -> str | None:
    """Of an employee who was appraised before."""
    rows = [
        row
        for row in entries_of(asked.session, asked.store, "appraisals")
        if row.data.get("employee") == employee
    ]
    return f"{rows[-1].data.get('grade')}: {rows[-1].data.get('final')}" if rows else None
