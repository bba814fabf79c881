"""The store's calendar, against an independent one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from models.policy import Clock, Hours, StorePolicy
from models.roles import Role
from models.values import DateRange, yuan
from settings.calendar import Hours as SettingHours
from settings.calendar import hours_of, hours_written
from settings.environment import Settings
from stores.policy import store_policy
from workflows.language.occasions import Length, made_up_for, occasion_of
from workflows.language.timing import (
    Span,
    days,
    earliest,
    falls,
    hours,
    iso,
    minutes,
    repeated,
    today,
    working_days,
)

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


JUST = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (china(23, 9) - JUST, False),
        (china(23, 9), True),
        (china(23, 23) - JUST, True),
        (china(23, 23), False),
    ],
    ids=["before opening", "opening", "before closing", "closing"],
)
def test_service_is_open_from_the_first_moment_to_the_last(moment: datetime, *, is_open: bool) -> None:
    assert STORE.serves(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "is_peak"),
    [
        (china(10, 0) - JUST, False),
        (china(10, 0), True),
        (china(12, 0) - JUST, True),
        (china(12, 0), False),
    ],
    ids=["before the first day", "its first moment", "the last one", "after the last day"],
)
def test_a_peak_is_whole_days(moment: datetime, *, is_peak: bool) -> None:
    store = StorePolicy(peaks=(DateRange(first=date(2026, 11, 10), last=date(2026, 11, 11)),))
    assert store.is_peak(moment) is is_peak


@pytest.mark.parametrize(
    ("role", "amount", "may"),
    [
        (Role.CS_AGENT, "50", True),
        (Role.CS_AGENT, "50.01", False),
        (Role.AFTER_SALES, "50", True),
        (Role.AFTER_SALES, "50.01", False),
        (Role.CS_SUPERVISOR, "200", True),
        (Role.CS_SUPERVISOR, "200.01", False),
        (Role.OPS_MANAGER, "1000", True),
        (Role.OPS_MANAGER, "1000.01", False),
        (Role.GM, "1000000", True),
        (Role.FINANCE, "0.01", False),
    ],
)
def test_a_role_grants_up_to_its_limit(role: Role, amount: str, *, may: bool) -> None:
    assert StorePolicy().may_grant([role], yuan(amount)) is may


def test_the_gm_decides_from_fifty_thousand() -> None:
    assert StorePolicy().spending_limit == yuan(50_000)


@pytest.mark.parametrize(
    ("since", "falls_at"),
    [(china(27, 10) - JUST, china(27, 10)), (china(27, 10), None), (china(27, 10) + JUST, None)],
    ids=["just before", "at that time", "just after"],
)
def test_a_time_of_day_falls_only_where_it_is_still_to_come(
    since: datetime, falls_at: datetime | None
) -> None:
    assert falls(today("10:00"), since, None, STORE) == falls_at


@pytest.mark.parametrize(
    ("since", "length", "falls_at"),
    [
        (china(23, 17), hours(1), china(23, 18)),
        (china(23, 17), minutes(61), china(24, 9, 1)),
        (china(23, 18), minutes(1), china(24, 9, 1)),
        (china(23, 9), hours(9), china(23, 18)),
    ],
    ids=["at closing", "past closing", "from closing", "a whole day"],
)
def test_office_time_ends_when_the_office_closes(since: datetime, length: Span, falls_at: datetime) -> None:
    assert STORE.add(since, length.length, Clock.OFFICE) == falls_at
    assert STORE.between(since, falls_at, Clock.OFFICE) == length.length


def test_no_time_passes_while_the_office_is_closed() -> None:
    assert STORE.between(china(23, 18), china(24, 9), Clock.OFFICE) == timedelta()
    assert STORE.between(china(24, 9), china(23, 9), Clock.ALWAYS) == timedelta(), "nor backwards"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "PT0M"),
        (1, "PT1M"),
        (59, "PT59M"),
        (60, "PT1H"),
        (90, "PT1H30M"),
        (1440, "PT24H"),
        (4260, "PT71H"),
        (4319, "PT71H59M"),
        (4320, "P3D"),
        (4321, "PT72H1M"),
        (5760, "P4D"),
    ],
)
def test_durations_are_written_as_iso_8601(length: int, text: str) -> None:
    assert iso(timedelta(minutes=length)) == text


# --- clock changes and hours past midnight


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


ROUND_THE_CLOCK = StorePolicy(timezone="America/New_York", service=Hours(opens=time(0), closes=time(0)))
PAST_MIDNIGHT = StorePolicy(service=Hours(opens=time(9), closes=time(1)))


@pytest.mark.parametrize(
    ("since", "falls_at"),
    [(utc(2027, 3, 14, 6, 30), utc(2027, 3, 14, 8, 30)), (utc(2026, 11, 1, 4, 30), utc(2026, 11, 1, 6, 30))],
    ids=["forward", "back"],
)
def test_event_kind_11_two_hours_are_two_hours_over_a_clock_change(
    since: datetime, falls_at: datetime
) -> None:
    assert ROUND_THE_CLOCK.add(since, timedelta(hours=2), Clock.SERVICE) == falls_at
    assert ROUND_THE_CLOCK.between(since, falls_at, Clock.SERVICE) == timedelta(hours=2)


def test_event_kind_11_round_the_clock_loses_no_minute() -> None:
    assert ROUND_THE_CLOCK.length_of(Clock.SERVICE) == timedelta(days=1)
    assert ROUND_THE_CLOCK.serves(utc(2027, 1, 1, 4, 59))
    assert ROUND_THE_CLOCK.serves(utc(2027, 1, 1, 5, 0))


def test_event_kind_11_hours_past_midnight() -> None:
    half_past_midnight, half_past_one = (
        utc(2026, 11, 22, 16, 30),
        utc(2026, 11, 22, 17, 30),
    )  # 00:30, 01:30 in China
    assert PAST_MIDNIGHT.length_of(Clock.SERVICE) == timedelta(hours=16)
    assert (PAST_MIDNIGHT.serves(half_past_midnight), PAST_MIDNIGHT.serves(half_past_one)) == (True, False)
    assert PAST_MIDNIGHT.add(half_past_midnight, timedelta(hours=1), Clock.SERVICE) == utc(
        2026, 11, 23, 1, 30
    )
    assert PAST_MIDNIGHT.between(half_past_midnight, half_past_one, Clock.SERVICE) == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [("09:00-24:00", time(9), time(0)), ("00:00-24:00", time(0), time(0)), ("09:00-01:00", time(9), time(1))],
)
def test_event_kind_11_hours_can_be_written(text: str, opens: time, closes: time) -> None:
    hours = hours_of(text)
    assert isinstance(hours, SettingHours)
    assert (hours.opens, hours.closes, hours_written(hours)) == (opens, closes, text)


def test_event_kind_11_what_the_clock_leaps_over_comes_after_it() -> None:
    new_york = ZoneInfo("America/New_York")
    spring = datetime(2027, 3, 1, tzinfo=new_york)
    assert made_up_for("30 2 * * *", spring, years=1) == ("30 3 14 3 * 2027",)
    assert made_up_for("30 2 * * MON", spring, years=1) == (), "the clock goes forward on a Sunday"
    assert made_up_for("30 9 * * *", spring, years=1) == ()
    assert made_up_for("30 2 * * *", spring.astimezone(ZoneInfo("Asia/Shanghai")), years=1) == ()
    came = datetime(2027, 3, 14, 3, 30, tzinfo=new_york)
    assert occasion_of(came, ("30 2 * * SUN",)).length is Length.WEEK
