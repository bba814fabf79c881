"""`guicheng replay`: before a deployment, whether this code can go on with every open case.

Exit status 1, and a line for each case that would break, where it can't.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cases.connection import connect, data_converter
from models.effect import Queue
from settings.environment import Settings
from workflows.runner.histories import Replayed, histories, replay, runs, save


async def broken(
    chosen: Settings, *, task_queue: str = Queue.CASES, keep: Path | None = None
) -> list[Replayed]:
    """The open cases that this code would break, each with why."""
    client = await connect(chosen)
    found = await runs(client, task_queue, only_open=True)
    failed: list[Replayed] = []
    async for history in histories(client, found):
        if keep is not None:
            save(history, keep / f"{history.workflow_id.replace(':', '__')}.json")
        replayed = await replay(history, data_converter(chosen))
        if replayed.failure is not None:
            failed.append(replayed)
    sys.stderr.write(f"{len(found)} open cases replayed, {len(failed)} would break.\n")
    return failed


async def main(chosen: Settings, *, keep: Path | None = None) -> int:
    """The command. 1 where a case would break. `keep` names a directory for the histories, which exists."""
    failed = await broken(chosen, keep=keep)
    for one in failed:
        sys.stdout.write(f"{one.case}: {one.failure}\n")
    return 1 if failed else 0
