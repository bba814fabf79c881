"""Odd requests to every operation: no answer is a fault of ours, and none is one that OpenAPI doesn't name.

Here a few, from three callers; `make test-fuzz` sends many, from every role and a party of each kind.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.api.conftest import STORE, Site, placed, subject
from tests.api.fuzzing import Fuzz, Known
from tests.api.test_reading import parcel, party

EXAMPLES = 5
SEED = 1


async def test_every_answer_is_one_that_openapi_names(api: httpx.AsyncClient, site: Site) -> None:
    agent = await site.caller("cs_agent", "packer")
    customer = await party(site, api, "customer", "C-1")
    callers = {"administrator": site.first_key, "staff": key_of(agent), "customer": key_of(customer)}
    document, known = (await api.get(f"{site.url}/openapi.json")).json(), await there(api)
    asked = await asyncio.to_thread(Fuzz(site.url, document, callers, known).ask, EXAMPLES, SEED)
    assert not asked.faults
    operations = sum(len(some) for some in document["paths"].values())
    assert len({operation for operation, _ in asked.answers}) == operations
    assert {status for _, status in asked.answers} > {200, 201, 403, 404, 422}


def key_of(client: httpx.AsyncClient) -> str:
    return client.headers["Authorization"].removeprefix("Bearer ")


async def there(api: httpx.AsyncClient) -> Known:
    """A few cases, an event, a file, an account."""
    mine, packed, bare = await parcel(api, "C-1"), await parcel(api, "C-1"), await placed(api)
    await api.post(f"/cases/{packed}/actions/pack", json={"form": {"waybill_no": "W-1"}})
    sent = {
        "specversion": "1.0", "id": subject(), "source": "/shops/tmall", "type": "test.order.cancelled",
        "subject": "nothing", "store": STORE,
    }  # fmt: skip
    headers = {"content-type": "application/cloudevents+json"}
    event = (await api.post("/events", json=sent, headers=headers)).json()["items"][0]["event"]
    kept = await api.post(f"/cases/{mine}/files", files={"file": ("a.txt", b"a")})
    somebody = {"id": f"somebody-{subject()}", "name": "Somebody", "roles": {"*": ["packer"]}}
    await api.post("/accounts", json=somebody)
    key = (await api.post("/keys", json={"account": somebody["id"]})).json()["id"]
    tasks = [task["id"] for task in (await api.get("/tasks")).json()["items"]]
    acts: tuple[tuple[str, str, Any], ...] = (
        (mine, "pack", {"waybill_no": "W-2"}),
        (mine, "approve", {}),
        (packed, "describe", {"text": "round"}),
        (bare, "add_note", {"note": "x"}),
        (bare, "cancel", {"reason": "x"}),
    )
    starts = (
        {"buyer": "Li Na"},
        {"buyer": "Li Na", "customer_no": "C-1"},
        {"buyer": "Li Na", "customer_no": "C-2"},
    )
    return Known(
        {
            "case_id": [mine, packed, bare],
            "case": [mine, packed, bare],
            "task_id": tasks,
            "tasks": [tasks, tasks[:1]],
            "key": ["parcel", "visit", "order_fulfilment"],
            "procedure": ["parcel", "visit"],
            "store": [STORE],
            "action": ["pack", "retry", "settle"],
            "event_id": [event],
            "type": ["test.order.cancelled"],
            "file_id": [kept.json()["id"]],
            "account_id": [somebody["id"]],
            "key_id": [key],
            "role": ["packer", "cs_agent", "customer"],
            "q": ["Li Na", "W-1", mine.rpartition(":")[2]],
        },
        [
            *(
                {"case_id": case, "action": action, "form": form, "revision": None}
                for case, action, form in acts
            ),
            *({"key": "parcel", "event": "place", "subject": subject(), "data": data} for data in starts),
        ],
    )
