"""How the store works, as cases are told it: opening hours from the settings, days off from the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

import holidays

from stack.settings import Settings
from workflows.language.policy import Hours, StorePolicy
from workflows.language.values import DateRange

_YEARS_AHEAD = 2


def store_policy(chosen: Settings, now: datetime | None = None) -> StorePolicy:
    """The policy that a case begins with now. It keeps that copy, so that its days don't change under it."""
    days_off, make_up_days = _calendar(chosen.holidays, (now or datetime.now(UTC)).year)
    return StorePolicy(
        timezone=chosen.store_timezone,
        service=Hours(opens=chosen.service_hours.opens, closes=chosen.service_hours.closes),
        office=Hours(opens=chosen.office_hours.opens, closes=chosen.office_hours.closes),
        days_off=days_off,
        make_up_days=make_up_days,
        peaks=tuple(DateRange(first=first, last=last) for first, last in chosen.campaign_days),
    )


@lru_cache(maxsize=8)
def _calendar(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    years = range(year - 1, year + _YEARS_AHEAD + 1)
    calendar = holidays.country_holidays(country, years=years)
    return frozenset(calendar), frozenset(day for day in calendar.weekend_workdays if day.year in years)
