"""Who decides: the caller; and as a general manager, for those whom the store hasn't.

Where somebody else is to decide than who asked, and the store has nobody else who may, the general manager does. The
accounts tell who works in a store: those of people, that are open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.people import audit
from api.access import Caller
from api.people.accounts import rights_of
from models.database import one_at_a_time
from models.roles import with_staff
from models.tables.accounts import Account
from models.tables.cases import Task
from workflows.language.declaration import Declaration
from workflows.language.machine import Machine
from workflows.language.memory import Actor
from workflows.language.standing_in import Decision, People, decisions_among, decisions_at, standing_in

DECIDED_ALONE = "decided_alone"
"""What the audit log calls it."""


class Deciders:
    """Who decides, for one reply: a store's people are looked up once, and only where that matters."""

    def __init__(self, session: Session) -> None:
        """session: asks for the accounts."""
        self._session = session
        self._people: dict[str, People] = {}

    def at(self, machine: Machine, caller: Caller) -> Actor:
        """Who acts on the case where it stands."""
        return self._actor(caller, machine.memory.store, decisions_at(machine.context))

    def among(self, declared: Declaration, task: Task, caller: Caller) -> Actor:
        """Who takes what a task offers."""
        return self._actor(caller, task.store, decisions_among(declared, task.stage, task.offers or ()))

    def _actor(self, caller: Caller, store: str, decisions: Iterable[Decision]) -> Actor:
        return standing_in(caller.actor_in(store), decisions, lambda: self._people_of(store))

    def _people_of(self, store: str) -> People:
        if store not in self._people:
            accounts = self._session.scalars(select(Account).where(Account.is_colleague()))
            self._people[store] = {one.id: with_staff(rights_of(one).roles_in(store)) for one in accounts}
        return self._people[store]


def note_decision(session: Session, case: str, event: str, actor: dict[str, Any]) -> None:
    """Write down in the audit log that a general manager decided as nobody else may. actor: as the request had it."""
    if event in actor.get("stands_in", ()):
        one_at_a_time(session, "audit", audit.CHAIN)
        audit.note(session, DECIDED_ALONE, actor.get("account") or actor["id"], case, action=event)
