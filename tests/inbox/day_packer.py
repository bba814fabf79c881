"""A packer's day: what was picked is checked piece by piece, packed, weighed; what can't be packed is said.

001-t 二(四): goods and list are held against each other before a box is closed.
"""

from __future__ import annotations

from playwright.async_api import expect

from api.labels import Language
from tests.inbox.days import SHAPES, Day, Days, HandDay
from tests.inbox.shop import GOODS

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES, BY_HAND = ("packer",), True


async def works(day: Day) -> None:
    shop = day.shop
    first, second = [await shop.order("packing") for _ in range(2)]

    await day.begins()
    await day.scans(first.case)
    await checks(day)
    await day.does("pack", to="packed", package_count=1, weight_kg="1.2")

    await day.finds(second.case, "My roles")
    if not isinstance(day, HandDay):
        await day.claims()
        await day.comments("礼盒有压痕，已换新盒")
    await checks(day)
    await day.does("pack", to="packed", package_count=2, weight_kg="1.4", carton_type="M")
    await day.ends()


async def checks(day: Day) -> None:
    """All pieces are there: scanned, where the page counts scans; else counted by hand."""
    if not isinstance(day, HandDay):
        await day.answers({"goods_qty": 4})
        return
    for sku in GOODS:
        counted = day.page.locator(f".pick-line[data-sku='{sku}'] [data-qty]")
        await day.screen.scans(sku)
        await expect(counted).to_have_value("1")
        await counted.fill("2")
        await counted.press("Tab")


@SHAPES
async def test_a_packers_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language, by_hand=BY_HAND))
