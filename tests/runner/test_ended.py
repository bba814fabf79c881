"""A case that has ended: what it still takes, and what it refuses."""

import asyncio

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.cases.contract import SendEvent
from cases.client import CaseNotRunning
from cases.effects import CaseActivities
from models.roles import Role
from tests.runner.conftest import STORE, Shop, person
from tests.runner.test_actions import SIX
from workflows.language.refusals import Refusal


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


async def test_kind_62_an_event_to_one_subject_reaches_the_end_that_takes_it(shop: Shop) -> None:
    """And no other case that has ended."""
    case = await ended(shop)
    effects = CaseActivities(shop.cases)
    subject = case.split(":")[2]
    note = {"note": "so"}

    def takers(event: str, subject: str | None) -> list[str]:
        sent = SendEvent(procedure="plain", event=event, subject=subject, form=note)
        return effects._takers(STORE, sent)

    assert takers("praise", subject) == [case]
    assert takers("confirm", subject) == []
    assert case not in takers("praise", None)


async def forget(shop: Shop, case: str) -> None:
    """As Temporal does when the time is over for which it keeps histories."""
    execution = WorkflowExecution(workflow_id=case)
    request = DeleteWorkflowExecutionRequest(namespace=shop.client.namespace, workflow_execution=execution)
    await shop.client.workflow_service.delete_workflow_execution(request)
    await shop.until(lambda: is_forgotten(shop, case), seconds=90)


async def is_forgotten(shop: Shop, case: str) -> bool:
    try:
        await shop.handle(case).describe()
    except RPCError as error:
        return error.status is RPCStatusCode.NOT_FOUND
    return False


@pytest.mark.slow
async def test_after_retention_it_is_readable_takes_records_and_is_not_started_again(shop: Shop) -> None:
    case = await ended(shop)
    await forget(shop, case)
    assert shop.row(case).outcome == "done"
    again = shop.cases.start_message(
        "plain", STORE, case.split(":")[2], event="place", form=None, actor=person(Role.CUSTOMER), policy=shop.policy,
        request="another",
    )  # fmt: skip
    with pytest.raises(CaseNotRunning):
        await shop.cases.start(case, again, "another")
    answer = await shop.act(case, "praise", Role.CUSTOMER, note="years later")
    assert (answer.revision, shop.log(case)[-1]) == (8, "praise")
