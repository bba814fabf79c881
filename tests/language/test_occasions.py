"""The stretch of days that a start by the calendar is for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from workflows.language.occasions import (
    Length,
    Occasion,
    falls_on,
    first_after,
    length_of,
    occasion_of,
)

MONTHLY = "0 9 1 * *"
QUARTERS = tuple(f"0 9 20 {month} *" for month in (3, 6, 9, 12))
HALVES = ("0 9 10 6 *", "0 9 10 12 *")


def moment(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "among", "length"),
    [
        pytest.param("0 9 * * *", (), Length.DAY, id="every day"),
        pytest.param("0 9 * * MON", (), Length.WEEK, id="a weekday"),
        pytest.param(MONTHLY, (MONTHLY,), Length.MONTH, id="a day of every month"),
        pytest.param(QUARTERS[0], QUARTERS, Length.QUARTER, id="four lines, three months apart"),
        pytest.param(HALVES[1], HALVES, Length.HALF, id="two lines, six months apart"),
        pytest.param(QUARTERS[0], QUARTERS[:3], Length.DAY, id="three of four quarters"),
        pytest.param("0 9 1 1 *", ("0 9 1 1 *",), Length.YEAR, id="the first day of the year"),
        pytest.param("0 9 2 1 *", ("0 9 2 1 *",), Length.DAY, id="another day of the year"),
        pytest.param("0 9 1 2 *", ("0 9 1 2 *",), Length.DAY, id="the first day of another month"),
        pytest.param(QUARTERS[0], (*QUARTERS, "0 10 20 1 *"), Length.QUARTER, id="a line at another hour"),
    ],
)
def test_a_cron_line_tells_how_long_the_stretch_is(cron: str, among: tuple[str, ...], length: Length) -> None:
    assert length_of(cron, among or (cron,)) is length


@pytest.mark.parametrize(
    ("length", "day", "first", "last", "label"),
    [
        (Length.DAY, (11, 22), (11, 22), (11, 22), "2026-11-22"),
        (Length.WEEK, (11, 16), (11, 16), (11, 22), "2026-W47"),
        (Length.WEEK, (11, 22), (11, 16), (11, 22), "2026-W47"),
        (Length.MONTH, (2, 1), (2, 1), (2, 28), "2026-02"),
        (Length.MONTH, (12, 31), (12, 1), (12, 31), "2026-12"),
        (Length.QUARTER, (1, 1), (1, 1), (3, 31), "2026-Q1"),
        (Length.QUARTER, (6, 30), (4, 1), (6, 30), "2026-Q2"),
        (Length.QUARTER, (7, 1), (7, 1), (9, 30), "2026-Q3"),
        (Length.QUARTER, (12, 31), (10, 1), (12, 31), "2026-Q4"),
        (Length.HALF, (6, 30), (1, 1), (6, 30), "2026-H1"),
        (Length.HALF, (7, 1), (7, 1), (12, 31), "2026-H2"),
        (Length.YEAR, (1, 1), (1, 1), (12, 31), "2026"),
        (Length.YEAR, (12, 31), (1, 1), (12, 31), "2026"),
    ],
)
def test_a_stretch_holds_its_first_and_its_last_day(
    length: Length, day: tuple[int, int], first: tuple[int, int], last: tuple[int, int], label: str
) -> None:
    found = Occasion(Length.DAY, date(2026, *day), date(2026, *day))._at(date(2026, *day), length)
    assert (found.first, found.last) == (date(2026, *first), date(2026, *last))
    assert found.label == label


def test_the_stretches_before_and_after_touch() -> None:
    quarter = occasion_of(moment(12, 20), QUARTERS)
    assert (quarter.label, quarter.before.label, quarter.after.label) == ("2026-Q4", "2026-Q3", "2027-Q1")
    assert quarter.before.last + timedelta(days=1) == quarter.first
    assert quarter.after.first == quarter.last + timedelta(days=1)
    assert quarter.month_before.label == "2026-09"


@pytest.mark.parametrize(
    ("cron", "at", "comes"),
    [
        ("30 9 * * *", moment(11, 22, 9, 30), True),
        ("30 9 * * *", moment(11, 22, 9, 31), False),
        ("30 9 * * *", moment(11, 22, 10, 30), False),
        ("0 9 22 * *", moment(11, 22), True),
        ("0 9 22 * *", moment(11, 23), False),
        ("0 9 22 11 *", moment(11, 22), True),
        ("0 9 22 11 *", moment(12, 22), False),
        ("0 9 * * SUN", moment(11, 22), True),
        ("0 9 * * 7", moment(11, 22), True),
        ("0 9 * * 0", moment(11, 22), True),
        ("0 9 * * MON", moment(11, 22), False),
        ("0 9 * * mon", moment(11, 23), True),
        ("45 9 * * *", moment(11, 22, 9, 45), True),
    ],
)
def test_a_cron_line_comes_at_its_minute_alone(cron: str, at: datetime, *, comes: bool) -> None:
    assert falls_on(cron, at) is comes


@pytest.mark.parametrize(
    ("cron", "after", "first"),
    [
        ("0 9 * * *", moment(11, 22, 8, 59), moment(11, 22)),
        ("0 9 * * *", moment(11, 22), moment(11, 23)),
        ("0 9 1 * *", moment(12, 2), moment(1, 1, year=2027)),
        ("0 9 29 2 *", moment(3, 1, year=2024), moment(2, 29, year=2028)),
        ("0 9 30 2 *", moment(3, 1), None),
    ],
)
def test_the_first_time_after_a_moment(cron: str, after: datetime, first: datetime | None) -> None:
    assert first_after(cron, after) == first
