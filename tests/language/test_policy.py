"""The store's calendar, against an independent one."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest

from models.policy import Clock, StorePolicy
from models.roles import Role
from models.values import DateRange, yuan
from settings.environment import Settings
from stores.policy import store_policy
from workflows.language.timing import days, earliest, falls, hours, iso, repeated, today, working_days

CHINA = StorePolicy().zone
STORE = store_policy(Settings(), datetime(2026, 6, 1, tzinfo=UTC))


def china(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def test_working_days_are_those_of_an_independent_calendar() -> None:
    every = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    worked = [day for day in every if chinese_calendar.is_workday(day)]  # pyright: ignore[reportUnknownMemberType]
    assert [day for day in every if STORE.is_working_day(day)] == worked


@pytest.mark.parametrize(
    ("since", "length", "clock", "falls_at"),
    [
        pytest.param(china(23, 22), 2, Clock.SERVICE, china(24, 10), id="service goes on the next morning"),
        pytest.param(china(28, 10), 2, Clock.SERVICE, china(28, 12), id="service is open on Saturday"),
        pytest.param(china(27, 17), 2, Clock.OFFICE, china(30, 10), id="the office is closed at the weekend"),
        pytest.param(china(23, 3), 1, Clock.OFFICE, china(23, 10), id="before opening"),
        pytest.param(china(23, 10), 8, Clock.OFFICE, china(23, 18), id="to the end of the day"),
        pytest.param(china(30, 17, month=9), 2, Clock.OFFICE, china(8, 10, month=10), id="National Day"),
        pytest.param(
            china(9, 17, month=10), 2, Clock.OFFICE, china(10, 10, month=10), id="a Saturday made up"
        ),
        pytest.param(china(23, 22), 30, Clock.ALWAYS, china(25, 4), id="always"),
    ],
)
def test_time_counts_by_a_clock(since: datetime, length: int, clock: Clock, falls_at: datetime) -> None:
    assert STORE.add(since, timedelta(hours=length), clock) == falls_at
    assert STORE.between(since, falls_at, clock) == timedelta(hours=length)


def test_spans_and_times_of_day() -> None:
    since = china(27, 10)
    assert falls(working_days(2), since, None, STORE) == china(1, 10, month=12)
    assert falls(today("10:30"), since, None, STORE) == china(27, 10, 30)
    assert falls(today("09:00"), since, None, STORE) is None
    assert falls(earliest(hours(3), today("12:00")), since, None, STORE) == china(27, 12)
    assert falls(hours(3), since, None, STORE, timedelta(hours=1)) == china(27, 12)


def test_reminders() -> None:
    often = repeated(hours(2), during=hours(4), then=days(1))
    moments = [often.nth(n, china(23, 10), STORE) for n in range(4)]
    assert moments == [china(23, 12), china(23, 14), china(24, 14), china(25, 14)]
    assert repeated(hours(2), during=hours(2)).nth(1, china(23, 10), STORE) is None


def test_peaks_and_limits() -> None:
    store = StorePolicy(peaks=(DateRange(first=date(2026, 11, 10), last=date(2026, 11, 11)),))
    assert [store.serves(datetime(2026, 11, 9, hour, tzinfo=UTC)) for hour in (0, 1, 14, 15)] == [
        False,
        True,
        True,
        False,
    ]
    assert store.is_peak(datetime(2026, 11, 9, 16, tzinfo=UTC))
    assert not store.is_peak(datetime(2026, 11, 11, 16, tzinfo=UTC))
    assert store.may_grant([Role.CS_SUPERVISOR], yuan(200))
    assert not store.may_grant([Role.CS_SUPERVISOR, Role.PICKER], yuan("200.01"))
    assert store.may_grant([Role.GM], yuan(10**6))
    assert not store.may_grant([Role.PICKER], yuan(1))


@pytest.mark.parametrize(("length", "text"), [(0, "PT0M"), (90, "PT1H30M"), (1440, "PT24H"), (4320, "P3D")])
def test_durations_are_written_as_iso_8601(length: int, text: str) -> None:
    assert iso(timedelta(minutes=length)) == text
