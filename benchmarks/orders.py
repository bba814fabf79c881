"""Orders as the demo plays them: the main path of order fulfilment, with all its effects."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.load import Measured
from benchmarks.stack import ROOT, Stack
from demo.orders import Fate, Order, read_orders
from demo.play import Played
from demo.remote import Remote
from demo.staff import STORE
from demo.store import Store

FILE = ROOT / "demo" / "orders.csv"
AT_ONCE = 16
WAIT_FOR_SOMEBODY = (Fate.CREATED, Fate.INVOICED, Fate.PROCESSING, Fate.SHIPPED)
"""Orders that stop on their way, each at another stage."""


class NotAsRecorded(Exception):
    """An order ended otherwise than its file says, so that what it cost means nothing."""


class Orders:
    """Orders of one stack, as many as are asked for, each like the first of the file, and some that wait."""

    def __init__(self, remote: Remote, orders: list[Order], waiting: list[Order]) -> None:
        self._remote = remote
        self._left = list(orders)
        self._waiting = waiting
        self.first = _case(orders[0])

    async def play(self, count: int) -> Measured:
        """Play so many, 16 at a time. Raises NotAsRecorded.

        What each action took isn't told: a player also waits for effects.
        """
        chosen, self._left = self._left[:count], self._left[count:]
        since = time.perf_counter()
        played = await self._play(chosen)
        seconds = time.perf_counter() - since
        return Measured(seconds, (0.0,) * sum(one.actions for one in played))

    async def leave_some_waiting(self) -> list[str]:
        """Play those that stop on their way: their cases. Raises NotAsRecorded."""
        return [_case(one.order) for one in await self._play(self._waiting)]

    async def _play(self, orders: list[Order]) -> list[Played]:
        played = await Store(self._remote, orders).play(AT_ONCE, lambda _: None)
        if differ := [one for one in played if not one.is_as_recorded]:
            raise NotAsRecorded(f"{differ[0].order.number}: {differ[0].trouble or differ[0].stage}")
        return played


def _case(order: Order) -> str:
    return f"order_fulfilment:{STORE}:{order.number}"


@asynccontextmanager
async def open_store(stack: Stack, count: int, file: Path = FILE) -> AsyncGenerator[Orders]:
    """A store with keys for its staff and goods for so many orders."""
    recorded = read_orders(file)
    orders = [replace(recorded[0], number=f"BENCH-{n:04}") for n in range(count)]
    waiting = [order for order in recorded if order.fate in WAIT_FOR_SOMEBODY]
    remote = Remote(stack.url, stack.key)
    try:
        await Store(remote, [*orders, *waiting]).open()
        yield Orders(remote, orders, waiting)
    finally:
        await remote.close()
