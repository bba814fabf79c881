"""What is asked of every procedure, so that its cases lead somewhere: checked with all else when its class is made."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.language.declaration import Declaration
from workflows.language.leads import Without, leaves_all_out, left_out
from workflows.language.stages import Entry, Stage
from workflows.language.stopping import without_way_back
from workflows.language.usual import left_by_the_clock


def faults_of_leads(declared: Declaration) -> Iterator[str]:
    """Where a case would lead nowhere."""
    yield from _limits(declared)
    yield from _beginnings(declared)
    excepted = left_out(declared.exceptions, "second_person")
    for event in one_person_approves(declared):
        if event not in excepted:
            place = declared.transitions[event][0].spec.place
            yield f"{place}: who asked for it may send {event} too: say other_than="
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
        yield f"{place}: only the calendar starts {declared.key}: say by= too, for those whose work it is"


_APPROVING = frozenset({"approve", "allow"})


def one_person_approves(declared: Declaration) -> tuple[str, ...]:
    """The events by which staff approve something, and that whoever asked for it may send."""
    return tuple(
        event
        for event, some in declared.transitions.items()
        if event.partition("_")[0] in _APPROVING
        and any(not one.spec.other_than and any(role.is_staff for role in one.by) for one in some)
    )


def _only_by_calendar(declared: Declaration) -> str:
    """Where the calendar's start is declared, where no person has one; else empty."""
    starts = [one for _, one in declared.all_transitions if one.is_start]
    if any(role.is_person for one in starts for role in one.by):
        return ""
    return next((one.spec.place for one in starts if one.spec.every is not None), "")


def _exceptions(declared: Declaration) -> Iterator[str]:
    """What isn't asked would be asked otherwise."""
    for one in declared.exceptions:
        if one.of is None and not _is_needed_at_all(declared, one):
            yield f"{one.place}: {declared.key} as a whole needs no exception from {one.lead}"
        for name in one.names:
            if not _is_needed(declared, one, name):
                yield f"{one.place}: {name} needs no exception from {one.lead}"


def _is_needed_at_all(declared: Declaration, one: Without) -> bool:
    match one.lead:
        case "limit" | "second_person":
            return False
        case "way_back":
            return bool(without_way_back(declared))
        case "by_hand":
            return bool(_only_by_calendar(declared))


def _is_needed(declared: Declaration, one: Without, name: str) -> bool:
    match one.lead:
        case "limit":
            return _would_get_usual_limit(declared, declared.stages.get(name))
        case "way_back":
            return name in without_way_back(declared)
        case "by_hand":
            return False
        case "second_person":
            return name in one_person_approves(declared)


def _would_get_usual_limit(declared: Declaration, stage: Stage | None) -> bool:
    if stage is None or stage.final or isinstance(stage, Entry) or stage.due is not None:
        return False
    return not left_by_the_clock(stage, declared.transitions)
