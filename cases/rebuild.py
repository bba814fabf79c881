"""`guicheng rebuild`: the read model again, from Temporal's histories.

It comes out as it was, as far as Temporal still has the histories. Who has claimed a task is kept where the task is
still the same. Rebuild while nobody works: what is committed meanwhile is not lost, but may be written twice.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter

from cases.connection import connect, data_converter
from cases.read_model import write
from models.database import open_database, writing
from models.effect import Queue
from settings.environment import Settings
from workflows.runner.histories import Replayed, histories, replay, runs
from workflows.runner.messages import Commit


async def rebuild(
    client: Client,
    engine: Engine,
    *,
    task_queue: str = Queue.CASES,
    converter: DataConverter = pydantic_data_converter,
    case: str | None = None,
) -> list[Replayed]:
    """Write every commit of every history again, or of one case's, in their order. Returns the runs that this code
    can't replay; what they committed before that point is written.
    """
    begun: set[str] = set()
    failed: list[Replayed] = []
    async for history in histories(client, await runs(client, task_queue, only_open=False, case=case)):
        replayed = await replay(history, converter)
        if replayed.failure is not None:
            failed.append(replayed)
        if replayed.commits:
            await asyncio.to_thread(_write, engine, replayed.commits, over=replayed.case not in begun)
            begun.add(replayed.case)
    return failed


def _write(engine: Engine, commits: tuple[Commit, ...], *, over: bool) -> None:
    """over: whether the first of these replaces whatever is there."""
    with writing(engine) as session:
        for number, commit in enumerate(commits):
            repairs = over and number == 0
            written = commit.model_copy(update={"repairs": True}) if repairs else commit
            write(session, written, is_news=False)


async def main(chosen: Settings) -> int:
    """The command. 1 where this code can't replay a history."""
    engine = open_database(chosen.sqlalchemy_url)
    failed = await rebuild(await connect(chosen), engine, converter=data_converter(chosen))
    for one in failed:
        sys.stderr.write(f"{one.case} (run {one.run}): {one.failure}\n")
    engine.dispose()
    if not failed:
        sys.stdout.write("The read model holds what Temporal's histories say.\n")
    return 1 if failed else 0
