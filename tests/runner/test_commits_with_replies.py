"""Answers that carry their commit: whoever asked writes the read model; whatever becomes of that, no step is lost."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from cases.read_model import write
from cases.reconcile import Reconciler
from models.database import writing
from models.roles import Role
from tests.runner.conftest import STORE, Shop, person
from tests.runner.test_actions import SIX
from workflows.runner.commits import MOST_UNSEEN
from workflows.runner.messages import ActionRequest, Commit, Reply


async def sent(
    shop: Shop, case: str, event: str, role: Role, *, seen: str = "", request: str = "", **form: Any
) -> Reply:
    """An action of somebody who promises to write what the answer carries."""
    message = ActionRequest(event=event, form=form or None, actor=person(role), seen=seen)
    return await shop.cases.act(case, message, request or f"{event} {form} {seen}", writes=False)


async def noted(shop: Shop, case: str, note: str, seen: str = "") -> Commit:
    answer = await sent(shop, case, "remark", Role.CS_AGENT, seen=seen, note=note)
    assert answer.commit is not None
    return answer.commit


def put(shop: Shop, commit: Commit | None) -> bool:
    assert commit is not None
    with writing(shop.engine) as session:
        return write(session, commit)


def notes(shop: Shop, case: str) -> list[str]:
    return [step.form["note"] for step in shop.steps(case) if step.form]


async def test_six_actions_cost_no_activity(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    seen = shop.row(case).hash
    for event, role, form in SIX:
        answer = await sent(shop, case, event, role, seen=seen, **form)
        assert shop.row(case).revision == answer.revision - 1, "nobody else writes it"
        assert answer.commit is not None
        assert put(shop, answer.commit)
        assert [s["key"] for s in shop.row(case).stages] == list(answer.stages)
        seen = answer.commit.hash
    assert (shop.row(case).state, shop.row(case).outcome) == ("closed", "done")
    assert shop.log(case) == ["place", *(event for event, _, _ in SIX)]
    assert shop.tasks(case) == []
    events = await shop.events(case)
    assert "marker_recorded_event_attributes" not in events
    assert len(events) <= 43


async def test_the_next_commit_tells_again_what_may_not_be_written(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await noted(shop, case, "lost", seen=shop.row(case).hash)
    second = await noted(shop, case, "second")
    assert [step.form and step.form["note"] for step in second.steps] == ["lost", "second"]
    assert put(shop, second)
    third = await noted(shop, case, "third", seen=second.hash)
    assert [step.form and step.form["note"] for step in third.steps] == ["third"]
    assert put(shop, third)
    assert notes(shop, case) == ["lost", "second", "third"]


async def test_writers_may_come_in_any_order(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    commits = [await noted(shop, case, f"{n}") for n in range(4)]
    assert [put(shop, commits[n]) for n in (1, 3, 0, 2)] == [True, True, False, False]
    assert shop.row(case).revision == 5
    assert notes(shop, case) == ["0", "1", "2", "3"]


async def test_commits_of_one_task_are_ordered_too(shop: Shop) -> None:
    """An answer's commit reaches the read model after what the case wrote itself in the same task."""
    case = await shop.open("plain", "place", Role.CUSTOMER)
    commits = await asyncio.gather(*(noted(shop, case, f"{n}") for n in range(12)))
    commits.sort(key=lambda commit: commit.revision)
    assert len({commit.at for commit in commits}) < len(commits), "some came in one task"
    assert all(earlier.fence < later.fence for earlier, later in pairwise(commits))


