"""What the calendar starts: one case a period, as the procedures and the settings say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import ScheduleBackfill, ScheduleHandle, ScheduleOverlapPolicy

from cases.schedules import PREFIX, bring_in_line, openings, planned, remove, schedule_id, unfit
from models.roles import Role
from settings.environment import ScheduleSetting, Settings, load
from tests.runner.conftest import KEY, Shop
from workflows.language.occasions import Length, first_after, occasion_of
from workflows.language.procedure import Procedure
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
    occasion = occasion_of(datetime.fromisoformat(moment).replace(tzinfo=CHINA), REPORT)
    assert (occasion.label, occasion.first, occasion.last) == (
        label,
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


def test_single_days_of_the_year_are_days() -> None:
    lines = ("0 9 2 5 *", "0 9 11 10 *", "0 9 12 11 *")
    occasion = occasion_of(datetime(2026, 10, 11, 9, tzinfo=CHINA), lines)
    assert (occasion.length, occasion.label) == (Length.DAY, "2026-10-11")


def test_two_days_half_a_year_apart_are_half_years() -> None:
    lines = ("0 9 1 1 *", "0 9 1 7 *")
    occasion = occasion_of(datetime(2026, 7, 1, 9, tzinfo=CHINA), lines)
    assert (occasion.label, occasion.first, occasion.last) == (
        "2026-H2",
        date(2026, 7, 1),
        date(2026, 12, 31),
    )
    assert (occasion.before.label, occasion.after.label) == ("2026-H1", "2027-H1")


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        ("2027-01-01T06:00", "2026-12-31", "2027-01-02"),
        ("2027-01-04T06:10", "2026-W53", "2027-W02"),
        ("2027-01-01T06:20", "2026-12", "2027-02"),
        ("2027-01-01T06:30", "2026-Q4", "2027-Q2"),
        ("2027-01-01T06:40", "2026", "2028"),
    ],
)
def test_what_comes_before_and_after(moment: str, before: str, after: str) -> None:
    occasion = occasion_of(datetime.fromisoformat(moment).replace(tzinfo=CHINA), REPORT)
    assert (occasion.before.label, occasion.after.label) == (before, after)


def test_when_a_cron_line_comes_next() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=CHINA)
    assert first_after("0 9 * * MON", now) == datetime(2026, 11, 30, 9, tzinfo=CHINA)
    assert first_after("1 9 * * *", now) == datetime(2026, 11, 23, 9, 1, tzinfo=CHINA)
    assert first_after("0 9 29 2 *", now) == datetime(2028, 2, 29, 9, tzinfo=CHINA)
    assert first_after("0 9 30 2 *", now) is None


def test_with_the_default_settings_the_calendar_starts_all_that_it_should() -> None:
    chosen = load(stores=["tmall", "jd"])
    plans = [plan for plan, _ in planned(chosen)]
    declared = {
        p.key
        for p in registry()
        if any(m.spec.every for moves in p.declaration.transitions.values() for m in moves)
    }
    assert {(plan.procedure, plan.store) for plan in plans} == {
        (k, s) for k in declared for s in chosen.stores
    }
    assert {schedule_id(plan): why for plan in plans if (why := unfit(plan, chosen)) is not None} == {}


def settings_of(shop: Shop, **schedules: ScheduleSetting) -> Settings:
    return load(stores=[f"store-{shop.queue[-6:]}"], schedules=schedules, signing_key=KEY.decode())


@pytest.fixture
def only_routine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what the calendar starts, the tests' own procedure alone."""
    only("routine", monkeypatch)


def only(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = registry()
    monkeypatch.setattr("cases.schedules.registry", lambda: _Only(known.get(key)))


class _Only:
    """A registry of one."""

    def __init__(self, procedure: type[Procedure]) -> None:
        self._procedure = procedure

    def __iter__(self) -> Iterator[type[Procedure]]:
        return iter([self._procedure])

    def get(self, key: str) -> type[Procedure]:
        assert key == self._procedure.key
        return self._procedure


@pytest.mark.usefixtures("only_routine", "calendar_alone")
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


@pytest.mark.usefixtures("only_routine", "calendar_alone")
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


@pytest.mark.usefixtures("calendar_alone")
async def test_what_only_people_know_is_asked_at_the_entry(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    only("chore", monkeypatch)
    chosen = settings_of(shop)
    (store,) = chosen.stores
    await bring_in_line(shop.client, chosen, task_queue=shop.queue)
    handle = shop.client.get_schedule_handle(f"{PREFIX}{store}/chore/set_out")
    today = datetime.now(UTC).astimezone(CHINA)
    missed = ScheduleBackfill(
        start_at=today.replace(hour=8, minute=59, second=0),
        end_at=today.replace(hour=9, minute=1, second=0),
        overlap=ScheduleOverlapPolicy.ALLOW_ALL,
    )
    await handle.backfill(missed)
    case = f"chore:{store}:{today.date()}"
    await shop.until(lambda: shop.is_there(case))
    row = shop.row(case)
    assert [(stage["key"], stage["roles"]) for stage in row.stages] == [("new", ["ops_specialist"])]
    assert row.next_due is not None
    answer = await shop.act(case, "set_out", Role.OPS_SPECIALIST, day="2026-11-23")
    assert answer.stages == ("going",)
    assert shop.log(case) == ["await_start", "set_out"]
    await remove(handle)


def test_answers_of_the_settings_leave_nothing_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    only("chore", monkeypatch)
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)

    def opened(form: dict[str, str]) -> bool:
        chosen = load(stores=["tmall"], schedules={"chore": ScheduleSetting(form=form)})
        ((plan, _),) = planned(chosen)
        (one,) = openings(plan, now, chosen)
        return one.at_entry

    assert opened({})
    assert not opened({"day": "2026-11-23"})


@pytest.mark.usefixtures("only_routine", "calendar_alone")
@pytest.mark.parametrize(
    ("setting", "why"),
    [
        (ScheduleSetting(form={"day": "soon"}), "not right at /day"),
        (ScheduleSetting(crons=("0 9 30 2 *",)), "never comes"),
    ],
    ids=["answer", "cron"],
)
async def test_a_schedule_that_is_set_wrongly_is_reported_and_not_started(
    shop: Shop, setting: ScheduleSetting, why: str
) -> None:
    chosen = settings_of(shop, routine=setting)
    brought = await bring_in_line(shop.client, chosen, task_queue=shop.queue)
    (plan,) = [plan for plan, _ in planned(chosen)]
    assert (brought.made, list(brought.unfit)) == ([], [schedule_id(plan)])
    assert why in brought.unfit[schedule_id(plan)]


def test_a_start_may_be_made_up_for_a_month() -> None:
    from cases.schedules import _CATCH_UP

    assert timedelta(days=31) <= _CATCH_UP
