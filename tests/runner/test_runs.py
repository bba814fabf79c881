"""A case goes on in new runs: nothing is lost, nothing is done twice, and it may go on under another version."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from cases.client import NoAnswerYet
from cases.migrate import migrate
from models.database import writing
from models.roles import Role
from tests.runner.conftest import STORE, Shop, person
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal
from workflows.registry import UnknownProcedure, registry
from workflows.runner.messages import MigrationRequest, Reply


@pytest.fixture
def short_runs(shop: Shop) -> None:
    """Runs of sixty events."""
    shop.cases, shop.skipping = shop.ways(60)


async def runs(shop: Shop, case: str) -> int:
    return shop.row(case).fence // 1_000_000_000


async def insisting(shop: Shop, case: str, request: str, **form: Any) -> Reply:
    """As the API's journal does: the same request again until there is an answer."""
    while True:
        try:
            return await shop.act(case, "remark", Role.CS_AGENT, request=request, **form)
        except NoAnswerYet:
            await asyncio.sleep(0.05)


async def test_eight_clients_lose_nothing_and_repeat_nothing_while_runs_change(
    shop: Shop, short_runs: None
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)

    async def client(number: int) -> list[Reply]:
        return [await insisting(shop, case, f"{number}-{n}", note=f"{number}-{n}") for n in range(25)]

    answers = await asyncio.gather(*(client(number) for number in range(8)))
    notes = [step.form["note"] for step in shop.steps(case) if step.form]
    assert sorted(notes) == sorted(f"{number}-{n}" for number in range(8) for n in range(25))
    revisions = sorted(answer.revision for some in answers for answer in some)
    assert revisions == list(range(2, 202))
    assert await runs(shop, case) >= 5


async def test_attributes_that_a_run_held_back_are_shown_by_the_next(shop: Shop, short_runs: None) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.act(case, "confirm", Role.CS_AGENT)
    for n in range(20):
        await insisting(shop, case, f"remark-{n}", note="in the same rush")
    assert await runs(shop, case) >= 1
    await shop.until(lambda: shop.shows(case, "confirmed"))


