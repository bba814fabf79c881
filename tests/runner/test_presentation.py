"""What operations read in Temporal's UI."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from activities.contracts import EFFECTS
from activities.messages.contract import Message, Notify
from activities.money.contract import PayRefund
from activities.stock.contract import FreeStock, IssueStock, ReserveStock
from models.effect import Effect, Undo
from models.policy import StorePolicy
from models.roles import Role
from models.values import SkuQty, yuan
from tests.runner import conftest
from tests.runner.conftest import Shop
from workflows.language.memory import Actor, Ask
from workflows.runner.attributes import PAUSE
from workflows.runner.messages import PendingEffect, StartRequest
from workflows.runner.presentation import short, summary_of_effect
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
    case = await shop.open("plain", "place", Role.CUSTOMER, skipping=True)
    for event, role in (("confirm", Role.CS_AGENT), ("pick", Role.PICKER)):
        await shop.act(case, event, role)
    await shop.pass_time(case, PAUSE)
    await shop.until(lambda: shop.shows(case, "picked"))
    shown = await upserted(shop, case)
    apart = [later - earlier for earlier, later in pairwise([await began(shop, case), *shown])]
    assert min(apart) > PAUSE - timedelta(seconds=1), "however slow the test is"


async def test_the_end_is_shown_with_the_end_of_the_run(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "keep_two", Role.AFTER_SALES)
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    end = await shop.handle(case).result()  # later: what was kept aside is given back first
    assert await attributes(shop, case) == ([end], [])
    events = (await shop.handle(case).fetch_history()).events
    (shown,) = [
        event.upsert_workflow_search_attributes_event_attributes for event in events if event.HasField(UPSERT)
    ]
    ended = events[-1].workflow_execution_completed_event_attributes
    assert shown.workflow_task_completed_event_id == ended.workflow_task_completed_event_id
    await shop.until(lambda: is_listed(shop, case, end))


async def test_an_end_with_an_open_effect_is_shown_after_the_pause(shop: Shop) -> None:
    """The run goes on until the effect is done: operations find the case where it ended all the same."""
    shop.world.failing.add("Unkeep")
    case = await shop.open("return", "ask", Role.CUSTOMER, skipping=True)
    await shop.act(case, "keep_one", Role.AFTER_SALES)
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    assert shop.row(case).state == "closed"
    await shop.pass_time(case, PAUSE)

    async def is_shown() -> bool:
        return await attributes(shop, case) == (["dropped"], [])

    await shop.until(is_shown)
    assert (await shop.handle(case).describe()).status is WorkflowExecutionStatus.RUNNING


async def is_listed(shop: Shop, case: str, stage: str) -> bool:
    """Whether operations find the case, ended, by the stage."""
    asked = f'{STAGE.name} = "{stage}" AND ExecutionStatus = "Completed"'
    return case in [found.id async for found in shop.client.list_workflows(asked)]


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


async def test_details_say_where_it_stands_and_why_it_waits(shop: Shop) -> None:
    shop.world.failing.add("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    details = await current_details(shop, case)
    assert "**Requested** `requested` since" in details
    assert f"waits for **{words('role', 'after_sales')}**" in details
    assert "Requested → Lapse" in details
    await shop.act(case, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(case).state == "incident")
    assert (
        f"⚠ **Pay out {case.split(':')[2]}** `2.0` failed: PayOut is out of order"
        in await current_details(shop, case)
    )


async def current_details(shop: Shop, case: str) -> str:
    await shop.until(lambda: shop.is_idle(case))
    metadata: Any = await shop.handle(case).query("__temporal_workflow_metadata")
    return str(metadata.current_details)


SHOWN = {
    "timer_started_event_attributes",
    "activity_task_scheduled_event_attributes",
    "workflow_execution_update_accepted_event_attributes",
}


async def rows(shop: Shop, case: str) -> list[str]:
    """What the timeline shows of a case's timers, effects and actions: their type or name, and their summary."""
    await shop.until(lambda: shop.is_idle(case))
    history = await shop.handle(case).fetch_history()
    converter = shop.client.data_converter.payload_converter
    found: list[str] = []
    for event in history.events:
        if (kind := event.WhichOneof("attributes")) not in SHOWN:
            continue
        activity = event.activity_task_scheduled_event_attributes.activity_type.name
        update = event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
        summary = (
            str(converter.from_payload(event.user_metadata.summary))
            if event.user_metadata.HasField("summary")
            else ""
        )
        found.append(" • ".join(filter(None, (kind and activity, update, summary))))
    return found


