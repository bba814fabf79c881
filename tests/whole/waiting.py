"""Waiting for what should come to pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

PATIENCE = 90.0
"""Seconds that anything may take."""
_PAUSE = 0.05

T = TypeVar("T")


class Stuck(AssertionError):
    """Something that should have come to pass did not; the message says where it stands."""


async def until(look: Callable[[], Awaitable[T | None]], why: Callable[[], object]) -> T:
    """What `look` finds, once it finds something. Raises Stuck, with `why`."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while (found := await look()) is None:
        if asyncio.get_running_loop().time() > end:
            raise Stuck(str(why()))
        await asyncio.sleep(_PAUSE)
    return found


async def each_of(some: Iterable[T], do: Callable[[T], Awaitable[None]], *, at_once: int) -> None:
    """Do it with each of them, with so many at the same time."""
    free = asyncio.Semaphore(at_once)

    async def one_by_one(one: T) -> None:
        async with free:
            await do(one)

    async with asyncio.TaskGroup() as group:
        for one in some:
            group.create_task(one_by_one(one))
