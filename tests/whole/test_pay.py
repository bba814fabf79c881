"""People are judged and paid, on the real stack: what is booked for them is what the books of the sales say."""

from __future__ import annotations

from pathlib import Path

from tests.whole.accounting import books_balance
from tests.whole.apart import BOOT_40, BOOT_PRICE, goods_there
from tests.whole.judging import appraisal_disputed, commission_by_the_books
from tests.whole.store import store_in


async def test_an_appraisal_that_is_disputed_and_changed(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        await appraisal_disputed(store)


async def test_a_commission_is_what_the_books_come_to(tmp_path: Path) -> None:
    async with store_in(tmp_path) as store:
        there = await goods_there(store, {BOOT_40: [("main", 9)]}, {BOOT_40: BOOT_PRICE})
        await commission_by_the_books(store)
        books_balance(store, there - 3 + 1)
