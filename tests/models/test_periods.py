"""Periods of a store's days: from the first moment of the first to the first moment after the last."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from models.periods import span
from models.values import DateRange

CHINA = "Asia/Shanghai"


def day(n: int) -> date:
    return date(2026, 5, n)


def midnight(n: int) -> datetime:
    """The first moment of a day of May in China."""
    return datetime(2026, 5, n, tzinfo=UTC) - timedelta(hours=8)


def test_a_period_goes_from_its_first_midnight_to_the_one_after_its_last_day() -> None:
    days = span(DateRange(first=day(4), last=day(6)), midnight(20), CHINA)
    assert (days.first, days.last, days.start, days.end) == (day(4), day(6), midnight(4), midnight(7))


@pytest.mark.parametrize(
    ("now", "yesterday"),
    [(midnight(5), 4), (midnight(5) - timedelta(seconds=1), 3), (midnight(6) - timedelta(seconds=1), 4)],
    ids=["at midnight", "just before midnight", "at the end of the day"],
)
def test_without_a_period_it_is_yesterday_on_the_stores_clock(now: datetime, yesterday: int) -> None:
    days = span(None, now, CHINA)
    assert (days.first, days.last) == (day(yesterday), day(yesterday))
    assert (days.start, days.end) == (midnight(yesterday), midnight(yesterday + 1))


def test_the_days_before_end_where_a_period_begins() -> None:
    before = span(DateRange(first=day(10), last=day(12)), midnight(20), CHINA).before(7)
    assert (before.first, before.last) == (day(3), day(9))
    assert (before.start, before.end) == (midnight(3), midnight(10))
