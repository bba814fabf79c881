"""How the API reaches the database: reads where they are quick, writes gathered into few transactions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from models.database import DatabaseBusy, DatabaseError, DatabaseUnavailable, KeptSession, reading, writing
from models.table import Table

P = ParamSpec("P")
T = TypeVar("T")

_TOGETHER = 64
"""The most writes in one transaction."""


def table_of(model: type[Table]) -> Any:
    """A model's table, for statements that are built once: to build one takes longer than to run it."""
    return vars(model)["__table__"]


class _Write(NamedTuple):
    job: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]


_Result = tuple[_Write, Any, BaseException | None]


class Storage:
    """One process's way to the database. `start` it before the first write, `stop` it after the last.

    Writes of many requests that come at the same time are committed together. SQLite's are, where nobody else writes
    this moment, over sooner than a thread could take them on; for all others there is one thread: a lock that others
    hold stops no read.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._kept = KeptSession(engine)
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._at_once: list[_Write] = []

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._work, name="api-writer", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Write what is queued, then end."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None
        self._kept.close()

    async def read(self, query: Callable[Concatenate[Session, P], T], *args: P.args, **named: P.kwargs) -> T:
        """What a quick query finds: by key, or a short page.

        From SQLite's log that takes well under a millisecond and waits for nobody, so a thread would cost more.
        """
        if self.is_sqlite:
            with self._kept.reading() as session:
                return query(session, *args, **named)
        return await asyncio.to_thread(self._read, query, *args, **named)

    async def search(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **named: P.kwargs
    ) -> T:
        """What a query finds that may take long: in a thread, whatever the database."""
        return await asyncio.to_thread(self._read, query, *args, **named)

    async def write(self, job: Callable[Concatenate[Session, P], T], *args: P.args, **named: P.kwargs) -> T:
        """What `job` returns, once it is committed. An exception undoes this job alone.

        Raises DatabaseBusy or DatabaseUnavailable; then nothing was written that the caller may rely on.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        asked = _Write(partial(_call, job, args, named), loop, done)
        if not self.is_sqlite:
            self._queue.put(asked)
        else:
            if not self._at_once:
                loop.call_soon(self._write_at_once)
            self._at_once.append(asked)
        return await done

    def _write_at_once(self) -> None:
        """Write what this turn of the loop has brought, or leave it to the thread where that would have to wait."""
        batch, self._at_once = self._at_once, []
        results = _results(batch, self._kept.writing_at_once())
        if any(isinstance(error, DatabaseBusy) for _, _, error in results):
            for asked in batch:
                self._queue.put(asked)
        else:
            _deliver(results)

    def _read(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        with reading(self.engine) as session:
            return query(session, *args, **named)

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = [first], False
            with suppress(Empty):
                while len(batch) < _TOGETHER:
                    more = self._queue.get_nowait()
                    if more is None:
                        last = True
                        break
                    batch.append(more)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[_Write]) -> None:
        results = _all_at_once(batch, self.engine) or _results(batch, writing(self.engine))
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            batch[0].loop.call_soon_threadsafe(_deliver, results)


def _results(batch: list[_Write], transaction: AbstractContextManager[Session]) -> list[_Result]:
    """What the writes give, each a value or an exception, once they are committed together."""
    try:
        with transaction as session:
            if len(batch) == 1:
                return [(batch[0], batch[0].job(session), None)]
            return [(write, *_apart(session, write.job)) for write in batch]
    except Exception as error:  # noqa: BLE001 - it is the callers', who get it
        return [(write, None, error) for write in batch]


def _all_at_once(batch: list[_Write], engine: Engine) -> list[_Result] | None:
    """What the writes give where none fails; None where one does, and all are undone.

    It spares the database a savepoint for each, two round trips. A job may be run again: it changes nothing else.
    """
    results: list[_Result] = []
    try:
        with writing(engine) as session:
            for write in batch:
                results.append((write, write.job(session), None))
                session.flush()
            return results
    except DatabaseError as error:
        return [(write, None, error) for write in batch]
    except Exception:  # noqa: BLE001 - it is found again, by whose job it is
        return None


def _call(job: Callable[..., T], args: tuple[Any, ...], named: dict[str, Any], session: Session) -> T:
    return job(session, *args, **named)


def _apart(session: Session, job: Callable[[Session], Any]) -> tuple[Any, BaseException | None]:
    """What one of several jobs gives. Its fault undoes it alone; the database's own ends them all.

    A savepoint of SQLAlchemy's would do the same and take longer than many a job.
    """
    run = session.connection().exec_driver_sql
    run("SAVEPOINT job")
    try:
        given = job(session)
        session.flush()
    except DBAPIError as error:
        if isinstance(error, OperationalError | InterfaceError):
            raise
        failed: BaseException = error
    except Exception as error:  # noqa: BLE001 - it is the caller's, who gets it
        failed = error
    else:
        run("RELEASE SAVEPOINT job")
        return given, None
    if not session.is_active:  # it failed while it was flushed, and that undid the others too
        raise DatabaseUnavailable("a fault in another request undid this one") from failed
    session.expunge_all()
    run("ROLLBACK TO SAVEPOINT job")
    return None, failed


def _deliver(results: list[_Result]) -> None:
    for write, value, error in results:
        if write.done.done():
            continue
        if error is not None:
            write.done.set_exception(error)
        else:
            write.done.set_result(value)
