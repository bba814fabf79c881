"""Whether work can be done: asked by whoever sends work here, so often that the answer is kept for a moment."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session
from temporalio.client import Client
from temporalio.service import RPCError

from api.storage import Storage
from cases.readiness import worker_polling
from models.database import DatabaseError

_WITHIN = 3.0
_KEPT_FOR = 1.0
"""Seconds for which a good answer counts. Nobody who has no key can have more asked than that."""
_LEAST_ROOM = 4 * 1024 * 1024
"""Bytes on the disk without which a database counts as full."""

Checks = dict[str, str]


class Readiness:
    """What work needs, looked at once for all who ask at the same time."""

    def __init__(self, storage: Storage, file: Path | None, client: Client, task_queue: str) -> None:
        """file: the database, where it is one."""
        self._storage, self._file = storage, file
        self._client, self._task_queue = client, task_queue
        self._good: tuple[float, Checks] = (float("-inf"), {})
        self._looking: asyncio.Task[Checks] | None = None

    async def now(self) -> Checks:
        """Each part with how it is: `ok`, or what is wrong with it."""
        looked, checks = self._good
        if time.monotonic() - looked < _KEPT_FOR:
            return checks
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Checks:
        database, writable, worker = await asyncio.gather(
            _holds(self._storage.search(_is_prepared), "unprepared"),
            _holds(self._is_writable(), "full"),
            _holds(worker_polling(self._client, self._task_queue), "none"),
        )
        checks = {
            "database": database if database != "ok" else writable,
            "temporal": "ok" if worker != "away" else "away",
            "worker": worker,
        }
        if all(check == "ok" for check in checks.values()):
            self._good = (time.monotonic(), checks)
        return checks

    async def _is_writable(self) -> bool:
        """Whether there is room, and whoever writes gets a turn. It writes nothing to SQLite: a commit that fits into
        its log would say less than the room that is left.
        """
        if self._file is not None and _is_full(self._file):
            return False
        await self._storage.write(_takes_a_turn)
        return True


async def _holds(question: Awaitable[bool], otherwise: str) -> str:
    try:
        return "ok" if await asyncio.wait_for(question, _WITHIN) else otherwise
    except (DatabaseError, RPCError, RuntimeError, TimeoutError):
        return "away"


def _is_full(file: Path) -> bool:
    return file.exists() and shutil.disk_usage(file.parent).free < _LEAST_ROOM


def _takes_a_turn(session: Session) -> None:
    if (
        session.get_bind().dialect.name == "postgresql"
    ):  # a standby gives no number, nor does a disk that is full
        session.execute(text("SELECT pg_current_xact_id()"))


def _is_prepared(session: Session) -> bool:
    """Whether it answers, and `start.prepare` has made the tables."""
    return inspect(session.connection()).has_table("api_keys")
