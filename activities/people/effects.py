"""Effects on the store's people: roles granted, absences covered."""

from __future__ import annotations

from pydantic import JsonValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people.contract import CoverAbsence, EndAbsence, GrantRole, RevokeRole
from activities.performing import performs
from models.effect import Outcome, Performing
from models.tables.cases import Task
from models.tables.people import Absence, RoleGrant


@performs(GrantRole)
def grant(effect: GrantRole, doing: Performing, session: Session) -> Outcome:
    before = _roles(session, doing, effect.employee)
    session.add(
        RoleGrant(
            key=doing.key,
            store=doing.store,
            employee=effect.employee,
            role=effect.role,
            scope=effect.scope,
            account=effect.account,
            until=effect.until,
            at=doing.at,
        )
    )
    session.flush()
    return Outcome(data={"before": before, "after": _roles(session, doing, effect.employee)})


@performs(RevokeRole)
def revoke(_effect: RevokeRole, doing: Performing, session: Session) -> Outcome:
    given = session.get_one(RoleGrant, doing.of, with_for_update=True)
    before = _roles(session, doing, given.employee)
    given.active = False
    session.flush()
    return Outcome(data={"before": before, "after": _roles(session, doing, given.employee)})


@performs(CoverAbsence)
def cover(effect: CoverAbsence, doing: Performing, session: Session) -> Outcome:
    open_ = select(Task).where(
        col(Task.store) == doing.store, col(Task.open), col(Task.claimed_by) == effect.employee
    )
    tasks = session.scalars(open_.with_for_update()).all()
    for task in tasks:
        task.claimed_by = effect.stand_in
    session.add(
        Absence(
            key=doing.key,
            store=doing.store,
            employee=effect.employee,
            stand_in=effect.stand_in,
            first=effect.first,
            last=effect.last,
            kind=effect.kind_of_leave,
            note=effect.note,
            tasks=[task.id for task in tasks],
            at=doing.at,
        )
    )
    return Outcome(data={"tasks": len(tasks)})


@performs(EndAbsence)
def end_absence(_effect: EndAbsence, doing: Performing, session: Session) -> Outcome:
    absence = session.get_one(Absence, doing.of, with_for_update=True)
    absence.active = False
    left = select(Task).where(
        col(Task.id).in_(absence.tasks), col(Task.open), col(Task.claimed_by) == absence.stand_in
    )
    tasks = session.scalars(left.with_for_update()).all()
    for task in tasks:
        task.claimed_by = absence.employee
    return Outcome(data={"tasks": len(tasks)})


def _roles(session: Session, doing: Performing, employee: str) -> list[JsonValue]:
    """The roles granted to the employee that hold on the day."""
    held = select(col(RoleGrant.role)).where(
        col(RoleGrant.store) == doing.store,
        col(RoleGrant.employee) == employee,
        col(RoleGrant.active),
        or_(col(RoleGrant.until).is_(None), col(RoleGrant.until) >= doing.at.date()),
    )
    return [*session.scalars(held.distinct().order_by(col(RoleGrant.role)))]
