"""`guicheng rebuild`: the read model again, from Temporal's histories.

It comes out as it was, as far as Temporal still has the histories. Who has claimed a task is kept where the task is
still the same. Rebuild while nobody works: a case that moves meanwhile is written again, and shows less until then.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass

from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter

from cases import policies
from cases.connection import connect, data_converter
from cases.done_effects import effects_done, keep_done, show_done_again
from cases.read_model import write
from models.database import open_database, reading, writing
from models.effect import Queue
from models.tables.cases import CaseRow
from settings.environment import Settings
from workflows.runner.histories import Replayed, histories, replay, runs
from workflows.runner.messages import EffectNow

_PAUSES = (0.0, 0.2, 1.0, 2.0, 4.0)
"""Seconds before each pass. All but the first are for the cases that moved meanwhile; Temporal's lists are late."""


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
    failed: list[Replayed] = []
    wanted = await runs(client, task_queue, only_open=False, case=case)
    for pause in _PAUSES:
        if not wanted:
            break
        await asyncio.sleep(pause)
        progress: dict[str, _Progress] = {}
        async for history in histories(client, wanted):
            replayed = await replay(history, converter)
            if replayed.failure is not None:
                failed.append(replayed)
            if replayed.commits:
                await asyncio.to_thread(_write, engine, replayed, progress)
        again = await asyncio.to_thread(_moved, engine, progress) - {one.case for one in failed}
        wanted = [run for one in again for run in await runs(client, task_queue, only_open=False, case=one)]
    return failed


@dataclass
class _Progress:
    """Of one case."""

    shown: int
    """The fence of what the read model showed before."""
    done: list[EffectNow]
    """The effects that it showed as done: whoever performs them says so before the history does."""
    written: int = 0
    """The fence of the last commit that was written."""


def _write(engine: Engine, replayed: Replayed, progress: dict[str, _Progress]) -> None:
    """progress: by case. The first commit of a case replaces whatever is there."""
    with writing(engine) as session:
        before = progress.get(replayed.case)
        if before is None:
            row = session.get(CaseRow, replayed.case, with_for_update=True)
            before = _Progress(row.fence if row else 0, effects_done(session, replayed.case))
            repaired = replayed.commits[0].model_copy(update={"repairs": True})
            write(session, repaired, is_news=False)
        for commit in replayed.commits[0 if replayed.case in progress else 1 :]:
            write(session, commit, is_news=False)
        show_done_again(session, replayed.case, replayed.shown)
        keep_done(session, replayed.case, before.done)
        before.written = replayed.commits[-1].fence
        progress[replayed.case] = before


def _moved(engine: Engine, progress: dict[str, _Progress]) -> set[str]:
    """The cases that have committed something since their history was read; and those that showed what history doesn't
    know, once.
    """
    moved = {case for case, one in progress.items() if one.shown > one.written}
    with reading(engine) as session:
        for case, one in progress.items():
            row = session.get(CaseRow, case)
            if row is not None and row.fence > one.written:
                moved.add(case)
    return moved


async def main(chosen: Settings) -> int:
    """The command. 1 where this code can't replay a history."""
    engine = open_database(chosen.sqlalchemy_url)
    policies.look_in(engine)
    failed = await rebuild(await connect(chosen), engine, converter=data_converter(chosen))
    for one in failed:
        sys.stderr.write(f"{one.case} (run {one.run}): {one.failure}\n")
    engine.dispose()
    if not failed:
        sys.stdout.write("The read model holds what Temporal's histories say.\n")
    return 1 if failed else 0
