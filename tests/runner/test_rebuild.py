"""The read model, again, from Temporal's histories."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, delete
from sqlmodel import SQLModel

from cases.rebuild import rebuild
from models.database import open_database, reading, writing
from models.roles import Role
from models.tables.cases import CaseRow, EffectRow, LinkRow, StepRow, Task
from models.tables.milestones import MilestoneRow
from models.tables.platform import RunningAd
from models.tables.words import CaseWords
from tests.runner.conftest import STORE, Shop
from tests.runner.test_actions import SIX
from tests.runner.test_runs import short_runs
from workflows.incidents import IncidentDecision

TABLES = (CaseRow, CaseWords, Task, StepRow, EffectRow, LinkRow, MilestoneRow, RunningAd)
COUNTED_UP = "number"
"""Each database counts for itself."""

__all__ = ["short_runs"]


def plain(value: Any) -> str:
    """One spelling: PostgreSQL keeps the keys of JSON in an order of its own."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else repr(value)


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with reading(engine) as session:
        return {
            str(model.__tablename__): sorted(
                tuple(plain(value) for name, value in row.items() if name != COUNTED_UP)
                for row in session.connection().execute(model.__table__.select()).mappings()  # type: ignore[attr-defined]
            )
            for model in TABLES
        }


async def a_busy_day(shop: Shop) -> None:
    plain = await shop.open("plain", "place", Role.CUSTOMER)
    for event, role, form in SIX:
        await shop.act(plain, event, role, **form)
    await shop.handle(plain).result()
    await shop.act(plain, "praise", Role.CUSTOMER, note="good")
    long = await shop.open("plain", "place", Role.CUSTOMER)
    for n in range(15):
        await shop.act(long, "remark", Role.CS_AGENT, request=f"r{n}", note=f"{n}")
    shop.world.failing.add("PayOut")
    stuck = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(stuck, "keep_one", Role.AFTER_SALES)
    await shop.act(stuck, "inspect", Role.AFTER_SALES)
    other = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(other, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(other).state == "incident" and shop.row(stuck).state == "incident")
    await shop.resolve(other, "2.0", IncidentDecision.OTHERWISE)
    parent = await shop.open("parent", "open", Role.OPS_MANAGER)
    await shop.act(parent, "order", Role.OPS_MANAGER)
    child = f"child:{STORE}:{parent.split(':')[2]}-1"
    await shop.until(lambda: any(link.standing == "open" for link in shop.links(parent)))
    await shop.act(child, "succeed", Role.PURCHASING)
    await shop.handle(parent).result()
    await shop.handle(child).result()
    for case in (plain, long, stuck, other):
        await shop.until(lambda case=case: shop.is_idle(case))
    # visibility, by which the histories are found, comes a moment later
    await shop.until(lambda: sees(shop, 7))


async def sees(shop: Shop, runs: int) -> bool:
    return (await shop.client.count_workflows(f"TaskQueue = '{shop.queue}'")).count >= runs


@pytest.mark.usefixtures("short_runs")
async def test_it_comes_out_the_same(shop: Shop) -> None:
    await a_busy_day(shop)
    before = contents(shop.engine)
    assert min(map(len, before.values())) >= 1
    with writing(shop.engine) as session:
        for model in TABLES:
            session.execute(delete(model))
    assert await rebuild(shop.client, shop.engine, task_queue=shop.queue) == []
    assert contents(shop.engine) == before


@pytest.mark.usefixtures("short_runs")
async def test_over_what_is_there_it_changes_nothing_and_keeps_claims(shop: Shop) -> None:
    await a_busy_day(shop)
    with writing(shop.engine) as session:
        for task in session.query(Task):
            task.claimed_by = "li"
    before = contents(shop.engine)
    assert await rebuild(shop.client, shop.engine, task_queue=shop.queue) == []
    assert {k: v for k, v in contents(shop.engine).items() if k != "tasks"} == {
        k: v for k, v in before.items() if k != "tasks"
    }
    with reading(shop.engine) as session:
        assert {task.claimed_by for task in session.query(Task) if task.open} == {"li"}


async def test_into_another_database_too(shop: Shop, postgres_url: str) -> None:
    await a_busy_day(shop)
    other = open_database(postgres_url)
    SQLModel.metadata.create_all(other)
    assert await rebuild(shop.client, other, task_queue=shop.queue) == []
    assert contents(other) == contents(shop.engine)
    other.dispose()
