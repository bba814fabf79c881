"""The one gate: whether an event may be sent now, by its stage, role, turn and form. The engine judges its guards."""

from __future__ import annotations

from typing import Any

from models.roles import Role
from workflows.language.context import StepContext
from workflows.language.forms import LEAVE_OUT, Form, read_form
from workflows.language.links import Link
from workflows.language.memory import Actor
from workflows.language.refusals import InvalidForm, NotPossibleNow, NotYourRole, Refusal, UnknownAction
from workflows.language.stages import Transition


def offers(context: StepContext, actor: Actor) -> list[str]:
    """The events that this caller may send now. Guards that judge the form are left to the form."""
    offered = [
        event
        for event, some in context.transitions.items()
        if any(
            (transition.by & actor.roles or answers_for_child(context, event, actor))
            and not why_blocked(context, transition, event, actor)
            and context.guards.all_hold(transition)
            for transition in some
        )
    ]
    return [*offered, LEAVE_OUT] if context.is_at_entry and may_leave_out(context, actor) else offered


def blocked(context: StepContext, actor: Actor) -> dict[str, str]:
    """The events of this caller's roles that are not possible now, each with the reason."""
    offered = offers(context, actor)
    return {
        event: why_blocked(context, transition, event, actor) or why_not(context, event)
        for event, some in context.transitions.items()
        if event not in offered
        for transition in some
        if transition.by & actor.roles
    }


def may_leave_out(context: StepContext, actor: Actor) -> bool:
    """Whether this caller may say that a case needn't be begun."""
    return bool(actor.roles & (context.declaration.entry.role | {Role.OPS_MANAGER}))


def listening(context: StepContext, topic: str) -> list[str]:
    """The events that a message of this type may send from here, in the order of the declaration."""
    return [
        event
        for event, some in context.transitions.items()
        if any(trigger.topic == topic for transition in some for trigger in transition.spec.on)
    ]


def admit(context: StepContext, event: str, form: Any, actor: Actor) -> Form | None:
    """The form, once role, turn and answers are right; of a start it becomes the case. Raises Refusal."""
    declared = context.declaration
    if event not in declared.transitions:
        raise UnknownAction(f"{declared.key} has no action {event}.")
    some = context.transitions.get(event, ())
    if not some:
        raise NotPossibleNow(f"{event} is not possible at {context.here()}.", stages=context.stages)
    if not actor.is_engine:
        mine = tuple(transition for transition in some if transition.by & actor.roles)
        if not mine and not answers_for_child(context, event, actor):
            who = sorted(frozenset[Role]().union(*(transition.who for transition in some)))
            raise NotYourRole(f"{event} is for {', '.join(who)}.")
        some = mine or some
    if why := why_blocked(context, some[0], event, actor):
        raise Refusal(why)
    return _read(context, some[0], event, form, actor)


def _read(
    context: StepContext, transition: Transition, event: str, answers: Any, actor: Actor
) -> Form | None:
    if transition.form is None:
        if answers:
            raise InvalidForm(f"{event} takes no form.")
        return None
    if answers is None and actor.is_engine and not transition.is_start:
        return None
    form = read_form(transition.form, _with_known(context, transition.form, answers))
    if transition.is_start:
        context.case = context.declaration.case_type.model_validate(
            {name: getattr(form, name) for name in type(form).model_fields}
        )
    return form


def _with_known(context: StepContext, shape: type[Form], answers: Any) -> Any:
    """The answers of a start; what they leave out is filled in from what is known at the entry."""
    if not context.is_at_entry or isinstance(answers, Form):
        return answers
    known: dict[str, Any] = {name: context.case[name] for name in shape.model_fields if name in context.case}
    return known | dict(answers or {})


def answers_for_child(context: StepContext, event: str, actor: Actor) -> bool:
    """Whether this person may send what a child should have sent: one that isn't there, or that has ended otherwise
    than its link knows, reports nothing. The stage's role may, and the operations manager.
    """
    links = context.declaration.links
    if not any(event in link.answers and _is_unanswered(context, link) for link in links):
        return False
    return bool(actor.roles & (context.roles_here | {Role.OPS_MANAGER}))


def _is_unanswered(context: StepContext, link: Link) -> bool:
    memory = context.memory
    if any(child.link == link.key and not child.started for child in memory.children.values()):
        return True
    ends = [report.stage for report in memory.answers if report.link == link.key and report.ended]
    return link.all_ended is None and any(stage not in link.ends for stage in ends)


def why_blocked(context: StepContext, transition: Transition, event: str, actor: Actor) -> str | None:
    """Why this caller can't send it now whatever the form says, in a sentence; None where they can."""
    happened, spec = context.memory.happened, transition.spec
    entered = context.memory.entered_revision.get(transition.source.id, 0)
    done = happened.get(event)
    if spec.once and done is not None and done.revision >= entered:
        return f"{event} is done."
    for earlier in spec.other_than:
        if any(name in happened and happened[name].by == actor.id for name in earlier.names):
            return f"{event} needs somebody else than the one who did {earlier.names[0]}."
    missing = [needed.names[0] for needed in spec.needs if context.last_sent(needed) is None]
    return f"{event} needs {', '.join(missing)} first." if missing else None


def why_not(context: StepContext, event: str) -> str:
    """That its guards don't hold, with what they say."""
    declared = context.declaration
    guards = {guard for transition in context.transitions.get(event, ()) for guard in transition.guards}
    reasons = [declared.reason(guard) for guard in sorted(guards)]
    return f"{event} is not possible now" + (f": {'; '.join(reasons)}." if reasons else ".")
