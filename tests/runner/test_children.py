"""Cases that start cases, and what comes back."""

import asyncio

import pytest

from cases.client import NoAnswerYet
from models.roles import Role
from tests.runner.conftest import STORE, Shop
from workflows.runner.messages import Reply, ReportRequest, StartRequest


async def waiting(shop: Shop) -> tuple[str, str]:
    case = await shop.open("parent", "open", Role.OPS_MANAGER)
    await shop.act(case, "order", Role.OPS_MANAGER)
    child = f"child:{STORE}:{case.split(':')[2]}-1"
    await shop.until(lambda: any(link.standing == "open" for link in shop.links(case)))
    return case, child


async def test_a_child_is_started_and_its_end_comes_back_with_what_it_tells(shop: Shop) -> None:
    case, child = await waiting(shop)
    (link,) = shop.links(case)
    assert (link.child, link.name, link.waits) == (child, "helper", True)
    await shop.act(child, "succeed", Role.PURCHASING)
    assert await shop.handle(case).result() == "served"
    assert shop.log(case) == ["open", "order", "serve"]
    assert f'"refund_no":"R-{child.split(":")[2]}"' in shop.row(case).position
    assert shop.links(case)[0].reported == "ready"
    assert await shop.handle(child).result() == "ready"


async def test_a_stage_on_the_way_comes_back_too(shop: Shop) -> None:
    case, child = await waiting(shop)
    await shop.act(child, "advance", Role.PURCHASING)
    await shop.until_at(case, "half_done")
    await shop.act(child, "fail", Role.PURCHASING)
    assert await shop.handle(case).result() == "unserved"


async def test_taking_the_parent_back_ends_the_child(shop: Shop) -> None:
    case, child = await waiting(shop)
    await shop.act(case, "stop", Role.OPS_MANAGER)
    assert await shop.handle(case).result() == "stopped"
    assert await shop.handle(child).result() == "aborted"
    assert (shop.row(child).outcome, shop.row(child).state) == ("aborted", "closed")


async def test_a_child_that_ended_before_its_parent_took_it_back_is_left_alone(shop: Shop) -> None:
    case, child = await waiting(shop)
    await shop.act(child, "advance", Role.PURCHASING)
    await shop.until_at(case, "half_done")
    await shop.act(case, "stop", Role.OPS_MANAGER)
    await shop.handle(case).result()
    await shop.until(lambda: shop.row(child).state == "closed")
    assert shop.row(child).outcome == "aborted"


async def test_a_procedure_that_is_not_there_is_recorded_and_a_person_answers_for_it(shop: Shop) -> None:
    case = await shop.open("parent", "open", Role.OPS_MANAGER)
    await shop.act(case, "order_odd", Role.OPS_MANAGER)
    await shop.until(lambda: [link.standing for link in shop.links(case)] == ["recorded"])
    await shop.act(case, "found", Role.OPS_MANAGER)
    assert await shop.handle(case).result() == "served"


async def test_a_child_whose_subject_is_taken_is_answered_for_by_a_person(shop: Shop) -> None:
    case = await shop.open("parent", "open", Role.OPS_MANAGER)
    subject = f"{case.split(':')[2]}-1"
    await shop.open("child", "set_out", Role.PURCHASING, subject=subject)
    await shop.act(case, "order", Role.OPS_MANAGER)
    await shop.until(lambda: [link.standing for link in shop.links(case)] == ["refused"])
    await shop.act(case, "fail_it", Role.OPS_MANAGER)
    assert shop.row(case).outcome == "unserved"


async def test_a_child_that_somebody_else_started_is_not_ended(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await shop.open("parent", "open", Role.OPS_MANAGER)
    child = await shop.open("child", "set_out", Role.PURCHASING, subject=f"{case.split(':')[2]}-1")
    start, taken_back = shop.skipping.start, asyncio.Event()

    async def is_slow(child: str, start_request: StartRequest, request: str) -> Reply:
        await taken_back.wait()
        return await start(child, start_request, request)

    monkeypatch.setattr(shop.skipping, "start", is_slow)
    await shop.act(case, "order", Role.OPS_MANAGER)
    await shop.act(case, "stop", Role.OPS_MANAGER)
    taken_back.set()
    assert await shop.handle(case).result() == "stopped"
    assert [(one.kind, one.standing) for one in shop.effects(case)] == [
        ("OpenCase", "withdrawn"),
        ("CancelCase", "refused"),
    ]
    assert shop.stages(child) == ["working"]


async def test_a_childs_words_come_in_their_order(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    case, child = await waiting(shop)
    tell, failed = shop.skipping.hear_child, list[str]()

    async def fails_at_first(parent: str, message: ReportRequest, request: str) -> Reply:
        if not failed:
            failed.append(message.report.stage)
            raise NoAnswerYet("the parent is on its way into a new run")
        return await tell(parent, message, request)

    monkeypatch.setattr(shop.skipping, "hear_child", fails_at_first)
    await shop.act(child, "advance", Role.PURCHASING)
    await shop.act(child, "succeed", Role.PURCHASING)
    assert await shop.handle(case).result() == "served"
    assert (failed, shop.log(case)) == (["halfway"], ["open", "order", "half", "serve"])


async def test_a_procedure_that_is_off_is_recorded_likewise(shop: Shop) -> None:
    shop.off.add("child")
    case = await shop.open("parent", "open", Role.OPS_MANAGER)
    await shop.act(case, "order", Role.OPS_MANAGER)
    await shop.until(lambda: [link.standing for link in shop.links(case)] == ["recorded"])
    await shop.act(case, "serve", Role.OPS_MANAGER, refund_no="R-1")
    assert await shop.handle(case).result() == "served"


async def test_a_case_that_runs_goes_on_though_its_procedure_is_off(shop: Shop) -> None:
    _, child = await waiting(shop)
    shop.off.add("child")
    assert (await shop.act(child, "advance", Role.PURCHASING)).stages == ("halfway",)
