"""The activities that perform effects, by task queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities.batches import perform_batch
from activities.performing import World, asked_outside, perform
from activities.port_errors import Misconfigured
from models.effect import BatchResult, Effect, EffectBatch, EffectRequest, Outcome, Queue


def activities_of(world: World) -> dict[Queue, list[Callable[..., Any]]]:
    """What each queue's worker performs: batches, under whatever name; and each effect that may be asked of somebody
    outside, under its contract's name.
    """
    return {
        Queue.CASES: [_batches(world)],
        Queue.EFFECTS: [_batches(world)],
        Queue.PROVIDERS: [_outside(world, effect) for effect in asked_outside()],
    }


# let finish as a worker stops: an exception thrown into the thread could hit the driver, or a provider's client


def _batches(world: World) -> Callable[[Sequence[RawValue]], BatchResult]:
    @activity.defn(dynamic=True, no_thread_cancel_exception=True)
    def run(args: Sequence[RawValue]) -> BatchResult:
        batch = activity.payload_converter().from_payload(args[0].payload, EffectBatch)
        try:
            return perform_batch(world, batch)
        except (LookupError, ValueError, Misconfigured) as error:
            raise _for_good(error) from error

    return run


def _outside(world: World, effect: type[Effect]) -> Callable[[EffectRequest], Outcome]:
    @activity.defn(name=effect.kind(), no_thread_cancel_exception=True)
    def run(request: EffectRequest) -> Outcome:
        try:
            return perform(world, request)
        except (LookupError, ValueError, Misconfigured) as error:
            raise _for_good(error) from error

    return run


def _for_good(error: Exception) -> ApplicationError:
    """Trying again can't help: a person has to look at it."""
    return ApplicationError(str(error), type=type(error).__name__, non_retryable=True)
