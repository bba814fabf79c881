"""The store's people: who may do what, and who stands in for whom."""

from __future__ import annotations

from typing import ClassVar

from models.effect import Effect, Undo
from models.roles import Role
from models.values import Code, Day, Remark, Text, User


class RevokeRole(Undo):
    """A role is taken off an employee's account, unless another grant of it still stands.

    Data: `before` and `after`, the roles that the account had and has.
    """


class GrantRole(Effect):
    """An employee's account gets a role; the change is logged with the old and the new roles.

    Data: `before` and `after`, the roles that the account had and has.
    """

    undone_by: ClassVar[type[Undo] | None] = RevokeRole
    shows: ClassVar[tuple[str, ...]] = ("role",)

    employee: User
    role: Role
    scope: Text
    account: Text
    until: Day | None = None


class EndAbsence(Undo):
    """An employee is there again: the tasks that are still open go back. Data: `tasks`, how many."""


class CoverAbsence(Effect):
    """An employee is away from the first day to the last: open tasks, and those to come, go to the stand-in.

    Data: `tasks`, how many were handed over at once.
    """

    undone_by: ClassVar[type[Undo] | None] = EndAbsence
    shows: ClassVar[tuple[str, ...]] = ("first", "last")

    employee: Text
    """Whoever asked for the leave, by the id they are signed in with."""
    stand_in: User
    first: Day
    last: Day
    kind_of_leave: Code
    note: Remark = ""
