"""Spans, moments and schedules as procedures write them; the engine turns them into timers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias

from models.policy import Clock, StorePolicy


@dataclass(frozen=True)
class Span:
    """How long, counted by which clock. `days` are whole days of that clock."""

    length: timedelta = timedelta()
    clock: Clock = Clock.ALWAYS
    days: int = 0

    def in_full(self, policy: StorePolicy) -> timedelta:
        return self.length + self.days * policy.length_of(self.clock)

    def __str__(self) -> str:
        text = f"P{self.days}D" if self.days else iso(self.length)
        return text if self.clock is Clock.ALWAYS else f"{text} {self.clock}"


@dataclass(frozen=True)
class UsualSpan(Span):
    """The limit of a stage of people for which no document says one; the store's own comes before it."""

    def __str__(self) -> str:
        return Span.__str__(self)


@dataclass(frozen=True)
class CaseSpan:
    """As many units as an attribute of the case says: `hours_in("ship_limit_hours")`."""

    field: str
    unit: timedelta

    def of(self, case: Any) -> Span | None:
        number = getattr(case, self.field)
        return None if number is None else Span(self.unit * int(number))

    def __str__(self) -> str:
        return f"{self.field} x {iso(self.unit)}"


@dataclass(frozen=True)
class At:
    """A moment that the case knows, perhaps shifted: `at("start") - hours(4)`. A day counts from midnight."""

    field: str
    shift: timedelta = timedelta()

    def __add__(self, span: Span) -> At:
        return replace(self, shift=self.shift + _by_any_clock(span))

    def __sub__(self, span: Span) -> At:
        return replace(self, shift=self.shift - _by_any_clock(span))

    def of(self, case: Any, policy: StorePolicy) -> datetime | None:
        value = getattr(case, self.field)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time(), policy.zone)
        return None if value is None else (value + self.shift).astimezone(UTC)

    def __str__(self) -> str:
        sign = "-" if self.shift < timedelta() else "+"
        return self.field + (f" {sign} {iso(abs(self.shift))}" if self.shift else "")


@dataclass(frozen=True)
class Today:
    """A time on the store's clock, on the day from which it counts."""

    at: time

    def of(self, since: datetime, policy: StorePolicy) -> datetime:
        day = since.astimezone(policy.zone).date()
        return datetime.combine(day, self.at, policy.zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"today {self.at:%H:%M}"


@dataclass(frozen=True)
class Earliest:
    """Whichever comes first."""

    of: tuple[Due, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.of))


@dataclass(frozen=True)
class FirstKnown:
    """The first that the case knows."""

    of: tuple[Due, ...]

    def __str__(self) -> str:
        return ", else ".join(map(str, self.of))


@dataclass(frozen=True)
class Repeat:
    """A reminder that comes again: every `step`; after `during`, every `then`."""

    step: Span
    during: Span | None = None
    then: Span | None = None

    def nth(self, n: int, since: datetime, policy: StorePolicy) -> datetime | None:
        """When the reminder comes for the n-th time (from 0); None when it comes no more."""
        step = self.step.in_full(policy)
        if self.during is None:
            return policy.add(since, step * (n + 1), self.step.clock)
        often = self.during.in_full(policy) // step
        if n < often:
            return policy.add(since, step * (n + 1), self.step.clock)
        if self.then is None:
            return None
        after = policy.add(since, step * often, self.step.clock)
        return policy.add(after, self.then.in_full(policy) * (n - often + 1), self.then.clock)

    def __str__(self) -> str:
        text = f"every {self.step}"
        if self.during is not None:
            text += f" for {self.during}"
        return text if self.then is None else f"{text}, then every {self.then}"


@dataclass(frozen=True)
class Schedule:
    """When the calendar starts a case: cron lines on the store's clock. `a | b` is both."""

    crons: tuple[str, ...]

    def __or__(self, other: Schedule) -> Schedule:
        return Schedule((*self.crons, *other.crons))

    def __str__(self) -> str:
        return "; ".join(self.crons)


