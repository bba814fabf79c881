"""Brings a database to the newest tables: `upgrade(url)`, which `guicheng prepare` calls.

Several processes may start at once: one migrates, the others wait for it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from models.database import open_database, telling
from models.revisions import MIGRATIONS, newest, refuse_unknown
from models.tables import all_tables
from models.tables.words import is_declared

_LOCK = 0x67756963
"""Names our migrations among PostgreSQL's advisory locks."""


def _nothing(_at: str) -> None:
    """What comes before a migration, where nobody asks for anything."""


def upgrade(url: str, before: Callable[[str], None] = _nothing) -> None:
    """Bring the database to the newest tables. Does nothing where it is there already.

    before: is called with the revision that a database with older tables is at, before anything of it is changed.
    Raises UnknownTables where this code doesn't know its revision.
    """
    engine = open_database(url)
    try:
        with telling(), _alone(engine), engine.connect() as connection:
            at = _stands_at(connection)
            refuse_unknown(at, engine.url.render_as_string())
            if at != newest():
                connection.rollback()
                if at is not None:
                    before(at)
                command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def differences(url: str) -> list[object]:
    """Where the database's tables differ from the declared ones."""
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": declared_alone}
            )
            return list(compare_metadata(context, all_tables()))
    finally:
        engine.dispose()


def declared_alone(name: str | None, _kind: str, _within: object) -> bool:
    """Leaves what a full text search is made of out of a comparison with the tables."""
    return is_declared(name)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _stands_at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _alone(engine: Engine) -> Generator[None]:
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
                connection.execute(text("RESET statement_timeout"))
        return
    # SQLite commits its own schema changes as it goes, so its lock doesn't cover a migration
    file = Path(f"{engine.url.database}.migrating")
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
