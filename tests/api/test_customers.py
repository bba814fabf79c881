"""A customer as those who deal with them read them; as they read themselves; as nobody else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select
from sqlmodel import col

from models.database import reading, writing
from models.roles import DEALS_WITH_CUSTOMERS, Role
from models.tables.accounts import AuditEntry
from models.tables.compensation import Compensation
from models.tables.members import Member
from models.tables.money import OrderAccount, Refund
from models.tables.orders import OrderLine
from tests.api.conftest import STORE, Site, subject, until
from tests.api.test_lookups import NOW, keep, order, parcel
from tests.api.test_reading import party


def given(key: str, number: str, amount: int, ago: timedelta, **more: Any) -> Compensation:
    at = datetime.now(UTC) - ago
    values: dict[str, Any] = {
        "store": STORE,
        "buyer": "C-1",
        "currency": "CNY",
        "case": "c",
        "at": at,
        **more,
    }
    return Compensation(key=key, order=number, amount=amount * 10_000, **values)


async def a_customer(site: Site, api: httpx.AsyncClient) -> tuple[str, str]:
    """C-1 with an order of 50 yuan and its part; the order's number and its case."""
    number = subject()
    case = await parcel(api, "C-1", number)
    part, other = await parcel(api, "C-1", f"{number}-1"), await parcel(api, "C-2")
    keep(
        site,
        order(case, number, "C-1", discount=20_000),
        order(part, f"{number}-1", "C-1", number, placed_at=NOW - timedelta(days=1)),
        order(other, "SO-OTHER", "C-2"),
        OrderLine(store=STORE, order=number, line=1, sku="T", qty=2, unit_price=260_000, currency="CNY"),
        OrderAccount(store=STORE, order=number, currency="CNY", paid=500_000, refunded=120_000),
        Refund(
            refund_no="R-1", key="r", store=STORE, order=number, amount=120_000, currency="CNY", route="original",
            reason="late", legs=[], state="paid", asked_at=NOW,
        ),
        Member(store=STORE, member="C-1", name="王秀英", level="gold", points=320, at=NOW),
        given("1", number, 20, timedelta(hours=1)),
        given("2", number, 15, timedelta(days=2)),
        given("3", number, 99, timedelta(hours=1), withdrawn=True),
    )  # fmt: skip
    return number, case


async def test_a_customer_is_shown_with_what_is_left(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    number, case = await a_customer(on_either, api)
    agent = await on_either.caller("cs_agent", stores=[STORE], name="agent")
    answer = await agent.get("/customers/C-1")
    assert answer.status_code == 200, answer.text
    customer = answer.json()
    assert (customer["name"], customer["phone"], customer["member"]) == (
        "王秀英", "13800138000", {"member": "C-1", "level": "gold", "points": 320},
    )  # fmt: skip
    whole, part = customer["orders"]
    assert (whole["order"], whole["case"], part["placed_as"]) == (number, case, number)
    amounts = {name: whole[name]["amount"] for name in ("worth", "paid", "refunded", "left", "given")}
    assert amounts == {
        "worth": "50.00",
        "paid": "50.00",
        "refunded": "12.00",
        "left": "38.00",
        "given": "35.00",
    }
    assert [one["refund_no"] for one in customer["refunds"]] == ["R-1"]
    assert len(customer["cases"]) == 2
    limits = {one["role"]: (one["given"]["amount"], one["left"]["amount"]) for one in customer["limits"]}
    assert limits["cs_agent"] == ("20.00", "30.00")
    assert limits["cs_supervisor"] == ("20.00", "180.00")


async def test_a_customer_is_read_by_who_deals_with_them_and_by_themselves(
    api: httpx.AsyncClient, site: Site
) -> None:
    await a_customer(site, api)
    for role in Role:
        if role.is_engine:
            continue
        client = await site.caller(role, stores=[STORE], name=role)
        assert (await client.get("/customers/C-1")).status_code == (
            200 if role in DEALS_WITH_CUSTOMERS else 404
        ), role
    myself, another = await party(site, api, "customer", "C-1"), await party(site, api, "customer", "C-2")
    mine = (await myself.get("/customers/C-1")).json()
    assert (mine["limits"], mine["orders"][0]["given"]) == (None, None)
    assert (len(mine["cases"]), mine["orders"][0]["left"]["amount"]) == (2, "38.00")
    none = await another.get("/customers/C-1")
    assert (none.status_code, none.content) == (404, (await another.get("/customers/nobody")).content)
    assert (
        await (await site.caller("cs_agent", stores=["jd"], name="jd")).get("/customers/C-1")
    ).status_code == 404


async def test_a_phone_is_masked_for_who_does_not_call_and_reads_are_written_down(
    api: httpx.AsyncClient, site: Site
) -> None:
    await a_customer(site, api)
    finance = await site.caller("finance", stores=[STORE], name="finance")
    assert (await finance.get("/customers/C-1")).json()["phone"] == "138***00"
    agent = await site.caller("cs_agent", stores=[STORE], name="agent")
    await agent.get("/customers/C-1")

    def read_by() -> set[str]:
        with reading(site.engine) as session:
            noted = session.scalars(select(AuditEntry).where(col(AuditEntry.what) == "personal_read"))
            return {one.by for one in noted if "customer C-1" in one.detail["of"]}

    await until(lambda: read_by() == {"agent"})


async def test_a_number_that_two_stores_know_needs_the_store(on_either: Site) -> None:
    api = on_either.client(on_either.first_key)
    await parcel(api, "C/9")
    assert (await api.get("/customers/C%2F9")).json()["store"] == STORE
    await parcel(api, "C/9", store="jd")
    asked = await api.get("/customers/C/9")
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "/query/store")
    assert (await api.get("/customers/C/9", params={"store": "jd"})).json()["store"] == "jd"


async def test_a_member_is_found_by_a_case_of_the_customer(api: httpx.AsyncClient, site: Site) -> None:
    number = subject()
    await parcel(api, "C-3", number)
    with writing(site.engine) as session:
        session.add(Member(store=STORE, member=number, name="李娜", points=5, at=NOW))
    found = (await api.get("/customers/C-3")).json()
    assert (found["name"], found["member"]["member"], found["orders"]) == ("李娜", number, [])
