"""How the store works, as cases are told it: opening hours from the settings, days off from the calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import holidays

from stack.settings import Settings
from workflows.language.policy import Hours, StorePolicy

_YEARS_AHEAD = 2


def store_policy(chosen: Settings, now: datetime | None = None) -> StorePolicy:
    """The policy that a case begins with now. It keeps that copy, so that its days don't change under it."""
    return _policy(chosen, (now or datetime.now(UTC)).year)


@lru_cache(maxsize=8)
def _policy(chosen: Settings, year: int) -> StorePolicy:
    years = range(year - 1, year + _YEARS_AHEAD + 1)
    calendar = holidays.country_holidays(chosen.holidays, years=years)
    make_up_days = {day for day in calendar.weekend_workdays if day.year in years}
    return StorePolicy(
        timezone=chosen.store_timezone,
        service=Hours(opens=chosen.service_hours.opens, closes=chosen.service_hours.closes),
        office=Hours(opens=chosen.office_hours.opens, closes=chosen.office_hours.closes),
        days_off=frozenset(calendar),
        make_up_days=frozenset(make_up_days),
    )
