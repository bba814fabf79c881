"""Actions: judged wholly, applied once, readable as soon as they are answered."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from cases.client import CaseClient, CaseNotRunning, NoAnswerYet
from models.database import writing
from models.roles import Role
from models.tables.cases import CaseRow
from start.ports import free_ports
from tests.runner.conftest import STORE, Shop, person
from workflows.incidents import IncidentDecision
from workflows.language.refusals import Refusal
from workflows.runner.messages import ActionRequest, StartRequest
from workflows.runner.sandbox import workflow_runner

SIX: tuple[tuple[str, Role, dict[str, Any]], ...] = (
    ("confirm", Role.CS_AGENT, {}),
    ("pick", Role.PICKER, {}),
    ("pack", Role.PACKER, {"grams": 300}),
    ("ship", Role.LOGISTICS, {}),
    ("deliver", Role.LOGISTICS, {}),
    ("complete", Role.CS_AGENT, {}),
)


async def test_six_actions_of_people_take_a_case_to_its_end(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    assert shop.stages(case) == ["received"]
    for event, role, form in SIX:
        answer = await shop.act(case, event, role, **form)
        row = shop.row(case)
        assert row.revision == answer.revision
        assert [s["key"] for s in row.stages] == list(answer.stages)
    row = shop.row(case)
    assert (row.state, row.outcome) == ("closed", "done")
    assert shop.log(case) == ["place", *(event for event, _, _ in SIX)]
    assert shop.tasks(case) == []
    assert await shop.handle(case).result() == "done"
    assert len(await shop.events(case)) <= 50


@pytest.mark.parametrize(
    ("event", "role", "form", "revision", "code"),
    [
        ("confirm", Role.PICKER, {}, None, "not_your_role"),
        ("ship", Role.LOGISTICS, {}, None, "not_possible_now"),
        ("remark", Role.CS_AGENT, {"note": ""}, None, "invalid_form"),
        ("remark", Role.CS_AGENT, {"note": "a", "more": 1}, None, "invalid_form"),
        ("confirm", Role.CS_AGENT, {}, 7, "moved_on"),
        ("dance", Role.CS_AGENT, {}, None, "not_found"),
    ],
)
async def test_a_refused_action_leaves_no_history(
    shop: Shop, event: str, role: Role, form: dict[str, Any], revision: int | None, code: str
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    before = await shop.events(case)
    with pytest.raises(Refusal) as refused:
        await shop.act(case, event, role, revision=revision, **form)
    assert refused.value.code == code
    assert str(refused.value)
    assert await shop.events(case) == before
    assert shop.row(case).revision == 1


async def test_a_form_that_is_not_right_says_where(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    with pytest.raises(Refusal) as refused:
        await shop.act(case, "remark", Role.CS_AGENT, note="")
    assert [error.pointer for error in refused.value.errors] == ["/note"]


async def test_the_form_of_another_version_is_refused(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    message = ActionRequest(event="confirm", actor=person(Role.CS_AGENT), version=9)
    with pytest.raises(Refusal) as refused:
        await shop.cases.act(case, message, "older")
    assert (refused.value.code, refused.value.helps["version"]) == ("moved_on", 1)


async def test_a_made_up_role_at_temporals_port_is_refused(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    forged = ActionRequest(event="confirm", actor=person(Role.CS_AGENT), signature="0" * 64)
    before = await shop.events(case)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await shop.handle(case).execute_update("confirm", forged)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "not_signed"
    assert await shop.events(case) == before


async def test_a_signature_is_good_for_one_request_only(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    signed = shop.cases._signed(ActionRequest(event="confirm", actor=person(Role.CS_AGENT)), case, "mine")
    with pytest.raises(WorkflowUpdateFailedError):
        await shop.handle(case).execute_update("confirm", signed, id="another")
    await shop.handle(case).execute_update("confirm", signed, id="mine")
    assert shop.stages(case) == ["confirmed"]


async def test_an_action_comes_under_its_own_name_only(shop: Shop) -> None:
    """Temporal's UI shows the update's name: it must be what was done."""
    case = await shop.open("plain", "place", Role.CUSTOMER)
    signed = shop.cases._signed(ActionRequest(event="confirm", actor=person(Role.CS_AGENT)), case, "mine")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await shop.handle(case).execute_update("pick", signed, id="mine")
    assert getattr(refused.value.cause, "type", "") == "not_signed"
    assert shop.log(case) == ["place"]


async def test_a_made_up_start_is_refused_and_leaves_nothing(shop: Shop) -> None:
    case = f"plain:{STORE}:forged-{shop.queue}"
    forged = StartRequest(
        procedure="plain", version=1, store=STORE, subject="forged", policy=shop.policy, event="place",
        actor=person(Role.CUSTOMER), request="r", signature="0" * 64,
    )  # fmt: skip
    handle = await shop.client.start_workflow("plain", forged, id=case, task_queue=shop.queue)
    with pytest.raises(Exception, match="Workflow execution failed"):
        await handle.result()
    with pytest.raises(AssertionError):
        shop.row(case)


async def test_messages_that_make_no_sense_are_refused_and_the_case_still_moves(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    nonsenses: list[Any] = [{"event": 1}, [], None, {"actor": {"id": "x", "roles": ["king"]}}, "text"]
    for nonsense in nonsenses:
        with pytest.raises(WorkflowUpdateFailedError):
            await shop.handle(case).execute_update("confirm", nonsense)
    with pytest.raises(WorkflowUpdateFailedError):
        await shop.handle(case).execute_update("no_such_update", 1)
    await shop.act(case, "confirm", Role.CS_AGENT)
    assert shop.stages(case) == ["confirmed"]


async def test_the_same_request_again_gives_the_first_answer(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    first = await shop.act(case, "remark", Role.CS_AGENT, request="once", note="hello")
    await shop.act(case, "confirm", Role.CS_AGENT)
    again = await shop.act(case, "remark", Role.CS_AGENT, request="once", note="hello")
    assert again == first
    assert shop.log(case) == ["place", "remark", "confirm"]


async def test_of_many_who_want_the_same_one_gets_it(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    all_of_them = await asyncio.gather(
        *(shop.act(case, "confirm", person(Role.CS_AGENT, name=f"agent-{n}")) for n in range(8)),
        return_exceptions=True,
    )
    refusals = [one for one in all_of_them if isinstance(one, Refusal)]
    assert (len(refusals), {one.code for one in refusals}) == (7, {"not_possible_now"})
    assert shop.log(case) == ["place", "confirm"]


async def test_what_comes_together_is_committed_together_and_in_order(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    notes = await asyncio.gather(*(shop.act(case, "remark", Role.CS_AGENT, note=f"n{n}") for n in range(9)))
    assert sorted(answer.revision for answer in notes) == list(range(2, 11))
    assert [step.revision for step in shop.steps(case)] == list(range(1, 11))
    assert {step.form["note"] for step in shop.steps(case) if step.form} == {f"n{n}" for n in range(9)}


async def test_a_start_that_is_refused_leaves_nothing(shop: Shop) -> None:
    with pytest.raises(Refusal) as refused:
        await shop.open("plain", "place", Role.PICKER, subject=f"no-{shop.queue}")
    assert refused.value.code == "not_your_role"
    with pytest.raises(CaseNotRunning):
        await shop.cases.head(f"plain:{STORE}:no-{shop.queue}")


async def test_the_same_start_again_is_the_same_case(shop: Shop) -> None:
    subject = f"twice-{shop.queue}"
    case = await shop.open("plain", "place", Role.CUSTOMER, subject=subject)
    assert await shop.open("plain", "place", Role.CUSTOMER, subject=subject) == case
    assert shop.log(case) == ["place"]


async def test_a_closed_case_is_not_started_again(shop: Shop) -> None:
    case = await shop.open("four_eyes", "request", Role.OPS_MANAGER)
    await shop.act(case, "approve", person(Role.OPS_MANAGER, name="another"))
    await shop.act(case, "check_goods", Role.QC)
    await shop.act(case, "check_papers", Role.PICKER)
    await shop.act(case, "finish", Role.QC)
    *_, subject = case.split(":")
    again = shop.cases.start_message(
        "four_eyes", STORE, subject, event="request", form=None, actor=person(Role.OPS_MANAGER), policy=shop.policy,
        request="another request",
    )  # fmt: skip
    with pytest.raises(CaseNotRunning):
        await shop.cases.start(case, again, "another request")


async def test_four_eyes_and_work_side_by_side(shop: Shop) -> None:
    case = await shop.open("four_eyes", "request", Role.OPS_MANAGER)
    with pytest.raises(Refusal, match="somebody else"):
        await shop.act(case, "approve", Role.OPS_MANAGER)
    await shop.act(case, "approve", person(Role.OPS_MANAGER, name="another"))
    with pytest.raises(Refusal, match="needs"):
        await shop.act(case, "finish", Role.QC)
    await shop.act(case, "check_papers", Role.PICKER)
    with pytest.raises(Refusal, match="done"):
        await shop.act(case, "check_papers", Role.PICKER)
    await shop.act(case, "check_goods", Role.QC)
    await shop.act(case, "finish", Role.QC)
    assert shop.row(case).outcome == "done"


async def test_cancelling_the_workflow_in_temporal_is_noted_and_ends_nothing(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.handle(case).cancel()
    await shop.until(lambda: "cancellation_ignored" in shop.log(case))
    await shop.act(case, "confirm", Role.CS_AGENT)
    assert shop.stages(case) == ["confirmed"]


async def test_where_no_temporal_answers_the_same_is_to_be_sent_again(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    nobody = await Client.connect(
        f"127.0.0.1:{free_ports(1)[0]}", data_converter=pydantic_data_converter, lazy=True
    )
    cases = CaseClient(nobody, shop.engine, shop.keys.sign, task_queue=shop.queue)
    with pytest.raises(NoAnswerYet):
        await cases.act(case, ActionRequest(event="confirm", form=None, actor=person(Role.CS_AGENT)), "r")
    with pytest.raises(NoAnswerYet):
        await cases.head(case)


@workflow.defn(dynamic=True)
class Broken:
    """Carries no case: its code is not what ran before."""

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> str:
        raise RuntimeError("a release that should not have been made")


async def test_a_case_that_no_worker_can_carry_now_has_not_ended(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.stop()

    async def has_failed_often() -> bool:
        described = (await shop.handle(case).describe()).raw_description
        return described.pending_workflow_task.attempt >= 3

    async with Worker(
        shop.client, task_queue=shop.queue, workflows=[Broken], workflow_runner=workflow_runner()
    ):
        await shop.handle(case).signal("wake")
        await shop.until(has_failed_often)
        with pytest.raises(NoAnswerYet):
            await shop.act(case, "confirm", Role.CS_AGENT)
        with pytest.raises(NoAnswerYet):
            await shop.resolve(case, "1.0", IncidentDecision.RETRY)


async def test_what_a_case_will_come_to_again_is_no_reason_to_refuse(shop: Shop) -> None:
    """A worker died after its commit: people see a step that the case has still to take again."""
    case = await shop.open("plain", "place", Role.CUSTOMER)
    with writing(shop.engine) as session:
        session.get_one(CaseRow, case).revision = 2
    with pytest.raises(NoAnswerYet):
        await shop.act(case, "confirm", Role.CS_AGENT, revision=2, request="confirm")
    await shop.act(case, "remark", Role.CS_AGENT, note="taken again")
    answer = await shop.act(case, "confirm", Role.CS_AGENT, revision=2, request="confirm")
    assert (answer.revision, shop.row(case).revision) == (3, 3)
