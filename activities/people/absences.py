"""Who is away, and who has their tasks meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.tables.people import Absence


def who_is_there(session: Session, store: str, employee: str) -> str:
    """Who has the employee's tasks now: the employee, or the last in the row of stand-ins. Where that one is away too,
    the employee.
    """
    *_, last = those_who_stand_in(session, store, employee)
    return employee if _absence(session, store, last) is not None else last


def those_who_stand_in(session: Session, store: str, employee: str) -> list[str]:
    """The employee, and the row of stand-ins: whoever stands in for the one before."""
    found = [employee]
    while (absence := _absence(session, store, found[-1])) is not None and absence.stand_in not in found:
        found.append(absence.stand_in)
    return found


def give(session: Session, store: str, employee: str, tasks: Iterable[str]) -> str:
    """Whoever holds these tasks, where somebody gives them to the employee: who is away has them when they are back."""
    absence = _absence(session, store, employee, lock=True)  # it may be ending just now
    holder = who_is_there(session, store, employee)
    if absence is not None and holder != employee:
        absence.tasks = sorted({*absence.tasks, *tasks})
    return holder


def _absence(session: Session, store: str, employee: str, *, lock: bool = False) -> Absence | None:
    """That has begun, and isn't over."""
    away = select(Absence).where(
        col(Absence.store) == store, col(Absence.employee) == employee, col(Absence.active)
    )
    latest = away.order_by(col(Absence.at).desc()).limit(1)
    return session.scalars(latest.with_for_update() if lock else latest).first()
