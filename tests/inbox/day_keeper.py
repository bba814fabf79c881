"""A keeper's day: what came in goes into its bins, shelves are counted and counted again, and goods that are damaged or
gone are said before the customer waits for them.

001-o 四1, 001-n 2(3)-(5), 001-t 二(四): the record equals the shelf, and nobody signs alone.
"""

from __future__ import annotations

from api.labels import Language
from tests.inbox.days import SHAPES, Day, Days, HandDay
from tests.inbox.shop import until
from tests.inbox.supply import ORDERED, Supply

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES, BY_HAND = ("warehouse_keeper",), True
THERE, FOUND = 12, 10
BROKEN, SPLIT = 2, 30


async def works(day: Day) -> None:
    shop, supply = day.shop, Supply(day.shop)
    tea, pot, bowl = [
        await supply.goods(title, bin_, qty)
        for title, bin_, qty in (("狮峰龙井", "C-01", 0), ("紫砂壶", "C-02", THERE), ("建盏", "C-03", THERE))
    ]
    delivery = await supply.noted(tea)
    agreed, doubted = await supply.count(pot, day.account), await supply.count(bowl)
    await supply.counted_by_two(doubted, bowl, THERE - 1, FOUND)
    short, damaged = [await shop.order("allocated") for _ in range(2)]

    await day.begins()
    await takes_goods_in(day, supply, delivery, tea)
    await counts_a_shelf(day, supply, agreed, pot)
    await counts_it_again(day, supply, doubted, bowl)
    await day.looks_up(short.case)
    missing = {"cause": "no_stock", "lines.0.qty": 1, "lines.1._take": False}
    await day.does_with("cannot_ship", missing, to="waiting_stock")
    await reports_damage(day, damaged.number, damaged.case)
    await day.ends()


async def takes_goods_in(day: Day, supply: Supply, case: str, sku: str) -> None:
    """The note is signed, quality control is called, and what passed goes into its bins; what is broken stays apart."""
    shop = day.shop
    await day.finds(case, "My roles")
    await day.does("sign_keeper")
    await supply.posted(case)
    await day.scans(case)
    await day.does("call_qc", to="qc_inspecting", sampling_plan="all")
    await supply.passed(case, sku, bad=BROKEN)
    await day.looks_up(case)
    await puts_away(day, sku, await supply.colleague("warehouse_supervisor"))
    await shop.reaches(case, "rejects_left")
    assert [(one["bin"], one["qty"]) for one in (await shop.get(f"/cases/{case}"))["data"]["placed"]] == [
        ("C-01", SPLIT),
        ("C-03", ORDERED - BROKEN - SPLIT),
    ]

    async def is_for_sale() -> bool:
        return (await supply.in_bins(sku))["free"] == ORDERED - BROKEN

    await until(is_for_sale, f"{sku} isn't for sale")


async def puts_away(day: Day, sku: str, supervisor: str) -> None:
    """Most of it into one bin, the rest into another."""
    await day.chooses("put_away")
    rest = ORDERED - BROKEN - SPLIT
    if isinstance(day, HandDay):
        await day.screen.scans("C-01")
        await day.counts(sku, SPLIT)
        await day.screen.scans("C-03")
        await day.fills_up(sku, rest)
    else:
        await day.answers({"placements.0.qty": SPLIT, "placements.0.bin": "C-01"})
        await day.answers({"placements.1.sku": sku, "placements.1.qty": rest, "placements.1.bin": "C-03"})
    await day.answers({"reported_to": supervisor})
    await day.sends()


async def counts_a_shelf(day: Day, supply: Supply, case: str, sku: str) -> None:
    """Planned for today: it is counted here and by somebody else, and is as the book has it."""
    await day.scans(case)
    await day.does("freeze", to="frozen")
    await supply.is_listed(case)
    await day.looks_up(case)
    await counts(day, "count", sku, THERE)
    await day.shop.reaches(case, "counting")
    await supply.counted_by_another(case, sku, THERE)
    await supply.act("warehouse_supervisor", case, "no_variance")
    await day.shop.reaches(case, "closed")


async def counts_it_again(day: Day, supply: Supply, case: str, sku: str) -> None:
    """Two have counted differently: a third one counts, and the book follows the shelf."""
    await supply.asked_again(case)
    await day.scans(case)
    await counts(day, "recounted", sku, FOUND)
    await day.shop.reaches(case, "variance_review")
    await supply.is_explained(case, sku)
    await day.shop.reaches(case, "closed")
    assert (await supply.in_bins(sku))["on_hand"] == FOUND


async def counts(day: Day, action: str, sku: str, qty: int) -> None:
    await day.chooses(action)
    if isinstance(day, HandDay):
        await day.counts(sku, qty)
    else:
        # now, to the second: a page tells minutes, and these goods came within this one
        await day.answers({"lines.0.counted": qty, "counted_at": ""})
    await day.sends()


async def reports_damage(day: Day, number: str, case: str) -> None:
    """A cup is broken on its shelf: the order that waits for it stops, and its customer is asked."""
    report = {"sku": "CUP-1", "order_no": number, "missing_qty": 1, "cause": "damaged"}
    await day.begins_case("out_of_stock", report)
    await day.shop.reaches(case, "waiting_stock")


@SHAPES
async def test_a_keepers_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language, by_hand=BY_HAND))
