from datetime import UTC, date, datetime, time

import chinese_calendar
import pytest

from models.values import DateRange
from settings.environment import load
from stores.policy import store_policy


def test_hours_and_campaigns_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_HOURS", "08:30-22:00")
    monkeypatch.setenv("CAMPAIGN_DAYS", "2026-06-16/2026-06-20, 2026-11-11")

    policy = store_policy(load())

    assert (policy.service.opens, policy.service.closes) == (time(8, 30), time(22))
    assert policy.peaks == (
        DateRange(first=date(2026, 6, 16), last=date(2026, 6, 20)),
        DateRange(first=date(2026, 11, 11), last=date(2026, 11, 11)),
    )


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_working_days_are_those_that_china_published(year: int) -> None:
    policy = store_policy(load(), datetime(year, 6, 1, tzinfo=UTC))
    days = [
        date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    ]

    differ = [day for day in days if policy.is_working_day(day) != chinese_calendar.is_workday(day)]  # pyright: ignore[reportUnknownMemberType]

    assert differ == []
