"""What a case waits for, as its readers are told it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.conftest import STORE, Site, placed, subject, until


async def waits(client: httpx.AsyncClient, case: str, language: str = "en") -> dict[str, Any]:
    document = (await client.get(f"/cases/{case}", headers={"Accept-Language": language})).json()
    return document["waits"]


async def test_a_case_says_what_it_waits_for(api: httpx.AsyncClient, site: Site) -> None:
    number = subject()
    case = await placed(api, number)
    packer = await site.caller("packer", stores=[STORE], name="packer")
    told = await waits(packer, case)
    assert told["sentence"].startswith("At Placed since ")
    assert "It waits for Packer: Pack. It waits for Customer service: Cancel." in told["sentence"]
    (people, limit) = (
        next(one for one in told["parts"] if one["kind"] == kind) for kind in ("people", "limit")
    )
    assert (people["roles"], people["actions"]) == (["packer"], ["pack"])
    assert limit["at"] == (await packer.get(f"/cases/{case}")).json()["stages"][0]["due_at"]
    assert "等待打包员办理" in (await waits(packer, case, "zh-CN"))["sentence"]

    (listed,) = (await packer.get("/cases", params={"subject": number})).json()["items"]
    moved = await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": number}})
    assert "waits" not in listed
    assert "waits" not in moved.json()
    await api.post(f"/cases/{case}/actions/collect")
    told = await waits(packer, case)
    assert [(one["kind"], one["actions"]) for one in told["parts"]] == [
        ("message", ["arrive"]),
        ("limit", []),  # the store's usual one: whoever can ask the carrier hears of a parcel that stays away
        ("reminder", []),
    ]
    for action in ("arrive", "deliver"):
        await api.post(f"/cases/{case}/actions/{action}")
    assert await waits(packer, case) is None


async def test_what_blocks_is_told_with_the_conditions_that_fail(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    agent = await site.caller("cs_agent", stores=[STORE], name="agent")
    await api.post(f"/cases/{case}/actions/approve")
    document = (await agent.get(f"/cases/{case}")).json()
    why = "Cancel is only possible when: The order is not approved yet."
    assert document["blocked"] == {"cancel": why}
    assert [one["sentence"] for one in document["waits"]["parts"] if one["kind"] == "condition"] == [why]


async def test_what_has_failed_waits_for_operations_and_no_party_is_told(
    api: httpx.AsyncClient, site: Site
) -> None:
    site.bell_is_broken = True
    number = subject()
    body = {"store": STORE, "subject": number, "data": {"buyer": "Li Na", "customer_no": "C-9"}}
    case = (await api.post("/procedures/parcel/cases", json=body)).json()["id"]
    await api.post(f"/cases/{case}/actions/sound")

    async def failed() -> list[dict[str, Any]]:
        return [one for one in (await waits(api, case))["parts"] if one["kind"] == "incident"]

    await until(failed)
    (incident,) = await failed()
    assert "ops_manager" in incident["roles"]
    assert incident["key"]
    key = {"name": "buyer", "roles": ["customer"], "stores": [STORE]}
    made = await api.post("/keys", json={**key, "parties": [{"kind": "customer", "number": "C-9"}]})
    assert made.status_code == 201, made.text
    told = await waits(site.client(made.json()["key"]), case)
    assert {one["kind"] for one in told["parts"]} <= {"people", "message", "limit", "clock"}
