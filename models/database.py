"""The database: one engine a URL, and sessions that read or write.

SQLite keeps a write-ahead log: readers never wait, one writer at a time. With `synchronous=NORMAL` a process that
dies loses nothing, and a machine that loses power may lose the last moments; `FULL` survives that too.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, ref

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from models.checkpoints import NEVER_BY_ITSELF, Checkpoints
from models.table import Table

WAIT = 5.0
"""Seconds that a writer waits for its turn."""
_LOOK_AFTER_REST = 2.0
"""Seconds of rest after which a connection to PostgreSQL is looked at before it is used."""


class DatabaseError(Exception):
    """The database didn't do what it was asked; nothing was written."""


class DatabaseBusy(DatabaseError):
    """Others held it for too long. The same again may succeed."""


class DatabaseUnavailable(DatabaseError):
    """It can't be reached, or has no room left. The same again may succeed once that is mended."""


def open_database(url: str, *, synchronous: str = "normal") -> Engine:
    """The engine for `url`: `sqlite:///path` or `postgresql://…`. Nothing is connected yet.

    synchronous: what SQLite flushes, `normal` or `full`. ValueError where the URL names another kind of database.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed, synchronous)
        case "postgresql" | "postgres":
            return _postgresql(parsed.set(drivername="postgresql+psycopg"))
        case other:
            raise ValueError(f"DATABASE_URL names {other}; it must be sqlite:///path or postgresql://…")


def _to_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


_JSON: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": orjson.loads}


@contextmanager
def reading(engine: Engine) -> Generator[Session]:
    """A session that never waits for a writer. On SQLite it sees one state of the database; on PostgreSQL each query
    sees the state of its moment.
    """
    with telling(), Session(engine, expire_on_commit=False) as session:
        if engine.dialect.name == "postgresql":
            # in a transaction of READ COMMITTED no query sees more, and to begin and end one are two round trips
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        yield session


class KeptSession:
    """A session with SQLite, kept open: to open one takes longer than most reads and writes. One thread at a time may
    use it.

    What a query returns must be read out: its rows don't outlive it. `close` it at the end.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = ref(engine)
        self._session: Session | None = None
        self._driver: Any = None
        self._waits: float | None = None
        """How many seconds the database waits for other writers, as it was told last."""

    @contextmanager
    def reading(self) -> Generator[Session]:
        """The session, at one state of the database."""
        with self._transaction("BEGIN", "ROLLBACK") as session:
            yield session

    @contextmanager
    def writing_at_once(self) -> Generator[Session]:
        """The session, for changes that are committed at the end. DatabaseBusy where another writes this moment."""
        turn = _turns[self._opened()]
        if not turn.acquire(blocking=False):
            raise DatabaseBusy("another thread is writing")
        try:
            with self.writing(0) as session:
                yield session
        finally:
            turn.release()

    @contextmanager
    def writing(self, wait: float) -> Generator[Session]:
        """The session, for changes that are committed at the end, of whoever has this process's turn to write.
        DatabaseBusy where another process writes for so many seconds.
        """
        with self._transaction("BEGIN IMMEDIATE", "COMMIT", wait) as session:
            yield session
            session.flush()
        checkpoints = _checkpoints[self._opened()]
        if checkpoints.are_due_after_commit():
            self._wait_for_others(0)
            checkpoints.try_now(self._driver)

    def close(self) -> None:
        """Let go of the database, whatever state its connection is in."""
        if self._session is not None:
            session, self._session, self._driver, self._waits = self._session, None, None, None
            session.invalidate()

    @contextmanager
    def _transaction(self, begin: str, end: str, wait: float = WAIT) -> Generator[Session]:
        with telling():
            session = self._session or self._open()
            self._wait_for_others(wait)
            self._run(begin)
            try:
                yield session
                self._run(end)
            except DBAPIError:
                self.close()  # whatever is wrong with it, the next one begins anew
                raise
            except BaseException:
                if session.is_active and not session.in_nested_transaction():
                    self._run("ROLLBACK")
                else:  # a failed flush ends SQLAlchemy's own transaction, or a savepoint was left: it begins anew
                    self.close()
                raise
            finally:
                session.expunge_all()
                session.info.clear()

    def _opened(self) -> Engine:
        engine = self._engine()
        assert engine is not None, "whoever uses a session has its engine"
        return engine

    def _open(self) -> Session:
        session = Session(self._opened(), expire_on_commit=False)
        # SQLAlchemy's transaction stays open for good; the database's own begin and end beneath it
        self._driver = session.connection().connection.driver_connection
        self._run("ROLLBACK")
        self._session = session
        return session

    def _wait_for_others(self, seconds: float) -> None:
        if seconds != self._waits:
            self._run(f"PRAGMA busy_timeout={round(seconds * 1000)}")
            self._waits = seconds

    def _run(self, statement: str) -> None:
        try:
            self._driver.execute(statement)
        except sqlite3.Error as error:
            raise OperationalError(statement, None, error) from error


