"""The log of rights and personal data: what is written down, and that nobody changes it unseen."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from activities.people import audit
from api.gathered_lines import Refusals
from models.database import open_database, reading, writing
from models.migrate import upgrade
from models.tables.accounts import AuditEntry
from tests.api.conftest import Site, placed, until
from tests.api.test_accounts import PASSWORD, account
from tests.security import served

api, declared_api, site = served.api, served.declared, served.site


async def test_what_is_done_with_rights_is_in_the_log(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", "packer", password=PASSWORD)
    browser = site.client(None)
    await browser.post("/session", json={"account": "li.na", "password": "wrong password"})
    await browser.post("/session", json={"account": "li.na", "password": PASSWORD})
    key = (await api.post("/keys", json={"account": "li.na"})).json()
    await api.delete(f"/keys/{key['id']}")
    await api.patch("/accounts/li.na", json={"roles": {"*": ["gm"]}})
    await api.patch("/accounts/li.na", json={"closed": True})
    with reading(site.engine) as session:
        told = [(line.what, line.by) for line in audit.lines(session) if line.by != audit.OPERATOR]
        assert list(audit.faults(session)) == []
        everything = str([line.model_dump() for line in audit.lines(session)])
    assert told == [
        ("account_made", "first-key"),
        ("sign_in_refused", audit.NOBODY),
        ("signed_in", "li.na"),
        ("key_made", "first-key"),
        ("key_revoked", "first-key"),
        ("rights_changed", "first-key"),
        ("session_ended", "first-key"),
        ("account_closed", "first-key"),
    ]
    assert PASSWORD not in everything
    assert key["key"] not in everything


async def test_who_counts_and_what_they_are_called_is_in_the_log(api: httpx.AsyncClient, site: Site) -> None:
    await account(api, "li.na", "packer")
    await account(api, "robot", "packer", kind="service", owner="li.na")
    for change in ({"owner": None}, {"name": "Li Na"}, {"name": "Li Na"}):
        assert (await api.patch("/accounts/robot", json=change)).status_code == 200
    with reading(site.engine) as session:
        told = [(line.what, line.detail) for line in audit.lines(session) if line.about == "robot"]
    assert told[1:] == [
        ("owner_changed", {"before": "li.na", "after": None}),
        ("name_changed", {"before": "Robot", "after": "Li Na"}),
    ]


async def test_who_decided_about_an_incident_is_in_the_log(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    site.bell_is_broken = True
    await api.post(f"/cases/{case}/actions/sound", json={})

    async def incident() -> str:
        found = (await api.get(f"/cases/{case}")).json()["incidents"]
        return found[0]["key"] if found else ""

    await until(incident)
    key = await incident()
    site.bell_is_broken = False
    decided = await api.post(f"/cases/{case}/incidents/{key}", json={"do": "done", "reason": "rung by hand"})
    assert decided.status_code == 200, decided.text
    with reading(site.engine) as session:
        told = [line for line in audit.lines(session) if line.what == "incident_decided"]
        assert [(line.by, line.about, line.detail) for line in told] == [
            ("first-key", case, {"incident": key, "do": "done"})
        ]


async def test_who_has_read_what_is_personal_is_in_the_log(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    agent, finance = await site.caller("cs_agent", name="agent"), await site.caller("finance", name="finance")
    for caller in (agent, agent, finance):
        assert (await caller.get(f"/cases/{case}")).status_code == 200
    assert (await agent.get("/books/members")).status_code == 200

    def told() -> dict[str, list[str]]:
        with reading(site.engine) as session:
            lines = [line for line in audit.lines(session) if line.what == "personal_read"]
            assert list(audit.faults(session)) == []
        return {
            by: [one for line in lines if line.by == by for one in line.detail["of"]]
            for by in ("agent", "finance")
        }

    await until(lambda: "book members" in told()["agent"])
    assert told() == {"agent": [case, "book members"], "finance": []}


async def test_who_was_refused_what_is_in_the_log(api: httpx.AsyncClient, site: Site) -> None:
    case = await placed(api)
    packer = await site.caller("packer", name="packer")
    approving = f"/cases/{case}/actions/approve"
    for _ in range(2):
        assert (await packer.post(approving, json={})).status_code == 403
    assert (await packer.get("/keys")).status_code == 403
    assert (await packer.get(f"/cases/{case}")).status_code == 200

    def told() -> list[tuple[str, list[str]]]:
        with reading(site.engine) as session:
            assert list(audit.faults(session)) == []
            return [(one.by, one.detail["of"]) for one in audit.lines(session) if one.what == "refused"]

    await until(lambda: "GET /api/v1/keys" in str(told()))
    assert {by for by, _ in told()} == {"packer"}
    assert {what for _, some in told() for what in some} == {
        f"POST /api/v1{approving}",
        "GET /api/v1/keys",
    }


class Kept:
    """A storage that says what it was given to write."""

    def __init__(self) -> None:
        self.written: list[Any] = []

    async def write(self, work: Any, *what: Any) -> Any:
        self.written.append(what)


async def test_whoever_tries_everything_fills_no_log() -> None:
    storage: Any = Kept()
    async with Refusals(storage) as refusals:
        for number in range(1000):
            refusals.gather("packer", f"GET /{number}" + "x" * 10_000)
    ((kind, written),) = storage.written
    assert (kind, [(len(of), max(map(len, of))) for of in written.values()]) == ("refused", [(100, 300)])


@pytest.mark.parametrize("tampering", ["change", "remove", "remove a chain", "forge"])
def test_a_log_that_was_tampered_with_is_found(database_url: str, tampering: str) -> None:
    upgrade(database_url)
    engine = open_database(database_url)
    own = audit.CHAIN
    try:
        with writing(engine) as session:
            for number, chain in enumerate(("one", "two")):
                audit.CHAIN = f"{own}-{chain}"
                for line in range(4):
                    audit.note(session, "key_made", "li.na", f"{number}", line=line)
            assert list(audit.faults(session)) == []
        with writing(engine) as session:
            chain = session.scalars(select(AuditEntry).where(col(AuditEntry.chain) == f"{own}-one")).all()
            match tampering:
                case "change":
                    chain[1].by = "somebody"
                case "remove":
                    session.delete(chain[2])
                case "forge":
                    chain[3].detail, chain[3].hash = {}, chain[2].hash
                case _:
                    for line in chain:
                        session.delete(line)
            session.flush()
            assert list(audit.faults(session)) != []
    finally:
        audit.CHAIN = own
        engine.dispose()
