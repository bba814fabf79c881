"""The store's people: who may do what, and who stands in for whom."""

from __future__ import annotations

from typing import ClassVar

from models.effect import Effect, Success, Undo
from models.roles import Role
from models.values import Code, Day, Remark, Text, User


class RolesChanged(Success):
    """The roles of the employee's account in the store; where there is no such account, those that were granted."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    changed: bool = False
    """Whether the employee may do more, or less, here than before."""


class RevokeRole(Undo):
    """A role is taken off an employee's account, unless another grant of it still stands."""

    success: ClassVar[type[Success]] = RolesChanged


class GrantRole(Effect):
    """An employee's account gets a role in the store; the change is in the log of rights, with the old and the new
    roles. Where the employee has no account here, only the grant is written down.

    Refused where the store trains people for the role, and the employee has no certificate that holds.
    """

    success: ClassVar[type[Success]] = RolesChanged
    undone_by: ClassVar[type[Undo] | None] = RevokeRole
    shows: ClassVar[tuple[str, ...]] = ("role",)

    employee: User
    role: Role
    scope: Text
    account: Text
    until: Day | None = None


class TasksHandedOver(Success):
    """How many open tasks went to the other one."""

    tasks: int = 0


class EndAbsence(Undo):
    """An employee is there again: the tasks that are still open go back, those that came meanwhile too."""

    success: ClassVar[type[Success]] = TasksHandedOver


class CoverAbsence(Effect):
    """An employee is away from now on: open tasks, and those that they are given meanwhile, go to the stand-in, or to
    whoever stands in for that one.
    """

    success: ClassVar[type[Success]] = TasksHandedOver
    undone_by: ClassVar[type[Undo] | None] = EndAbsence
    shows: ClassVar[tuple[str, ...]] = ("first", "last")

    employee: Text
    """Whoever asked for the leave, by the id they are signed in with."""
    stand_in: User
    first: Day
    last: Day
    kind_of_leave: Code
    note: Remark = ""
