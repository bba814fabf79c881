"""What operations read of a case in Temporal's UI: summaries, details and search attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributePair, TypedSearchAttributes

from workflows.language.machine import Machine
from workflows.language.memory import Alarm
from workflows.runner.messages import EffectStatus, PendingEffect, StartRequest
from workflows.runner.search_attributes import PROCEDURE, PROCEDURE_VERSION, ROLE, STAGE, STORE, SUBJECT
from workflows.runner.state import CaseState
from workflows.runner.words import sentence, words

_MOST_ALARMS = 5
SUMMARY_BYTES = 380
"""Temporal takes 400 after JSON encoding."""


def summary_of_start(start: StartRequest) -> str:
    """The line beside a case in the list of workflows."""
    return short(f"{words('procedure', start.procedure)} · {start.store} · {start.subject}")


def summary_of_alarm(procedure: str, alarm: Alarm, zone: Any) -> str:
    """The line beside a timer."""
    what = words("deadline", alarm.of, procedure)
    sends = f" → {words('action', alarm.event, procedure)}" if alarm.event else ""
    return short(f"{what}{sends}, {moment(alarm.at, zone)}")


def summary_of_effect(procedure: str, pending: PendingEffect) -> str:
    """The line beside an activity: its key, and what its outcome sends."""
    ask = pending.ask
    sends = [words("action", event, procedure) for event in (ask.then, ask.otherwise) if event]
    return short(f"{ask.key}" + (f" → {' / '.join(sends)}" if sends else ""))


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
        *map(_effect, state.pending.values()),
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
            event=alarm.event,
        )


def _effect(pending: PendingEffect) -> str:
    effect, key = words("effect", pending.ask.kind), pending.ask.key
    if pending.standing is EffectStatus.INCIDENT:
        return sentence("failed", effect=effect, key=key, error=pending.error)
    return sentence("running", effect=effect, key=key)


def moment(at: datetime, zone: Any) -> str:
    """A moment on the store's clock."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def short(text: str) -> str:
    """As much of the text as a summary may hold."""
    while len(text.encode("unicode_escape")) > SUMMARY_BYTES:
        text = text[: -max(1, len(text) // 10)]
    return text
