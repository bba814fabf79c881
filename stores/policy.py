"""The policy that a case gets when it begins: from the store's file, the environment and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

import holidays

from models.policy import Hours, StorePolicy
from models.values import DateRange
from settings.environment import Settings
from stores.current import store_settings

_YEARS_AHEAD = 2


def store_policy(chosen: Settings, now: datetime | None = None) -> StorePolicy:
    """The policy that a case begins with now. It keeps that copy, so that its days don't change under it."""
    store = store_settings(chosen)
    service, office = store.service_hours or chosen.service_hours, store.office_hours or chosen.office_hours
    campaigns = chosen.campaign_days if store.campaign_days is None else store.campaign_days
    documented = StorePolicy()
    days_off, make_up_days = _calendar(chosen.holidays, (now or datetime.now(UTC)).year)
    return StorePolicy(
        timezone=chosen.store_timezone,
        service=Hours(opens=service.opens, closes=service.closes),
        office=Hours(opens=office.opens, closes=office.closes),
        days_off=days_off,
        make_up_days=make_up_days,
        peaks=tuple(DateRange(first=first, last=last) for first, last in campaigns),
        approval_limits={**documented.approval_limits, **store.approval_limits},
        spending_limit=store.spending_limit or documented.spending_limit,
        returns_to=store.returns_to or documented.returns_to,
        limits=store.limits,
        usual_limit=store.usual_limit or documented.usual_limit,
        most_reminders=store.most_reminders or documented.most_reminders,
    )


@lru_cache(maxsize=8)
def _calendar(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    years = range(year - 1, year + _YEARS_AHEAD + 1)
    calendar = holidays.country_holidays(country, years=years)
    return frozenset(calendar), frozenset(day for day in calendar.weekend_workdays if day.year in years)
