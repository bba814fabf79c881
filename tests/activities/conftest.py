"""A set of books on either database. The tables are made once; each test has a copy of its own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from models.database import open_database
from tests.activities.desk import Books, opened


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them."""
    file = tmp_path_factory.mktemp("books") / "empty.db"
    opened(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def empty_postgres(postgres_server: str) -> str:
    """The name of a PostgreSQL database with all tables and nothing in them."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    opened(_on(postgres_server, name)).dispose()
    return name


@pytest.fixture
def sqlite_books(empty_sqlite: Path, tmp_path: Path) -> Generator[Books]:
    file = tmp_path / "books.db"
    shutil.copyfile(empty_sqlite, file)
    engine = open_database(f"sqlite:///{file}")
    yield Books(engine)
    engine.dispose()


@pytest.fixture
def postgres_books(postgres_server: str, empty_postgres: str) -> Generator[Books]:
    name = f"books_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {empty_postgres}".encode())
    engine = open_database(_on(postgres_server, name))
    yield Books(engine)
    engine.dispose()
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest) -> Books:
    """The test runs once on either database."""
    return request.getfixturevalue("sqlite_books" if request.param == "sqlite" else "postgres_books")


def _on(server: str, database: str) -> str:
    base, _, query = server.partition("?")
    return f"{base.rpartition('/')[0]}/{database}?{query}"
