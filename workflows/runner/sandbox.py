"""How the SDK runs the workflow's code, on the worker and in replays alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)
from temporalio.workflow import Info

from workflows.runner.arriving import requests_follow

_ALONE = frozenset({"initialize_workflow", "query_workflow", "remove_from_cache"})
"""Where one of these has come, nothing is put in another order."""


def workflow_runner() -> WorkflowRunner:
    """The runner without a sandbox, which shows a case what has come in one order: results, then requests.

    A procedure must be passed through the sandbox, as the state machine's library can't be imported inside; and what
    is passed through, the sandbox doesn't watch. It would cost a fifth of the throughput and catch nothing: that no
    procedure asks for the time, for chance or for I/O is a lint rule's to see, and that a replay computes what was
    committed is checked at every commit.
    """
    return _ResultsFirst()


class _ResultsFirst(UnsandboxedWorkflowRunner):
    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Instance(super().create_instance(det))


class _Instance(WorkflowInstance):
    """Takes the results that a task brings (of activities, of timers) before the requests.

    The SDK does it the other way round where they come together. That they do doesn't follow from the history: a worker
    that takes a case over is shown the results of the last task and the requests of its own at once, where that task
    asked for nothing; every replay shows them apart, the results first. Left so, the case would act in another order
    then, and could not be replayed (docs/decisions/0054-results-come-before-requests.md).
    """

    def __init__(self, instance: WorkflowInstance) -> None:
        self._instance = instance

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        results = [job for job in act.jobs if not _is_request(job)]
        requests = [job for job in act.jobs if _is_request(job)]
        if not results or not requests or any(job.WhichOneof("variant") in _ALONE for job in results):
            return self._instance.activate(act)
        with requests_follow():
            first = self._instance.activate(_with_jobs(act, results))
        if first.HasField("failed"):
            return first
        done = self._instance.activate(_with_jobs(act, requests))
        if done.HasField("successful"):
            commands = [*first.successful.commands, *done.successful.commands]
            del done.successful.commands[:]
            done.successful.commands.extend(commands)
        return done

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> Info:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


def _is_request(job: WorkflowActivationJob) -> bool:
    return job.WhichOneof("variant") in {"do_update", "signal_workflow"}


def _with_jobs(act: WorkflowActivation, jobs: Sequence[WorkflowActivationJob]) -> WorkflowActivation:
    part = WorkflowActivation()
    part.CopyFrom(act)
    del part.jobs[:]
    part.jobs.extend(jobs)
    return part
