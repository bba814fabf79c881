"""The packing desk: waves with one owner, papers of many orders, checks by scanning, what has gone aside."""

from __future__ import annotations

import os
import re

import httpx
import pytest

from api.labels import label
from api.papers.printing import CannotPrint, _library
from inbox.desk import aside_stages, packed
from models.papers import Paper
from models.roles import Role
from tests.inbox.depot import STORE, WAREHOUSE, Depot, Person, wave_in
from workflows.commands import command_in
from workflows.registry import registry

pytest_plugins = ("tests.inbox.desk_fixtures",)
PROCEDURE = "order_fulfilment"
prints = pytest.mark.skipif(
    isinstance(_library(), CannotPrint) and not os.environ.get("CI"), reason="this machine has no Pango"
)


def task(case: str, stage: str = "allocated") -> str:
    return f"{case}/{stage}"


async def begin(
    pages: httpx.AsyncClient, *cases: str, stage: str = "allocated", **fields: str
) -> httpx.Response:
    """Send the form of a new wave."""
    data = {"store": STORE, "procedure": PROCEDURE, "stage": stage, "name": "上午第一波", "key": new_key()}
    return await pages.post(
        "/desk/waves", data={**data, **fields, "tasks": [task(case, stage) for case in cases]}
    )


def new_key() -> str:
    return os.urandom(8).hex()


async def wave_of(pages: httpx.AsyncClient, *cases: str, **fields: str) -> str:
    answer = await begin(pages, *cases, **fields)
    assert answer.status_code == 200, answer.text
    return wave_in(answer.headers["HX-Redirect"])


