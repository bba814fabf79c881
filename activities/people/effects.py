"""Effects on the store's people: roles granted, absences covered."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from activities.people.absences import give, those_who_stand_in, who_is_there
from activities.people.contract import (
    CoverAbsence,
    EndAbsence,
    GrantRole,
    RevokeRole,
    RolesChanged,
    TasksHandedOver,
)
from activities.performing import performs
from activities.registers.reading import entries_of
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused
from models.roles import Role
from models.tables.accounts import Account, AccountKind
from models.tables.cases import Task
from models.tables.people import Absence, RoleGrant


@performs(GrantRole)
def grant(effect: GrantRole, request: EffectRequest, session: Session) -> RolesChanged | Refused:
    if not _is_certified(session, request, effect.employee, effect.role):
        return Refused(reason=f"{effect.employee} has no certificate for it: a training gives one")
    before = _roles(session, request, effect.employee)
    changed = _set_role(session, request, effect.employee, effect.role, holds=True)
    session.add(
        RoleGrant(
            key=request.key,
            store=request.store,
            employee=effect.employee,
            role=effect.role,
            scope=effect.scope,
            account=effect.account,
            until=effect.until,
            changed=changed,
            at=request.at,
        )
    )
    session.flush()
    return _told(before, _roles(session, request, effect.employee), changed=changed)


@performs(RevokeRole)
def revoke(_effect: RevokeRole, request: EffectRequest, session: Session) -> RolesChanged:
    given = session.get_one(RoleGrant, request.of, with_for_update=True)
    before = _roles(session, request, given.employee)
    given.active = False
    session.flush()
    role = Role(given.role)
    if (other := _another_grant(session, given)) is not None:
        other.changed = other.changed or given.changed
        changed = False
    else:
        changed = given.changed and _set_role(session, request, given.employee, role, holds=False)
    return _told(before, _roles(session, request, given.employee), changed=changed)


@performs(CoverAbsence)
def cover(effect: CoverAbsence, request: EffectRequest, session: Session) -> TasksHandedOver:
    open_ = select(Task).where(
        col(Task.store) == request.store, col(Task.open), col(Task.claimed_by) == effect.employee
    )
    tasks = session.scalars(open_.with_for_update()).all()
    stand_in = who_is_there(session, request.store, effect.stand_in)
    for task in tasks:
        task.claimed_by = stand_in
    session.add(
        Absence(
            key=request.key,
            store=request.store,
            employee=effect.employee,
            stand_in=stand_in,
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
    """What is left goes back from the stand-in, or from whoever stands in for that one by now; not to somebody who is
    away all the same, by another absence.
    """
    absence = session.get_one(Absence, request.of, with_for_update=True)
    holders = those_who_stand_in(session, request.store, absence.stand_in)
    left = select(Task).where(
        col(Task.id).in_(absence.tasks), col(Task.open), col(Task.claimed_by).in_(holders)
    )
    tasks = session.scalars(left.with_for_update()).all()
    absence.active = False
    session.flush()
    back = give(session, request.store, absence.employee, [task.id for task in tasks])
    for task in tasks:
        task.claimed_by = back
    _forget(session, request.store, holders, {task.id for task in tasks})
    return TasksHandedOver(tasks=len(tasks))


def _forget(session: Session, store: str, stand_ins: list[str], tasks: set[str]) -> None:
    """Stand-ins who are away themselves don't get as theirs, when they are back, what went back to its owner."""
    away = select(Absence).where(
        col(Absence.store) == store, col(Absence.employee).in_(stand_ins), col(Absence.active)
    )
    for absence in session.scalars(away.order_by(col(Absence.key)).with_for_update()):
        absence.tasks = [task for task in absence.tasks if task not in tasks]


def _is_certified(session: Session, request: EffectRequest, employee: str, role: Role) -> bool:
    """Whether the employee has shown what the role needs, where the store teaches that."""
    certificates = [
        row.data
        for row in entries_of(session, request.store, "certificates")
        if row.data.get("role") == role.value
    ]
    today = request.at.date().isoformat()
    mine = (one for one in certificates if one.get("employee") == employee)
    return not certificates or any(str(one.get("until")) >= today for one in mine)


def _told(before: tuple[str, ...], after: tuple[str, ...], *, changed: bool) -> RolesChanged:
    if changed:
        return RolesChanged(before=before, after=after, changed=True)
    return RolesChanged(before=before, after=after)


def _set_role(session: Session, request: EffectRequest, employee: str, role: Role, *, holds: bool) -> bool:
    """Give the employee's account the role in the store, or take it. Whether that changed anything."""
    account = session.get(Account, employee, with_for_update=True, populate_existing=True)
    if account is None or account.closed_at is not None or account.kind != AccountKind.PERSON:
        return False
    here, everywhere = (frozenset(account.roles.get(store, ())) for store in (request.store, "*"))
    if role in everywhere or (role in here) is holds:
        return False
    roles = {**account.roles, request.store: sorted({*here, role} if holds else here - {role})}
    before, account.roles = account.roles, {store: held for store, held in roles.items() if held}
    one_at_a_time(session, "audit", audit.CHAIN)
    audit.note(
        session,
        "rights_changed",
        request.case,
        account.id,
        before={"roles": before},
        after={"roles": account.roles},
    )
    return True


def _another_grant(session: Session, given: RoleGrant) -> RoleGrant | None:
    """That still stands, of the same role to the same employee."""
    others = select(RoleGrant).where(
        col(RoleGrant.store) == given.store,
        col(RoleGrant.employee) == given.employee,
        col(RoleGrant.role) == given.role,
        col(RoleGrant.active),
    )
    return session.scalars(others.order_by(col(RoleGrant.key)).limit(1).with_for_update()).first()


def _roles(session: Session, request: EffectRequest, employee: str) -> tuple[str, ...]:
    """The roles of the employee's account in the store; without one, those granted that hold on the day."""
    account = session.get(Account, employee)
    if account is not None:
        return tuple(sorted({*account.roles.get(request.store, ()), *account.roles.get("*", ())}))
    held = select(col(RoleGrant.role)).where(
        col(RoleGrant.store) == request.store,
        col(RoleGrant.employee) == employee,
        col(RoleGrant.active),
        or_(col(RoleGrant.until).is_(None), col(RoleGrant.until) >= request.at.date()),
    )
    return tuple(session.scalars(held.distinct().order_by(col(RoleGrant.role))))
