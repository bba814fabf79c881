"""SQLite's log is written back while nobody else may write: an older SQLite would lose pages otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models import checkpoints
from models.checkpoints import COMMITS
from models.database import KeptSession, open_database, reading, writing

ROWS = "SELECT count(*) FROM goods"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "goods.db"


@pytest.fixture
def engine(file: Path) -> Generator[Engine]:
    engine = open_database(f"sqlite:///{file}")
    with writing(engine) as session:
        session.execute(text("CREATE TABLE goods (sku TEXT)"))
    yield engine
    engine.dispose()


@pytest.fixture
def other(file: Path, engine: Engine) -> Generator[sqlite3.Connection]:
    """Another program's connection, which waits for nobody."""
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        yield connection


def store(engine: Engine, many: int = 1) -> None:
    with writing(engine) as session:
        session.execute(text("INSERT INTO goods VALUES (:sku)"), [{"sku": "x" * 900} for _ in range(many)])


def written_back(file: Path) -> int:
    """The rows in the database's own file, whatever the log has."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        try:
            return connection.execute(ROWS).fetchone()[0]
        except sqlite3.OperationalError:  # not even the table
            return 0


def test_no_commit_writes_the_log_back_by_itself(engine: Engine, file: Path) -> None:
    store(engine, many=20_000)
    assert written_back(file) == 0
    with reading(engine) as session:
        assert session.execute(text(ROWS)).scalar_one() == 20_000
        assert session.execute(text("PRAGMA wal_autocheckpoint")).scalar_one() == 0


def test_after_so_many_commits_it_is_written_back(engine: Engine, file: Path) -> None:
    for _ in range(2 * COMMITS):
        store(engine)
    assert COMMITS < written_back(file) <= 2 * COMMITS


def test_meanwhile_nobody_else_writes(
    engine: Engine, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    refused: list[str] = []

    def meanwhile(*given: object, **named: object) -> sqlite3.Connection:
        with pytest.raises(sqlite3.OperationalError) as error:
            other.execute("BEGIN IMMEDIATE")
        refused.append(str(error.value))
        return connect(*given, **named)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]

    monkeypatch.setattr(checkpoints.sqlite3, "connect", meanwhile)
    for _ in range(COMMITS):
        store(engine)
    assert refused == ["database is locked"]
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")


def test_where_another_program_writes_a_later_commit_does_it(
    engine: Engine, file: Path, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_back = checkpoints.write_back
    tried: list[bool] = []

    def beside_another(writer: sqlite3.Connection) -> None:
        is_first = not tried
        tried.append(is_first)
        if is_first:
            other.execute("BEGIN IMMEDIATE")
        try:
            write_back(writer)
        finally:
            if is_first:
                other.execute("ROLLBACK")

    monkeypatch.setattr(checkpoints, "write_back", beside_another)
    for _ in range(COMMITS - 1):  # the table was the first
        store(engine)
    assert (tried, written_back(file)) == ([True], 0)
    store(engine)
    assert (tried, written_back(file)) == ([True, False], COMMITS)


def test_whoever_writes_at_once_writes_it_back_too(engine: Engine, file: Path) -> None:
    kept = KeptSession(engine)
    for _ in range(COMMITS):
        with kept.writing_at_once() as session:
            session.execute(text("INSERT INTO goods VALUES ('x')"))
    kept.close()
    assert written_back(file) > 0


def test_a_database_in_memory_has_no_log() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        checkpoints.write_back(connection)
