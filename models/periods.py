"""Periods of the store's days, as moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.values import DateRange


@dataclass(frozen=True)
class Span:
    """From the first moment to the one after the last."""

    first: date
    last: date
    start: datetime
    end: datetime

    def before(self, days: int) -> Span:
        """As many whole days, just before this one."""
        zone = self.start.tzinfo or UTC
        first = self.first - timedelta(days=days)
        return Span(first, self.first - timedelta(days=1), datetime.combine(first, time(), zone), self.start)


def span(period: DateRange | None, now: datetime, timezone: str) -> Span:
    """The period's days in that time zone; without a period, yesterday."""
    zone = ZoneInfo(timezone)
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    first, last = (period.first, period.last) if period else (yesterday, yesterday)
    after = last + timedelta(days=1)
    return Span(first, last, datetime.combine(first, time(), zone), datetime.combine(after, time(), zone))
