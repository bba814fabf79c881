"""What no case has signed, no worker performs: activities, starts, updates and plans of somebody at Temporal's port."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import RawValue, WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

from activities.cases.contract import SendEvent
from cases.schedules import planned, schedule_id
from models.effect import EffectBatch, EffectRequest, Outcome, Queue
from models.roles import Role
from settings.environment import load
from start.ports import free_ports
from tests.runner.conftest import STORE, Shop, person
from tests.runner.test_commits import commit
from tests.security.attacker import Attacker, Hand, Rebuffed, raw
from workflows.language.memory import ENGINE
from workflows.runner.gate import NOT_SIGNED
from workflows.runner.messages import ActionRequest, EngineUpdate, Planned
from workflows.runner.schedule import OPEN_ON_SCHEDULE


@pytest.fixture
async def attacker(shop: Shop) -> AsyncGenerator[Attacker]:
    async with Attacker(shop).at_work() as attacker:
        yield attacker


def asking(case: str, kind: str, **payload: Any) -> EffectRequest:
    store, subject = case.split(":")[1:]
    return EffectRequest(
        key=f"{case}/1.0", case=case, store=store, subject=subject, effect=kind, payload=payload,
        at=datetime.now(UTC),
    )  # fmt: skip


CASE = f"plain:{STORE}:victim"
PLAN = Planned(
    procedure="routine", event="set_out", store=STORE, timezone="Asia/Shanghai", crons=("0 9 * * *",)
)
MADE_UP: dict[str, tuple[Queue, list[Any]]] = {
    "PayOut": (Queue.PROVIDERS, [asking(CASE, "PayOut", what="all of it")]),
    "KeepAside": (Queue.EFFECTS, [EffectBatch(requests=(asking(CASE, "KeepAside", what="all of it"),))]),
    "SendEvent": (Queue.CASES, [asking(CASE, "SendEvent", procedure="plain", event="confirm")]),
    "OpenCase": (Queue.CASES, [asking(CASE, "OpenCase", procedure="child", subject="C-1")]),
    "CancelCase": (Queue.CASES, [asking(CASE, "CancelCase", of="1.0")]),
    "TellParent": (
        Queue.CASES,
        [asking(CASE, "TellParent", parent=CASE, link="helper", stage="ready", ended=True)],
    ),
    "load_case": (Queue.CASES, [CASE]),
    "commit": (Queue.CASES, [commit(1, 5, case=CASE, subject="victim")]),
    "commit_when_possible": (Queue.CASES, [commit(1, 5, case=CASE, subject="victim")]),
    OPEN_ON_SCHEDULE: (Queue.CASES, [PLAN, datetime(2026, 11, 23, 1, tzinfo=UTC)]),
}


async def rebuffed(attacker: Attacker, hand: Hand, *, under: str = "") -> None:
    with pytest.raises(Rebuffed) as refused:
        await attacker.has_performed(hand, under=under)
    assert (refused.value.kind, refused.value.attempts_left) == (NOT_SIGNED, False)


@pytest.mark.parametrize("kind", MADE_UP)
async def test_an_activity_that_no_case_asked_for_does_nothing(attacker: Attacker, kind: str) -> None:
    queue, args = MADE_UP[kind]
    shop = attacker.shop
    await rebuffed(attacker, Hand(kind, attacker.queue_of(queue), args))
    await rebuffed(attacker, Hand(kind, attacker.queue_of(queue), args, signature=b"\0" * 32))
    await rebuffed(attacker, Hand(kind, attacker.queue_of(queue), [*args, "one more"]))
    await rebuffed(attacker, Hand(kind, attacker.queue_of(queue), []))
    assert shop.world.done == []
    assert not shop.is_there(CASE)


async def test_every_activity_of_a_worker_is_among_them(shop: Shop) -> None:
    known = {performed.name for performed in shop.signed_work._performers.values()}
    assert known - {"Notify", "Unpay", None} == MADE_UP.keys() - {"KeepAside"}


async def test_an_event_is_sent_to_no_case(attacker: Attacker) -> None:
    shop = attacker.shop
    case = await shop.open("plain", "place", Role.CUSTOMER)
    event = asking(case, SendEvent.kind(), procedure="plain", event="confirm", subject=case.split(":")[2])
    await rebuffed(attacker, Hand("SendEvent", shop.queue, [event]))
    assert (shop.stages(case), shop.log(case)) == (["received"], ["place"])


async def refunded(shop: Shop) -> str:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    assert await shop.handle(case).result() == "refunded"
    return case


def altered(payload: Payload, change: Callable[[bytes], bytes]) -> RawValue:
    other = Payload.FromString(payload.SerializeToString())
    other.data = change(other.data)
    assert other.data != payload.data
    return RawValue(other)


async def test_a_signature_holds_for_its_own_request_alone(attacker: Attacker) -> None:
    shop = attacker.shop
    first, second = await refunded(shop), await refunded(shop)
    stolen = await attacker.steal(first, "PayOut")
    other = await attacker.steal(second, "PayOut")
    done = list(shop.world.done)
    as_it_was = Hand(stolen.kind, stolen.queue, raw(stolen), stolen.signature)

    await rebuffed(attacker, as_it_was)  # it belongs to the case that asked
    changes: list[Callable[[bytes], bytes]] = [
        lambda data: data.replace(b'/2.0"', b'/9.0"'),
        lambda data: data.replace(b'"round":0', b'"round":1'),
        lambda data: data.replace(STORE.encode(), b"jd"),
        lambda data: data + b" ",
    ]
    for change in changes:
        hand = Hand(stolen.kind, stolen.queue, [altered(stolen.input[0], change)], stolen.signature)
        await rebuffed(attacker, hand, under=first)
    await rebuffed(attacker, Hand(stolen.kind, stolen.queue, raw(other), stolen.signature), under=first)
    await rebuffed(attacker, Hand("Unpay", stolen.queue, raw(stolen), stolen.signature), under=first)
    batch = Hand("PayOut", attacker.queue_of(Queue.EFFECTS), [*raw(stolen), *raw(stolen)], stolen.signature)
    await rebuffed(attacker, batch, under=first)
    assert shop.world.done == done


async def test_what_is_sent_once_more_as_it_was_is_done_once(attacker: Attacker) -> None:
    shop = attacker.shop
    case = await refunded(shop)
    stolen = await attacker.steal(case, "PayOut")
    done = list(shop.world.done)
    hand = Hand(stolen.kind, stolen.queue, raw(stolen), stolen.signature)
    assert await attacker.has_performed(hand, under=case) == Outcome(
        data={"refund_no": f"R-{case.split(':')[2]}"}
    ).model_dump(mode="json")
    assert shop.world.done == done


# --- starts


async def forged_start(shop: Shop, subject: str, **changes: Any) -> tuple[str, Any]:
    """A case's id, and the start that the API has signed for another one."""
    case = await shop.open("return", "ask", Role.CUSTOMER)
    history = await shop.handle(case).fetch_history()
    (start,) = history.events[0].workflow_execution_started_event_attributes.input.payloads
    read = (await shop.client.data_converter.decode([start]))[0]
    return f"return:{STORE}:{subject}", {**read, "subject": subject, **changes}


