"""Notes who has read what is personal: gathered, and written down off the request's way, a line for each reader."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from sqlalchemy.orm import Session

from activities.people import audit
from api.access import Caller
from api.privacy import sees_personal
from api.storage import Storage
from models.database import DatabaseError

_log = logging.getLogger(__name__)

_EVERY = 2.0
_MOST_IN_A_LINE = 100


class PersonalReads:
    """What this process has shown since it last wrote it down."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._seen: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._task: asyncio.Task[None] | None = None

    def note(self, caller: Caller, what: str) -> None:
        """The caller was shown a case, by its id, or a page of a book, by its name."""
        if sees_personal(caller):
            self._seen[caller.id][what] = None

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write())

    async def stop(self) -> None:
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
            await self._storage.write(_lines, {by: [*what] for by, what in seen.items()})
        except DatabaseError as error:
            _log.warning("who has read what is written down later: %s", error)
            for by, what in seen.items():
                self._seen[by] = what | self._seen[by]


def _lines(session: Session, seen: dict[str, list[str]]) -> None:
    for by, what in seen.items():
        for at in range(0, len(what), _MOST_IN_A_LINE):
            audit.note(session, "personal_read", by, of=what[at : at + _MOST_IN_A_LINE])