def text_of(page: str) -> str:
    plain = re.sub(r"(?s)<(style|svg).*?</\1>", " ", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


@pytest.fixture
async def worker(depot: Depot) -> Person:
    return await depot.hire(*WAREHOUSE)


@pytest.fixture
async def pages(depot: Depot, worker: Person) -> httpx.AsyncClient:
    return depot.pages(worker)


# --- waves


async def test_a_wave_claims_its_tasks_for_its_owner_and_ends_by_itself(
    depot: Depot, worker: Person, pages: httpx.AsyncClient
) -> None:
    cases = [await depot.order() for _ in range(3)]
    wave = await wave_of(pages, *cases)
    assert [await depot.owner_of(case) for case in cases] == [worker.id] * 3
    listed = (await pages.get("/", params={"wave": wave})).text
    places = re.findall(r'<b class="box">(\d+)</b>', listed)
    assert places == ["1", "2", "3"], "the boxes are numbered as the orders were chosen"
    assert listed.index(cases[0]) < listed.index(cases[1]) < listed.index(cases[2])
    for case in cases[:2]:
        await depot.act(case, "start_picking", {})
    assert "2" in await progress(pages, wave)
    await depot.act(cases[2], "start_picking", {})
    assert f'class="wave ended" href="/inbox/?wave={wave}"' in (await pages.get("/desk")).text
    assert "波次已全部完成" in (await pages.get("/", params={"wave": wave})).text


async def progress(pages: httpx.AsyncClient, wave: str) -> str:
    head = (await pages.get("/desk/part/wave", params={"wave": wave})).text
    found = re.search(r'<progress max="3" value="(\d)"', head)
    return found[1] if found else head


async def test_an_order_that_comes_back_to_its_stage_is_not_in_the_wave_again(
    depot: Depot, pages: httpx.AsyncClient
) -> None:
    case = await depot.order("picking")
    wave = await wave_of(pages, case, stage="picking")
    rows = [{"sku": "TEA-250", "qty": 2, "bin": "A-01"}, {"sku": "CUP-1", "qty": 2, "bin": "B-07"}]
    await depot.act(case, "picked", {"lines_scanned": rows})
    await depot.act(case, "pack", {"goods_qty": 4, "package_count": 1, "weight_kg": "1"})
    await depot.act(case, "check_failed", {"mismatch": "qty", "note": "一件太多"})
    await depot.reaches(case, "picking")
    assert f'class="wave ended" href="/inbox/?wave={wave}"' in (await pages.get("/desk")).text


async def test_what_somebody_holds_is_taken_from_nobody(depot: Depot, pages: httpx.AsyncClient) -> None:
    other = await depot.hire(*WAREHOUSE)
    mine, theirs = await depot.order(), await depot.order()
    claimed = await depot.pages(other).post("/claim", data={"task": task(theirs), "filters": ""})
    assert claimed.status_code == 200
    answer = await begin(pages, mine, theirs, owner=other.id)
    assert "已领取 1 / 2" in answer.text
    assert other.id in answer.text
    wave = wave_in(answer.text)
    assert f"{theirs}/" not in (await pages.get("/", params={"wave": wave})).text


async def test_what_is_of_another_stage_is_not_even_claimed(depot: Depot, pages: httpx.AsyncClient) -> None:
    case = await depot.order("packing")
    answer = await pages.post(
        "/desk/waves",
        data={
            "store": STORE,
            "procedure": PROCEDURE,
            "stage": "allocated",
            "name": "",
            "key": new_key(),
            "tasks": [task(case, "packing")],
        },
    )
    assert "订单在其他环节：打包中" in answer.text
    assert await depot.owner_of(case) is None


async def test_an_order_is_in_one_open_wave(depot: Depot, pages: httpx.AsyncClient) -> None:
    case = await depot.order()
    await wave_of(pages, case)
    answer = await begin(pages, case)
    assert "HX-Redirect" not in answer.headers
    assert "已在波次 上午第一波 中" in answer.text


async def test_what_the_owner_gives_back_is_still_in_the_wave(depot: Depot, pages: httpx.AsyncClient) -> None:
    kept, given = await depot.order(), await depot.order()
    wave = await wave_of(pages, kept, given)
    assert (
        await pages.post("/release", data={"task": task(given), "filters": f"wave={wave}"})
    ).status_code == 200
    assert await depot.owner_of(given) is None
    colleague = depot.pages(await depot.hire(*WAREHOUSE))
    for whose in (pages, colleague):
        listed = (await whose.get("/", params={"wave": wave})).text
        assert re.findall(r'<b class="box">(\d+)</b>', listed) == ["1", "2"]
        assert f'data-task="{task(given)}"' in listed
    row = (await pages.get("/part/row", params={"wave": wave, "task": task(given)})).text
    assert '<b class="box">2</b>' in row


async def test_a_form_sent_twice_is_one_wave(depot: Depot, pages: httpx.AsyncClient) -> None:
    case, key = await depot.order(), new_key()
    first = await begin(pages, case, key=key, name=f"波次 {key}")
    assert first.headers["HX-Redirect"]
    await begin(pages, case, key=key, name=f"波次 {key}")
    assert (await pages.get("/desk")).text.count(f"波次 {key}") == 1


async def test_a_wave_for_somebody_else(depot: Depot, pages: httpx.AsyncClient) -> None:
    case, other = await depot.order(), await depot.hire(*WAREHOUSE)
    unknown = await begin(pages, case, owner="nobody.here")
    assert unknown.status_code == 422
    assert await depot.owner_of(case) is None
    wave = await wave_of(pages, case, owner=other.id)
    assert await depot.owner_of(case) == other.id
    third = await depot.hire(*WAREHOUSE)
    handed = await pages.post(f"/desk/waves/{wave}/assign", data={"to": third.id, "key": new_key()})
    assert handed.headers["HX-Redirect"] == f"/inbox/?wave={wave}"
    assert await depot.owner_of(case) == third.id
    assert third.id in (await pages.get("/desk/part/wave", params={"wave": wave})).text


async def test_what_is_left_of_a_wave_can_be_given_back(depot: Depot, pages: httpx.AsyncClient) -> None:
    done, left = await depot.order(), await depot.order()
    wave = await wave_of(pages, done, left)
    await depot.act(done, "start_picking", {})
    answer = await pages.post(f"/desk/waves/{wave}/release", data={"key": new_key()})
    assert answer.headers["HX-Redirect"] == "/inbox/desk"
    assert await depot.owner_of(left) is None
    assert f'class="wave ended" href="/inbox/?wave={wave}"' in (await pages.get("/desk")).text


async def test_the_orders_of_a_wave_go_on_together(depot: Depot, pages: httpx.AsyncClient) -> None:
    cases = [await depot.order() for _ in range(2)]
    wave = await wave_of(pages, *cases)
    for case in cases:
        await depot.act(case, "start_picking", {})
    offered = (await pages.get("/desk/part/next", params={"wave": wave})).text
    assert "继续：拣货中 · 2" in offered
    fields = dict(re.findall(r'name="(store|procedure|stage|owner|name|key)" value="([^"]*)"', offered))
    answer = await pages.post("/desk/waves", data={**fields, "tasks": [task(c, "picking") for c in cases]})
    following = wave_in(answer.headers["HX-Redirect"])
    listed = (await pages.get("/", params={"wave": following})).text
    assert all(task(case, "picking") in listed for case in cases)
    assert (await pages.get("/desk/part/next", params={"wave": wave})).text.strip() == ""


async def test_a_wave_is_there_for_those_who_read_its_orders(depot: Depot, pages: httpx.AsyncClient) -> None:
    wave = await wave_of(pages, await depot.order())
    theirs = depot.pages(await depot.hire(*WAREHOUSE, store="jd"))
    assert (await theirs.get("/", params={"wave": wave})).status_code == 404
    assert (await theirs.get("/papers", params={"wave": wave, "paper": "label"})).status_code == 404
    assert (await theirs.post(f"/desk/waves/{wave}/release")).status_code == 404
    assert wave not in (await theirs.get("/desk")).text


async def test_nothing_is_chosen_and_nothing_is_made(pages: httpx.AsyncClient) -> None:
    answer = await begin(pages)
    assert answer.status_code == 422
    assert "请至少选择一张订单" in answer.text


async def test_a_scanned_order_is_chosen_where_it_can_be(depot: Depot, pages: httpx.AsyncClient) -> None:
    case, elsewhere = await depot.order(), await depot.order("packing")
    where = {"store": STORE, "procedure": PROCEDURE, "stage": "allocated"}

    async def scanned(code: str, **at: str) -> str:
        return (await pages.get("/desk/part/candidate", params={"code": code, **at})).text

    assert f'value="{task(case)}" checked' in await scanned(case.rpartition(":")[2], **where)
    assert f'value="{task(case)}" checked' in await scanned(case.rpartition(":")[2])
    assert "订单在其他环节：打包中" in await scanned(elsewhere.rpartition(":")[2], **where)
    assert "没有找到" in await scanned("NO-SUCH-ORDER", **where)
    await wave_of(pages, case)
    assert "已在波次" in await scanned(case.rpartition(":")[2], **where)


# --- papers


async def test_one_pick_list_for_all_orders_of_a_wave_and_again(
    depot: Depot, pages: httpx.AsyncClient
) -> None:
    cases = [await depot.order() for _ in range(3)]
    wave = await wave_of(pages, *cases)
    for _ in range(2):
        answer = await pages.get("/papers", params={"wave": wave, "paper": "pick_list"})
        assert answer.headers["content-security-policy"].startswith(
            "default-src 'none'; style-src 'unsafe-inline'"
        )
        text = text_of(answer.text)
        numbers = [case.rpartition(":")[2] for case in cases]
        assert all(f"{place} {number}" in text for place, number in enumerate(numbers, 1))
        assert text.count("A-01") == 1
        assert re.search(r"TEA-250 6 1 × 2 2 × 2 3 × 2", text), text
    await depot.act(cases[0], "start_picking", {})
    assert cases[0].rpartition(":")[2] in text_of(
        (await pages.get("/papers", params={"wave": wave, "paper": "pick_list"})).text
    )


async def test_papers_of_some_orders_or_of_one(depot: Depot, pages: httpx.AsyncClient) -> None:
    cases = [await depot.order() for _ in range(3)]
    numbers = [case.rpartition(":")[2] for case in cases]
    wave = await wave_of(pages, *cases)
    chosen = {"wave": wave, "paper": "delivery_note", "tasks": [task(cases[0]), task(cases[2])]}
    text = text_of((await pages.get("/papers", params=chosen)).text)
    assert [number in text for number in numbers] == [True, False, True]
    one = await pages.get("/papers", params={"paper": "label", "case": cases[1]})
    assert numbers[1] in text_of(one.text)
    assert (await pages.get("/papers", params={"paper": "nonsense", "case": cases[1]})).status_code == 404
    assert (await pages.get("/papers", params={"paper": "label"})).status_code == 404


@prints
async def test_papers_and_commands_as_pdf(depot: Depot, pages: httpx.AsyncClient) -> None:
    wave = await wave_of(pages, await depot.order())
    for path, asked in (
        ("/papers", {"wave": wave, "paper": "pick_list.pdf"}),
        ("/desk/commands", {"form": "pdf"}),
    ):
        answer = await pages.get(path, params=asked)
        assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_sheet_of_commands_can_be_read_back(depot: Depot, language: str) -> None:
    packer = depot.pages(await depot.hire("packer", language=language))
    sheet = (await packer.get("/desk/commands")).text
    codes = re.findall(r'<span class="mono">(GC:[^<]+)</span>', sheet)
    assert {"GC:claim", "GC:release", "GC:do:pack"} <= set(codes)
    assert "GC:do:picked" not in codes, "a packer doesn't pick"
    assert all(command_in(code) is not None for code in codes)
    assert label("action", "pack", "zh" if language == "zh" else "en", PROCEDURE) in text_of(sheet)
    assert sheet.count("<svg") >= len(codes)


# --- what has gone aside


async def test_short_and_held_orders_are_in_the_lane(depot: Depot, pages: httpx.AsyncClient) -> None:
    short, held, usual = await depot.order("picking"), await depot.order(), await depot.order("picking")
    await depot.act(short, "pick_short", {"sku": "TEA-250", "found_qty": 0})
    await depot.act(
        held, "hold", {"reason": "address", "note": "门牌号不清", "review_by": "2099-01-01T00:00:00Z"}
    )
    await depot.reaches(short, "waiting_stock")
    await depot.reaches(held, "on_hold")
    lane = (await pages.get("/desk/part/aside")).text
    text = text_of(lane)
    assert (short.rpartition(":")[2] in text, held.rpartition(":")[2] in text) == (True, True)
    assert usual.rpartition(":")[2] not in text
    assert text.index(label("stage", "on_hold", "zh", PROCEDURE)) < text.index(held.rpartition(":")[2])


def test_what_is_aside_says_the_declaration() -> None:
    order = registry().get(PROCEDURE)
    assert set(aside_stages(order, frozenset({Role.PICKER, Role.PACKER}))) == {
        "on_hold",
        "split",
        "waiting_stock",
        "cancel_pending",
    }
    assert aside_stages(order, frozenset({Role.HR})) == ()
    for procedure in packed():
        usual = {
            one.goes_to
            for stage, event in procedure.declaration.main_events.items()
            for one in procedure.declaration.leaving(stage).get(event, ())
        }
        assert usual.isdisjoint(aside_stages(procedure, None)), procedure.key


def test_the_desk_is_for_what_is_packed() -> None:
    assert next(one.key for one in packed()) in {
        one.key for one in registry() if Paper.PICK_LIST in one.declaration.papers
    }
    assert "leave_request" not in {one.key for one in packed()}
