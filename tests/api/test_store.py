"""What a store says in its own settings, as callers of the API notice it."""

import json
import os
import time
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api.access import Caller, as_listed
from models.rights import Rights
from models.roles import Role
from stores.file import Person
from tests.api.conftest import STORE, Site, placed, subject, until

OFF = '[procedures]\noff = ["parcel"]'
SIX_HOURS = '[limits.parcel]\nplaced.due = "PT6H"'


def say(site: Site, text: str) -> None:
    """Write the store's file, as if some time ago: a file that has just been written waits."""
    site.settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = site.settings.data_dir / "store.toml"
    path.write_text(text, "utf-8")
    then = time.time() - 5 - len(text)
    os.utime(path, (then, then))


async def start(api: httpx.AsyncClient, number: str = "", **headers: str) -> httpx.Response:
    body = {"store": STORE, "subject": number or subject(), "data": {"buyer": "Li Na"}}
    return await api.post("/procedures/parcel/cases", json=body, headers=headers)


def due_in(case: dict[str, Any]) -> timedelta:
    (stage,) = case["stages"]
    return datetime.fromisoformat(stage["due_at"]) - datetime.fromisoformat(stage["entered_at"])


async def test_no_case_of_a_procedure_that_is_off_begins(site: Site) -> None:
    say(site, OFF)
    async with site.working(), site.serving() as api:
        number = subject()
        refused = await start(api, number)
        assert (refused.status_code, refused.json()["code"]) == (409, "procedure_off")
        assert refused.json()["detail"] == "The store has switched Parcel off."
        malformed = await api.post("/procedures/parcel/cases", json={"store": STORE, "subject": number})
        assert malformed.json()["code"] == "procedure_off", "the form doesn't matter"
        assert (await api.get(f"/cases/parcel:{STORE}:{number}")).status_code == 404
        message = {
            "specversion": "1.0",
            "id": number,
            "source": f"/shop/{STORE}",
            "type": "test.order.placed",
            "subject": number,
            "store": STORE,
            "data": {"buyer": "Li Na"},
        }
        headers = {"Content-Type": "application/cloudevents+json"}
        receipt = await api.post("/events", content=json.dumps(message), headers=headers)
        assert receipt.status_code < 300, receipt.text
        assert "switched Parcel off" in receipt.text
        assert (await api.get(f"/cases/parcel:{STORE}:{number}")).status_code == 404


async def test_running_cases_go_on_when_a_procedure_is_switched_off_and_on(site: Site) -> None:
    say(site, "")
    async with site.working(), site.serving() as api:
        number = subject()
        first = await start(api, number, **{"Idempotency-Key": "first"})
        assert first.status_code == 201
        say(site, OFF)

        async def answers(status: int) -> bool:
            return (await start(api)).status_code == status

        await until(lambda: answers(409))
        again = await start(api, number, **{"Idempotency-Key": "first"})
        assert (again.status_code, again.json()) == (201, first.json())
        case = first.json()["id"]
        packed = await api.post(f"/cases/{case}/actions/pack", json={"form": {"waybill_no": "W1"}})
        assert packed.status_code == 200, packed.text
        say(site, "# all on")
        await until(lambda: answers(201))


async def test_a_changed_limit_counts_for_cases_that_begin_from_then_on(site: Site) -> None:
    say(site, "")
    async with site.working(), site.serving() as api:
        before = await placed(api)
        say(site, SIX_HOURS)

        async def begins_with_six_hours() -> bool:
            return due_in((await api.get(f"/cases/{await placed(api)}")).json()) == timedelta(hours=6)

        await until(begins_with_six_hours)
        assert due_in((await api.get(f"/cases/{before}")).json()) == timedelta(hours=24)


async def test_a_listed_person_holds_in_a_key_no_more_than_is_listed(site: Site) -> None:
    say(site, f'[people.clerk]\nroles = ["cs_agent", "gm"]\nstores = ["{STORE}"]')
    async with site.working(), site.serving() as api:
        case = await placed(api)
        clerk = await site.caller("cs_agent", "packer", name="clerk")
        other = await site.caller("cs_agent", "packer", name="other")
        pack: Any = {"url": f"/cases/{case}/actions/pack", "json": {"form": {"waybill_no": "W1"}}}
        assert (await clerk.post(**pack)).json()["code"] == "not_your_role"
        assert (await clerk.post(f"/cases/{case}/actions/describe", json={"form": {}})).status_code == 200
        assert (await clerk.get(f"/cases/{await placed(api, store='jd')}")).status_code == 404
        assert (await other.post(**pack)).status_code == 200


CLERK = Person(roles=frozenset({Role.CS_AGENT, Role.GM}), stores=frozenset({"a", "b"}))


@pytest.mark.parametrize(
    ("stores", "listed", "left"),
    [
        (None, None, None),
        (None, {"a"}, {"a"}),
        ({"b", "c"}, None, {"b", "c"}),
        ({"b", "c"}, {"a", "b"}, {"b"}),
        (set[str](), {"a"}, set[str]()),
    ],
)
def test_who_is_listed_sees_in_a_key_the_stores_of_both(
    stores: set[str] | None, listed: set[str] | None, left: set[str] | None
) -> None:
    theirs = None if stores is None else frozenset(stores)
    key = Caller("li.na", Rights.plain({Role.CS_AGENT, Role.PICKER}, theirs))
    person = Person(roles=CLERK.roles, stores=None if listed is None else frozenset(listed))
    allowed = as_listed(key, {"li.na": person})
    assert allowed.stores == left
    agent = {Role.CS_AGENT, Role.STAFF}
    assert allowed.roles == (set() if left == set() else agent)
    assert all(allowed.actor_in(store).roles == agent for store in left or ())


def test_who_is_not_listed_has_what_the_account_has() -> None:
    account = Caller("li.na", Rights.plain({Role.FINANCE}, {"a"}), scopes=frozenset({"admin"}))
    assert as_listed(account, {"wang": CLERK}) == account
    assert as_listed(account, {"li.na": CLERK}).roles == set()
    assert as_listed(account, {"li.na": CLERK}).scopes == {"admin"}


@pytest.mark.parametrize(
    ("given", "is_staff"),
    [
        (Role.PICKER, True),
        (Role.GM, True),
        (Role.SUPPLIER, False),
        (Role.CUSTOMER, False),
        (Role.CARRIER_FEED, False),
    ],
)
def test_kind_57_every_role_of_the_stores_own_people_holds_staff(given: Role, *, is_staff: bool) -> None:
    """Where it is held: a picker in one store is nobody in another; a party and a feed are no staff."""
    caller = Caller("li", Rights.of({"jd": {given}}))
    assert (Role.STAFF in caller.roles_in("jd"), Role.STAFF in caller.roles) == (is_staff, is_staff)
    assert Role.STAFF not in caller.roles_in("tmall")
    assert caller.actor_in("jd").roles == caller.roles_in("jd")
    assert caller.groups() == [(caller.roles_in("jd"), ("jd",))]
    listed = as_listed(caller, {"li": Person(roles=frozenset({given}), stores=None)})
    assert listed.roles_in("jd") == caller.roles_in("jd")
    assert caller.rights.roles_as_json() == {"jd": [given]}, "what was given stays what it was"
