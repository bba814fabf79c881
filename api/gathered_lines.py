"""Lines of the log that are many: gathered, and written down off the request's way, a line for each caller."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import ClassVar, Self

from sqlalchemy.orm import Session

from activities.people import audit
from api.storage import Storage
from models.database import DatabaseError

_log = logging.getLogger(__name__)

_EVERY = 2.0
_MOST_IN_A_LINE = 100
_LONGEST = 300


class GatheredLines:
    """What this process has to tell of one kind since it last wrote it down."""

    kind: ClassVar[str]
    """What the log calls it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._seen: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._task: asyncio.Task[None] | None = None

    def gather(self, by: str, what: str) -> None:
        """It is written down soon, once."""
        self._seen[by][what] = None

    async def __aenter__(self) -> Self:
        """Begin to write."""
        self._task = asyncio.create_task(self._write())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what is left, then end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._flush()

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self._flush()

    async def _flush(self) -> None:
        seen, self._seen = self._seen, defaultdict(dict)
        if not seen:
            return
        try:
            await self._storage.write(_lines, self.kind, {by: [*what] for by, what in seen.items()})
        except DatabaseError as error:
            _log.warning("%s is written down later: %s", self.kind, error)
            for by, what in seen.items():
                self._seen[by] = what | self._seen[by]


class Refusals(GatheredLines):
    """What somebody was refused whom the API knows: a role, a scope, a store is missing."""

    kind = "refused"

    def gather(self, by: str, what: str) -> None:
        """No more than a line holds: whoever tries everything fills no disk."""
        if len(self._seen[by]) < _MOST_IN_A_LINE:
            super().gather(by, what[:_LONGEST])


def _lines(session: Session, kind: str, seen: dict[str, list[str]]) -> None:
    for by, what in seen.items():
        for at in range(0, len(what), _MOST_IN_A_LINE):
            audit.note(session, kind, by, of=what[at : at + _MOST_IN_A_LINE])
