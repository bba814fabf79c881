"""Several effects in one activity: each once, in its order; what fails among them is performed alone."""

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from cases.rebuild import rebuild
from models.effect import Queue
from models.roles import Role
from models.tables.cases import EffectRow
from tests.runner.conftest import Shop
from workflows.incidents import IncidentDecision

ACTIVITY = "activity_task_scheduled_event_attributes"


async def gathering(shop: Shop) -> str:
    return await shop.open("gather", "begin", Role.CUSTOMER)


def standings(shop: Shop, case: str) -> list[str]:
    return [effect.standing for effect in shop.effects(case)]


async def test_what_a_step_asks_of_the_books_is_one_activity(shop: Shop) -> None:
    case = await gathering(shop)
    await shop.act(case, "collect", Role.PICKER)
    await shop.until(lambda: standings(shop, case) == ["done"] * 3)
    assert shop.world.done == [f"{case}/2.0", f"{case}/2.1", f"{case}/2.2"]
    events = await shop.events(case)
    assert events.count(ACTIVITY) == 1
    assert "marker_recorded_event_attributes" not in events, "nothing listens: nothing is committed"
    assert shop.log(case) == ["begin", "collect"]


async def test_the_activity_is_named_after_what_it_does(shop: Shop) -> None:
    case = await gathering(shop)
    await shop.act(case, "label_all", Role.PICKER)
    await shop.until(lambda: standings(shop, case) == ["done"] * 3)
    history = await shop.handle(case).fetch_history()
    (scheduled,) = [event for event in history.events if event.HasField(ACTIVITY)]
    assert scheduled.activity_task_scheduled_event_attributes.activity_type.name == "Shelve + Label + Shelve"
    summary = scheduled.user_metadata.summary.data.decode()
    assert all(key in summary for key in ("(2.0)", "(2.1)", "(2.2)"))


async def test_the_worker_that_has_the_case_performs_it_and_what_is_left_goes_elsewhere(shop: Shop) -> None:
    shop.world.failing.add("Label")
    case = await gathering(shop)
    await shop.act(case, "label_all", Role.PICKER)
    await shop.until(lambda: standings(shop, case) == ["done", "incident", "done"])
    history = await shop.handle(case).fetch_history()
    scheduled = [
        event.activity_task_scheduled_event_attributes for event in history.events if event.HasField(ACTIVITY)
    ]
    apart = shop.queue + Queue.EFFECTS.removeprefix(Queue.CASES)
    assert [one.task_queue.name for one in scheduled] == [shop.queue, apart, apart]


async def test_what_waits_is_asked_together_with_what_comes_meanwhile(shop: Shop) -> None:
    held = shop.world.hold("Shelve")
    case = await gathering(shop)
    await shop.act(case, "collect", Role.PICKER)
    await shop.until(lambda: shop.world.waiting == 1)
    await shop.act(case, "collect", Role.PICKER)
    await shop.act(case, "label_all", Role.PICKER)
    held.set()
    await shop.until(lambda: standings(shop, case) == ["done"] * 9)
    assert [len(kinds) for kinds in shop.world.batched] == [3, 6]


async def test_a_no_in_the_middle_sends_its_event_and_the_rest_is_done(shop: Shop) -> None:
    shop.world.refusing.add("Label")
    case = await gathering(shop)
    await shop.act(case, "label_all", Role.PICKER)
    await shop.until_at(case, "unlabelled")
    assert standings(shop, case) == ["done", "refused", "done"]


@pytest.mark.parametrize("decision", IncidentDecision)
async def test_an_error_in_the_middle_is_an_incident_of_its_own(
    shop: Shop, decision: IncidentDecision
) -> None:
    shop.world.failing.add("Label")
    case = await gathering(shop)
    await shop.act(case, "label_all", Role.PICKER)
    await shop.until(lambda: standings(shop, case) == ["done", "incident", "done"])
    assert shop.effects(case)[1].error == "Label is out of order"
    assert shop.world.done == [f"{case}/2.0", f"{case}/2.2"]
    assert shop.world.failures["Label"] == 3, "once with the others, and alone as often as its contract says"
    shop.world.failing.clear()
    await shop.resolve(case, "2.1", decision)
    expected = {"retry": "done", "done": "by_hand", "otherwise": "given_up"}[decision]
    await shop.until(lambda: standings(shop, case)[1] == expected)
    assert shop.stages(case) == (["unlabelled"] if decision == "otherwise" else ["gathering"])


async def test_taking_the_case_back_undoes_each_of_a_batch(shop: Shop) -> None:
    case = await gathering(shop)
    await shop.act(case, "collect", Role.PICKER)
    await shop.until(lambda: standings(shop, case) == ["done"] * 3)
    await shop.until(lambda: shop.is_idle(case))
    await shop.act(case, "give_up", Role.PICKER)
    assert await shop.handle(case).result() == "dropped"
    assert shop.world.kinds == ["Shelve"] * 3 + ["Unshelve"] * 3
    assert standings(shop, case) == ["done"] * 6


async def test_one_of_a_batch_that_failed_is_withdrawn_by_its_undo(shop: Shop) -> None:
    shop.world.failing.add("Shelve")
    case = await gathering(shop)
    await shop.act(case, "collect", Role.PICKER)
    await shop.until(lambda: standings(shop, case) == ["incident"] * 3)
    await shop.act(case, "give_up", Role.PICKER)
    assert await shop.handle(case).result() == "dropped"
    assert standings(shop, case) == ["withdrawn"] * 3 + ["done"] * 3


async def test_who_is_outside_is_learned_once(shop: Shop) -> None:
    case = await gathering(shop)
    await shop.act(case, "pay_out", Role.PICKER)
    assert await shop.handle(case).result() == "gathered"
    assert shop.world.batched == [["Shelve", "PayOut", "Shelve"]]
    assert sorted(shop.world.done) == [f"{case}/2.0", f"{case}/2.1", f"{case}/2.2"]
    returned = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(returned, "inspect", Role.AFTER_SALES)
    await shop.handle(returned).result()
    assert shop.world.batched[1:] == [["PayOut"]], "each run learns it anew"


async def test_a_rebuild_shows_what_was_done_without_a_commit(shop: Shop, temporal_client: Client) -> None:
    case = await gathering(shop)
    await shop.act(case, "collect", Role.PICKER)
    await shop.until(lambda: standings(shop, case) == ["done"] * 3)
    await shop.until(lambda: shop.is_idle(case))
    before = [row.model_dump() for row in shop.effects(case)]

    async def is_listed() -> bool:
        found = temporal_client.list_workflows(f"TaskQueue = '{shop.queue}'")
        return case in [run.id async for run in found]

    await shop.until(is_listed)
    shop.forget(EffectRow)
    failed = await rebuild(
        temporal_client, shop.engine, task_queue=shop.queue, converter=pydantic_data_converter
    )
    assert not failed
    assert [row.model_dump() for row in shop.effects(case)] == before
