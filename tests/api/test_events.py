"""Events from outside: each once, whatever the order, found by the case they are about."""

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from api.events import inbox
from api.events.catalogue import event_types
from api.events.cloudevents import CloudEvent
from api.events.listeners import heard_by_type
from models.database import DatabaseBusy, reading, writing
from models.tables.cases import StepRow
from models.tables.requests import EventRow
from tests.api.conftest import STORE, Site, placed, subject, until
from workflows.language.forms import read_form

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def event(
    kind: str, about: str | None, data: dict[str, Any] | None = None, **attributes: Any
) -> dict[str, Any]:
    envelope = {
        "specversion": "1.0",
        "id": subject(),
        "source": f"/shops/{STORE}",
        "type": f"test.{kind}",
        **attributes,
    }
    return envelope | ({"subject": about} if about else {}) | ({"data": data} if data is not None else {})


async def send(api: httpx.AsyncClient, *events: dict[str, Any]) -> list[dict[str, Any]]:
    body, headers = (events[0], STRUCTURED) if len(events) == 1 else (list(events), BATCH)
    answer = await api.post("/events", content=json.dumps(body), headers=headers)
    assert answer.status_code == 202, answer.text
    return answer.json()["items"]


async def stages(api: httpx.AsyncClient, case: str) -> list[str]:
    return [stage["key"] for stage in (await api.get(f"/cases/{case}")).json()["stages"]]


