"""How many tasks there are: exact to 999. What doesn't depend on the person is counted once for all callers of the same
rights, until something changes, or a deadline may have passed.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.searching import CaseSearch
from api.storage import Storage, table_of
from api.stretches import Condition, Lists, Stretches
from api.tasklists import TABLE, TaskFilter, among_found
from cases.turns import turns
from models.statements import found
from models.tables.cases import EVENT, INCIDENT
from models.tables.inbox import Snooze
from workflows.registry import registry

MOST = 1000
"""So far it is counted."""
_MOST_LOOKED_AT = 20_000
_KEPT_FOR = 1.0
_KEPT = 1000

_ROLE, _PROCEDURE = "role ", "procedure "
"""How the names of these counts begin while all are counted together."""
_MINE = 2

Json = dict[str, Any]
Counts = Counter[str]
T = TypeVar("T")


class Shared(Generic[T]):
    """What is counted once for all who ask for the same: until something changes, and for a second at most."""

    def __init__(self, changed: Callable[[], int]) -> None:
        """changed: gives the number of the last change that this process knows of."""
        self._changed = changed
        self._known: dict[Hashable, tuple[float, int, asyncio.Task[T]]] = {}

    def of(self, what: Hashable, counting: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """The count, which others may wait for too. counting: begins it, where it has to be."""
        at, change = time.monotonic(), self._changed()
        known = self._known.get(what)
        if known is not None and known[0] > at and known[1] == change:
            return known[2]
        if len(self._known) >= _KEPT:
            self._known = {key: one for key, one in self._known.items() if one[0] > at and one[1] == change}
        task = asyncio.create_task(counting())
        self._known[what] = (at + _KEPT_FOR, change, task)
        return task

    def forget(self, what: Hashable) -> None:
        """Whoever asks next has it counted anew."""
        self._known.pop(what, None)


class SharedCounts:
    """The counts of this process that several callers share."""

    def __init__(self, storage: Storage, changed: Callable[[], int]) -> None:
        """changed: gives the number of the last change that this process knows of."""
        self._storage = storage
        self.changed = changed
        self._known = Shared[Counts](changed)

    async def of(self, wanted: TaskFilter, search: CaseSearch | None, now: datetime) -> Json:
        """`GET /tasks/counts`."""
        if wanted.mine or search is not None or wanted.case is not None:
            return await self._storage.search(count_looked_at, wanted, search, now)
        # whose they aren't, and what is there as the case is the caller's own, depends on the person
        of_all = wanted
        if wanted.mine is not False:
            of_all = replace(wanted, caller=_without_person(wanted.caller), own=False)
        shared = self._known.of(of_all, lambda: self._storage.search(count_along_indexes, of_all, now))
        mine = await self._storage.read(count_mine, wanted, now)
        put_off = await self._storage.read(count_snoozed, wanted.caller.id, now)
        own = Counter[str]()
        if of_all.own is False and wanted.has_own_turns:
            own = await self._storage.search(count_own, wanted, now)
        return {"mine": mine, **document(own + await asyncio.shield(shared)), "snoozed": put_off}


def _without_person(caller: Caller) -> Caller:
    """Whose rights it is: all callers of the same are one."""
    return Caller(id="", rights=caller.rights)


def count_mine(session: Session, wanted: TaskFilter, now: datetime) -> Json | int:
    """Those that the caller holds: one look at an index."""
    lists = Lists(session)
    if wanted.unclaimed or wanted.mine is False:
        return 0
    held = replace(wanted, mine=True).stretches(lists, "due", now)
    return _shown(lists.count(TABLE, {"": held}, MOST)[""])


_snoozes = table_of(Snooze)
_put_off: Any = select(func.count().label("many")).where(
    _snoozes.c.account == bindparam("account"), _snoozes.c.until > bindparam("now")
)


def count_snoozed(session: Session, account: str, now: datetime) -> int:
    """The tasks that the account has put off in the inbox."""
    return found(session, _put_off, {"account": account, "now": now})[0].many


def count_along_indexes(session: Session, wanted: TaskFilter, now: datetime) -> Counts:
    """All counts but `mine`, along the stretches where the tasks of the caller's roles stand."""
    lists = Lists(session)
    stores = wanted.stores(lists)

    def of(**narrower: Any) -> list[Stretches]:
        return [*replace(wanted, **narrower).of_roles(lists, "due", stores, now)]

    roles = sorted(wanted.roles)
    procedures = {
        one.procedure for one in turns().all if one.procedure and not one.roles.isdisjoint(wanted.roles)
    }
    if wanted.has_incidents:
        procedures |= {procedure.key for procedure in registry()}
    parts = {
        "all": of(),
        "unclaimed": of(unclaimed=True) if wanted.unclaimed is not False else [],
        "overdue": of(overdue=True) if wanted.overdue is not False else [],
        "incidents": of(stage=INCIDENT) if wanted.stage in (None, INCIDENT) else [],
        "events": of(stage=EVENT) if wanted.stage in (None, EVENT) else [],
        **{f"{_ROLE}{role}": of(role=role) for role in roles},
        **{
            f"{_PROCEDURE}{key}": of(procedure=key)
            for key in sorted(procedures)
            if wanted.procedure in (None, key)
        },
    }
    return Counter(lists.count(TABLE, parts, MOST))


