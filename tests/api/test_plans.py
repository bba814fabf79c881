"""What is asked most often finds its rows by an index, however many the years have left behind them.

SQLite plans alike for an empty table and a full one.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from activities.carriers.reading import waybills
from activities.figures.sales import sales
from activities.orders.book import write_order
from activities.orders.contract import OrderEntry
from activities.orders.reading import on_the_way_back, ordered
from activities.stock.reading import claims, movements
from api import requests
from api.access import Caller
from api.cursors import encode
from api.events import finding, inbox
from cases import reconcile
from cases.turns import turn_of
from models.database import open_database, reading, writing
from models.entry import EntrySource
from models.migrate import upgrade
from models.periods import Span
from models.rights import Rights
from models.roles import Role
from models.tables.cases import Task
from tests.api.conftest import Site
from tests.statements import noted

STORES = frozenset({"tmall"})
NOW = datetime(2026, 5, 4, tzinfo=UTC)


@contextmanager
def planned(engine: Engine, of: str = "") -> Generator[list[str]]:
    """How the database goes about what it is asked meanwhile, of one table: a line for each part of each plan."""
    asked: list[tuple[str, Any]] = []
    plan: list[str] = []

    def note(statement: str, parameters: Any) -> None:
        if statement.startswith(("SELECT", "WITH begin")) and f"FROM {of}" in statement:
            asked.append((statement, parameters))

    with noted(engine, note):
        yield plan
    with engine.connect() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan += [row.detail for row in rows]


def part(plan: list[str], table: str) -> list[str]:
    """Those lines that name a table, as SCAN or SEARCH, and those that sort."""
    return [line for line in plan if line.split()[1] == table or "ORDER BY" in line]


@pytest.fixture
def engine(sqlite_url: str) -> Generator[Engine]:
    upgrade(sqlite_url)
    engine = open_database(sqlite_url)
    yield engine
    engine.dispose()


BEHIND = encode((datetime(2026, 1, 1, tzinfo=UTC), "order_fulfilment:tmall:SO-1"))


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "ix_cases_opened"),
        ({"state": "closed"}, "ix_cases_opened"),
        ({"overdue": "false"}, "ix_cases_opened"),
        ({"store": "tmall"}, "ix_cases_store"),
        ({"procedure": "campaign", "store": "tmall"}, "ix_cases_procedure"),
        ({"state": "open"}, "ix_cases_open"),
        ({"state": "incident"}, "ix_cases_incidents"),
        ({"state": "open", "procedure": "campaign", "store": "tmall"}, "ix_cases_open"),
        ({"stage": "packing", "store": "tmall"}, "ix_cases_stage"),
        ({"state": "open", "stage": "packing", "store": "tmall"}, "ix_cases_stage"),
    ],
)
@pytest.mark.parametrize("cursor", [None, BEHIND], ids=["first", "further"])
async def test_a_page_of_cases_is_read_along_an_index(
    site: Site, asked: dict[str, str], index: str, cursor: str | None
) -> None:
    plan = await read(site, "/cases", asked | ({"cursor": cursor} if cursor else {}))
    # what the API looks at by itself may come between
    lines = [line for line in part(plan, "cases") if line.endswith(index) or f"{index} " in line]
    assert lines, plan
    assert cursor is None or all(line.startswith("SEARCH") for line in lines)
    assert not any(line.startswith("SCAN cases") and "INDEX" not in line for line in plan)


async def read(site: Site, path: str, asked: dict[str, str]) -> list[str]:
    """How the database goes about one request."""
    async with site.serving() as api:
        with planned(site.engine) as plan:
            answer = await api.get(path, params=asked)
        assert answer.status_code == 200, answer.text
    return plan


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "ix_tasks_store_{}_free (store=?"),
        ({"store": "tmall", "unclaimed": "false"}, "ix_tasks_store_{}_held (store=?"),
        ({"store": "tmall", "role": "picker"}, "ix_tasks_turn_{}_free (store=? AND turn=?"),
        ({"store": "tmall", "procedure": "complaint"}, "ix_tasks_turn_{}_free (store=? AND turn=?"),
        ({"store": "tmall", "stage": "picking"}, "ix_tasks_turn_{}_free (store=? AND turn=?"),
        ({"store": "tmall", "stage": "incident"}, "ix_tasks_turn_{}_free (store=? AND turn=?"),
        ({"mine": "true"}, "ix_tasks_holder (claimed_by=?"),
        ({"case": "a:b:c", "mine": "false"}, "ix_tasks_case (case=?"),
    ],
)
@pytest.mark.parametrize("sort", ["due", "entered"])
@pytest.mark.parametrize("cursor", [None, BEHIND], ids=["first", "further"])
async def test_a_page_of_tasks_is_read_along_stretches_of_an_index(
    site: Site, asked: dict[str, str], found: str, sort: str, cursor: str | None
) -> None:
    with writing(site.engine) as session:
        session.add(a_task())
    plan = await read(site, "/tasks", asked | {"sort": sort} | ({"cursor": cursor} if cursor else {}))
    lines = [line for line in part(plan, "tasks") if "ORDER BY" not in line]
    assert [line for line in lines if line.startswith("SCAN")] == []
    assert any(found.format(sort) in line for line in lines), lines
    # of many stretches, those are sorted that begin first: one row of each
    is_sorted_there = ("turn" in found or "store" in found) and "SCAN begin" not in plan
    assert not is_sorted_there or "USE TEMP B-TREE FOR ORDER BY" not in plan


def a_task() -> Task:
    return Task(
        id="c/picking", case="c", procedure="order_fulfilment", version=1, store="tmall", subject="1",
        stage="picking", turn=turn_of("order_fulfilment", 1, "picking"), revision=1, entered_at=NOW,
    )  # fmt: skip


async def test_a_search_looks_at_what_it_finds_alone(site: Site) -> None:
    for path in ("/tasks", "/cases", "/tasks/counts"):
        plan = await read(site, path, {"q": "1001"})
        assert any("fts_case_words VIRTUAL TABLE INDEX" in line or "VIRTUAL TABLE" in line for line in plan)
        scanned = {line.split()[1] for line in plan if line.startswith("SCAN")}
        assert scanned & {"tasks", "cases", "case_words", "w"} == set(), plan


async def test_cases_of_a_subject_are_found_by_it(site: Site) -> None:
    async with site.serving() as api:
        with planned(site.engine, "cases") as plan:
            await api.get("/cases", params={"subject": "SO-1", "store": "tmall", "procedure": "campaign"})
    assert any("SEARCH cases USING INDEX ix_cases_subject (subject=?" in line for line in plan)


def test_the_sweep_looks_at_what_has_no_answer_alone(engine: Engine) -> None:
    with planned(engine) as plan, reading(engine) as session:
        requests.take_over(session, "us", most=50)
    assert part(plan, "requests") == ["SCAN requests USING INDEX requests_unanswered"]


def test_events_that_wait_are_looked_for_among_themselves(engine: Engine) -> None:
    with planned(engine) as plan, reading(engine) as session:
        inbox.take_over(session, "us", most=100)
    assert plan[0] == "SEARCH events USING INDEX events_waiting (next_try_at<?)"


FEEDS = frozenset({Role.CARRIER_FEED})


@pytest.mark.parametrize("store", ["", "tmall"])
@pytest.mark.parametrize("stores", [None, STORES])
def test_an_event_finds_its_case_by_its_number(
    engine: Engine, store: str, stores: frozenset[str] | None
) -> None:
    caller = Caller(id="feed", rights=Rights.plain((), stores))
    with planned(engine) as plan, reading(engine) as session:
        finding.cases_for(session, "order_fulfilment", "SF-1", ["waybill_no"], FEEDS, caller, store)
    assert "(id=?)" in part(plan, "cases")[0]
    with planned(engine) as plan, reading(engine) as session:
        finding.cases_for(session, "order_fulfilment", "SO-1", [None], FEEDS, caller, store)
    assert part(plan, "cases") == ["SEARCH cases USING INDEX ix_cases_subject (subject=?)"]


def test_whose_case_an_event_is_about_is_found_by_its_number(engine: Engine) -> None:
    with planned(engine) as plan, reading(engine) as session:
        assert finding.how_many_about(session, "SF-1") == {}
    assert [line for line in plan if line.startswith("SCAN cases")] == []
    assert "ix_cases_subject (subject=?)" in part(plan, "cases")[0]
    assert "(id=?)" in part(plan, "cases")[1]


def test_a_request_is_found_by_its_key(engine: Engine) -> None:
    with planned(engine) as plan, reading(engine) as session:
        assert requests.find(session, "gc", "k-1") is None
    assert "(caller=? AND key=?)" in part(plan, "requests")[0]


def test_what_comes_back_of_an_order_is_found_by_its_number(engine: Engine) -> None:
    with planned(engine) as plan, reading(engine) as session:
        on_the_way_back(session, "tmall", "SO-1")
    assert "ix_return_lines_order (store=? AND order=?)" in part(plan, "return_lines")[0]


def test_an_order_is_found_by_its_number(engine: Engine) -> None:
    with planned(engine) as plan, writing(engine) as session:
        write_order(session, OrderEntry(order="SO-1", lines=()), EntrySource("c", "tmall", NOW, None))
        ordered(session, "tmall", "SO-1")
    assert [line for line in plan if line.startswith("SCAN")] == []
    assert all("(store=? AND order=?)" in line for line in part(plan, "orders"))
    assert "(case=?)" in part(plan, "milestones")[0]


def test_a_days_figures_do_not_go_through_all_orders(engine: Engine) -> None:
    day = Span(NOW.date(), NOW.date(), NOW, NOW + timedelta(days=1))
    with planned(engine) as plan, reading(engine) as session:
        sales(session, "tmall", None, day)
    milestones = [line for line in part(plan, "milestones") if "ORDER BY" not in line]
    assert milestones
    assert all("at>" in line or "(case=?" in line for line in milestones)
    assert any("ix_orders_placed (store=? AND placed_at>? AND placed_at<?)" in line for line in plan)
    for had_not_ended in ("ended_at=?", "ended_at>?"):
        assert any(f"ix_orders_ended (store=? AND {had_not_ended})" in line for line in plan)


def test_the_reconciler_looks_at_what_changed_and_what_is_open(engine: Engine) -> None:
    with planned(engine) as plan:
        reconcile._changed(engine, datetime.now(UTC), 1000)
    lately, cut_off = part(plan, "cases")
    assert "ix_cases_changed_at (changed_at>?)" in lately
    # either has the open ones alone
    assert cut_off.removeprefix("SCAN cases USING INDEX ") in ("ix_cases_open", "ix_cases_due")


@pytest.mark.parametrize("stores", [None, STORES])
def test_an_orders_books_are_found_by_it(engine: Engine, stores: frozenset[str] | None) -> None:
    with planned(engine) as plan, reading(engine) as session:
        movements(session, reference="SO-1", stores=stores)
        waybills(session, order="SO-1", stores=stores)
        claims(session, holder="SO-1", stores=stores)
        movements(session, sku="cup", reference="SO-1", stores=stores)
    assert [line for line in plan if line.startswith("SCAN") or "(sku" in line] == []


@pytest.mark.parametrize("stores", [None, STORES])
def test_a_skus_movements_are_read_in_their_order(engine: Engine, stores: frozenset[str] | None) -> None:
    with planned(engine) as plan, reading(engine) as session:
        movements(session, sku="cup", stores=stores)
    assert plan == ["SEARCH stock_movements USING INDEX ix_stock_movements_sku (sku=?)"]
