"""How much room each store's files may take, and how much of the disk uploads leave to the databases."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from api.files import LARGEST
from api.problems import Problem, unavailable
from models.database import insert_if_absent
from models.tables.requests import FilesOfStore
from settings.environment import Settings


class Quotas:
    """What uploads may still take. Those under way are counted here, those that are kept in the database."""

    def __init__(self, settings: Settings) -> None:
        self._most = settings.files_per_store
        self._leave_free = settings.files_leave_free
        self._home = settings.data_dir
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def room_for(self, store: str, length: int | None, kept: int) -> Generator[None]:
        """Hold room for an upload of so many bytes, or of the largest file where it doesn't say how many.

        kept: bytes that the store has already. Raises Problem `no_room`, `unavailable` where the disk is nearly full.
        """
        size = min(LARGEST, LARGEST if length is None else length)
        if kept + self._under_way[store] + size > self._most:
            raise self._no_room()
        if _free(self._home) - self._under_way.total() - size < self._leave_free:
            raise unavailable("The file can't be kept now: the disk is nearly full.", retry_after=30)
        self._under_way[store] += size
        try:
            yield
        finally:
            self._under_way[store] -= size
            if not self._under_way[store]:
                del self._under_way[store]

    def take(self, session: Session, store: str, size: int) -> None:
        """Count a file's bytes, in the transaction that keeps it. Raises Problem `no_room`."""
        insert_if_absent(session, FilesOfStore(store=store, bytes=0))
        held = col(FilesOfStore.bytes)
        counted = session.scalars(
            update(FilesOfStore)
            .where(col(FilesOfStore.store) == store, held + size <= self._most)
            .values(bytes=held + size)
            .returning(col(FilesOfStore.bytes))
        )
        if not counted.all():
            raise self._no_room()

    def _no_room(self) -> Problem:
        return Problem("no_room", f"The store's files may take {self._most} bytes together.")


def give_back(session: Session, store: str, size: int) -> None:
    """Count a file's bytes no more, in the transaction that removes it."""
    held = col(FilesOfStore.bytes)
    session.execute(update(FilesOfStore).where(col(FilesOfStore.store) == store).values(bytes=held - size))


def bytes_of(session: Session, store: str) -> int:
    """How many bytes of files a store has."""
    kept = session.scalars(select(col(FilesOfStore.bytes)).where(col(FilesOfStore.store) == store)).first()
    return kept or 0


def _free(directory: Path) -> int:
    there = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free
