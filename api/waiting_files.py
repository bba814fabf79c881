"""Files that wait for their case: sent before it is there, each its sender's alone until a form that names it is sent.

What no form has named a day later is swept.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.files import FileStore
from api.problems import Problem, too_many
from api.quotas import give_back
from api.storage import Storage
from models.database import DatabaseError
from models.tables.requests import StoredFile

_log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
"""How long a file waits for a form that names it."""
_KEPT_FOR_A_FORM = timedelta(days=30)
"""How long it waits for the form that names it to be answered."""
MOST = 100
"""So many files of a caller wait at a time."""
_EVERY = 600.0
_AT_ONCE = 100
_REFERENCE = re.compile(r"file:[0-9A-Za-z-]{1,64}")


def require_room(session: Session, author: str) -> None:
    """Raises Problem `too_many` where somebody has many files waiting already."""
    waiting = select(func.count()).where(
        col(StoredFile.author) == author, col(StoredFile.kept_until).is_not(None)
    )
    if (session.scalar(waiting) or 0) >= MOST:
        raise too_many(f"{MOST} of your files wait for a form that names them.", retry_after=3600)


def named_in(form: Any, under: str = "/form") -> dict[str, str]:
    """The files that a form names, each with the JSON pointer to where it does."""
    return {name: where for where, name in _named(form, under)}


def _named(value: Any, where: str) -> Iterator[tuple[str, str]]:
    match value:
        case str() if _REFERENCE.fullmatch(value):
            yield where, value
        case dict():
            for key, part in cast("dict[str, Any]", value).items():
                yield from _named(part, f"{where}/{key}")
        case list() | tuple():
            for number, part in enumerate(cast("list[Any]", value)):
                yield from _named(part, f"{where}/{number}")
        case _:
            return


def keep_for_form(session: Session, author: str, store: str, files: dict[str, str]) -> None:
    """The waiting files that somebody's form names stay until it is answered. files: as `named_in` gives them.

    Raises Problem `invalid_form` where one waits for somebody else's form, or in another store.
    """
    rows = session.scalars(_waiting(files)).all() if files else ()
    if wrong := [row.id for row in rows if (row.author, row.store) != (author, store)]:
        faults = [(files[name], "is no file of yours in this store") for name in wrong]
        raise Problem("invalid_form", "A file isn't there: upload it first.", errors=faults)
    for row in rows:
        row.kept_until = datetime.now(UTC) + _KEPT_FOR_A_FORM
    session.flush()


def settle(session: Session, author: str, files: Collection[str], case: str | None) -> None:
    """A form that names these files was answered: taken, they belong to the case; refused, with no case, they wait
    for another form.
    """
    mine = _waiting(files).where(col(StoredFile.author) == author)
    for row in session.scalars(mine) if files else ():
        row.case, row.kept_until = (case, None) if case is not None else ("", datetime.now(UTC) + KEPT)
    session.flush()


def _waiting(files: Collection[str]) -> Any:
    return select(StoredFile).where(
        col(StoredFile.id).in_(list(files)), col(StoredFile.kept_until).is_not(None)
    )


class FileSweep:
    """Removes the files that have waited long enough, with their bytes."""

    def __init__(self, storage: Storage, files: FileStore) -> None:
        self._storage = storage
        self._files = files
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self, now: datetime) -> int:
        """Remove what has waited until now; how many files that were."""
        removed = 0
        while True:
            many, unnamed = await self._storage.write(_remove, now)
            for sha256 in unnamed:
                await asyncio.to_thread(self._files.drop, sha256, now)
            removed += many
            if many < _AT_ONCE:
                return removed

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self.look(datetime.now(UTC))
            except (DatabaseError, OSError) as error:
                _log.warning("files that nobody named are removed later: %s", error)
            await asyncio.sleep(_EVERY)


def _remove(session: Session, now: datetime) -> tuple[int, list[str]]:
    """Remove some of the rows; how many, and the contents that no row has any more."""
    late = select(StoredFile).where(col(StoredFile.kept_until) < now).limit(_AT_ONCE)
    rows = session.scalars(late.with_for_update(skip_locked=True)).all()
    for row in rows:
        give_back(session, row.store, row.size)
        session.delete(row)
    session.flush()
    contents = {row.sha256 for row in rows}
    left = select(col(StoredFile.sha256)).where(col(StoredFile.sha256).in_(contents))
    return len(rows), sorted(contents - set(session.scalars(left)))
