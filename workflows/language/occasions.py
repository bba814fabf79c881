"""What a start by the calendar is for: a stretch of days, as long as the cron line's own, and who works then."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from models.roles import Role
from models.values import DateRange

_DAYS = {
    name: number for number, name in enumerate(("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), start=1)
}
_LONGEST_WAIT = 4 * 366
"""Days: the 29th of February comes once within them."""


class Length(StrEnum):
    """How long a stretch is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True)
class Colleague:
    """Somebody whom the store's settings list."""

    name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Occasion:
    """What a start by the calendar is for. Both ends of the stretch belong to it."""

    length: Length
    first: date
    last: date
    people: tuple[Colleague, ...] = ()
    """Who works in the store; empty where the settings list nobody."""
    suppliers: tuple[str, ...] = ()
    """Who may be bought from; empty where the books know nobody."""

    @property
    def label(self) -> str:
        """2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026-H2 or 2026."""
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
            case Length.HALF:
                return f"{self.first.year}-H{(self.first.month + 5) // 6}"
            case Length.YEAR:
                return f"{self.first.year}"

    @property
    def days(self) -> DateRange:
        """The stretch, as forms say it."""
        return DateRange(first=self.first, last=self.last)

    @property
    def before(self) -> Occasion:
        """The stretch before this one: what a report is about."""
        return self._at(self.first - timedelta(days=1), self.length)

    @property
    def month_before(self) -> Occasion:
        """The month before the one in which this stretch begins."""
        return self._at(self.first.replace(day=1) - timedelta(days=1), Length.MONTH)

    @property
    def after(self) -> Occasion:
        """The stretch after this one: what a plan is for."""
        return self._at(self.last + timedelta(days=1), self.length)

    def _at(self, day: date, length: Length) -> Occasion:
        first, last = _stretch(day, length)
        return replace(self, length=length, first=first, last=last)

    def named(self, *roles: Role) -> tuple[str, ...]:
        """The people who have one of these roles; without roles, all of them."""
        return tuple(one.name for one in self.people if not roles or one.roles.intersection(roles))


def occasion_of(moment: datetime, crons: tuple[str, ...]) -> Occasion:
    """What a start at this moment, on the store's clock, is for: as long as its cron line's own stretch."""
    length = next((length_of(cron, crons) for cron in crons if falls_on(cron, moment)), Length.DAY)
    return Occasion(length, *_stretch(moment.date(), length))


_LABEL = re.compile(
    r"(?P<year>\d{4})(?:-(?:W(?P<week>\d\d)|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?"
)


def occasion_called(label: str) -> Occasion | None:
    """The stretch that has this label; None where none has."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return None
    year, week, quarter, half, month, day = (int(part or 0) for part in found.groups())
    try:
        if week:
            return Occasion(Length.WEEK, *_stretch(date.fromisocalendar(year, week, 1), Length.WEEK))
        first = date(year, month or 3 * (quarter or 1) - 2 + 6 * ((half or 1) - 1), day or 1)
    except ValueError:
        return None
    kinds = ((day, Length.DAY), (month, Length.MONTH), (quarter, Length.QUARTER), (half, Length.HALF))
    length = next((length for given, length in kinds if given), Length.YEAR)
    return Occasion(length, *_stretch(first, length))


_MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.HALF: 6, Length.YEAR: 12}


def _stretch(day: date, length: Length) -> tuple[date, date]:
    """The first and the last day of the stretch of this length in which a day lies."""
    match length:
        case Length.DAY:
            return day, day
        case Length.WEEK:
            monday = day - timedelta(days=day.isoweekday() - 1)
            return monday, monday + timedelta(days=6)
        case _:
            many = _MONTHS[length]
            first = day.replace(month=day.month - (day.month - 1) % many, day=1)
            months = first.year * 12 + first.month - 1 + many
            return first, date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def length_of(cron: str, among: tuple[str, ...]) -> Length:
    """How often a cron line comes. Four lines, one a quarter, belong together, and two, one a half-year; a lone day
    of the year is a day, but for its first.
    """
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
    months = {int(one) for one in alike if one.isdigit()}
    for months_apart, length in ((3, Length.QUARTER), (6, Length.HALF)):
        if months and months == set(range(min(months), 13, months_apart)) and min(months) <= months_apart:
            return length
    return Length.YEAR if (day, month) == ("1", "1") else Length.DAY


def falls_on(cron: str, moment: datetime) -> bool:
    """Whether a cron line of plain numbers and days' names comes at this minute."""
    parts = cron.split()
    skipped = _skipped(cron, moment)
    moment = moment.replace(hour=skipped.hour, minute=skipped.minute) if skipped is not None else moment
    now = (moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday() % 7)
    return all(part == "*" or _number(part) % (7 if place == 4 else 60) == value
               for place, (part, value) in enumerate(zip(parts, now, strict=True)))  # fmt: skip


def _skipped(cron: str, moment: datetime) -> datetime | None:
    """The time of day that this cron line names, where that day's clock goes forward over it and this moment is when it
    comes instead: as long after the change as it would have been.
    """
    minute, hour = cron.split()[:2]
    if not (minute.isdigit() and hour.isdigit()) or moment.tzinfo is None:
        return None
    named = moment.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0, fold=0)
    comes = named.astimezone(UTC).astimezone(moment.tzinfo)
    there = moment.replace(second=0, microsecond=0, tzinfo=None)
    return named if comes.replace(tzinfo=None) == there != named.replace(tzinfo=None) else None


def made_up_for(cron: str, since: datetime, *, years: int) -> tuple[str, ...]:
    """Cron lines, with their year, for the days of the next years on which the clock goes forward over the time that
    this one names.
    """
    minute, hour = cron.split()[:2]
    lines: list[str] = []
    if not (minute.isdigit() and hour.isdigit()):
        return ()
    for days in range(years * 366):
        named = (since + timedelta(days=days)).replace(hour=int(hour), minute=int(minute), second=0, fold=0)
        comes = named.astimezone(UTC).astimezone(since.tzinfo)
        if comes.hour != named.hour and falls_on(cron, comes):
            lines.append(f"{comes.minute} {comes.hour} {comes.day} {comes.month} * {comes.year}")
    return tuple(lines)


def first_after(cron: str, moment: datetime) -> datetime | None:
    """The first minute after this one at which a cron line comes, on the moment's own clock; None where none does."""
    minute, hour = (int(part) for part in cron.split()[:2])
    at = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
    for days in range(_LONGEST_WAIT + 1):
        day = at + timedelta(days=days)
        if day > moment and falls_on(cron, day):
            return day
    return None


def _number(part: str) -> int:
    return _DAYS[part.upper()] if part.upper() in _DAYS else int(part)
