"""The migrations lead to the declared tables, on both databases, whoever starts them together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from models.migrate import differences, upgrade


def test_migrations_lead_to_the_declared_tables(database_url: str) -> None:
    upgrade(database_url)
    assert differences(database_url) == [], 'run: make migration WORDS="what changes"'


def test_several_processes_may_migrate_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(upgrade, [database_url] * 6))
    assert differences(database_url) == []
    upgrade(database_url)
