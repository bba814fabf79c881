"""What is looked up finds its rows by an index, however much the years have left."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text

from models.database import open_database
from models.migrate import upgrade
from tests.api.conftest import STORE, Site
from tests.api.test_plans import part, planned

ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    ("/lookup", {"code": "SO-1"}),
    ("/lookup", {"code": "SO-1", "store": STORE}),
    *(
        (f"/refs/{book}", {"q": "so 1"})
        for book in ("sku", "order", "customer", "supplier", "partner", "faq", "shop", "bin", "user", "case")
    ),
    *((f"/refs/{book}", {}) for book in ("sku", "order", "customer", "supplier", "faq", "case")),
    ("/people", {"q": "li"}),
    ("/store", {"store": STORE}),
    ("/customers/C-1", {"store": STORE}),
)
ALONG = (
    "VIRTUAL TABLE",  # a full text search, or a list of values
    "USING INDEX ix_accounts_colleagues",  # the store's people, whose names are looked at
    "USING COVERING INDEX ix_cases_opened",  # the newest
    "CONSTANT ROW",
    "(subquery-",
)


@pytest.mark.parametrize(("path", "asked"), ASKED)
async def test_nothing_is_looked_through(site: Site, path: str, asked: dict[str, str]) -> None:
    async with site.serving() as api:
        with planned(site.engine) as plan:
            answer = await api.get(path, params=asked)
    assert answer.status_code in (200, 404), answer.text
    scanned = [
        line for line in plan if line.startswith("SCAN") and not line.startswith(("SCAN f", "SCAN requests"))
    ]
    assert [line for line in scanned if not any(way in line for way in ALONG)] == []
    # words first: never each entry of a book, or each case of a store
    assert not any("VIRTUAL TABLE INDEX 0:=" in line for line in plan)
    assert not any("ix_cases_store (store=?)" in line for line in part(plan, "cases"))


async def test_the_values_of_a_column_are_found_by_leaps(site: Site) -> None:
    asked: list[tuple[str, Any]] = []

    def on_message(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("WITH RECURSIVE v"):
            asked.append((statement, parameters))

    async with site.serving() as api:
        event.listen(site.engine, "before_cursor_execute", on_message)
        for book in ("location", "category", "shop", "template"):
            assert (await api.get(f"/refs/{book}", params={"store": STORE})).status_code == 200
        event.remove(site.engine, "before_cursor_execute", on_message)
    assert len(asked) == 5
    with site.engine.connect() as connection:
        for statement, parameters in asked:
            plan = [
                row.detail
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
            leaps = [line for line in plan if "USING COVERING INDEX" in line]
            assert len(leaps) == 2, plan
            assert all(line.startswith("SEARCH") for line in leaps), leaps


def test_postgresql_finds_entries_by_their_words(postgres_url: str) -> None:
    upgrade(postgres_url)
    engine = open_database(postgres_url)
    fill = (
        "INSERT INTO entry_words (book, store, code, words) "
        "SELECT 'sku', '', 'T-' || n, '~~sku t' || n || ' tea' FROM generate_series(1, 20000) AS n"
    )
    query = (
        "EXPLAIN SELECT code FROM entry_words AS e WHERE array_to_tsvector(string_to_array(e.words, ' ')) @@ "
        "'''~~sku'' & ''t19'':*'::tsquery AND e.book = 'sku'"
    )
    with engine.connect() as connection:
        connection.execute(text(fill))
        connection.execute(text("ANALYZE entry_words"))
        plan = "\n".join(line for (line,) in connection.execute(text(query)))
    assert "fts_entry_words" in plan
    engine.dispose()