Due: TypeAlias = "Span | CaseSpan | At | Today | Earliest | FirstKnown"


def falls(
    due: Due, since: datetime, case: Any, policy: StorePolicy, used: timedelta = timedelta()
) -> datetime | None:
    """When a limit that counts from `since` falls, in UTC; `used` of a span is gone already.

    None where the case doesn't know its moment yet, or a time of day had passed at `since`.
    """
    match due:
        case Span():
            return policy.add(since, max(due.in_full(policy) - used, timedelta()), due.clock)
        case CaseSpan():
            span = due.of(case)
            return None if span is None else falls(span, since, case, policy, used)
        case At():
            return due.of(case, policy)
        case Today():
            moment = due.of(since, policy)
            return moment if moment > since else None
        case Earliest():
            moments = [moment for part in due.of if (moment := falls(part, since, case, policy, used))]
            return min(moments, default=None)
        case FirstKnown():
            known = (falls(part, since, case, policy, used) for part in due.of)
            return next((moment for moment in known if moment), None)


def _by_any_clock(span: Span) -> timedelta:
    """A shift before or after a moment. ValueError where the span counts by opening hours."""
    if span.clock is not Clock.ALWAYS:
        raise ValueError(f"a moment is shifted by hours or days, not by {span}: compute it in the case")
    return span.length


def clock_of(due: Due) -> Clock:
    return due.clock if isinstance(due, Span) else Clock.ALWAYS


def iso(length: timedelta) -> str:
    """ISO 8601, in days from three days on, in hours and minutes below."""
    whole_hours, rest = divmod(int(length.total_seconds()), 3600)
    if whole_hours % 24 == 0 and not rest and whole_hours >= 72:
        return f"P{whole_hours // 24}D"
    return "PT" + ((f"{whole_hours}H" if whole_hours else "") + (f"{rest // 60}M" if rest else "") or "0M")


def minutes(n: int) -> Span:
    return Span(timedelta(minutes=n))


def hours(n: int) -> Span:
    return Span(timedelta(hours=n))


def days(n: int) -> Span:
    return Span(timedelta(days=n))


def service_hours(n: int) -> Span:
    return Span(timedelta(hours=n), Clock.SERVICE)


def office_hours(n: int) -> Span:
    return Span(timedelta(hours=n), Clock.OFFICE)


def working_days(n: int) -> Span:
    return Span(clock=Clock.OFFICE, days=n)


def hours_in(field: str) -> CaseSpan:
    return CaseSpan(field, timedelta(hours=1))


def days_in(field: str) -> CaseSpan:
    return CaseSpan(field, timedelta(days=1))


def at(field: str) -> At:
    return At(field)


def today(clock: str) -> Today:
    return Today(time.fromisoformat(clock))


def earliest(*dues: Due) -> Earliest:
    return Earliest(dues)


def first_known(*dues: Due) -> FirstKnown:
    """`first_known(at("review_by"), hours(24))`: by the moment that the case names, else within a day."""
    return FirstKnown(dues)


def repeated(step: Span, during: Span | None = None, then: Span | None = None) -> Repeat:
    return Repeat(step, during, then)


def daily(clock: str) -> Schedule:
    t = time.fromisoformat(clock)
    return Schedule((f"{t.minute} {t.hour} * * *",))


def weekly(clock: str, weekday: str) -> Schedule:
    """`weekday` as cron says it: "MON"."""
    t = time.fromisoformat(clock)
    return Schedule((f"{t.minute} {t.hour} * * {weekday}",))


def monthly(clock: str, day: int = 1) -> Schedule:
    t = time.fromisoformat(clock)
    return Schedule((f"{t.minute} {t.hour} {day} * *",))


def on_days(clock: str, *month_days: tuple[int, int]) -> Schedule:
    """Each year on these (month, day)."""
    t = time.fromisoformat(clock)
    return Schedule(tuple(f"{t.minute} {t.hour} {day} {month} *" for month, day in month_days))


def quarterly(clock: str, day: int = 1) -> Schedule:
    return on_days(clock, *((month, day) for month in (1, 4, 7, 10)))
