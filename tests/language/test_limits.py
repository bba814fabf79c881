"""Limits that a store sets for itself."""

from datetime import timedelta
from typing import Any

import pytest

from activities.messages.contract import Notify
from models.policy import StorePolicy
from tests.language.sample import Sample
from tests.scenario import MONDAY, Scenario
from workflows.language.limits import like, limits_of, set_for, step_for
from workflows.language.timing import (
    At,
    Span,
    at,
    days,
    earliest,
    first_known,
    hours,
    hours_in,
    minutes,
    office_hours,
    repeated,
    service_hours,
    today,
    working_days,
)
from workflows.registry import registry
from workflows.vocabulary import CS_AGENT, CS_SUPERVISOR, GM, PACKER

LINES: Any = [{"sku": "A", "qty": 20}]


def sample(**limits: str) -> Scenario:
    policy = StorePolicy(limits={f"sample.{key.replace('__', '.')}": text for key, text in limits.items()})
    return Scenario(Sample, policy=policy)


def placed(scenario: Scenario, **more: Any) -> Scenario:
    return scenario.act("place", CS_AGENT, order_no="1", lines=LINES, **more)


def due(scenario: Scenario) -> dict[str, timedelta]:
    return {alarm.key: alarm.at - scenario.now for alarm in scenario.machine.alarms()}


# --- what may be written


@pytest.mark.parametrize(
    ("declared", "text", "limit"),
    [
        pytest.param(hours(24), "PT12H", hours(12), id="shorter"),
        pytest.param(hours(24), "P1DT6H30M", minutes(30 * 60 + 30), id="days and hours"),
        pytest.param(service_hours(4), "PT2H service", service_hours(2), id="its clock named"),
        pytest.param(service_hours(4), "PT2H", service_hours(2), id="its clock not named"),
        pytest.param(office_hours(4), "P2D office", working_days(2), id="working days for office hours"),
        pytest.param(working_days(2), "P5D", working_days(5), id="working days"),
        pytest.param(working_days(2), "P3660D", working_days(3660), id="the longest in working days"),
        pytest.param(hours(24), "P3660D", days(3660), id="the longest"),
        pytest.param(hours_in("n"), "PT6H", hours(6), id="one number for every case"),
        pytest.param(hours_in("n"), "n x PT1H", hours_in("n"), id="as the case says"),
        pytest.param(at("start") - hours(4), "start - PT8H", at("start") - hours(8), id="before a moment"),
        pytest.param(at("start") - hours(4), "start", At("start"), id="at a moment"),
        pytest.param(today("10:30"), "today 11:00", today("11:00"), id="a time of day"),
        pytest.param(
            earliest(today("17:00"), hours(24)),
            "today 16:00 or PT20H",
            earliest(today("16:00"), hours(20)),
            id="whichever comes first",
        ),
        pytest.param(
            first_known(at("due"), hours(24)),
            "due + PT1H, else P3D",
            first_known(at("due") + hours(1), days(3)),
            id="the first known",
        ),
        pytest.param(
            repeated(hours(2), during=days(1), then=days(1)),
            "every PT1H for PT12H, then every P2D",
            repeated(hours(1), during=hours(12), then=days(2)),
            id="a reminder",
        ),
    ],
)
def test_a_limit_is_written_as_the_declaration_writes_it(declared: Any, text: str, limit: Any) -> None:
    assert like(declared, text) == limit


