"""What the clock will do to a case: limits of stages, events that time sends, deadlines that span stages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from models.roles import Role
from workflows.language import limits
from workflows.language.context import StepContext
from workflows.language.deadlines import Deadline
from workflows.language.forms import LEAVE_OUT
from workflows.language.memory import Alarm, Running
from workflows.language.stages import Entry, Stage, Transitions
from workflows.language.timing import Due, Repeat, UsualSpan, clock_of, falls

_EscalationSteps = tuple[tuple[Due, frozenset[Role]], ...]


def alarms(context: StepContext) -> list[Alarm]:
    """What is still to go off, soonest first. What is due already is among them."""
    if context.finished:
        return []
    found = [*_of_stages(context), *_of_deadlines(context)]
    return sorted((a for a in found if a.key not in context.memory.fired), key=lambda a: (a.at, a.key))


def settle(context: StepContext, events: list[str], before: list[str]) -> None:
    """Bring the clocks in line with a step: stages entered and left, deadlines begun, paused, ended."""
    memory, now = context.memory, context.now
    for stage in [s for s in memory.entered if s not in context.stages]:
        del memory.entered[stage]
        memory.entered_revision.pop(stage, None)
        memory.fired = [key for key in memory.fired if not key.startswith(f"{stage}.")]
        memory.overdue = {
            key: event for key, event in memory.overdue.items() if not key.startswith(f"{stage}.")
        }
    for stage in context.stages:
        if stage not in before:
            memory.entered[stage] = now
            memory.entered_revision[stage] = memory.revision
    for deadline in context.declaration.deadlines:
        _settle_deadline(context, deadline, events)


def renamed(alarm: str, stages: dict[str, str]) -> str:
    """The key of an alarm, where its stage has another name now."""
    stage, dot, rest = alarm.partition(".")
    return f"{stages.get(stage, stage)}.{rest}" if dot else alarm


def is_answered(context: StepContext, alarm: str) -> bool:
    """Whether this is a deadline that the step has ended, or begun anew: an event that it had still to send is late."""
    happened, revision = context.memory.happened, context.memory.revision
    return any(
        name in happened and happened[name].revision == revision
        for deadline in context.declaration.deadlines
        if deadline.key == alarm
        for name in (*deadline.since.names, *deadline.until.names)
    )


def due_of(context: StepContext, stage: str) -> datetime | None:
    """By when the stage should be left, missed or not."""
    declared = context.declaration.stage(stage)
    since = context.memory.entered.get(stage)
    if declared.due is None or since is None:
        return None
    return falls(_limit(context, f"{stage}.due", declared.due), since, context.case, context.policy)


def deadline_falls(context: StepContext, deadline: Deadline) -> datetime | None:
    """When a running deadline falls; None where it doesn't run or is paused."""
    running = context.memory.running.get(deadline.key)
    if running is None or running.resumed_at is None:
        return None
    limit = _limit(context, deadline.key, deadline.limit)
    return falls(limit, running.resumed_at, context.case, context.policy, running.used)


def _limit(context: StepContext, key: str, declared: limits.T) -> limits.T:
    """The limit of this alarm: the one place where the store's own comes before the declared one."""
    return limits.set_for(context.policy, f"{context.declaration.key}.{key}", declared)


def _of_stages(context: StepContext) -> Iterator[Alarm]:
    for name in context.stages:
        stage, since = context.declaration.stage(name), context.memory.entered.get(name)
        if since is None:
            continue
        if not (isinstance(stage.due, UsualSpan) and _is_counted(context)):
            yield from _of_escalation(context, f"{name}.due", name, stage.due, stage.tell, since)
        for event, some in context.declaration.leaving(name).items():
            for transition in some:
                if transition.spec.clock is not None:
                    yield from _of_transition(context, transition.spec.clock, name, event, since)
        yield from _reminder(context, stage, since)
        if isinstance(stage, Entry) and stage.lapses is not None:
            limit: Due = _limit(context, f"{name}.{LEAVE_OUT}", stage.lapses)
            if moment := falls(limit, since, context.case, context.policy):
                yield Alarm(at=moment, key=f"{name}.{LEAVE_OUT}", of=name, event=LEAVE_OUT)


