"""Which revision of the tables a database is at, and which ones this code knows.

Every start asks: so it is read off the migrations' names, and from SQLite's file, without SQLAlchemy and Alembic.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"
INITIAL = "0001"
"""How the first revision's id begins; a hash of its content follows."""


class UnknownTables(Exception):
    """The database is at a revision that this code doesn't know. It was left as it is."""


def newest() -> str:
    """The revision that this code's tables are at."""
    return max(_known())


def refuse_unknown(revision: str | None, where: object) -> None:
    """Raises UnknownTables where this code can't bring a database at this revision to the newest tables."""
    if revision is not None and revision not in _known():
        raise UnknownTables(
            f"{where} was made by another version of Guicheng, and this one can't migrate it: its tables are at "
            f"{revision}, which is newer than this version, or older than its first migration. Nothing was changed. "
            "Run the version that made it, or begin anew beside it: make run DATA_DIR=path "
            "(docs/operations.md, Upgrade)"
        )


def revision_of(file: Path) -> str | None:
    """The revision of a SQLite file that nobody has open; None where it is missing or empty. The file isn't touched."""
    if not file.exists():
        return None
    log = Path(f"{file}-wal")
    # SQLite leaves files behind where it looks for a log; where there is none, it needn't look
    how = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True)) as database:
        found = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = database.execute("SELECT version_num FROM alembic_version").fetchone() if found else None
    return row[0] if row else None


def _known() -> set[str]:
    """The ids with which the migrations' files begin."""
    return {file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}