@pytest.mark.parametrize(
    ("declared", "text", "says"),
    [
        pytest.param(hours(24), "12 hours", "no duration; write PT12H", id="words"),
        pytest.param(hours(24), "PT0H", "no duration", id="nothing"),
        pytest.param(hours(24), "-PT4H", "no duration", id="before it begins"),
        pytest.param(hours(24), "P9999D", "longer than ten years", id="a slip"),
        pytest.param(hours(24), "P3660DT1M", "longer than ten years", id="a minute more than the longest"),
        pytest.param(working_days(2), "P3661D", "longer than ten years", id="a working day more"),
        pytest.param(hours(24), "PT4H service", "all hours of the day", id="a clock where there is none"),
        pytest.param(service_hours(2), "PT4H office", "hours of customer service", id="another clock"),
        pytest.param(working_days(2), "P2DT4H", "mixes days and hours", id="days of which clock"),
        pytest.param(at("start"), "end - PT4H", "the case's start", id="another moment"),
        pytest.param(at("start"), "PT4H", "the case's start", id="a length for a moment"),
        pytest.param(at("start"), "start - soon", "no duration", id="a moment and words"),
        pytest.param(today("10:30"), "10:30", "time of day", id="no day"),
        pytest.param(today("10:30"), "today 25:00", "time of day", id="no such hour"),
        pytest.param(earliest(today("17:00"), hours(1)), "PT1H", "2 parts", id="a part is missing"),
        pytest.param(repeated(hours(2)), "PT2H", "again and again", id="no repeat"),
        pytest.param(repeated(hours(2)), "every PT2H for P1D", "again and again", id="another repeat"),
    ],
)
def test_another_kind_of_limit_is_refused(declared: Any, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        like(declared, text)


def test_every_limit_reads_back_as_it_is_written() -> None:
    written = [
        (declared, str(declared))
        for procedure in registry()
        for _, declared in limits_of(procedure.declaration)
    ]
    assert len(written) > 200
    assert [text for declared, text in written if str(like(declared, text)) != text] == []


def test_a_limit_that_no_longer_fits_does_not_count() -> None:
    policy = StorePolicy(limits={"a.b": "today 10:00"})
    assert set_for(policy, "a.b", hours(4)) == hours(4)
    assert set_for(policy, "a.c", hours(4)) == hours(4)


# --- ladders


@pytest.mark.parametrize(
    ("when", "declared", "limit", "rung"),
    [
        pytest.param(hours(18), hours(24), hours(12), hours(9), id="before the limit"),
        pytest.param(hours(48), hours(24), hours(12), hours(24), id="after the limit"),
        pytest.param(hours(24), hours(24), hours(12), hours(12), id="at the limit"),
        pytest.param(hours(40), service_hours(2), service_hours(1), hours(40), id="by another clock"),
        pytest.param(
            at("x") - hours(24), at("x"), at("x") - hours(2), at("x") - hours(24), id="before a moment"
        ),
        pytest.param(hours(18), hours_in("n"), hours(24), hours(18), id="of a length that cases differ in"),
        pytest.param(working_days(10), working_days(5), working_days(1), office_hours(18), id="in days"),
    ],
)
def test_a_rung_keeps_its_share(when: Span, declared: Span, limit: Span, rung: Span) -> None:
    assert step_for(when, declared, limit, StorePolicy()) == rung


# --- in a case


def test_a_stage_is_due_when_the_store_says() -> None:
    assert due(placed(sample()))["received.due"] == timedelta(hours=2)
    assert due(placed(sample(received__due="PT1H")))["received.due"] == timedelta(hours=1)
    assert due(placed(sample(received__due="PT1H")))["received.due@1"] == timedelta(hours=40)


def test_the_clock_sends_an_event_when_the_store_says() -> None:
    held = placed(sample(on_hold__lapse="PT5H")).act("hold", CS_SUPERVISOR, reason="because")
    assert due(held) == {"on_hold.lapse": timedelta(hours=5)}
    assert held.wait(hours(5)).stage == "dropped"


def test_a_reminder_comes_as_often_as_the_store_says() -> None:
    checked = placed(sample(checked__remind="every PT1H for PT2H, then every P2D")).act(
        "check", CS_AGENT, ok=True
    )
    rang_after: list[timedelta] = []
    for _ in range(3):
        alarm = next(a for a in checked.machine.alarms() if ".remind@" in a.key)
        rang_after.append(alarm.at - MONDAY)
        checked.wait(alarm.at - checked.now)
    assert rang_after == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=50)]


def test_a_paused_deadline_goes_on_with_what_is_left_of_the_stores_limit() -> None:
    order = placed(sample(ship_within="PT10H"), promise_hours=24).wait(hours(4))
    order.act("hold", CS_SUPERVISOR, reason="because").wait(hours(30)).act("release", CS_SUPERVISOR)
    assert due(order)["ship_within"] == timedelta(hours=6)


def test_a_step_of_a_ladder_goes_off_once_though_the_stage_changes() -> None:
    order = placed(sample(), promise_hours=72).wait(hours(19))
    notified = list(order.notified)
    assert notified.count(PACKER) == 1
    order.act("check", CS_AGENT, ok=True)
    assert [alarm.key for alarm in order.machine.alarms() if alarm.of == "ship_within"] == ["ship_within"]


def test_notices_of_a_ladder_say_whether_the_limit_is_near_or_missed() -> None:
    order = placed(sample(), promise_hours=72).wait(hours(72))
    notices = [(notice.template, notice.role) for notice in order.effects(Notify)]
    assert notices.count(("deadline_near", PACKER)) == 1
    assert notices.count(("deadline_missed", GM)) == 2, "one of them forty hours after the stage began"


def test_kind_65_who_hears_after_a_limit_hears_that_it_was_missed_and_when() -> None:
    order = placed(sample()).wait(hours(40))
    told = [notice for notice in order.effects(Notify) if notice.data["limit"] == "received"]
    fell = (MONDAY + timedelta(hours=2)).isoformat()
    assert [(one.template, one.role, one.data["due"]) for one in told] == [
        ("deadline_missed", CS_SUPERVISOR, fell),
        ("deadline_missed", GM, fell),
    ]


def test_reminders_are_called_so() -> None:
    checked = placed(sample()).act("check", CS_AGENT, ok=True).wait(hours(2))
    assert {notice.template for notice in checked.effects(Notify)} == {"reminder"}


def test_a_shipping_target_and_its_ladder() -> None:
    procedure = registry().get("order_fulfilment")
    (target,) = (d for d in procedure.declaration.deadlines if d.key == "ship_target")
    halved = StorePolicy(limits={"order_fulfilment.ship_target": "PT12H"})
    limit = set_for(halved, "order_fulfilment.ship_target", target.limit)
    escalation_steps = [step_for(when, target.limit, limit, halved) for when, _ in target.escalation_steps]
    assert (limit, escalation_steps) == (hours(12), [hours(9), hours(12)])


def test_a_policy_survives_the_wire() -> None:
    policy = StorePolicy(limits={"sample.received.due": "PT1H"})
    assert StorePolicy.model_validate_json(policy.model_dump_json()) == policy