async def test_an_old_request_sent_again_in_a_later_run_is_answered_as_before(
    shop: Shop, short_runs: None
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    first = await insisting(shop, case, "old", note="old")
    for n in range(20):
        await insisting(shop, case, f"later-{n}", note="later")
    assert await runs(shop, case) >= 1
    assert await insisting(shop, case, "old", note="old") == first
    assert [step.form["note"] for step in shop.steps(case) if step.form].count("old") == 1


async def test_timers_effects_and_incidents_are_carried_over(shop: Shop, short_runs: None) -> None:
    shop.world.failing.add("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.row(case).state == "incident")
    for n in range(12):
        with pytest.raises(Refusal):
            await shop.act(case, "keep_one", Role.AFTER_SALES)
        await shop.act(case, "escalate", Role.AFTER_SALES, request=f"e{n}", note="please")
    assert await runs(shop, case) >= 1
    assert shop.row(case).state == "incident"
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    assert await shop.handle(case).result() == "dropped"
    assert "Unpay" in shop.world.kinds


async def test_an_effect_under_way_is_carried_and_done_once(shop: Shop, short_runs: None) -> None:
    release = shop.world.hold("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    for n in range(12):
        await shop.act(case, "escalate", Role.AFTER_SALES, request=f"e{n}", note="please")
    await shop.until(lambda: shop.world.waiting >= 2)  # asked for again, under the same key, by the new run
    release.set()
    assert await shop.handle(case).result() == "refunded"
    assert shop.world.done.count(f"{case}/2.0") == 1


async def test_a_deadline_is_kept_over_runs(shop: Shop, short_runs: None) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER, skipping=True)
    due = shop.row(case).next_due
    for n in range(16):
        await shop.act(case, "remark", Role.CS_AGENT, request=f"r{n}", note="x")
    assert await runs(shop, case) >= 1
    assert shop.row(case).next_due == due
    await shop.pass_time(case, timedelta(hours=24, minutes=1))
    await shop.until(lambda: "deadline" in shop.log(case))


def version_1(shop: Shop, subject: str, procedure: str = "moved") -> Any:
    start = shop.cases.start_message(
        procedure, STORE, subject, event="set_out", form=None, actor=person(Role.CS_AGENT), policy=shop.policy,
        request=f"start {subject}",
    )  # fmt: skip
    return start.model_copy(update={"version": 1})


async def test_two_versions_run_side_by_side(shop: Shop) -> None:
    old = f"moved:{STORE}:old-{shop.queue}"
    await shop.cases.start(old, version_1(shop, f"old-{shop.queue}"), f"start old-{shop.queue}")
    new = await shop.open("moved", "set_out", Role.CS_AGENT)
    assert (shop.stages(old), shop.row(old).version) == (["opened"], 1)
    assert (shop.stages(new), shop.row(new).version) == (["taken_in"], 2)
    await shop.act(old, "finish", Role.CS_AGENT)
    assert shop.row(old).outcome == "finished_off"


async def test_a_running_case_goes_on_under_a_newer_version(shop: Shop) -> None:
    subject = f"old-{shop.queue}"
    case = f"moved:{STORE}:{subject}"
    await shop.cases.start(case, version_1(shop, subject), f"start {subject}")
    await shop.act(case, "record", Role.CS_AGENT, note="before")
    message = MigrationRequest(version=2, actor=person(Role.OPS_MANAGER, name="op"))
    await shop.cases.migrate(case, message, "migrate")
    await shop.until(lambda: shop.row(case).version == 2)
    assert shop.stages(case) == ["taken_in"]
    assert shop.tasks(case) == ["taken_in"]
    migrated = shop.steps(case)[-1]
    assert (migrated.event, migrated.actor, migrated.note) == ("migrate", "op", "version 1 to 2")
    await shop.act(case, "check", Role.CS_SUPERVISOR)
    await shop.act(case, "finish", Role.CS_SUPERVISOR)
    assert shop.log(case) == ["set_out", "record", "migrate", "check", "finish"]


async def test_the_command_says_which_cases_stay_as_they_are(shop: Shop) -> None:
    subject = f"told-{shop.queue}"
    running, ended = f"moved:{STORE}:{subject}", await shop.open("moved", "set_out", Role.CS_AGENT)
    await shop.cases.start(running, version_1(shop, subject), f"start {subject}")
    await shop.act(ended, "check", Role.CS_SUPERVISOR)
    await shop.act(ended, "finish", Role.CS_SUPERVISOR)
    await shop.handle(ended).result()
    stay = await migrate(shop.cases, [running, ended], 2, "op")
    assert stay == {ended: "It has ended, or there never was such a case: it needs no other version."}
    await shop.until(lambda: shop.row(running).version == 2)


async def test_a_version_that_is_not_there_is_refused(shop: Shop) -> None:
    case = await shop.open("moved", "set_out", Role.CS_AGENT)
    message = MigrationRequest(version=7, actor=person(Role.OPS_MANAGER))
    with pytest.raises(Refusal) as refused:
        await shop.cases.migrate(case, message, "migrate")
    assert refused.value.code == "not_found"


async def first_of_shortened(shop: Shop) -> str:
    subject = f"short-{shop.queue}"
    case = f"shortened:{STORE}:{subject}"
    await shop.cases.start(case, version_1(shop, subject, "shortened"), f"start {subject}")
    return case


async def test_a_case_whose_data_do_not_fit_stays_as_it_is(shop: Shop) -> None:
    case = await first_of_shortened(shop)
    with pytest.raises(Refusal, match="can't take the case's data over"):
        await shop.cases.migrate(case, MigrationRequest(version=3, actor=person(Role.OPS_MANAGER)), "migrate")
    await shop.act(case, "set_aside", Role.CS_AGENT)
    assert (shop.stages(case), shop.row(case).version) == (["put_aside"], 1)


async def test_a_case_that_moves_to_where_the_newer_version_does_not_fit_stays_as_it_is(shop: Shop) -> None:
    case = await first_of_shortened(shop)
    before = await taken(shop, case)

    async def are_taken(more: int) -> bool:
        return await taken(shop, case) == before + more

    with writing(shop.engine):  # no run can end before its last commit
        migrating = asyncio.create_task(
            shop.cases.migrate(case, MigrationRequest(version=2, actor=person(Role.OPS_MANAGER)), "migrate")
        )
        await shop.until(lambda: are_taken(1))
        moving = asyncio.create_task(shop.act(case, "set_aside", Role.CS_AGENT, writes=False))
        await shop.until(lambda: are_taken(2))
    await asyncio.gather(migrating, moving)
    await shop.until(lambda: shop.log(case)[-1] == "migration_dropped")
    assert (shop.stages(case), shop.row(case).version) == (["put_aside"], 1)
    assert "has no stage put_aside" in shop.steps(case)[-1].note
    await shop.act(case, "finish", Role.CS_AGENT)
    assert await shop.handle(case).result() == "finished_off"


async def test_a_case_whose_version_a_worker_lacks_waits_for_one_that_has_it(
    shop: Shop, short_runs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    known = registry()
    get, hidden = known.get, [True]

    def lacks(key: str, version: int | None = None) -> type[Procedure]:
        if hidden and key == "plain":
            raise UnknownProcedure("There is no procedure plain.")
        return get(key, version)

    monkeypatch.setattr(known, "get", lacks)
    asked: list[asyncio.Task[Reply]] = []
    while not (asked and await fails(shop, case)):
        if all(one.done() for one in asked):
            asked.append(asyncio.create_task(insisting(shop, case, f"{len(asked)}", note=f"{len(asked)}")))
        await asyncio.sleep(0.02)
    assert (await shop.handle(case).describe()).status is WorkflowExecutionStatus.RUNNING
    hidden.clear()
    await asyncio.gather(*asked)
    notes = [step.form["note"] for step in shop.steps(case) if step.form]
    assert notes == [f"{n}" for n in range(len(asked))]


async def taken(shop: Shop, case: str) -> int:
    """How many updates are in the case's history."""
    history = await shop.handle(case).fetch_history()
    return sum(
        event.HasField("workflow_execution_update_accepted_event_attributes") for event in history.events
    )


async def fails(shop: Shop, case: str) -> bool:
    """Whether nobody can carry the case now."""
    described = (await shop.handle(case).describe()).raw_description
    return described.HasField("pending_workflow_task") and described.pending_workflow_task.attempt > 1
