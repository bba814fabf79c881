"""Actions that are held back for a moment: taken back until they are sent, and then sent once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col
from temporalio.client import Client

from models.database import reading
from models.tables.drafts import Draft
from models.tables.requests import RequestRow
from tests.api.conftest import STORE, Site, placed, site_on, subject, until
from tests.api.test_kills import killable

HELD = {"hold": 10}
BRIEFLY = {"hold": 1}


def packed() -> dict[str, Any]:
    return {"form": {"waybill_no": f"W-{subject()}"}}


def place_of(answer: httpx.Response) -> str:
    assert answer.status_code == 202, answer.text
    return answer.headers["location"].removeprefix("/api/v1")


async def steps(api: httpx.AsyncClient, case: str) -> list[str]:
    return [step["action"] for step in (await api.get(f"/cases/{case}/history")).json()["items"]]


async def answer_to(client: httpx.AsyncClient, where: str) -> dict[str, Any]:
    """What the request was told, once it was."""
    last: dict[str, Any] = {}

    async def is_answered() -> bool:
        last.update((await client.get(where)).json())
        return last["status"] == "answered"

    await until(is_answered)
    return last


async def test_what_is_held_back_can_be_taken_back(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    packer = await on_either.caller("packer", stores=[STORE], name="packer")
    other = await on_either.caller("packer", stores=[STORE], name="other")
    case = await placed(api)
    draft, body, key = f"/cases/{case}/actions/pack/draft", packed(), {"Idempotency-Key": subject()}
    await packer.put(draft, json={"form": {"waybill_no": "half"}})
    held = await packer.post(f"/cases/{case}/actions/pack", params=HELD, json=body, headers=key)
    where = place_of(held)
    assert held.json()["status"] == "pending"
    assert (await packer.get(where)).json()["held_until"] == held.json()["held_until"]
    again = await packer.post(f"/cases/{case}/actions/pack", params=HELD, json=body, headers=key)
    assert again.json() == held.json()
    assert (await packer.get(draft)).status_code == 404
    assert [(await other.get(where)).status_code, (await other.delete(where)).status_code] == [404, 404]

    assert [(await packer.delete(where)).status_code for _ in range(2)] == [204, 204]
    assert (await packer.get(draft)).json()["form"] == body["form"]
    assert (await answer_to(packer, where))["answer"]["code"] == "taken_back"
    again = await packer.post(f"/cases/{case}/actions/pack", params=HELD, json=body, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "taken_back")
    assert await steps(api, case) == ["place"]


async def test_what_nobody_takes_back_is_sent_once(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    packer = await on_either.caller("packer", stores=[STORE], name="packer")
    form = {"form": {"grams": 250}, "comment": "on the small scales"}
    where = place_of(await packer.post(f"/cases/{case}/actions/weigh", params=BRIEFLY, json=form))
    answered = await answer_to(packer, where)
    assert (answered["answer_status"], answered["answer"]["revision"]) == (200, 2)
    late = await packer.delete(where)
    assert (late.status_code, late.json()["code"]) == (409, "sent_already")
    assert await steps(api, case) == ["place", "weigh"]
    (step,) = [
        one for one in (await api.get(f"/cases/{case}/history")).json()["items"] if one["action"] == "weigh"
    ]
    assert step["form"]["note_no"] == "DN-000001", "the number is drawn when it is sent"
    comments = (await api.get(f"/cases/{case}/comments")).json()["items"]
    assert [one["text"] for one in comments] == ["on the small scales"]
    assert (await packer.get(f"/cases/{case}/actions/weigh/draft")).status_code == 404


async def test_it_is_judged_at_once(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    packer = await site.caller("packer", stores=[STORE], name="packer")
    agent = await site.caller("cs_agent", stores=[STORE], name="agent")
    supervisor = await site.caller("cs_supervisor", stores=[STORE], name="supervisor")
    assert (await supervisor.post(f"/cases/{case}/actions/approve")).status_code == 200

    async def refused(client: httpx.AsyncClient, action: str, **body: Any) -> tuple[int, str]:
        answer = await client.post(f"/cases/{case}/actions/{action}", params=HELD, json=body)
        return answer.status_code, answer.json()["code"]

    known_otherwise = {"grams": 1, "weighed_at": "2020-01-01T00:00:00Z"}
    assert await refused(agent, "pack", form={"waybill_no": "W"}) == (403, "not_your_role")
    assert await refused(packer, "pack", form={}) == (422, "invalid_form")
    assert await refused(packer, "weigh", form=known_otherwise) == (422, "invalid_form")
    assert await refused(packer, "pack", form={"waybill_no": "W"}, revision=1) == (409, "moved_on")
    assert await refused(packer, "pack", form={"waybill_no": "W"}, version=9) == (409, "moved_on")
    assert await refused(agent, "cancel", form={"reason": "why"}) == (422, "refused")
    assert await refused(packer, "collect") == (409, "not_possible_now")
    assert await refused(packer, "fly") == (404, "not_found")
    assert await refused(agent, "add_note", form={"note": "hello"}) == (422, "invalid_request")
    for hold in ("0", "11", "soon"):
        answer = await packer.post(f"/cases/{case}/actions/pack", params={"hold": hold}, json=packed())
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    many = {"action": "pack", "tasks": [f"{case}/placed"], **packed()}
    assert (await packer.post("/tasks/actions", params=HELD, json=many)).status_code == 422
    with reading(site.engine) as session:
        kept = session.scalars(select(RequestRow).where(col(RequestRow.held_until).is_not(None))).all()
    assert not kept
    assert await steps(api, case) == ["place", "approve"]


async def test_anothers_action_sends_it_first(on_either: Site) -> None:
    """Whichever process the other asks, in one by one and in bulk."""
    api = on_either.client(on_either.first_key)
    packer = await on_either.caller("packer", stores=[STORE], name="packer")
    one, two, three = [await placed(api) for _ in range(3)]
    held = [
        place_of(await packer.post(f"/cases/{case}/actions/pack", params=HELD, json=packed()))
        for case in (one, two, three)
    ]
    async with on_either.serving() as elsewhere:
        collected = await elsewhere.post(f"/cases/{one}/actions/collect")  # only possible once it is packed
        assert collected.status_code == 200, collected.text
        many = {"action": "describe", "tasks": [f"{two}/placed"], "form": {"text": "fragile"}}
        assert (await elsewhere.post("/tasks/actions", json=many)).json()["items"][0]["status"] == 200
        later = await api.post(f"/cases/{three}/actions/collect", params=HELD)
        assert later.status_code == 202, "what is held back behind it is judged behind it"
        assert [await steps(api, case) for case in (one, two, three)] == [
            ["place", "pack", "collect"],
            ["place", "pack", "describe"],
            ["place", "pack"],
        ]
        assert [(await packer.delete(where)).status_code for where in held] == [409] * 3


async def test_what_is_refused_then_is_a_draft_again_with_the_reason(
    api: httpx.AsyncClient, site: Site
) -> None:
    number = subject()
    case = await placed(api, number)
    packer = await site.caller("packer", stores=[STORE], name="packer")
    body = packed()
    where = place_of(await packer.post(f"/cases/{case}/actions/pack", params={"hold": 2}, json=body))
    cancelled = {
        "specversion": "1.0", "id": number, "source": "shop", "type": "test.order.cancelled",
        "store": STORE, "subject": number, "data": {"reason": "changed their mind"},
    }  # fmt: skip
    sent = await api.post("/events", json=cancelled, headers={"Content-Type": "application/cloudevents+json"})
    assert sent.json()["items"][0]["status"] == "moved", sent.text
    answered = await answer_to(packer, where)
    assert (answered["answer_status"], answered["answer"]["code"]) == (409, "not_possible_now")
    draft = (await packer.get(f"/cases/{case}/actions/pack/draft")).json()
    assert (draft["form"], draft["revision"]) == (body["form"], 1)
    assert draft["reason"] == answered["answer"]["detail"]
    assert await steps(api, case) == ["place", "cancel"]


async def test_who_has_lost_the_role_meanwhile_is_refused(api: httpx.AsyncClient, site: Site) -> None:
    case, other = await placed(api), await placed(api)
    made = await api.post("/accounts", json={"id": "li.na", "name": "Li Na", "roles": {STORE: ["packer"]}})
    assert made.status_code == 201, made.text
    key = await api.post("/keys", json={"account": "li.na", "name": "pda", "roles": ["packer"]})
    packer = site.client(key.json()["key"])
    gone = await site.caller("packer", stores=[STORE], name="gone")
    where = place_of(await packer.post(f"/cases/{case}/actions/pack", params=BRIEFLY, json=packed()))
    place_of(await gone.post(f"/cases/{other}/actions/pack", params=BRIEFLY, json=packed()))
    changed = await api.patch("/accounts/li.na", json={"roles": {STORE: ["cs_agent"]}})
    assert changed.status_code == 200, changed.text
    assert (await api.patch("/accounts/gone", json={"closed": True})).status_code == 200

    def given_back() -> list[Draft]:
        with reading(site.engine) as session:
            return list(session.scalars(select(Draft).order_by(col(Draft.account))))

    await until(lambda: len(given_back()) == 2)
    assert [draft.account for draft in given_back()] == ["gone", "li.na"]
    assert all(draft.reason for draft in given_back())
    with reading(site.engine) as session:
        asked = session.get(RequestRow, where.rpartition("/")[2])
    assert asked is not None
    assert asked.status == 403
    assert [await steps(api, one) for one in (case, other)] == [["place"], ["place"]]


@pytest.mark.slow
async def test_it_is_sent_though_its_process_was_killed(
    temporal_client: Client, temporal_address: str, sqlite_url: str, task_queue: str, data_dir: Path
) -> None:
    async with (
        site_on(sqlite_url, temporal_client, task_queue, data_dir) as site,
        site.working(),
        site.serving() as api,
        killable(site, temporal_address) as process,
    ):
        cases = [await placed(api) for _ in range(2)]
        packer = await site.caller("packer", stores=[STORE], name="packer")
        key = {"Authorization": packer.headers["Authorization"]}
        async with httpx.AsyncClient(base_url=process.url, headers=key, timeout=60) as client:
            asked = [
                await client.post(f"/cases/{case}/actions/pack", params={"hold": hold}, json=packed())
                for case, hold in zip(cases, (1, 10), strict=True)
            ]
        process.kill()
        sent, back = map(place_of, asked)
        assert (await packer.delete(back)).status_code == 204, "another process takes it back too"
        assert (await answer_to(packer, sent))["answer_status"] == 200
        assert [await steps(api, case) for case in cases] == [["place", "pack"], ["place"]]
