"""The packing desk in a browser, by a scanner alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.api.conftest import until
from tests.inbox.depot import CODES, WAREHOUSE, Depot, Person, counter_of

pytest_plugins = ("tests.inbox.desk_fixtures",)


@pytest.fixture
async def worker(depot: Depot) -> Person:
    return await depot.hire(*WAREHOUSE)


async def test_an_order_is_checked_by_scanning_alone(
    depot: Depot, worker: Person, desk_browser: Browser
) -> None:
    case, other, third = [await depot.order("packing") for _ in range(3)]
    async with counter_of(desk_browser, depot, worker) as counter:
        await counter.goes("/inbox/desk")
        await counter.scans("TEA-250")
        await counter.sees("#toasts", "请先扫订单")
        await counter.scans(case.rpartition(":")[2])
        await expect(counter.page.locator(f'.case[data-case="{case}"]')).to_be_visible()
        await expect(counter.page.locator("#act-form [name='f.goods_qty']")).to_be_focused()
        await counter.scans("TEA-250")
        await counter.sees("#check [data-pieces]", "1")
        await counter.scans(CODES["TEA-250"])
        await counter.sees("#check [data-pieces]", "2")
        await counter.scans("TEA-250")
        await counter.sees("#toasts", "数量超出")
        await counter.page.locator("#check li").last.locator("[data-count-by='1']").click()
        await counter.scans("CUP-1")
        await expect(counter.page.locator("#check.full")).to_be_visible()
        await expect(counter.page.locator("[name='f.goods_qty']")).to_have_value("4")
        await counter.page.locator("[name='f.package_count']").fill("1")
        await counter.page.locator("[name='f.weight_kg']").fill("1.2")
        await counter.scans("GC:do:pack")
        await expect(counter.page.locator("#detail .case")).to_have_count(0)
        await counter.sees("#toasts", case.rpartition(":")[2])
        await depot.reaches(case, "packed")
        await counter.scans(other.rpartition(":")[2])
        await counter.sees("#check [data-pieces]", "0")
        await depot.act(other, "cannot_ship", {"cause": "damaged", "lines": [{"line": 1, "qty": 2}]})
        await counter.sees("#aside", other.rpartition(":")[2])
        await counter.scans(third.rpartition(":")[2])
        await expect(counter.page.locator(f'.case[data-case="{third}"]')).to_be_visible()
        await counter.scans("GC:claim")
        await until(lambda: is_held(depot, third, worker.id))


async def is_held(depot: Depot, case: str, who: str) -> bool:
    return await depot.owner_of(case) == who


async def test_a_refused_check_keeps_what_was_counted(
    depot: Depot, worker: Person, desk_browser: Browser
) -> None:
    case = await depot.order("packing")
    async with counter_of(desk_browser, depot, worker) as counter:
        await counter.goes("/inbox/desk")
        await counter.scans(case.rpartition(":")[2])
        await expect(counter.page.locator("#check")).to_be_visible()
        await counter.scans("CUP-1")
        await counter.sees("#check [data-pieces]", "1")
        await counter.scans("GC:do:pack")
        await expect(counter.page.locator("#act-form .fault").first).to_be_visible()
        await counter.sees("#check [data-pieces]", "1")
        counter.faults = [fault for fault in counter.faults if "422" not in fault]


async def test_a_wave_is_put_together_with_a_scanner(
    depot: Depot, worker: Person, desk_browser: Browser
) -> None:
    cases = [await depot.order() for _ in range(2)]
    await depot.order("packing")
    async with counter_of(desk_browser, depot, worker, width=390) as counter:
        await counter.goes("/inbox/desk/new")
        await counter.page.locator("#wave-choice [name=stage][value=packing]").check()
        await expect(counter.page.locator("[data-wave] [name=stage]")).to_have_value("packing")
        await counter.page.locator("#wave-choice [name=stage][value=allocated]").check()
        await expect(counter.page.locator("[data-wave] [name=stage]")).to_have_value("allocated")
        all_of_them = counter.page.locator("[data-all]")
        await all_of_them.check()
        await all_of_them.uncheck()
        await counter.sees("[data-chosen]", "0")
        for chosen, case in enumerate(cases, 1):
            await counter.scans(case.rpartition(":")[2])
            await counter.sees("[data-chosen]", str(chosen))
        await counter.page.locator("[data-wave] button[type=submit]").click()
        await counter.page.wait_for_url("**/inbox/?wave=*")
        assert [await depot.owner_of(case) for case in cases] == [worker.id] * 2
        await expect(counter.page.locator("#rows .row")).to_have_count(2)
        async with counter.page.context.expect_page() as opening:
            await counter.page.locator("button[value='pick_list']").click()
        paper = await opening.value
        await expect(paper.locator("h1")).to_have_text("拣货单")
        assert "/inbox/papers?" in paper.url
