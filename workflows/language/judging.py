"""The one gate: whether an event may be sent now, by its stage, role, turn and form. The engine judges its guards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from models.roles import STAFF_ROLES, Role
from workflows.language.context import StepContext
from workflows.language.declaration import Declaration
from workflows.language.filling import contradictions, with_known
from workflows.language.forms import LEAVE_OUT, Form, Told, read_form
from workflows.language.links import Link
from workflows.language.memory import Actor
from workflows.language.refusals import (
    FormError,
    InvalidForm,
    NotPossibleNow,
    NotYourRole,
    Refusal,
    UnknownAction,
)
from workflows.language.sentences import Named, Sentence, sentence
from workflows.language.stages import Transition
from workflows.language.standing_in import is_open_to


def offers(context: StepContext, actor: Actor) -> list[str]:
    """The events that this caller may send now. Guards that judge the form are left to the form."""
    offered = [
        event
        for event, some in context.transitions.items()
        if any(
            (is_open_to(transition, event, actor) or answers_for_child(context, event, actor))
            and not why_blocked(context, transition, event, actor)
            and context.guards.all_hold(transition)
            for transition in some
        )
    ]
    leaves_out = context.is_at_entry and may_leave_out(context.declaration, actor)
    return [*offered, LEAVE_OUT] if leaves_out else offered


def blocked(context: StepContext, actor: Actor, offered: Collection[str]) -> dict[str, Sentence]:
    """The events of this caller's roles that are not possible now, each with the reason. `offered`: those that are."""
    return {
        event: why_blocked(context, transition, event, actor) or why_not(context, event, actor)
        for event, some in context.transitions.items()
        if event not in offered
        for transition in some
        if transition.by & actor.roles
    }


def may_leave_out(declared: Declaration, actor: Actor) -> bool:
    """Whether this caller may say that a case needn't be begun."""
    return bool(actor.roles & (declared.entry.role | {Role.OPS_MANAGER}))


def listening(context: StepContext, topic: str) -> list[str]:
    """The events that a message of this type may send from here, in the order of the declaration."""
    return [
        event
        for event, some in context.transitions.items()
        if any(trigger.topic == topic for transition in some for trigger in transition.spec.on)
    ]


def may_be_sent(context: StepContext, event: str) -> bool:
    """Whether nothing but its form and its sender may keep an event from being sent now."""
    return any(context.guards.all_hold(transition) for transition in context.transitions.get(event, ()))


def admit(context: StepContext, event: str, form: Any, actor: Actor) -> Form | None:
    """The form, once role, turn and answers are right; of a start it becomes the case. Raises Refusal."""
    declared = context.declaration
    if event not in declared.transitions:
        raise UnknownAction(
            sentence(
                "{procedure} has no action {event}.", procedure=Named("procedure", declared.key), event=event
            )
        )
    some = context.transitions.get(event, ())
    if not some:
        raise NotPossibleNow(not_here(context, event), stages=context.stages)
    if not actor.is_engine:
        mine = tuple(transition for transition in some if is_open_to(transition, event, actor))
        if not mine and not answers_for_child(context, event, actor):
            who = [*sorted(frozenset[Role]().union(*(transition.who for transition in some)))]
            raise NotYourRole(sentence("{action} is for {roles}.", action=Named("action", event), roles=who))
        some = mine or some
    if why := why_blocked(context, some[0], event, actor):
        raise Refusal(why)
    read = _read(context, some[0], event, form, actor)
    _require_channel(some[0], read, actor)
    return read


def _require_channel(transition: Transition, form: Form | None, actor: Actor) -> None:
    """Staff who speak for a party say by which way it told them."""
    spec = transition.spec
    if not isinstance(form, Told) or form.channel is not None or actor.is_engine:
        return
    of_their_own = actor.roles & (spec.by - spec.heard_by)
    if not of_their_own or (actor.is_staff and form.is_anothers_word):
        said = sentence("Say by which way you were told this: you send it for somebody else.")
        raise InvalidForm(said, errors=(FormError("/channel", str(said), said),))


