"""Which procedures hear a type of event, and whether a stage that hears it can still come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from workflows.language.procedure import Procedure
from workflows.registry import registry


@dataclass(frozen=True)
class Listener:
    """A procedure that hears a type."""

    procedure: type[Procedure]
    starts: tuple[str, ...]
    """The events by which it starts a case, in the order of the declaration."""
    moves: bool
    found_by: frozenset[str | None]
    """The attributes of a case that the event's subject is looked up by; None is the case's own subject."""


@lru_cache(maxsize=1024)
def listeners(topic: str) -> tuple[Listener, ...]:
    """All that hear this type, by the procedure's key."""
    found: list[Listener] = []
    for procedure in registry():
        starts: list[str] = []
        about: set[str | None] = set()
        for event, moves in procedure.declaration.transitions.items():
            for move in moves:
                for heard in (h for h in move.spec.on if h.topic == topic):
                    if move.is_start:
                        starts.append(event)
                    else:
                        about.add(heard.about)
        if starts or about:
            found.append(Listener(procedure, tuple(dict.fromkeys(starts)), bool(about), frozenset(about)))
    return tuple(found)


@cache
def _reachable(procedure: type[Procedure], stage: str) -> frozenset[str]:
    ways: dict[str, set[str]] = {}
    for moves in procedure.declaration.transitions.values():
        for move in moves:
            ways.setdefault(move.source.id, set()).add(move.goes_to)
    seen: set[str] = set()
    ahead = [stage]
    while ahead:
        for target in ways.get(ahead.pop(), set()) - seen:
            seen.add(target)
            ahead.append(target)
    return frozenset(seen)


def may_come(procedure: type[Procedure], stages: list[str], topic: str) -> bool:
    """Whether a case at these stages can still reach one, other than these, where this type moves it."""
    hearing = {
        move.source.id
        for moves in procedure.declaration.transitions.values()
        for move in moves
        if not move.is_start and any(heard.topic == topic for heard in move.spec.on)
    }
    return any((_reachable(procedure, stage) - set(stages)) & hearing for stage in stages)
