"""Time: one timer, limits that are missed and told, events that the clock sends."""

from datetime import UTC, datetime, timedelta

from models.policy import Clock
from models.roles import Role
from tests.runner.conftest import Shop
from workflows.runner.attributes import PAUSE

HOUR = timedelta(hours=1)
SOON = timedelta(minutes=1)


def notified(shop: Shop, case: str) -> list[str]:
    return [effect.payload["role"] for effect in shop.effects(case) if effect.kind == "Notify"]


async def test_a_missed_limit_is_recorded_and_its_role_is_notified(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER, skipping=True)
    assert shop.row(case).next_due is not None
    await shop.pass_time(case, 24 * HOUR - SOON)
    assert shop.log(case) == ["place"]
    await shop.pass_time(case, 2 * SOON)
    await shop.until(lambda: shop.log(case) == ["place", "deadline"])
    assert shop.steps(case)[1].missed == ["received"]
    assert notified(shop, case) == ["cs_supervisor"]
    assert shop.stages(case) == ["received"]
    await shop.act(case, "confirm", Role.CS_AGENT)
    assert shop.stages(case) == ["confirmed"]


async def test_the_clock_sends_an_event(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER, skipping=True)
    await shop.pass_time(case, timedelta(days=14) + SOON)
    assert await shop.handle(case).result() == "dropped"
    assert shop.log(case) == ["ask", "deadline", "lapse"]


async def test_a_later_limit_never_restarts_the_timer(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER, skipping=True)
    await shop.pass_time(case, PAUSE)
    await shop.act(case, "confirm", Role.CS_AGENT)
    await shop.pass_time(case, PAUSE)
    await shop.act(case, "pick", Role.PICKER)
    events = await shop.events(case)
    assert events.count("timer_started_event_attributes") == 1
    assert events.count("timer_canceled_event_attributes") == 0


async def test_the_timer_is_cancelled_where_no_limit_is_left(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    release = shop.world.hold("PayOut")
    await shop.act(case, "inspect", Role.AFTER_SALES)
    assert shop.row(case).next_due is None
    events = await shop.events(case)
    assert (
        events.count("timer_started_event_attributes") - events.count("timer_canceled_event_attributes") <= 1
    ), "of the search attributes alone"
    assert events.count("timer_canceled_event_attributes") == 1
    release.set()
    assert await shop.handle(case).result() == "refunded"


async def test_an_end_costs_no_cancelling(shop: Shop) -> None:
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "drop", Role.CS_SUPERVISOR)
    assert await shop.handle(case).result() == "dropped"
    assert "timer_canceled_event_attributes" not in await shop.events(case)


async def test_a_later_limit_falls_though_the_timer_was_set_for_an_earlier_one(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER, skipping=True)
    await shop.pass_time(case, PAUSE)
    await shop.act(case, "confirm", Role.CS_AGENT)
    await shop.pass_time(case, 24 * HOUR + SOON)
    assert (await shop.events(case)).count("timer_fired_event_attributes") == 1
    assert shop.log(case) == ["place", "confirm"]
    await shop.pass_time(case, 24 * HOUR)
    await shop.until(lambda: shop.log(case) == ["place", "confirm", "deadline"])
    assert shop.steps(case)[-1].missed == ["confirmed"]


async def test_an_earlier_limit_restarts_the_timer(shop: Shop) -> None:
    case = await shop.open("timed", "set_out", Role.CUSTOMER)
    before = shop.row(case)
    assert before.next_due is not None
    await shop.act(case, "query", Role.PICKER)
    after = shop.row(case)
    assert after.next_due is not None
    due = shop.policy.add(datetime.now(UTC), 2 * HOUR, Clock.SERVICE)
    assert abs(after.next_due - due) < SOON
    if (
        due < before.next_due - 6 * HOUR
    ):  # by day: at night the service hours begin later than the first warning
        events = await shop.events(case)
        assert events.count("timer_canceled_event_attributes") == 1


async def test_a_deadline_over_stages_pauses_while_somebody_else_has_the_turn(shop: Shop) -> None:
    case = await shop.open("timed", "set_out", Role.CUSTOMER, skipping=True)
    await shop.pass_time(case, 10 * HOUR)
    await shop.act(case, "query", Role.PICKER)
    (deadline,) = shop.row(case).deadlines
    assert (deadline["paused"], deadline["due_at"]) == (True, None)
    await shop.pass_time(case, 100 * HOUR)
    assert "overrun" not in shop.log(case)
    await shop.act(case, "reply", Role.CUSTOMER)
    await shop.pass_time(case, 7 * HOUR)
    assert "packer" not in notified(shop, case)
    await shop.pass_time(case, HOUR + SOON)
    await shop.until(lambda: "packer" in notified(shop, case))
    await shop.pass_time(case, 6 * HOUR)
    await shop.until_at(case, "late")
    assert shop.steps(case)[-1].missed == ["ship"]
    assert notified(shop, case)[-1] == "gm" or "gm" in notified(shop, case)


async def test_a_limit_by_opening_hours_waits_for_them(shop: Shop) -> None:
    case = await shop.open("timed", "set_out", Role.CUSTOMER, skipping=True)
    await shop.act(case, "query", Role.PICKER)
    (stage,) = shop.row(case).stages
    due = datetime.fromisoformat(stage["due_at"])
    assert due == shop.policy.add(datetime.fromisoformat(stage["entered_at"]), 2 * HOUR, Clock.SERVICE)
    now = await shop.skipper.get_current_time(shop.handle(case))
    await shop.pass_time(case, due - now - SOON)
    assert "cs_supervisor" not in notified(shop, case)
    await shop.pass_time(case, 2 * SOON)
    await shop.until(lambda: "cs_supervisor" in notified(shop, case))
