"""What somebody can start, and what of a start's form is known from where they come."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from api.definitions import asked_schema
from api.labels import label
from inbox.schemas import resolved
from inbox.visitors import Visitor
from models.roles import Role
from stores.current import is_off
from workflows.labels import group_of_key
from workflows.language.procedure import Procedure
from workflows.registry import registry

Json = dict[str, Any]


def startable(visitor: Visitor) -> list[Json]:
    """The procedures that the visitor may start: first those that their own roles start, then those that everybody
    does; by group.
    """
    own = visitor.caller.roles - {Role.STAFF}
    found = [
        {
            "key": one.key,
            "label": label("procedure", one.key, visitor.language, one.key),
            "group": group_of_key(one.key),
            "is_everybodys": not starts_of(one, own),
        }
        for one in registry()
        if starts_of(one, visitor.caller.roles) and not is_off(visitor.services.settings, one.key)
    ]
    return sorted(found, key=lambda one: (one["is_everybodys"], one["group"], one["label"]))


def starts_of(procedure: type[Procedure], roles: AbstractSet[Role]) -> list[str]:
    """The events by which one of these roles may start a case."""
    declared = procedure.declaration
    return [
        event
        for event in declared.start_events
        if any(one.is_start and not one.by.isdisjoint(roles) for one in declared.transitions[event])
    ]


def takes(visitor: Visitor, key: str) -> frozenset[str]:
    """The books that the fields of a procedure's start name an entry of."""
    procedure = registry().get(key)
    events = starts_of(procedure, visitor.caller.roles)
    return frozenset(_books_in(procedure, events[0]).values()) if events else frozenset()


def filled(procedure: type[Procedure], event: str, given: Mapping[str, str]) -> Json:
    """The answers that are known. given: by book, the entry that is meant."""
    books = _books_in(procedure, event)
    return {name: given[book] for name, book in books.items() if given.get(book)}


@cache
def _books_in(procedure: type[Procedure], event: str) -> Mapping[str, str]:
    """By field that a person answers, the book that the answer names an entry of."""
    schema = asked_schema(procedure, event, (), "en")
    defs = schema.get("$defs", {})
    parts = ((name, resolved(part, defs)[0]) for name, part in schema.get("properties", {}).items())
    return {name: str(part["x-ref"]) for name, part in parts if part.get("x-ref") and "x-from" not in part}
