"""Effects: beside the loop, once, with three ways on when they fail, and taken back when the case is."""

import asyncio

import pytest

from models.roles import Role
from tests.runner.conftest import Shop
from tests.runner.procedures import PayOut
from workflows.incidents import IncidentDecision
from workflows.language.memory import ENGINE
from workflows.language.refusals import Refusal


async def refunding(shop: Shop) -> str:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    return case


async def test_an_outcome_sends_its_event(shop: Shop) -> None:
    case = await refunding(shop)
    assert await shop.handle(case).result() == "refunded"
    assert shop.log(case) == ["ask", "inspect", "refund_paid"]
    assert shop.world.done == [f"{case}/2.0"]
    (effect,) = shop.effects(case)
    assert (effect.kind, effect.standing) == ("PayOut", "done")
    assert '"refund_no":"R-' in shop.row(case).position


async def test_a_lawful_no_sends_the_other_event(shop: Shop) -> None:
    shop.world.refusing.add("PayOut")
    case = await refunding(shop)
    await shop.until_at(case, "stuck")
    assert shop.effects(case)[0].standing == "refused"


async def test_a_no_that_nothing_hears_becomes_an_incident(shop: Shop) -> None:
    shop.world.refusing.add("KeepAside")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "keep_two", Role.AFTER_SALES)
    await shop.until(lambda: [effect.standing for effect in shop.effects(case)] == ["incident"] * 2)
    assert shop.row(case).state == "incident"
    assert shop.effects(case)[0].error == "it was refused: not today"
    shop.world.refusing.clear()
    await shop.resolve(case, "2.0", IncidentDecision.RETRY, "there is room again")
    await shop.until(lambda: shop.effects(case)[0].standing == "done")
    await shop.resolve(case, "2.1", IncidentDecision.OTHERWISE, "one is enough")
    assert (shop.effects(case)[1].standing, shop.row(case).state) == ("given_up", "open")