def count_own(session: Session, wanted: TaskFilter, now: datetime) -> Counts:
    """The counts of those that are there because the case is the caller's own."""
    return count_along_indexes(session, replace(wanted, own=True), now)


def count_looked_at(session: Session, wanted: TaskFilter, search: CaseSearch | None, now: datetime) -> Json:
    """All counts of what the caller holds, or of what a search finds: these are few, and looked at one by one."""
    lists = Lists(session)
    is_whole, where, along = True, wanted.condition(lists, now), "ix_tasks_holder"
    if search is not None and not search.words:
        where = Condition("1 = 0")
    elif search is not None:
        is_whole, where = search.is_rare(lists), among_found(lists, wanted, search, now).where
        along = "ix_tasks_case"
    elif wanted.case is not None:
        along = "ix_tasks_case"
    counts, is_all = _looked_at(lists, wanted, where, along, now)
    is_whole = is_whole and is_all
    return {
        "mine": _shown(counts["mine"], is_whole=is_whole),
        **document(counts, is_whole=is_whole),
        "snoozed": count_snoozed(session, wanted.caller.id, now),
    }


def _looked_at(
    lists: Lists, wanted: TaskFilter, where: Condition, along: str, now: datetime
) -> tuple[Counts, bool]:
    """The counts of the tasks for which this holds, and whether all of them were looked at. along: by which index."""
    hint = f" INDEXED BY {along}" if lists.is_sqlite and along and where.values else ""
    rows = lists.run(
        "SELECT procedure, turn, stage, "
        "CASE WHEN claimed_by IS NULL THEN 0 WHEN claimed_by = ? THEN 2 ELSE 1 END, "
        "CASE WHEN due_at < ? THEN 1 ELSE 0 END, count(*) "
        f"FROM (SELECT * FROM tasks{hint} WHERE {where.words} LIMIT {_MOST_LOOKED_AT:d}) AS t "
        "GROUP BY 1, 2, 3, 4, 5",
        (wanted.caller.id, now, *where.values),
    )
    counts = Counter[str]()
    for procedure, turn, stage, held, is_late, many in rows:
        names = [f"{_PROCEDURE}{procedure}"] if procedure else []
        names += [f"{_ROLE}{role}" for role in turns().waiting_for(turn) & wanted.roles]
        names += ["all"]
        names += ["unclaimed"] if held == 0 else ["mine"] if held == _MINE else []
        names += ["overdue"] if is_late else []
        names += ["incidents"] if stage == INCIDENT else ["events"] if stage == EVENT else []
        counts.update(dict.fromkeys(names, many))
    return counts, sum(row[-1] for row in rows) < _MOST_LOOKED_AT


def document(counts: Mapping[str, int], *, is_whole: bool = True) -> Json:
    """As they are answered, but for `mine` and `snoozed`. is_whole: whether all tasks were looked at."""

    def all_of(kind: str) -> Json:
        found = {name.removeprefix(kind): many for name, many in counts.items() if name.startswith(kind)}
        return {name: _shown(many, is_whole=is_whole) for name, many in sorted(found.items()) if many}

    return {
        **{
            name: _shown(counts.get(name, 0), is_whole=is_whole)
            for name in ("all", "unclaimed", "overdue", "incidents", "events")
        },
        "by_role": all_of(_ROLE),
        "by_procedure": all_of(_PROCEDURE),
    }


def _shown(many: int, *, is_whole: bool = True) -> Json | int:
    """Exact below what is counted; beyond that, and where not all was looked at, what there is at least."""
    return many if many < MOST and (is_whole or not many) else {"at_least": min(many, MOST)}
