"""A set of books on either database."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.books.desk import Books, opened


@pytest.fixture
def books(database_url: str) -> Generator[Books]:
    engine = opened(database_url)
    yield Books(engine)
    engine.dispose()


@pytest.fixture
def sqlite_books(sqlite_url: str) -> Generator[Books]:
    engine = opened(sqlite_url)
    yield Books(engine)
    engine.dispose()
