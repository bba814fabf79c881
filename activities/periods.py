"""The period that a start by the calendar belongs to, and what it tells the start form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

_DAYS = {
    name: number for number, name in enumerate(("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), start=1)
}
_QUARTERS = frozenset({1, 4, 7, 10})


class Length(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """A stretch of days; both ends belong to it."""

    length: Length
    first: date
    last: date

    @property
    def label(self) -> str:
        """2026-11-22, 2026-W47, 2026-11, 2026-Q4 or 2026."""
        match self.length:
            case Length.DAY:
                return self.first.isoformat()
            case Length.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case Length.MONTH:
                return f"{self.first:%Y-%m}"
            case Length.QUARTER:
                return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
            case Length.YEAR:
                return f"{self.first.year}"


def period_of(moment: datetime, crons: tuple[str, ...]) -> Period:
    """The period that a start at this moment, on the store's clock, is for: as long as its cron line's own."""
    day = moment.date()
    length = next((length_of(cron, crons) for cron in crons if falls_on(cron, moment)), Length.DAY)
    match length:
        case Length.DAY:
            return Period(length, day, day)
        case Length.WEEK:
            monday = day - timedelta(days=day.isoweekday() - 1)
            return Period(length, monday, monday + timedelta(days=6))
        case Length.MONTH:
            return Period(length, day.replace(day=1), _last_of_month(day.year, day.month))
        case Length.QUARTER:
            month = day.month - (day.month - 1) % 3
            return Period(length, date(day.year, month, 1), _last_of_month(day.year, month + 2))
        case Length.YEAR:
            return Period(length, date(day.year, 1, 1), date(day.year, 12, 31))


def length_of(cron: str, among: tuple[str, ...]) -> Length:
    """How often a cron line comes. Four lines, one a quarter, belong together; a lone day of the year is a day."""
    minute, hour, day, month, weekday = cron.split()
    if weekday != "*":
        return Length.WEEK
    if day == "*":
        return Length.DAY
    if month == "*":
        return Length.MONTH
    alike = {
        line.split()[3]
        for line in among
        if line.split()[:3] == [minute, hour, day] and line.split()[4] == "*"
    }
    if {int(one) for one in alike if one.isdigit()} >= _QUARTERS:
        return Length.QUARTER
    return Length.YEAR if (day, month) == ("1", "1") else Length.DAY


def falls_on(cron: str, moment: datetime) -> bool:
    """Whether a cron line of plain numbers and days' names comes at this minute."""
    parts = cron.split()
    now = (moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday() % 7)
    return all(part == "*" or _number(part) % (7 if place == 4 else 60) == value
               for place, (part, value) in enumerate(zip(parts, now, strict=True)))  # fmt: skip


def _number(part: str) -> int:
    return _DAYS[part.upper()] if part.upper() in _DAYS else int(part)


def _last_of_month(year: int, month: int) -> date:
    after = date(year + month // 12, month % 12 + 1, 1)
    return after - timedelta(days=1)
