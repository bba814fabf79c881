"""What whoever scans finds besides: goods that nobody has ordered, and a case whose task is another's."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from playwright.async_api import Browser

from tests.inbox.pda import CUP_CODE, SMALL_CODE, STORE, Device, Warehouse, device_of

pytest_plugins = ("tests.inbox.pda_fixtures",)


async def test_goods_that_nobody_has_ordered_are_counted_beside_the_rest(
    pda: Device, warehouse: Warehouse
) -> None:
    number = warehouse.number("R")
    case = f"inbound_receiving:{STORE}:{number}"
    data: dict[str, Any] = {"purchase_no": f"PO-{number}", "lines": [{"sku": "CUP-9", "qty": 1}]}
    data |= {"supplier": "ACME", "eta": "2030-01-01T08:00:00+08:00"}
    start = {"store": STORE, "subject": number, "event": "announce", "data": data}
    await warehouse.post("/procedures/inbound_receiving/cases", start)
    form = (await warehouse.http.get(f"/cases/{case}/actions/arrive")).json()
    await warehouse.act(case, "arrive", {**form["values"], "packages": 1})
    await pda.work_on(case)

    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)
    await pda.scan(SMALL_CODE)
    await pda.until_got("TEA-100", 1)
    for sku in ("CUP-9", "TEA-100"):
        await pda.page.fill(f".pick-line[data-sku='{sku}'] .pick-asked input", "1")
    await pda.page.fill("[name='f.delivery_note_no']", "DN-2")
    await pda.page.click("label:has([name='f.condition'][value=good])")
    await pda.page.click("label:has([name='f.spec_matches_order'][value=false])")
    async with pda.page.expect_request("**/inbox/scan/act") as request:
        await pda.page.click("[data-finish]")

    await warehouse.at(case, "count_check")
    sent = {name: value for name, (value,) in parse_qs((await request.value).post_data or "").items()}
    line = [sent[f"f.lines.1.{part}"] for part in ("sku", "delivered", "counted")]
    assert line == ["TEA-100", "1", "1"]


async def test_a_case_whose_task_is_anothers_opens_for_whoever_can_do_something_in_it(
    warehouse: Warehouse, chromium: Browser
) -> None:
    case = await warehouse.order({"CUP-9": 1}, to="allocated")
    number = case.rpartition(":")[2]
    await warehouse.person("sun.li", ["warehouse_keeper"])
    await warehouse.person("ma.hua", ["receiver"])
    async with device_of(warehouse, chromium) as pda:
        await pda.sign_in("sun.li")
        await pda.scan(number)
        await pda.page.wait_for_selector(f"[data-work][data-case='{case}']")
    async with device_of(warehouse, chromium) as pda:
        await pda.sign_in("ma.hua")
        await pda.scan(number)
        await pda.page.wait_for_function("() => document.querySelector('#flash').classList.contains('on')")
        assert await pda.page.locator("[data-home]").count() == 1


async def test_a_lorry_that_nobody_has_announced_is_begun_at_the_scanner(
    pda: Device, warehouse: Warehouse
) -> None:
    await pda.page.click("a[href='/inbox/scan/new']")
    await pda.page.click("a[href$='procedure=inbound_receiving']")
    await pda.page.fill("[data-begin] [name='f.packages']", "4")
    await pda.page.click("[data-begin] button[type=submit]")
    work = pda.page.locator("[data-work][data-case^='inbound_receiving:']")
    await warehouse.at(await work.get_attribute("data-case") or "", "arrived")


async def test_a_scan_fills_the_form_of_a_new_case(pda: Device) -> None:
    await pda.open("/inbox/scan/new?procedure=out_of_stock")
    await pda.page.wait_for_selector("[data-begin]")
    await pda.scan(CUP_CODE)
    await pda.page.wait_for_function("() => document.querySelector('[name=\"f.sku\"]').value === 'CUP-9'")
