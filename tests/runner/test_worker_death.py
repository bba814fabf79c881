"""A worker dies: its cases go on with another, soon, however long their histories are."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from cases.client import NoAnswerYet
from cases.reconcile import Reconciler
from models.roles import Role
from tests.runner.conftest import Shop

LONG = 3000
"""Events that a case has had. No history is so long: the case goes on in new runs, which is why this is quick."""


@asynccontextmanager
async def worker_process(address: str, database: str, queue: str) -> AsyncGenerator[int]:
    """A worker that can be killed. Yields its process id."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.runner.worker", address, database, queue,
        cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"ready\n"
    try:
        yield worker.pid
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()


async def notes(shop: Shop, case: str, many: int, name: str) -> None:
    """Ten at a time, as many as Temporal takes: a short history has many steps."""
    for first in range(0, many, 10):
        await asyncio.gather(
            *(
                shop.act(case, "remark", Role.CS_AGENT, request=f"{name}{first + n}", note="x")
                for n in range(10)
            )
        )


async def events_of_all_runs(shop: Shop, case: str) -> int:
    await shop.until(lambda: shop.is_idle(case))
    query = f"WorkflowId = '{case}'"
    return sum(
        [run.history_length or 0 async for run in shop.client.list_workflows(query) if run.close_time]
    ) + len(await shop.events(case))


async def sent(shop: Shop, case: str, request: str) -> None:
    """As the journal does: until there is an answer."""
    while True:
        try:
            await shop.act(case, "remark", Role.CS_AGENT, request=request, note="x")
        except NoAnswerYet:
            continue
        return


@pytest.mark.slow
async def test_six_long_cases_answer_soon_after_their_worker_was_killed(
    temporal_address: str, temporal_client: Client, engine: Engine, sqlite_url: str, task_queue: str
) -> None:
    shop = Shop(temporal_client, engine, task_queue)
    async with worker_process(temporal_address, sqlite_url, task_queue) as pid:
        cases = [await shop.open("plain", "place", Role.CUSTOMER) for _ in range(6)]
        await asyncio.gather(*(notes(shop, case, 1240, "n") for case in cases))
        lengths = [await events_of_all_runs(shop, case) for case in cases]
        assert min(lengths) >= LONG, lengths
        os.kill(pid, signal.SIGKILL)
    async with shop.working():
        async with asyncio.timeout(15):
            await asyncio.gather(*(shop.act(case, "confirm", Role.CS_AGENT) for case in cases))
    assert {shop.row(case).revision for case in cases} == {1242}
    engine.dispose()


async def test_what_a_killed_worker_had_begun_is_done_once_by_the_next(
    temporal_address: str, temporal_client: Client, engine: Engine, sqlite_url: str, task_queue: str
) -> None:
    shop = Shop(temporal_client, engine, task_queue)
    async with worker_process(temporal_address, sqlite_url, task_queue):
        case = await shop.open("plain", "place", Role.CUSTOMER)
    for round_ in range(2):
        async with worker_process(temporal_address, sqlite_url, task_queue) as pid:
            asked = [
                asyncio.create_task(
                    shop.act(case, "remark", Role.CS_AGENT, request=f"{round_}-{n}", note=f"{round_}-{n}")
                )
                for n in range(8)
            ]
            await shop.until(lambda round_=round_: shop.row(case).revision > 1 + 8 * round_)
            os.kill(pid, signal.SIGKILL)
        async with worker_process(temporal_address, sqlite_url, task_queue):
            await asyncio.gather(*asked)
    notes = [step.form["note"] for step in shop.steps(case) if step.form]
    assert sorted(notes) == sorted(f"{round_}-{n}" for round_ in range(2) for n in range(8))
    engine.dispose()


@pytest.mark.slow
async def test_a_worker_that_was_stopped_for_a_while_takes_no_case_back(
    temporal_address: str, temporal_client: Client, engine: Engine, sqlite_url: str, task_queue: str
) -> None:
    shop = Shop(temporal_client, engine, task_queue)
    heads: list[int] = []

    async def act_on(case: str) -> None:
        for n in range(40):
            await shop.act(case, "remark", Role.CS_AGENT, request=f"{n}", note=f"{n}")
            heads.append(shop.row(cases[0]).revision)

    async with worker_process(temporal_address, sqlite_url, task_queue) as first:
        cases = [await shop.open("plain", "place", Role.CUSTOMER) for _ in range(4)]
        async with worker_process(temporal_address, sqlite_url, task_queue):
            acting = [asyncio.create_task(act_on(case)) for case in cases]
            await shop.until(lambda: len(heads) >= 8)
            os.kill(first, signal.SIGSTOP)
            # what it held is given to the other after the task's ten seconds
            await shop.until(lambda: all(task.done() for task in acting), seconds=90)
            os.kill(first, signal.SIGCONT)
            await asyncio.gather(*acting)
            for case in cases:
                await shop.act(case, "confirm", Role.CS_AGENT)
            report = await Reconciler(shop.cases, pydantic_data_converter, task_queue=task_queue).look()
    assert heads == sorted(heads)
    assert [shop.row(case).revision for case in cases] == [42] * 4
    for case in cases:
        assert [step.form["note"] for step in shop.steps(case) if step.form] == [str(n) for n in range(40)]
    assert (report.rewritten, report.rebuilt, report.unknown) == ([], [], [])
    engine.dispose()
