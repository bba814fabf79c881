"""Accounts: who they are, what they may do, how they sign in, and who counts as whom."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from activities.people import audit
from api.people import sessions
from api.people.passwords import WeakPassword, hashed, is_right, wait_until
from api.personal_export import NobodyFound, export
from models.database import reading, writing
from models.rights import Party, Rights
from models.roles import PartyKind, Role
from models.tables.accounts import Account, SignedIn
from models.tables.cases import CaseRow
from tests.api.conftest import STORE, Site, placed, subject
from workflows.language.memory import Position

PASSWORD = "correct horse battery"


async def account(api: httpx.AsyncClient, id: str, *roles: str, **more: Any) -> dict[str, Any]:  # noqa: A002
    made = await api.post(
        "/accounts", json={"id": id, "name": id.title(), "roles": {"*": list(roles)}, **more}
    )
    assert made.status_code == 201, made.text
    return made.json()


async def keyed(site: Site, api: httpx.AsyncClient, **key: Any) -> httpx.AsyncClient:
    made = await api.post("/keys", json=key)
    assert made.status_code == 201, made.text
    return site.client(made.json()["key"])


# --- accounts


async def test_an_id_is_never_used_again(api: httpx.AsyncClient) -> None:
    await account(api, "li.na")
    for id_ in ("li.na", "Li.Na", "ＬＩ.na", "system", "Timer", "operator"):
        again = await api.post("/accounts", json={"id": id_, "name": "x"})
        assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/id"), id_
    assert (await api.patch("/accounts/li.na", json={"closed": True})).status_code == 200
    assert (await api.post("/accounts", json={"id": "li.na", "name": "x"})).status_code == 422
    by_name = [(await api.post("/accounts", json={"name": "李 娜"})).json()["id"] for _ in range(3)]
    assert by_name == ["李-娜", "李-娜-2", "李-娜-3"]
    assert (await api.post("/keys", json={"name": "system", "roles": []})).status_code == 422


async def test_nobody_is_called_what_histories_call_the_engine(api: httpx.AsyncClient) -> None:
    await account(api, "li.na")
    for name in ("system", " Timer ", "ＳＹＳＴＥＭ"):
        for asked in (
            api.post("/accounts", json={"id": "another", "name": name}),
            api.patch("/accounts/li.na", json={"name": name}),
        ):
            refused = await asked
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/name"), name


async def test_rights_that_change_hold_at_once_for_all_keys(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", "packer", "finance")
    key = await keyed(site, api, account="li.na")
    narrow = await keyed(site, api, account="li.na", roles=["finance"])
    case = await placed(api)
    pack: Any = {"url": f"/cases/{case}/actions/pack", "json": {"form": {"waybill_no": "W1"}}}
    assert (await narrow.post(**pack)).json()["code"] == "not_your_role"
    assert (await key.get("/session")).json()["roles"] == {"*": ["finance", "packer"]}
    assert (await api.patch("/accounts/li.na", json={"roles": {"jd": ["packer"]}})).status_code == 200
    assert (await key.get("/session")).json()["roles"] == {"jd": ["packer"]}
    assert (await key.post(**pack)).status_code == 404
    await api.patch("/accounts/li.na", json={"roles": {"*": ["packer"], "jd": ["gm"]}})
    assert (await key.post(**pack)).status_code == 200
    await api.patch("/accounts/li.na", json={"closed": True})
    assert (await key.get("/session")).status_code == 401


async def test_roles_of_one_store_do_nothing_in_another(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "wang", roles={"jd": ["packer"], STORE: ["finance"]})
    key = await keyed(site, api, account="wang")
    for store, allowed in (("jd", True), (STORE, False)):
        case = await placed(api, store=store)
        actions = {one["key"] for one in (await key.get(f"/cases/{case}")).json()["actions"]}
        assert ("pack" in actions) == allowed
        task = {one["store"]: one for one in (await key.get(f"/tasks?case={case}")).json()["items"]}
        assert (store in task) == allowed
        done = await key.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W1"}})
        assert done.status_code == (200 if allowed else 403)
    assert (await key.get(f"/cases/{await placed(api, store='douyin')}")).status_code == 404


async def test_history_has_the_account_and_its_name_of_then(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", "packer")
    key, case = await keyed(site, api, account="li.na"), await placed(api)
    await key.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W1"}})
    await api.patch("/accounts/li.na", json={"name": "Li Nana"})
    step = (await api.get(f"/cases/{case}/history")).json()["items"][-1]
    assert (step["actor"], step["actor_name"]) == ("li.na", "Li.Na")


async def test_a_service_counts_as_its_owner_where_somebody_else_must_act(
    api: httpx.AsyncClient, site: Site
) -> None:
    await account(api, "alice", "cs_agent", "cs_supervisor", administrator=True)
    alice = await keyed(site, api, account="alice", scopes=["admin"])
    made = await alice.post("/keys", json={"name": "somebody.else", "roles": ["cs_supervisor", "cs_agent"]})
    theirs = await api.get(f"/accounts/{made.json()['account']}")
    assert (theirs.json()["owner"], theirs.json()["kind"]) == ("alice", "service")
    service = made.json()["account"]
    script, case = site.client(made.json()["key"]), await placed(alice)
    assert (await script.post(f"/cases/{case}/actions/approve", json={})).status_code == 200
    step = (await api.get(f"/cases/{case}/history")).json()["items"][-1]
    assert (step["actor"], step["actor_name"]) == (service, "somebody.else")
    with reading(site.engine) as session:
        position = Position.model_validate_json(session.get_one(CaseRow, case).position)
    assert position.memory.happened["approve"].by == "alice"  # what the rows' `other_than` compares


async def test_nobody_gives_what_they_lack(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "boss", administrator=True, roles={"jd": ["picker", "packer"]})
    await account(api, "gm", "gm")
    boss = await keyed(site, api, account="boss", scopes=["admin"])
    for refused in (
        {"name": "x", "roles": {"*": ["picker"]}},
        {"name": "x", "roles": {"tmall": ["picker"]}},
        {"name": "x", "roles": {"jd": ["gm"]}},
        {
            "name": "x",
            "roles": {"jd": ["picker"]},
            "parties": [{"kind": "supplier", "number": "1", "store": "tmall"}],
        },
    ):
        assert (await boss.post("/accounts", json=refused)).status_code == 403, refused
    assert (await boss.post("/accounts", json={"name": "y", "roles": {"jd": ["picker"]}})).status_code == 201
    assert (await boss.patch("/accounts/gm", json={"closed": True})).status_code == 404
    assert (await boss.post("/keys", json={"account": "gm"})).status_code == 404
    assert {one["id"] for one in (await boss.get("/accounts")).json()["items"]} == {"boss", "y"}
    clerk = await site.caller("gm", name="clerk")
    for call in (
        clerk.get("/accounts"),
        clerk.post("/accounts", json={"name": "z"}),
        clerk.get("/accounts/gm"),
    ):
        assert (await call).status_code == 403


async def test_the_last_administrator_stays(api: httpx.AsyncClient, site: Site) -> None:
    (first,) = (await api.get("/keys")).json()["items"]
    for call in (
        api.delete(f"/keys/{first['id']}"),
        api.patch("/accounts/first-key", json={"administrator": False}),
        api.patch("/accounts/first-key", json={"closed": True}),
    ):
        assert (await call).json()["code"] == "last_administrator"
    await account(api, "boss", administrator=True, roles={"*": []})
    assert (await api.delete(f"/keys/{first['id']}")).json()[
        "code"
    ] == "last_administrator"  # boss can't sign in
    await keyed(site, api, account="boss", scopes=["admin"])
    assert (await api.delete(f"/keys/{first['id']}")).status_code == 200


def test_narrowed_rights_are_never_more() -> None:
    whole = Rights.of(
        {"*": {Role.PICKER}, "jd": {Role.GM}},
        [Party(PartyKind.SUPPLIER, "S-7"), Party(PartyKind.BUYER, "B", "jd")],
    )
    assert whole.roles_in("jd") == {Role.PICKER, Role.GM}
    only = whole.narrowed(frozenset({Role.GM, Role.HR}), ["jd", "tmall"])
    assert (only.roles_in("jd"), only.roles_in("tmall"), only.stores) == ({Role.GM}, set(), {"jd", "tmall"})
    assert whole.covers(only)
    assert not only.covers(whole)
    assert {one.number for one in whole.narrowed(stores=["tmall"]).parties} == {"S-7"}
    assert Rights.of_json(whole.roles_as_json(), whole.parties_as_json()) == whole


# --- signing in


async def test_a_password_opens_a_session_that_can_be_ended(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", "packer", password=PASSWORD)
    browser = site.client(None)
    wrong = await browser.post("/session", json={"account": "li.na", "password": "another one"})
    unknown = await browser.post("/session", json={"account": "nobody.here", "password": PASSWORD})
    assert (wrong.status_code, wrong.content) == (401, unknown.content)
    signed_in = await browser.post("/session", json={"account": "li.na", "password": PASSWORD})
    assert signed_in.json()["roles"] == {"*": ["packer"]}
    cookie = signed_in.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await browser.get("/session")).json()["id"] == "li.na"
    (listed,) = (await browser.get("/accounts/li.na/sessions")).json()["items"]
    assert listed["by"] == "password"
    assert (await api.delete(f"/accounts/li.na/sessions/{listed['id']}")).status_code == 200
    assert (await browser.get("/session")).status_code == 401
    await browser.post("/session", json={"account": "li.na", "password": PASSWORD})
    kept = dict(browser.cookies)
    ours = {"Origin": site.url, "Sec-Fetch-Site": "same-origin"}
    assert (await browser.delete("/session", headers=ours)).status_code == 200
    browser.cookies.update(kept)
    assert (await browser.get("/session")).status_code == 401


async def test_another_site_can_not_use_the_cookie(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", "packer", password=PASSWORD)
    browser, case = site.client(None), await placed(api)
    await browser.post("/session", json={"account": "li.na", "password": PASSWORD})
    theirs: list[dict[str, str]] = [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": site.url, "Sec-Fetch-Site": "cross-site"},
        {"Origin": site.url, "Sec-Fetch-Site": "same-site"},
    ]
    for headers in theirs:
        answer = await browser.post(f"/cases/{case}/comments", json={"text": "x"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), headers
    ours = {"Origin": site.url, "Sec-Fetch-Site": "same-origin"}
    assert (
        await browser.post(f"/cases/{case}/comments", json={"text": "x"}, headers=ours)
    ).status_code == 201


async def test_wrong_passwords_are_judged_ever_more_slowly(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", password=PASSWORD)
    browser = site.client(None)
    statuses = [
        (await browser.post("/session", json={"account": "li.na", "password": f"wrong {n}"})).status_code
        for n in range(6)
    ]
    assert statuses == [401] * 5 + [429]
    waits = await browser.post("/session", json={"account": "li.na", "password": PASSWORD})
    assert (waits.status_code, int(waits.headers["retry-after"]) > 0) == (429, True)
    changed = await api.patch("/accounts/li.na", json={"password": "another long password"})
    assert changed.status_code == 200, changed.text
    again = await browser.post("/session", json={"account": "li.na", "password": "another long password"})
    assert again.status_code == 200


def test_a_wait_grows_to_a_quarter_of_an_hour() -> None:
    now = datetime.now(UTC)
    waits = [wait_until(refused, now) for refused in (0, 4, 5, 6, 10, 1000)]
    assert [None if one is None else (one - now).total_seconds() for one in waits] == [
        None,
        None,
        1,
        2,
        32,
        900,
    ]


def test_passwords_are_kept_as_slow_hashes_and_weak_ones_are_refused() -> None:
    kept = hashed(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert is_right(PASSWORD, kept)
    assert not is_right(PASSWORD + "x", kept)
    assert not is_right(PASSWORD, None)
    for weak in ("short", "aaaaaaaaaaaaaaaa", "li.na is my name", "x" * 129):
        with pytest.raises(WeakPassword):
            hashed(weak, "li.na")


async def test_a_session_ends_by_itself(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", password=PASSWORD)
    browser = site.client(None)
    for column, age in ((SignedIn.seen_at, sessions.IDLE), (SignedIn.made_at, sessions.LONGEST)):
        await browser.post("/session", json={"account": "li.na", "password": PASSWORD})
        assert (await browser.get("/session")).status_code == 200
        with writing(site.engine) as session:
            past = datetime.now(UTC) - age - timedelta(seconds=1)
            session.execute(update(SignedIn).values({col(column): past}))
            assert sessions.found(session, browser.cookies[sessions.COOKIE]) is None
            assert sessions.listed(session, "li.na") == []
        browser.cookies.clear()


# --- what is kept of a person, and what a key may do later


async def test_all_that_is_kept_of_a_person_is_found(api: httpx.AsyncClient, site: Site) -> None:
    data = {"buyer": "Li Na", "customer_no": "C-77", "phone": "13912345678"}
    made = await api.post(
        "/procedures/parcel/cases", json={"store": STORE, "subject": subject(), "data": data}
    )
    await api.post(f"/cases/{made.json()['id']}/comments", json={"text": "call her back"})
    with writing(site.engine) as session:
        found = export(session, "C-77", audit.OPERATOR)
        with pytest.raises(NobodyFound):
            export(session, "C-78", audit.OPERATOR)
    (one,) = found["cases"]
    assert one["id"] == made.json()["id"]
    assert one["steps"][0]["form"]["phone"] == "13912345678"
    assert one["comments"][0]["text"] == "call her back"


async def test_a_key_that_was_made_before_its_account_lost_a_role_has_lost_it(
    api: httpx.AsyncClient, site: Site
) -> None:
    await account(api, "li.na", "packer", "gm")
    key = await keyed(site, api, account="li.na", roles=["gm", "packer"])
    with writing(site.engine) as session:
        session.get_one(Account, "li.na").roles = {"*": ["packer"]}
    until = time.monotonic() + 30
    while (await key.get("/session")).json()["roles"] != {"*": ["packer"]}:
        assert time.monotonic() < until