async def test_after_many_that_nobody_has_seen_the_case_writes_itself(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    opened = shop.row(case).hash
    for n in range(MOST_UNSEEN):
        await noted(shop, case, f"{n}", seen="" if n else opened)
    assert notes(shop, case) == []
    answer = await sent(shop, case, "remark", Role.CS_AGENT, note="written")
    assert answer.commit is None
    assert notes(shop, case) == [*map(str, range(MOST_UNSEEN)), "written"]


async def test_what_the_clock_does_brings_what_was_carried(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER, skipping=True)
    await noted(shop, case, "lost")
    await shop.pass_time(case, timedelta(hours=24, minutes=1))
    await shop.until(lambda: shop.log(case) == ["place", "remark", "deadline"])


async def test_a_limit_that_comes_with_a_carried_step_has_its_timer(shop: Shop) -> None:
    case = await shop.open("timed", "set_out", Role.CUSTOMER)
    before = (await shop.events(case)).count("timer_started_event_attributes")
    assert (await sent(shop, case, "query", Role.PICKER)).commit is not None
    events = await shop.events(case)
    assert events.count("timer_started_event_attributes") >= before
    assert shop.row(case).revision == 1


async def test_who_opens_a_case_writes_it(shop: Shop) -> None:
    start = shop.cases.start_message(
        "plain", STORE, "opened", event="place", form=None, actor=person(Role.CUSTOMER), policy=shop.policy, request="r"
    )  # fmt: skip
    case = "plain:tmall:opened"
    answer = await shop.cases.start(case, start, "r", writes=False)
    assert not shop.is_there(case), "nobody else writes it"
    again = await shop.cases.start(case, start, "r", writes=False)
    assert again.commit == answer.commit
    assert put(shop, again.commit)
    assert shop.log(case) == ["place"]
    assert (await shop.cases.start(case, start, "another")).request == "r"


async def test_a_step_that_others_hear_of_is_shown_before_they_do(shop: Shop) -> None:
    """That somebody outside is asked, the case knows from the second time on."""
    shop.world.hold("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    assert (await sent(shop, case, "inspect", Role.AFTER_SALES)).commit is not None
    await shop.until(lambda: shop.world.waiting == 1)
    assert shop.log(case) == ["ask", "inspect"], "the case has written it by itself"


async def test_what_is_asked_of_the_books_goes_out_with_the_reply(shop: Shop) -> None:
    held = shop.world.hold("Shelve")
    case = await shop.open("gather", "begin", Role.CUSTOMER)
    answer = await sent(shop, case, "collect", Role.PICKER)
    assert answer.commit is not None
    await shop.until(lambda: shop.world.waiting == 1)
    assert shop.log(case) == ["begin"]
    held.set()
    await shop.until(lambda: len(shop.effects(case)) == 3)
    assert put(shop, answer.commit)
    assert [effect.standing for effect in shop.effects(case)] == ["done"] * 3
    assert shop.world.batched == [["Shelve", "Shelve", "Shelve"]]


async def test_a_new_run_begins_with_all_of_it_written(shop: Shop) -> None:
    shop.cases, shop.skipping = shop.ways(60)
    case = await shop.open("plain", "place", Role.CUSTOMER)
    seen, sent_so_far = "", 0
    while shop.row(case).fence < 1_000_000_000:
        answer = await sent(shop, case, "remark", Role.CS_AGENT, seen=seen, note=f"{sent_so_far}")
        if answer.commit is not None and sent_so_far % 2:  # every other commit is lost
            put(shop, answer.commit)
            seen = answer.commit.hash
        sent_so_far += 1
        await shop.until(lambda: shop.is_idle(case))
    assert notes(shop, case)[:sent_so_far] == [f"{n}" for n in range(sent_so_far)]


async def test_the_same_request_again_brings_the_same_commit(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    first = await sent(shop, case, "remark", Role.CS_AGENT, request="r", note="once")
    await noted(shop, case, "later")
    again = await sent(shop, case, "remark", Role.CS_AGENT, request="r", note="once")
    assert again == first
    put(shop, again.commit)
    assert notes(shop, case) == ["once"]


@pytest.fixture
async def ended(shop: Shop) -> tuple[str, Reply]:
    """A case whose last answer was lost on its way."""
    case = await shop.open("plain", "place", Role.CUSTOMER)
    answers = [await sent(shop, case, event, role, request=event, **form) for event, role, form in SIX]
    assert await shop.handle(case).result() == "done"
    assert shop.row(case).state == "open"
    return case, answers[-1]


async def test_a_case_has_ended_and_the_last_request_comes_again(
    shop: Shop, ended: tuple[str, Reply]
) -> None:
    case, last = ended
    assert await sent(shop, case, "complete", Role.CS_AGENT, request="complete") == last
    assert put(shop, last.commit)
    assert shop.log(case) == ["place", *(event for event, _, _ in SIX)]


async def test_a_case_has_ended_and_nobody_comes_again(
    shop: Shop, ended: tuple[str, Reply], temporal_client: Client
) -> None:
    case, _ = ended

    async def is_seen() -> bool:
        query = f"WorkflowId = '{case}' AND ExecutionStatus = 'Completed'"
        return [run.id async for run in temporal_client.list_workflows(query)] == [case]

    await shop.until(is_seen)
    report = await Reconciler(shop.cases, pydantic_data_converter, task_queue=shop.queue).look()
    assert report.rebuilt == [case]
    assert shop.row(case).state == "closed"
    assert shop.log(case) == ["place", *(event for event, _, _ in SIX)]


async def test_a_case_that_is_behind_is_written_again(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await noted(shop, case, "lost")
    report = await Reconciler(shop.cases, pydantic_data_converter, task_queue=shop.queue).look()
    assert report.rewritten == [case]
    assert (shop.log(case), notes(shop, case)) == (["place", "remark"], ["lost"])
