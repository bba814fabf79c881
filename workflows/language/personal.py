"""Which fields of a procedure's cases and forms say something of a person, and which are the store's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from models.roles import PARTY_ROLES, Role
from models.values import Personal
from workflows.language.declaration import Declaration
from workflows.language.procedure import Procedure

UNKNOWN: Mapping[str, Personal] = {
    "phone": Personal.PHONE,
    "address": Personal.ADDRESS,
    "receiver_name": Personal.NAME,
    "buyer": Personal.NAME,
}
"""What is taken for personal in a case whose version this code doesn't have."""


@cache
def personal_fields(procedure: type[Procedure] | None) -> Mapping[str, Personal]:
    """The names of all fields that are marked `Personal`, in the case, its forms and whatever these are made of."""
    return UNKNOWN if procedure is None else dict(_in(procedure.declaration))


@cache
def asked_of(procedure: type[Procedure], roles: frozenset[Role] = frozenset()) -> frozenset[str]:
    """The names of what a case's start, and the actions of these roles, ask: all of it that somebody sees who reads the
    case because it is theirs, but for what the procedure keeps back.
    """
    asked: set[str] = set()
    for _, one in procedure.declaration.all_transitions:
        if one.form is not None and (one.is_start or not one.by.isdisjoint(roles)):
            asked.update(one.form.model_fields)
    return frozenset(asked).difference(procedure.declaration.kept_back)


@cache
def stores_own(procedure: type[Procedure] | None) -> frozenset[str]:
    """The names of what a case keeps for the store alone: no party of it is shown them. Empty where it has none."""
    if procedure is None or not procedure.declaration.parties:
        return frozenset()
    return frozenset(procedure.declaration.case_type.model_fields) - asked_of(procedure, PARTY_ROLES)


def _in(declared: Declaration) -> Iterator[tuple[str, Personal]]:
    forms = {one.form for _, one in declared.all_transitions if one.form is not None}
    for model in (declared.case_type, *forms):
        yield from _of(model, set())


def _of(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[tuple[str, Personal]]:
    seen.add(model)
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *_within(field.annotation)]
        for part in (*field.metadata, *kinds):
            mark = part if isinstance(part, Personal) else getattr(part, "personal", None)
            if isinstance(mark, Personal):
                yield name, mark
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
                yield from _of(kind, seen)


def _within(annotation: Any) -> Iterator[Any]:
    """All that a type is made of: `Phone | None` holds what marks Phone."""
    for part in (*get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield part
        yield from _within(part)
