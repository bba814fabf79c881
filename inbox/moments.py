"""Moments and lengths of time as people read them, on the store's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from babel import Locale
from babel.dates import format_date

from api.labels import Language
from inbox.words import say
from models.policy import Clock, StorePolicy
from workflows.language.timing import Span
from workflows.registry import UnknownProcedure, registry

LOCALES = {"zh": Locale.parse("zh_CN"), "en": Locale.parse("en_GB")}
_NEVER = "0-0"
SOON, NEAR = timedelta(hours=1), timedelta(hours=2)
_PAGES_STAY = timedelta(days=2)
"""For so long a page that isn't loaded again goes on counting in the store's hours."""


@dataclass(frozen=True)
class Due:
    """A limit, as a badge shows it. A page counts on by itself from what is left `now`, while the store is open."""

    at: datetime
    tone: str
    """`late`, `soon` (an hour), `near` (two), `today`, `later`."""
    text: str
    title: str
    now: datetime
    left: timedelta
    """On the limit's clock; negative where it has passed."""
    spans: str
    """The open hours that come now, `from-to,from-to` in seconds since 1970; empty where it counts always."""
    is_closed: bool
    """Whether the store is closed now, so that it stands still."""


@dataclass(frozen=True)
class Hours:
    """The store's open hours from now on, worked out once for all badges of a page."""

    policy: StorePolicy
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _found: dict[Clock, tuple[str, bool]] = field(default_factory=dict[Clock, "tuple[str, bool]"])

    def of(self, clock: Clock) -> tuple[str, bool]:
        """Those of a clock as a page counts by them, and whether it is open now."""
        if clock is Clock.ALWAYS:
            return "", True
        if clock not in self._found:
            spans = list(self.policy.open_between(self.now, self.now + _PAGES_STAY, clock))
            self._found[clock] = _written(spans) or _NEVER, bool(spans) and spans[0][0] <= self.now
        return self._found[clock]


def moment(text: str | datetime) -> datetime:
    """A document's moment."""
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


def due(
    at: str | datetime | None,
    clock: Clock,
    policy: StorePolicy,
    language: Language,
    now: datetime | None = None,
    hours_from: Hours | None = None,
) -> Due | None:
    """The badge of a limit, as it is `now`, or when the open hours were worked out. None where there is none."""
    if at is None:
        return None
    opens = hours_from or (Hours(policy, now) if now is not None else Hours(policy))
    limit, now = moment(at), opens.now
    is_late = limit <= now
    left = policy.between(limit, now, clock) if is_late else policy.between(now, limit, clock)
    spans, is_open = opens.of(clock)
    if is_late:
        tone = "late"
    elif left <= SOON:
        tone = "soon"
    elif left <= NEAR:
        tone = "near"
    else:
        tone = "today" if policy.day_of(limit) == policy.day_of(now) else "later"
    hours = {Clock.SERVICE: policy.service, Clock.OFFICE: policy.office}.get(clock)
    counts = ""
    if hours is not None:
        counts = " · " + say(
            language, "counts {opens}–{closes}", opens=f"{hours.opens:%H:%M}", closes=f"{hours.closes:%H:%M}"
        )
    return Due(
        at=limit,
        tone=tone,
        text=("−" if is_late else "") + length(left, language),
        title=f"{say(language, 'Due')} {when(limit, policy, language, now)}{counts}",
        now=now,
        left=-left if is_late else left,
        spans=spans,
        is_closed=not is_late and not is_open,
    )


def _written(spans: list[tuple[datetime, datetime]]) -> str:
    return ",".join(f"{first.timestamp():.0f}-{last.timestamp():.0f}" for first, last in spans)


@cache
def clock_of_stage(procedure: str, version: int | None, stage: str) -> Clock:
    """By which clock a stage's limit counts."""
    declared = _declaration(procedure, version)
    found = declared.stages.get(stage) if declared is not None else None
    limit = found.due if found is not None else None
    return limit.clock if isinstance(limit, Span) else Clock.ALWAYS


@cache
def clock_of_deadline(procedure: str, version: int | None, key: str) -> Clock:
    """By which clock a deadline counts."""
    declared = _declaration(procedure, version)
    for deadline in declared.deadlines if declared is not None else ():
        if deadline.key == key and isinstance(deadline.limit, Span):
            return deadline.limit.clock
    return Clock.ALWAYS


def _declaration(procedure: str, version: int | None) -> Any:
    try:
        return registry().get(procedure, version).declaration
    except UnknownProcedure:
        return None


def length(span: timedelta, language: Language) -> str:
    """Two units at most: `2 h 05 m`, `3 d`."""
    minutes = int(span.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if language == "zh":
        parts = [(days, "天"), (hours, "小时"), (rest if not days else 0, "分")]
    else:
        parts = [(days, "d"), (hours, "h"), (rest if not days else 0, "m")]
    if days >= 3:
        parts = parts[:1]
    text = " ".join(f"{number} {unit}" for number, unit in parts if number)
    return text or say(language, "under 1 m")


def age(since: str | datetime, language: Language, now: datetime | None = None) -> str:
    """How long ago: `now`, `12 m`, `3 h`, `2 d`."""
    minutes = int(((now or datetime.now(UTC)) - moment(since)).total_seconds() // 60)
    if minutes < 1:
        return say(language, "now")
    units = ("分", "小时", "天") if language == "zh" else ("m", "h", "d")
    if minutes < 60:
        return f"{minutes} {units[0]}"
    return f"{minutes // 60} {units[1]}" if minutes < 1440 else f"{minutes // 1440} {units[2]}"


def when(at: str | datetime, policy: StorePolicy, language: Language, now: datetime | None = None) -> str:
    """A moment: `today 14:30`, `tomorrow 09:00`, `3 Dec 09:00`."""
    local = moment(at).astimezone(policy.zone)
    days = (local.date() - policy.day_of(now or datetime.now(UTC))).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    return f"{say(language, near) if near else day(local.date(), policy, language)} {local:%H:%M}"


def day(value: date, policy: StorePolicy, language: Language) -> str:
    """A date: `3 Dec`, with its year where that isn't this one."""
    this_year = value.year == policy.day_of(datetime.now(UTC)).year
    patterns = {"zh": ("M月d日", "y年M月d日"), "en": ("d MMM", "d MMM y")}
    return format_date(value, patterns[language][not this_year], locale=LOCALES[language])


def next_opening(policy: StorePolicy, now: datetime | None = None) -> datetime:
    """When customer service opens next."""
    local = (now or datetime.now(UTC)).astimezone(policy.zone)
    opens = datetime.combine(local.date(), policy.service.opens, policy.zone)
    return opens if opens > local else opens + timedelta(days=1)


def next_monday(policy: StorePolicy, now: datetime | None = None) -> datetime:
    """When the office opens next Monday."""
    local = (now or datetime.now(UTC)).astimezone(policy.zone)
    monday = local.date() + timedelta(days=7 - local.weekday())
    return datetime.combine(monday, time(policy.office.opens.hour, policy.office.opens.minute), policy.zone)
