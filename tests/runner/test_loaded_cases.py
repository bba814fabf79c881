"""The cases that the benchmark of lists loads are what the engine writes of cases that are played."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from benchmarks.loading import fill, persona_of
from benchmarks.walks import Persona, Walk, commits, walks
from models.tables import all_tables
from tests.runner.conftest import STORE, Shop
from workflows.runner.messages import ActionRequest

CASES = 24
AT_ONCE = 6
CHINA = ZoneInfo("Asia/Shanghai")
MOMENT = re.compile(r"202\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?(?:Z|\+00:00)?)?)?")
TABLES = sorted(all_tables().tables)
APART = {
    "cases": {"fence", "run_id", "hash", "request"},
    "steps": {"request"},
    "case_words": {"number"},
    "orders": {"digest"},
}
"""Ids, and what is made of moments."""
OF_A_DAY = frozenset({"repair", "sales_data_report", "settlement_reconciliation"})
"""Procedures with a limit on a day, which has fallen when the case is played later, or with one that counts pauses."""
NEWS = "changes"
"""What the stream tells: of loaded cases nothing is new."""

Rows = dict[str, list[dict[str, Any]]]


@pytest.mark.timeout(1200)  # on a busy machine; else it takes less than a minute
async def test_loaded_cases_are_what_played_ones_are(shop: Shop, tmp_path: Path) -> None:
    ways = walks()
    loaded = tmp_path / "loaded.db"
    await asyncio.to_thread(fill, loaded, 2 * len(ways), held=0, stores=[STORE])
    playable = [number for number, way in enumerate(ways) if way.procedure not in OF_A_DAY]
    numbers = random.Random(7).sample(playable, CASES)
    people = {number: persona_of(number + 1, [STORE]) for number in numbers}
    by_case = {case_of(ways[number], people[number]): ways[number] for number in numbers}
    shop.world.outcome_of = lambda doing: by_case[doing.case].outcome(doing.effect)
    turns = asyncio.Semaphore(AT_ONCE)

    async def play(number: int) -> None:
        async with turns:
            await played(shop, ways[number], people[number])

    await asyncio.gather(*(play(number) for number in numbers))

    differences: dict[str, list[Any]] = {}
    for number in numbers:
        case = case_of(ways[number], people[number])
        here, there = rows_of(loaded, case), rows_of(Path(shop.engine.url.database or ""), case)
        if here != there:
            differences[case] = [
                (table, *zip(here.get(table, []), there.get(table, []), strict=False))
                for table in {*here, *there}
                if here.get(table) != there.get(table)
            ]
    assert not differences


def case_of(way: Walk, persona: Persona) -> str:
    return f"{way.procedure}:{persona.store}:{persona.subject}"


async def played(shop: Shop, way: Walk, persona: Persona) -> None:
    """Play it on the engine; before each move all effects are done."""
    case = case_of(way, persona)
    mine = way.of(persona)
    for number, move in enumerate(mine.moves):
        form = later(move.form, move.at, datetime.now(UTC))
        request = f"{move.event}-{number}-of-{case}"
        if number == 0:
            start = shop.cases.start_message(
                way.procedure, STORE, persona.subject, event=move.event, form=form, actor=move.actor,
                policy=shop.policy, request=request,
            )  # fmt: skip
            await shop.cases.start(case, start, request)
        else:
            await shop.send(case, ActionRequest(event=move.event, form=form, actor=move.actor), request)
        *_, last = commits(replace(way, moves=way.moves[: number + 1]), persona)
        await shop.until(partial(is_done, shop, case, last.revision))


def is_done(shop: Shop, case: str, revision: int) -> bool:
    return shop.row(case).revision >= revision and all(e.standing != "running" for e in shop.effects(case))


def later(form: Any, before: datetime, now: datetime) -> Any:
    """A form of that moment as it is now: days are the store's."""
    span = now - before
    days = now.astimezone(CHINA).date() - before.astimezone(CHINA).date()

    def moved(found: re.Match[str]) -> str:
        text = found.group()
        if len(text) > len("2026-11-23"):
            return (datetime.fromisoformat(text) + span).isoformat()
        return (date.fromisoformat(text) + days).isoformat()

    return form and orjson.loads(MOMENT.sub(moved, orjson.dumps(form).decode()))


def rows_of(database: Path, case: str) -> Rows:
    """All rows of a case, without what tells it from another one of the same way."""
    subject = case.rpartition(":")[2]
    found: Rows = {}
    with closing(sqlite3.connect(database)) as reader:
        reader.row_factory = sqlite3.Row
        for table in TABLES:
            if table == NEWS:
                continue
            rows = [dict(row) for row in reader.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
            some = [
                {name: plain(value) for name, value in row.items() if name not in APART.get(table, ())}
                for row in rows
                if any(isinstance(value, str) and subject in value for value in row.values())
            ]
            if some:
                found[table] = sorted(some, key=str)
    return found


def plain(value: Any) -> Any:
    return MOMENT.sub("a moment", value) if isinstance(value, str) else value
