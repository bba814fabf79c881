"""What of a case's answers a caller sees.

The phone numbers and addresses of customers are for the roles that ship to them or call them. Everybody else sees them
masked, and finds no case by them, nor by people's names. Names are not masked. Which fields are personal says their
type: `models.values.Personal`.

Whoever reads a case because it is theirs sees what its start and their own actions ask, and nothing else of it: what
the store writes down for itself, such as other suppliers' quotes, is the store's.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel

from api.access import Caller
from api.reading import reads_all, reads_own_alone
from models.papers import Paper
from models.roles import Role
from models.tables.cases import CaseRow
from models.values import Personal
from workflows.language.forms import Form
from workflows.language.personal import asked_of, personal_fields
from workflows.language.procedure import Procedure
from workflows.language.sources import rows_of_form, sources_of

Json = dict[str, Any]

SHIPS_OR_CALLS = frozenset(
    {
        Role.CS_AGENT,
        Role.CS_SUPERVISOR,
        Role.AFTER_SALES,
        Role.SALES,
        Role.ORDER_CLERK,
        Role.LOGISTICS,
        Role.PACKER,
        Role.WAREHOUSE_SUPERVISOR,
        Role.WAREHOUSE_KEEPER,
        Role.OPS_MANAGER,
        Role.GM,
    }
)
_MASKED = frozenset({Personal.PHONE, Personal.ADDRESS})
_STARS = "***"


def sees_personal(caller: Caller, store: str | None = None, *, is_own: bool = False) -> bool:
    """Whether the caller may read what is personal: in this store, or somewhere. is_own: of a case that they read
    because it is theirs, as customers do.
    """
    return caller.has_any(SHIPS_OR_CALLS | {Role.CUSTOMER} if is_own else SHIPS_OR_CALLS, store)


def searches_personal(caller: Caller, store: str | None) -> bool:
    """Whether the caller may search by what is personal: in this store, or in each that they see. Customers may, where
    they find nothing but cases of theirs.
    """
    some = [held for held, _ in caller.groups()] if store is None else [caller.roles_in(store)]
    return all(
        not held.isdisjoint(SHIPS_OR_CALLS) or (Role.CUSTOMER in held and reads_own_alone(held))
        for held in some
    )


def seen_by(procedure: type[Procedure] | None, values: Any, caller: Caller, store: str) -> Any:
    """A case's data, or a form, as this caller may see it: what is theirs of it, with phone numbers and addresses or
    with those masked.
    """
    if not isinstance(values, dict):
        return values
    is_own = procedure is None or not reads_all(caller, procedure.key, store)
    if is_own:
        own = frozenset[str]() if procedure is None else asked_of(procedure, caller.roles_in(store))
        values = {name: value for name, value in values.items() if name in own}  # pyright: ignore[reportUnknownVariableType]
    if sees_personal(caller, store, is_own=is_own):
        return values  # pyright: ignore[reportUnknownVariableType]
    names = {name for name, mark in personal_fields(procedure).items() if mark in _MASKED}
    return _masked(values, names)


def case_seen_by(procedure: type[Procedure] | None, row: CaseRow, values: Any, caller: Caller) -> Any:
    """A case's data as this caller may see it now."""
    seen = seen_by(procedure, values, caller, row.store)
    return without(seen, hidden_in(procedure, row, caller))


def hidden_in(procedure: type[Procedure] | None, row: CaseRow, caller: Caller) -> frozenset[str]:
    """The names of what this caller is to find out for themselves, where the case stands now."""
    blind = None if procedure is None else procedure.declaration.blind
    if blind is None:
        return frozenset()
    stages = [stage["key"] for stage in row.stages]
    return blind.hidden_from(caller.roles_in(row.store), stages, is_closed=row.state == "closed")


