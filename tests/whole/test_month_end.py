"""Money and events that don't come off at once, on the real stack: what was put off is there the next time."""

from __future__ import annotations

from pathlib import Path

from tests.whole.accounting import books_balance, carrier_settled_in_two, stock_balances
from tests.whole.apart import CUP, CUP_PRICE, goods_there
from tests.whole.goods import PRICE, TEA
from tests.whole.refusing import signed_up_again
from tests.whole.selling import order_placed, order_shipped
from tests.whole.store import store_in


async def test_a_month_is_settled_with_a_difference_carried_over(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        there = await goods_there(store, {CUP: [("main", 10)]}, {CUP: CUP_PRICE})
        for number in ("SO-41", "SO-42"):
            await order_shipped(store, await order_placed(store, number, sku=CUP, price=CUP_PRICE), sku=CUP)
        await carrier_settled_in_two(store)
        await store.at_rest()
        books_balance(store, there - 4)


async def test_an_event_is_refused_signed_up_again_and_called_off(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        there = await goods_there(store, {TEA: [("main", 50)]}, {TEA: PRICE})
        await signed_up_again(store)
        stock_balances(store, there)
