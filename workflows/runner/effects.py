"""Effects beside the loop, so that a slow one holds up nothing.

What a step asks of the store's own books goes to one activity, in its order, together with what else has been asked
meanwhile. The worker that has the case performs it at once: the activity is on the queue of the cases, where Temporal
hands it over in its answer to the task that has asked for it. What is asked of other cases, of somebody outside, or of
the books by itself as a batch has left it, has an activity of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from activities.cases.contract import TellParent
from models.effect import BatchResult, EffectBatch, EffectRequest, Outcome, Queue, Undo
from workflows.runner.messages import EffectStatus, PendingEffect
from workflows.runner.presentation import name_of_batch, summary_of_batch, summary_of_effect
from workflows.runner.state import CaseState

_RETRY_FIRST = timedelta(seconds=1)
_RETRY_LONGEST = timedelta(minutes=1)
_MOST_TOGETHER = 20
"""Effects in one activity: other writers wait for its transaction."""
_TRIES_TOGETHER = 3
"""How often an activity of several is tried before each is performed alone."""
_TOGETHER = timedelta(seconds=15)


class EffectRunner:
    """Performs what the case has asked for. Outcomes go to the state; the loop then commits them."""

    def __init__(self, state: CaseState) -> None:
        self._state = state
        self._tasks: dict[str, asyncio.Task[None]] = {}
        """By key, the activities of one effect that are under way."""
        self._batches: asyncio.Task[None] | None = None
        """Performs one batch after the other; None while the books are asked nothing."""
        self._in_batch: frozenset[str] = frozenset()
        self._alone: set[str] = set()
        """Keys of effects that a batch has left."""
        self._outside: set[str] = set()
        """Kinds of effects that somebody outside performs, as a batch has told."""

    def launch(self) -> bool:
        """Start every effect that can be started. True when one of them leaves the store's own books."""
        apart = list(self._to_start_apart())
        for key in apart:
            self._tasks[key] = asyncio.create_task(self._perform(key))
        if self._batches is None and self._next_batch():
            self._batches = asyncio.create_task(self._perform_batches())
        return bool(apart)

    @property
    def is_to_launch(self) -> bool:
        """Whether there is an effect to be started."""
        return self.leaves_the_books or (self._batches is None and bool(self._next_batch()))

    @property
    def leaves_the_books(self) -> bool:
        """Whether an effect is to be started that other cases or people outside can see."""
        return next(self._to_start_apart(), None) is not None

    def quick_since(self, before: Collection[str]) -> list[str]:
        """The keys of the quick effects that have been asked for since there were these."""
        asked = self._state.pending.items()
        return [key for key, pending in asked if key not in before and pending.ask.effect.quick]

    def is_running(self, key: str) -> bool:
        """Whether the effect is asked for, and neither done nor failed."""
        pending = self._state.pending.get(key)
        return pending is not None and pending.standing is EffectStatus.RUNNING

    def _to_start_apart(self) -> Iterator[str]:
        for key, pending in self._state.pending.items():
            if (
                pending.standing is EffectStatus.RUNNING
                and key not in self._tasks
                and not self._is_for_books(pending)
            ):
                yield key

    def _is_for_books(self, pending: PendingEffect) -> bool:
        """Whether a batch may hold it. Who performs what isn't the books' own, only a batch can tell."""
        effect = pending.ask.effect
        return effect.queue is not Queue.CASES and pending.ask.kind not in self._outside

    # --- the books

    async def _perform_batches(self) -> None:
        while batch := self._next_batch():
            self._in_batch = frozenset(batch)
            try:
                result = await self._performed(batch)
            except ActivityError as error:
                self._batch_failed(batch, error)
            else:
                self._take(batch, result)
            self._in_batch = frozenset()
        self._batches = None

    def _next_batch(self) -> list[str]:
        """The keys of what the books can be asked now, in their order. An undo waits for what it takes back, and an
        entry in the books for those before it.
        """
        batch: list[str] = []
        for pending in sorted(self._state.pending.values(), key=_place_of):
            key, effect = pending.ask.key, pending.ask.effect
            if pending.standing is not EffectStatus.RUNNING or not self._is_for_books(pending):
                continue
            if isinstance(effect, Undo) and self.is_running(effect.of) and effect.of not in batch:
                if effect.queue is Queue.EFFECTS:
                    break
                continue
            if self._is_apart(pending):
                return batch or [key]
            batch.append(key)
            if len(batch) == _MOST_TOGETHER:
                break
        return batch

    def _is_apart(self, pending: PendingEffect) -> bool:
        """Whether it is performed by itself: a batch has left it, or a person has it tried again."""
        return pending.ask.key in self._alone or pending.round > 0

    async def _performed(self, batch: Sequence[str]) -> BatchResult:
        asked = [self._state.pending[key] for key in batch]
        effect = asked[0].ask.effect
        single = len(batch) == 1
        here = Queue.EFFECTS if self._is_apart(asked[0]) else Queue.CASES
        return await workflow.execute_activity(
            name_of_batch(asked),
            EffectBatch(requests=tuple(self._request(pending) for pending in asked)),
            result_type=BatchResult,
            task_queue=queue(workflow.info().task_queue, here),
            start_to_close_timeout=effect.timeout if single else _TOGETHER,
            retry_policy=_retried(effect.attempts if single else _TRIES_TOGETHER),
            summary=summary_of_batch(self._state.start, asked),
        )

    def _take(self, batch: Sequence[str], result: BatchResult) -> None:
        self._outside.update(result.outside)
        for key in batch:
            pending = self._state.pending[key]
            outcome = result.outcomes.get(self._key(key))
            if outcome is not None:
                self._alone.discard(key)
                self._state.ended(key, outcome, shown_at=result.at)
            elif pending.ask.kind not in self._outside:
                self._alone.add(key)

    def _batch_failed(self, batch: Sequence[str], error: ActivityError) -> None:
        if len(batch) > 1:
            self._alone.update(batch)
        else:
            self._alone.discard(batch[0])
            self._state.failed(batch[0], _said(error))

    # --- an activity each

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
                retry_policy=_retried(effect.attempts),
                summary=summary_of_effect(self._state.start, pending),
            )
        except ActivityError as error:
            self._state.failed(key, _said(error))
        else:
            self._state.ended(key, outcome)
        finally:
            del self._tasks[key]

    def _must_wait(self, pending: PendingEffect) -> bool:
        """An undo waits for what it takes back, and each for the entries in the books that were asked for before it. A
        report to the parent waits for earlier ones: it takes none from a case that has ended.
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

    def _key(self, key: str) -> str:
        """The idempotency key."""
        return f"{self._state.case}/{key}"

    def _request(self, pending: PendingEffect) -> EffectRequest:
        state, ask = self._state, pending.ask
        effect = ask.effect
        return EffectRequest(
            key=self._key(ask.key),
            case=state.case,
            store=state.start.store,
            subject=state.start.subject,
            effect=ask.kind,
            payload=effect.model_dump(mode="json"),
            at=pending.at,
            of=self._key(effect.of) if isinstance(effect, Undo) else "",
            round=pending.round,
        )


def _place_of(pending: PendingEffect) -> tuple[int, int]:
    """The revision that asked for it, and its place among what that asked for."""
    revision, _, place = pending.ask.key.partition(".")
    return int(revision), int(place)


def _retried(attempts: int) -> RetryPolicy:
    return RetryPolicy(
        initial_interval=_RETRY_FIRST, maximum_interval=_RETRY_LONGEST, maximum_attempts=attempts
    )


def _said(error: ActivityError) -> str:
    cause = error.cause
    return cause.message if isinstance(cause, ApplicationError) else str(cause or error)


def queue(cases: str, of: Queue) -> str:
    """The task queue of an effect, beside the one that cases run on."""
    return cases + of.removeprefix(Queue.CASES)
