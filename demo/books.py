"""The store's books: filled before the first order, and held against the orders after the last."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from demo.orders import Fate, Order
from demo.prices import enter
from demo.remote import Json, Remote
from demo.staff import STORE
from guicheng_client.api.books import read_messages, read_money, read_stock, receive_stock
from guicheng_client.api.cases import get_case
from guicheng_client.models import Delivery

_SHORT_ON = Fate.UNAVAILABLE
_AT_ONCE = 200


def opening_stock(orders: Iterable[Order]) -> dict[str, int]:
    """How much of each SKU the store needs. What only unavailable orders want, it never had."""
    needed: dict[str, int] = {}
    for order in orders:
        for sku, qty in order.quantities.items():
            needed[sku] = needed.get(sku, 0) + (0 if order.fate is _SHORT_ON else qty)
    return {sku: 2 * qty for sku, qty in needed.items()}


async def check_order(remote: Remote, order: Order, *, is_below: bool) -> str:
    """What of the order's money and messages isn't as its fate wants it; nothing if all is. is_below: whether it came
    below the book's price.
    """
    money = await remote.ask(read_money.asyncio_detailed, order=order.number)
    accounts: list[Json] = [row for row in money["items"] if row["store"] == STORE]
    paid = sum((Decimal(row["paid"]["amount"]) for row in accounts), Decimal(0))
    refunded = sum((Decimal(row["refunded"]["amount"]) for row in accounts), Decimal(0))
    wanted = order.total if order.is_paid else Decimal(0)
    back = wanted if order.fate in (Fate.CANCELED, Fate.UNAVAILABLE) else Decimal(0)
    if paid != wanted:
        return f"{paid} was paid, {wanted} recorded"
    if refunded != back:
        return f"{refunded} was refunded, {back} expected"
    case = f"order_fulfilment:{STORE}:{order.number}"
    if is_below and not (await remote.ask(get_case.asyncio_detailed, case))["data"]["doubtful_prices"]:
        return "it came below the book's price, and nobody was asked to agree"
    page = await remote.ask(read_messages.asyncio_detailed, case=case, limit=200)
    templates = {message["template"] for message in page["items"]}
    if missing := _MESSAGES[order.fate] - templates:
        return f"the customer did not get the messages {', '.join(sorted(missing))}"
    return ""


_PAID = {"order_received", "order_confirmed"}
_MESSAGES = {
    Fate.DELIVERED: {
        *_PAID,
        "order_shipped",
        "parcel_under_way",
        "parcel_out_for_delivery",
        "parcel_delivered",
    },
    Fate.SHIPPED: {*_PAID, "order_shipped", "parcel_under_way"},
    Fate.CANCELED: {"order_received", "order_cancelled"},
    Fate.UNAVAILABLE: {*_PAID, "order_cancelled"},
    Fate.PROCESSING: _PAID,
    Fate.INVOICED: _PAID,
    Fate.CREATED: {"order_received"},
}


async def check_stock(remote: Remote, orders: list[Order], opening: dict[str, int]) -> dict[str, str]:
    """SKU -> what its figures are, where that isn't what these orders leave of the opening stock."""
    expected = {sku: _Figures(on_hand=qty) for sku, qty in opening.items()}
    for order in orders:
        for sku, qty in order.quantities.items():
            expected[sku] = expected[sku].after(order.fate, qty)
    found = dict.fromkeys(expected, _Figures())
    async for row in _rows(remote):
        if row["sku"] in found:
            found[row["sku"]] = found[row["sku"]].plus(row)
    return {
        sku: f"{found[sku]} (expected {expected[sku]})" for sku in expected if found[sku] != expected[sku]
    }


@dataclass(frozen=True)
class _Figures:
    on_hand: int = 0
    reserved: int = 0
    held: int = 0

    def __str__(self) -> str:
        return f"{self.on_hand} on hand, {self.reserved} reserved, {self.held} held"

    def after(self, fate: Fate, qty: int) -> _Figures:
        """What an order of this fate leaves."""
        match fate:
            case Fate.DELIVERED | Fate.SHIPPED:
                return replace(self, on_hand=self.on_hand - qty)
            case Fate.PROCESSING | Fate.INVOICED:
                return replace(self, reserved=self.reserved + qty)
            case Fate.CREATED:
                return replace(self, held=self.held + qty)
            case _:
                return self

    def plus(self, row: Json) -> _Figures:
        """With the figures of one more location."""
        return _Figures(
            self.on_hand + row["on_hand"], self.reserved + row["reserved"], self.held + row["held"]
        )


async def _rows(remote: Remote) -> AsyncIterator[Json]:
    cursor: str | None = None
    while True:
        at = {"cursor": cursor} if cursor else {}
        page = await remote.ask(read_stock.asyncio_detailed, limit=200, **at)
        for row in page["items"]:
            yield row
        cursor = page["next_cursor"]
        if cursor is None:
            return


async def fill(remote: Remote, prices: dict[str, Json], opening: dict[str, int]) -> None:
    """Products into the catalogue, with what they cost, and goods on the shelves. Done again with the same orders it
    changes nothing.
    """
    skus = sorted(opening)
    for n, part in enumerate(_parts(skus)):
        asked = {sku: prices[sku] for sku in part}
        await enter(remote, asked, _key("products", sorted(asked.items(), key=str), n))
    for n, part in enumerate(_parts([sku for sku in skus if opening[sku]])):
        lines = [{"sku": sku, "qty": opening[sku], "bin": "A-01"} for sku in part]
        body = Delivery.from_dict({"store": STORE, "reference": f"OPENING-{n}", "lines": lines})
        await remote.ask(receive_stock.asyncio_detailed, body=body, idempotency_key=_key("stock", lines, n))


def _parts(skus: list[str]) -> list[list[str]]:
    return [skus[start : start + _AT_ONCE] for start in range(0, len(skus), _AT_ONCE)]


def _key(what: str, of: object, n: int) -> str:
    """The same for the same goods, so that a demo that is run again fills no shelf twice."""
    return f"demo-{what}-{n}-{hashlib.sha256(repr(of).encode()).hexdigest()[:16]}"
