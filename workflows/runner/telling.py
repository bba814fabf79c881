"""Tells who looks at a case in Temporal's UI where it stands: once they ask, as most steps are never looked at."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.worker import (
    HandleQueryInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from workflows.runner.case import CaseWorkflow
from workflows.runner.presentation import details


class Details(Interceptor):
    """Adds the details to what the SDK answers the UI about a workflow."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's own name
    ) -> type[WorkflowInboundInterceptor]:
        """The SDK makes one of it for each run of a workflow."""
        return _Asked


class _Asked(WorkflowInboundInterceptor):
    async def handle_query(self, input: HandleQueryInput) -> Any:  # noqa: A002 - the SDK's own name
        answer = await super().handle_query(input)
        case: object = workflow.instance()
        if (
            isinstance(answer, WorkflowMetadata)
            and isinstance(case, CaseWorkflow)
            and case.loaded is not None
        ):
            answer.current_details = details(case.loaded, case.loaded.machine())
        return answer
