"""The state machine's library, kept in one place: it sends events, runs hooks and judges guards."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any

from statemachine import StateMachine
from statemachine.exceptions import TransitionNotAllowed

from models.effect import Refused, Success
from workflows.language.context import StepContext
from workflows.language.declaration import Declaration
from workflows.language.forms import Form, kept
from workflows.language.judging import why_not
from workflows.language.memory import ChildReport, Happened
from workflows.language.refusals import Refusal
from workflows.language.sentences import Named, Sentence, sentence
from workflows.language.stages import CALLER, Stage, Transition, Transitions

WithEvent = Mapping[str, Any]
"""What comes with an event, as hooks and guards take it: `form`, `outcome`, `report`."""


def with_event(
    form: Form | None = None, outcome: Success | Refused | None = None, report: ChildReport | None = None
) -> WithEvent:
    """What comes with an event."""
    return {"form": form, "outcome": outcome, "report": report}


NOTHING_YET = with_event()


def library_class(
    name: str, stages: Mapping[str, Stage], transitions: Mapping[str, Transitions]
) -> type[StateMachine]:
    """The library's machine of these stages and events. InvalidDefinition where they make none.

    Making it gives stages and transitions their names.
    """
    made: Any = type(StateMachine)
    return made(name, (StateMachine,), {"__module__": __name__, **stages, **transitions})


@cache
def _parsed(guard: str) -> ast.expr:
    return ast.parse(guard, mode="eval").body


class Engine:
    """The library's machine of one procedure, at one case after another: it keeps the stage in the context."""

    def __init__(self, library: type[StateMachine], context: StepContext) -> None:
        self._context = context
        listeners: list[object] = [context.hooks, _Bystander(self, context)]
        self._machine: Any = library(model=context, state_field="stage", listeners=listeners)

    def send(self, event: str, transition: Transition, come: WithEvent) -> None:
        """Send an event by a transition that leads on from here. Raises Refusal where its guards don't hold."""
        if transition.source.final:
            self._record(event, transition, come)
            return
        self._machine._engine.running = True  # noqa: SLF001 - an end that was only tried has stopped it
        try:
            self._machine.send(event, **come)
        except TransitionNotAllowed as error:
            raise Refusal(self._why_not(event, come)) from error

    def holds(self, guard: str) -> bool:
        """Whether one guard, which takes nothing of an event, holds."""
        return bool(self._call(guard, NOTHING_YET))

    def all_hold(self, transition: Transition) -> bool:
        """Whether all guards of a transition hold that can be judged before its event comes. One that takes the form
        is judged with the form; one that can't be judged doesn't hold.
        """
        if transition.is_open_to_all or any(
            "form" in self._declaration.takes(guard) for guard in transition.guards
        ):
            return True
        try:
            callbacks = self._machine._callbacks  # noqa: SLF001 - it has no public way to judge without sending
            return bool(callbacks.all(transition.cond.key, machine=self._machine, **NOTHING_YET))
        except Exception:  # noqa: BLE001 - whatever goes wrong in it
            return False

    def failing(self, transition: Transition, come: WithEvent | None = None) -> list[Named | Sentence]:
        """The conditions of a transition's guards that don't hold. come: what comes with its event."""
        judged = come or NOTHING_YET
        return [
            condition
            for expression in transition.guard_expressions
            for condition in self._unmet(_parsed(expression), judged)
        ]

    def _unmet(self, guard: ast.expr, come: WithEvent) -> list[Named | Sentence]:
        one: list[Named | Sentence]
        match guard:
            case ast.BoolOp(ast.And(), parts):
                return [condition for part in parts for condition in self._unmet(part, come)]
            case ast.BoolOp(_, parts):
                ways = [self._unmet(part, come) for part in parts]
                one, *others = ways if all(ways) else [[]]
                for other in others:
                    one = [sentence("{this} or {that}", this=one, that=other)]
                return one
            case ast.UnaryOp(ast.Not(), ast.Name(name)):
                denied = sentence("not “{condition}”", condition=self._condition(name))
                return [denied] if self._seems(name, come) else []
            case ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), part)):
                return self._unmet(part, come)
            case ast.UnaryOp(ast.Not(), ast.BoolOp(operator, parts)):  # not (a or b): not a and not b
                other = ast.Or() if isinstance(operator, ast.And) else ast.And()
                denied_all: list[ast.expr] = [ast.UnaryOp(ast.Not(), part) for part in parts]
                return self._unmet(ast.BoolOp(other, denied_all), come)
            case ast.Name(name):
                return [] if self._seems(name, come) else [self._condition(name)]
            case _:
                raise AssertionError(ast.unparse(guard))

    def _condition(self, guard: str) -> Named:
        return Named("guard", self._declaration.reason(guard))

    def _seems(self, guard: str, come: WithEvent) -> bool:
        try:
            return bool(self._call(guard, come))
        except Exception:  # noqa: BLE001 - what can't be judged doesn't hold
            return False

    def _why_not(self, event: str, come: WithEvent) -> Sentence:
        return why_not(self._context, event, self._context.actor, come)

    @property
    def _declaration(self) -> Declaration:
        return self._context.declaration

    def _record(self, event: str, transition: Transition, come: WithEvent) -> None:
        """A record at an end, where the library allows no event."""
        if not all(self._call(guard, come) for guard in transition.guards):
            raise Refusal(self._why_not(event, come))
        note_event(self._context, event, come["form"])
        for hook in transition.hooks:
            self._call(hook, come)

    def _call(self, method: str, come: WithEvent) -> Any:
        taken = {name: come[name] for name in self._declaration.takes(method)}
        return getattr(self._context.hooks, method)(**taken)


class _Bystander:
    """What the library calls beside the procedure's own hooks."""

    def __init__(self, engine: Engine, context: StepContext) -> None:
        self._engine, self._context = engine, context

    def before_transition(self, event: str, form: Form | None = None) -> None:
        """Called before each transition's hooks."""
        note_event(self._context, str(event), form)

    def is_for_caller(self, transition: Transition | None = None) -> bool:
        """Of several transitions of one event from one stage, this one is for whoever sends it."""
        actor = self._context.actor
        if transition is None or actor.is_engine or transition.by & actor.roles:
            return True
        others = self._context.transitions.get(str(transition.event), ())
        return not any(other.by & actor.roles for other in others)


assert hasattr(_Bystander, CALLER)


def note_event(context: StepContext, event: str, form: Form | None) -> None:
    """Note who sent an event, and when; keep the answers that are marked so in the case."""
    happened, by = context.memory.happened, context.actor.id
    earlier = sorted(happened[event].everybody - {by}) if event in happened else ()
    happened[event] = Happened(
        by=by, at=context.now, revision=context.memory.revision, earlier=tuple(earlier)
    )
    for name in kept(type(form)) if form is not None else ():
        setattr(context.case, name, getattr(form, name))