async def test_an_action_waits_for_its_quick_effect(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    answer = await shop.act(case, "keep_one", Role.AFTER_SALES)
    assert [(one.kind, one.outcome is not None and one.outcome.ok) for one in answer.waited] == [
        ("KeepAside", True)
    ]
    assert (answer.revision, shop.log(case)[-1]) == (3, "kept_one")
    shop.world.refusing.add("KeepAside")
    answer = await shop.act(case, "keep_one", Role.AFTER_SALES)
    assert [one.outcome.reason for one in answer.waited if one.outcome] == ["not today"]
    assert shop.log(case)[-1] == "none_left"


async def test_another_case_waits_for_no_effect_of_what_it_sends(shop: Shop) -> None:
    release = shop.world.hold("KeepAside")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    answer = await shop.act(case, "keep_one", ENGINE)
    assert (answer.revision, answer.waited) == (2, ())
    release.set()
    await shop.until(lambda: shop.log(case)[-1] == "kept_one")


async def test_one_steps_book_entries_are_written_in_their_order(shop: Shop) -> None:
    release = shop.world.hold("KeepAside")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    acting = asyncio.create_task(shop.act(case, "keep_two", Role.AFTER_SALES))
    await shop.until(lambda: shop.world.waiting == 1)
    assert (await shop.events(case)).count("activity_task_scheduled_event_attributes") == 1
    release.set()
    await acting
    assert shop.world.done == [f"{case}/2.0", f"{case}/2.1"]


async def test_a_slow_effect_holds_up_nothing(shop: Shop) -> None:
    release = shop.world.hold("PayOut")
    case = await refunding(shop)
    assert shop.stages(case) == ["refunding"]
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    assert shop.row(case).outcome == "dropped"
    release.set()
    assert await shop.handle(case).result() == "dropped"


async def test_undoing_waits_for_what_is_under_way(shop: Shop) -> None:
    release = shop.world.hold("PayOut")
    case = await refunding(shop)
    await shop.until(lambda: shop.world.waiting == 1)
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    await shop.act(case, "escalate", Role.CS_AGENT, note="still there?") if shop.row(
        case
    ).state == "open" else None
    assert shop.world.kinds == []
    release.set()
    await shop.handle(case).result()
    assert shop.world.kinds == ["PayOut", "Unpay"]
    assert shop.log(case) == ["ask", "inspect", "drop"]
    assert [effect.standing for effect in shop.effects(case)] == ["withdrawn", "done"]


async def test_ten_wait_for_a_slow_effect_and_a_cancellation_gets_in(shop: Shop) -> None:
    release = shop.world.hold("KeepAside")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    asked = [asyncio.create_task(shop.act(case, "keep_one", Role.AFTER_SALES)) for _ in range(10)]
    await shop.until(lambda: shop.row(case).revision == 11)
    async with asyncio.timeout(60):
        answer = await shop.act(case, "drop", Role.CS_SUPERVISOR)
    assert answer.stages == ("dropped",)
    release.set()
    answers = await asyncio.gather(*asked)
    assert sorted(answer.revision for answer in answers)[:7] == list(range(5, 12))
    await shop.handle(case).result()
    assert sorted(shop.world.kinds) == ["KeepAside"] * 10 + ["Unkeep"] * 10


async def test_a_failing_effect_becomes_an_incident_that_is_tried_again(shop: Shop) -> None:
    shop.world.failing.add("PayOut")
    case = await refunding(shop)
    await shop.until(lambda: shop.row(case).state == "incident")
    (effect,) = shop.effects(case)
    assert (effect.standing, effect.error) == ("incident", "PayOut is out of order")
    assert shop.world.failures["PayOut"] == PayOut.attempts
    assert shop.log(case)[-1] == "effect_failed"
    shop.world.failing.clear()
    await shop.resolve(case, effect.key, IncidentDecision.RETRY, "the bank is back")
    assert await shop.handle(case).result() == "refunded"
    retried = shop.steps(case)[-2]
    assert (retried.event, retried.actor, retried.note) == (
        "incident_retry",
        "ops_manager",
        "the bank is back",
    )
    assert retried.effect == effect.key


async def test_an_incident_done_by_hand_sends_then(shop: Shop) -> None:
    shop.world.failing.add("PayOut")
    case = await refunding(shop)
    await shop.until(lambda: shop.row(case).state == "incident")
    answer = await shop.resolve(case, shop.effects(case)[0].key, IncidentDecision.DONE, refund_no="by-hand-1")
    assert answer.stages == ("refunded",)
    assert shop.effects(case)[0].standing == "by_hand"
    assert shop.log(case)[-2:] == ["incident_done", "refund_paid"]


async def test_an_incident_may_take_the_other_way(shop: Shop) -> None:
    shop.world.failing.add("PayOut")
    case = await refunding(shop)
    await shop.until(lambda: shop.row(case).state == "incident")
    answer = await shop.resolve(case, shop.effects(case)[0].key, IncidentDecision.OTHERWISE)
    assert answer.stages == ("stuck",)
    assert shop.effects(case)[0].standing == "given_up"
    assert shop.row(case).state == "open"


async def test_an_incident_that_is_not_there_is_refused(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    with pytest.raises(Refusal) as refused:
        await shop.resolve(case, "9.9", IncidentDecision.RETRY)
    assert refused.value.code == "not_possible_now"


async def test_undoing_what_failed_withdraws_the_incident(shop: Shop) -> None:
    shop.world.failing.add("PayOut")
    case = await refunding(shop)
    await shop.until(lambda: shop.row(case).state == "incident")
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    assert await shop.handle(case).result() == "dropped"
    assert [effect.standing for effect in shop.effects(case)] == ["withdrawn", "done"]
    assert shop.world.kinds == ["Unpay"]
    assert shop.row(case).state == "closed"


async def test_a_quick_effect_that_fails_answers_with_the_incident(shop: Shop) -> None:
    shop.world.failing.add("KeepAside")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    answer = await shop.act(case, "keep_one", Role.AFTER_SALES)
    assert answer.state == "incident"
    assert [one.outcome for one in answer.waited] == [None]
