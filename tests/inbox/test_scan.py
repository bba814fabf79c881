"""Work that is done by scanning, in Chromium at the size of a PDA: counted on the device, sent once."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from inbox.questions import draw
from inbox.scanlists import list_of
from inbox.shelves import Shelves
from inbox.templating import part
from inbox.values import Wording
from models.policy import StorePolicy
from tests.api.conftest import until
from tests.inbox.pda import BINS, CUP_CODE, SMALL_CODE, STORE, TEA_BOX, TEA_CODE, Device, Warehouse, device_of
from workflows.receiving import PutAway

pytest_plugins = ("tests.inbox.pda_fixtures",)
ALL = {"TEA-250": 8, "TEA-100": 1, "CUP-9": 1}


def number_of(case: str) -> str:
    return case.rpartition(":")[2]


async def pick_all(pda: Device) -> None:
    """The whole order, by one box, two pieces and two more."""
    for code in (SMALL_CODE, CUP_CODE, TEA_BOX, TEA_CODE):
        await pda.scan(code)
    await pda.until_got("TEA-250", 7)
    await pda.scan("TEA-250")
    await pda.until_said("Complete")


# --- picking


async def test_an_order_is_picked_by_scans_alone(pda: Device, warehouse: Warehouse) -> None:
    case = await warehouse.order(ALL)
    await pda.open("/inbox/scan")
    await pda.scan(number_of(case))
    await pda.page.wait_for_selector(".pick-line")
    shown = await pda.page.eval_on_selector_all(
        ".pick-line", "lines => lines.map(line => [line.dataset.sku, line.dataset.bin, line.dataset.need])"
    )
    assert shown == [
        ["TEA-100", BINS["TEA-100"], "1"],
        ["CUP-9", BINS["CUP-9"], "1"],
        ["TEA-250", BINS["TEA-250"], "8"],
    ]
    assert await pda.page.is_disabled("[data-finish]")

    await pick_all(pda)
    await pda.scan(number_of(case))

    await warehouse.at(case, "packing")
    await pda.page.wait_for_function(
        "case_ => document.querySelector('[data-work]')?.dataset.case !== case_", arg=case
    )
    kept = await pda.page.evaluate("Object.keys(localStorage).filter(name => name.includes('count:'))")
    assert not [name for name in kept if case in name]


async def test_the_next_of_the_same_stage_opens(pda: Device, warehouse: Warehouse) -> None:
    first, second = await warehouse.order({"CUP-9": 1}), await warehouse.order({"CUP-9": 1})
    await pda.work_on(first)
    await pda.scan(CUP_CODE)
    await pda.until_said("Complete")
    await pda.page.click("[data-finish]")
    await warehouse.at(first, "packing")

    await pda.page.wait_for_function(
        "first => document.querySelector('[data-work]')?.dataset.case !== first", arg=first
    )
    task = await pda.page.get_attribute("[data-work]", "data-task")
    assert (task or "").endswith("/picking")
    assert "/picking" in pda.page.url.replace("%2F", "/")
    await warehouse.at(second, "picking")


async def test_a_wrong_code_and_too_many_are_refused(pda: Device, warehouse: Warehouse) -> None:
    await pda.work_on(await warehouse.order({"TEA-250": 3}))

    await pda.scan(CUP_CODE)
    await pda.until_said("Not on this list: Goods CUP-9")
    assert await pda.page.get_attribute("#flash", "class") == "flash on bad long"
    await pda.scan("no such code")
    await pda.until_said("Not on this list: no such code")
    await pda.scan(TEA_BOX)
    await pda.until_said("6 in one: only 3 are missing")
    assert "warn" in (await pda.page.get_attribute("#flash", "class") or "")
    for _ in range(3):
        await pda.page.click("[data-more]")
    await pda.scan(TEA_CODE)
    await pda.until_said("Too many: 3 are wanted")

    assert await pda.got("TEA-250") == "3"
    await pda.page.fill("[data-qty]", "9")
    await pda.page.press("[data-qty]", "Tab")
    assert await pda.got("TEA-250") == "3"


async def test_a_code_that_the_page_was_not_given_is_asked_for_once(
    pda: Device, warehouse: Warehouse
) -> None:
    await pda.work_on(await warehouse.order({"CUP-9": 6}))
    new = {
        "sku": "CUP-9",
        "title": "Goods CUP-9",
        "codes": [{"code": CUP_CODE, "qty": 1}, {"code": "CUPBOX3", "qty": 3}],
    }
    await warehouse.post("/books/products", {"store": STORE, "products": [new]})
    asked: list[str] = []
    pda.page.on("request", lambda request: asked.append(request.url) if "/lookup" in request.url else None)

    await pda.scan("CUPBOX3")
    await pda.until_got("CUP-9", 3)
    await pda.let_go()
    await pda.scan("CUPBOX3")
    await pda.until_got("CUP-9", 6)

    assert len(asked) == 1


async def test_a_bin_leads_to_its_line(pda: Device, warehouse: Warehouse) -> None:
    await pda.work_on(await warehouse.order(ALL))
    await pda.scan(BINS["TEA-250"])
    await pda.page.wait_for_selector(".pick-line.next[data-sku='TEA-250']")


async def test_commands_take_the_task_and_send_it(pda: Device, warehouse: Warehouse) -> None:
    case = await warehouse.order({"CUP-9": 1})
    await pda.open("/inbox/scan")
    await pda.scan("GC:claim")
    await pda.until_said("Open a task first")
    await pda.work_on(case)

    await pda.scan("GC:claim")
    await pda.page.wait_for_selector("[data-hold=release]")
    await pda.scan("GC:do:picked")
    await pda.until_said("1 are missing")
    await pda.scan(CUP_CODE)
    await pda.until_said("Complete")
    await pda.scan("GC:do:picked")

    await warehouse.at(case, "packing")


async def test_too_little_is_another_action_with_its_form(pda: Device, warehouse: Warehouse) -> None:
    case = await warehouse.order({"CUP-9": 2})
    await pda.work_on(case)
    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)

    await pda.page.click(".pda-others a >> nth=0")
    await pda.page.wait_for_selector("[name='f.sku']")
    await pda.scan(CUP_CODE)
    await pda.page.wait_for_function("() => document.querySelector('[name=\"f.sku\"]').value === 'CUP-9'")
    await pda.page.fill("[name='f.expected_qty']", "2")
    await pda.page.fill("[name='f.found_qty']", "1")
    await pda.page.click("[data-finish]")

    async def is_moved() -> bool:
        return (await warehouse.look(case))["stages"][0]["key"] != "picking"

    await until(is_moved)


async def test_what_is_counted_survives_the_page(pda: Device, warehouse: Warehouse) -> None:
    case = await warehouse.order(ALL)
    await pda.work_on(case)
    await pda.scan(TEA_BOX)
    await pda.until_got("TEA-250", 6)

    await pda.page.reload()

    await pda.until_got("TEA-250", 6)
    assert await pda.page.text_content("[data-done]") == "6"


# --- other lists


async def test_who_counts_sees_no_number_and_finds_what_is_not_listed(
    pda: Device, warehouse: Warehouse
) -> None:
    case = f"stocktake:{STORE}:{warehouse.number('ST')}"
    plan: dict[str, Any] = {"kind": "cycle", "scope": ["TEA-250"], "counters": ["wang.wei", "zhao.min"]}
    plan["date"] = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    start = {"store": STORE, "subject": number_of(case), "event": "plan", "data": plan}
    await warehouse.post("/procedures/stocktake/cases", start)
    form = (await warehouse.http.get(f"/cases/{case}/actions/freeze")).json()
    await warehouse.act(case, "freeze", form["values"])

    async def is_known() -> bool:
        form = (await warehouse.http.get(f"/cases/{case}/actions/count")).json().get("form", {})
        facts = form.get("properties", {}).get("lines", {}).get("x-fact", [])
        return any("bin" in one for one in facts if isinstance(one, dict))

    await until(is_known)
    await pda.work_on(case, "count")
    assert await pda.page.locator(".pick-qty i, [data-need]").count() == 0
    assert await pda.got("TEA-250") == ""

    await pda.scan(TEA_BOX)
    await pda.until_got("TEA-250", 6)
    await pda.scan(BINS["CUP-9"])
    await pda.page.wait_for_selector("[data-bin-now]:not([hidden])")
    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)
    assert await pda.page.get_attribute(".pick-line[data-sku='CUP-9']", "data-bin") == BINS["CUP-9"]
    async with pda.page.expect_request("**/inbox/scan/act") as request:
        await pda.page.click("[data-finish]")

    await warehouse.at(case, "counting")
    sent = parse_qs((await request.value).post_data or "")
    counted = {name: value for name, (value,) in sent.items() if name.startswith("f.lines")}
    assert counted == {
        "f.lines.0.sku": "TEA-250",
        "f.lines.0.bin": "main",
        "f.lines.0.counted": "6",
        "f.lines.1.sku": "CUP-9",
        "f.lines.1.bin": BINS["CUP-9"],
        "f.lines.1.counted": "1",
    }
    assert "f.counted_at" not in sent


async def test_goods_that_come_in_are_counted_beside_what_was_ordered(
    pda: Device, warehouse: Warehouse
) -> None:
    number = warehouse.number("R")
    case = f"inbound_receiving:{STORE}:{number}"
    data: dict[str, Any] = {
        "purchase_no": f"PO-{number}",
        "supplier": "ACME",
        "lines": [{"sku": "TEA-250", "qty": 12}, {"sku": "CUP-9", "qty": 3}],
        "eta": "2030-01-01T08:00:00+08:00",
    }
    start = {"store": STORE, "subject": number, "event": "announce", "data": data}
    await warehouse.post("/procedures/inbound_receiving/cases", start)
    form = (await warehouse.http.get(f"/cases/{case}/actions/arrive")).json()
    await warehouse.act(case, "arrive", {**form["values"], "packages": 3})
    await pda.work_on(case)

    await pda.scan(TEA_BOX)
    await pda.until_got("TEA-250", 6)
    await pda.page.fill(".pick-line[data-sku='TEA-250'] [data-qty]", "13")
    await pda.page.press(".pick-line[data-sku='TEA-250'] [data-qty]", "Tab")
    assert await pda.got("TEA-250") == "13"
    assert await pda.page.is_disabled("[data-finish]")
    await pda.page.click(".pick-line[data-sku='CUP-9'] [data-less]")
    assert await pda.page.text_content("[data-hint]") == "2 lines differ"
    for sku, qty in (("TEA-250", "13"), ("CUP-9", "0")):
        await pda.page.fill(f".pick-line[data-sku='{sku}'] .pick-asked input", qty)
    await pda.page.click("[data-finish]")
    await pda.page.wait_for_selector("[name='f.delivery_note_no'][aria-invalid=true]")
    assert [await pda.got(sku) for sku in ("TEA-250", "CUP-9")] == ["13", "0"]
    assert await pda.page.input_value(".pick-line[data-sku='TEA-250'] .pick-asked input") == "13"
    await pda.page.fill("[name='f.delivery_note_no']", "DN-1")
    await pda.page.click("label:has([name='f.condition'][value=good])")
    await pda.page.click("label:has([name='f.spec_matches_order'][value=true])")
    await pda.page.click("[data-finish]")

    await warehouse.at(case, "count_check")
    lines = (await warehouse.look(case))["data"]["lines"]
    assert lines


async def test_scans_set_the_ticks_that_they_confirm(pda: Device, warehouse: Warehouse) -> None:
    case = await warehouse.order({"CUP-9": 2}, to="packing")
    await pda.work_on(case)
    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)
    await pda.let_go()
    await pda.scan(CUP_CODE)
    await pda.until_said("Complete")

    assert await pda.page.input_value("[name='f.goods_qty']") == "2"
    await pda.scan(number_of(case))
    await pda.until_said("Answer what is asked below")


async def test_goods_are_put_into_the_bins_that_are_scanned(pda: Device, warehouse: Warehouse) -> None:
    await pda.work_on(await warehouse.order({"CUP-9": 1}))
    await pda.page.evaluate(
        """text => {
            document.querySelector("[data-send]").innerHTML = text;
            begin();
        }""",
        put_away({"TEA-250": ("B-07-2", 8), "CUP-9": ("A-02-3", 1)}),
    )

    await pda.scan(TEA_BOX)
    await pda.until_got("TEA-250", 6)
    await pda.scan(CUP_CODE)
    await pda.until_got("CUP-9", 1)
    await pda.scan("A-01-1")
    await pda.page.wait_for_selector(".pick-line[data-split][data-bin='A-01-1']")
    await pda.scan(TEA_CODE)
    await pda.let_go()
    await pda.scan(TEA_CODE)
    await pda.until_said("Complete")

    sent = await pda.page.evaluate("[...new FormData(document.querySelector('[data-send]'))]")
    numbers = sorted({name.split(".")[2] for name, _ in sent if name.startswith("f.")})
    placed = [[dict(sent)[f"f.placements.{n}.{part}"] for part in ("sku", "qty", "bin")] for n in numbers]
    assert placed == [["TEA-250", "6", "B-07-2"], ["CUP-9", "1", "A-02-3"], ["TEA-250", "2", "A-01-1"]]


def put_away(placed: dict[str, tuple[str, int]]) -> str:
    """The list of a form that puts goods away, as a page draws it."""
    schema = PutAway.model_json_schema()
    wording = Wording("en", StorePolicy())
    values = {"placements": [{"sku": sku, "bin": name, "qty": qty} for sku, (name, qty) in placed.items()]}
    found = list_of(schema, draw(schema, values, wording), {}, wording)
    assert found is not None
    codes = {"TEA-250": {TEA_CODE: 1, TEA_BOX: 6}, "CUP-9": {CUP_CODE: 1}}
    work = SimpleNamespace(list=found.on(Shelves(codes)))
    return part("scan_list.html", SimpleNamespace(language="en", theme="light"), work=work) + (  # pyright: ignore[reportArgumentType]
        "<button data-finish></button>"
    )


# --- the rest


async def test_home_shows_the_kinds_of_work_and_what_is_due(pda: Device, warehouse: Warehouse) -> None:
    await warehouse.order({"CUP-9": 1}, to="allocated")
    await pda.open("/inbox/scan")

    assert await pda.page.locator(".kinds a").count() >= 1
    await pda.page.click(".kinds a >> nth=0")
    await pda.page.wait_for_selector(".kinds [aria-current]")
    assert await pda.page.locator(".job-list li").count() >= 1
    await pda.scan("nothing-like-this")
    await pda.until_said("Nothing is known by nothing-like-this")


async def test_sound_can_be_switched_off(pda: Device, warehouse: Warehouse) -> None:
    await pda.open("/inbox/scan")
    async with pda.page.expect_response("**/inbox/preferences"):
        await pda.page.click("[data-sound]")
    await pda.page.reload()

    assert await pda.page.get_attribute("[data-sound]", "aria-pressed") == "false"
    async with pda.page.expect_response("**/inbox/preferences"):
        await pda.page.click("[data-sound]")


async def test_it_can_be_installed(pda: Device) -> None:
    await pda.open("/inbox/scan")
    faults = await pda.keyboard.tell("Page.getInstallabilityErrors")
    manifest = await pda.keyboard.tell("Page.getAppManifest")

    assert [one["errorId"] for one in faults["installabilityErrors"]] in ([], ["in-incognito"])
    assert manifest["errors"] == []
    for one in json.loads(manifest["data"])["icons"]:
        answer = await pda.page.request.get(pda.warehouse.url + one["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, one["type"])


@pytest.mark.parametrize("width", [360, 480])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_is_wider_than_the_screen(
    warehouse: Warehouse, chromium: Browser, width: int, theme: str
) -> None:
    case = await warehouse.order(ALL)
    async with device_of(warehouse, chromium) as pda:
        await pda.page.set_viewport_size({"width": width, "height": 640})
        await pda.sign_in("zhao.min")
        await pda.page.evaluate(
            """theme => fetch("/inbox/preferences", { method: "POST", body: new URLSearchParams({ theme }) })
                .then((answer) => answer.status)""",
            theme,
        )
        addresses = ("", f"?case={case}", f"?case={case}&action=pick_short", "/badge", "/devices")
        for address in addresses:
            await pda.open(f"/inbox/scan{address}")
            wide = await pda.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, address
