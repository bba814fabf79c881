"""What may be done to a case though its procedure declares nothing of it."""

from __future__ import annotations

from typing import Any

from models.roles import superiors
from workflows.language.context import StepContext
from workflows.language.declaration import ABORTED
from workflows.language.forms import EVERYWHERE, LEAVE_OUT, Escalation, Form, Reason, read_form
from workflows.language.judging import may_leave_out
from workflows.language.memory import Actor
from workflows.language.refusals import NotPossibleNow, NotYourRole
from workflows.language.reporting import report
from workflows.language.sentences import Named, sentence


def apply_everywhere(context: StepContext, event: str, answers: Any, actor: Actor) -> None:
    """What staff may do at every stage."""
    if context.finished:
        raise NotPossibleNow("The case has ended.", stages=context.stages)
    if not (actor.is_staff or actor.is_engine):
        raise NotYourRole(sentence("{action} is for staff.", action=Named("action", event)))
    form: Form = read_form(EVERYWHERE[event], answers)
    context.step.form = form.model_dump(mode="json")
    if isinstance(form, Escalation):
        for role in sorted({form.to} if form.to else superiors(context.roles_here)):
            context.notify(role, "escalated", note=form.note, by=actor.id)


def leave_out(context: StepContext, answers: Any, actor: Actor) -> None:
    """The case is not to be begun."""
    if not context.is_at_entry:
        raise NotPossibleNow("Only a case that nobody has begun is left out.", stages=context.stages)
    if not may_leave_out(context.declaration, actor):
        raise NotYourRole(
            sentence(
                "{action} is for {roles}.",
                action=Named("action", LEAVE_OUT),
                roles=sorted(context.declaration.entry.role),
            )
        )
    context.step.form = read_form(Reason, answers).model_dump(mode="json")
    end_unbegun(context)


def end_unbegun(context: StepContext) -> None:
    """It ends where it is, and the case that started it hears that."""
    context.memory.aborted = True
    if context.memory.parent is not None and context.memory.parent.waits:
        report(context, context.memory.parent, ABORTED)
