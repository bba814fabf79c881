"""Somebody with a party's key, and what they try: others' cases by an event, in a form, along links, in a search."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.access import Caller
from api.caselists import CaseFilter, first_cases
from api.outsiders import require_own, speaks_as_outsider
from api.privacy import searches_personal, seen_by
from api.problems import Problem
from api.searching import MOST_FOUND, CaseSearch
from api.stretches import Lists
from api.tasklists import TaskFilter, first_tasks
from cases.searching import OWN, words_looked_for
from cases.turns import turn_of
from models.database import open_database, reading, writing
from models.migrate import upgrade
from models.rights import Party, Rights
from models.roles import PartyKind, Role
from models.tables.cases import CaseParty, CaseRow, LinkRow, Task
from models.tables.orders import OrderRow
from models.tables.words import CaseWords
from tests.api.conftest import STORE, Site, subject, until
from tests.api.procedures import Parcel
from tests.api.test_counts import list_own_tasks
from tests.api.test_events import event, send
from tests.api.test_reading import parcel, party
from tests.security import served
from workflows.registry import registry

api, declared_api, on_either, site = served.api, served.declared, served.on_either, served.site

PHONE = "13800138000"
FILING = {
    "channel": "chat",
    "category": "service",
    "severity": "low",
    "content": "The mug came in two pieces.",
}


async def packed(api: httpx.AsyncClient, customer: str) -> str:
    case = await parcel(api, customer)
    form = {"waybill_no": f"W{subject()}"}
    assert (await api.post(f"/cases/{case}/actions/pack", json={"form": form})).status_code == 200
    return case


async def revision(api: httpx.AsyncClient, case: str) -> int:
    return (await api.get(f"/cases/{case}")).json()["revision"]


# --- events


async def test_an_event_of_a_party_moves_no_case_of_others(api: httpx.AsyncClient, site: Site) -> None:
    mine, theirs = await packed(api, "C-1"), await packed(api, "C-2")
    customer = await party(site, api, "customer", "C-1")

    async def remark(case: str, sender: httpx.AsyncClient) -> dict[str, Any]:
        about = case.rpartition(":")[2]
        message = event("order.remarked", about, {"note": "hello"}, store=STORE)
        (came,) = await send(sender, message)
        return came

    before = await revision(api, theirs)
    nothing = await remark("parcel:tmall:nothing", customer)
    came = await remark(theirs, customer)
    assert (came["status"], came["code"], came["case"]) == ("pending", "no_case", None)
    assert {name for name in came if came[name] != nothing[name]} <= {"event", "id"}
    assert await revision(api, theirs) == before
    assert (await remark(mine, customer))["status"] == "moved"
    assert (await remark(theirs, await site.caller("platform_feed", stores=[STORE])))["status"] == "moved"
    tried = await customer.post(
        "/events",
        params={"dry_run": "true"},
        json=event("order.remarked", theirs.rpartition(":")[2], {"note": "x"}, store=STORE),
        headers={"content-type": "application/cloudevents+json"},
    )
    assert tried.json()["items"][0]["code"] == "no_case"


async def test_an_event_of_a_party_begins_a_case_in_its_own_name(api: httpx.AsyncClient, site: Site) -> None:
    customer = await party(site, api, "customer", "C-1")

    async def place(data: dict[str, Any]) -> tuple[dict[str, Any], str]:
        number = subject()
        message = event("order.placed", number, {"buyer": "Li Na", **data}, store=STORE)
        (came,) = await send(customer, message)
        return came, f"parcel:{STORE}:{number}"

    for data in ({}, {"customer_no": "C-1"}):
        came, case = await place(data)
        assert came["status"] == "started", came
        assert (await customer.get(f"/cases/{case}")).json()["data"]["customer_no"] == "C-1"
    came, case = await place({"customer_no": "C-2"})
    assert (came["status"], came["code"]) == ("refused", "invalid_form")
    assert (await api.get(f"/cases/{case}")).status_code == 404


async def test_a_role_without_a_number_speaks_for_nobody(api: httpx.AsyncClient, site: Site) -> None:
    customer = await site.caller("customer")
    for theirs in ("C-2", ["C-2"], {"a": "C-2"}):
        body = {"store": STORE, "subject": subject(), "data": {"buyer": "Li Na", "customer_no": theirs}}
        refused = await customer.post("/procedures/parcel/cases", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/data/customer_no")


# --- forms


async def test_a_party_names_no_order_of_others(api: httpx.AsyncClient, site: Site) -> None:
    customer = await party(site, api, "customer", "C-1")
    orders = {number: await parcel(api, number) for number in ("C-1", "C-2")}
    with writing(site.engine) as session:
        for number, case in orders.items():
            session.add(
                OrderRow(
                    store=STORE, order=f"SO-{number}", case=case, origin="placed", customer_no=number,
                    placed_at=datetime.now(UTC), receiver_name="Li Na", phone=PHONE, address={}, digest="",
                )
            )  # fmt: skip

    async def file(order: str, caller: httpx.AsyncClient) -> httpx.Response:
        body = {"store": STORE, "subject": subject(), "data": {**FILING, "order_no": order}}
        return await caller.post("/procedures/complaint/cases", json=body)

    for order in ("SO-C-2", "SO-NOBODYS"):
        refused = await file(order, customer)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"] == [
            {"pointer": "/data/order_no", "message": "is not an order of yours"}
        ]
    assert (await file("SO-C-1", customer)).status_code == 201
    assert (await file("SO-C-2", await site.caller("cs_agent"))).status_code == 201


def test_a_party_makes_nobody_else_the_party(sqlite_url: str) -> None:
    """A buyer who takes an offer takes it on their own account."""
    upgrade(sqlite_url)
    engine, wholesale = open_database(sqlite_url), registry().get("wholesale_order")
    buyer = Caller("b", Rights.of({STORE: {Role.BUYER_ORG}}, [Party(PartyKind.BUYER, "B-1")]))
    assert speaks_as_outsider(buyer, wholesale, "accept_quote", STORE)
    (shape,) = {one.form for one in wholesale.declaration.transitions["accept_quote"]}
    with reading(engine) as session:
        require_own(session, wholesale, shape, {"partner_no": "B-1"}, buyer, STORE)
        with pytest.raises(Problem, match="own name") as refused:
            require_own(session, wholesale, shape, {"partner_no": "B-2"}, buyer, STORE)
    assert refused.value.errors == [{"pointer": "/form/partner_no", "message": "is not a number of yours"}]
    engine.dispose()


# --- what hangs together


async def test_a_family_and_links_show_a_party_its_own_cases_alone(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    root, mine, theirs, below = [await parcel(api, number) for number in (None, "C-1", "C-2", "C-1")]
    with writing(on_either.engine) as session:
        for parent, child in ((root, mine), (root, theirs), (theirs, below)):
            session.add(LinkRow(parent=parent, child=child, name="part", waits=False, standing="open"))
    customer = await party(on_either, api, "customer", "C-1")

    async def family(caller: httpx.AsyncClient, case: str) -> set[str]:
        answer = await caller.get(f"/cases/{case}/family")
        assert PHONE not in answer.text
        return {one["case"] for one in answer.json()["items"]}

    assert await family(await on_either.caller("finance"), mine) == {root, mine, theirs, below}
    assert await family(customer, mine) == {mine}
    assert await family(customer, below) == {below}
    assert (await customer.get(f"/cases/{theirs}/family")).status_code == 404
    assert [one["case"] for one in (await api.get(f"/cases/{mine}")).json()["links"]] == [root]
    assert (await customer.get(f"/cases/{mine}")).json()["links"] == []


async def test_a_party_is_not_told_what_failed(api: httpx.AsyncClient, site: Site) -> None:
    site.bell_is_broken = True
    case = await parcel(api, "C-1")
    assert (await api.post(f"/cases/{case}/actions/sound", json={})).status_code == 200

    async def failed() -> bool:
        return bool((await api.get(f"/cases/{case}")).json()["incidents"])

    await until(failed)
    customer = await party(site, api, "customer", "C-1")
    for address in (f"/cases/{case}", f"/cases/{case}/history", "/cases", "/tasks"):
        assert "the bell is broken" not in (await customer.get(address)).text, address
    assert (await customer.get(f"/cases/{case}")).json()["incidents"] == []


# --- what is shown, and what is found


def test_a_supplier_is_shown_nothing_of_the_stores_plan() -> None:
    procurement = registry().get("procurement")
    supplier = Caller("s", Rights.of({"*": {Role.SUPPLIER}}, [Party(PartyKind.SUPPLIER, "S-1")]))
    plan = {
        "est_total": "900",
        "forecast": [{"sku": "A", "qty": 900}],
        "stock_now": [],
        "lines": [{"sku": "A"}],
    }
    assert seen_by(procurement, plan, supplier, STORE) == {"lines": [{"sku": "A"}]}


def test_who_is_a_customer_too_sees_no_more_of_others() -> None:
    picker = Caller("p", Rights.plain({Role.PICKER, Role.CUSTOMER}))
    assert seen_by(Parcel, {"phone": PHONE}, picker, STORE) == {"phone": "138***00"}
    assert not searches_personal(picker, STORE)
    assert not searches_personal(picker, None)
    customer = Caller("c", Rights.plain({Role.CUSTOMER}))
    assert seen_by(Parcel, {"phone": PHONE}, customer, STORE) == {"phone": PHONE}
    assert searches_personal(customer, STORE)


@pytest.mark.parametrize("rare", [MOST_FOUND, 0], ids=["rare words", "frequent words"])
def test_nobody_finds_what_is_theirs_by_what_they_are_not_shown(
    database_url: str, rare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An appraisal of oneself by the words of its grade; a case in a store where one is no more than a party."""
    monkeypatch.setattr("api.searching.MOST_FOUND", rare)
    upgrade(database_url)
    engine, now = open_database(database_url), datetime.now(UTC)
    with writing(engine) as session:
        for key, store, stage in (
            ("performance_appraisal", STORE, "self_review"),
            ("procurement", "jd", "ordered"),
            ("procurement", STORE, "ordered"),
        ):
            case = f"{key}:{store}:N-1"
            version = registry().get(key).version
            session.add(
                CaseRow(
                    id=case, procedure=key, version=version, store=store, subject="N-1", revision=1, fence=1,
                    state="open", position="{}", policy="", stage=stage, stages=[], deadlines=[], opened_at=now,
                    changed_at=now, request="", run_id="", hash="",
                )
            )  # fmt: skip
            session.add(CaseWords(case=case, words=f"n1 shown {OWN}secret"))
            session.add(
                Task(
                    id=f"{case}/{stage}", case=case, procedure=key, version=version, store=store, subject="N-1",
                    stage=stage, turn=turn_of(key, version, stage), revision=1, offers=[], entered_at=now,
                    claimed_by="li.na",
                )
            )  # fmt: skip
            kind, number = (
                ("person", "li.na") if store == STORE and key != "procurement" else ("supplier", "S-1")
            )
            session.add(CaseParty(kind=kind, number=number, store=store, case=case, opened_at=now))
            list_own_tasks(session, case)
    li = Caller(
        "li.na",
        Rights.of(
            {STORE: {Role.STAFF, Role.PURCHASING}, "jd": {Role.SUPPLIER}}, [Party(PartyKind.SUPPLIER, "S-1")]
        ),
    )

    def found(word: str) -> tuple[set[str], set[str]]:
        search = CaseSearch(tuple(words_looked_for(word) or ()), sees_personal=False)
        with reading(engine) as session:
            lists = Lists(session)
            cases, _ = first_cases(lists, CaseFilter(li), search, now, 50, None)
            tasks, _ = first_tasks(lists, TaskFilter(li), search, "due", now, 50, None)
        return set(cases), {task.rpartition("/")[0] for task in tasks}

    bought = f"procurement:{STORE}:N-1"
    everything = {bought, "procurement:jd:N-1", f"performance_appraisal:{STORE}:N-1"}
    assert found("shown") == (everything, everything)
    assert found("secret") == ({bought}, {bought})
    engine.dispose()


