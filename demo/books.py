"""The store's books: filled before the first order, and held against the orders after the last."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from client.api.books import read_messages, read_money, read_stock
from demo.orders import Fate, Order
from demo.remote import Json, Remote
from demo.staff import STORE

_SHORT_ON = Fate.UNAVAILABLE


def opening_stock(orders: Iterable[Order]) -> dict[str, int]:
    """How much of each SKU the store needs. What only unavailable orders want, it never had."""
    needed: dict[str, int] = {}
    for order in orders:
        for sku, qty in order.quantities.items():
            needed[sku] = needed.get(sku, 0) + (0 if order.fate is _SHORT_ON else qty)
    return {sku: 2 * qty for sku, qty in needed.items()}


async def check_order(remote: Remote, order: Order) -> str:
    """What of the order's money and messages isn't as its fate wants it; nothing if all is."""
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
    told = await remote.ask(read_messages.asyncio_detailed, case=case, limit=200)
    templates = {message["template"] for message in told["items"]}
    if missing := _MESSAGES[order.fate] - templates:
        return f"the customer was not told {', '.join(sorted(missing))}"
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


async def check_stock(remote: Remote, orders: list[Order], opening: dict[str, int]) -> list[str]:
    """The SKUs whose figures aren't what these orders leave of the opening stock."""
    expected = {sku: [qty, 0, 0] for sku, qty in opening.items()}
    for order in orders:
        for sku, qty in order.quantities.items():
            figures = expected[sku]
            if order.fate in (Fate.DELIVERED, Fate.SHIPPED):
                figures[0] -= qty
            elif order.fate in (Fate.PROCESSING, Fate.INVOICED):
                figures[1] += qty
            elif order.fate is Fate.CREATED:
                figures[2] += qty
    found = {sku: [0, 0, 0] for sku in expected}
    cursor: str | None = None
    while True:
        page = await remote.ask(
            read_stock.asyncio_detailed, limit=200, **({"cursor": cursor} if cursor else {})
        )
        for row in page["items"]:
            if row["sku"] in found:
                for n, name in enumerate(("on_hand", "reserved", "held")):
                    found[row["sku"]][n] += row[name]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    names = ("on hand", "reserved", "held")
    return [
        f"{sku}: "
        + ", ".join(
            f"{n} {have} (expected {want})"
            for n, have, want in zip(names, found[sku], expected[sku], strict=True)
        )
        for sku in expected
        if found[sku] != expected[sku]
    ]


async def fill(remote: Remote, orders: list[Order], opening: dict[str, int]) -> None:
    """Products into the catalogue, and goods on the shelves."""
    del remote, orders, opening
