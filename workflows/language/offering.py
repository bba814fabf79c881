"""What people may send from where a case stands, worked out once for all of them: a list of cases shows it to each
caller, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from models.roles import Role
from workflows.language import judging
from workflows.language.context import StepContext
from workflows.language.declaration import Declaration
from workflows.language.forms import LEAVE_OUT
from workflows.language.memory import Actor
from workflows.language.standing_in import done_by

_NOBODY = Actor(id="", roles=frozenset())


class Offer(NamedTuple):
    """One transition that may be taken now, by whoever has a role for it."""

    event: str
    number: int = 0
    """Which of the event's transitions from this stage, in the order of the declaration."""
    not_by: tuple[str, ...] = ()
    """Who may not send it, as somebody else must."""
    is_for_child: bool = False
    """Whether the stage's roles may send it in the place of another case."""


def offers_to_all(context: StepContext) -> tuple[Offer, ...] | None:
    """What may be sent from here; None where that depends on the clock, and is other a moment later."""
    context.asked_the_clock = False
    found = tuple(
        Offer(event, number, tuple(sorted(done_by(context, transition))), is_for_child)
        for event, some in context.transitions.items()
        for is_for_child in (judging.child_may_be_answered_for(context, event),)
        for number, transition in enumerate(some)
        if (transition.by or is_for_child)
        and not judging.why_blocked(context, transition, event, _NOBODY)
        and context.guards.all_hold(transition)
    )
    return None if context.asked_the_clock else found


def offered_to(
    actor: Actor, declared: Declaration, stage: str, kept: Iterable[Offer | list[Any]]
) -> list[str]:
    """The events that this caller may send from this stage: what `Machine.offers` says there."""
    leaving, here = declared.leaving(stage), declared.stage(stage)
    events: dict[str, None] = {}
    for event, number, not_by, is_for_child in kept:
        some = leaving.get(event, ())
        if number >= len(some):  # it was declared when the case took its last step
            continue
        roles = some[number].by
        if is_for_child:
            roles |= here.role | {Role.OPS_MANAGER}
        stands_in = event in actor.stands_in and some[number].spec.other_than
        if stands_in or (actor.id not in not_by and not roles.isdisjoint(actor.roles)):
            events[event] = None
    if here is declared.entry and judging.may_leave_out(declared, actor):
        events[LEAVE_OUT] = None
    return [*events]
