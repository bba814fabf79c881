"""Events that nobody took: who looks at them, tries them again, or settles them by hand."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import update

from models.database import writing
from models.tables.requests import EventRow
from tests.api.conftest import STORE, Site, placed, subject, until
from tests.api.test_events import BATCH, STRUCTURED, event, send


async def _tasks(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get("/tasks", params=params)
    assert answer.status_code == 200, answer.text
    return [task for task in answer.json()["items"] if task["kind"] == "event"]


async def _counts(client: httpx.AsyncClient) -> int:
    return (await client.get("/tasks/counts")).json()["events"]


async def test_event_kind_03_what_is_refused_is_a_task_of_whoever_can_act(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    shop = await on_either.caller("platform_feed", stores=[STORE])
    bad = [event("order.placed", subject(), {"buyer": ""}, store=STORE) for _ in range(3)]
    assert {one["status"] for one in await send(shop, *bad)} == {"refused"}
    agent = await on_either.caller("cs_agent", stores=[STORE], name="agent")
    elsewhere = await on_either.caller("cs_agent", stores=["other"], name="elsewhere")
    (task,) = await _tasks(agent)
    assert (task["event"], task["count"], task["stage"], task["case"]) == (
        {"type": "test.order.placed", "code": "invalid_form"}, 3, "event", None,
    )  # fmt: skip
    assert [action["key"] for action in task["actions"]] == ["retry", "settle"]
    assert [await _counts(client) for client in (agent, api, elsewhere, shop)] == [1, 1, 0, 0]
    assert [len(await _tasks(client)) for client in (elsewhere, shop)] == [0, 0]
    claimed = await agent.post(f"/tasks/{task['id']}/claim")
    assert claimed.json()["claimed_by"] == (await agent.get("/account")).json().get(
        "id", claimed.json()["claimed_by"]
    )
    assert [one["id"] for one in await _tasks(agent, mine=True)] == [task["id"]]
    assert (await elsewhere.post(f"/tasks/{task['id']}/claim")).status_code == 404


async def test_it_is_tried_again_once_the_cause_is_mended(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    waybill = f"W{subject()}"
    collected = event("parcel.collected", waybill, store=STORE)
    await send(api, collected)
    with writing(site.engine) as session:
        long_ago = datetime.now(UTC) - timedelta(days=2)
        session.execute(update(EventRow).values(received_at=long_ago, next_try_at=long_ago))

    async def expired() -> dict[str, Any] | None:
        items = (await api.get("/events", params={"status": "expired", "subject": waybill})).json()["items"]
        return items[0] if items else None

    await until(expired)
    found = await expired()
    assert found is not None
    assert [one["status"] for one in found["tried"]] == ["pending", "expired"]
    assert found["actions"] == ["retry", "settle"]
    (task,) = await _tasks(api)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    again = await api.post(f"/events/{found['event']}/retry")
    assert (again.json()["status"], again.json()["case"]) == ("moved", case)
    assert await _tasks(api) == []
    assert (await api.post(f"/events/{found['event']}/retry")).json()["code"] == "not_possible_now"
    assert (await send(api, collected))[0]["status"] == "duplicate"
    assert task["count"] == 1


async def test_all_of_a_group_are_tried_again(api: httpx.AsyncClient, site: Site) -> None:
    """The shop's key lacked a role: somebody gives it, and has all tried again under the rights of now."""
    made = (
        await api.post("/keys", json={"name": "shop", "roles": ["carrier_feed"], "stores": [STORE]})
    ).json()
    shop = site.client(made["key"])
    numbers = [subject() for _ in range(3)]
    placed_ = [event("order.placed", number, {"buyer": "Li Na"}, store=STORE) for number in numbers]
    refused = await send(shop, *placed_)
    assert {one["code"] for one in refused} == {"not_your_role"}
    accounts = (await api.get("/accounts", params={"limit": 200})).json()["items"]
    account = next(one["id"] for one in accounts if one["name"] == "shop")
    given = {"roles": {STORE: ["carrier_feed", "platform_feed"]}}
    assert (await api.patch(f"/accounts/{account}", json=given)).status_code == 200
    key = next(one for one in (await api.get("/keys")).json()["items"] if one["name"] == "shop")
    assert key["roles"] == ["carrier_feed"]  # the key narrows the account still
    body = {"type": "test.order.placed", "store": STORE, "code": "not_your_role"}
    (first, *_) = (await api.post("/events/retry", json=body)).json()["items"]
    assert (first["status"], first["code"]) == ("refused", "not_your_role")
    new = (
        await api.post("/keys", json={"account": account, "name": "shop-2", "roles": ["platform_feed"]})
    ).json()
    started = await send(site.client(new["key"]), *placed_)
    assert [one["status"] for one in started] == ["started"] * 3
    assert await _tasks(api) == []


