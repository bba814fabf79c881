"""Replays histories of cases with this code: before a deployment, those of all open cases; to look into one case, its
own, in this process, where a debugger stops.

Without a case it says whether this code can go on with every open case: exit status 1, and a line for each case that
would break. With a case's id (`order_fulfilment:tmall:SO-1001`), or a file that `--save` wrote, it replays that one's
latest run step by step: `breakpoint()` in a hook of its procedure, or a debugger's own breakpoint, stops there, with
the form, the case's data and the time as they were. Nothing outside is reached, and nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from sqlalchemy import make_url
from temporalio.client import WorkflowHistory

from cases import policies
from cases.connection import connect, data_converter
from models.database import DatabaseError, open_database
from models.effect import Queue
from settings.environment import Settings
from workflows.runner.histories import Replayed, histories, policy_in, replay, runs, save, saved
from workflows.runner.messages import StepNow


class NoSuchHistory(Exception):
    """Temporal has no history of that case, or the file holds none."""


async def broken(
    chosen: Settings, *, task_queue: str = Queue.CASES, keep: Path | None = None
) -> list[Replayed]:
    """The open cases that this code would break, each with why. keep: the directory in which to save the histories."""
    client = await connect(chosen)
    found = await runs(client, task_queue, only_open=True)
    failed: list[Replayed] = []
    async for history in histories(client, found):
        if keep is not None:
            await _keep(history, keep, chosen)
        replayed = await replay(history, data_converter(chosen))
        if replayed.failure is not None:
            failed.append(replayed)
    sys.stderr.write(f"{len(found)} open cases replayed, {len(failed)} would break.\n")
    return failed


async def one(
    chosen: Settings,
    case: str | Path,
    *,
    every_run: bool = False,
    task_queue: str = Queue.CASES,
    keep: Path | None = None,
) -> list[Replayed]:
    """Replay one case: its latest run, or all that Temporal still has, the oldest first; or the run in a file. Raises
    NoSuchHistory.
    """
    return [
        await replay(history, data_converter(chosen))
        async for history in _histories(chosen, case, every_run=every_run, task_queue=task_queue, keep=keep)
    ]


async def _histories(
    chosen: Settings, case: str | Path, *, every_run: bool, task_queue: str, keep: Path | None
) -> AsyncIterator[WorkflowHistory]:
    if isinstance(case, Path):
        yield _read(case)
        return
    client = await connect(chosen)
    found = await runs(client, task_queue, only_open=False, case=case)
    if not found:
        raise NoSuchHistory(f"Temporal has no history of a case {case}.")
    async for history in histories(client, found if every_run else found[-1:]):
        if keep is not None:
            await _keep(history, keep, chosen)
        yield history


def _read(path: Path) -> WorkflowHistory:
    try:
        return saved(path)
    except (OSError, ValueError, KeyError) as error:
        raise NoSuchHistory(f"{path} holds no history as `--save` writes it: {error}") from error


async def _keep(history: WorkflowHistory, directory: Path, chosen: Settings) -> None:
    try:
        policy = await policy_in(history, data_converter(chosen))
    except DatabaseError:
        policy = None  # the replay tells that it is missing
    save(history, directory / _file_of(history), policy)


def _look_for_policies(chosen: Settings, *, anyway: bool) -> None:
    """In the database of the store; unless `anyway`, only if there is one."""
    url = make_url(chosen.sqlalchemy_url)
    if anyway or url.get_backend_name() != "sqlite" or Path(url.database or "").exists():
        policies.look_in(open_database(chosen.sqlalchemy_url))


def _file_of(history: WorkflowHistory) -> str:
    return f"{history.workflow_id.replace(':', '__')}.json"


def lines_of(replayed: Replayed) -> Iterator[str]:
    """What a replay came to: a line for each step, and how it ended."""
    yield f"{replayed.case} (run {replayed.run})"
    steps = {step.revision: step for commit in replayed.commits for step in commit.steps}
    effects = {effect.key: effect for commit in replayed.commits for effect in commit.effects}
    for revision, step in sorted(steps.items()):
        kinds = [effect.kind for effect in effects.values() if effect.revision == revision]
        asked = f", asks for {', '.join(kinds)}" if kinds else ""
        yield f"  {revision:>3}  {step.at:%Y-%m-%d %H:%M:%S}Z  {step.event} by {step.actor}: {_moved(step)}{asked}"
    yield (
        f"  can't go on: {replayed.failure}"
        if replayed.failure is not None
        else "  replays as it was recorded"
    )


def _moved(step: StepNow) -> str:
    before, after = ", ".join(step.before), ", ".join(step.after)
    return after if before in ("", after) else f"{before} → {after}"


async def main(
    chosen: Settings, *, case: str | Path | None = None, every_run: bool = False, keep: Path | None = None
) -> int:
    """The command: of one case, its steps; of all open ones, those that would break. 1 where one can't go on."""
    # a file brings its policy along, unless Temporal's UI wrote it
    _look_for_policies(chosen, anyway=not isinstance(case, Path))
    if case is None:
        failed = await broken(chosen, keep=keep)
        sys.stdout.writelines(f"{run.case}: {run.failure}\n" for run in failed)
        return 1 if failed else 0
    try:
        replayed = await one(chosen, case, every_run=every_run, keep=keep)
    except NoSuchHistory as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for run in replayed for line in lines_of(run))
    return 1 if any(run.failure is not None for run in replayed) else 0
