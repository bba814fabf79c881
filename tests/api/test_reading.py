"""Who reads what: roles that a procedure names, parties of the case, and nobody else; on every route alike."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from api.access import Caller
from api.caselists import CaseFilter, first_cases
from api.privacy import seen_by
from api.reading import reads
from api.searching import CaseSearch
from api.stretches import Lists
from api.tasklists import TaskFilter, first_tasks
from cases.searching import OWN, words_looked_for, words_of
from cases.turns import turn_of
from models.database import open_database, reading, writing
from models.migrate import upgrade
from models.rights import Party, Rights
from models.roles import PARTY_ROLES, PartyKind, Role, with_staff
from models.tables.cases import CaseParty, CaseRow, Task
from models.tables.words import CaseWords
from tests.api.conftest import STORE, Site, subject, until
from tests.api.procedures import Parcel
from workflows.language.personal import stores_own
from workflows.registry import registry


async def party(
    site: Site, api: httpx.AsyncClient, kind: str, number: str, *roles: str, store: str | None = None
) -> httpx.AsyncClient:
    key = {
        "name": f"{kind}-{number}",
        "roles": list(roles or (kind,)),
        "parties": [{"kind": kind, "number": number, "store": store}],
    }
    made = await api.post("/keys", json=key)
    assert made.status_code == 201, made.text
    return site.client(made.json()["key"])


async def parcel(api: httpx.AsyncClient, customer: str | None, store: str = STORE) -> str:
    data = {"buyer": "Li Na", "phone": "13800138000", **({"customer_no": customer} if customer else {})}
    made = await api.post(
        "/procedures/parcel/cases", json={"store": store, "subject": subject(), "data": data}
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/cases/{}", None),
    ("GET", "/cases/{}/history", None),
    ("GET", "/cases/{}/comments", None),
    ("GET", "/cases/{}/files", None),
    ("GET", "/procedures/parcel/diagram.svg?case={}", None),
    ("POST", "/cases/{}/comments", {"text": "x"}),
    ("POST", "/cases/{}/files", {}),
    ("POST", "/cases/{}/actions/pack", {"form": {"waybill_no": "W"}}),
    ("POST", "/cases/{}/actions/add_note", {"form": {"note": "x"}}),
    ("POST", "/tasks/{}/placed/claim", None),
    ("POST", "/tasks/{}/placed/assign", {"to": "x"}),
)


async def assert_not_there(caller: httpx.AsyncClient, case: str) -> None:
    """On no route is it to be told from a case that isn't there."""
    for method, path, body in ROUTES:
        theirs = await caller.request(method, path.format(case), json=body)
        none = await caller.request(method, path.format(f"parcel:{STORE}:nothing"), json=body)
        assert (theirs.status_code, theirs.content) == (404, none.content), (method, path)
    number = case.rpartition(":")[2]
    for path in (
        f"/cases?subject={number}",
        f"/cases?q={number}",
        f"/tasks?case={case}",
        f"/tasks?q={number}",
    ):
        assert (await caller.get(path)).json()["items"] == [], path
    assert (await caller.get(f"/tasks/counts?case={case}")).json()["by_procedure"] == {}


async def test_a_party_reads_its_own_cases_and_no_other(api: httpx.AsyncClient, site: Site) -> None:
    mine, theirs, nobodys = await parcel(api, "C-1"), await parcel(api, "C-2"), await parcel(api, None)
    elsewhere = await parcel(api, "C-1", store="jd")
    customer = await party(site, api, "customer", "C-1")
    of_one_store = await party(site, api, "customer", "C-1", store=STORE)
    assert {one["id"] for one in (await customer.get("/cases")).json()["items"]} == {mine, elsewhere}
    assert {one["id"] for one in (await of_one_store.get("/cases")).json()["items"]} == {mine}
    assert (await of_one_store.get(f"/cases/{elsewhere}")).status_code == 404
    for caller, case in ((customer, theirs), (customer, nobodys), (of_one_store, theirs)):
        await assert_not_there(caller, case)
    shown = (await customer.get(f"/cases/{mine}")).json()
    assert (shown["data"]["customer_no"], shown["actions"]) == ("C-1", [])
    # what the store's people write down for themselves isn't shown, nor what they do
    await api.post(f"/cases/{mine}/comments", json={"text": "she is difficult"})
    await api.post(f"/cases/{mine}/actions/pack", json={"form": {"waybill_no": "W-1"}})
    assert (await customer.get(f"/cases/{mine}/comments")).json()["items"] == []
    steps = (await customer.get(f"/cases/{mine}/history")).json()["items"]
    assert [one["form"] is None for one in steps] == [False, True]
    assert "waybill_no" not in (await customer.get(f"/cases/{mine}")).json()["data"]


