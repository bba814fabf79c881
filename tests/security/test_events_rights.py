"""Who may send an event: judged before its source and id are taken, and again when it is tried again."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlmodel import col

from api.access import Caller
from api.events import outcomes
from api.events.inbox import ReceivedEvent
from api.events.signature import Signers
from models.database import reading, writing
from models.tables.requests import ApiKey, EventRow, EventStatus
from settings.environment import SettingsError, load
from settings.webhooks import WebhookSender
from tests.api.conftest import STORE, Site, placed, subject, until
from tests.api.test_events import event, send, stages
from tests.api.test_webhooks import signature
from tests.security import served
from tests.security.served import limited

api, declared_api, on_either, site = served.api, served.declared, served.on_either, served.site


def kept(site: Site, sent: dict[str, Any]) -> EventRow | None:
    """What the database has of an event."""
    with reading(site.engine) as session:
        return session.scalars(
            select(EventRow).where(
                col(EventRow.source) == sent["source"], col(EventRow.event_id) == sent["id"]
            )
        ).one_or_none()


# --- burnt events


async def test_whoever_lacks_the_role_takes_nothing_from_whoever_has_it(on_either: Site) -> None:
    number = subject()
    message = event("order.placed", number, {"buyer": "Li Na"}, store=STORE)
    for roles in ((), ("picker",), ("carrier_feed",)):
        (refused,) = await send(await on_either.caller(*roles, name=f"no-{len(roles)}"), message)
        assert (refused["status"], refused["code"]) == ("refused", "not_your_role")
        assert "platform_feed" in refused["reason"]
    (elsewhere,) = await send(await on_either.caller("platform_feed", stores=["other"]), message)
    assert (elsewhere["status"], elsewhere["code"]) == ("refused", "not_found")
    there = kept(on_either, message)  # somebody can mend that, and then have it tried again
    assert there is not None
    assert (there.standing, there.code) == (EventStatus.REFUSED, "not_your_role")
    (started,) = await send(await on_either.caller("platform_feed", stores=[STORE]), message)
    assert (started["status"], started["case"]) == ("started", f"parcel:{STORE}:{number}")


async def test_nor_does_a_type_that_nobody_hears(api: httpx.AsyncClient, site: Site) -> None:
    number = subject()
    message = event("order.placed", number, {"buyer": "Li Na"})
    (ignored,) = await send(await site.caller("picker"), {**message, "type": "com.example.nothing"})
    assert ignored["status"] == "ignored"
    (started,) = await send(api, message)
    assert started["status"] == "started"


async def test_what_waits_in_one_store_takes_nothing_from_another(api: httpx.AsyncClient, site: Site) -> None:
    """A carrier of another store sends it first: it would wait there for a day."""
    case = await placed(api)
    waybill = f"W{subject()}"
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    message = event("parcel.collected", waybill)
    (waits,) = await send(await site.caller("carrier_feed", stores=["other"]), message)
    assert (waits["status"], waits["code"]) == ("pending", "no_case")
    carrier = await site.caller("carrier_feed", stores=[STORE])

    async def has_moved() -> bool:
        """While the other one is being tried, it still waits."""
        (came,) = await send(carrier, message)
        return (came["status"], came["case"]) == ("moved", case)

    await until(has_moved)


async def test_a_batch_has_a_result_for_each_in_its_place(api: httpx.AsyncClient, site: Site) -> None:
    number = subject()
    carrier = await site.caller("carrier_feed", stores=[STORE])
    results = await send(
        carrier,
        event("order.placed", number, {"buyer": "Li Na"}),
        event("parcel.collected", f"W{number}"),
        event("weather.changed", number),
    )
    assert [one["status"] for one in results] == ["refused", "pending", "ignored"]


async def test_what_was_refused_may_be_sent_again_once_the_cause_is_mended(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    case = await placed(api)
    number = case.rpartition(":")[2]
    message = event("order.cancelled", number, {"reason": "too late"})
    await api.post(f"/cases/{case}/actions/approve", json={})
    (refused,) = await send(api, message)
    assert refused["status"] == "refused"
    (again,) = await send(api, message)
    assert (again["status"], again["reason"]) == ("refused", refused["reason"])
    other = await placed(api)
    (moved,) = await send(api, {**message, "subject": other.rpartition(":")[2]})
    assert (moved["status"], moved["case"]) == ("moved", other)
    (twice,) = await send(api, message)
    assert (twice["status"], twice["case"]) == ("duplicate", other)
    assert (await api.get(f"/cases/{other}")).json()["revision"] == 2


async def test_what_has_expired_may_be_sent_again(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    waybill = f"W{subject()}"
    message = event("parcel.collected", waybill)
    await send(api, message)
    with writing(site.engine) as session:
        long_ago = datetime.now(UTC) - timedelta(days=2)
        session.execute(update(EventRow).values(received_at=long_ago, next_try_at=long_ago))

    def expired() -> bool:
        row = kept(site, message)
        return row is not None and (row.standing, row.code) == (EventStatus.EXPIRED, "no_case")

    await until(expired)
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    (moved,) = await send(api, message)
    assert moved["status"] == "moved"


# --- rights of now


async def _waiting(
    api: httpx.AsyncClient, site: Site, sender: httpx.AsyncClient
) -> tuple[dict[str, Any], str, str]:
    """An event that waits for its parcel to be packed; the parcel, and its waybill."""
    case = await placed(api)
    waybill = f"W{subject()}"
    message = event("parcel.collected", waybill, store=STORE)
    (waits,) = await send(sender, message)
    assert waits["status"] == "pending"
    return message, case, waybill


async def _is_refused(site: Site, message: dict[str, Any], code: str) -> None:
    def refused() -> bool:
        row = kept(site, message)
        return row is not None and (row.standing, row.code) == (EventStatus.REFUSED, code)

    await until(refused)


async def test_a_revoked_keys_pending_event_moves_nothing(api: httpx.AsyncClient, site: Site) -> None:
    made = (await api.post("/keys", json={"name": "carrier", "roles": ["carrier_feed"]})).json()
    message, case, waybill = await _waiting(api, site, site.client(made["key"]))
    await api.delete(f"/keys/{made['id']}")
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    await _is_refused(site, message, "sender_gone")
    assert await stages(api, case) == ["packed"]
    row = kept(site, message)
    assert row is not None
    assert "revoked" in (row.reason or "")
    (moved,) = await send(api, message)  # whoever may send it still can
    assert moved["status"] == "moved"


async def test_a_role_that_was_taken_away_counts_for_what_waits(api: httpx.AsyncClient, site: Site) -> None:
    sender = await site.caller("carrier_feed", name="sf.express")
    message, case, waybill = await _waiting(api, site, sender)
    made = [key for key in (await api.get("/keys")).json()["items"] if key["name"] == "sf.express"]
    with writing(site.engine) as session:
        session.execute(update(ApiKey).where(col(ApiKey.id) == made[0]["id"]).values(roles=["picker"]))
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    await _is_refused(site, message, "not_your_role")
    assert await stages(api, case) == ["packed"]


# --- many that wait


async def test_one_key_has_only_so_many_that_wait(api: httpx.AsyncClient, site: Site) -> None:
    async with limited(site, most_pending_per_key=3) as client:
        first = [event("parcel.collected", f"W{subject()}") for _ in range(3)]
        for one in first:
            assert (await send(client, one))[0]["status"] == "pending"
        over = event("parcel.collected", f"W{subject()}")
        structured = {"Content-Type": "application/cloudevents+json"}
        refused = await client.post("/events", content=json.dumps(over), headers=structured)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
        assert int(refused.headers["retry-after"]) > 0
        mixed = await send(client, over, event("order.placed", subject(), {"buyer": "Li Na"}))
        assert [(one["status"], one["code"]) for one in mixed] == [("refused", "too_many"), ("started", None)]
        other = await site.caller("carrier_feed", stores=[STORE])
        assert (await send(other, event("parcel.collected", f"W{subject()}")))[0]["status"] == "pending"
        with writing(site.engine) as session:
            mine = col(EventRow.event_id) == first[0]["id"]
            session.execute(update(EventRow).where(mine).values(standing=EventStatus.IGNORED))
        assert (await send(client, over))[0]["status"] == "pending"


def test_what_waits_long_is_tried_seldom() -> None:
    now = datetime.now(UTC)
    row = ReceivedEvent(
        id="1", source="/s", event_id="1", type="t", subject="s", store="", time=None, data={}, caller={},
        account="a", received_at=now, standing=EventStatus.PENDING, reason=None, code=None, case=None,
        cases=[], tried=[], settled=None, waits_since=None,
        done={"parcel": {"status": "pending", "case": None, "reason": "its case isn't there yet", "code": "no_case"}},
        tries=0, next_try_at=now,
    )  # fmt: skip
    waited, tries = timedelta(0), 0
    while waited < timedelta(days=1):
        outcomes.sum_up(row)
        assert row.next_try_at is not None
        waited += row.next_try_at - datetime.now(UTC)
        tries += 1
    assert tries < 50  # of 2,000 that wait, one every other second
    row.tries = 5000
    row.done = {"parcel": {**row.done["parcel"], "code": outcomes.NO_ANSWER}}
    outcomes.sum_up(row)
    assert row.next_try_at is not None
    assert row.next_try_at - datetime.now(UTC) <= timedelta(minutes=1)


# --- signed webhooks


def secret(text: str) -> str:
    return "whsec_" + base64.b64encode(text.encode().ljust(32, b".")).decode()


def sender(*secrets: str, **more: Any) -> WebhookSender:
    return WebhookSender(
        secrets=tuple(SecretStr(one) for one in secrets),
        **{"roles": ("carrier_feed",), "stores": (STORE,), **more},
    )


async def post(site: Site, signed_with: str, message: dict[str, Any]) -> httpx.Response:
    body = json.dumps(message)
    headers = signature(body, time.time(), signed_with)
    return await site.client(None).post("/events", content=body, headers=headers)


async def test_a_senders_secret_gives_its_own_roles_stores_and_sources(
    api: httpx.AsyncClient, site: Site
) -> None:
    senders = {
        "sf": sender(secret("sf"), sources=("/sf",)),
        "shop": sender(secret("shop"), roles=("platform_feed",)),
    }
    async with limited(site, webhook_secrets=senders):
        case = await placed(api)
        waybill = f"W{subject()}"
        await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
        collected = event("parcel.collected", waybill, source="/sf")

        async def code(signed_with: str, message: dict[str, Any]) -> str:
            (came,) = (await post(site, signed_with, message)).json()["items"]
            return came["code"] or came["status"]

        paid = event("order.placed", subject(), {"buyer": "Li Na"}, source="/sf")
        assert await code(secret("sf"), paid) == "not_your_role"
        assert await code(secret("sf"), {**collected, "store": "other"}) == "not_found"
        assert await code(secret("sf"), {**collected, "source": "/yto"}) == "not_your_source"
        assert await code(secret("shop"), collected) == "not_your_role"
        assert (await post(site, secret("stranger"), collected)).status_code == 401
        assert await code(secret("sf"), collected) == "moved"
        history = (await api.get(f"/cases/{case}/history")).json()["items"]
        assert "webhook:sf" in json.dumps(history[-1])


async def test_a_secret_is_rotated_without_an_event_lost(api: httpx.AsyncClient, site: Site) -> None:
    """As docs/operations.md describes it: the new one first, the source next, the former one goes last."""
    former, current = secret("former"), secret("current")

    async def taken(*signed_with: str) -> list[int]:
        messages = [event("parcel.collected", f"W{subject()}") for _ in signed_with]
        return [
            (await post(site, one, message)).status_code
            for one, message in zip(signed_with, messages, strict=True)
        ]

    async with limited(site, webhook_secrets={"sf": sender(former)}):
        assert await taken(former, current) == [202, 401]
    async with limited(site, webhook_secrets={"sf": sender(current, former)}):
        assert await taken(former, current) == [202, 202]
    async with limited(site, webhook_secrets={"sf": sender(current)}):
        assert await taken(former, current) == [401, 202]


async def test_what_a_sender_sent_before_it_was_removed_moves_nothing(site: Site) -> None:
    waybill = f"W{subject()}"
    message = event("parcel.collected", waybill)
    async with site.working():
        async with limited(site, webhook_secrets={"sf": sender(secret("sf"))}):
            assert (await post(site, secret("sf"), message)).json()["items"][0]["status"] == "pending"
        async with limited(site, webhook_secrets={}) as api:
            case = await placed(api)
            await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
            await _is_refused(site, message, "sender_gone")
            assert await stages(api, case) == ["packed"]


@pytest.mark.parametrize(
    ("senders", "says"),
    [
        (
            {"sf": sender(secret("a"), roles=("carrier",))},
            "carrier is no role of a feed; did you mean carrier_feed",
        ),
        ({"sf": sender(secret("a"), roles=("gm",))}, "gm is no role of a feed"),
        ({"a b": sender(secret("a"))}, "a sender is named by"),
    ],
)
def test_a_sender_that_can_not_be_one_is_told_at_the_start(senders: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Signers(load().model_copy(update={"webhook_secrets": senders}))


def test_a_secret_stands_for_one_sender() -> None:
    both = {
        name: {"secrets": [secret("a")], "roles": ["carrier_feed"], "stores": ["x"]} for name in ("a", "b")
    }
    with pytest.raises(SettingsError, match="belongs to one sender"):
        load(webhook_secrets=both)
    with pytest.raises(SettingsError, match=r"alone, or the stores"):
        load(webhook_secrets={"a": {**both["a"], "stores": ["*", "x"]}})


def test_a_caller_that_a_row_keeps_is_the_same() -> None:
    (signer,) = Signers(load(webhook_secrets={"sf": sender(secret("a"))}))._by_account.values()
    assert Caller.of_json(signer.caller.as_json()) == signer.caller
