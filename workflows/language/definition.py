"""A procedure as others read it: the API, the diagrams, the reference. Read off its declaration."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from models.roles import Role
from workflows.language.deadlines import Deadline
from workflows.language.declaration import Declaration
from workflows.language.links import Link
from workflows.language.stages import Entry, Stage, Transition


def definition(declared: Declaration) -> dict[str, Any]:
    """All of a declaration but its labels and the schemas of its forms. Its keys are the catalogue's."""
    everything = declared.all_transitions
    return {
        "key": declared.key,
        "version": declared.version,
        "summary": declared.summary,
        "starts": [_start(event, one) for event, one in everything if one.is_start],
        **({"entry": _stage(declared.entry)} if declared.entry.role else {}),
        "stages": [_stage(stage) for stage in declared.stages.values() if not isinstance(stage, Entry)],
        "transitions": [_transition(declared, event, one) for event, one in everything if not one.is_start],
        "deadlines": [_deadline(deadline) for deadline in declared.deadlines],
        "effects": [
            {
                "when": list(effect.when),
                "do": effect.what,
                "effect": effect.effect,
                "then": effect.then,
                "otherwise": effect.otherwise,
            }
            for effect in declared.effects
        ],
        "links": [_link(link) for link in declared.links],
        "numbers": declared.numbers or None,
        "readers": sorted(declared.seen_by),
        "parties": {kind.value: list(names) for kind, names in declared.parties.items()},
        "papers": [paper.value for paper in declared.papers],
        "kpis": [
            {"kind": kpi.kind, "of": list(kpi.of.names), "to": list(kpi.to.names) if kpi.to else []}
            for kpi in declared.kpis
        ],
    }


def guard_text(
    declared: Declaration, transition: Transition, translate: Callable[[str], str] = str
) -> str | None:
    """The guards of a transition, each in the words of its docstring. `translate` is given those sentences, and the
    words and, or, not.
    """

    def worded(match: re.Match[str]) -> str:
        name = match[0]
        return translate(name if name in ("and", "or", "not") else declared.reason(name))

    expressions = (re.sub(r"\w+", worded, expression) for expression in transition.guard_expressions)
    return f" {translate('and')} ".join(expressions) or None


def _start(event: str, transition: Transition) -> dict[str, Any]:
    start: dict[str, Any] = {
        "event": event,
        "to": transition.goes_to,
        "who": sorted(transition.who),
        "on": [trigger.topic for trigger in transition.spec.on],
    }
    if transition.spec.every is not None:
        start["schedule"] = list(transition.spec.every.crons)
    return start


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "key": stage.id,
        "roles": sorted(stage.role),
        "final": stage.final,
        "due": str(stage.due) if stage.due else None,
        "tell": {str(when): sorted(roles) for when, roles in stage.tell},
        "remind": str(stage.remind) if stage.remind else None,
        "undo": stage.undo,
    }


def _who(declared: Declaration, event: str, transition: Transition) -> frozenset[Role]:
    """Who sends it; the clock too, where a deadline does."""
    by_deadline = any(d.sends is not None and event in d.sends.names for d in declared.deadlines)
    return transition.who | {Role.TIMER} if by_deadline else transition.who


def _transition(declared: Declaration, event: str, transition: Transition) -> dict[str, Any]:
    spec = transition.spec
    return {
        "event": event,
        "from": transition.source.id,
        "to": transition.goes_to,
        "who": sorted(_who(declared, event, transition)),
        "heard_by": sorted(spec.heard_by),
        "guard": guard_text(declared, transition),
        "on": [trigger.topic for trigger in spec.on],
        "found_by": sorted({trigger.about for trigger in spec.on if trigger.about}),
        "clock": str(spec.clock) if spec.clock else None,
        "by_itself": spec.rule,
        "once": spec.once,
        "other_than": [name for events in spec.other_than for name in events.names],
        "needs": [name for events in spec.needs for name in events.names],
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "key": deadline.key,
        "limit": str(deadline.limit),
        "since": list(deadline.since.names),
        "until": list(deadline.until.names),
        "paused_in": list(deadline.pauses),
        "unless": deadline.unless,
        "tell": {str(when): sorted(roles) for when, roles in deadline.escalation_steps},
        "sends": deadline.sends.name if deadline.sends else None,
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "as": link.key,
        "procedures": list(link.procedures),
        "on": list(link.on.names),
        "waits": link.waits,
        "undone": link.waits or link.undone,
        "ends": {stage: list(events.names) for stage, events in link.ends.items()},
        "all_ended": link.all_ended.name if link.all_ended else None,
    }