def _read(
    context: StepContext, transition: Transition, event: str, answers: Any, actor: Actor
) -> Form | None:
    if transition.form is None:
        if answers:
            raise InvalidForm(sentence("{action} takes no form.", action=Named("action", event)))
        return None
    if answers is None and actor.is_engine and not transition.is_start:
        return None
    shape = transition.form
    wrong = contradictions(context, shape, answers, actor)
    try:
        form = read_form(shape, with_known(context, shape, _at_entry(context, shape, answers), actor))
    except InvalidForm as more:
        told = {fault.pointer for fault in wrong}
        raise InvalidForm(
            more.said, errors=(*wrong, *(fault for fault in more.errors if fault.pointer not in told))
        ) from more
    if wrong:
        raise InvalidForm(wrong[0].said or wrong[0].message, errors=wrong)
    if transition.is_start:
        context.case = context.declaration.case_type.model_validate(
            {name: getattr(form, name) for name in type(form).model_fields}
        )
    return form


def _at_entry(context: StepContext, shape: type[Form], answers: Any) -> Any:
    """The answers of a start; what they leave out is filled in from what is known at the entry."""
    if not context.is_at_entry or isinstance(answers, Form):
        return answers
    known: dict[str, Any] = {name: context.case[name] for name in shape.model_fields if name in context.case}
    return known | dict(answers or {})


def answers_for_child(context: StepContext, event: str, actor: Actor) -> bool:
    """Whether this person may send what a child should have sent: one that isn't there, or that has ended otherwise
    than its link knows, reports nothing. The stage's role may, if it is one of the store's people, and the operations
    manager.
    """
    may = context.roles_here & STAFF_ROLES | {Role.OPS_MANAGER}
    return not actor.roles.isdisjoint(may) and child_may_be_answered_for(context, event)


def child_may_be_answered_for(context: StepContext, event: str) -> bool:
    """Whether a child should have sent this event, and won't."""
    if not context.memory.children and not context.memory.answers:
        return False
    links = context.declaration.links
    return any(event in link.answers and _is_unanswered(context, link) for link in links)


def _is_unanswered(context: StepContext, link: Link) -> bool:
    memory = context.memory
    if any(child.link == link.key and not child.started for child in memory.children.values()):
        return True
    ends = [report.stage for report in memory.answers if report.link == link.key and report.ended]
    return link.all_ended is None and any(stage not in link.ends for stage in ends)


def why_blocked(context: StepContext, transition: Transition, event: str, actor: Actor) -> Sentence | None:
    """Why this caller can't send it now whatever the form says; None where they can."""
    happened, spec = context.memory.happened, transition.spec
    entered = context.memory.entered_revision.get(transition.source.id, 0)
    done, action = happened.get(event), Named("action", event)
    if spec.once and done is not None and done.revision >= entered:
        return sentence("{action} is done.", action=action)
    for earlier in () if event in actor.stands_in else spec.other_than:
        if any(name in happened and actor.id in happened[name].everybody for name in earlier.names):
            return sentence(
                "{action} needs somebody else than the one who did {earlier}.",
                action=action,
                earlier=Named("action", earlier.names[0]),
            )
    missing = [Named("action", needed.names[0]) for needed in spec.needs if context.last_sent(needed) is None]
    return sentence("{action} needs {missing} first.", action=action, missing=missing) if missing else None


def not_here(context: StepContext, event: str) -> Sentence:
    """That it leads nowhere from where the case stands."""
    action, stages = Named("action", event), [Named("stage", stage) for stage in context.stages]
    if not stages:
        return sentence("{action} is not possible at the start.", action=action)
    return sentence("{action} is not possible at {stages}.", action=action, stages=stages)


def why_not(
    context: StepContext, event: str, actor: Actor, come: Mapping[str, Any] | None = None
) -> Sentence:
    """Which conditions of its guards don't hold. come: what comes with the event, where it has come."""
    some = context.transitions.get(event, ())
    mine = tuple(transition for transition in some if transition.by & actor.roles) or some
    ways = [context.guards.failing(transition, come) for transition in mine]
    unmet = [conditions for n, conditions in enumerate(ways) if conditions and conditions not in ways[:n]]
    action = Named("action", event)
    if not unmet:
        return sentence("{action} is not possible now.", action=action)
    conditions: list[Named | Sentence] = unmet[0]
    for others in unmet[1:]:
        conditions = [sentence("{this} or {that}", this=conditions, that=others)]
    return sentence("{action} is only possible when: {conditions}.", action=action, conditions=conditions)