async def test_a_party_acts_in_its_own_name_alone(api: httpx.AsyncClient, site: Site) -> None:
    customer = await party(site, api, "customer", "C-1")

    async def start(data: dict[str, Any]) -> httpx.Response:
        body = {"store": STORE, "subject": subject(), "data": {"buyer": "Li Na", **data}}
        return await customer.post("/procedures/parcel/cases", json=body)

    for data in ({}, {"customer_no": "C-1"}):
        begun = await start(data)
        assert begun.status_code == 201, begun.text
        assert begun.json()["data"]["customer_no"] == "C-1"
        assert (await customer.get(f"/cases/{begun.json()['id']}")).status_code == 200
    refused = await start({"customer_no": "C-2"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/data/customer_no")
    several = (await api.post("/keys", json={"name": "agency", "roles": ["customer"], "parties": [
        {"kind": "customer", "number": "C-1"}, {"kind": "customer", "number": "C-3"}]})).json()  # fmt: skip
    customer = site.client(several["key"])
    assert (await start({})).json()["errors"][0]["pointer"] == "/data/customer_no"
    assert (await start({"customer_no": "C-3"})).status_code == 201


async def test_a_start_tells_nothing_of_the_case_that_has_the_subject(
    api: httpx.AsyncClient, site: Site
) -> None:
    theirs = await parcel(api, "C-2")
    customer = await party(site, api, "customer", "C-1")
    body = {"store": STORE, "subject": theirs.rpartition(":")[2], "data": {"buyer": "Li Na"}}
    answer = await customer.post("/procedures/parcel/cases", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), answer.text
    assert "13800138000" not in answer.text


async def test_personal_data_of_one_store_is_not_shown_for_a_role_in_another(
    api: httpx.AsyncClient, site: Site
) -> None:
    case = await parcel(api, None)
    made = await api.post(
        "/accounts", json={"id": "li.na", "name": "x", "roles": {"jd": ["cs_agent"], STORE: ["finance"]}}
    )
    assert made.status_code == 201
    key = (await api.post("/keys", json={"account": "li.na"})).json()["key"]
    (start,) = (await site.client(key).get(f"/cases/{case}/history")).json()["items"]
    assert start["form"]["phone"] == "138***00"
    # nor is a case found by it: in no store, where they may read it in one of two
    home = {"province": "Zhejiang", "city": "Hangzhou", "district": "Xihu", "street": "Wensan Road 1"}
    body = {"store": STORE, "subject": subject(), "data": {"buyer": "Li Na", "address": home}}
    there = (await api.post("/procedures/parcel/cases", json=body)).json()["id"]
    for query in ("q=wensan", f"q=wensan&store={STORE}"):
        assert (await site.client(key).get(f"/cases?{query}")).json()["items"] == [], query
    agent = await site.caller("cs_agent", name="agent")
    assert [one["id"] for one in (await agent.get("/cases?q=wensan")).json()["items"]] == [there]


async def test_who_has_no_role_and_feeds_read_nothing(api: httpx.AsyncClient, site: Site) -> None:
    case = await parcel(api, "C-1")
    for roles in (
        (),
        ("platform_feed", "carrier_feed"),
        ("customer",),
        ("supplier", "distributor", "buyer_org"),
    ):
        await assert_not_there(await site.caller(*roles, name="-".join(roles) or "nobody"), case)


async def test_the_stream_tells_a_party_of_its_own_cases_alone(api: httpx.AsyncClient, site: Site) -> None:
    customer = await party(site, api, "customer", "C-1")
    told: list[str] = []
    async with customer.stream("GET", "/stream") as stream:
        theirs, mine = await parcel(api, "C-2"), await parcel(api, "C-1")
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                told.append(line)
                break
    assert mine in told[0]
    assert theirs not in told[0]
    async with customer.stream("GET", "/stream", headers={"Last-Event-ID": "0"}) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                assert mine in line
                break


async def test_the_stream_tells_nobody_of_another_store(api: httpx.AsyncClient, site: Site) -> None:
    everyone = [role for role in Role if role.is_person]
    neighbour = await site.caller(*everyone, stores=["jd"], name="neighbour")
    async with neighbour.stream("GET", "/stream") as stream:
        theirs, mine = await parcel(api, None), await parcel(api, None, store="jd")
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                assert mine in line
                assert theirs not in line
                break


async def test_who_is_no_party_any_more_reads_it_no_more(on_either: Site) -> None:
    """The rows follow the case, whichever way its number changes."""
    api = on_either.client(on_either.first_key)
    case = await parcel(api, "C-1")

    def rows() -> list[tuple[str, str, str]]:
        with reading(on_either.engine) as session:
            found = session.scalars(select(CaseParty).where(col(CaseParty.case) == case))
            return [(one.kind, one.number, one.store) for one in found]

    await until(lambda: rows() == [("customer", "C-1", STORE)])


# --- what the store's procedures declare

DECLARED = tuple(one for one in registry() if one is not Parcel)
_PAY = ("performance_appraisal", "commission_settlement")


def test_fixed_rules_hold_whatever_a_procedure_declares() -> None:
    for procedure in DECLARED:
        declared = procedure.declaration
        assert declared.seen_by.isdisjoint(PARTY_ROLES), procedure.key
        assert not any(role.is_feed or role.is_engine for role in declared.seen_by), procedure.key
    for key in _PAY:
        declared = registry().get(key).declaration
        assert declared.seen_by <= {Role.HR, Role.OPS_MANAGER, Role.GM, Role.FINANCE}, key
        assert PartyKind.PERSON in declared.parties, key


def test_each_role_finds_the_cases_of_the_procedures_that_it_reads(database_url: str) -> None:
    """Role by procedure, on each way to a case: the list, the search, the tasks, and the case itself."""
    upgrade(database_url)
    engine, now = open_database(database_url), datetime.now(UTC)
    with writing(engine) as session:
        for one in DECLARED:
            case = f"{one.key}:{STORE}:N-1"
            session.add(
                CaseRow(
                    id=case, procedure=one.key, version=one.version, store=STORE, subject="N-1", revision=1, fence=1,
                    state="open", position="{}", policy="{}", stage="x", stages=[], deadlines=[], opened_at=now,
                    changed_at=now, request="", run_id="", hash="",
                )
            )  # fmt: skip
            session.add(CaseWords(case=case, words="n1"))
            for key, stage in one.declaration.stages.items():
                if stage.role and not stage.final:
                    session.add(
                        Task(
                            id=f"{case}/{key}", case=case, procedure=one.key, version=one.version, store=STORE,
                            subject="N-1", stage=key, turn=turn_of(one.key, one.version, key), revision=1, offers=[],
                            entered_at=now,
                        )
                    )  # fmt: skip
    search = CaseSearch(tuple(words_looked_for("N1") or ()), sees_personal=True)
    for role in Role:
        caller = Caller(id="somebody", rights=Rights.plain({role}))
        mine = with_staff(frozenset({role}))
        right = {one.key for one in DECLARED if mine & one.declaration.seen_by}
        turns = {
            f"{one.key}:{STORE}:N-1/{key}"
            for one in DECLARED
            if one.key in right
            for key, stage in one.declaration.stages.items()
            if mine & stage.role and not stage.final
        }
        with reading(engine) as session:
            lists = Lists(session)
            for wanted in (None, search):
                found, _ = first_cases(lists, CaseFilter(caller), wanted, now, 100, None)
                assert {case.partition(":")[0] for case in found} == right, role
                tasks, _ = first_tasks(lists, TaskFilter(caller), wanted, "due", now, 1000, None)
                assert set(tasks) == turns, role
            alone = {
                one.key
                for one in DECLARED
                if reads(session, caller, one.key, STORE, f"{one.key}:{STORE}:N-1")
            }
        assert alone == right, role
    engine.dispose()


def test_who_acts_reads() -> None:
    """As a reader of all cases, or as a party of some."""
    of_role = {
        Role.CUSTOMER: {PartyKind.CUSTOMER},
        Role.SUPPLIER: {PartyKind.SUPPLIER, PartyKind.SELLER},
        Role.DISTRIBUTOR: {PartyKind.DISTRIBUTOR},
        Role.BUYER_ORG: {PartyKind.BUYER},
        Role.STAFF: {PartyKind.PERSON},
    }
    for procedure in DECLARED:
        declared = procedure.declaration
        for event, one in declared.all_transitions:
            for role in one.by:
                reads = role in declared.seen_by or role.is_feed
                as_party = not of_role.get(role, set[PartyKind]()).isdisjoint(declared.parties)
                assert reads or as_party, (procedure.key, event, role)


@pytest.mark.parametrize(("one", "other"), [*itertools.permutations(("S-1", "S-2"), 2)])
async def test_a_supplier_reads_no_others_quotes(one: str, other: str) -> None:
    from api.access import Caller
    from models.rights import Rights

    procurement = registry().get("procurement")
    supplier = Caller("s", Rights.of({"*": {Role.SUPPLIER}}, [Party(PartyKind.SUPPLIER, one)]))
    data = {"quotes": [{"supplier": other, "price": 1}], "est_total": 5, "eta": "2026-12-01", "lines": []}
    shown = seen_by(procurement, data, supplier, STORE)
    assert other not in str(shown)
    assert shown["eta"] == "2026-12-01"
    buyer = Caller("b", Rights.plain({Role.PURCHASING}))
    assert seen_by(procurement, data, buyer, STORE) == data


async def test_a_party_finds_its_case_by_no_word_that_it_is_not_shown(
    api: httpx.AsyncClient, site: Site
) -> None:
    case, waybill = await parcel(api, "C-7"), f"W{subject()}".replace("-", "")
    await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": waybill}})
    customer = await party(site, api, "customer", "C-7")
    agent = await site.caller("cs_agent", name="an.agent")

    async def found(client: httpx.AsyncClient, words: str) -> list[str]:
        return [one["id"] for one in (await client.get("/cases", params={"q": words})).json()["items"]]

    assert await found(agent, waybill) == [case]
    assert await found(customer, waybill) == []
    assert await found(customer, case.rpartition(":")[2]) == [case]


def test_each_word_of_a_case_is_its_parties_or_the_stores_own() -> None:
    for procedure in registry():
        own = stores_own(procedure)
        fields = procedure.declaration.case_type.model_fields
        for name in fields:
            words = words_of(procedure.key, procedure.version, "", {name: "teapot"}).split()
            assert {word.startswith(OWN) for word in words} <= {name in own}, f"{procedure.key}.{name}"
        assert bool(own) <= bool(procedure.declaration.parties)


async def test_kind_08_who_counts_second_reads_nothing_of_the_first_count(
    api: httpx.AsyncClient, site: Site
) -> None:
    li, wu = [await site.caller("warehouse_keeper", name=name) for name in ("li", "wu")]
    head = await site.caller("warehouse_supervisor", name="the.head")
    plan = {"kind": "spot", "scope": ["TEA"], "counters": ["li", "wu"], "date": "2126-05-04"}
    begun = await head.post("/procedures/stocktake/cases", json={"store": STORE, "data": plan})
    assert begun.status_code == 201, begun.text
    case = f"/cases/{begun.json()['id']}"

    async def act(caller: httpx.AsyncClient, event: str, **form: Any) -> None:
        done = await caller.post(f"{case}/actions/{event}", json={"form": form})
        assert done.status_code == 200, done.text

    async def told(caller: httpx.AsyncClient) -> tuple[str, list[Any]]:
        """What the caller reads of the case, and the sheets in its history."""
        steps = (await caller.get(f"{case}/history")).json()["items"]
        sheets = [step["form"] for step in steps if step["action"] in ("count", "submit_count")]
        effects = [effect for step in steps for effect in step["effects"]]
        return str([(await caller.get(case)).json()["data"], sheets, effects]), sheets

    await act(li, "freeze")
    await act(li, "count", lines=[{"sku": "TEA", "bin": "A1", "counted": 4711}])
    assert "4711" not in (await told(wu))[0]
    assert "4711" not in (await told(head))[0], "a supervisor may count too"
    (own,) = (await told(li))[1]
    assert own["lines"] == [{"sku": "TEA", "bin": "A1", "counted": 4711}], "it is their own"
    await act(wu, "submit_count", lines=[{"sku": "TEA", "bin": "A1", "counted": 4712}])
    assert "4711" in (await told(head))[0], "who decides sees both"
    assert "4711" not in (await told(wu))[0], "a third count may follow"
    await act(head, "ask_recount", lines=[{"sku": "TEA", "bin": "A1"}])
    third = await site.caller("warehouse_keeper", name="third")
    shown, _ = await told(third)
    assert "4711" not in shown
    assert "4712" not in shown
