"""Which procedures hear a type of event, and whether a stage that hears it can still come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from models.roles import Role
from workflows.language.forms import Form
from workflows.language.procedure import Procedure
from workflows.registry import registry


@dataclass(frozen=True)
class Heard:
    """One event of a procedure that a type of message sends."""

    procedure: type[Procedure]
    event: str
    starts: bool
    found_by: str | None
    """The attribute of a case that the message's subject names; None: the case's own subject."""
    form: type[Form] | None
    roles: frozenset[Role]
    """Who may send it."""
    for_all: bool
    """Whether every case that keeps the number takes it."""


@dataclass(frozen=True)
class Listener:
    """A procedure that hears a type."""

    procedure: type[Procedure]
    starts: tuple[str, ...]
    """The events by which it starts a case, in the order of the declaration."""
    found_by: frozenset[str | None]
    """The attributes of a case that the event's subject is looked up by; None is the case's own subject."""
    for_all: bool = False
    """Whether every case that is found takes it, and not the first alone."""
    feeds: frozenset[Role] = frozenset()
    """The roles of feeds that may send it: of these, cases are told that they don't read."""


def heard_by_type() -> dict[str, tuple[Heard, ...]]:
    """All that the procedures hear, by the type of the message."""
    found: dict[str, list[Heard]] = {}
    for procedure in registry():
        for event, moves in procedure.declaration.transitions.items():
            for move in moves:
                for heard in move.spec.on:
                    one = Heard(
                        procedure, event, move.is_start, heard.about, move.form, move.by, heard.for_all
                    )
                    found.setdefault(heard.topic, []).append(one)
    return {type_: tuple(heard) for type_, heard in found.items()}


@lru_cache(maxsize=1024)
def listeners(topic: str) -> tuple[Listener, ...]:
    """All that hear this type, by the procedure's key."""
    by_procedure: dict[type[Procedure], list[Heard]] = {}
    for heard in heard_by_type().get(topic, ()):
        by_procedure.setdefault(heard.procedure, []).append(heard)
    return tuple(
        Listener(
            procedure,
            tuple(dict.fromkeys(one.event for one in heard if one.starts)),
            frozenset(one.found_by for one in heard if not one.starts),
            any(one.for_all for one in heard),
            frozenset(role for one in heard for role in one.roles if role.is_feed),
        )
        for procedure, heard in by_procedure.items()
    )


@lru_cache(maxsize=1024)
def is_found_by_number(topic: str) -> bool:
    """Whether a case is found by a number of its own, such as a parcel's waybill, by which its store is found too."""
    return any(heard.found_by is not None for heard in heard_by_type().get(topic, ()))


@lru_cache(maxsize=1024)
def asked_of_subject(procedure: str, topic: str) -> str | None:
    """The answer that an event's own subject gives, where it is about one of several numbers of a case and its form
    asks which.
    """
    for heard in heard_by_type().get(topic, ()):
        about, form = heard.found_by, heard.form
        if heard.procedure.key == procedure and about and form and about in form.model_fields:
            return about
    return None


@lru_cache(maxsize=1024)
def senders_of(topic: str) -> frozenset[Role]:
    """Who may send this type to some procedure; nobody, where none hears it."""
    return frozenset(role for heard in heard_by_type().get(topic, ()) for role in heard.roles)


@cache
def _reachable(procedure: type[Procedure], stage: str) -> frozenset[str]:
    targets: dict[str, set[str]] = {}
    for moves in procedure.declaration.transitions.values():
        for move in moves:
            targets.setdefault(move.source.id, set()).add(move.goes_to)
    seen: set[str] = set()
    ahead = [stage]
    while ahead:
        for target in targets.get(ahead.pop(), set()) - seen:
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
