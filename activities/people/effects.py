"""Effects on the store's people: roles granted, absences covered."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people.contract import (
    CoverAbsence,
    EndAbsence,
    GrantRole,
    RevokeRole,
    RolesChanged,
    TasksHandedOver,
)
from activities.performing import performs
from models.effect import EffectRequest
from models.tables.cases import Task
from models.tables.people import Absence, RoleGrant


@performs(GrantRole)
def grant(effect: GrantRole, request: EffectRequest, session: Session) -> RolesChanged:
    before = _roles(session, request, effect.employee)
    session.add(
        RoleGrant(
            key=request.key,
            store=request.store,
            employee=effect.employee,
            role=effect.role,
            scope=effect.scope,
            account=effect.account,
            until=effect.until,
            at=request.at,
        )
    )
    session.flush()
    return RolesChanged(before=before, after=_roles(session, request, effect.employee))


@performs(RevokeRole)
def revoke(_effect: RevokeRole, request: EffectRequest, session: Session) -> RolesChanged:
    given = session.get_one(RoleGrant, request.of, with_for_update=True)
    before = _roles(session, request, given.employee)
    given.active = False
    session.flush()
    return RolesChanged(before=before, after=_roles(session, request, given.employee))


@performs(CoverAbsence)
def cover(effect: CoverAbsence, request: EffectRequest, session: Session) -> TasksHandedOver:
    open_ = select(Task).where(
        col(Task.store) == request.store, col(Task.open), col(Task.claimed_by) == effect.employee
    )
    tasks = session.scalars(open_.with_for_update()).all()
    for task in tasks:
        task.claimed_by = effect.stand_in
    session.add(
        Absence(
            key=request.key,
            store=request.store,
            employee=effect.employee,
            stand_in=effect.stand_in,
            first=effect.first,
            last=effect.last,
            kind=effect.kind_of_leave,
            note=effect.note,
            tasks=[task.id for task in tasks],
            at=request.at,
        )
    )
    return TasksHandedOver(tasks=len(tasks))


@performs(EndAbsence)
def end_absence(_effect: EndAbsence, request: EffectRequest, session: Session) -> TasksHandedOver:
    absence = session.get_one(Absence, request.of, with_for_update=True)
    absence.active = False
    left = select(Task).where(
        col(Task.id).in_(absence.tasks), col(Task.open), col(Task.claimed_by) == absence.stand_in
    )
    tasks = session.scalars(left.with_for_update()).all()
    for task in tasks:
        task.claimed_by = absence.employee
    return TasksHandedOver(tasks=len(tasks))


def _roles(session: Session, request: EffectRequest, employee: str) -> tuple[str, ...]:
    """The roles granted to the employee that hold on the day."""
    held = select(col(RoleGrant.role)).where(
        col(RoleGrant.store) == request.store,
        col(RoleGrant.employee) == employee,
        col(RoleGrant.active),
        or_(col(RoleGrant.until).is_(None), col(RoleGrant.until) >= request.at.date()),
    )
    return tuple(session.scalars(held.distinct().order_by(col(RoleGrant.role))))
