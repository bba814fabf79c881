"""The scanner's pages while the server is away: counting goes on, and what is finished is sent once."""

from __future__ import annotations

from playwright.async_api import Browser, Route

from tests.api.conftest import until
from tests.inbox.pda import CUP_CODE, SMALL_CODE, TEA_BOX, TEA_CODE, Device, Warehouse, device_of

pytest_plugins = ("tests.inbox.pda_fixtures",)


async def test_counting_goes_on_without_a_connection_and_is_sent_when_it_is_back(
    pda: Device, warehouse: Warehouse
) -> None:
    case = await warehouse.order({"TEA-250": 8, "TEA-100": 1, "CUP-9": 1})
    await pda.work_on(case)
    await pda.scan(SMALL_CODE)
    await pda.until_got("TEA-100", 1)
    await pda.context.set_offline(True)
    await pda.page.wait_for_selector("#line:not([hidden])")

    await pda.scan(CUP_CODE)
    await pda.scan(TEA_BOX)
    await pda.scan(TEA_CODE)
    await pda.until_got("TEA-250", 7)
    await pda.scan("TEA-250")
    await pda.until_said("Complete")
    await pda.scan(case.rpartition(":")[2])
    await pda.until_said("Kept on the device")
    assert "1 to be sent" in (await pda.page.text_content("#line") or "")
    assert (await warehouse.look(case))["stages"][0]["key"] == "picking"

    await pda.context.set_offline(False)

    await warehouse.at(case, "packing")
    await pda.page.wait_for_selector(".kept-note", state="detached")
    await pda.page.wait_for_selector("#line[hidden]", state="attached")
    assert await pda.page.evaluate("Object.keys(localStorage).filter(name => name.includes(':send'))") == []


async def test_an_answer_that_is_lost_has_it_done_once(warehouse: Warehouse, chromium: Browser) -> None:
    case = await warehouse.order({"CUP-9": 1})
    lost: list[int] = []

    async def lose(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        answer = await route.fetch()
        lost.append(answer.status)
        await route.abort()

    # what a service worker lets pass can't be lost on the way
    async with device_of(warehouse, chromium, service_workers="block") as pda:
        await pda.sign_in("wang.wei")
        await pda.work_on(case)
        await pda.page.route("**/inbox/scan/act", lose)
        await pda.scan(CUP_CODE)
        await pda.until_said("Complete")
        await pda.page.click("[data-finish]")
        await until(lambda: lost)
        await pda.page.wait_for_function(
            "() => !Object.keys(localStorage).some((name) => name.endsWith(':send'))"
        )

    steps = (await warehouse.http.get(f"/cases/{case}/history")).json()["items"]
    assert lost == [200]
    assert [step["action"] for step in steps].count("picked") == 1


async def test_what_was_done_otherwise_meanwhile_says_so(pda: Device, warehouse: Warehouse) -> None:
    case = await warehouse.order({"CUP-9": 1})
    await pda.work_on(case)
    await pda.scan(CUP_CODE)
    await pda.until_said("Complete")
    await pda.context.set_offline(True)
    await pda.page.click("[data-finish]")
    await pda.page.wait_for_selector(".kept-note")
    asked = (await warehouse.http.get(f"/cases/{case}/actions/picked")).json()
    rows = asked["form"]["properties"]["lines_scanned"]["x-fact"]
    await warehouse.act(case, "picked", {"lines_scanned": rows})

    await pda.context.set_offline(False)

    await pda.page.wait_for_selector(".toast.bad")
    assert "Refused" in (await pda.page.text_content(".toast.bad") or "")
    assert await pda.page.evaluate("Object.keys(localStorage).filter(name => name.includes(':send'))") == []


async def test_an_open_page_opens_again_without_a_connection(pda: Device, warehouse: Warehouse) -> None:
    case = await warehouse.order({"CUP-9": 2})
    await pda.open("/inbox/scan")
    await pda.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await pda.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    await pda.work_on(case)
    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)
    await pda.context.set_offline(True)

    await pda.page.reload()

    await pda.until_got("CUP-9", 1)
    await pda.scan(CUP_CODE)
    await pda.until_said("Complete")
    await pda.context.set_offline(False)


async def test_signing_out_leaves_nothing_on_the_device(pda: Device, warehouse: Warehouse) -> None:
    await pda.work_on(await warehouse.order({"CUP-9": 2}))
    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)
    await pda.open("/inbox/scan")
    await pda.page.click("[popovertarget=me]")
    await pda.page.click("[data-sign-out] button")
    await pda.page.wait_for_url("**/inbox/sign-in**")

    kept = await pda.page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('scan:wang'))")
    assert kept == []
