"""A receiver's day: lorries with what was ordered, with too few, with something else, with damaged goods; and one that
nobody has announced.

001-n 2(1): whoever takes goods in holds paper and goods against each other, and against what was bought.
"""

from __future__ import annotations

from api.labels import Language
from tests.inbox.days import SHAPES, Day, Days, HandDay
from tests.inbox.shop import Json, until
from tests.inbox.supply import COST, ORDERED, Supply

pytest_plugins = ("tests.inbox.day_fixtures",)
ROLES, BY_HAND = ("receiver",), True
SHORT, STRANGE = 2, 5
PAPER = {"delivery_note_no": "SF-7781", "spec_matches_order": True}


async def works(day: Day) -> None:
    supply = Supply(day.shop)
    sku, other = await supply.goods("狮峰龙井", "C-01"), await supply.goods("紫砂壶", "C-02")
    short, wrong, damaged = [await supply.delivery(sku) for _ in range(3)]
    purchase = await supply.purchase(sku)

    await day.begins()
    await too_few_come(day, supply, short, sku)
    await something_else_comes(day, supply, wrong, sku, other)
    await damaged_goods_come(day, damaged, sku)
    await nobody_has_announced_it(day, supply, purchase, sku)
    await day.ends()


async def too_few_come(day: Day, supply: Supply, case: str, sku: str) -> None:
    """Two are missing; purchasing keeps what came, and the note says so."""
    shop = day.shop
    await day.finds(case, "My roles")
    await day.does("arrive", to="arrived", packages=4, vehicle="浙A·12345")
    await day.scans(case)
    await counts(day, {sku: (ORDERED, ORDERED - SHORT)}, condition="good", **PAPER)
    await shop.reaches(case, "count_check")
    await day.looks_up(case)
    await day.does("differs", to="discrepancy", kind="short", qty=SHORT, photos="two-missing.txt")
    await supply.act("purchasing", case, "settle_difference", decision="accept_actual", note="少两件，照实收")
    await supply.labelled(case, ORDERED - SHORT)
    await shop.reaches(case, "labelled")
    await day.looks_up(case)
    await day.does("draft_note", to="note_drafted")
    noted = await noted_of(day, case)
    assert [(line["sku"], line["qty"], line["unit_cost"]["amount"]) for line in noted] == [
        (sku, ORDERED - SHORT, COST)
    ]


async def something_else_comes(day: Day, supply: Supply, case: str, sku: str, other: str) -> None:
    """What was never ordered is counted beside the rest, and goes back with the driver."""
    shop = day.shop
    await day.scans(case)
    await day.does("arrive", to="arrived", packages=5)
    await day.looks_up(case)
    counted = {sku: (ORDERED, ORDERED), other: (STRANGE, STRANGE)}
    await counts(day, counted, condition="good", **PAPER | {"spec_matches_order": False})
    await shop.reaches(case, "count_check")
    await day.looks_up(case)
    await day.does("differs", to="discrepancy", kind="wrong_item", qty=STRANGE, photos="pots.txt")
    back = [{"sku": other, "qty": STRANGE}]
    await supply.act(
        "purchasing", case, "settle_difference", decision="reject_part", rejected=back, note="没有订"
    )
    await supply.labelled(case, ORDERED)
    await shop.reaches(case, "labelled")
    await day.looks_up(case)
    await day.does("return_refused")
    await until(lambda: has_gone(day, case), f"{case} has not sent it back")
    await day.looks_up(case)
    await day.does("draft_note", to="note_drafted")
    assert [(line["sku"], line["qty"]) for line in await noted_of(day, case)] == [(sku, ORDERED)]


async def damaged_goods_come(day: Day, case: str, sku: str) -> None:
    """Wet through: it stays on the lorry."""
    await day.scans(case)
    await day.does("arrive", to="arrived", packages=4)
    await day.looks_up(case)
    await counts(day, {sku: (ORDERED, ORDERED)}, condition="damaged", photos="wet.txt", **PAPER)
    await day.shop.reaches(case, "count_check")
    await day.looks_up(case)
    await day.does("refuse", to="refused", reason="整车淋湿，外箱全部破损")


async def nobody_has_announced_it(day: Day, supply: Supply, purchase: str, sku: str) -> None:
    """A lorry without papers: its purchase is found by its number, and says what is awaited."""
    case = await day.begins_case("inbound_receiving", {"packages": 4})
    await day.shop.reaches(case, "arrived")
    await day.finds(case)
    number = purchase.rpartition(":")[2]
    await day.does("match_order", purchase_no=number)

    async def awaits() -> bool:
        data = (await day.shop.get(f"/cases/{case}"))["data"]
        return [(one["sku"], one["qty"]) for one in data["awaited"] or ()] == [(sku, ORDERED)]

    await until(awaits, f"{case} doesn't know what {number} awaits")
    await day.looks_up(case)
    await counts(day, {sku: (ORDERED, ORDERED)}, condition="good", **PAPER)
    await day.shop.reaches(case, "count_check")


async def counts(day: Day, goods: dict[str, tuple[int, int]], **answers: object) -> None:
    """By SKU, how many the delivery note says, and how many there are."""
    await day.chooses("check_count")
    for row, (sku, (delivered, counted)) in enumerate(goods.items()):
        if isinstance(day, HandDay):
            await day.counts(sku, counted)
        elif row:
            await day.answers({f"lines.{row}.sku": sku})
        await day.answers({f"lines.{row}.delivered": delivered, f"lines.{row}.counted": counted})
    await day.answers(answers)
    await day.sends()


async def has_gone(day: Day, case: str) -> bool:
    """What was refused has left with the driver."""
    return bool((await day.shop.get(f"/cases/{case}"))["data"]["refused_gone"])


async def noted_of(day: Day, case: str) -> list[Json]:
    """The inbound note, once its costs are known."""

    async def is_costed() -> bool:
        return bool((await day.shop.get(f"/cases/{case}"))["data"]["noted"])

    await until(is_costed, f"{case} has no costs")
    return (await day.shop.get(f"/cases/{case}"))["data"]["noted"]


@SHAPES
async def test_a_receivers_day(days: Days, size: str, language: Language) -> None:
    await works(await days.of(*ROLES, size=size, language=language, by_hand=BY_HAND))
