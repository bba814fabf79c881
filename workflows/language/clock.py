"""What the clock will do to a case: limits of stages, events that time sends, deadlines that span stages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models.roles import Role
from workflows.language import limits
from workflows.language.forms import LEAVE_OUT
from workflows.language.memory import Alarm, Running
from workflows.language.stages import Deadline, Entry, Stage, Transitions
from workflows.language.timing import Due, Repeat, clock_of, falls

if TYPE_CHECKING:
    from workflows.language.machine import Procedure

_EscalationSteps = tuple[tuple[Due, frozenset[Role]], ...]


def alarms(machine: Procedure) -> list[Alarm]:
    """What is still to go off, soonest first. What is due already is among them."""
    if machine.finished:
        return []
    found = [*_of_stages(machine), *_of_deadlines(machine)]
    return sorted((a for a in found if a.key not in machine.memory.fired), key=lambda a: (a.at, a.key))


def settle(machine: Procedure, events: list[str], before: list[str]) -> None:
    """Bring the clocks in line with a step: stages entered and left, deadlines begun, paused, ended."""
    memory, now = machine.memory, machine.now
    for stage in [s for s in memory.entered if s not in machine.stages]:
        del memory.entered[stage]
        memory.entered_revision.pop(stage, None)
        memory.fired = [key for key in memory.fired if not key.startswith(f"{stage}.")]
        memory.overdue = {
            key: event for key, event in memory.overdue.items() if not key.startswith(f"{stage}.")
        }
    for stage in machine.stages:
        if stage not in before:
            memory.entered[stage] = now
            memory.entered_revision[stage] = memory.revision
    for deadline in type(machine).deadlines:
        _settle_deadline(machine, deadline, events)


def renamed(alarm: str, stages: dict[str, str]) -> str:
    """The key of an alarm, where its stage has another name now."""
    stage, dot, rest = alarm.partition(".")
    return f"{stages.get(stage, stage)}.{rest}" if dot else alarm


def is_answered(machine: Procedure, alarm: str) -> bool:
    """Whether this is a deadline that the step has ended, or begun anew: an event that it had still to send is late."""
    happened, revision = machine.memory.happened, machine.memory.revision
    return any(
        name in happened and happened[name].revision == revision
        for deadline in type(machine).deadlines
        if deadline.key == alarm
        for name in (*deadline.since.names, *deadline.until.names)
    )


def due_of(machine: Procedure, stage: str) -> datetime | None:
    """By when the stage should be left, missed or not."""
    declared = machine.stage_named(stage)
    since = machine.memory.entered.get(stage)
    if declared.due is None or since is None:
        return None
    return falls(_limit(machine, f"{stage}.due", declared.due), since, machine.case, machine.policy)


def deadline_falls(machine: Procedure, deadline: Deadline) -> datetime | None:
    """When a running deadline falls; None where it doesn't run or is paused."""
    running = machine.memory.running.get(deadline.key)
    if running is None or running.resumed_at is None:
        return None
    limit = _limit(machine, deadline.key, deadline.limit)
    return falls(limit, running.resumed_at, machine.case, machine.policy, running.used)


def _limit(machine: Procedure, key: str, declared: limits.T) -> limits.T:
    """The limit of this alarm: the one place where the store's own comes before the declared one."""
    return limits.set_for(machine.policy, f"{machine.key}.{key}", declared)


def _of_stages(machine: Procedure) -> Iterator[Alarm]:
    for name in machine.stages:
        stage, since = machine.stage_named(name), machine.memory.entered.get(name)
        if since is None:
            continue
        yield from _of_ladder(machine, f"{name}.due", name, stage.due, stage.tell, since)
        for event, moves in type(machine).rows.items():
            for move in moves:
                if move.source.id == name and move.row.clock is not None:
                    yield from _of_move(machine, move.row.clock, name, event, since)
        yield from _reminder(machine, stage, since)
        if isinstance(stage, Entry) and stage.lapses is not None:
            limit: Due = _limit(machine, f"{name}.{LEAVE_OUT}", stage.lapses)
            if moment := falls(limit, since, machine.case, machine.policy):
                yield Alarm(at=moment, key=f"{name}.{LEAVE_OUT}", of=name, event=LEAVE_OUT)


