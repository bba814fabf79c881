"""Orders in trouble, on the real stack: the books say in the end what is on the shelves and what went back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.whole.accounting import books_balance
from tests.whole.apart import (
    BOOT_40,
    BOOT_42,
    BOOT_PRICE,
    CUP,
    CUP_PRICE,
    exchange_without_goods,
    goods_there,
    order_split,
)
from tests.whole.store import store_in
from tests.whole.wholesaling import (
    BULK,
    MUG,
    MUG_PRICE,
    distributor_admitted,
    one_of_two_addresses_gets_nothing,
    sold_on_credit_and_beyond,
)


async def test_a_split_order_lost_and_returned_in_part_and_an_exchange_without_goods(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        there = await goods_there(
            store,
            {CUP: [("main", 10), ("north", 10)], BOOT_40: [("main", 3)]},
            {CUP: CUP_PRICE, BOOT_40: BOOT_PRICE, BOOT_42: BOOT_PRICE},
        )
        await asyncio.gather(order_split(store), exchange_without_goods(store))
        books_balance(store, there - 4 + 1 - 1 + 1)


async def test_a_bulk_order_on_credit_and_one_beyond_the_limit(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        there = await goods_there(store, {MUG: [("main", 3 * BULK)]}, {MUG: MUG_PRICE})
        await distributor_admitted(store)
        await sold_on_credit_and_beyond(store)
        await one_of_two_addresses_gets_nothing(store)
        await store.at_rest()
        books_balance(store, there - 2 * BULK - 4)
