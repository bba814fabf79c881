"""The store's clock: one for all of its cases, those that run and those that begin later.

Temporal skips the time of a workflow at a time. So all that run are sent forward together; and a new one begins after a
delay as long as what was skipped before, which is skipped too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import FastForwardConfig, TimeSkippingConfig
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from tests.whole.waiting import until

Known = Callable[[], Iterable[str]]
"""The ids of all cases, as the read model knows them now."""


class StoreClock(Interceptor):
    """Give it to the client that starts the store's cases."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        """Of the machine's own clock."""
        self._ended: set[str] = set()

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        return _Starting(next, self)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def forward(self, client: Client, cases: Known, span: timedelta) -> None:
        """Everything is so much later. What falls due on the way is done when this returns."""
        running = await at_rest(client, cases, self._ended)
        skipper = TimeSkipper(client)
        self.ahead += span
        await asyncio.gather(*(_forward(skipper, client.get_workflow_handle(one), span) for one in running))
        await at_rest(client, cases, self._ended)


async def _forward(skipper: TimeSkipper, case: WorkflowHandle[Any, Any], span: timedelta) -> None:
    try:
        await skipper.fast_forward(case, span)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:  # what fell due in another case has ended this one
            raise


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

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        """Temporal starts nothing later that comes with an update: the start comes first, and the update finds it."""
        if self._clock.ahead:
            start = input.start_workflow_input
            await self.start_workflow(
                StartWorkflowInput(
                    **vars(start),
                    start_signal=None,
                    start_signal_args=[],
                    request_eager_start=False,
                    rpc_metadata={},
                    rpc_timeout=None,
                )
            )
        return await super().start_update_with_start_workflow(input)


async def at_rest(client: Client, cases: Known, ended: set[str] | None = None) -> list[str]:
    """The cases that run, once none of them has anything to do before somebody acts or time passes.

    ended: those that are known to have ended, which aren't asked again; more are put in.
    """
    ended = set() if ended is None else ended
    busy: list[str] = []

    async def at_rest_now() -> list[str] | None:
        descriptions = await asyncio.gather(
            *(client.get_workflow_handle(one).describe() for one in cases() if one not in ended)
        )
        ended.update(one.id for one in descriptions if one.status is not WorkflowExecutionStatus.RUNNING)
        running = [one for one in descriptions if one.status is WorkflowExecutionStatus.RUNNING]
        busy[:] = [one.id for one in running if _is_busy(one.raw_description)]
        return None if busy else [one.id for one in running]

    return await until(at_rest_now, lambda: f"{busy} find no rest")


def _is_busy(description: DescribeWorkflowExecutionResponse) -> bool:
    return description.HasField("pending_workflow_task") or bool(description.pending_activities)
