"""Somebody who reaches Temporal's port, has read every history, and has none of the store's keys."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    Worker,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from cases.signed_work import HEADER
from models.effect import Queue
from tests.runner.conftest import Shop
from workflows.runner.sandbox import workflow_runner


@dataclass
class Stolen:
    """An activity's input and signature, as a history shows them."""

    kind: str
    queue: str
    input: list[Payload]
    signature: bytes


@dataclass
class Hand:
    """What the attacker's workflow holds ready."""

    kind: str
    queue: str
    args: list[Any]
    signature: bytes | None = None


@dataclass
class _Held:
    hand: Hand | None = None
    goes_on_as: Mapping[str, Any] = field(default_factory=dict[str, Any])


_held = _Held()


@workflow.defn(name="attack")
class Attack:
    """Asks for an activity of the store's workers; or becomes a case."""

    @workflow.run
    async def run(self) -> Any:
        if _held.goes_on_as:
            workflow.continue_as_new(**_held.goes_on_as)
        hand = _held.hand
        assert hand is not None
        return await workflow.execute_activity(
            hand.kind,
            args=hand.args,
            task_queue=hand.queue,
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )


class _Forging(Interceptor):
    """Sends the stolen signature along."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002
    ) -> type[WorkflowInboundInterceptor]:
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        if _held.hand is not None and _held.hand.signature is not None:
            forged = Payload(metadata={"encoding": b"binary/plain"}, data=_held.hand.signature)
            input.headers = {**input.headers, HEADER: forged}
        return super().start_activity(input)


class Attacker:
    """A worker of their own, beside the store's."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.client: Client = shop.client
        self.queue = f"{shop.queue}-attack"
        self._tried = 0

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[Attacker]:
        async with Worker(
            self.client,
            task_queue=self.queue,
            workflows=[Attack],
            workflow_runner=workflow_runner(),
            interceptors=[_Forging()],
        ):
            yield self

    def queue_of(self, queue: Queue) -> str:
        """The store's own queue."""
        return self.shop.queue + queue.removeprefix(Queue.CASES)

    async def has_performed(self, hand: Hand, *, under: str = "") -> Any:
        """What the store's worker answers. Raises `Rebuffed` where it refuses. under: a workflow id."""
        _held.hand, _held.goes_on_as = hand, {}
        self._tried += 1
        try:
            return await self.client.execute_workflow(
                "attack", id=under or f"attack-{self._tried}-{self.queue}", task_queue=self.queue
            )
        except WorkflowFailureError as failed:
            raise _why(failed) from failed

    async def becomes(self, case: str, **how: Any) -> None:
        """A workflow of the attacker's that goes on in a new run: as a case, on the store's workers."""
        _held.goes_on_as = how
        await self.client.start_workflow("attack", id=case, task_queue=self.queue)

    async def steal(self, case: str, kind: str) -> Stolen:
        """The last activity of this kind that the case has asked for."""
        history = await self.client.get_workflow_handle(case).fetch_history()
        asked = [
            event.activity_task_scheduled_event_attributes
            for event in history.events
            if event.HasField("activity_task_scheduled_event_attributes")
        ]
        found = [one for one in asked if one.activity_type.name == kind][-1]
        return Stolen(
            kind, found.task_queue.name, list(found.input.payloads), found.header.fields[HEADER].data
        )


class Rebuffed(Exception):
    """The store's worker did nothing."""

    def __init__(self, kind: str, *, attempts_left: bool) -> None:
        super().__init__(kind)
        self.kind = kind
        self.attempts_left = attempts_left


def _why(failed: WorkflowFailureError) -> Exception:
    activity = failed.cause
    cause = activity.cause if isinstance(activity, ActivityError) else activity
    if isinstance(cause, ApplicationError):
        return Rebuffed(cause.type or "", attempts_left=not cause.non_retryable)
    return failed


def raw(stolen: Stolen) -> list[RawValue]:
    return [RawValue(payload) for payload in stolen.input]
