"""The workflow that a Temporal Schedule starts: it opens the case of its period, and is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey

from workflows.runner.gate import require_signed_plan
from workflows.runner.messages import Planned
from workflows.runner.words import words

OPEN_ON_SCHEDULE = "open_on_schedule"
"""Both the workflow type and its activity."""
_MEANT_FOR = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


@workflow.defn(name=OPEN_ON_SCHEDULE)
class OpenOnSchedule:
    """One start by the calendar. It belongs to the moment that it was meant for, however late it runs."""

    @workflow.run
    async def run(self, planned: Planned) -> str:
        """Returns the case's id, or why there is none. Refuses what the calendar hasn't signed."""
        require_signed_plan(planned)
        meant_for: datetime = workflow.info().typed_search_attributes.get(_MEANT_FOR) or workflow.now()
        return await workflow.execute_activity(
            OPEN_ON_SCHEDULE,
            args=[planned, meant_for],
            result_type=str,
            start_to_close_timeout=timedelta(minutes=1),
            retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
            summary=f"{words('procedure', planned.procedure)} · {planned.store}",
        )
