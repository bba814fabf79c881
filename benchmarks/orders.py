"""Orders as the demo plays them: the main path of order fulfilment, with all its effects."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.load import Measured
from benchmarks.stack import ROOT, Stack
from demo.orders import Order, read_orders
from demo.remote import Remote
from demo.staff import STORE
from demo.store import Store

FILE = ROOT / "demo" / "orders.csv"
AT_ONCE = 16


class NotAsRecorded(Exception):
    """An order ended otherwise than its file says, so that what it cost means nothing."""


class Orders:
    """Orders of one stack, as many as are asked for, each like the first of the file."""

    def __init__(self, remote: Remote, orders: list[Order]) -> None:
        self._remote = remote
        self._left = list(orders)
        self.first = f"order_fulfilment:{STORE}:{orders[0].number}"

    async def play(self, count: int) -> Measured:
        """Play so many, 16 at a time. Raises NotAsRecorded.

        What each action took isn't told: a player also waits for effects.
        """
        chosen, self._left = self._left[:count], self._left[count:]
        store = Store(self._remote, chosen)
        since = time.perf_counter()
        played = await store.play(AT_ONCE, lambda _: None)
        seconds = time.perf_counter() - since
        if differ := [one for one in played if not one.is_as_recorded]:
            raise NotAsRecorded(f"{differ[0].order.number}: {differ[0].trouble or differ[0].stage}")
        return Measured(seconds, (0.0,) * sum(one.actions for one in played))


@asynccontextmanager
async def open_store(stack: Stack, count: int, file: Path = FILE) -> AsyncGenerator[Orders]:
    """A store with keys for its staff and goods for so many orders."""
    template = read_orders(file)[0]
    orders = [replace(template, number=f"BENCH-{n:04}") for n in range(count)]
    remote = Remote(stack.url, stack.key)
    try:
        await Store(remote, orders).open()
        yield Orders(remote, orders)
    finally:
        await remote.close()
