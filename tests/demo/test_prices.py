"""What the book asks before each of a demo's orders."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from demo.__main__ import MADE_UP
from demo.books import check_order
from demo.orders import Order, read_orders
from demo.prices import Prices
from demo.staff import AGREE, CONFIRM, moves

HEAD = "order,customer,status,placed,paid,handed_to_carrier,delivered,lines,freight,total\n"


def orders(path: Path, *lines: str) -> list[Order]:
    file = path / "orders.csv"
    rows = (f"SO-{n},C-1,shipped,2026-11-02T10:00:00,,,,{line},0,1" for n, line in enumerate(lines, 1))
    file.write_text(HEAD + "\n".join(rows))
    return read_orders(file)


def yuan(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


class Book:
    """Notes what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def ask(self, *_: Any, body: Any, idempotency_key: str) -> Any:
        await asyncio.sleep(0)
        self.told += [f"{row.sku} {row.price.amount}" for row in body.products]
        assert idempotency_key
        return {}


def test_the_book_begins_with_the_first_price_and_changes_before_another(tmp_path: Path) -> None:
    prices = Prices(orders(tmp_path, "A x1@10", "A x1@12", "B x1@5;A x1@12", "A x1@10", "A x1@9"))
    assert prices.opening == {"A": yuan("10.00"), "B": yuan("5.00")}
    assert prices.changes == {"SO-2": {"A": yuan("12.00")}, "SO-5": {"A": yuan("9.00")}}
    assert prices.below == {"SO-4"}, "it comes at the old price"


def test_of_two_prices_in_one_order_the_lower_counts(tmp_path: Path) -> None:
    prices = Prices(orders(tmp_path, "A x1@10;A x1@8", "A x1@8"))
    assert (prices.opening, prices.changes, prices.below) == ({"A": yuan("8.00")}, {}, set())


async def test_a_price_changes_between_the_orders_that_come_at_it(tmp_path: Path) -> None:
    placed = orders(tmp_path, "A x1@10", "A x1@10", "A x1@12", "A x1@12", "B x1@1")
    prices, book = Prices(placed), Book()
    remote: Any = book

    async def place(order: Order) -> None:
        async with prices.turn(remote, order):
            await asyncio.sleep(0)
            book.told.append(order.number)

    await asyncio.gather(*(place(order) for order in reversed(placed)))
    changed = book.told.index("A 12.00")
    before, after = book.told[:changed], book.told[changed:]
    assert {"SO-1", "SO-2"} <= set(before)
    assert {"SO-3", "SO-4"} <= set(after)


async def test_an_order_that_is_refused_keeps_nobody_waiting(tmp_path: Path) -> None:
    placed = orders(tmp_path, "A x1@10", "A x1@12")
    prices, book = Prices(placed), Book()
    remote: Any = book
    with pytest.raises(LookupError):
        async with prices.turn(remote, placed[0]):
            raise LookupError
    async with asyncio.timeout(5), prices.turn(remote, placed[1]):
        assert book.told == ["A 12.00"]


def test_the_orders_that_come_along_change_prices_and_one_comes_at_the_old_one() -> None:
    prices = Prices(read_orders(MADE_UP))
    assert set(prices.changes) == {"SO-1010", "SO-1011"}
    assert prices.below == {"SO-1014"}


def test_the_supervisor_agrees_to_what_is_below_the_books_price() -> None:
    (order,) = [one for one in read_orders(MADE_UP) if one.number == "SO-1014"]
    case: dict[str, Any] = {
        "procedure": "order_fulfilment",
        "stages": [{"key": "pending_confirmation"}],
        "data": {},
    }
    assert moves(order, case) == (CONFIRM,)
    doubted = {**case, "data": {"doubtful_prices": [{"sku": "TRAY-3"}]}}
    assert moves(order, doubted) == (AGREE,)


async def test_an_old_price_that_nobody_asked_about_is_reported() -> None:
    (order,) = [one for one in read_orders(MADE_UP) if one.number == "SO-1014"]

    class Answers:
        async def ask(self, function: Any, *_: Any, **__: Any) -> Any:
            if "get_case" in function.__module__:
                return {"data": {"doubtful_prices": []}}
            paid = {"store": "demo", "paid": {"amount": "53.50"}, "refunded": {"amount": "0"}}
            return {"items": [paid]}

    remote: Any = Answers()
    assert "nobody was asked" in await check_order(remote, order, is_below=True)
