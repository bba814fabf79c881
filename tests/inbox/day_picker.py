"""A picker's day: the orders of the round, and one that falls short.

001-t 二(四): an order is picked by its list, from the bins, and what isn't there is reported, not replaced.
"""

from __future__ import annotations

from api.labels import Language
from tests.inbox.days import SHAPES, Day, Days, HandDay
from tests.inbox.shop import GOODS

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES, BY_HAND = ("picker",), True


async def works(day: Day) -> None:
    shop = day.shop
    first, second, short = [await shop.order("allocated") for _ in range(3)]

    await day.begins()
    await day.finds(first.case, "My roles")
    await day.does("start_picking", to="picking")
    await day.scans(first.case)
    await picks(day)
    await shop.reaches(first.case, "packing")

    await day.scans(second.case)
    await day.does("start_picking", to="picking")
    await day.looks_up(second.case)
    await picks(day)
    await shop.reaches(second.case, "packing")

    await day.looks_up(short.case)
    await day.does("start_picking", to="picking")
    await day.looks_up(short.case)
    await day.does("pick_short", to="waiting_stock", sku="CUP-1", expected_qty=2, found_qty=1)
    assert "waiting_stock" in await shop.stages(short.case)
    await day.ends()


async def picks(day: Day) -> None:
    """All of the order, from its bins."""
    await day.chooses("picked")
    if isinstance(day, HandDay):
        for sku in GOODS:
            line = day.page.locator(f".pick-line[data-sku='{sku}'] [data-qty]")
            await day.screen.scans(sku)
            await day.page.wait_for_function(
                "sku => document.querySelector(`.pick-line[data-sku='${sku}'] [data-qty]`).value === '1'",
                arg=sku,
            )
            await line.fill("2")
            await line.press("Tab")
    else:
        await day.answers({"lines_scanned.0.qty": 2, "lines_scanned.1.qty": 2})
    await day.sends()


@SHAPES
async def test_a_pickers_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of("picker", size=size, language=language, by_hand=True))
