"""A worker takes a case over: it does there what every later replay does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails

from models.roles import Role
from tests.runner.conftest import Shop
from workflows.runner.arriving import _this
from workflows.runner.histories import replay
from workflows.runner.sandbox import _Instance, _with_jobs, workflow_runner


class TakingOver(UnsandboxedWorkflowRunner):
    """Shows a case the results of a task in which it asks for nothing together with the next request, as the SDK does
    where another worker takes the case over in between.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _ShownTogether(workflow_runner().create_instance(det))


class _ShownTogether(_Instance):
    def __init__(self, instance: WorkflowInstance) -> None:
        super().__init__(instance)
        self._kept: list[WorkflowActivationJob] = []

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        if all(job.HasField("resolve_activity") and not job.resolve_activity.is_local for job in act.jobs):
            self._kept += act.jobs
            nothing = WorkflowActivationCompletion(run_id=act.run_id)
            nothing.successful.SetInParent()
            return nothing
        jobs, self._kept = [*self._kept, *act.jobs], []
        return self._instance.activate(_with_jobs(act, jobs))


async def test_what_has_come_before_a_request_comes_before_it_in_every_replay(
    temporal_client: Client, engine: Engine, task_queue: str
) -> None:
    shop = Shop(temporal_client, engine, task_queue)
    async with shop.working(TakingOver()):
        case = await shop.open("gather", "begin", Role.CUSTOMER)
        await shop.act(case, "collect", Role.PICKER)
        await shop.until(lambda: len(shop.world.done) == 3)
        await shop.until(lambda: shop.is_idle(case))
        assert (await shop.events(case))[-4:] == ["activity_task_completed_event_attributes", *TASK]
        await shop.act(case, "collect", Role.PICKER, writes=False)
        await shop.until(lambda: len(shop.world.done) == 6)
        history = await shop.handle(case).fetch_history()
    replayed = await replay(history)
    assert replayed.failure is None
    assert [commit.revision for commit in replayed.commits] == [1, 2, 3]
    engine.dispose()


TASK = [f"workflow_task_{what}_event_attributes" for what in ("scheduled", "started", "completed")]
"""A task in which the case has asked for nothing."""


class Told(WorkflowInstance):
    """Keeps what it is shown, and answers each job with a command."""

    def __init__(self, failing: str = "") -> None:
        self.shown: list[tuple[list[str], bool]] = []
        self._failing = failing

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        jobs = [str(job.WhichOneof("variant")) for job in act.jobs]
        self.shown.append((jobs, _this.requests_follow))
        done = WorkflowActivationCompletion(run_id=act.run_id)
        if self._failing in jobs:
            done.failed.failure.message = "so"
            return done
        done.successful.SetInParent()
        for seq in range(len(jobs)):
            done.successful.commands.add().start_timer.seq = 10 * len(self.shown) + seq
        return done

    def get_serialization_context(self, command_info: Any) -> Any: ...
    def get_external_store_context(self, command_info: Any) -> Any: ...
    def get_info(self) -> Any: ...


def activation(*kinds: str) -> WorkflowActivation:
    act = WorkflowActivation(run_id="r", history_length=7)
    for kind in kinds:
        getattr(act.jobs.add(), kind).SetInParent()
    return act


def test_results_are_shown_first_and_the_case_knows_that_requests_follow() -> None:
    told = Told()
    done = _Instance(told).activate(activation("do_update", "resolve_activity", "fire_timer", "do_update"))
    assert told.shown == [
        (["resolve_activity", "fire_timer"], True),
        (["do_update", "do_update"], False),
    ]
    assert [command.start_timer.seq for command in done.successful.commands] == [10, 11, 20, 21]


@pytest.mark.parametrize(
    "kinds",
    [
        ("do_update",),
        ("resolve_activity", "fire_timer"),
        ("initialize_workflow", "do_update"),
        ("remove_from_cache",),
    ],
)
def test_all_else_is_shown_as_it_comes(kinds: tuple[str, ...]) -> None:
    told = Told()
    _Instance(told).activate(activation(*kinds))
    assert told.shown == [([*kinds], False)]


def test_a_result_that_fails_the_task_is_all_that_is_shown() -> None:
    told = Told(failing="resolve_activity")
    done = _Instance(told).activate(activation("do_update", "resolve_activity"))
    assert (len(told.shown), done.failed.failure.message) == (1, "so")
