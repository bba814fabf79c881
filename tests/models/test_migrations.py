"""The migrations lead to the declared tables, on both databases, whoever starts them together."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from models.database import open_database
from models.migrate import differences, upgrade
from models.migrations.renew import name_by_content
from models.revisions import MIGRATIONS, UnknownTables, newest
from tests.models.revised import NEXT, migrations_with_one_more, use

UPGRADE = """
import sys
from pathlib import Path
from models import migrate, revisions
migrate.MIGRATIONS = revisions.MIGRATIONS = Path(sys.argv[1])
migrate.upgrade(sys.argv[2])
"""


def tables(url: str) -> set[str]:
    engine = open_database(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def set_revision(url: str, revision: str) -> None:
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_migrations_lead_to_the_declared_tables(database_url: str) -> None:
    upgrade(database_url)
    assert differences(database_url) == [], 'run: make migration WORDS="what changes"'


def test_several_processes_may_migrate_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(upgrade, [database_url] * 6))
    assert differences(database_url) == []
    upgrade(database_url)


def test_older_tables_are_told_of_before_they_are_migrated(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bool]] = []
    upgrade(database_url, before=lambda at: told.append((at, "later" in tables(database_url))))
    first = newest()
    use(migrations_with_one_more(tmp_path), monkeypatch)

    for _ in range(2):
        upgrade(database_url, before=lambda at: told.append((at, "later" in tables(database_url))))

    assert told == [(first, False)]  # neither for a new database nor for the newest tables
    assert "latest" in tables(database_url)


def test_a_migration_that_is_cut_short_has_never_been(database_url: str, tmp_path: Path) -> None:
    upgrade(database_url)
    migrations = migrations_with_one_more(tmp_path)
    command = [sys.executable, "-c", UPGRADE, str(migrations), database_url]

    killed = subprocess.run(command, env={**os.environ, "DIE": "1"}, check=False)

    assert killed.returncode == 9
    assert "later" not in tables(database_url)
    subprocess.run(command, check=True)
    assert {"later", "latest"} <= tables(database_url)


@pytest.mark.parametrize("revision", ["0001", NEXT])
def test_tables_that_this_code_does_not_know_are_refused(database_url: str, revision: str) -> None:
    upgrade(database_url)
    set_revision(database_url, revision)

    with pytest.raises(UnknownTables, match=rf"its tables are at {revision}.*Nothing was changed"):
        upgrade(database_url, before=lambda _: pytest.fail("it was about to migrate"))


def test_a_first_revision_is_named_by_its_content(tmp_path: Path) -> None:
    def named(content: str) -> Path:
        written = tmp_path / "0001_the_tables.py"
        written.write_text(f"revision = '0001'\n{content}\n")
        return name_by_content(written)

    one, same, other = named("one table"), named("one table"), named("two tables")

    assert one == same
    assert one != other
    assert other.read_text().startswith(f"revision = '{other.name.partition('_')[0]}'\n")


def test_each_revision_is_named_like_its_file() -> None:
    for file in (MIGRATIONS / "versions").glob("*.py"):
        assert f"revision = '{file.name.partition('_')[0]}'" in file.read_text()
