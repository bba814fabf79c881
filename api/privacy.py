"""Who sees the phone numbers and addresses of customers: the roles that ship to them or call them.

Everybody else sees them masked. Names are not masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from api.access import Caller
from models.roles import Role
from models.values import Address, Phone
from workflows.language.procedure import Procedure

SHIPS_OR_CALLS = frozenset(
    {
        Role.CUSTOMER,
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
_PHONE: str = TypeAdapter(Phone).json_schema()["pattern"]
_STARS = "***"


def seen_by(procedure: type[Procedure] | None, values: Any, caller: Caller) -> Any:
    """A case's data, or a form, as this caller may see it: with phone numbers and addresses, or with those masked."""
    if caller.has_any(SHIPS_OR_CALLS) or not isinstance(values, dict):
        return values
    names = _personal(procedure) if procedure is not None else frozenset(("phone", "address"))
    return _masked(values, names)


def _masked(value: Any, names: frozenset[str]) -> Any:
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


@cache
def _personal(procedure: type[Procedure]) -> frozenset[str]:
    """The names of all fields of a procedure that hold a phone number or an address."""
    forms = {
        move.form
        for moves in procedure.declaration.transitions.values()
        for move in moves
        if move.form is not None
    }
    return frozenset(
        name for model in (procedure.declaration.case_type, *forms) for name in _personal_fields(model, set())
    )


def _personal_fields(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    seen.add(model)
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *_within(field.annotation)]
        patterns = {getattr(part, "pattern", None) for part in (*field.metadata, *kinds)}
        if Address in kinds or _PHONE in patterns:
            yield name
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
                yield from _personal_fields(kind, seen)


def _within(annotation: Any) -> Iterator[Any]:
    """All that a type is made of: `Phone | None` holds the constraints of Phone."""
    for part in (*get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield part
        yield from _within(part)
