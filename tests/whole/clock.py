"""The store's clock: one for all of its cases, those that run and those that begin later.

Temporal skips the time of a workflow at a time. So all that run are sent forward together; and a new one begins after a
delay as long as what was skipped before, which is skipped too.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.testing import TimeSkipper

from tests.whole.waiting import until

_RUNNING = "ExecutionStatus = 'Running'"


class StoreClock(Interceptor):
    """Give it to the client that starts the store's cases."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        """Of the machine's own clock."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        return _Starting(next, self)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def forward(self, client: Client, span: timedelta) -> None:
        """Everything is so much later. What falls due on the way is done when this returns."""
        await until_at_rest(client)
        skipper = TimeSkipper(client)
        running = [client.get_workflow_handle(one.id) async for one in client.list_workflows(_RUNNING)]
        self.ahead += span
        await asyncio.gather(*(skipper.fast_forward(one, span) for one in running))
        await until_at_rest(client)


class _Starting(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, clock: StoreClock) -> None:
        super().__init__(following)
        self._clock = clock

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        if ahead := self._clock.ahead:
            skipped = FastForwardConfig(id=str(uuid4()))
            skipped.duration.FromTimedelta(ahead)
            input.start_delay = ahead
            input.time_skipping_config = TimeSkippingConfig(enabled=True, fast_forward_config=skipped)
        return await super().start_workflow(input)


async def until_at_rest(client: Client) -> None:
    """Wait until no case has anything to do before somebody acts or time passes."""
    busy: list[str] = []

    async def is_at_rest() -> bool | None:
        running = [one.id async for one in client.list_workflows(_RUNNING)]
        told = await asyncio.gather(*(client.get_workflow_handle(one).describe() for one in running))
        busy[:] = [
            one.id
            for one in told
            if one.raw_description.HasField("pending_workflow_task") or one.raw_description.pending_activities
        ]
        return None if busy else True

    await until(is_at_rest, lambda: f"{busy} find no rest")
