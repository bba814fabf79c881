"""Histories of cases, replayed: to see whether the code still fits them, and to learn again what they committed."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from models.policy import StorePolicy
from workflows.registry import registry
from workflows.runner import policies
from workflows.runner.case import CaseWorkflow
from workflows.runner.commits import Diverged, Watch, watch
from workflows.runner.messages import Commit, EffectNow, Reply, StartRequest
from workflows.runner.sandbox import workflow_runner
from workflows.runner.schedule import OPEN_ON_SCHEDULE

_PLACES = ("identity", "stackTrace")


@dataclass(frozen=True)
class Replayed:
    """What a replay of one run came to."""

    case: str
    run: str
    failure: Exception | None
    """Why this code can't go on with it; None when it can."""
    commits: tuple[Commit, ...]
    shown: tuple[EffectNow, ...] = ()
    """The effects that were shown as done without a commit."""


async def replay(history: WorkflowHistory, converter: DataConverter = pydantic_data_converter) -> Replayed:
    """Run this process's code against what was recorded. Reaches nothing outside."""
    registry()  # reading all procedures takes longer than a workflow's task may
    watched = Watch()
    replayer = Replayer(
        workflows=[CaseWorkflow],
        data_converter=converter,
        workflow_runner=workflow_runner(),
        debug_mode=True,  # nobody waits for it: a slow machine is no fault of the history
    )
    watch(watched)
    try:
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    finally:
        watch(None)
    failure = result.replay_failure or _diverged(await _in_replies(history, converter), watched)
    return Replayed(
        history.workflow_id, history.run_id, failure, tuple(watched.commits), tuple(watched.shown)
    )


async def _in_replies(history: WorkflowHistory, converter: DataConverter) -> list[Commit]:
    """The commits that went out with replies of this run: Temporal compares its own commands alone."""
    commits: list[Commit] = []
    for event in history.events:
        if event.HasField("workflow_execution_update_completed_event_attributes"):
            outcome = event.workflow_execution_update_completed_event_attributes.outcome
            if outcome.HasField("success"):
                (reply,) = await converter.decode(outcome.success.payloads, [Reply])
                commits += [reply.commit] if reply.commit is not None else []
    return commits


def _diverged(recorded: list[Commit], replayed: Watch) -> Diverged | None:
    for commit in recorded:
        if replayed.shifted is not None and commit.revision >= replayed.shifted:
            return None
        others = [other for other in replayed.commits if other.revision == commit.revision]
        if commit.hash in [other.hash for other in others]:
            continue
        if others and commit.moments not in [other.moments for other in others]:
            return None  # taken at another time than it is replayed at: from here on hashes differ
        return Diverged.of(commit, commit.hash, others[0].hash if others else "never reached")
    return None


async def runs(
    client: Client, task_queue: str, *, only_open: bool, case: str | None = None
) -> list[WorkflowExecution]:
    """The runs of all cases on this queue, or of one case, the oldest first."""
    query = f"TaskQueue = '{task_queue}'" + (" AND ExecutionStatus = 'Running'" if only_open else "")
    if case is not None:
        query += f" AND WorkflowId = {json.dumps(case)}"
    found = [run async for run in client.list_workflows(query) if is_case(run)]
    return sorted(found, key=lambda run: (run.start_time, run.run_id))


async def histories(client: Client, found: list[WorkflowExecution]) -> AsyncIterator[WorkflowHistory]:
    """Their histories, one after the other."""
    for run in found:
        yield await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()


def is_case(run: WorkflowExecution) -> bool:
    """Whether a workflow carries a case; the calendar's own don't."""
    return run.workflow_type != OPEN_ON_SCHEDULE


def save(history: WorkflowHistory, path: Path, policy: StorePolicy | None) -> None:
    """Keep a history in a file, with what it doesn't hold itself: its workflow's id, from which the effects' keys
    derive, and the policy of its case, if that is known.
    """
    saved: dict[str, Any] = {
        "workflow_id": history.workflow_id,
        "policies": {policy.hash: json.loads(policy.text)} if policy is not None else {},
        **_without_places(history.to_json_dict()),
    }
    path.write_text(json.dumps(saved, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


async def policy_in(history: WorkflowHistory, converter: DataConverter) -> StorePolicy:
    """The policy that the case of this history runs under. Raises what `policies.policy_of` raises."""
    began = history.events[0].workflow_execution_started_event_attributes
    (start,) = await converter.decode(began.input.payloads, [StartRequest])
    return start.policy


def _without_places(part: Any) -> Any:
    """Without what tells only where it was recorded: hosts, processes, source files."""
    match part:
        case dict():
            entries: list[tuple[str, Any]] = list(part.items())  # pyright: ignore[reportUnknownArgumentType]
            kept = {key: _without_places(value) for key, value in entries if key not in _PLACES}
            # a worker's own queue is named after its host and process
            return {**kept, "name": kept["normalName"]} if "normalName" in kept else kept
        case list():
            return [_without_places(value) for value in part]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return part


def saved(path: Path) -> WorkflowHistory:
    """A history from a file that `save` wrote, perhaps compressed since, or that was downloaded in Temporal's UI. This
    process knows the policy that it brings along. Else raises ValueError.
    """
    kept = path.read_bytes()
    content: dict[str, Any] = json.loads(gzip.decompress(kept) if path.suffix == ".gz" else kept)
    for hash_, policy in content.pop("policies", {}).items():
        policies.know(StorePolicy.of(hash_, json.dumps(policy)))
    events: list[dict[str, Any]] = content.get("events", [])
    started: dict[str, Any] = events[0].get("workflowExecutionStartedEventAttributes", {}) if events else {}
    workflow_id: str | None = content.pop("workflow_id", None) or started.get("workflowId")
    if not workflow_id:
        raise ValueError(f"{path} doesn't say of which workflow it is")
    return WorkflowHistory.from_json(workflow_id, content)
