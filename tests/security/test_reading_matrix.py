"""Procedure by route: a case is there for the roles that its procedure names and for those whose it is, on every route
that shows one; for anybody else it is on none of them told from a case that isn't there.

The routes are those of OpenAPI: one that is added is held to this too.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from models.database import writing
from models.roles import PartyKind, Role, with_staff
from models.tables.cases import CaseParty
from tests.api import printed
from tests.api.conftest import STORE as TMALL
from tests.api.conftest import Site
from tests.api.test_reading import parcel, party
from tests.scenario import MONDAY, Scenario, documented
from tests.security import served
from workflows.language.declaration import Declaration
from workflows.registry import registry

api, declared_api, site = served.api, served.declared, served.site

STORE = printed.STORE
ALWAYS = {"", "/history", "/comments", "/files", "/family"}
"""What is shown of every case, whatever it is about."""
WHAT: dict[str, dict[str, Any]] = {
    "/cases/{case_id}/actions/{action}": {"form": {"waybill_no": "W"}},
    "/cases/{case_id}/actions/{action}/draft": {"form": {}, "revision": 1},
    "/cases/{case_id}/comments": {"text": "x"},
    "/cases/{case_id}/incidents/{incident}": {"do": "retry", "reason": "x"},
    "/tasks/{task_id}/assign": {"to": "x"},
}
"""What is sent to the routes that take something."""
OWN_ALONE = ("DELETE", "/cases/{case_id}/actions/{action}/draft")
"""Forgets what the caller has written, of whatever case."""
KINDS = {
    PartyKind.CUSTOMER: Role.CUSTOMER,
    PartyKind.SUPPLIER: Role.SUPPLIER,
    PartyKind.DISTRIBUTOR: Role.DISTRIBUTOR,
    PartyKind.BUYER: Role.BUYER_ORG,
    PartyKind.SELLER: Role.SUPPLIER,
}


@pytest.fixture
async def shop(site: Site) -> AsyncGenerator[Site]:
    async with site.serving():
        yield site


def routes_of_cases(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Method and path of all that names a case, or its task, in its path."""
    return [
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in document["paths"].items()
        for method in methods
        if "{case_id}" in path or "{task_id}" in path
    ]


async def document_of(site: Site) -> dict[str, Any]:
    return (await site.client(None).get(f"{site.url}/openapi.json")).json()


def put_in(path: str, case: str, declared: Declaration) -> str:
    """The path of this case: of something that can be done with it at its first stage, a paper of its own."""
    stage = next(one for one, stage in declared.stages.items() if not stage.final)
    actions = [*declared.leaving(stage), "add_note"]
    paper = next(iter(declared.papers), "pick_list")
    return path.format(
        case_id=case, task_id=f"{case}/{stage}", action=actions[0], paper=paper, incident="1.0"
    )


def of_none(answer: httpx.Response, case: str) -> str:
    """What it says, but for the id that was asked for."""
    return answer.text.replace(case, "-")


async def asked(caller: httpx.AsyncClient, method: str, path: str, template: str) -> httpx.Response:
    if template.endswith("/files") and method == "POST":
        return await caller.post(path, files={"file": ("a.txt", b"a")})
    return await caller.request(method, path, json=WHAT.get(template) if method in ("POST", "PUT") else None)


async def test_each_procedures_cases_are_there_for_its_readers_and_for_whose_they_are(shop: Site) -> None:
    """What is asked for here changes nothing."""
    routes = [path for method, path in routes_of_cases(await document_of(shop)) if method == "GET"]
    api = shop.client(shop.first_key)
    cases: dict[str, str] = {}
    with writing(shop.engine) as session:
        for procedure in documented():
            declared = procedure.declaration
            cases[procedure.key] = case = printed.kept(session, Scenario(procedure))
            for kind in declared.parties:
                session.add(
                    CaseParty(kind=kind.value, number="N-1", store=STORE, case=case, opened_at=MONDAY)
                )
    by_role: dict[Role, httpx.AsyncClient] = {}
    theirs = {(k, n): await party(shop, api, k, n, r) for k, r in KINDS.items() for n in ("N-1", "N-2")}
    nobody = await shop.caller(name="nobody")
    for key, case in cases.items():
        declared = registry().get(key).declaration
        reading = next(role for role in Role if role.is_person and role in declared.seen_by)
        outside = [
            role
            for role in Role
            if not role.is_engine and not with_staff(frozenset({role})) & declared.seen_by
        ]
        for role in (reading, outside[0]):
            by_role[role] = by_role.get(role) or await shop.caller(role, stores=[STORE])
        readers = [by_role[reading], *(theirs[kind, "N-1"] for kind in declared.parties if kind in KINDS)]
        others = [
            nobody,
            by_role[outside[0]],
            *(theirs[kind, "N-2"] for kind in declared.parties if kind in KINDS),
        ]
        for path in routes:
            missing = f"{key}:{STORE}:nothing"
            there, nothing = (put_in(path, one, declared) for one in (case, missing))
            for caller in readers if path.removeprefix("/cases/{case_id}") in ALWAYS else ():
                answer = await caller.get(there)
                assert answer.status_code == 200, (there, answer.text)
            for caller in others:
                shown, none = await caller.get(there), await caller.get(nothing)
                assert (shown.status_code, of_none(shown, case)) == (404, of_none(none, missing)), there


async def test_on_no_route_is_another_partys_case_told_from_none(api: httpx.AsyncClient, site: Site) -> None:
    routes = routes_of_cases(await document_of(site))
    case, parcels = await parcel(api, "C-2"), registry().get("parcel").declaration
    missing = f"parcel:{TMALL}:nothing"
    everything = [role for role in Role if not role.is_engine]
    for caller in (
        await party(site, api, "customer", "C-1"),
        await site.caller("carrier_feed"),
        await site.caller(name="nobody"),
        await site.caller(*everything, stores=["jd"], name="elsewhere"),
    ):
        for method, path in routes:
            there, nothing = (put_in(path, one, parcels) for one in (case, missing))
            theirs = await asked(caller, method, there, path)
            none = await asked(caller, method, nothing, path)
            status = 204 if (method, path) == OWN_ALONE else 404
            assert (theirs.status_code, of_none(theirs, case)) == (status, of_none(none, missing)), (
                method,
                path,
            )
    assert (await api.get(f"/cases/{case}")).json()["revision"] == 1
