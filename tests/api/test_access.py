"""Who calls, what they may see, and what they may do."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select
from temporalio.client import WorkflowUpdateFailedError

from api.problems import Problem
from api.tokens import TokenChecker
from models.database import reading
from models.roles import Role
from models.tables.requests import ApiKey, RequestRow
from tests.api.conftest import STORE, Site, placed, subject
from tests.api.procedures import Parcel
from workflows.language.memory import Actor
from workflows.runner.messages import ActionRequest

ISSUER, AUDIENCE = "https://id.example", "guicheng"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1"})


# --- keys


async def test_without_a_valid_key_the_answer_is_401(api: httpx.AsyncClient, site: Site) -> None:
    for key in (None, "gc_wrong", "nonsense", "gc_"):
        stranger = site.client(key)
        for path in ("/cases", "/procedures", "/stream", "/tasks", "/books/stock", "/cases/parcel:tmall:x"):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_key_is_shown_once_and_only_its_hash_is_kept(api: httpx.AsyncClient, site: Site) -> None:
    ask: dict[str, Any] = {
        "url": "/keys",
        "json": {"name": "li.na", "roles": ["picker"]},
        "headers": {"Idempotency-Key": "k"},
    }
    made = await api.post(**ask)
    key = made.json()["key"]
    assert made.status_code == 201
    assert (await site.client(key).get("/cases")).status_code == 200
    assert (await api.post(**ask)).json()["key"] is None
    assert key not in (await api.get("/keys")).text
    with reading(site.engine) as session:
        kept = [row.model_dump_json() for row in session.scalars(select(ApiKey))]
        kept += [str(row.answer) + json.dumps(row.message) for row in session.scalars(select(RequestRow))]
    assert not any(key in text or key.removeprefix("gc_") in text for text in kept)


async def test_a_revoked_or_expired_key_is_refused(api: httpx.AsyncClient, site: Site) -> None:
    made = (await api.post("/keys", json={"name": "a", "roles": ["picker"]})).json()
    assert (await site.client(made["key"]).get("/cases")).status_code == 200
    assert (await api.delete(f"/keys/{made['id']}")).json()["revoked_at"] is not None
    assert (await site.client(made["key"]).get("/cases")).status_code == 401
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    old = (await api.post("/keys", json={"name": "b", "roles": [], "expires_at": past})).json()
    assert (await site.client(old["key"]).get("/cases")).status_code == 401


async def test_keys_are_for_admins_and_give_no_more_than_their_maker_has(
    api: httpx.AsyncClient, site: Site
) -> None:
    clerk = await site.caller("cs_agent")
    assert (await clerk.get("/keys")).json()["code"] == "forbidden"
    assert (await clerk.post("/keys", json={"name": "x", "roles": []})).json()["code"] == "forbidden"
    made = await api.post(
        "/keys", json={"name": "c", "roles": ["picker"], "stores": ["a"], "scopes": ["admin"]}
    )
    small = site.client(made.json()["key"])
    assert (await small.post("/keys", json={"name": "x", "roles": ["gm"], "stores": ["a"]})).json()[
        "code"
    ] == "forbidden"
    assert (await small.post("/keys", json={"name": "x", "roles": ["picker"]})).json()["code"] == "forbidden"
    assert (
        await small.post("/keys", json={"name": "x", "roles": ["picker"], "stores": ["a"]})
    ).status_code == 201
    assert {key["stores"][0] for key in (await small.get("/keys")).json()["items"]} == {"a"}
    theirs = (await api.post("/keys", json={"name": "b", "roles": ["picker"], "stores": ["b"]})).json()
    assert (await small.delete(f"/keys/{theirs['id']}")).status_code == 404
    assert (await site.client(theirs["key"]).get("/cases")).status_code == 200
    for role in ("system", "timer", "nobody"):
        refused = await api.post("/keys", json={"name": "x", "roles": [role]})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/roles")


# --- what may be seen


async def test_another_stores_things_are_not_there(api: httpx.AsyncClient, site: Site) -> None:
    everyone = ("cs_agent", "packer", "cs_supervisor", "logistics", "ops_manager")
    stranger = await site.caller(*everyone, stores=["b"], name="stranger")
    case, nothing = await placed(api), f"parcel:{STORE}:nothing"
    comment = (await api.post(f"/cases/{case}/comments", json={"text": "secret"})).json()
    file = (await api.post(f"/cases/{case}/files", files={"file": ("a.txt", b"secret")})).json()
    assert comment["id"]
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/cases/{}", None),
        ("GET", "/cases/{}/history", None),
        ("GET", "/cases/{}/comments", None),
        ("GET", "/cases/{}/files", None),
        ("GET", "/procedures/parcel/diagram.svg?case={}", None),
        ("POST", "/cases/{}/comments", {"text": "x"}),
        ("POST", "/cases/{}/files", {}),
        ("POST", "/cases/{}/actions/pack", {"form": {"waybill_no": "W"}}),
        ("POST", "/cases/{}/actions/add_note", {"form": {"note": "x"}}),
        ("POST", "/cases/{}/actions/escalate", {"form": {"note": "x"}}),
        ("POST", "/cases/{}/incidents/1.0", {"do": "retry", "reason": "x"}),
        ("POST", "/tasks/{}/placed/claim", None),
        ("POST", "/tasks/{}/placed/assign", {"to": "x"}),
    ]
    for method, path, body in calls:
        theirs = await stranger.request(method, path.format(case), json=body)
        none = await stranger.request(method, path.format(nothing), json=body)
        assert (theirs.status_code, theirs.content) == (404, none.content), path
    assert (await stranger.get(f"/files/{file['id']}")).content == (
        await stranger.get("/files/file:none")
    ).content
    number = case.rpartition(":")[2]
    for path in (
        f"/cases?q={number}",
        f"/cases?subject={number}",
        f"/cases?store={STORE}",
        f"/tasks?case={case}",
    ):
        assert (await stranger.get(path)).json()["items"] == []
    bulk = await stranger.post("/tasks/actions", json={"action": "pack", "tasks": [f"{case}/placed"]})
    assert bulk.json()["items"][0]["status"] == 404
    start = {"store": STORE, "subject": number, "data": {"buyer": "Li Na"}}
    assert (await stranger.post("/procedures/parcel/cases", json=start)).status_code == 404
    event = {"specversion": "1.0", "id": subject(), "source": "/x", "type": "test.order.cancelled", "subject": number,
             "store": STORE, "data": {"reason": "x"}}  # fmt: skip
    sent = await stranger.post(
        "/events", json=event, headers={"Content-Type": "application/cloudevents+json"}
    )
    came = sent.json()["items"][0]
    assert (came["status"], came["code"], came["case"]) == ("refused", "not_found", None)
    assert (await api.get(f"/cases/{case}")).json()["revision"] == 1


@pytest.mark.parametrize(
    "role", ["cs_agent", "packer", "cs_supervisor", "logistics", "carrier_feed", "customer", "gm"]
)
async def test_who_may_do_what_is_what_the_procedure_declares(
    api: httpx.AsyncClient, site: Site, role: str
) -> None:
    caller = await site.caller(role)
    forms = {"pack": {"waybill_no": "W-1"}, "cancel": {"reason": "x"}, "describe": {}}
    for action in ("pack", "cancel", "describe", "approve"):
        case = await placed(api)
        allowed = any(role in move.by for move in Parcel.declaration.transitions[action])
        if Role(role) not in Parcel.declaration.seen_by:  # who reads no case can't act on one, either
            assert (await caller.get(f"/cases/{case}")).status_code == 404
            body = {"form": forms.get(action)}
            assert (await caller.post(f"/cases/{case}/actions/{action}", json=body)).status_code == 404
            continue
        offered = {one["key"] for one in (await caller.get(f"/cases/{case}")).json()["actions"]}
        assert (action in offered) == allowed
        answer = await caller.post(f"/cases/{case}/actions/{action}", json={"form": forms.get(action)})
        assert answer.status_code == (200 if allowed else 403), (role, action, answer.text)


async def test_phones_and_addresses_are_for_those_who_ship_or_call(
    api: httpx.AsyncClient, site: Site
) -> None:
    home = {"province": "Zhejiang", "city": "Hangzhou", "district": "Xihu", "street": "Wensan Road 1"}
    data = {"buyer": "Li Na", "phone": "13800138000", "address": home}
    made = await api.post(
        "/procedures/parcel/cases", json={"store": STORE, "subject": subject(), "data": data}
    )
    case = made.json()["id"]
    packer, finance = await site.caller("packer"), await site.caller("finance")
    for caller, phone, street in ((packer, "13800138000", home["street"]), (finance, "138***00", "***")):
        (start,) = (await caller.get(f"/cases/{case}/history")).json()["items"]
        assert (start["form"]["phone"], start["form"]["address"]["street"]) == (phone, street)
        kept = (await caller.get(f"/cases/{case}")).json()["data"]["address"]
        assert (kept["city"], kept["street"]) == ("Hangzhou", street)


# --- JWTs


@pytest.fixture
async def issuer() -> AsyncGenerator[tuple[str, list[int]]]:
    """A key set on a port, and how often it was asked for."""
    asked: list[int] = []
    keys = {"keys": [RSA.as_dict(private=False), EC.as_dict(private=False)]}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.append(1)
        body = json.dumps(keys).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json", asked


def token(key: Any = RSA, *, alg: str = "RS256", kid: str | None = "rsa-1", **claims: Any) -> str:
    payload = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "li.na", "exp": int(time.time()) + 300, "nbf": int(time.time()) - 5,
        "roles": ["cs_agent", "system"], "stores": ["tmall"], **claims,
    }  # fmt: skip
    header = {"alg": alg, **({"kid": kid} if kid else {})}
    return jwt.encode(header, {k: v for k, v in payload.items() if v is not None}, key, algorithms=[alg])


def by_hand(alg: str, secret: bytes = b"") -> str:
    """A token that no library would make: unsigned, or signed with what everybody knows."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "li.na", "exp": int(time.time()) + 300, "roles": ["gm"]}
    text = f"{part(json.dumps({'alg': alg, 'kid': 'rsa-1'}).encode())}.{part(json.dumps(claims).encode())}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), 'sha256')) if secret else ''}"


