"""Whose turn it is: each stage of each procedure's version has a number, under which lists find its tasks. Which roles
it waits for stands in the code of now, and in no table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import NamedTuple

from models.roles import OPERATIONS, Role
from models.tables.cases import EVENT, INCIDENT
from workflows.language.procedure import Procedure
from workflows.registry import registry

_KEPT = 1000
"""Combinations of roles, procedure and stage whose turns are kept: callers of the same rights ask for the same."""


class Turn(NamedTuple):
    """A stage that waits for roles."""

    number: int
    procedure: str
    stage: str
    roles: frozenset[Role]
    seen_by: frozenset[Role]
    """Who reads every case of the procedure; others that it waits for see their own alone."""


@cache
def turn_of(procedure: str, version: int, stage: str) -> int:
    """The stage's number. It is made of the words themselves, so that no table needs to be asked for it; of a million
    stages, two had the same with a chance of one in five hundred.
    """
    digest = hashlib.blake2b(f"{procedure} {version} {stage}".encode(), digest_size=6).digest()
    return int.from_bytes(digest)


INCIDENTS = turn_of("", 0, INCIDENT)
"""The turn of operations: the incidents of all procedures."""


def turn_of_events(roles: AbstractSet[Role]) -> int:
    """The turn of those who look at events from outside that weren't applied."""
    return turn_of("", 0, f"{EVENT}:{','.join(sorted(roles))}")


class Turns:
    """All turns of some procedures."""

    def __init__(self, declared: tuple[type[Procedure], ...]) -> None:
        """declared: every version of every procedure."""
        self._of_events = _roles_of_events(declared)
        stages = (
            Turn(turn_of(one.key, one.version, key), one.key, key, stage.role, one.declaration.seen_by)
            for one in declared
            for key, stage in one.declaration.stages.items()
            if stage.role and not stage.final
        )
        events = (
            Turn(turn_of_events(roles), "", EVENT, roles, roles)
            for roles in sorted({OPERATIONS, *self._of_events.values()}, key=sorted)
        )
        self.all = (*stages, *events)
        self.roles = frozenset[Role]().union(*(turn.roles for turn in self.all))
        """Every role that a task waits for, but those of incidents."""
        self._roles_by_number = {turn.number: turn.roles for turn in self.all} | {INCIDENTS: OPERATIONS}
        self._found: dict[
            tuple[frozenset[Role], frozenset[Role], str | None, str | None, bool], list[int]
        ] = {}

    def waiting_for(self, turn: int) -> frozenset[Role]:
        """The roles that a task of this turn waits for; nobody where this code has no such version."""
        return self._roles_by_number.get(turn, frozenset())

    def of_events(self, type_: str) -> frozenset[Role]:
        """Who looks at events of this type that weren't applied: the staff who may do by hand what they are for, else
        operations.
        """
        return self._of_events.get(type_, OPERATIONS)

    def are_all_for(self, roles: AbstractSet[Role]) -> bool:
        """Whether no task waits for anybody but these."""
        return self.roles <= roles and not OPERATIONS.isdisjoint(roles)

    def of(
        self,
        roles: frozenset[Role],
        held: frozenset[Role],
        procedure: str | None = None,
        stage: str | None = None,
        *,
        own: bool = False,
    ) -> list[int]:
        """The numbers of the turns that wait for one of these roles; without incidents.

        held: all roles that somebody holds there. own: the stages of procedures that these don't read, where they see
        their own cases alone. Else the others.
        """
        asked = (roles, held, procedure, stage, own)
        found = self._found.get(asked)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = self._found[asked] = [
                turn.number
                for turn in self.all
                if not turn.roles.isdisjoint(roles)
                and turn.seen_by.isdisjoint(held) is own
                and procedure in (None, turn.procedure)
                and stage in (None, turn.stage)
            ]
        return found


@lru_cache(maxsize=2)
def turns_of_parties(declared: tuple[type[Procedure], ...]) -> dict[str, tuple[int, ...]]:
    """By procedure, the numbers of the turns that may wait for somebody who sees a case as theirs alone."""
    found: dict[str, tuple[int, ...]] = {}
    for turn in Turns(declared).all:
        if turn.procedure and not turn.roles <= turn.seen_by:
            found[turn.procedure] = (*found.get(turn.procedure, ()), turn.number)
    return found


def _roles_of_events(declared: tuple[type[Procedure], ...]) -> dict[str, frozenset[Role]]:
    """By type of event, the staff who may send what it sends; operations, where no staff may."""
    found: dict[str, frozenset[Role]] = {}
    for one in declared:
        for _, move in one.declaration.all_transitions:
            staff = frozenset(role for role in move.by if role.is_staff)
            for trigger in move.spec.on:
                found[trigger.topic] = found.get(trigger.topic, frozenset()) | staff
    return {type_: staff or OPERATIONS for type_, staff in found.items()}


def turns() -> Turns:
    """Those of the code of now."""
    return _turns(registry().all())


@lru_cache(maxsize=2)
def _turns(declared: tuple[type[Procedure], ...]) -> Turns:
    return Turns(declared)