@contextmanager
def writing(engine: Engine, wait: float = WAIT, *, flushed: bool = False) -> Generator[Session]:
    """A session whose changes are committed at the end, or undone by an exception.

    `wait` is how many seconds to wait for other writers. DatabaseBusy after that; DatabaseUnavailable when
    the database can't be reached or is full. `flushed`: the commit survives a power cut, whatever `synchronous` says.
    """
    turn = _turns.get(engine)
    if turn is not None and not turn.acquire(timeout=wait):
        raise DatabaseBusy(f"the database was busy for {wait:g} s; try again")
    try:
        if turn is not None and not flushed:
            with _writers[engine].writing(wait) as session:
                yield session
            return
        with telling(), Session(engine, expire_on_commit=False) as session, session.begin():
            session.connection(
                execution_options={"writer_waits": round(wait * 1000), "writer_flushes": flushed}
            )
            yield session
    finally:
        if turn is not None:
            turn.release()


def insert_if_absent(session: Session, row: Table) -> None:
    """Insert the row, unless one of its key is there. Waits for a transaction that is inserting the same."""
    insert = _if_absent(type(row), session.get_bind().dialect.name)  # pyright: ignore[reportArgumentType] - a class has a hash
    session.connection().execute(insert, row.model_dump())


@cache
def _if_absent(model: type[Table], dialect: str) -> Any:
    return insert_for(dialect)(vars(model)["__table__"]).on_conflict_do_nothing()


def one_at_a_time(session: Session, *what: str) -> None:
    """Until the transaction ends, whoever asks for the same waits: for what no row stands for yet, such as a number
    that may be used once.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        digest = hashlib.sha256("\n".join(what).encode()).digest()
        session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True))))


def insert_for(dialect: str) -> Any:
    """The function that makes this database's INSERT, with its `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
"""SQLite lets waiting writers poll; within one process they queue instead."""

_writers: WeakKeyDictionary[Engine, KeptSession] = WeakKeyDictionary()
"""The session of whoever has the turn."""

_checkpoints: WeakKeyDictionary[Engine, Checkpoints] = WeakKeyDictionary()
"""Used by whoever has the turn."""


_FLUSHES = "flushes"
"""Marks a connection to SQLite that flushes each commit until it goes back to the pool."""


def _sqlite(url: URL, synchronous: str) -> Engine:
    if url.database and not url.database.startswith(":"):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        **_JSON,
        pool_size=10,
        max_overflow=30,
        pool_timeout=WAIT,
        connect_args={"check_same_thread": False, "timeout": WAIT},
    )

    def connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # transactions begin where `begun` says so, not where the driver guesses
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            NEVER_BY_ITSELF,
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def begun(connection: Connection) -> None:
        wait: int | None = connection.get_execution_options().get("writer_waits")
        if wait is None:
            connection.exec_driver_sql("BEGIN")
        else:
            # a reader that turned writer halfway would be refused at once: take the lock first
            connection.exec_driver_sql(f"PRAGMA busy_timeout={wait}")
            if connection.get_execution_options().get("writer_flushes"):
                connection.exec_driver_sql("PRAGMA synchronous=FULL")
                connection.info[_FLUSHES] = True
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def returned(connection: sqlite3.Connection | None, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop(_FLUSHES, False) and connection is not None:
            connection.execute(f"PRAGMA synchronous={synchronous}").close()

    def disposed(engine: Engine) -> None:
        _writers[engine].close()

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    event.listen(engine, "checkin", returned)
    event.listen(engine, "engine_disposed", disposed)
    _turns[engine], _writers[engine] = threading.Lock(), KeptSession(engine)
    _checkpoints[engine] = Checkpoints()
    return engine


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        **_JSON,
        pool_size=10,
        max_overflow=20,
        pool_timeout=WAIT,
        connect_args={
            "connect_timeout": 5,
            "options": "-c timezone=UTC -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
        },
    )

    def begun(connection: Connection) -> None:
        wait: int | None = connection.get_execution_options().get("writer_waits")
        if wait is not None and connection.info.get("lock_timeout") != wait:
            driver: Any = connection.connection.driver_connection
            driver.autocommit = True  # set for good: a transaction that is undone would take it back
            connection.exec_driver_sql(f"SET lock_timeout = {wait}")
            driver.autocommit = False
            connection.info["lock_timeout"] = wait
        if connection.get_execution_options().get("writer_flushes"):
            connection.exec_driver_sql("SET LOCAL synchronous_commit = on")

    def taken(driver: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        # a server that was started again has closed it meanwhile: asked after each rest, not before each use
        rested = time.monotonic() - entry.info.get("rests_since", time.monotonic())
        if rested <= _LOOK_AFTER_REST:
            return
        try:
            engine.dialect.do_ping(driver)
        except psycopg.Error as error:
            raise DisconnectionError from error

    def given_back(_driver: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["rests_since"] = time.monotonic()

    event.listen(engine, "begin", begun)
    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)
    return engine


@contextmanager
def telling() -> Generator[None]:
    """Raise a DatabaseError in our own words for what the driver means."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy("all connections to the database are in use; try again") from error
    except (OperationalError, InterfaceError) as error:
        raise _named(error) from error


def _named(error: DBAPIError) -> DatabaseError:
    original: Any = error.orig
    code = str(getattr(original, "sqlite_errorname", "") or getattr(original, "sqlstate", "") or "")
    detail = str(original).strip().splitlines()[0] if str(original).strip() else type(original).__name__
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "40", "55P03", "57014")):
        return DatabaseBusy(f"the database was busy; try again ({detail})")
    if code == "SQLITE_FULL" or code.startswith("53100"):
        return DatabaseUnavailable(f"the database's disk is full; make room ({detail})")
    return DatabaseUnavailable(f"the database can't be used: {detail}")
