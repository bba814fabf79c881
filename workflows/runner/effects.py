"""Effects under way: each a task beside the loop, so that a slow one holds up nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from activities.cases.contract import TellParent
from models.effect import EffectRequest, Outcome, Queue, Undo
from workflows.runner.messages import EffectStatus, PendingEffect
from workflows.runner.presentation import summary_of_effect
from workflows.runner.state import CaseState

_RETRY_FIRST = timedelta(seconds=1)
_RETRY_LONGEST = timedelta(minutes=1)


class EffectRunner:
    """Performs what the case has asked for. Outcomes go to the state; the loop then commits them."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def launch(self) -> None:
        """Start every effect that is asked for and not under way."""
        for key, pending in self._state.pending.items():
            if pending.standing is EffectStatus.RUNNING and key not in self._tasks:
                self._tasks[key] = asyncio.create_task(self._perform(key))

    def is_running(self, key: str) -> bool:
        """Whether the effect is asked for, and neither done nor failed."""
        pending = self._state.pending.get(key)
        return pending is not None and pending.standing is EffectStatus.RUNNING

    async def _perform(self, key: str) -> None:
        pending = self._state.pending[key]
        if self._must_wait(pending):
            await workflow.wait_condition(lambda: not self._must_wait(pending))
        effect = pending.ask.effect
        try:
            outcome = await workflow.execute_activity(
                pending.ask.kind,
                self._request(pending),
                result_type=Outcome,
                task_queue=queue(workflow.info().task_queue, effect.queue),
                start_to_close_timeout=effect.timeout,
                retry_policy=RetryPolicy(
                    initial_interval=_RETRY_FIRST,
                    maximum_interval=_RETRY_LONGEST,
                    maximum_attempts=effect.attempts,
                ),
                summary=summary_of_effect(self._state.start, pending),
            )
        except ActivityError as error:
            cause = error.cause
            message = cause.message if isinstance(cause, ApplicationError) else str(cause or error)
            self._state.failed(key, message)
        else:
            self._state.ended(key, outcome)
        finally:
            del self._tasks[key]

    def _must_wait(self, pending: PendingEffect) -> bool:
        """An undo waits for what it takes back. Effects on the books are performed in the order of their keys: one that
        needs an earlier entry finds it there. So are reports to the parent: it takes none from a case that has ended.
        """
        effect = pending.ask.effect
        if isinstance(effect, Undo) and self.is_running(effect.of):
            return True
        mine = _place_of(pending)
        is_report = isinstance(effect, TellParent)
        return any(
            (
                other.ask.effect.queue is Queue.EFFECTS
                or (is_report and isinstance(other.ask.effect, TellParent))
            )
            and other.standing is EffectStatus.RUNNING
            and _place_of(other) < mine
            for other in self._state.pending.values()
        )

    def _request(self, pending: PendingEffect) -> EffectRequest:
        state, ask = self._state, pending.ask
        effect = ask.effect
        return EffectRequest(
            key=f"{state.case}/{ask.key}",
            case=state.case,
            store=state.start.store,
            subject=state.start.subject,
            effect=ask.kind,
            payload=effect.model_dump(mode="json"),
            at=pending.at,
            of=f"{state.case}/{effect.of}" if isinstance(effect, Undo) else "",
            round=pending.round,
        )


def _place_of(pending: PendingEffect) -> tuple[int, int]:
    """The revision that asked for it, and its place among what that asked for."""
    revision, _, place = pending.ask.key.partition(".")
    return int(revision), int(place)


def queue(cases: str, of: Queue) -> str:
    """The task queue of an effect, beside the one that cases run on."""
    return cases + of.removeprefix(Queue.CASES)
