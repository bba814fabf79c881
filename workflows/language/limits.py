"""Limits that a store has set for itself: written as the declared ones are written, with other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from functools import lru_cache
from typing import TypeVar

from models.policy import Clock, StorePolicy
from workflows.language.declaration import Declaration
from workflows.language.forms import LEAVE_OUT
from workflows.language.stages import Entry
from workflows.language.timing import At, CaseSpan, Due, Earliest, FirstKnown, Repeat, Span, Today, UsualSpan

LONGEST = timedelta(days=3660)
"""No limit is longer: beyond it a slip of the pen is likelier."""

_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?")
_REPEAT = re.compile(r"every (.+?)(?: for (.+?))?(?:, then every (.+))?")
_COUNTS_BY = {
    Clock.ALWAYS: "all hours of the day: name no clock",
    Clock.SERVICE: "the hours of customer service",
    Clock.OFFICE: "office hours",
}

T = TypeVar("T", Due, Repeat, "Due | Repeat")


def limits_of(declared: Declaration) -> Iterator[tuple[str, Due | Repeat]]:
    """Every limit of a procedure under its key, which is its alarm's: `{stage}.due`, `{stage}.{event}` where the
    clock sends an event, `{stage}.remind`, `{deadline}`.
    """
    for stage in declared.stages.values():
        if stage.due is not None:
            yield f"{stage.id}.due", stage.due
        for event, some in declared.leaving(stage.id).items():
            for transition in some:
                if transition.spec.clock is not None:
                    yield f"{stage.id}.{event}", transition.spec.clock
        if stage.remind is not None:
            yield f"{stage.id}.remind", stage.remind
        if isinstance(stage, Entry) and stage.lapses is not None:
            yield f"{stage.id}.{LEAVE_OUT}", stage.lapses
    for deadline in declared.deadlines:
        yield deadline.key, deadline.limit


def like(declared: Due | Repeat, text: str) -> Due | Repeat:
    """The limit that `text` says. Raises ValueError where it is of another kind than the declared one."""
    match declared:
        case Span():
            return _span(declared.clock, text)
        case CaseSpan():
            return declared if text == str(declared) else _span(Clock.ALWAYS, text)
        case At():
            return _moment(declared, text)
        case Today():
            return _today(declared, text)
        case Earliest():
            return Earliest(_parts(declared.of, text, " or "))
        case FirstKnown():
            return FirstKnown(_parts(declared.of, text, ", else "))
        case Repeat():
            return _repeat(declared, text)


def set_for(policy: StorePolicy, key: str, declared: T) -> T:
    """The limit that counts: the store's own under this key, else the declared one.

    One that doesn't fit, as a newer version of the procedure declares another kind, doesn't count.
    """
    text = _text_for(policy, key, declared)
    return declared if text is None else _fitting(declared, text) or declared


def _text_for(policy: StorePolicy, key: str, declared: object) -> str | None:
    """What the store says of it: of this limit alone, or of all that are the usual one."""
    usual = policy.usual_limit if isinstance(declared, UsualSpan) else None
    return policy.limits.get(key, usual) if policy.limits else usual


def step_for(when: Due, declared: Due, limit: Due, policy: StorePolicy) -> Due:
    """A step of the escalation before the limit `declared`. Where the store has set `limit`, it keeps its share of it.

    With 18 of 24 hours and a limit of 12, it is at 9. One that isn't a length of time by the limit's clock stays.
    """
    if when == declared:
        return limit
    if not (isinstance(when, Span) and isinstance(declared, Span) and isinstance(limit, Span)):
        return when
    if limit == declared or when.clock is not limit.clock:
        return when
    at, of, now = (span.in_full(policy) // timedelta(microseconds=1) for span in (when, declared, limit))
    return Span(timedelta(microseconds=now * at // of), limit.clock)


@lru_cache(maxsize=4096)
def _fitting(declared: T, text: str) -> T | None:
    try:
        return like(declared, text)  # pyright: ignore[reportReturnType] - of the kind of the declared one
    except ValueError:
        return None


def _span(clock: Clock, text: str) -> Span:
    written, _, named = text.partition(" ")
    span = _duration(written, clock)
    if named and named != clock:
        raise ValueError(f"it counts by {_COUNTS_BY[clock]}; write {span}")
    return span


def _duration(text: str, clock: Clock = Clock.ALWAYS) -> Span:
    found = _DURATION.fullmatch(text)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    length = timedelta(hours=hours, minutes=minutes)
    if clock is Clock.ALWAYS:
        length, days = length + timedelta(days=days), 0
    if not length and not days:
        raise ValueError(f"{text!r} is no duration; write PT12H, PT90M or P3D")
    if length and days:
        raise ValueError(f"{text!r} mixes days and hours; by {_COUNTS_BY[clock]}, write one of them")
    if length + timedelta(days=days) > LONGEST:
        raise ValueError(f"{text!r} is longer than ten years")
    return Span(length, clock, days)


def _moment(declared: At, text: str) -> At:
    field, _, shift = text.partition(" ")
    sign, _, length = shift.partition(" ")
    if field != declared.field or (shift and sign not in ("+", "-")):
        name = declared.field
        raise ValueError(f"it counts from the case's {name}; write {name}, {name} - PT24H or {name} + PT24H")
    if not shift:
        return At(field)
    span = _duration(length)
    return At(field) + span if sign == "+" else At(field) - span


def _today(declared: Today, text: str) -> Today:
    word, _, clock = text.partition(" ")
    try:
        if word == "today" and re.fullmatch(r"\d\d:\d\d", clock):
            return Today(time.fromisoformat(clock))
    except ValueError:
        pass
    raise ValueError(f"it is a time of day; write it as {declared}")


def _parts(declared: tuple[Due, ...], text: str, word: str) -> tuple[Due, ...]:
    parts = text.split(word)
    if len(parts) != len(declared):
        raise ValueError(f"it has {len(declared)} parts; write {word.join(map(str, declared))}")
    return tuple(_part(due, part) for due, part in zip(declared, parts, strict=True))


def _part(declared: Due, text: str) -> Due:
    part = like(declared, text)
    assert not isinstance(part, Repeat)
    return part


def _repeat(declared: Repeat, text: str) -> Repeat:
    found = _REPEAT.fullmatch(text)
    shape = (declared.step, declared.during, declared.then)
    if found is None or [part is None for part in found.groups()] != [span is None for span in shape]:
        raise ValueError(f"it comes again and again; write it as {declared}")
    step, during, then = (
        _span(span.clock, part) if span is not None and part is not None else None
        for span, part in zip(shape, found.groups(), strict=True)
    )
    assert step is not None
    return Repeat(step, during, then)
