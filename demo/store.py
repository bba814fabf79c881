"""The store that a demo plays: keys for its staff, goods on its shelves, all its orders at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from demo.books import check_order, check_stock, fill, opening_stock
from demo.orders import Order
from demo.play import Played, Player
from demo.prices import Prices
from demo.remote import Remote
from demo.staff import ROLES, STORE
from guicheng_client.api.keys import make_key
from guicheng_client.models import NewKey

T = TypeVar("T")

SETTLES_WITHIN = 150.0
"""Seconds that effects may lag behind the orders: after a worker's death Temporal gives each attempt its time."""


class Store:
    """Opens, plays its orders, and holds its books against them."""

    def __init__(self, remote: Remote, orders: list[Order]) -> None:
        self._remote = remote
        self._orders = orders
        self._stock = opening_stock(orders)
        self._prices = Prices(orders)

    async def open(self) -> None:
        """A key for each role, and goods on the shelves. Doing it again changes nothing but the keys."""
        for role in sorted(ROLES):
            key = await self._remote.ask(
                make_key.asyncio_detailed, body=NewKey(name=f"demo-{role}", roles=[role], stores=[STORE])
            )
            self._remote.add_role(role, key["key"])
        await fill(self._remote, self._prices.opening, self._stock)

    async def play(self, at_once: int, done: Callable[[Played], None]) -> list[Played]:
        """Play every order, so many at a time; the price of a SKU changes between those that come at another."""
        turns = asyncio.Semaphore(at_once)

        async def one(order: Order) -> Played:
            player = Player(self._remote, order)
            async with turns:
                async with self._prices.turn(self._remote, order):
                    await player.place()
                played = await player.play()
            done(played)
            return played

        return list(await asyncio.gather(*(one(order) for order in self._orders)))

    async def check(self, played: list[Played], *, at_changed_prices: bool = True) -> None:
        """Note what money, messages and stock say otherwise than the orders.

        at_changed_prices: whether `play` has placed them, and changed the book's prices between them.
        """
        turns = asyncio.Semaphore(16)

        async def one(order: Played) -> None:
            async with turns:
                if order.is_as_recorded:
                    is_below = at_changed_prices and order.order.number in self._prices.below
                    check = partial(check_order, self._remote, order.order, is_below=is_below)
                    order.trouble = await _settled(check)

        await asyncio.gather(*(one(order) for order in played))
        wrong = await _settled(partial(self._wrong_stock, played))
        for order in played:
            faults = [f"{sku} is {wrong[sku]}" for sku in order.order.quantities if sku in wrong]
            if order.is_as_recorded and faults:
                order.trouble = "; ".join(faults)

    async def _wrong_stock(self, played: list[Played]) -> dict[str, str]:
        """What the stock book has otherwise, but for goods of orders that didn't go as recorded."""
        lost = {sku for one in played if not one.is_as_recorded for sku in one.order.quantities}
        wrong = await check_stock(self._remote, self._orders, self._stock)
        return {sku: what for sku, what in wrong.items() if sku not in lost}


async def _settled(check: Callable[[], Awaitable[T]]) -> T:
    """What a check still finds wrong once what was asked of the outside world has had its time."""
    until = time.monotonic() + SETTLES_WITHIN
    while True:
        wrong = await check()
        if not wrong or time.monotonic() > until:
            return wrong
        await asyncio.sleep(0.5)