def _of_transition(
    context: StepContext, declared: Due | Repeat, stage: str, event: str, since: datetime
) -> Iterator[Alarm]:
    key = f"{stage}.{event}"
    due = _limit(context, key, declared)
    if isinstance(due, Repeat):
        sent = sum(known.startswith(f"{key}@") for known in context.memory.fired)
        moment, key = due.nth(sent, since, context.policy), f"{key}@{sent}"
    else:
        moment = falls(due, since, context.case, context.policy)
    if moment:
        yield Alarm(at=moment, key=key, of=stage, event=event)


def _is_counted(context: StepContext) -> bool:
    """Whether a deadline that spans stages counts now: then the usual limit of the stage doesn't."""
    return any(running.resumed_at is not None for running in context.memory.running.values())


def _reminder(context: StepContext, stage: Stage, since: datetime) -> Iterator[Alarm]:
    if stage.remind is None:
        return
    told = sum(key.startswith(f"{stage.id}.remind@") for key in context.memory.fired)
    remind = _limit(context, f"{stage.id}.remind", stage.remind)
    moment = remind.nth(told, since, context.policy) if told < context.policy.most_reminders else None
    if moment is not None:
        end = due_of(context, stage.id)
        fell_at = end if end is not None and end < moment else None
        yield Alarm(at=moment, key=f"{stage.id}.remind@{told}", of=stage.id, tell=stage.role, fell_at=fell_at)


def _of_deadlines(context: StepContext) -> Iterator[Alarm]:
    for deadline in context.declaration.deadlines:
        running = context.memory.running.get(deadline.key)
        if running is None or running.resumed_at is None:
            continue
        event = deadline.sends.name if deadline.sends is not None else None
        yield from _of_escalation(
            context,
            deadline.key,
            deadline.key,
            deadline.limit,
            deadline.escalation_steps,
            running.resumed_at,
            running.used,
            event,
        )


def _of_escalation(
    context: StepContext,
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
    limit = _limit(context, key, declared)
    end = falls(limit, since, context.case, context.policy, used)
    if end is None:
        return
    told = frozenset[Role]()
    for n, (when, roles) in enumerate(escalation_steps):
        step = limits.step_for(when, declared, limit, context.policy)
        if step == limit:
            told |= roles
        elif moment := falls(step, since, context.case, context.policy, used):
            fell_at = end if moment > end else None
            yield Alarm(at=moment, key=f"{key}@{n}", of=of, tell=roles, fell_at=fell_at)
    yield Alarm(at=end, key=key, of=of, event=event, tell=told, is_limit=True)


def _settle_deadline(context: StepContext, deadline: Deadline, events: list[str]) -> None:
    memory, now = context.memory, context.now
    if _sent(events, deadline.since) and not _is_waived(context, deadline):
        memory.running[deadline.key] = Running(resumed_at=now)
        memory.overdue.pop(deadline.key, None)
        memory.fired = [key for key in memory.fired if key.partition("@")[0] != deadline.key]
    running = memory.running.get(deadline.key)
    if running is None or running.ended_at is not None:
        return
    if context.finished or _sent(events, deadline.until) or _is_waived(context, deadline):
        memory.running[deadline.key] = running.model_copy(update={"resumed_at": None, "ended_at": now})
        memory.overdue.pop(deadline.key, None)
        return
    paused = any(stage in deadline.pauses for stage in context.stages)
    if paused and running.resumed_at is not None:
        counts_by = clock_of(_limit(context, deadline.key, deadline.limit))
        used = running.used + context.policy.between(running.resumed_at, now, counts_by)
        memory.running[deadline.key] = running.model_copy(update={"resumed_at": None, "used": used})
    elif not paused and running.resumed_at is None:
        memory.running[deadline.key] = running.model_copy(update={"resumed_at": now})


def _is_waived(context: StepContext, deadline: Deadline) -> bool:
    return deadline.unless is not None and context.guards.holds(deadline.unless)


def _sent(events: list[str], of: Transitions) -> bool:
    return any(name in events for name in of.names)
