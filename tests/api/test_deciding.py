"""Who decides sees what they judge; and where nobody else may, the general manager does both, on record."""

from __future__ import annotations

from typing import Any

import httpx

from activities.people import audit
from api.deciding import DECIDED_ALONE
from models.database import writing
from tests.api.conftest import STORE, Site, subject
from tests.api.test_accounts import account, keyed


async def weighed(api: httpx.AsyncClient, by: httpx.AsyncClient) -> str:
    """A parcel's case that this caller has weighed."""
    address = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}
    data = {"buyer": "Li Na", "worth": "80", "lines": [{"sku": "POT", "qty": 2}], "address": address}
    body = {"store": STORE, "subject": subject(), "data": data}
    made = await api.post("/procedures/parcel/cases", json=body)
    assert made.status_code == 201, made.text
    case = made.json()["id"]
    sent = await by.post(f"/cases/{case}/actions/weigh", json={"form": {"grams": 250}})
    assert sent.status_code == 200, sent.text
    return case


def decided(site: Site) -> list[tuple[str, str, Any]]:
    """What the audit log says of those who decided alone."""
    with writing(site.engine) as session:
        lines = [line for line in audit.lines(session) if line.what == DECIDED_ALONE]
        return [(line.by, line.about, line.detail["action"]) for line in lines]


async def test_kind_54_who_decides_is_given_what_they_judge(api: httpx.AsyncClient, site: Site) -> None:
    packer = await site.caller("packer", stores=[STORE], name="packer")
    case = await weighed(api, packer)
    head = await site.caller("supervision", stores=[STORE], name="head")
    judged = {
        one["key"]: one["value"] for one in (await head.get(f"/cases/{case}/actions/vouch")).json()["judged"]
    }
    assert judged["worth"]["amount"] == "80"
    assert (judged["lines"][0]["sku"], judged["lines"][0]["qty"]) == ("POT", 2)
    assert judged["address"]["street"] == "***"  # who neither ships nor calls
    assert (await packer.get(f"/cases/{case}/actions/weigh")).json()["judged"] == []


async def test_kind_35_one_person_alone_decides_on_record(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    await account(api, "boss", "gm", "packer", "supervision")
    boss = await keyed(on_either, api, account="boss")
    case = await weighed(api, boss)
    assert "vouch" in {one["key"] for one in (await boss.get(f"/cases/{case}")).json()["actions"]}
    (task,) = (await boss.get(f"/tasks?case={case}")).json()["items"]
    assert "vouch" in {one["key"] for one in task["actions"]}
    assert (await boss.get(f"/cases/{case}/actions/vouch")).status_code == 200
    sent = await boss.post(f"/cases/{case}/actions/vouch", json={})
    assert sent.status_code == 200, sent.text
    step = (await boss.get(f"/cases/{case}/history")).json()["items"][-1]
    assert step["note"] == "Nobody else in the store may: the general manager asked for it and decided."
    chinese = await boss.get(f"/cases/{case}/history", headers={"Accept-Language": "zh"})
    assert "总经理" in chinese.json()["items"][-1]["note"]
    assert decided(on_either) == [("boss", case, "vouch")]


async def test_kind_35_not_where_somebody_else_may(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "boss", "gm", "packer", "supervision")
    await account(api, "wang", "supervision")
    boss = await keyed(site, api, account="boss")
    case = await weighed(api, boss)
    assert "vouch" not in {one["key"] for one in (await boss.get(f"/cases/{case}")).json()["actions"]}
    assert (await boss.post(f"/cases/{case}/actions/vouch", json={})).status_code == 422
    await api.patch("/accounts/wang", json={"closed": True})
    assert (await boss.post(f"/cases/{case}/actions/vouch", json={})).status_code == 200
    assert decided(site) == [("boss", case, "vouch")]


async def test_kind_35_a_program_of_the_managers_does_not(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "boss", "gm", "packer", "supervision", administrator=True)
    boss = await keyed(site, api, account="boss", scopes=["admin"])
    made = await boss.post("/keys", json={"name": "script", "roles": ["gm", "packer", "supervision"]})
    script = site.client(made.json()["key"])
    case = await weighed(api, script)
    assert (await script.post(f"/cases/{case}/actions/vouch", json={})).status_code == 422
    assert decided(site) == []


async def test_what_is_held_back_is_decided_alone_too(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "boss", "gm", "packer", "supervision")
    boss = await keyed(site, api, account="boss")
    case = await weighed(api, boss)
    held = await boss.post(f"/cases/{case}/actions/vouch?hold=10", json={})
    assert held.status_code == 202, held.text
    moved = await boss.post(
        f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W1"}}
    )  # sends it first
    assert moved.status_code == 200, moved.text
    assert decided(site) == [("boss", case, "vouch")]
