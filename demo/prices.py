"""At which prices the orders come: what the store's book asks before each of them.

The book begins with the price of the first order that has a SKU. Before an order at a price that the book never had,
the price is changed there. An order at a price that the book had before is one at the old price: where that is lower,
the supervisor of customer service agrees to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from decimal import Decimal

from demo.orders import Order
from demo.remote import Json, Remote
from demo.staff import STORE, money
from guicheng_client.api.books import set_products
from guicheng_client.models import NewProducts


class Prices:
    """The prices of some orders, in their order."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self.opening: dict[str, Json] = {}
        """SKU -> the price with which the book begins."""
        self.below: set[str] = set()
        """The numbers of the orders that come below the book's price."""
        self.changes: dict[str, dict[str, Json]] = {}
        """Number of an order -> SKU -> what it costs from then on."""
        self._after: dict[str, set[str]] = {}
        """Number of an order -> those that are to be placed before."""
        self._placed: dict[str, asyncio.Event] = {}
        known: dict[str, set[Decimal]] = {}
        now: dict[str, Decimal] = {}
        since: dict[str, list[str]] = {}
        changed_by: dict[str, str] = {}
        for order in orders:
            self._placed[order.number] = asyncio.Event()
            after = self._after[order.number] = set[str]()
            for sku, price in lowest(order).items():
                had, placed = known.setdefault(sku, set()), since.setdefault(sku, [])
                if not had:
                    self.opening[sku] = money(order, price)
                elif price not in had:
                    self.changes.setdefault(order.number, {})[sku] = money(order, price)
                    after.update(placed)
                    placed.clear()
                    changed_by[sku] = order.number
                elif sku in changed_by:
                    after.add(changed_by[sku])
                if price in had and price < now[sku]:
                    self.below.add(order.number)
                now[sku] = now[sku] if price in had else price
                had.add(price)
                placed.append(order.number)

    @asynccontextmanager
    async def turn(self, remote: Remote, order: Order) -> AsyncGenerator[None]:
        """An order is placed inside: at the prices that the book has then."""
        try:
            for number in self._after[order.number]:
                await self._placed[number].wait()
            if changed := self.changes.get(order.number):
                await enter(remote, changed, f"demo-prices-{order.number}")
            yield
        finally:
            self._placed[order.number].set()


def lowest(order: Order) -> dict[str, Decimal]:
    """SKU -> the lowest price that the order pays for it."""
    found: dict[str, Decimal] = {}
    for line in order.lines:
        found[line.sku] = min(line.unit_price, found.get(line.sku, line.unit_price))
    return found


async def enter(remote: Remote, prices: dict[str, Json], key: str) -> None:
    """Put SKUs with their prices into the catalogue; under the same key again nothing changes."""
    products = [
        {"sku": sku, "title": f"Product {sku}", "price": price} for sku, price in sorted(prices.items())
    ]
    body = NewProducts.from_dict({"store": STORE, "products": products})
    await remote.ask(set_products.asyncio_detailed, body=body, idempotency_key=key)
