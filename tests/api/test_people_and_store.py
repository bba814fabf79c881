"""Whom one works with, and how a store works: for the store's people, with little of it for others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from models.database import reading, writing
from models.tables.accounts import Account
from models.tables.catalogue import Price, Product
from tests.api.conftest import STORE, Site
from tests.api.test_reading import party
from tests.api.test_store import say

NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)


async def people(client: httpx.AsyncClient, **asked: Any) -> dict[str, list[str]]:
    answer = await client.get("/people", params=asked)
    assert answer.status_code == 200, answer.text
    assert all(set(one) == {"id", "name", "roles"} for one in answer.json()["items"])
    return {one["id"]: one["roles"] for one in answer.json()["items"]}


async def account(
    api: httpx.AsyncClient, id_: str, name: str, roles: dict[str, list[str]], **more: Any
) -> None:
    made = await api.post("/accounts", json={"id": id_, "name": name, "roles": roles, **more})
    assert made.status_code == 201, made.text


async def staff(api: httpx.AsyncClient) -> None:
    await account(api, "li.na", "李娜", {STORE: ["picker", "packer"], "jd": ["qc"]})
    await account(api, "wang.fang", "王芳", {"*": ["cs_agent"]})
    await account(api, "zhao", "Zhao Lin", {"jd": ["packer"]})
    await account(api, "buyer", "Buyer", {"*": ["customer"]}, parties=[{"kind": "customer", "number": "C-1"}])
    await account(api, "robot", "Li's robot", {"*": ["picker"]}, kind="service")
    await account(api, "gone", "Gone Li", {STORE: ["picker"]})
    assert (await api.patch("/accounts/gone", json={"closed": True})).status_code == 200


async def test_people_are_those_of_the_callers_stores(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    await staff(api)
    here = await on_either.caller("packer", stores=[STORE], name="here")
    assert await people(here) == {"li.na": ["packer", "picker", "staff"], "wang.fang": ["cs_agent", "staff"]}
    assert await people(here, role="packer") == {"li.na": ["packer", "picker", "staff"]}
    assert await people(here, q="LI") == {"li.na": ["packer", "picker", "staff"]}
    assert await people(here, q="芳") == {"wang.fang": ["cs_agent", "staff"]}
    assert await people(here, q="nobody") == {}
    assert set(await people(api, q="li")) == {"li.na", "zhao"}
    assert next(iter(await people(api, q="lin"))) == "zhao"
    assert await people(api, store="jd", role="qc") == {"li.na": ["qc", "staff"]}
    assert len(await people(api, limit=1)) == 1
    for asked in ({"store": "jd"}, {"role": "queen"}, {"limit": 51}):
        assert (await here.get("/people", params=asked)).status_code in (404, 422), asked
    found = (await here.get("/refs/user", params={"q": "李"})).json()["items"]
    assert found == [{"code": "li.na", "label": "李娜", "detail": "Packer, Picker, Staff"}]


async def test_who_works_here_follows_their_roles(api: httpx.AsyncClient, site: Site) -> None:
    await staff(api)

    def works_here(id_: str) -> bool:
        with reading(site.engine) as session:
            return session.get_one(Account, id_).works_here

    assert [works_here(one) for one in ("li.na", "buyer")] == [True, False]
    assert (await api.patch("/accounts/li.na", json={"roles": {STORE: ["customer"]}})).status_code == 200
    assert not works_here("li.na")
    assert "li.na" not in await people(api)


async def test_people_are_told_to_the_stores_people_alone(api: httpx.AsyncClient, site: Site) -> None:
    await staff(api)
    customer = await party(site, api, "customer", "C-1")
    for client in (
        customer,
        await site.caller("carrier_feed", name="feed"),
        await site.caller(name="nobody"),
    ):
        assert (await client.get("/people")).json()["code"] == "forbidden"
    # somebody who works in one of two stores is told of nobody in the other
    await account(api, "both", "Both", {STORE: ["packer"], "jd": ["customer"]})
    both = site.client((await api.post("/keys", json={"account": "both"})).json()["key"])
    assert "zhao" not in await people(both)


async def test_whom_the_stores_file_lists_has_no_more_than_that(site: Site) -> None:
    say(site, '[people."li.na"]\nroles = ["packer"]\n\n[people."wang.fang"]\nroles = ["qc"]\nstores = ["jd"]')
    async with site.serving() as api:
        await staff(api)
        assert await people(api, store=STORE) == {"li.na": ["packer", "staff"]}


async def test_a_store_says_how_it_works(site: Site) -> None:
    say(
        site,
        'service_hours = "08:30-22:00"\ncampaign_days = ["2026-06-16/2026-06-20"]\nspending_limit = 20000\n'
        '[approval_limits]\ncs_agent = 80\n[procedures]\noff = ["parcel"]\n[limits.parcel]\nplaced.due = "PT6H"',
    )
    async with site.serving() as api:
        packer = await site.caller("packer", stores=[STORE], name="packer")
        answer = await packer.get("/store")
        assert answer.status_code == 200, answer.text
        store = answer.json()
        assert (store["store"], store["stores"], store["currency"]) == (STORE, [STORE], "CNY")
        assert store["hours"]["service"] == {"opens": "08:30", "closes": "22:00"}
        assert store["campaign_days"] == [{"first": "2026-06-16", "last": "2026-06-20"}]
        assert store["days_off"] == sorted(store["days_off"])
        assert store["days_off"]
        assert store["limits"]["spending"] == {"amount": "20000", "currency": "CNY"}
        assert store["limits"]["times"] == {"parcel.placed.due": "PT6H"}
        limits = {one["role"]: one["limit"]["amount"] for one in store["limits"]["approval"]}
        assert limits["cs_agent"] == "80"
        assert store["procedures"]["off"] == ["parcel"]
        assert "order_fulfilment" in store["procedures"]["on"]
        customer = (
            await (await party(site, api, "customer", "C-1", store=STORE)).get(f"/store?store={STORE}")
        ).json()
        assert (customer["limits"], customer["procedures"], customer["hours"]) == (None, None, store["hours"])


async def test_which_store_is_said_where_there_are_several(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    assert (await api.get("/store")).json()["store"] == STORE, "the only one there is"
    with writing(on_either.engine) as session:
        session.add(Product(sku="T", title="T", at=NOW))
        session.flush()
        price: dict[str, Any] = {"key": "k", "sku": "T", "kind": "list", "amount": 1, "since": NOW, "at": NOW}
        session.add(Price(store="jp", currency="JPY", **price))
    asked = await api.get("/store")
    assert (asked.status_code, asked.json()["errors"]) == (
        422, [{"pointer": "/query/store", "message": f"is needed: one of jp, {STORE}"}],
    )  # fmt: skip
    assert (await api.get("/store", params={"store": "jp"})).json()["currency"] == "JPY"
    packer = await on_either.caller("packer", stores=[STORE], name="packer")
    assert (await packer.get("/store", params={"store": "jp"})).status_code == 404