async def fails_unsigned(shop: Shop, case: str) -> None:
    with pytest.raises(WorkflowFailureError) as failed:
        await shop.handle(case).result()
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == NOT_SIGNED
    assert not shop.is_there(case)


async def test_a_start_that_nobody_signed_does_nothing(shop: Shop) -> None:
    case, start = await forged_start(shop, f"forged-{shop.queue[-6:]}")
    await shop.client.start_workflow("return", start, id=case, task_queue=shop.queue)
    await fails_unsigned(shop, case)


async def test_a_workflow_of_somebody_elses_does_not_become_a_case(attacker: Attacker) -> None:
    shop = attacker.shop
    victim = await shop.open("return", "ask", Role.CUSTOMER)
    case, start = await forged_start(shop, f"become-{shop.queue[-6:]}")
    pending = {
        "ask": {"key": "1.0", "kind": "PayOut", "effect": {"what": "all of it"}},
        "at": "2026-11-23T01:00:00Z",
    }
    position = shop.row(victim).position
    start["run_state"] = {"position": pydantic_json(position), "version": 1, "run": 0, "pending": [pending]}
    await attacker.becomes(case, args=[start], workflow="return", task_queue=shop.queue)
    await fails_unsigned(shop, case)
    assert shop.world.done == []


def pydantic_json(text: str) -> Any:
    return pydantic_data_converter.payload_converter.from_payload(
        Payload(metadata={"encoding": b"json/plain"}, data=text.encode())
    )


