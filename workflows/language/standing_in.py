"""The general manager decides where nobody else in the store may: nobody who has the role, and hasn't asked for it.

Who works in a store, accounts tell, and no procedure: whoever knows them names the events (`Actor.stands_in`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from models.roles import Role
from workflows.language.context import StepContext
from workflows.language.declaration import Declaration
from workflows.language.memory import Actor
from workflows.language.sentences import sentence
from workflows.language.stages import Transition

DID_BOTH = str(sentence("Nobody else in the store may: the general manager asked for it and decided."))
"""What the record says where one person did both."""
DECIDED_INSTEAD = str(sentence("Nobody in the store may who didn't ask for it: the general manager decided."))
SAID = frozenset({DID_BOTH, DECIDED_INSTEAD})


People: TypeAlias = Mapping[str, frozenset[Role]]
"""The roles of a store's own people, by account."""


class Decision(NamedTuple):
    """A row that somebody else than an earlier one is to send."""

    event: str
    by: frozenset[Role]
    done_by: frozenset[str]
    """The accounts that may not."""

    def is_for(self, account: str, roles: frozenset[Role]) -> bool:
        """Whether this account may send it."""
        return account not in self.done_by and not self.by.isdisjoint(roles)


def is_open_to(transition: Transition, event: str, actor: Actor) -> bool:
    """Whether the caller has a role for it, or stands in for those who have."""
    return bool(transition.by & actor.roles) or (
        event in actor.stands_in and bool(transition.spec.other_than)
    )


def decisions_at(context: StepContext) -> Iterator[Decision]:
    """The rows from where the case stands that somebody else is to send."""
    for event, some in context.transitions.items():
        for one in some:
            if one.spec.other_than:
                yield Decision(event, _staff(one), done_by(context, one))


def decisions_among(
    declared: Declaration, stage: str, kept: Iterable[tuple[Any, ...] | list[Any]]
) -> Iterator[Decision]:
    """The same, of what was offered at a stage."""
    leaving = declared.leaving(stage)
    for event, number, not_by, _ in kept:
        one = next(iter(leaving.get(event, ())[number:]), None)
        if one is not None and one.spec.other_than:
            yield Decision(event, _staff(one), frozenset(not_by))


def standing_in(actor: Actor, decisions: Iterable[Decision], people: Callable[[], People]) -> Actor:
    """The caller, with what they may decide as nobody else may. people: the roles of the store's own, by account."""
    if not may_stand_in(actor):
        return actor
    found = [one for one in decisions if one.by]
    own = {one.event for one in found if one.is_for(actor.id, actor.roles)}
    if not (barred := [one for one in found if one.event not in own]):
        return actor
    everybody = people()
    others = {
        one.event
        for one in barred
        if any(one.is_for(account, roles) for account, roles in everybody.items() if account != actor.id)
    }
    alone = frozenset(one.event for one in barred) - others
    return actor.model_copy(update={"stands_in": alone}) if alone else actor


def may_stand_in(actor: Actor) -> bool:
    """Whether the caller is a general manager, and no program."""
    return Role.GM in actor.roles and not actor.is_service


def done_by(context: StepContext, transition: Transition) -> frozenset[str]:
    """Who has sent in this case what another person is to have sent."""
    happened = context.memory.happened
    names = [name for earlier in transition.spec.other_than for name in earlier.names]
    return frozenset(one for name in names if name in happened for one in happened[name].everybody)


def said_of(context: StepContext, event: str, actor: Actor) -> str:
    """What the record says of a decision where nobody else may; empty of any other."""
    if event not in actor.stands_in:
        return ""
    some = context.transitions.get(event, ())
    return DID_BOTH if any(actor.id in done_by(context, one) for one in some) else DECIDED_INSTEAD


def _staff(transition: Transition) -> frozenset[Role]:
    return frozenset(role for role in transition.by if role.is_staff)
