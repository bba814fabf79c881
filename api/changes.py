"""Follows what changes in the read model, for the streams and the events that wait."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.storage import Storage, table_of
from models.database import DatabaseError
from models.tables.cases import Change

log = logging.getLogger(__name__)

_LOOK_EVERY = 0.1
_LOOK_IDLY_EVERY = 0.5
_AT_ONCE = 500
_GAP_WAITS = 2.0
"""A number that is missing may belong to a transaction that is being committed: so long it is waited for."""


class Changed(NamedTuple):
    """One change, as streams show it."""

    seq: int
    case: str
    procedure: str
    store: str
    revision: int
    state: str
    stages: list[str]
    roles: list[str]
    task: str | None
    at: datetime

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        document = self._asdict()
        del document["seq"]
        return document


Follower = Callable[[Sequence[Changed]], Awaitable[None]]


_changes = table_of(Change)
_columns = [_changes.c[name] for name in Changed._fields]
_after: Any = (
    select(*_columns)
    .where(_changes.c.seq > bindparam("seq"))
    .order_by(_changes.c.seq)
    .limit(bindparam("most"))
)


def changes_after(session: Session, seq: int, most: int = _AT_ONCE) -> list[Changed]:
    """What changed after this number, in order."""
    return [Changed(*row) for row in session.connection().execute(_after, {"seq": seq, "most": most})]


def changes_between(
    session: Session,
    seq: int,
    last: int,
    case: str | None,
    stores: Collection[str] | None,
    most: int = _AT_ONCE,
) -> list[Changed]:
    """What changed after the one number, up to the other; of one case, or in some stores, where any are named.

    There may be years between the two, and little of it of that case.
    """
    query = select(*_columns).where(_changes.c.seq > seq, _changes.c.seq <= last)
    if case is not None:
        query = query.where(_changes.c.case == case)
    if stores is not None:
        query = query.where(_changes.c.store.in_(sorted(stores)))
    found = session.connection().execute(query.order_by(_changes.c.seq).limit(most))
    return [Changed(*row) for row in found]


def newest(session: Session) -> int:
    """The number of the last change; 0 before the first."""
    return session.execute(select(func.max(col(Change.seq)))).scalar_one() or 0


class Changes:
    """Looks for changes and passes each on to all followers, once and in order."""

    def __init__(self, storage: Storage, is_urgent: Callable[[], bool] = lambda: True) -> None:
        """is_urgent: whether somebody waits for what changes, this moment."""
        self._storage = storage
        self._is_urgent = is_urgent
        self._followers: list[Follower] = []
        self._last = 0
        self._begun = asyncio.Event()
        self._gap_since: float | None = None
        self._task: asyncio.Task[None] | None = None

    def follow(self, follower: Follower) -> None:
        """Have this one called with every change from now on."""
        self._followers.append(follower)

    @property
    def last(self) -> int:
        """The number of the last change that was passed on, or is being passed on."""
        return self._last

    async def passed_on(self) -> int:
        """The number of the last change that was passed on; it waits for the first look, which finds where to begin."""
        await self._begun.wait()
        return self._last

    async def start(self) -> None:
        """Begin to look, from now on."""
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            try:
                if not self._begun.is_set():
                    self._last = await self._storage.read(newest)
                    self._begun.set()
                found = self._in_order(await self._storage.read(changes_after, self._last))
                if found:
                    self._last = found[-1].seq
                    for follower in self._followers:
                        await follower(found)
                if len(found) == _AT_ONCE:
                    continue
            except DatabaseError as error:
                log.warning("changes can't be followed now: %s", error)
            await asyncio.sleep(_LOOK_EVERY if self._is_urgent() else _LOOK_IDLY_EVERY)

    def _in_order(self, found: list[Changed]) -> list[Changed]:
        """Those before the first missing number, until it has been waited for."""
        whole = next((i for i, one in enumerate(found) if one.seq != self._last + 1 + i), len(found))
        if whole == len(found):
            self._gap_since = None
            return found
        if whole == 0:
            now = time.monotonic()
            self._gap_since = self._gap_since or now
            if self._storage.is_sqlite or now - self._gap_since > _GAP_WAITS:
                self._gap_since = None
                return found
        return found[:whole]