async def test_a_case_goes_on_in_runs_that_it_has_signed_itself(shop: Shop) -> None:
    shop.cases, shop.skipping = shop.ways(60)
    shop.world.failing.add("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(case).state == "incident")
    parcel = await shop.open("plain", "place", Role.CUSTOMER)
    for n in range(20):
        await shop.act(parcel, "remark", Role.CS_AGENT, note=f"{n}")
    await shop.until(lambda: shop.row(parcel).fence // 1_000_000_000 >= 1)
    assert shop.log(parcel).count("remark") == 20


# --- updates


@pytest.mark.parametrize("update", [EngineUpdate.OPEN, EngineUpdate.COMMIT])
async def test_not_even_the_engines_own_questions_are_answered_unsigned(
    shop: Shop, update: EngineUpdate
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    before = await shop.events(case)
    for args in ([], [{"actor": ENGINE.model_dump(mode="json"), "update": update, "signature": "0" * 64}]):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await shop.handle(case).execute_update(update, args=args)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == NOT_SIGNED
    assert await shop.events(case) == before


async def test_a_question_of_the_engines_is_signed_for_its_own_update(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    history = await shop.handle(case).fetch_history()
    (asked,) = [
        event.workflow_execution_update_accepted_event_attributes.accepted_request
        for event in history.events
        if event.HasField("workflow_execution_update_accepted_event_attributes")
    ]
    (question,) = asked.input.args.payloads
    before = await shop.events(case)
    for update in (EngineUpdate.COMMIT, EngineUpdate.OPEN):
        with pytest.raises(WorkflowUpdateFailedError):
            await shop.handle(case).execute_update(update, RawValue(question), id=f"another {update}")
    # under its own id Temporal tells the answer that it has
    await shop.handle(case).execute_update(EngineUpdate.COMMIT, RawValue(question), id=asked.meta.update_id)
    assert await shop.events(case) == before


async def test_an_action_in_somebodys_name_is_refused(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    forged = ActionRequest(event="confirm", form=None, actor=person(Role.CS_AGENT), signature="0" * 64)
    with pytest.raises(WorkflowUpdateFailedError):
        await shop.handle(case).execute_update("confirm", forged)
    assert shop.log(case) == ["place"]


# --- the calendar


async def test_a_made_up_plan_opens_nothing(shop: Shop) -> None:
    handle = await shop.client.start_workflow(
        OPEN_ON_SCHEDULE, PLAN, id=f"calendar/{shop.queue}", task_queue=shop.queue
    )
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == NOT_SIGNED


async def test_a_signed_plan_opens_its_own_case_alone(shop: Shop) -> None:
    store = f"store-{shop.queue[-6:]}"
    chosen = load(stores=[store])
    (plan,) = [plan for plan, _ in planned(chosen) if plan.procedure == "routine"]
    signed = plan.model_copy(update={"signature": shop.keys.sign(*plan.signed_parts())})
    other = signed.model_copy(update={"store": "another"})
    with pytest.raises(WorkflowFailureError):
        await shop.client.execute_workflow(
            OPEN_ON_SCHEDULE, other, id=f"{schedule_id(other)}/forged-{shop.queue}", task_queue=shop.queue
        )
    case = await shop.client.execute_workflow(
        OPEN_ON_SCHEDULE, signed, id=f"{schedule_id(plan)}/{shop.queue}", task_queue=shop.queue
    )
    assert case.startswith(f"routine:{store}:")
    assert shop.is_there(case)


# --- a case that was ended by force


async def test_a_case_that_a_forged_start_has_ended_is_brought_back(shop: Shop) -> None:
    from tests.runner.test_reconcile import reconciler, reset

    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.until(lambda: shop.is_idle(case))
    genuine = shop.row(case).run_id
    _, start = await forged_start(shop, case.split(":")[2])
    forged = await shop.client.start_workflow(
        "return", start, id=case, task_queue=shop.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )  # fmt: skip
    with pytest.raises(WorkflowFailureError):
        await forged.result()
    assert (await reconciler(shop).look()).cut_off == [case]
    row = shop.row(case)
    assert (row.state, row.outcome, row.run_id) == ("incident", "workflow_failed", genuine)

    await reset(shop, case, run=genuine)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    assert await shop.handle(case).result() == "refunded"
    row = shop.row(case)
    assert (row.state, row.outcome, shop.log(case)) == (
        "closed",
        "refunded",
        ["ask", "inspect", "refund_paid"],
    )


# --- counted, and told


async def test_each_is_counted_and_told_where_it_happens_and_by_no_replay(
    temporal_address: str, engine: Engine, task_queue: str, caplog: pytest.LogCaptureFixture
) -> None:
    (port,) = free_ports(1)
    shown = PrometheusConfig(bind_address=f"127.0.0.1:{port}", counters_total_suffix=True)
    client = await Client.connect(
        temporal_address,
        data_converter=pydantic_data_converter,
        runtime=Runtime(telemetry=TelemetryConfig(metrics=shown)),
    )
    shop = Shop(client, engine, task_queue)
    async with shop.working(), Attacker(shop).at_work() as attacker:
        queue, args = MADE_UP["PayOut"]
        await rebuffed(attacker, Hand("PayOut", attacker.queue_of(queue), args))
        await test_a_start_that_nobody_signed_does_nothing(shop)
        await test_an_action_in_somebodys_name_is_refused(shop)
        await test_a_made_up_plan_opens_nothing(shop)
    async with shop.working():  # what is in memory is gone: all is replayed
        case = await shop.open("plain", "place", Role.CUSTOMER)
        await shop.act(case, "confirm", Role.CS_AGENT)
    async with httpx.AsyncClient(timeout=60) as web:
        figures = (await web.get(f"http://127.0.0.1:{port}/metrics")).text
    counted = re.findall(r'^guicheng_unsigned_total\{.*?\bwhat="(\w+)".*?\} (\d+)', figures, re.MULTILINE)
    assert sorted(counted) == [("activity", "1"), ("plan", "1"), ("start", "1"), ("update", "1")], figures
    told = [record.getMessage() for record in caplog.records if "refused unsigned" in record.getMessage()]
    assert [record.levelname for record in caplog.records if "refused unsigned" in record.getMessage()] == [
        "ERROR"
    ] * 4
    assert [line.split()[2].rstrip(":") for line in told] == ["activity", "start", "update", "plan"]
    engine.dispose()


async def test_a_worker_that_was_built_without_the_check_performs_nothing(attacker: Attacker) -> None:
    shop, queue = attacker.shop, f"{attacker.queue}-unchecked"
    unchecked = shop.signed_work.only_signed(shop.world.activities("PayOut"))
    async with Worker(shop.client, task_queue=queue, activities=unchecked):
        await rebuffed(attacker, Hand("PayOut", queue, MADE_UP["PayOut"][1]))
    assert shop.world.done == []
