"""The usual limit: of a stage of people for which the procedure says none, alone or with others.

How long it is the store says: `StorePolicy.usual_limit`. It needs no timer of its own: a case has one, for its earliest
alarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.policy import Clock
from models.roles import Role, superiors
from workflows.language.deadlines import Deadline
from workflows.language.stages import Entry, Stage, Transition
from workflows.language.timing import Repeat, UsualSpan

Ways = Mapping[str, tuple[Transition, ...]]
"""The transitions of a procedure, by event."""

USUAL = UsualSpan(clock=Clock.OFFICE, days=3)
"""As the policy has it where the store says nothing else."""
_TWICE = UsualSpan(clock=Clock.OFFICE, days=6)


def give_usual_limits(
    stages: Mapping[str, Stage], ways: Ways, deadlines: tuple[Deadline, ...], unlimited: frozenset[str]
) -> None:
    """Give it to each stage that needs it. First whoever has the turn hears, after twice the time those above them."""
    for key in without_limit(stages, ways, deadlines):
        if key not in unlimited:
            stage = stages[key]
            told = _who_hears(stage, ways)
            stage.due, stage.tell = USUAL, ((USUAL, told), (_TWICE, superiors(told)))


def without_limit(
    stages: Mapping[str, Stage], ways: Ways, deadlines: tuple[Deadline, ...]
) -> tuple[str, ...]:
    """The stages that wait for somebody, and for which the procedure says no limit, alone or with others."""
    counted = frozenset[str]().union(*(spanned(stages, ways, deadline) for deadline in deadlines))
    return tuple(
        key
        for key, stage in stages.items()
        if not (stage.final or isinstance(stage, Entry) or stage.due is not None or key in counted)
        and (stage.role or _waits_for_a_message(stage, ways))
        and not left_by_the_clock(stage, ways)
    )


def _who_hears(stage: Stage, ways: Ways) -> frozenset[Role]:
    """Of the store's people whose turn it is, else those who can move the case on; else whoever is above all."""
    acting = (one.by for some in ways.values() for one in some if one.source is stage)
    for roles in (stage.role, frozenset[Role]().union(*acting)):
        if own := frozenset(role for role in roles if role.is_staff) - {Role.STAFF}:
            return own
    return superiors(None)


def _waits_for_a_message(stage: Stage, ways: Ways) -> bool:
    """Whether somebody outside has the turn, who tells it in a message."""
    return any(
        one.source is stage and one.target is not stage and any(role.is_feed for role in one.by)
        for some in ways.values()
        for one in some
    )


def left_by_the_clock(stage: Stage, ways: Ways) -> bool:
    """Whether the case goes on by itself after a time."""
    return any(
        one.source is stage
        and one.target is not stage
        and one.spec.clock is not None
        and not isinstance(one.spec.clock, Repeat)
        for some in ways.values()
        for one in some
    )


def spanned(stages: Mapping[str, Stage], ways: Ways, deadline: Deadline) -> Iterator[str]:
    """The stages in which a deadline always counts."""
    entry = next(key for key, stage in stages.items() if isinstance(stage, Entry))
    found = {(entry, False)}
    to_do = list(found)
    while to_do:
        stage, counts = to_do.pop()
        for event, some in ways.items():
            for one in some:
                if one.source.id == stage:
                    then = (counts or event in deadline.since.names) and event not in deadline.until.names
                    if (there := (one.goes_to, then)) not in found:
                        found.add(there)
                        to_do.append(there)
    for stage in stages:
        if (stage, True) in found and (stage, False) not in found and stage not in deadline.pauses:
            yield stage
