"""A case that has ended: what it still takes, and what it refuses."""

import asyncio

import pytest
from temporalio.client import WorkflowExecutionStatus

from activities.opening import Refusal
from tests.runner.conftest import Shop
from tests.runner.test_actions import SIX
from workflows.language.roles import Role


async def ended(shop: Shop) -> str:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    for event, role, form in SIX:
        await shop.act(case, event, role, **form)
    await shop.handle(case).result()
    return case


async def test_a_record_after_the_end_is_taken_and_the_case_stays_closed(shop: Shop) -> None:
    case = await ended(shop)
    answer = await shop.act(case, "praise", Role.CUSTOMER, note="good")
    assert (answer.revision, answer.state) == (8, "closed")
    assert shop.log(case)[-1] == "praise"
    assert (shop.row(case).outcome, shop.row(case).state) == ("done", "closed")
    assert await shop.handle(case).result() == "done"


async def test_records_after_the_end_that_come_together_are_all_taken(shop: Shop) -> None:
    case = await ended(shop)
    answers = await asyncio.gather(*(shop.act(case, "praise", Role.CUSTOMER, note=f"{n}") for n in range(8)))
    assert sorted(answer.revision for answer in answers) == list(range(8, 16))
    assert sorted(s.form["note"] for s in shop.steps(case) if s.event == "praise" and s.form) == list(
        "01234567"
    )


async def test_a_record_after_the_end_is_taken_once(shop: Shop) -> None:
    case = await ended(shop)
    first = await shop.act(case, "praise", Role.CUSTOMER, request="once", note="good")
    await shop.handle(case).result()
    again = await shop.act(case, "praise", Role.CUSTOMER, request="once", note="good")
    assert again.revision == first.revision
    assert shop.log(case).count("praise") == 1


@pytest.mark.parametrize(
    ("event", "role", "code"),
    [
        ("confirm", Role.CS_AGENT, "not_possible_now"),
        ("praise", Role.PICKER, "not_your_role"),
        ("praise", Role.CUSTOMER, "invalid_form"),
    ],
)
async def test_all_else_is_refused_and_starts_nothing(shop: Shop, event: str, role: Role, code: str) -> None:
    case = await ended(shop)
    run = (await shop.handle(case).describe()).run_id
    with pytest.raises(Refusal) as refused:
        await shop.act(case, event, role)
    assert refused.value.code == code
    after = await shop.handle(case).describe()
    assert (after.run_id, after.status) == (run, WorkflowExecutionStatus.COMPLETED)
