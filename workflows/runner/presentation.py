"""What operations read of a case in Temporal's UI: summaries, details and search attributes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributePair, TypedSearchAttributes

from models.messages import Pending, Standing, Start
from stack.search_attributes import PROCEDURE, PROCEDURE_VERSION, ROLE, STAGE, STORE, SUBJECT
from workflows.language.machine import Procedure
from workflows.language.memory import Alarm
from workflows.runner.state import CaseState
from workflows.runner.words import words

SUMMARY_BYTES = 380
"""Temporal takes 400 after JSON encoding."""


def summary_of_start(start: Start) -> str:
    """The line beside a case in the list of workflows."""
    return short(f"{words(start.procedure, start.procedure)} · {start.store} · {start.subject}")


def summary_of_alarm(procedure: str, alarm: Alarm, zone: Any) -> str:
    """The line beside a timer."""
    what = words(procedure, alarm.of)
    sends = f" → {words(procedure, alarm.event)}" if alarm.event else ""
    return short(f"{what}{sends}, {moment(alarm.at, zone)}")


def summary_of_effect(procedure: str, pending: Pending) -> str:
    """The line beside an activity: its key, and what its outcome sends."""
    ask = pending.ask
    sends = [words(procedure, event) for event in (ask.then, ask.otherwise) if event]
    return short(f"{ask.key}" + (f" → {' / '.join(sends)}" if sends else ""))


def attributes_at_start(
    start: Start, stages: Iterable[str] = (), roles: Iterable[str] = ()
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


def roles_of(machine: Procedure) -> tuple[str, ...]:
    """The roles that the case waits for."""
    return tuple(sorted({role for stage in machine.stages for role in machine.stage_named(stage).role}))


def details(state: CaseState, machine: Procedure) -> str:
    """Where the case stands and why it waits, in Markdown."""
    start, memory = state.start, state.position.memory
    zone = start.policy.zone
    lines = [f"## {words(start.procedure, start.procedure)} {start.subject}"]
    for stage in machine.stages:
        since = memory.entered.get(stage)
        roles = " / ".join(words("", role) for role in sorted(machine.stage_named(stage).role))
        waits = f", waits for **{roles}**" if roles else ""
        entered = f" since {moment(since, zone)}" if since else ""
        lines.append(f"- **{words(start.procedure, stage)}** `{stage}`{entered}{waits}")
    for alarm in state.alarms[:5]:
        sends = f" → `{alarm.event}`" if alarm.event else ""
        lines.append(f"- by {moment(alarm.at, zone)}: {words(start.procedure, alarm.of)}{sends}")
    lines += [
        f"- missed: {words(start.procedure, of)}, {moment(at, zone)}" for of, at in memory.missed.items()
    ]
    for pending in state.pending.values():
        if pending.standing is Standing.INCIDENT:
            lines.append(f"- ⚠ **{pending.ask.kind}** `{pending.ask.key}` failed: {pending.error}")
        else:
            lines.append(f"- under way: {pending.ask.kind} `{pending.ask.key}`")
    if memory.parent is not None:
        lines.append(f"- started by `{memory.parent.case}` as {memory.parent.link}")
    lines += [f"- waits for the case `{child}`" for child in memory.children]
    lines.append(f"\nRevision {state.revision}, version {start.version}.")
    return "\n".join(lines)


def moment(at: datetime, zone: Any) -> str:
    """A moment on the store's clock."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def short(text: str) -> str:
    """As much of the text as a summary may hold."""
    while len(text.encode("unicode_escape")) > SUMMARY_BYTES:
        text = text[: -max(1, len(text) // 10)]
    return text