async def test_the_timeline_reads_like_the_procedure(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER, subject=f"R-9-{shop.queue[-6:]}")
    subject = case.split(":")[2]
    await shop.act(case, "keep_one", Role.AFTER_SALES)
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    await shop.handle(case).result()
    shown = await rows(shop, case)
    assert shown[0] == "open-case"
    assert shown[1].startswith("looks at the limits at ")
    assert shown[1].endswith("; first: Requested")
    assert [row for row in shown[2:] if not row.startswith("brings")] == [
        "keep_one",
        f"KeepAside • {subject} (2.0)",
        "drop",
        "Unkeep • takes back 2.0 (4.0)",
    ]


async def test_all_of_it_is_in_the_stores_language(shop: Shop) -> None:
    speak("zh_CN")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "keep_one", Role.AFTER_SALES)
    _, timer, action, effect, *_ = await rows(shop, case)
    assert "检查时限;最先到期:" in timer
    assert action == "keep_one", "keys are names"
    assert effect.endswith(f"{case.split(':')[2]} (2.0)")


def about(effect: Effect, language: str = "en") -> str:
    speak(language)
    start = StartRequest(
        procedure="order_fulfilment", version=1, store="tmall", subject="SO-1", policy=StorePolicy(),
        actor=Actor(id="x", roles=frozenset({Role.SYSTEM})), request="r",
    )  # fmt: skip
    ask = Ask(key="12.0", kind=effect.kind(), effect=effect)
    return summary_of_effect(start, PendingEffect(ask=ask, at=datetime.now(UTC)))


def test_an_effect_says_what_it_is_about() -> None:
    goods = (SkuQty(sku="A-1", qty=2), SkuQty(sku="B-1", qty=1))
    assert about(ReserveStock(order="SO-1001", lines=goods)) == "SO-1001 · 2 lines (12.0)"
    assert about(ReserveStock(order="SO-1001", lines=goods[:1])) == "SO-1001 · 1 line (12.0)"
    assert about(ReserveStock(order="SO-1001", lines=goods), "zh").endswith(" SO-1001 · 2 行 (12.0)")
    assert about(Message(to="Wang Fang", template="order_shipped")) == "order_shipped (12.0)"
    assert about(Notify(role=Role.GM, template="reminder")) == f"{words('role', 'gm')} · reminder (12.0)"
    assert about(PayRefund(order="SO-1001", amount=yuan(5))) == "SO-1001 · 5.00 CNY (12.0)"
    assert about(IssueStock(order="SO-1001")) == "SO-1001 (12.0)"
    assert about(FreeStock(of="3.1")) == "takes back 3.1 (12.0)"


SHIPPED = sorted(
    (kind for kind in EFFECTS.values() if kind.__module__.startswith("activities.")), key=lambda e: e.kind()
)


@pytest.mark.parametrize("kind", SHIPPED, ids=lambda kind: kind.kind())
def test_a_summary_shows_nothing_personal(kind: type[Effect]) -> None:
    """Numbers and keys have a pattern or a list of choices; names, phones and words of people have neither."""
    schema = kind.model_json_schema()
    for name in kind.shown_fields():
        if issubclass(kind, Undo):
            assert name == "of"
            continue
        for part in _parts(schema["properties"][name], schema):
            assert part.get("x-ref") != "user", f"{name} names a person"
            assert part.get("title") not in ("Address", "PersonalAddress"), name
            if part.get("type") == "string" and "format" not in part:
                assert {"pattern", "enum", "const"} & part.keys(), f"{name} may hold anybody's words"


def _parts(part: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """What a value of the field may be, without what is in lists, of which the length is shown."""
    if "$ref" in part:
        part = {**schema["$defs"][part["$ref"].rpartition("/")[2]], **part}
    return part.get("anyOf", [part])


def test_a_summary_is_never_longer_than_temporal_takes() -> None:
    assert short("short") == "short"
    assert len(short("订单" * 200).encode("unicode_escape")) <= 400
