"""What operations read of a case in Temporal's UI: summaries, details and search attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from temporalio.common import SearchAttributePair, TypedSearchAttributes

from models.effect import Effect, Undo
from models.values import DateRange
from workflows.labels import Context
from workflows.language.machine import Machine
from workflows.language.memory import Alarm
from workflows.runner.messages import EffectStatus, PendingEffect, StartRequest
from workflows.runner.search_attributes import PROCEDURE, PROCEDURE_VERSION, ROLE, STAGE, STORE, SUBJECT
from workflows.runner.state import CaseState
from workflows.runner.words import is_english, sentence, words

_MOST_ALARMS = 5
_WORDS: dict[str, Context] = {"procedure": "procedure", "role": "role", "event": "action", "stage": "stage"}
"""The fields of effects that hold a key which has a label of its own."""
_LONGEST_NAME = 120
SUMMARY_BYTES = 380
"""Temporal takes 400 after JSON encoding."""


def summary_of_start(start: StartRequest) -> str:
    """The line beside a case in the list of workflows."""
    return short(f"{words('procedure', start.procedure)} · {start.store} · {start.subject}")


def summary_of_timer(procedure: str, first: Alarm, zone: Any) -> str:
    """The line beside the timer: when it looks at the limits, and the one for which it was set."""
    what = words("deadline", first.of, procedure)
    if first.event:
        what += f" → {words('action', first.event, procedure)}"
    return short(sentence("timer", at=moment(first.at, zone), what=what))


def summary_of_effect(start: StartRequest, pending: PendingEffect) -> str:
    """The line beside an activity, of which the UI shows the effect's kind: what it is about, and its key."""
    ask = pending.ask
    about = subject_of(start, ask.effect)
    kind = "" if is_english() else f"{words('effect', ask.kind)} "  # in English the kind says the same
    return short(f"{kind}{about} ({ask.key})".strip())


def name_of_batch(asked: Sequence[PendingEffect]) -> str:
    """The name of the activity that performs them: their kinds."""
    kinds = [pending.ask.kind for pending in asked]
    named = " + ".join(kinds)
    return named if len(named) <= _LONGEST_NAME else f"{kinds[0]} + {len(kinds) - 1}"


def summary_of_batch(start: StartRequest, asked: Sequence[PendingEffect]) -> str:
    """The line beside an activity that performs several: each as `summary_of_effect` tells it."""
    return short(" · ".join(summary_of_effect(start, pending) for pending in asked))


def subject_of(start: StartRequest, effect: Effect) -> str:
    """What an effect is about: the values of the fields that its contract shows."""
    if isinstance(effect, Undo):
        return sentence("undo", of=effect.of)
    procedure = str(getattr(effect, "procedure", start.procedure))
    values = ((name, getattr(effect, name)) for name in effect.shown_fields())
    shown = (_shown(name, value, procedure, start) for name, value in values if value is not None)
    return " · ".join(filter(None, shown))


def _shown(name: str, value: Any, procedure: str, start: StartRequest) -> str:
    match value:
        case datetime():
            return moment(value, start.policy.zone)
        case list() | tuple() | dict():
            count = len(value)  # pyright: ignore[reportUnknownArgumentType] - of whatever
            if count == 0:  # where a list may be empty, that means all, or nothing in particular
                return ""
            return sentence("one" if count == 1 else "several", count=count)
        case DateRange():
            return f"{value.first} – {value.last}"
        case str() if name in _WORDS:
            return words(_WORDS[name], value, procedure)
        case str() if isinstance(value, StrEnum):
            return words("choice", value)
        case _:
            return str(value)


def attributes_at_start(
    start: StartRequest, stages: Iterable[str] = (), roles: Iterable[str] = ()
) -> TypedSearchAttributes:
    """What a case can be found by from its first moment on."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(PROCEDURE, start.procedure),
            SearchAttributePair(PROCEDURE_VERSION, start.version),
            SearchAttributePair(STORE, start.store),
            SearchAttributePair(SUBJECT, start.subject),
            SearchAttributePair(STAGE, list(stages)),
            SearchAttributePair(ROLE, list(roles)),
        ]
    )


def roles_of(machine: Machine) -> tuple[str, ...]:
    """The roles that the case waits for."""
    return tuple(sorted({role for stage in machine.stages for role in machine.declaration.stage(stage).role}))


def details(state: CaseState, machine: Machine) -> str:
    """Where the case stands and why it waits, in Markdown."""
    key, memory = state.start.procedure, state.position.memory
    lines = [
        *_stages(machine, key),
        *_limits(state),
        *(
            sentence("missed", what=words("deadline", of, key), at=moment(at, state.start.policy.zone))
            for of, at in memory.missed.items()
        ),
        *(_effect(state.start, pending) for pending in state.pending.values()),
    ]
    if memory.parent is not None:
        link = words("link", memory.parent.link)
        lines.append(sentence("parent", case=memory.parent.case, link=link))
    lines += [sentence("child", case=child) for child in memory.children]
    end = sentence("revision", revision=state.revision, version=state.start.version)
    title = f"## {words('procedure', key)} {state.start.subject}"
    return "\n".join([title, *(f"- {line}" for line in lines), "", end])


def _stages(machine: Machine, key: str) -> Iterator[str]:
    for stage in machine.stages:
        since = machine.memory.entered.get(stage, machine.context.now)
        at = moment(since, machine.context.policy.zone)
        roles = " / ".join(words("role", role) for role in sorted(machine.declaration.stage(stage).role))
        yield sentence("stage", stage=words("stage", stage, key), key=stage, since=at) + (
            sentence("waits", roles=roles) if roles else ""
        )


def _limits(state: CaseState) -> Iterator[str]:
    for alarm in state.alarms[:_MOST_ALARMS]:
        yield sentence(
            "sends" if alarm.event else "alarm",
            at=moment(alarm.at, state.start.policy.zone),
            what=words("deadline", alarm.of, state.start.procedure),
            event=words("action", alarm.event, state.start.procedure) if alarm.event else "",
        )


def _effect(start: StartRequest, pending: PendingEffect) -> str:
    ask = pending.ask
    effect = f"{words('effect', ask.kind)} {subject_of(start, ask.effect)}".strip()
    if pending.standing is EffectStatus.INCIDENT:
        return sentence("failed", effect=effect, key=ask.key, error=pending.error)
    if events := [words("action", event, start.procedure) for event in (ask.then, ask.otherwise) if event]:
        return sentence("sending", effect=effect, key=ask.key, events=" / ".join(events))
    return sentence("running", effect=effect, key=ask.key)


def moment(at: datetime, zone: Any) -> str:
    """A moment on the store's clock."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def short(text: str) -> str:
    """As much of the text as a summary may hold."""
    while len(text.encode("unicode_escape")) > SUMMARY_BYTES:
        text = text[: -max(1, len(text) // 10)]
    return text
