"""How a declaration is read, once, when its class is made."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from statemachine.factory import StateMachineMetaclass

from workflows.language.forms import Case
from workflows.language.links import Link
from workflows.language.stages import Deadline, Entry, Stage, Transition

if TYPE_CHECKING:
    from workflows.language.machine import Procedure

CALLER = "is_for_caller"
"""The guard of a row that only some callers of its event may take."""


class ProcedureMeta(StateMachineMetaclass):
    """Collects rows, links and deadlines of a procedure, and refuses one that contradicts itself."""

    def __init__(cls, name: str, bases: tuple[type], attrs: dict[str, Any]) -> None:  # noqa: N805 - a metaclass
        super().__init__(name, bases, attrs)
        if not cls.states:
            return
        procedure = cast("type[Procedure]", cls)
        procedure.links = tuple(v.link for v in attrs.values() if isinstance(getattr(v, "link", None), Link))
        procedure.deadlines = tuple(v for v in attrs.values() if isinstance(v, Deadline))
        procedure.stages_by_key = {s.id: s for s in cls.states_map.values() if isinstance(s, Stage)}
        procedure.entry = next(s for s in procedure.stages_by_key.values() if isinstance(s, Entry))
        procedure.rows = {
            str(event): moves
            for event in cls._events
            if (moves := _declared(event) or _of_branches(event, procedure.stages_by_key))
        }
        for moves in procedure.rows.values():
            _tell_callers_apart(moves)
        procedure.Case = _case_of(cls)
        from workflows.language.checks import check  # noqa: PLC0415 - it reads what has just been collected

        check(procedure, attrs)


def _declared(event: Any) -> tuple[Transition, ...]:
    """The rows of an event, records at an end among them, which the library keeps nowhere else."""
    return tuple(move for move in event._transitions or () if isinstance(move, Transition))  # noqa: SLF001


def _of_branches(event: Any, stages_by_key: dict[str, Stage]) -> tuple[Transition, ...]:
    """The rows of an event declared in a branch of parallel stages; the library keeps them with the stages."""
    moves = (
        move for stage in stages_by_key.values() for move in stage.transitions if isinstance(move, Transition)
    )
    return tuple(move for move in moves if event in move.events)


def _tell_callers_apart(moves: tuple[Transition, ...]) -> None:
    """Where several rows of an event leave one stage, each is open to its own callers alone."""
    for move in moves:
        if any(other.source is move.source and other.by != move.by for other in moves if not move.is_start):
            cast("Any", move.cond).add(CALLER, expected_value=True)


def _case_of(procedure: type) -> type[Case]:
    case = inspect.get_annotations(procedure, eval_str=True).get("case")
    return case if isinstance(case, type) and issubclass(case, Case) else Case


def guards_of(move: Transition) -> list[str]:
    """The names in a row's guards, which may be expressions: "is_complete and not has_faults"."""
    words = " ".join(guard_expressions(move)).replace("(", " ").replace(")", " ").split()
    return [word for word in words if word not in ("and", "or", "not")]


def guard_expressions(move: Transition) -> list[str]:
    expressions = (str(cast("Any", spec).func) for spec in move.cond)
    return [expression for expression in expressions if expression != CALLER]


@cache
def takes_form(cls: type, guard: str) -> bool:
    """Whether a guard judges the form, so that it can't be judged before there is one."""
    return "form" in inspect.signature(getattr(cls, guard)).parameters


def first_line(thing: Any) -> str:
    """The first line of a docstring, without its full stop."""
    return (inspect.getdoc(thing) or "").partition("\n")[0].rstrip(".")