async def test_it_is_settled_by_hand_and_then_a_duplicate(api: httpx.AsyncClient, site: Site) -> None:
    sent = event("order.placed", subject(), {"buyer": ""}, store=STORE)
    (refused,) = await send(api, sent)
    agent = await site.caller("cs_agent", stores=[STORE], name="an-agent")
    assert (await agent.post(f"/events/{refused['event']}/settle", json={"reason": " "})).status_code == 422
    settled = await agent.post(f"/events/{refused['event']}/settle", json={"reason": "Entered by telephone."})
    assert settled.status_code == 200, settled.text
    document = settled.json()
    assert (document["status"], document["settled"]["name"], document["settled"]["reason"]) == (
        "settled", "an-agent", "Entered by telephone.",
    )  # fmt: skip
    assert (await send(api, {**sent, "data": {"buyer": "Li Na"}}))[0]["status"] == "duplicate"
    assert await _tasks(agent) == []


async def test_a_task_has_all_its_events_settled_or_tried(api: httpx.AsyncClient, site: Site) -> None:
    await send(api, *[event("order.placed", subject(), {"buyer": ""}, store=STORE) for _ in range(3)])
    (task,) = await _tasks(api)
    body = {"action": "retry", "tasks": [task["id"]]}
    (tried,) = (await api.post("/tasks/actions", json=body)).json()["items"]
    assert (tried["status"], [one["status"] for one in tried["events"]["items"]]) == (200, ["refused"] * 3)
    body = {"action": "settle", "tasks": [task["id"]], "form": {"reason": "Tests of the shop."}}
    (done,) = (await api.post("/tasks/actions", json=body)).json()["items"]
    assert [one["status"] for one in done["events"]["items"]] == ["settled"] * 3
    assert await _tasks(api) == []
    odd = {"action": "pack", "tasks": [task["id"]]}
    assert (await api.post("/tasks/actions", json=odd)).json()["items"][0]["status"] in (404, 409)


async def test_feeds_read_their_own_events_and_no_others(api: httpx.AsyncClient, site: Site) -> None:
    shop = await site.caller("platform_feed", stores=[STORE], name="shop-1")
    other = await site.caller("platform_feed", stores=[STORE], name="shop-2")
    picker = await site.caller("picker", stores=[STORE], name="picker")
    (mine,) = await send(shop, event("order.placed", subject(), {"buyer": "Li Na", "phone": "13800138000"}))
    assert (await shop.get(f"/events/{mine['event']}")).json()["data"]["phone"] == "13800138000"
    for stranger in (other, picker):
        assert (await stranger.get(f"/events/{mine['event']}")).status_code == 404
        assert (await stranger.get("/events")).json()["items"] == []
    assert [one["event"] for one in (await shop.get("/events")).json()["items"]] == [mine["event"]]
    tech = await site.caller("tech", stores=[STORE], name="tech")
    seen = (await tech.get(f"/events/{mine['event']}")).json()
    assert seen["data"]["phone"] == "138***00"
    assert (await tech.post(f"/events/{mine['event']}/settle", json={"reason": "x"})).status_code == 409
    assert (await shop.post(f"/events/{mine['event']}/retry")).status_code == 403


async def test_event_kind_04_what_is_no_event_is_refused_in_its_place(api: httpx.AsyncClient) -> None:
    good = [event("order.placed", subject(), {"buyer": "Li Na"}) for _ in range(2)]
    bad: list[Any] = [
        {**event("order.placed", subject(), {"buyer": "Li Na"}), "source": ""},
        event("order.placed", "x" * 201, {"buyer": "Li Na"}),
        7,
        event("order.placed", subject(), time="yesterday"),
    ]
    batch = [good[0], *bad, good[1]]
    answer = await api.post("/events", content=json.dumps(batch), headers=BATCH)
    assert answer.status_code == 202, answer.text
    came = answer.json()["items"]
    assert [one["status"] for one in came] == ["started", *["refused"] * len(bad), "started"]
    assert {one["code"] for one in came[1:-1]} == {"invalid_event"}
    assert (await api.post("/events", content=b"[]", headers=BATCH)).json() == {"items": []}


