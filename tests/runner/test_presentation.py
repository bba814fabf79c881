"""What operations read in Temporal's UI."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from models.roles import Role
from tests.runner import conftest
from tests.runner.conftest import Shop
from workflows.runner.attributes import PAUSE
from workflows.runner.presentation import short
from workflows.runner.search_attributes import PROCEDURE, PROCEDURE_VERSION, ROLE, STAGE, STORE, SUBJECT
from workflows.runner.words import speak, words

UPSERT = "upsert_workflow_search_attributes_event_attributes"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    speak("en")
    yield
    speak("zh")


async def test_a_case_is_found_by_its_attributes(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    subject = case.split(":")[2]
    described = await shop.handle(case).describe()
    found = described.typed_search_attributes
    assert (found[PROCEDURE], found[PROCEDURE_VERSION], found[STORE], found[SUBJECT]) == (
        "plain", 1, conftest.STORE, subject,
    )  # fmt: skip
    assert (found[STAGE], found[ROLE]) == (["received"], ["cs_agent"])
    assert UPSERT not in await shop.events(case)


async def test_after_a_rest_attributes_follow_at_once(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER, skipping=True)
    await shop.pass_time(case, PAUSE)
    await shop.act(case, "confirm", Role.CS_AGENT)
    await shop.act(case, "remark", Role.CS_AGENT, note="nothing moves")
    assert await attributes(shop, case) == (["confirmed"], ["picker"])
    assert (await shop.events(case)).count(UPSERT) == 1


async def test_in_a_rush_attributes_follow_together(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    for event, role in (("confirm", Role.CS_AGENT), ("pick", Role.PICKER)):
        await shop.act(case, event, role)
    await shop.until(lambda: shop.shows(case, "picked"))
    shown = await upserted(shop, case)
    apart = [later - earlier for earlier, later in pairwise([await began(shop, case), *shown])]
    assert min(apart) > PAUSE - timedelta(seconds=1), "however slow the test is"


async def test_the_end_is_shown_at_once(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    end = await shop.handle(case).result()
    assert await attributes(shop, case) == ([end], [])


async def attributes(shop: Shop, case: str) -> tuple[list[str], list[str]]:
    found = (await shop.handle(case).describe()).typed_search_attributes
    return list(found[STAGE]), list(found.get(ROLE) or ())


async def began(shop: Shop, case: str) -> datetime:
    return (await shop.handle(case).describe()).start_time


async def upserted(shop: Shop, case: str) -> list[datetime]:
    """When they were."""
    history = await shop.handle(case).fetch_history()
    return [
        event.event_time.ToDatetime(UTC)
        for event in history.events
        if event.WhichOneof("attributes") == UPSERT
    ]


async def test_the_summary_says_what_it_is_about(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    described = await shop.handle(case).describe()
    assert await described.static_summary() == f"Plain · {conftest.STORE} · {case.split(':')[2]}"


async def test_details_name_the_stage_and_what_the_case_waits_for(shop: Shop) -> None:
    shop.world.failing.add("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    details = await current_details(shop, case)
    assert "**Requested** `requested` since" in details
    assert f"waits for **{words('role', 'after_sales')}**" in details
    assert "→ `lapse`" in details
    await shop.act(case, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(case).state == "incident")
    assert "⚠ **Pay out** `2.0` failed: PayOut is out of order" in await current_details(shop, case)


async def current_details(shop: Shop, case: str) -> str:
    await shop.until(lambda: shop.is_idle(case))
    metadata: Any = await shop.handle(case).query("__temporal_workflow_metadata")
    return str(metadata.current_details)


async def test_timers_and_activities_carry_summaries(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    await shop.handle(case).result()
    history = await shop.handle(case).fetch_history()
    converter = shop.client.data_converter.payload_converter
    summaries = [
        converter.from_payload(event.user_metadata.summary)
        for event in history.events
        if event.WhichOneof("attributes")
        in ("timer_started_event_attributes", "activity_task_scheduled_event_attributes")
    ]
    assert summaries[0].startswith("Requested, ")
    assert summaries[1:] == ["2.0 → Refund paid / Refund failed", "search attributes"]


def test_a_summary_is_never_longer_than_temporal_takes() -> None:
    assert short("short") == "short"
    assert len(short("订单" * 200).encode("unicode_escape")) <= 400
