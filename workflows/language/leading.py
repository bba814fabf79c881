"""What is asked of every procedure, so that its cases lead somewhere: checked with all else when its class is made."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.language.approving import changes_after_approval, faults_of_approvals, one_person_approves
from workflows.language.declaration import Declaration
from workflows.language.leads import Lead, leaves_all_out
from workflows.language.stopping import faults_of_ways_back
from workflows.language.usual import without_limit


def faults_of_leads(declared: Declaration) -> Iterator[str]:
    """Where a case would lead nowhere."""
    yield from _limits(declared)
    yield from _beginnings(declared)
    yield from faults_of_ways_back(declared)
    yield from faults_of_approvals(declared)
    yield from _exceptions(declared)


def _limits(declared: Declaration) -> Iterator[str]:
    """Whoever is late, somebody hears of it."""
    for stage in declared.stages.values():
        if stage.due is not None and not stage.tell:
            yield f"{stage.place}: {stage.id} has a limit of which nobody hears: say tell="
    for deadline in declared.deadlines:
        if not deadline.escalation_steps and deadline.sends is None:
            yield f"{deadline.place}: nobody hears of {deadline.key}: say tell= or sends="


def _beginnings(declared: Declaration) -> Iterator[str]:
    """Whoever's work it is may begin it before the calendar does."""
    if not leaves_all_out(declared.exceptions, "by_hand") and (place := _only_by_calendar(declared)):
        yield f"{place}: only the calendar starts it so: say by= too, for those whose work it is"


def _only_by_calendar(declared: Declaration) -> str:
    """Where a start of the calendar's is declared that no person has; else empty."""
    starts = [(event, one) for event, one in declared.all_transitions if one.is_start]
    by_people = {event for event, one in starts if any(role.is_person for role in one.by)}
    alone = (one for event, one in starts if one.spec.every is not None and event not in by_people)
    return next((one.spec.place for one in alone), "")


def _exceptions(declared: Declaration) -> Iterator[str]:
    """What isn't asked would be asked otherwise."""
    if not declared.exceptions:
        return
    asked: dict[Lead, frozenset[str]] = {
        "limit": frozenset(without_limit(declared.stages, declared.transitions, declared.deadlines)),
        "way_back": frozenset(declared.without_way_back),
        "by_hand": frozenset(filter(None, [_only_by_calendar(declared)])),
        "second_person": frozenset(one_person_approves(declared)),
        "approval_again": frozenset(changes_after_approval(declared)),
    }
    for one in declared.exceptions:
        may_be_of_all = one.lead in ("way_back", "by_hand")
        if one.of is None and not (may_be_of_all and asked[one.lead]):
            yield f"{one.place}: {declared.key} as a whole needs no exception from {one.lead}"
        for name in one.names:
            if name not in asked[one.lead]:
                yield f"{one.place}: {name} needs no exception from {one.lead}"