async def test_data_that_is_no_object_is_refused_and_kept(api: httpx.AsyncClient) -> None:
    (refused,) = await send(api, event("order.placed", subject()) | {"data": ["x"]})
    assert (refused["status"], refused["code"]) == ("refused", "invalid_form")
    assert (await api.get(f"/events/{refused['event']}")).json()["data"] == ["x"]


async def test_a_leap_second_and_data_in_base64_are_read(api: httpx.AsyncClient) -> None:
    first = event("order.placed", subject(), {"buyer": "Li Na"}, time="2016-12-31T23:59:60Z")
    second = event("order.placed", subject(), data_base64="eyJidXllciI6ICJMaSBOYSJ9")
    assert [one["status"] for one in await send(api, first, second)] == ["started", "started"]


async def test_event_kind_05_what_no_form_asks_is_kept_and_ignored(api: httpx.AsyncClient) -> None:
    number = subject()
    more = {"buyer": "Li Na", "utm": "x", "address": {"province": "浙江省", "city": "杭州市", "district": "西湖区",
            "street": "文三路 1 号", "postcode": "310012"}}  # fmt: skip
    (started,) = await send(api, event("order.placed", number, more))
    assert started["status"] == "started", started
    kept = (await api.get(f"/events/{started['event']}")).json()["data"]
    assert (kept["utm"], kept["address"]["postcode"]) == ("x", "310012")
    case = started["case"]
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": f"W{number}"}})
    (moved,) = await send(
        api, event("parcel.collected", f"W{number}", {"location": "Hangzhou", "by": "courier 7"})
    )
    assert (moved["status"], moved["case"]) == ("moved", case)


async def test_quoted_headers_are_read_without_their_quotes(api: httpx.AsyncClient) -> None:
    number = subject()

    async def binary(id_: str, type_: str) -> dict[str, Any]:
        headers = {"ce-specversion": "1.0", "ce-source": f"/shops/{STORE}", "ce-subject": number,
                   "ce-id": id_, "ce-type": type_, "Content-Type": "application/json"}  # fmt: skip
        answer = await api.post("/events", json={"buyer": "Li Na"}, headers=headers)
        return answer.json()["items"][0]

    assert (await binary(f'"a{number}"', '"test.order.placed"'))["status"] == "started"
    assert (await binary(f"a{number}", "test.order.placed"))["status"] == "duplicate"


async def test_event_kind_02_whoever_lacks_the_role_hides_nothing_of_others(
    api: httpx.AsyncClient, site: Site
) -> None:
    """Their event is kept where nothing is there, and takes nothing from whoever may send it."""
    sent = event("order.placed", subject(), {"buyer": ""}, store=STORE)
    (mine,) = await send(api, sent)
    (theirs,) = await send(await site.caller("carrier_feed", stores=[STORE]), sent)
    assert (theirs["code"], theirs["event"]) == ("not_your_role", None)
    assert (await api.get(f"/events/{mine['event']}")).json()["code"] == "invalid_form"


async def test_many_that_are_refused_at_once_are_counted_right(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    await asyncio.gather(
        *(send(api, event("order.placed", subject(), {"buyer": ""}, store=STORE)) for _ in range(20))
    )
    (task,) = await _tasks(api)
    assert task["count"] == 20


async def test_the_stream_tells_of_them(api: httpx.AsyncClient, site: Site) -> None:
    agent = await site.caller("cs_agent", stores=[STORE], name="agent")
    picker = await site.caller("picker", stores=[STORE], name="picker")

    async def told(client: httpx.AsyncClient, last: int) -> list[str]:
        """The tasks that the stream has told of, up to a case that comes after them."""
        found: list[str] = []
        async with client.stream("GET", "/stream", headers={"Last-Event-ID": str(last)}) as stream:
            case = await placed(api)
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    change = json.loads(line.removeprefix("data: "))
                    if change["case"] == case:
                        return found
                    found += [change["task"]] if change["task"] else []
        return found

    (refused,) = await send(api, event("order.placed", subject(), {"buyer": ""}, store=STORE))
    assert refused["status"] == "refused"
    assert await told(agent, 0) == [f"event:{STORE}/test.order.placed/invalid_form"]
    assert await told(picker, 0) == []


async def test_a_single_event_that_is_none_is_422(api: httpx.AsyncClient) -> None:
    answer = await api.post("/events", content=b'{"specversion":"1.0","id":"1"}', headers=STRUCTURED)
    assert answer.status_code == 422