async def test_a_good_token_is_a_caller(issuer: tuple[str, list[int]], site: Site) -> None:
    site.settings = site.settings.model_copy(
        update={"jwks_url": issuer[0], "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}
    )
    async with site.working(), site.serving() as api:
        case = await placed(api)
        for good in (token(), token(EC, alg="ES256", kid="ec-1")):
            caller = site.client(good)
            answer = await caller.post(f"/cases/{case}/comments", json={"text": "hello"})
            assert (answer.status_code, answer.json()["author"]) == (201, "li.na")
        # the engine's roles can't be claimed
        assert (
            await caller.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W"}})
        ).status_code == 403
        # a token narrows what the account may do, and gives it nothing
        assert (await site.client(token(stores=["jd"])).get(f"/cases/{case}")).status_code == 404
        stranger = site.client(token(sub="wang.wu", stores=None))
        assert (await stranger.get(f"/cases/{case}")).status_code == 404
        assert (await site.client(token(sub="wang.wu")).get(f"/cases/{case}")).status_code == 404
        assert len(issuer[1]) == 1


BAD_TOKENS = {
    "alg none": lambda: by_hand("none"),
    "the public key as a shared secret": lambda: by_hand("HS256", RSA.as_pem(private=False)),
    "expired": lambda: token(exp=int(time.time()) - 120),
    "not yet valid": lambda: token(nbf=int(time.time()) + 120),
    "without an end": lambda: token(exp=None),
    "wrong audience": lambda: token(aud="others"),
    "without audience": lambda: token(aud=None),
    "wrong issuer": lambda: token(iss="https://evil.example"),
    "without subject": lambda: token(sub=None),
    "another's key under a known id": lambda: token(RSAKey.generate_key(2048)),
    "unknown key id": lambda: token(RSAKey.generate_key(2048), kid="rsa-2"),
    "no key id": lambda: token(kid=None),
    "one algorithm's key for another": lambda: token(RSA, kid="ec-1"),
    "cut short": lambda: token()[:-10],
    "nonsense": lambda: "a.b.c",
    "huge": lambda: token(x="y" * 20_000),
}


@pytest.mark.parametrize("name", BAD_TOKENS)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_a_bad_token_is_401(issuer: tuple[str, list[int]], name: str) -> None:
    checker = TokenChecker(issuer[0], ISSUER, AUDIENCE)
    assert (await checker.claims(token()))["sub"] == "li.na"
    with pytest.raises(Problem) as refused:
        await checker.claims(BAD_TOKENS[name]())
    assert refused.value.status_code == 401


async def test_made_up_key_ids_do_not_flood_the_provider(issuer: tuple[str, list[int]]) -> None:
    checker = TokenChecker(issuer[0], ISSUER, AUDIENCE)
    for number in range(20):
        with pytest.raises(Problem):
            await checker.claims(token(kid=f"made-up-{number}"))
    assert len(issuer[1]) == 1


async def test_an_update_sent_straight_to_temporal_is_refused(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    forged = ActionRequest(actor=Actor(id="gm", roles=frozenset(Role)), event="approve", signature="00" * 32)
    handle: Any = site.temporal.get_workflow_handle(case)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update("approve", forged)
    assert getattr(refused.value.cause, "type", "") == "not_signed"
    assert (await api.get(f"/cases/{case}")).json()["revision"] == 1
