"""The scanner's pages catch up with what happened while nobody could tell them; what is counted stays."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser

from tests.inbox.pda import CUP_CODE, STORE, TEA_CODE, Device, Warehouse, device_of

pytest_plugins = ("tests.inbox.pda_fixtures",)


async def announced(warehouse: Warehouse) -> str:
    """A delivery that is announced; its case."""
    number = warehouse.number("R")
    data: dict[str, Any] = {"purchase_no": f"PO-{number}", "lines": [{"sku": "CUP-9", "qty": 3}]}
    data |= {"supplier": "ACME", "eta": "2030-01-01T08:00:00+08:00"}
    start = {"store": STORE, "subject": number, "event": "announce", "data": data}
    await warehouse.post("/procedures/inbound_receiving/cases", start)
    return f"inbound_receiving:{STORE}:{number}"


async def task_of(warehouse: Warehouse, case: str) -> str:
    (task,) = (await warehouse.http.get("/tasks", params={"case": case})).json()["items"]
    return task["id"]


async def is_off_the_line(pda: Device) -> None:
    await pda.context.set_offline(True)
    await pda.page.wait_for_selector("#line:not([hidden])")


async def test_new_work_is_listed_when_the_line_is_back(warehouse: Warehouse, chromium: Browser) -> None:
    await warehouse.person("lu.jie", ["receiver"])
    async with device_of(warehouse, chromium) as pda:
        await pda.sign_in("lu.jie")
        await pda.page.wait_for_selector("[data-home]")
        await is_off_the_line(pda)
        case = await announced(warehouse)

        await pda.context.set_offline(False)

        await pda.page.wait_for_selector(f".job-list a[href*='{case.rpartition(':')[2]}']")


async def test_a_task_that_another_has_taken_says_so_and_the_count_stays(
    pda: Device, warehouse: Warehouse
) -> None:
    case = await warehouse.order({"TEA-250": 3, "CUP-9": 1})
    task = await task_of(warehouse, case)
    await pda.work_on(case)
    await pda.scan(TEA_CODE)
    await pda.until_got("TEA-250", 1)
    await is_off_the_line(pda)
    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)
    await warehouse.post(f"/tasks/{task}/claim", {})

    await pda.context.set_offline(False)

    await pda.page.wait_for_selector("[data-owner]")
    assert (await pda.got("TEA-250"), await pda.got("CUP-9")) == ("1", "1")
    assert await pda.page.is_hidden("[data-moved-on]")


async def test_a_case_that_has_moved_on_says_so_and_the_count_stays(
    pda: Device, warehouse: Warehouse
) -> None:
    case = await warehouse.order({"TEA-250": 3})
    await pda.work_on(case)
    await pda.scan(TEA_CODE)
    await pda.until_got("TEA-250", 1)
    await is_off_the_line(pda)
    rows = (await warehouse.http.get(f"/cases/{case}/actions/picked")).json()
    lines = rows["form"]["properties"]["lines_scanned"]["x-fact"]
    await warehouse.act(case, "picked", {"lines_scanned": lines})

    await pda.context.set_offline(False)

    await pda.page.wait_for_selector("[data-moved-on]:not([hidden])")
    assert await pda.got("TEA-250") == "1"


async def test_a_device_that_wakes_shows_what_is(warehouse: Warehouse, chromium: Browser) -> None:
    case = await warehouse.order({"CUP-9": 1})
    task = await task_of(warehouse, case)
    async with device_of(warehouse, chromium, service_workers="block") as pda:
        await pda.page.route("**/inbox/live", lambda route: route.abort())  # nobody tells it anything
        await pda.sign_in("wang.wei")
        await pda.work_on(case)
        await warehouse.post(f"/tasks/{task}/claim", {})
        assert await pda.page.locator("[data-owner]").count() == 0

        await pda.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

        await pda.page.wait_for_selector("[data-owner]")