# --- what is written


async def test_what_the_stores_people_write_down_outsiders_do_not(api: httpx.AsyncClient, site: Site) -> None:
    customer = await party(site, api, "customer", "C-1")
    secret = {"store": STORE, "text": "GIFT-1"}
    for caller in (customer, await site.caller("carrier_feed"), await site.caller()):
        refused = await caller.post("/secrets", json=secret)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_role")


async def test_who_reads_a_case_as_theirs_alone_hands_nobody_its_tasks(
    api: httpx.AsyncClient, site: Site
) -> None:
    someone = {"id": f"li-{subject()}".lower(), "name": "Li Na", "roles": {"*": ["staff"]}}
    assert (await api.post("/accounts", json=someone)).status_code == 201
    li = site.client((await api.post("/keys", json={"account": someone["id"]})).json()["key"])
    leave = {
        "kind": "annual",
        "first_day": "2027-11-29",
        "last_day": "2027-11-29",
        "stand_in": "zhao",
    }
    body = {"store": STORE, "subject": subject(), "data": leave}
    begun = await li.post("/procedures/leave_request/cases", json=body)
    assert begun.status_code == 201, begun.text
    case = begun.json()["id"]
    assert {one["key"] for one in begun.json()["actions"]}.isdisjoint({"reassign", "add_note", "attach_file"})
    refused = await li.post(f"/cases/{case}/actions/reassign", json={"form": {"to": someone["id"]}})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_role")
    manager = await site.caller("ops_manager")
    taken = await manager.post(f"/cases/{case}/actions/reassign", json={"form": {"to": "wang"}})
    assert taken.status_code == 200, taken.text
