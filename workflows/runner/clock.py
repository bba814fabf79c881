"""One timer a case, set to its earliest alarm.

A later alarm doesn't restart the timer, which would cost two events a step: it is set anew once it has run out. An
earlier alarm restarts it, and where no alarm is left it is cancelled.

An alarm goes off because its timer has run out, never because the workflow sees that it is late: what wakes the
workflow in between may not be in its history, and then no replay would let it go off there.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from workflows.language.memory import Alarm
from workflows.language.refusals import Refusal
from workflows.runner.presentation import summary_of_timer
from workflows.runner.state import CaseState

_SOON = timedelta(milliseconds=1)


class Clock:
    """Wakes the loop when an alarm is due."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        self._set_for: datetime | None = None
        self._timer: asyncio.Task[None] | None = None
        self.has_run_out = False
        """Whether alarms may be due: `ring` is to be called."""
        self._failed: set[str] = set()
        """Alarms that the machine could not take: to try them again would go on for ever."""

    @property
    def is_to_be_set(self) -> bool:
        """Whether the timer isn't as the alarms want it. Follows from what the case has accepted alone, as whatever
        wakes the loop must.
        """
        alarm = self._next()
        if alarm is None:
            return self._set_for is not None and not self._state.is_at_its_end
        return self._set_for is None or alarm.at < self._set_for

    def set(self) -> None:
        """See to it that the loop wakes at the earliest alarm, and at none where there is none."""
        if not self.is_to_be_set:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._set_for = self._timer = None
        if (alarm := self._next()) is None:
            return
        self._set_for = alarm.at
        wait = max(alarm.at - workflow.now(), _SOON)
        summary = summary_of_timer(self._state.start.procedure, alarm, self._state.start.policy.zone)
        self._timer = asyncio.create_task(self._run_out(wait, summary))

    def ring(self) -> None:
        """Let every alarm that is due go off, if one is."""
        self.has_run_out = False
        state = self._state
        while (alarm := self._next()) is not None and alarm.at <= workflow.now():
            try:
                state.take(lambda machine, alarm=alarm: machine.fire(alarm))
            except Refusal as refusal:
                self._failed.add(alarm.key)
                state.record("alarm_failed", note=f"{alarm.key}: {refusal.message}")

    def _next(self) -> Alarm | None:
        return next((alarm for alarm in self._state.alarms if alarm.key not in self._failed), None)

    async def _run_out(self, wait: timedelta, summary: str) -> None:
        await workflow.sleep(wait, summary=summary)
        self._set_for = self._timer = None
        self.has_run_out = True
