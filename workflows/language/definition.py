"""A procedure as others read it: the API, the diagrams, the reference, the fingerprint. Read off the class."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from models.roles import Role
from workflows.language.declaration import first_line, guard_expressions
from workflows.language.reading import asked_by, bare_source, methods_of
from workflows.language.stages import Entry, Stage, Transition

if TYPE_CHECKING:
    from workflows.language.machine import Procedure


def definition(cls: type[Procedure]) -> dict[str, Any]:
    """All of a declaration but its labels. Keys of stages, events, roles and fields are the catalogue's."""
    rows = [(event, move) for event, moves in cls.rows.items() for move in moves]
    return {
        "key": cls.key,
        "version": cls.version,
        "summary": first_line(cls),
        "starts": [_start(event, move) for event, move in rows if move.is_start],
        **({"entry": _stage(cls.entry)} if cls.entry.role else {}),
        "stages": [_stage(stage) for stage in cls.stages_by_key.values() if not isinstance(stage, Entry)],
        "transitions": [_transition(cls, event, move) for event, move in rows if not move.is_start],
        "forms": {event: move.form.model_json_schema() for event, move in rows if move.form},
        "deadlines": [_deadline(d) for d in cls.deadlines],
        "effects": [
            {"when": list(a.when), "do": a.what, "effect": a.effect, "then": a.then, "otherwise": a.otherwise}
            for a in asked_by(cls)
        ],
        "links": [
            {
                "as": link.key,
                "procedures": list(link.procedures),
                "on": list(link.on.names),
                "waits": link.waits,
                "undone": link.waits or link.undone,
                "ends": {stage: list(moves.names) for stage, moves in link.ends.items()},
                "all_ended": link.all_ended.name if link.all_ended else None,
            }
            for link in cls.links
        ],
        "kpis": [
            {"kind": kpi.kind, "of": list(kpi.of.names), "to": list(kpi.to.names) if kpi.to else []}
            for kpi in cls.kpis
        ],
    }


@cache
def fingerprint(cls: type[Procedure]) -> str:
    """Changes with anything that a running case could notice; not with comments, layout or docstrings."""
    told = definition(cls)
    del told["summary"], told["kpis"]
    for row in told["transitions"]:
        del row["guard"]
    moves = [(event, move) for event, moves in cls.rows.items() for move in moves]
    guards = [[event, *guard_expressions(move)] for event, move in moves]
    forms = {move.form for _, move in moves if move.form}
    code = sorted(
        [*(bare_source(method) for method in methods_of(cls).values())]
        + [bare_source(method) for form in forms for method in methods_of(form).values()]
        + [
            bare_source(prop.fget)
            for prop in vars(cls.Case).values()
            if isinstance(prop, property) and prop.fget
        ]
    )
    parts = [told, guards, cls.Case.model_json_schema(), code, sorted(cls.renamed)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def guard_text(cls: type[Procedure], move: Transition, say: Callable[[str], str] = str) -> str | None:
    """The guards of a row, each said as its docstring says it; `say` translates those sentences, and, or, not."""

    def said(match: re.Match[str]) -> str:
        name = match[0]
        return say(name if name in ("and", "or", "not") else first_line(getattr(cls, name, None)) or name)

    told = (re.sub(r"\w+", said, expression) for expression in guard_expressions(move))
    return f" {say('and')} ".join(told) or None


def _start(event: str, move: Transition) -> dict[str, Any]:
    start: dict[str, Any] = {
        "event": event,
        "to": move.goes_to,
        "who": sorted(move.who),
        "on": [heard.topic for heard in move.row.on],
    }
    if move.row.every is not None:
        start["schedule"] = list(move.row.every.crons)
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


def _who(cls: type[Procedure], event: str, move: Transition) -> frozenset[Role]:
    """Who sends it; the clock too, where a deadline does."""
    by_deadline = any(d.sends is not None and event in d.sends.names for d in cls.deadlines)
    return move.who | {Role.TIMER} if by_deadline else move.who


def _transition(cls: type[Procedure], event: str, move: Transition) -> dict[str, Any]:
    return {
        "event": event,
        "from": move.source.id,
        "to": move.goes_to,
        "who": sorted(_who(cls, event, move)),
        "guard": guard_text(cls, move),
        "on": [heard.topic for heard in move.row.on],
        "found_by": sorted({heard.about for heard in move.row.on if heard.about}),
        "clock": str(move.row.clock) if move.row.clock else None,
        "by_itself": move.row.rule,
        "once": move.row.once,
        "other_than": [name for moves in move.row.other_than for name in moves.names],
        "needs": [name for moves in move.row.needs for name in moves.names],
    }


def _deadline(deadline: Any) -> dict[str, Any]:
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