async def test_an_event_starts_a_case_and_others_move_it(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    number = subject()
    case = f"parcel:{STORE}:{number}"
    (started,) = await send(api, event("order.placed", number, {"buyer": "Li Na"}))
    assert (started["status"], started["case"]) == ("started", case)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": f"W{number}"}})
    results = await send(api, event("parcel.collected", f"W{number}"), event("parcel.arrived", f"W{number}"))
    assert [(one["status"], one["case"]) for one in results] == [("moved", case)] * 2
    assert await stages(api, case) == ["at_door"]


async def test_an_event_counts_as_taken_once_everybody_can_read_what_came_of_it(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case has answered, and the database is busy."""

    def busy(*_: object) -> None:
        raise DatabaseBusy("others write")

    monkeypatch.setattr(inbox, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(inbox, "settle", busy)
    number = subject()
    (told,) = await send(api, sent := event("order.placed", number, {"buyer": "Li Na"}))
    assert (told["status"], told["case"]) == ("pending", None)
    assert (await api.get(f"/cases/parcel:{STORE}:{number}")).status_code == 404
    monkeypatch.undo()

    async def is_started() -> bool:
        (again,) = await send(api, sent)
        return again["case"] == f"parcel:{STORE}:{number}"

    await until(is_started)
    assert await stages(api, f"parcel:{STORE}:{number}") == ["placed"]


async def test_a_step_that_its_case_has_lost_is_asked_for_again(api: httpx.AsyncClient, site: Site) -> None:
    """The worker died after its commit and before Temporal had the step, then the process that sent the event."""
    case = await placed(api)
    number, now = case.rpartition(":")[2], datetime.now(UTC)
    with writing(site.engine) as session:
        caller: dict[str, Any] = {
            "id": "shop",
            "name": "",
            "owner": None,
            "is_service": True,
            "roles": {STORE: ["platform_feed"]},
            "parties": [],
            "key": "",
        }
        session.add(
            EventRow(
                id=number, source="/s", event_id=number, type="test.order.cancelled", subject=number,
                store=STORE, data={"reason": "too late"}, caller=caller, account="shop", received_at=now, done={},
                tries=1,
                next_try_at=now,
            )
        )  # fmt: skip
        session.add(
            StepRow(
                case=case, revision=2, event="cancel", actor="shop", roles=["platform_feed"], at=now,
                before=["placed"], after=["cancelled"], followed=[], missed=[], request=f"{number}.parcel",
            )
        )  # fmt: skip

    def has_moved() -> bool:
        with reading(site.engine) as session:
            row = session.get(EventRow, number)
            return row is not None and row.standing == "moved"

    await until(has_moved)
    assert await site.temporal.get_workflow_handle(case).result() == "cancelled"


async def test_binary_events_say_it_in_headers(api: httpx.AsyncClient) -> None:
    number = subject()
    headers = {"ce-specversion": "1.0", "ce-id": number, "ce-source": "/s", "ce-type": "test.order.placed",
               "ce-subject": number, "ce-store": STORE, "ce-note": "%E4%BD%A0"}  # fmt: skip
    answer = await api.post("/events", json={"buyer": "Li Na"}, headers=headers)
    assert (answer.status_code, answer.json()["items"][0]["status"]) == (202, "started")


async def test_a_hundred_of_the_same_event_are_one(api: httpx.AsyncClient) -> None:
    number = subject()
    one = event("order.placed", number, {"buyer": "Li Na"})
    results = [
        item for items in await asyncio.gather(*(send(api, one) for _ in range(100))) for item in items
    ]
    assert sorted(result["status"] for result in results) == ["duplicate"] * 99 + ["started"]
    assert (await api.get(f"/cases/parcel:{STORE}:{number}")).json()["revision"] == 1
    again = await send(api, one)
    assert (again[0]["status"], again[0]["case"]) == ("duplicate", f"parcel:{STORE}:{number}")


async def test_the_receipt_says_what_came_of_each_event(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    number = case.rpartition(":")[2]
    unheard, invalid, there, refused, nobody = await send(
        api,
        event("weather.changed", number),
        event("order.placed", subject(), {"buyer": ""}),
        event("order.placed", number, {"buyer": "Li Na"}),
        event("order.cancelled", number, {"reason": ""}),
        event("order.placed", None, {"buyer": "Li Na"}),
    )
    assert unheard["status"] == "ignored"
    assert (invalid["status"], "/buyer" in invalid["reason"]) == ("refused", True)
    assert (there["status"], there["case"], "there already" in there["reason"]) == ("refused", case, True)
    assert (refused["status"], "/reason" in refused["reason"]) == ("refused", True)
    assert (nobody["status"], "subject" in nobody["reason"]) == ("refused", True)
    clerk = await site.caller("finance")
    (wrong_role,) = await send(clerk, event("order.cancelled", number, {"reason": "x"}, store=STORE))
    assert wrong_role["status"] == "refused"
    (cancelled,) = await send(api, event("order.cancelled", number, {"reason": "x"}))
    assert cancelled["status"] == "moved"
    (late,) = await send(api, event("order.cancelled", number, {"reason": "again"}))
    assert (late["status"], late["case"]) == ("refused", case)
    assert (await api.get(f"/cases/{case}")).json()["revision"] == 2


async def test_nobody_learns_what_came_of_anothers_event(api: httpx.AsyncClient, site: Site) -> None:
    message = event("order.placed", subject(), {"buyer": "Li Na"})
    (first,) = await send(await site.caller("platform_feed", stores=[STORE]), message)
    (theirs,) = await send(await site.caller("platform_feed", stores=["other"]), message)
    assert (theirs["status"], theirs["case"], theirs["reason"]) == ("duplicate", None, None)
    (colleague,) = await send(await site.caller("platform_feed", stores=[STORE]), message)
    assert (colleague["status"], colleague["case"]) == ("duplicate", first["case"])


@pytest.mark.parametrize(
    "about",
    ["a:b", "../x", "a/../b", "a//b", "..", "\u202ea", "x" * 65, "/a", "a/history", "a/actions/b"],
)
async def test_events_start_no_case_that_callers_could_not(api: httpx.AsyncClient, about: str) -> None:
    (result,) = await send(api, event("order.placed", about, {"buyer": "Li Na"}))
    assert (result["status"], result["case"]) == ("refused", None)


async def test_an_event_waits_for_its_case(api: httpx.AsyncClient) -> None:
    waybill = f"W{subject()}"
    (early,) = await send(api, event("parcel.collected", waybill))
    assert (early["status"], early["case"]) == ("pending", None)
    case = await placed(api)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})

    async def collected() -> bool:
        return await stages(api, case) == ["in_transit"]

    await until(collected)


async def test_an_event_that_a_killed_process_had_applied_has_the_same_receipt(on_either: Site) -> None:
    """It died after the case took the events, and before it could say so."""
    api = on_either.client(on_either.first_key)
    number = subject()
    case = f"parcel:{STORE}:{number}"
    start, move = event("order.placed", number, {"buyer": "Li Na"}), event("parcel.collected", f"W{number}")
    await send(api, start)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": f"W{number}"}})
    await send(api, move)
    both = col(EventRow.event_id).in_([start["id"], move["id"]])
    with writing(on_either.engine) as session:
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        session.execute(
            update(EventRow)
            .where(both)
            .values(standing="pending", case=None, done={}, tries=0, holder="a process that died",
                    next_try_at=long_ago, lease_until=long_ago)
        )  # fmt: skip

    def came() -> bool:
        with reading(on_either.engine) as session:
            rows = session.scalars(select(EventRow).where(both).order_by(col(EventRow.received_at))).all()
            return [(row.standing, row.case) for row in rows] == [("started", case), ("moved", case)]

    await until(came)
    assert (await api.get(f"/cases/{case}")).json()["revision"] == 3


async def test_after_a_day_an_event_is_given_up(api: httpx.AsyncClient, site: Site) -> None:
    early = event("parcel.collected", f"W{subject()}")
    await send(api, early)
    with writing(site.engine) as session:
        row = session.query(EventRow).filter_by(event_id=early["id"]).one()
        long_ago = row.received_at.replace(year=row.received_at.year - 1)
        session.execute(update(EventRow).values(received_at=long_ago, next_try_at=long_ago, lease_until=None))

    def given_up() -> bool:
        with writing(site.engine) as session:
            row = session.query(EventRow).filter_by(event_id=early["id"]).one()
            return (row.standing, row.code) == ("expired", "no_case") and "given up" in (row.reason or "")

    await until(given_up)


async def test_an_event_that_nobody_listens_to_any_more_is_settled(
    api: httpx.AsyncClient, site: Site
) -> None:
    """It was waiting when code came that doesn't have its procedure."""
    (receipt,) = await send(api, event("parcel.collected", subject()))
    assert receipt["status"] == "pending"
    mine = col(EventRow.event_id) == receipt["id"]
    with writing(site.engine) as session:
        gone: dict[str, Any] = {"type": "test.parcel.of_old", "done": {}, "next_try_at": datetime.now(UTC)}
        session.execute(update(EventRow).where(mine).values(**gone))

    def standing() -> str:
        with reading(site.engine) as session:
            return session.scalars(select(EventRow).where(mine)).one().standing

    await until(lambda: standing() == "ignored")


@pytest.mark.parametrize("seed", range(6))
async def test_in_whatever_order_a_parcels_events_come_it_is_delivered(
    api: httpx.AsyncClient, seed: int
) -> None:
    case = await placed(api)
    waybill = f"W{subject()}"
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    events = [event(f"parcel.{what}", waybill) for what in ("collected", "arrived", "delivered")] * 2
    random.Random(seed).shuffle(events)
    for one in events:
        await send(api, one)

    async def delivered() -> bool:
        return await stages(api, case) == ["delivered"]

    await until(delivered)
    steps = (await api.get(f"/cases/{case}/history")).json()["items"]
    assert [step["action"] for step in steps] == ["place", "pack", "collect", "arrive", "deliver"]


async def test_events_take_an_idempotency_key_too(api: httpx.AsyncClient) -> None:
    number = subject()
    headers = {**STRUCTURED, "Idempotency-Key": number}
    body = json.dumps(event("order.placed", number, {"buyer": "Li Na"}))
    first = await api.post("/events", content=body, headers=headers)
    assert (await api.post("/events", content=body, headers=headers)).content == first.content
    other = json.dumps(event("order.placed", number, {"buyer": "Li Na"}))
    assert (await api.post("/events", content=other, headers=headers)).json()["code"] == "key_reused"


NOT_EVENTS: dict[str, tuple[bytes, dict[str, str], int]] = {
    "empty": (b"", STRUCTURED, 422),
    "not JSON": (b"{", STRUCTURED, 422),
    "a list": (b"[]", STRUCTURED, 422),
    "a batch that is no list": (b"{}", BATCH, 422),
    "no version": (b'{"id":"1","source":"/s","type":"t"}', STRUCTURED, 422),
    "another version": (b'{"specversion":"0.3","id":"1","source":"/s","type":"t"}', STRUCTURED, 422),
    "no id": (b'{"specversion":"1.0","source":"/s","type":"t"}', STRUCTURED, 422),
    "an empty id": (b'{"specversion":"1.0","id":"","source":"/s","type":"t"}', STRUCTURED, 422),
    "a time without zone": (
        b'{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2026-01-01T00:00:00"}', STRUCTURED, 422),
    "binary data": (b'{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"AA=="}', STRUCTURED, 422),
    "NUL": (b'{"specversion":"1.0","id":"1\\u0000","source":"/s","type":"t"}', STRUCTURED, 422),
    "no type of content": (b"{}", {}, 415),
    "plain text": (b"x", {"ce-specversion": "1.0", "ce-id": "1", "Content-Type": "text/plain"}, 415),
    "bytes in a header": (b"{}", {"ce-specversion": "1.0", "ce-id": "%FF"}, 422),
    "one event too large": (b'{"x":"' + b"y" * 70_000 + b'"}', STRUCTURED, 413),
    "a batch too large": (b"[" + b" " * 2_000_000 + b"]", BATCH, 413),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_EVENTS)
async def test_what_is_no_event_is_refused(api: httpx.AsyncClient, name: str) -> None:
    body, headers, status = NOT_EVENTS[name]
    answer = await api.post("/events", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


# --- the catalogue


async def test_every_type_is_listed_with_examples_that_are_events(api: httpx.AsyncClient) -> None:
    types = (await api.get("/events/types")).json()["items"]
    assert [one["type"] for one in types] == sorted(heard_by_type())
    for one in types:
        for example in one["examples"]:
            assert CloudEvent.model_validate(example).type == one["type"]
    collected = next(one for one in types if one["type"] == "test.parcel.collected")
    assert (collected["moves"], collected["found_by"]) == (["parcel"], ["waybill_no"])
    assert collected["roles"] == ["carrier_feed", "logistics"]
    first = (await api.get("/events/types", params={"limit": 1})).json()
    second = (await api.get("/events/types", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [page["items"][0]["type"] for page in (first, second)] == [one["type"] for one in types[:2]]


@pytest.mark.parametrize("type_", sorted(heard_by_type()))
def test_the_examples_of_a_type_are_right_for_its_forms(type_: str) -> None:
    (document,) = (one for one in event_types() if one["type"] == type_)
    forms = dict.fromkeys(heard.form for heard in heard_by_type()[type_] if heard.form is not None)
    for form, example in zip(forms, document["examples"], strict=bool(forms)):
        read_form(form, example.get("data"))


async def test_a_misspelt_type_is_ignored_with_a_hint(api: httpx.AsyncClient) -> None:
    misspelt = {**event("order.placed", subject(), {"buyer": "Li Na"}), "type": "test.order.plased"}
    answer = (await api.post("/events", json=misspelt, headers=STRUCTURED)).json()["items"][0]
    assert answer["status"] == "ignored"
    assert "did you mean test.order.placed" in answer["reason"]
    foreign = {**misspelt, "id": "another", "type": "com.example.unheard"}
    answer = (await api.post("/events", json=foreign, headers=STRUCTURED)).json()["items"][0]
    assert (answer["status"], answer["reason"]) == ("ignored", None)
