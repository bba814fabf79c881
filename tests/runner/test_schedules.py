"""What the calendar starts: one case a period, as the procedures and the settings say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import ScheduleBackfill, ScheduleHandle, ScheduleOverlapPolicy

from activities.periods import Length, Period, period_of
from activities.schedules import PREFIX, bring_in_line, planned, remove, schedule_id, subject_of
from models.messages import Planned
from stack.settings import ScheduleSetting, Settings, load
from tests.runner.conftest import Shop
from workflows.language.machine import Procedure
from workflows.registry import registry

CHINA = ZoneInfo("Asia/Shanghai")
REPORT = (
    "0 6 * * *",
    "10 6 * * MON",
    "20 6 1 * *",
    "30 6 1 1 *",
    "30 6 1 4 *",
    "30 6 1 7 *",
    "30 6 1 10 *",
    "40 6 1 1 *",
)


@pytest.mark.parametrize(
    ("moment", "label", "first", "last"),
    [
        ("2026-11-25T06:00", "2026-11-25", "2026-11-25", "2026-11-25"),
        ("2026-11-23T06:10", "2026-W48", "2026-11-23", "2026-11-29"),
        ("2026-11-01T06:20", "2026-11", "2026-11-01", "2026-11-30"),
        ("2026-10-01T06:30", "2026-Q4", "2026-10-01", "2026-12-31"),
        ("2027-01-01T06:30", "2027-Q1", "2027-01-01", "2027-03-31"),
        ("2027-01-01T06:40", "2027", "2027-01-01", "2027-12-31"),
        ("2026-12-01T06:20", "2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_a_start_belongs_to_the_period_of_its_cron_line(
    moment: str, label: str, first: str, last: str
) -> None:
    period = period_of(datetime.fromisoformat(moment).replace(tzinfo=CHINA), REPORT)
    assert (period.label, period.first, period.last) == (
        label,
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


def test_single_days_of_the_year_are_days() -> None:
    lines = ("0 9 2 5 *", "0 9 11 10 *", "0 9 12 11 *")
    period = period_of(datetime(2026, 10, 11, 9, tzinfo=CHINA), lines)
    assert (period.length, period.label) == (Length.DAY, "2026-10-11")


def test_every_cron_line_of_the_procedures_is_understood() -> None:
    moment = datetime(2026, 11, 23, 9, tzinfo=CHINA)
    chosen = load(stores=["tmall"])
    for plan, _ in planned(chosen):
        for cron in plan.crons:
            assert period_of(moment, (cron,)).first <= moment.date()


def test_several_starts_of_one_procedure_have_subjects_of_their_own() -> None:
    plan = Planned(procedure="p", event="e", store="s", timezone="UTC", crons=(), named=True)
    assert subject_of(plan, period_of(datetime(2026, 11, 23, tzinfo=CHINA), ())) == "e-2026-11-23"


def settings_of(shop: Shop, **schedules: ScheduleSetting) -> Settings:
    return load(stores=[f"store-{shop.queue[-6:]}"], schedules=schedules)


@pytest.fixture
def only_routine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what the calendar starts, the tests' own procedure alone."""
    known = registry()
    monkeypatch.setattr("activities.schedules.registry", lambda: _Only(known.get("routine")))


class _Only:
    """A registry of one."""

    def __init__(self, procedure: type[Procedure]) -> None:
        self._procedure = procedure

    def __iter__(self) -> Iterator[type[Procedure]]:
        return iter([self._procedure])

    def get(self, key: str) -> type[Procedure]:
        assert key == "routine"
        return self._procedure


@pytest.mark.usefixtures("only_routine")
async def test_one_case_a_period_even_after_downtime(shop: Shop) -> None:
    chosen = settings_of(shop)
    (store,) = chosen.stores
    name = f"{PREFIX}{store}/routine/set_out"
    assert (await bring_in_line(shop.client, chosen, task_queue=shop.queue)).made == [name]
    handle = shop.client.get_schedule_handle(name)
    missed = ScheduleBackfill(
        start_at=datetime(2026, 11, 2, tzinfo=UTC),
        end_at=datetime(2026, 11, 5, tzinfo=UTC),
        overlap=ScheduleOverlapPolicy.ALLOW_ALL,
    )
    await handle.backfill(missed)
    cases = [f"routine:{store}:2026-11-0{day}" for day in (2, 3, 4)]
    await shop.until(lambda: all(shop.is_there(case) for case in cases))
    await shop.until(lambda: are_done(shop, 3))
    await handle.backfill(missed)
    await shop.until(lambda: has_started(handle, 6))
    await shop.until(lambda: are_done(shop, 6))
    assert [shop.log(case) for case in cases] == [["set_out"]] * 3
    assert shop.row(cases[0]).store == store
    await remove(handle)


async def has_started(handle: ScheduleHandle, times: int) -> bool:
    described = await handle.describe()
    return described.info.num_actions >= times


async def are_done(shop: Shop, many: int) -> bool:
    done = "WorkflowType = 'open_on_schedule' AND ExecutionStatus = 'Completed'"
    return (await shop.client.count_workflows(f"{done} AND TaskQueue = '{shop.queue}'")).count >= many


@pytest.mark.usefixtures("only_routine")
async def test_settings_change_pause_and_remove_schedules(shop: Shop) -> None:
    first = settings_of(shop)
    (store,) = first.stores
    name = f"{PREFIX}{store}/routine/set_out"
    await bring_in_line(shop.client, first, task_queue=shop.queue)
    changed = settings_of(shop, routine=ScheduleSetting(paused=True, crons=("0 12 * * *",)))
    assert (await bring_in_line(shop.client, changed, task_queue=shop.queue)).changed == [name]
    described = await shop.client.get_schedule_handle(name).describe()
    assert described.schedule.state.paused
    zone = described.schedule.spec.time_zone_name
    assert zone == "Asia/Shanghai"
    assert described.info.next_action_times[0].astimezone(CHINA).hour == 12
    none = load(stores=[])
    await shop.until(lambda: _lists(shop, name))
    assert name in (await bring_in_line(shop.client, none, task_queue=shop.queue)).removed


async def _lists(shop: Shop, name: str) -> bool:
    return name in [known.id async for known in await shop.client.list_schedules()]


@pytest.mark.usefixtures("only_routine")
async def test_what_only_people_know_is_not_started_by_the_calendar(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_known(plan: Planned, period: Period) -> dict[str, str]:
        return {"plan": plan.event, "period": period.label}

    monkeypatch.setattr("activities.schedules.form_of", nothing_known)
    chosen = settings_of(shop)
    brought = await bring_in_line(shop.client, chosen, task_queue=shop.queue)
    (plan,) = [plan for plan, _ in planned(chosen)]
    assert (brought.made, list(brought.unfit)) == ([], [schedule_id(plan)])


def test_a_start_may_be_made_up_for_a_month() -> None:
    from activities.schedules import _CATCH_UP

    assert timedelta(days=31) <= _CATCH_UP