def without(value: Any, names: Collection[str]) -> Any:
    """A value without the answers of these names, however deep they are in it."""
    if not names:
        return value
    if isinstance(value, dict):
        return {k: without(v, names) for k, v in value.items() if k not in names}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [without(part, names) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def form_seen_by(
    procedure: type[Procedure], shape: type[Form], values: Json, said: Json, caller: Caller, store: str
) -> tuple[Json, Json]:
    """What a form is filled in with, and the facts beside its fields, as this caller may see them. What is masked isn't
    filled in: it would come back as it was shown.
    """
    if not reads_all(caller, procedure.key, store):
        own = asked_of(procedure, caller.roles_in(store))
        values = {name: value for name, value in values.items() if name in own}
    if sees_personal(caller, store):
        return values, said
    names = {name for name, mark in personal_fields(procedure).items() if mark in _MASKED}
    return _without(values, shape, names), _facts(said, shape, names)


def _without(values: Json, shape: type[BaseModel], names: Collection[str]) -> Json:
    """Without what is personal."""
    found: Json = {}
    for name, value in values.items():
        if not _is_of(shape, name, names):
            row = rows_of_form(shape).get(name)
            found[name] = value if row is None else [_without(one, row, names) for one in value]
    return {name: value for name, value in found.items() if _masked(value, names) == value}


def _facts(said: Json, shape: type[BaseModel], names: Collection[str]) -> Json:
    found: Json = {}
    for name, more in said.items():
        row = rows_of_form(shape).get(name)
        if "x-rows" in more and row is not None:
            found[name] = {"x-rows": [_facts(one, row, names) for one in more["x-rows"]]}
        elif "x-fact" in more:
            fact = more["x-fact"]
            found[name] = {"x-fact": _mask(fact) if _is_of(shape, name, names) else _masked(fact, names)}
        else:
            found[name] = more
    return found


def _is_of(shape: type[BaseModel], name: str, names: Collection[str]) -> bool:
    """Whether a field, or what it is filled in with, is one of these."""
    source = sources_of(shape).get(name)
    return name in names or (source is not None and source.path in names)


def event_data_seen_by(procedures: Collection[type[Procedure]], data: Any, caller: Caller, store: str) -> Any:
    """The data of an event that these procedures hear, as this caller may see it."""
    if sees_personal(caller, store or None):
        return data
    marks = dict(personal_fields(None))
    for procedure in procedures:
        marks |= personal_fields(procedure)
    return _masked(data, {name for name, mark in marks.items() if mark in _MASKED})


def shows_part(procedure: type[Procedure] | None, field: str, caller: Caller, store: str) -> bool:
    """Whether the caller may read this answer of a case: all of it, or what is theirs."""
    if procedure is None:
        return False
    return reads_all(caller, procedure.key, store) or field in asked_of(procedure, caller.roles_in(store))


def masked_part(value: Any, mark: str, caller: Caller, store: str, *, is_own: bool = False) -> Any:
    """A personal answer as this caller may read it. is_own: of what they read because it is theirs."""
    if sees_personal(caller, store, is_own=is_own) or Personal(mark) not in _MASKED:
        return value
    return _mask(value)


def sees_step(procedure: type[Procedure] | None, event: str, caller: Caller, store: str) -> bool:
    """Whether the caller may see what was written down with such a step: its form, its note, what came of it."""
    if procedure is None:
        return caller.is_staff
    if reads_all(caller, procedure.key, store):
        return True
    some = procedure.declaration.transitions.get(event, ())
    return any(one.is_start or not one.by.isdisjoint(caller.roles_in(store)) for one in some)


def papers_of(procedure: type[Procedure] | None, caller: Caller, store: str) -> list[Paper]:
    """What the caller may have printed of a case that they read."""
    if procedure is None:
        return []
    reads_every = reads_all(caller, procedure.key, store)
    return [paper for paper in procedure.declaration.papers if reads_every or paper.is_for_parties]


def _masked(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {k: _mask(v) if k in names else _masked(v, names) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_masked(part, names) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _mask(value: Any) -> Any:
    """A phone number keeps its first three and last two characters, an address its province and city."""
    if isinstance(value, str) and value:
        return f"{value[:3]}{_STARS}{value[-2:]}"
    if isinstance(value, dict):
        return {k: v if k in ("province", "city") else _STARS for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value