def _of_move(
    machine: Procedure, declared: Due | Repeat, stage: str, event: str, since: datetime
) -> Iterator[Alarm]:
    key = f"{stage}.{event}"
    due = _limit(machine, key, declared)
    if isinstance(due, Repeat):
        sent = sum(known.startswith(f"{key}@") for known in machine.memory.fired)
        moment, key = due.nth(sent, since, machine.policy), f"{key}@{sent}"
    else:
        moment = falls(due, since, machine.case, machine.policy)
    if moment:
        yield Alarm(at=moment, key=key, of=stage, event=event)


def _reminder(machine: Procedure, stage: Stage, since: datetime) -> Iterator[Alarm]:
    if stage.remind is None:
        return
    told = sum(key.startswith(f"{stage.id}.remind@") for key in machine.memory.fired)
    remind = _limit(machine, f"{stage.id}.remind", stage.remind)
    if moment := remind.nth(told, since, machine.policy):
        yield Alarm(at=moment, key=f"{stage.id}.remind@{told}", of=stage.id, tell=stage.role)


def _of_deadlines(machine: Procedure) -> Iterator[Alarm]:
    for deadline in type(machine).deadlines:
        running = machine.memory.running.get(deadline.key)
        if running is None or running.resumed_at is None:
            continue
        event = deadline.sends.name if deadline.sends is not None else None
        yield from _of_ladder(
            machine,
            deadline.key,
            deadline.key,
            deadline.limit,
            deadline.escalation_steps,
            running.resumed_at,
            running.used,
            event,
        )


def _of_ladder(
    machine: Procedure,
    key: str,
    of: str,
    declared: Due | None,
    escalation_steps: _EscalationSteps,
    since: datetime,
    used: timedelta = timedelta(),
    event: str | None = None,
) -> Iterator[Alarm]:
    if declared is None:
        return
    limit = _limit(machine, key, declared)
    end = falls(limit, since, machine.case, machine.policy, used)
    if end is None:
        return
    heard = frozenset[Role]()
    for n, (when, roles) in enumerate(escalation_steps):
        rung = limits.rung_for(when, declared, limit, machine.policy)
        if rung == limit:
            heard |= roles
        elif moment := falls(rung, since, machine.case, machine.policy, used):
            yield Alarm(at=moment, key=f"{key}@{n}", of=of, tell=roles)
    yield Alarm(at=end, key=key, of=of, event=event, tell=heard, is_limit=True)


def _settle_deadline(machine: Procedure, deadline: Deadline, events: list[str]) -> None:
    memory, now = machine.memory, machine.now
    if _sent(events, deadline.since) and not machine.holds(deadline.unless):
        memory.running[deadline.key] = Running(resumed_at=now)
        memory.overdue.pop(deadline.key, None)
        memory.fired = [key for key in memory.fired if key.partition("@")[0] != deadline.key]
    running = memory.running.get(deadline.key)
    if running is None or running.ended_at is not None:
        return
    if machine.finished or _sent(events, deadline.until) or machine.holds(deadline.unless):
        memory.running[deadline.key] = running.model_copy(update={"resumed_at": None, "ended_at": now})
        memory.overdue.pop(deadline.key, None)
        return
    paused = any(stage in deadline.pauses for stage in machine.stages)
    if paused and running.resumed_at is not None:
        counts_by = clock_of(_limit(machine, deadline.key, deadline.limit))
        used = running.used + machine.policy.between(running.resumed_at, now, counts_by)
        memory.running[deadline.key] = running.model_copy(update={"resumed_at": None, "used": used})
    elif not paused and running.resumed_at is None:
        memory.running[deadline.key] = running.model_copy(update={"resumed_at": now})


def _sent(events: list[str], moves: Transitions) -> bool:
    return any(name in events for name in moves.names)
