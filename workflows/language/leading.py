"""What is asked of every procedure, so that its cases lead somewhere: checked with all else when its class is made."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.language.declaration import Declaration
from workflows.language.leads import Without
from workflows.language.stages import Entry, Stage
from workflows.language.stopping import without_way_back
from workflows.language.usual import left_by_the_clock


def faults_of_leads(declared: Declaration) -> Iterator[str]:
    """Where a case would lead nowhere."""
    yield from _limits(declared)
    yield from _exceptions(declared)


def _limits(declared: Declaration) -> Iterator[str]:
    """Whoever is late, somebody hears of it."""
    for stage in declared.stages.values():
        if stage.due is not None and not stage.tell:
            yield f"{stage.place}: {stage.id} has a limit of which nobody hears: say tell="
    for deadline in declared.deadlines:
        if not deadline.escalation_steps and deadline.sends is None:
            yield f"{deadline.place}: nobody hears of {deadline.key}: say tell= or sends="


def _exceptions(declared: Declaration) -> Iterator[str]:
    """What isn't asked would be asked otherwise."""
    for one in declared.exceptions:
        if one.of is None and not (one.lead == "way_back" and without_way_back(declared)):
            yield f"{one.place}: {declared.key} as a whole needs no exception from {one.lead}"
        for name in one.names:
            if not _is_needed(declared, one, name):
                yield f"{one.place}: {name} needs no exception from {one.lead}"


def _is_needed(declared: Declaration, one: Without, name: str) -> bool:
    match one.lead:
        case "limit":
            return _would_get_usual_limit(declared, declared.stages.get(name))
        case "way_back":
            return name in without_way_back(declared)


def _would_get_usual_limit(declared: Declaration, stage: Stage | None) -> bool:
    if stage is None or stage.final or isinstance(stage, Entry) or stage.due is not None:
        return False
    return not left_by_the_clock(stage, declared.transitions)
