"""The way back from where a procedure has none of its own: whoever answers for a case stops it, with a reason.

What was done and still stands is taken back, as where another case cancels this one; who had a turn in it hears of it.
"""

from __future__ import annotations

from typing import Any

from activities.messages.contract import Message
from models.roles import PartyKind, Role, superiors
from workflows.language.context import StepContext
from workflows.language.declaration import ABORTED, Declaration
from workflows.language.forms import STOP, Form, Reason, read_form
from workflows.language.leads import leaves_all_out, left_out
from workflows.language.memory import Actor
from workflows.language.refusals import NotPossibleNow, NotYourRole
from workflows.language.reporting import report
from workflows.language.sentences import Named, sentence
from workflows.language.stages import Entry, Stage, Transition

_REASONS = frozenset({"reason", "why", "note", "cause", "opinion", "finding"})
"""The answers of a form in which people say why."""


def stoppable(declared: Declaration) -> frozenset[str]:
    """The stages where whoever answers for a case may stop it."""
    if leaves_all_out(declared.exceptions, "way_back"):
        return frozenset()
    excepted = left_out(declared.exceptions, "way_back")
    return frozenset(key for key in without_way_back(declared) if key not in excepted)


def without_way_back(declared: Declaration) -> tuple[str, ...]:
    """The stages from which no row leads people, with a reason, to an end or to an earlier stage."""
    order = {key: n for n, key in enumerate(declared.stages)}
    return tuple(
        key
        for key, stage in declared.stages.items()
        if not (stage.final or isinstance(stage, Entry))
        and not any(
            _is_way_back(stage, one, order) for some in declared.leaving(key).values() for one in some
        )
    )


def _is_way_back(stage: Stage, one: Transition, order: dict[str, int]) -> bool:
    target = one.target
    back = isinstance(target, Stage) and (target.final or order[target.id] < order[stage.id])
    return back and any(role.is_person for role in one.by) and _says_why(one.form)


def _says_why(form: type[Form] | None) -> bool:
    return form is not None and not _REASONS.isdisjoint(form.model_fields)


def may_stop(context: StepContext, actor: Actor) -> bool:
    """Whether this caller may stop the case where it stands: who has the turn there, who began it, those above."""
    if not _is_possible(context):
        return False
    return bool(actor.roles & _who_stops(context)) or (actor.is_staff and actor.id in _who_began(context))


def _is_possible(context: StepContext) -> bool:
    stages = context.stages
    return not context.finished and bool(stages) and stages[0] in context.declaration.stoppable


def stop(context: StepContext, answers: Any, actor: Actor) -> None:
    """End the case as one that is cancelled; what it has done is for the caller to undo. Raises Refusal."""
    here = [Named("stage", stage) for stage in context.stages]
    if not _is_possible(context):
        action = Named("action", STOP)
        said = sentence("{action} is not possible at {stages}.", action=action, stages=here or "the start")
        raise NotPossibleNow(said, stages=context.stages)
    if not may_stop(context, actor):
        raise NotYourRole(
            sentence(
                "{action} is for {roles}.", action=Named("action", STOP), roles=sorted(_who_stops(context))
            )
        )
    given = read_form(Reason, answers).model_dump(mode="json")
    context.step.form = given
    for role in sorted(_who_hears(context) - actor.roles):
        context.notify(role, "case_stopped", by=actor.name or actor.id, note=given["reason"])
    for number in _parties_that_asked(context, actor):
        context.ask(Message(to=number, template="request_stopped"))
    context.memory.aborted = True
    if context.memory.parent is not None and context.memory.parent.waits:
        report(context, context.memory.parent, ABORTED)


def _who_stops(context: StepContext) -> frozenset[Role]:
    began = frozenset[Role]().union(*(one.by for one in _begun(context)))
    who = context.roles_here | superiors(context.roles_here) | began | {Role.OPS_MANAGER, Role.GM}
    return frozenset(role for role in who if role.is_staff) - {Role.STAFF}


def _who_began(context: StepContext) -> frozenset[str]:
    happened = context.memory.happened
    events = (event for event in context.declaration.start_events if event in happened)
    return frozenset(happened[event].by for event in events)


def _begun(context: StepContext) -> list[Transition]:
    happened, transitions = context.memory.happened, context.declaration.transitions
    return [
        one
        for event in context.declaration.start_events
        if event in happened
        for one in transitions[event]
        if one.is_start
    ]


def _who_hears(context: StepContext) -> frozenset[Role]:
    """Whoever has the turn, and whoever has had one."""
    turns = (
        context.declaration.stage(one.source.id).role
        for event in context.memory.happened
        for one in context.declaration.transitions.get(event, ())
    )
    who = context.roles_here.union(*turns)
    return frozenset(role for role in who if role.is_staff) - {Role.STAFF}


def _parties_that_asked(context: StepContext, actor: Actor) -> list[str]:
    """Those whom the case is about, where they are the store's own people or could ask for it themselves."""
    asking = frozenset[Role]().union(*(one.by - one.spec.heard_by for one in _begun(context)))
    numbers = context.declaration.party_numbers(context.case)
    asked = (number for kind, number in numbers if kind is PartyKind.PERSON or kind.value in asking)
    return [number for number in dict.fromkeys(asked) if number != actor.id]
