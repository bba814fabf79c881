"""The way back from where a procedure has none of its own: whoever answers for a case stops it, with a reason.

What was done and still stands is taken back, as where another case cancels this one; who had a turn in it hears of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from activities.messages.contract import Message
from models.roles import PartyKind, Role, superiors
from workflows.language.context import StepContext
from workflows.language.declaration import ABORTED, Declaration
from workflows.language.forms import STOP, Reason, read_form
from workflows.language.hooks import HookContext
from workflows.language.memory import Actor
from workflows.language.refusals import NotPossibleNow, NotYourRole
from workflows.language.reporting import report
from workflows.language.sentences import Named, sentence
from workflows.language.stages import Entry, Transition


def without_way_back(declared: Declaration) -> tuple[str, ...]:
    """The stages from which no row leads people back or out."""
    return tuple(
        key
        for key, stage in declared.stages.items()
        if not (stage.final or isinstance(stage, Entry))
        and not any(one.spec.back for some in declared.leaving(key).values() for one in some)
    )


def faults_of_ways_back(declared: Declaration) -> Iterator[str]:
    """Rows that say that they are one, and aren't."""
    order = {key: n for n, key in enumerate(declared.stages)}
    for event, one in declared.all_transitions:
        if not one.spec.back:
            continue
        leads_back = declared.stages[one.goes_to].final or order[one.goes_to] < order[one.source.id]
        if not (leads_back and one.form is not None and any(role.is_person for role in one.by)):
            yield (
                f"{one.spec.place}: {event} is no way back: people send one, with a form that says why, and it leads "
                "to an end or an earlier stage"
            )


def may_stop(context: StepContext, actor: Actor) -> bool:
    """Whether this caller may stop the case where it stands: who has the turn there, who began it, those above; nobody
    stops what others judge of them.
    """
    if not _is_possible(context) or _is_judged(context, actor):
        return False
    return bool(actor.roles & _who_stops(context)) or (actor.is_staff and actor.id in _who_began(context))


def _is_possible(context: StepContext) -> bool:
    stages = context.stages
    return not context.finished and bool(stages) and stages[0] in context.declaration.stoppable


def _is_judged(context: StepContext, actor: Actor) -> bool:
    """Whether the case is about this caller, and others began it: an appraisal, say."""
    numbers = context.declaration.party_numbers(context.case)
    is_theirs = any(kind is PartyKind.PERSON and number == actor.id for kind, number in numbers)
    return is_theirs and actor.id not in _who_began(context)


def stop(context: StepContext, answers: Any, actor: Actor) -> None:
    """End the case as one that is cancelled; what it has done is for the caller to `take_back`. Raises Refusal."""
    here = [Named("stage", stage) for stage in context.stages]
    if not _is_possible(context):
        action = Named("action", STOP)
        said = sentence("{action} is not possible at {stages}.", action=action, stages=here or "the start")
        raise NotPossibleNow(said, stages=context.stages)
    if _is_judged(context, actor):
        raise NotYourRole(
            sentence("Whom a case is about doesn't stop it, but where they began it themselves.")
        )
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


def take_back(hooks: HookContext) -> None:
    """What is done where a case is aborted, stopped by people or cancelled by another case."""
    hooks.when_aborted()
    hooks.undo()


def tell_whose_turn_it_was(context: StepContext, reason: str) -> None:
    """Where another case cancels this one: whose task is gone hears so. Who had a turn before hears nothing, as what
    they did is taken back by cases, not by people.
    """
    for role in sorted(_own_people(context.roles_here)):
        context.notify(role, "case_called_off", note=reason)


def _own_people(roles: frozenset[Role]) -> frozenset[Role]:
    return frozenset(role for role in roles if role.is_staff) - {Role.STAFF}


def _who_stops(context: StepContext) -> frozenset[Role]:
    began = frozenset[Role]().union(*(one.by for one in _begun(context)))
    who = context.roles_here | superiors(context.roles_here) | began | {Role.OPS_MANAGER, Role.GM}
    return _own_people(who)


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
    return _own_people(context.roles_here.union(*turns))


def _parties_that_asked(context: StepContext, actor: Actor) -> list[str]:
    """Those whom the case is about, where they are the store's own people or could ask for it themselves."""
    asking = frozenset[Role]().union(*(one.by - one.spec.heard_by for one in _begun(context)))
    numbers = context.declaration.party_numbers(context.case)
    asked = (number for kind, number in numbers if kind is PartyKind.PERSON or kind.value in asking)
    return [number for number in dict.fromkeys(asked) if number != actor.id]
