"""Who is away, and who has their tasks meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from models.tables.people import Absence


def who_is_there(session: Session, store: str, employee: str) -> str:
    """The employee, or whoever stands in for them now, and so on; where nobody of them is there, the employee."""
    asked, seen = employee, {employee}
    while (absence := _absence(session, store, asked)) is not None:
        asked = absence.stand_in
        if asked in seen:
            return employee
        seen.add(asked)
    return asked


def give(session: Session, store: str, employee: str, tasks: Iterable[str]) -> str:
    """Whoever holds these tasks, where somebody gives them to the employee: who is away has them when they are back."""
    holder = who_is_there(session, store, employee)
    absence = _absence(session, store, employee)
    if absence is not None and absence.stand_in == holder:
        absence.tasks = sorted({*absence.tasks, *tasks})
    return holder


def _absence(session: Session, store: str, employee: str) -> Absence | None:
    """That has begun, and isn't over."""
    away = select(Absence).where(
        col(Absence.store) == store, col(Absence.employee) == employee, col(Absence.active)
    )
    return session.scalars(away.order_by(col(Absence.at).desc()).limit(1).with_for_update()).first()
