"""What the read model shows wrongly is found and written again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete
from sqlmodel import col
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from cases import reconcile
from cases.read_model import write
from cases.reconcile import Reconciler
from models.database import DatabaseUnavailable, writing
from models.roles import Role
from models.tables.cases import CaseRow, StepRow
from tests.runner.conftest import STORE, Shop, person
from tests.runner.test_actions import SIX
from tests.runner.test_commits import commit
from tests.runner.test_rebuild import contents, sees
from workflows.runner.messages import Commit, EffectNow, Head


def reconciler(shop: Shop) -> Reconciler:
    return Reconciler(shop.cases, pydantic_data_converter, task_queue=shop.queue)


def phantom_of(row: CaseRow) -> Commit:
    """What a worker committed just before it and the server died: history knows nothing of it."""
    return commit(
        row.revision + 1, row.fence + 5, event="confirm", stage="confirmed", case=row.id, subject=row.subject,
        run_id=row.run_id, request=row.request, policy=row.policy, position=row.position,
    )  # fmt: skip


async def test_nothing_to_do(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    before = contents(shop.engine)
    report = await reconciler(shop).look()
    assert (report.looked_at, report.rewritten, report.rebuilt) == (1, [], [])
    assert contents(shop.engine) == before
    assert shop.stages(case) == ["received"]


async def test_reading_the_stage_of_a_case_leaves_no_trace_in_it(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    before = await shop.events(case)
    head, row = await shop.cases.head(case), shop.row(case)
    assert head == Head(revision=1, hash=row.hash, committed=True)
    assert await shop.events(case) == before


async def test_a_step_that_never_was_goes_away(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    with writing(shop.engine) as session:
        assert write(session, phantom_of(shop.row(case)))
    assert shop.stages(case) == ["confirmed"]
    report = await reconciler(shop).look()
    assert report.rewritten == [case]
    assert (shop.stages(case), shop.log(case), shop.tasks(case)) == (["received"], ["place"], ["received"])
    await shop.act(case, "confirm", Role.CS_AGENT)
    assert shop.log(case) == ["place", "confirm"]


async def test_an_incident_that_was_decided_and_never_was_is_an_incident_again(shop: Shop) -> None:
    shop.world.failing.add("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(case).state == "incident")
    await shop.until(lambda: shop.is_idle(case))
    before = contents(shop.engine)
    row, (effect,) = shop.row(case), shop.effects(case)
    tried_again = EffectNow.model_validate(effect.model_dump(exclude={"case"}) | {"standing": "running"})
    lost = phantom_of(row).model_copy(update={"effects": (tried_again,), "stages": (), "state": "open"})
    with writing(shop.engine) as session:
        assert write(session, lost)
    assert shop.tasks(case) == []
    assert (await reconciler(shop).look()).rewritten == [case]
    after = contents(shop.engine)
    assert (after["effects"], after["steps"]) == (before["effects"], before["steps"])
    assert (shop.row(case).state, shop.tasks(case)) == ("incident", ["incident"])


async def test_a_database_that_is_away_at_first_is_waited_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    with writing(shop.engine) as session:
        assert write(session, phantom_of(shop.row(case)))
    newest, away = reconcile._newest, [True, True]

    def is_away(engine: Engine) -> datetime | None:
        if away:
            away.pop()
            raise DatabaseUnavailable("it is starting")
        return newest(engine)

    monkeypatch.setattr(reconcile, "_newest", is_away)
    monkeypatch.setattr(reconcile, "_EVERY", timedelta(milliseconds=50))
    keeping = asyncio.create_task(reconciler(shop).keep())
    await shop.until_at(case, "received")
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_a_case_that_the_read_model_has_lost_is_written_again(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    with writing(shop.engine) as session:
        session.execute(delete(CaseRow))
    await shop.until(lambda: sees(shop, 1))
    report = await reconciler(shop).look()
    assert report.rewritten == [case]
    assert shop.stages(case) == ["received"]


async def test_a_case_that_ended_meanwhile_is_written_from_its_history(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    for event, role, form in SIX:
        await shop.act(case, event, role, **form)
    await shop.handle(case).result()
    before = contents(shop.engine)
    with writing(shop.engine) as session:  # as a copy from before its last steps
        session.execute(delete(StepRow).where(col(StepRow.revision) > 5))
        row = session.get_one(CaseRow, case)
        row.state, row.revision, row.closed_at = "open", 5, None
    await shop.until(lambda: sees(shop, 1))
    report = await reconciler(shop).look()
    assert report.rebuilt == [case]
    assert contents(shop.engine) == before


async def test_a_case_that_temporal_never_heard_of_is_named(shop: Shop) -> None:
    with writing(shop.engine) as session:
        write(session, commit(1, 5))
    report = await reconciler(shop).look()
    assert report.unknown == ["plain:tmall:1"]


async def test_a_case_that_was_terminated_is_an_incident_until_it_is_reset(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.open("plain", "place", Role.CUSTOMER)
    await terminate(shop, case)
    later = datetime.now(UTC) - timedelta(minutes=1)

    async def is_noticed() -> bool:  # Temporal lists it a moment later
        return (await reconciler(shop).look(later)).cut_off == [case]

    await shop.until(is_noticed)
    row = shop.row(case)
    assert (row.state, row.outcome, row.closed_at) == ("incident", "workflow_terminated", None)
    assert (shop.stages(case), shop.log(case)) == (["received"], ["place"])
    changed = row.changed_at
    assert (await reconciler(shop).look()).cut_off == [case]
    assert shop.row(case).changed_at == changed

    await reset(shop, case)
    await shop.act(case, "confirm", Role.CS_AGENT)
    row = shop.row(case)
    assert (row.state, row.outcome, shop.log(case)) == ("open", None, ["place", "confirm"])
    assert (await reconciler(shop).look()).cut_off == []


async def test_a_case_that_was_reset_and_is_quiet_is_shown_as_open(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await terminate(shop, case)
    assert (await reconciler(shop).look()).cut_off == [case]
    await reset(shop, case)

    async def is_open() -> bool:
        await reconciler(shop).look(datetime.now(UTC) + timedelta(minutes=1))
        return shop.row(case).state == "open"

    await shop.until(is_open)
    assert shop.row(case).outcome is None


async def test_a_case_that_has_ended_is_none_the_worse(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    for event, role, form in SIX:
        await shop.act(case, event, role, **form)
    await shop.handle(case).result()
    assert (await reconciler(shop).look(datetime.now(UTC) - timedelta(minutes=1))).cut_off == []
    assert shop.row(case).state == "closed"


async def terminate(shop: Shop, case: str) -> None:
    """Between two workflow tasks, so that there is one to reset to."""
    await shop.until(lambda: shop.is_idle(case))
    await shop.handle(case).terminate("by mistake")


async def reset(shop: Shop, case: str, *, run: str | None = None) -> None:
    """As `temporal workflow reset --type LastWorkflowTask` does; run: with `--run-id`."""
    history = await shop.client.get_workflow_handle(case, run_id=run).fetch_history()
    last = max(
        e.event_id for e in history.events if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    )
    await shop.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=shop.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=case, run_id=run or ""),
            reason="terminated by mistake",
            workflow_task_finish_event_id=last,
            request_id=f"reset {case}",
        )
    )


async def test_a_start_while_no_worker_is_there_leaves_no_empty_case(
    temporal_client: Client, engine: Engine, task_queue: str
) -> None:
    shop = Shop(temporal_client, engine, task_queue)
    starting = asyncio.create_task(shop.open("plain", "place", Role.CUSTOMER, subject=f"early-{task_queue}"))
    case = f"plain:{STORE}:early-{task_queue}"
    await shop.until(lambda: _is_started(shop, case))
    async with shop.working():
        assert await starting == case
        assert shop.log(case) == ["place"]
        await shop.act(case, "confirm", person(Role.CS_AGENT))
    engine.dispose()


async def _is_started(shop: Shop, case: str) -> bool:
    try:
        await shop.handle(case).describe()
    except RPCError:
        return False
    return True
