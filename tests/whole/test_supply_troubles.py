"""Purchases and shelves in trouble, on the real stack: the books say in the end what there is and what was paid."""

from __future__ import annotations

from pathlib import Path

from tests.whole.accounting import stock_balances
from tests.whole.buying import supplier_admitted
from tests.whole.store import store_in
from tests.whole.supplying import BAD, COUNTED, GOLD_THERE, purchase_in_trouble, stock_counted


async def test_a_count_above_the_limit_and_a_purchase_that_comes_late_short_and_partly_bad(
    tmp_path: Path,
) -> None:
    async with store_in(tmp_path) as store:
        await supplier_admitted(store)
        await stock_counted(store)
        await purchase_in_trouble(store)
        await store.at_rest()
        stock_balances(store, COUNTED - BAD + GOLD_THERE)
