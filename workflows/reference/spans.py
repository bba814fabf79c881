"""Limits, moments and schedules in words."""

from __future__ import annotations

from datetime import timedelta

from models.policy import Clock
from workflows.labels import Language
from workflows.language.timing import At, CaseSpan, Due, Earliest, FirstKnown, Repeat, Span, Today, UsualSpan
from workflows.reference.phrases import listed, phrase


def limit_text(language: Language, due: Due | Repeat) -> str:
    """By when, or how often."""
    match due:
        case Span():
            span = _span(language, due)
            return phrase(language, "usual", span=span) if isinstance(due, UsualSpan) else span
        case CaseSpan():
            unit = "unit_days" if due.unit >= timedelta(days=1) else "unit_hours"
            return phrase(language, "as_case_says", field=due.field, unit=phrase(language, unit))
        case At():
            if not due.shift:
                return phrase(language, "moment", field=due.field)
            shift = _length(language, abs(due.shift))
            name = "before" if due.shift < timedelta() else "after"
            return phrase(language, name, span=shift, field=due.field)
        case Today():
            return phrase(language, "of_day", time=f"{due.at:%H:%M}")
        case Earliest():
            return phrase(
                language, "earliest", parts=listed(language, (limit_text(language, d) for d in due.of))
            )
        case FirstKnown():
            return phrase(language, "or_else").join(limit_text(language, part) for part in due.of)
        case Repeat():
            return _repeat(language, due)


def clock_text(language: Language, due: Due | Repeat) -> str:
    """When the clock sends an event."""
    text = limit_text(language, due)
    return phrase(language, "after_span", span=text) if isinstance(due, Span) else text


def _span(language: Language, span: Span) -> str:
    if span.days:
        text = phrase(language, "working_days" if span.clock is Clock.OFFICE else "days", n=span.days)
        return text if span.clock is not Clock.SERVICE else phrase(language, "service", span=text)
    text = _length(language, span.length)
    return text if span.clock is Clock.ALWAYS else phrase(language, str(span.clock), span=text)


def _length(language: Language, length: timedelta) -> str:
    """In days from three days on, as the documents say it; below in hours and minutes."""
    minutes = int(length.total_seconds()) // 60
    if minutes % (24 * 60) == 0 and minutes >= 3 * 24 * 60:
        return phrase(language, "days", n=minutes // (24 * 60))
    hours, rest = divmod(minutes, 60)
    parts = [phrase(language, "hours", n=hours)] if hours else []
    if rest or not hours:
        parts.append(phrase(language, "minutes", n=rest))
    return " ".join(parts)


def _repeat(language: Language, repeat: Repeat) -> str:
    text = phrase(language, "every", span=_span(language, repeat.step))
    if repeat.during is not None:
        text = phrase(language, "for_so_long", text=text, span=_span(language, repeat.during))
    if repeat.then is not None:
        text = phrase(language, "from_then", text=text, span=_span(language, repeat.then))
    return text
