"""Pages of tasks, cases and counts are what a plain look at every row says, on either database."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from api import reading as reading_rule
from api import searching, stretches
from api.access import Caller
from api.caselists import CaseFilter, first_cases
from api.counts import count_along_indexes, count_looked_at, count_mine, count_own, document
from api.cursors import decode
from api.routes.tasks import _list
from api.searching import CaseSearch
from api.stretches import Lists
from api.tasklists import TaskFilter
from cases.searching import words_looked_for
from cases.turns import INCIDENTS, turns
from models.database import open_database, reading, writing
from models.migrate import upgrade
from models.roles import OPERATIONS, Role
from models.tables.cases import INCIDENT, CaseParty, CaseRow, Task
from tests.api.listed import (
    CALLERS,
    EVERYBODY,
    NOW,
    STORES,
    Kept,
    is_wanted,
    is_wanted_case,
    made,
)
from tests.api.test_counts import list_own_tasks


@pytest.fixture
def filled(database_url: str) -> Iterator[tuple[Engine, list[Kept]]]:
    upgrade(database_url)
    engine, chance = open_database(database_url), random.Random(11)
    kept: list[Kept] = []
    with writing(engine) as session:
        for number in range(400):
            task, row, words = made(number, chance)
            whose = chance.choice(
                (
                    [],
                    [("customer", "C-1")],
                    [("customer", "C-2")],
                    [("person", "zhao")],
                    [("customer", "C-1"), ("customer", "C-2"), ("person", "c2")],
                    [],
                )
            )
            kept.append(
                Kept(task.model_copy(), row.model_copy(), frozenset(words.words.split(" ")), frozenset(whose))
            )
            session.add_all([task, row, words])
            for kind, party in whose:
                session.add(
                    CaseParty(kind=kind, number=party, store=row.store, case=row.id, opened_at=row.opened_at)
                )
        for one in kept:
            list_own_tasks(session, one.case.id)
    yield engine, kept
    engine.dispose()


def some_filter(chance: random.Random, caller: Caller, cases: list[str]) -> TaskFilter:
    def maybe(values: list[Any], often: float = 0.3) -> Any:
        return chance.choice(values) if chance.random() < often else None

    return TaskFilter(
        caller,
        role=maybe(["picker", "cs_agent", "finance", "hr", "ops_specialist"]),
        store=maybe(list(STORES)),
        procedure=maybe(["order_fulfilment", "complaint", "leave_request"]),
        stage=maybe(["picking", "paid", "requested", INCIDENT], 0.15),
        case=maybe(cases[:30], 0.1),
        mine=maybe([True, False], 0.2),
        unclaimed=maybe([True, False], 0.25),
        overdue=maybe([True, False], 0.25),
    )


QUERIES = (None, None, None, ["秀英"], ["0007"], ["tea"], ["王秀", "tea"], ["nothing"])


def pages(engine: Engine, wanted: TaskFilter, words: list[str] | None, sort: str, limit: int) -> list[str]:
    """The ids of all pages, one after the other."""
    looked_for = words_looked_for(" ".join(words)) if words is not None else None
    sees = Role.CS_AGENT in wanted.caller.roles
    search = None if looked_for is None else CaseSearch(tuple(looked_for), sees)
    ids: list[str] = []
    behind: Any = None
    while True:
        with reading(engine) as session:
            page = orjson.loads(_list(session, wanted, search, "en", sort, limit, behind).body)
        assert len(page["items"]) <= limit
        ids += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return ids
        behind = decode(page["next_cursor"], (datetime, str))


@pytest.mark.parametrize("most_found", [10_000, 3], ids=["few", "many"])
def test_pages_of_tasks_hold_what_a_look_at_every_row_says(
    filled: tuple[Engine, list[Kept]], monkeypatch: pytest.MonkeyPatch, most_found: int
) -> None:
    engine, kept = filled
    monkeypatch.setattr(searching, "MOST_FOUND", most_found)
    monkeypatch.setattr("api.tasklists.MOST_FOUND", most_found)
    monkeypatch.setattr(reading_rule, "FEW", most_found)
    monkeypatch.setattr(searching, "_AT_ONCE", 7)
    monkeypatch.setattr(searching, "_MOST_READ", 70)
    chance = random.Random(5)
    found = Counter[bool]()
    for _ in range(120):
        wanted = some_filter(chance, chance.choice(CALLERS), [one.task.case for one in kept])
        words, sort = chance.choice(QUERIES), chance.choice(["due", "entered"])
        limit = chance.choice([3, 20, 50, 200])
        right = [one.task for one in kept if is_wanted(one, wanted, words, NOW)]
        right.sort(key=lambda task: (task.due_at if sort == "due" else task.entered_at, task.id))
        ids = pages(engine, wanted, words, sort, limit)
        assert ids == [task.id for task in right], (wanted, words, sort, limit)
        found[bool(ids)] += 1
    assert found[True] > 20


def said(many: int) -> Any:
    return many if many < 20 else {"at_least": 20}


def test_counts_are_what_a_look_at_every_row_says(
    filled: tuple[Engine, list[Kept]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, kept = filled
    monkeypatch.setattr("api.counts.MOST", 20)
    chance = random.Random(3)
    for _ in range(100):
        wanted = some_filter(chance, chance.choice(CALLERS), [one.task.case for one in kept])
        words = chance.choice(QUERIES)
        looked_for = words_looked_for(" ".join(words)) if words is not None else None
        search = CaseSearch(tuple(looked_for), Role.CS_AGENT in wanted.caller.roles) if looked_for else None
        right = [one.task for one in kept if is_wanted(one, wanted, words, NOW)]
        with reading(engine) as session:
            if wanted.mine or search is not None or wanted.case is not None:
                counts = count_looked_at(session, wanted, search, NOW)
            else:
                # those that wait for the caller's roles; what is held beside them is counted as the caller's own
                right = [task for task in right if wanted.caller.has_any(waits_for(task), task.store)]
                own = count_own(session, wanted, NOW)
                of_all = count_along_indexes(session, replace(wanted, own=False), NOW)
                counts = {"mine": count_mine(session, wanted, NOW), **document(of_all + own)}
                held = [one.task for one in kept if is_wanted(one, replace(wanted, mine=True), words, NOW)]
                assert counts["mine"] == (0 if wanted.unclaimed or wanted.mine is False else said(len(held)))
        roles = Counter(role for task in right for role in waits_for(task) & wanted.roles)
        assert counts["unclaimed"] == said(sum(task.claimed_by is None for task in right)), wanted
        assert counts["overdue"] == said(sum(task.due_at < NOW for task in right)), wanted
        assert counts["incidents"] == said(sum(task.stage == INCIDENT for task in right)), wanted
        assert counts["by_role"] == {role: said(many) for role, many in roles.items()}, wanted
        procedures = Counter(task.procedure for task in right)
        assert counts["by_procedure"] == {key: said(many) for key, many in procedures.items()}, wanted
        assert counts["all"] == said(len(right)), wanted
        assert (counts["events"], counts.get("snoozed", 0)) == (0, 0)


def waits_for(task: Task) -> frozenset[Role]:
    return turns().waiting_for(task.turn)


@pytest.mark.parametrize("most_found", [10_000, 3], ids=["few", "many"])
def test_pages_of_cases_hold_what_a_look_at_every_row_says(
    filled: tuple[Engine, list[Kept]], monkeypatch: pytest.MonkeyPatch, most_found: int
) -> None:
    engine, kept = filled
    monkeypatch.setattr(reading_rule, "FEW", most_found)
    for module in ("api.searching", "api.caselists"):
        monkeypatch.setattr(f"{module}.MOST_FOUND", most_found)
    chance = random.Random(9)
    for _ in range(120):
        caller, words = chance.choice(CALLERS), chance.choice(QUERIES)
        wanted = CaseFilter(
            caller,
            procedure=chance.choice([None, None, "complaint", "leave_request"]),
            stage=chance.choice([None, None, "picking", "requested"]),
            store=chance.choice([None, None, *STORES]),
            subject=chance.choice([None] * 9 + ["N-0007"]),
            state=chance.choice([None, None, "open", "closed", "incident"]),
            overdue=chance.choice([None, None, True, False]),
        )
        looked_for = words_looked_for(" ".join(words)) if words is not None else None
        search = CaseSearch(tuple(looked_for), Role.CS_AGENT in caller.roles) if looked_for else None
        right = [one.case for one in kept if is_wanted_case(one, wanted, words)]
        right.sort(key=lambda case: (case.opened_at, case.id), reverse=True)
        ids: list[str] = []
        behind: Any = None
        while True:
            with reading(engine) as session:
                found, _ = first_cases(Lists(session), wanted, search, NOW, 30, behind)
                ids += found
                if len(found) < 30:
                    break
                behind = (session.get_one(CaseRow, found[-1]).opened_at, found[-1])
        assert ids == [case.id for case in right], (wanted, words)


def test_many_stretches_give_the_same_page_as_few(
    filled: tuple[Engine, list[Kept]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether each is read at once, or first where each begins."""
    engine, _ = filled
    wanted, sort = TaskFilter(CALLERS[4]), "due"
    right = pages(engine, wanted, None, sort, 50)
    for few in (0, 10_000):
        monkeypatch.setattr(stretches, "_FEW", few)
        assert pages(engine, wanted, None, sort, 50) == right
        assert pages(engine, wanted, None, sort, 3) == right


