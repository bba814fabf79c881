"""A start on the data of another version."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

from models.migrate import upgrade
from models.revisions import newest, revision_of
from settings.environment import Settings, load
from start.prepare import prepare_database
from tests.models.revised import NEXT, migrations_with_one_more, use
from tests.start.running import Run, clean_up

STANDIN = Path(__file__).with_name("standin.py")
PREPARE = """
import os, sys
from pathlib import Path
from models import copies, migrate, revisions
from settings.environment import load
from start.prepare import prepare_database
if "DIE_COPYING" in os.environ:
    copies._flush = lambda _: os._exit(9)
migrate.MIGRATIONS = revisions.MIGRATIONS = Path(sys.argv[1])
prepare_database(load(data_dir=sys.argv[2]))
"""


@pytest.fixture
def store(data_dir: Path) -> Settings:
    """Data of this version: the application's database, and one that stands for Temporal's."""
    data_dir.mkdir(parents=True, exist_ok=True)
    chosen = load(data_dir=data_dir)
    prepare_database(chosen)
    with closing(sqlite3.connect(data_dir / "temporal.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE executions (id)")
        database.execute("INSERT INTO executions VALUES ('a case')")
        database.commit()
    return chosen


@pytest.fixture
def start(own_settings: Settings) -> Generator[Callable[[], Run]]:
    """Start a supervisor whose worker and API are stand-ins."""
    started: list[Run] = []

    def begin() -> Run:
        started.append(Run(own_settings, [STANDIN]))
        return started[-1]

    yield begin
    clean_up(started)


def backups(store: Settings) -> list[Path]:
    return sorted((store.data_dir / "backups").glob("*"))


def cases_in(file: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT id FROM executions").fetchall()


def test_the_same_version_copies_nothing(store: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    prepare_database(store)

    assert backups(store) == []
    assert "Migrating" not in capsys.readouterr().out


def test_older_data_are_copied_and_migrated_and_it_says_so(
    store: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = newest()
    use(migrations_with_one_more(tmp_path), monkeypatch)

    prepare_database(store)

    (copy,) = backups(store)
    assert copy.name.endswith(f"-from-{first}")
    assert revision_of(copy / "guicheng.db") == first
    assert cases_in(copy / "temporal.db") == [("a case",)]
    assert revision_of(store.data_dir / "guicheng.db") == NEXT
    said = capsys.readouterr().out
    assert f"Copied guicheng.db and temporal.db to {copy}\n" in said
    assert f"Migrating the database from {first} to {NEXT}\n" in said


@pytest.mark.parametrize("fault", ["DIE_COPYING", "DIE"], ids=["while copying", "while migrating"])
def test_killed_in_the_middle_it_is_done_anew(store: Settings, tmp_path: Path, fault: str) -> None:
    first = newest()
    command = [
        sys.executable, "-c", PREPARE, str(migrations_with_one_more(tmp_path)), str(store.data_dir),
    ]  # fmt: skip

    killed = subprocess.run(command, env={**os.environ, fault: "1"}, check=False)

    assert killed.returncode == 9
    assert revision_of(store.data_dir / "guicheng.db") == first
    subprocess.run(command, check=True)
    assert revision_of(store.data_dir / "guicheng.db") == NEXT
    for copy in backups(store):
        assert revision_of(copy / "guicheng.db") == first
        assert cases_in(copy / "temporal.db") == [("a case",)]


def test_data_of_an_unknown_version_are_refused_and_left_as_they_are(
    store: Settings, start: Callable[[], Run]
) -> None:
    with closing(sqlite3.connect(store.data_dir / "guicheng.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
        database.commit()
    kept = contents(store.data_dir)

    code, said = start().ends()

    assert code == 1
    assert (
        "was made by another version of Guicheng, and this one can't migrate it: its tables are at 0001"
        in said
    )
    assert "make run DATA_DIR=path" in said
    assert "Traceback" not in said
    assert {name: kept_ for name, kept_ in contents(store.data_dir).items() if name != "lock"} == kept


def test_a_log_that_a_killed_process_left_is_read_and_left(tmp_path: Path) -> None:
    file = tmp_path / "guicheng.db"
    upgrade(f"sqlite:///{file}")
    dying = (
        "import os, sqlite3, sys; database = sqlite3.connect(sys.argv[1]);"
        "database.execute(\"UPDATE alembic_version SET version_num = 'x'\"); database.commit(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", dying, str(file)], check=False)
    kept = {name: bytes_ for name, bytes_ in contents(tmp_path).items() if not name.endswith("-shm")}

    assert revision_of(file) == "x"

    assert {name: bytes_ for name, bytes_ in contents(tmp_path).items() if not name.endswith("-shm")} == kept
    assert "guicheng.db-wal" in kept


def contents(directory: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(directory)): file.read_bytes() for file in directory.rglob("*") if file.is_file()
    }