_NARROWER: tuple[dict[str, Any], ...] = ({}, {"overdue": True}, {"unclaimed": True})


def test_a_list_reads_no_row_to_find_its_page_or_to_count(
    filled: tuple[Engine, list[Kept]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked of a task stands in the index that is walked."""
    engine, _ = filled
    if engine.dialect.name != "sqlite":
        return  # PostgreSQL reads rows where it knows that they are in memory
    walked: list[tuple[str, Any]] = []
    run = Lists.run

    def noting(self: Lists, statement: str, values: Any = ()) -> list[Any]:
        walked.append((statement, values))
        return run(self, statement, values)

    monkeypatch.setattr(Lists, "run", noting)
    with reading(engine) as session:
        for caller in (CALLERS[0], CALLERS[4]):
            for narrower in _NARROWER:
                wanted = TaskFilter(caller, store="jd", mine=False, **narrower)
                _list(session, wanted, None, "en", "due", 50, None)
                _list(session, wanted, None, "en", "entered", 50, None)
                count_along_indexes(session, wanted, NOW)
        plans = [
            step.detail
            for statement, values in walked
            # incidents of some procedures, and the caller's own cases: these are few
            if "procedure" not in statement and "case_parties" not in statement
            for step in session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", tuple(map(stretches._kept, values))
            )
            if "ix_tasks_" in step.detail
        ]
    assert len(plans) > 10
    assert [plan for plan in plans if "COVERING" not in plan] == []


def test_whose_turn_it_is_has_a_number_of_its_own() -> None:
    numbers = [turn.number for turn in turns().all]
    assert len({*numbers, INCIDENTS}) == len(numbers) + 1
    assert turns().are_all_for(frozenset(EVERYBODY))
    assert not turns().are_all_for(frozenset(EVERYBODY) - {Role.PICKER})
    assert not turns().are_all_for(turns().roles - OPERATIONS)
