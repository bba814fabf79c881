"""What those may say who see a case as theirs alone: each speaks in their own name, of what is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.problems import Problem
from api.reading import is_own, own_numbers, reads_all
from api.storage import table_of
from models.roles import PartyKind, Role
from models.tables.orders import OrderRow
from workflows.language.forms import Form
from workflows.language.procedure import Procedure

Answers = dict[str, Any]

_orders = table_of(OrderRow)


def speaks_as_outsider(caller: Caller, procedure: type[Procedure], event: str, store: str) -> bool:
    """Whether this event is the caller's to send, and neither as one of the store's people nor as a feed."""
    if reads_all(caller, procedure.key, store):
        return False
    some = procedure.declaration.transitions.get(event, ())
    may = caller.roles_in(store) & frozenset[Role]().union(*(one.by for one in some))
    return bool(may) and not any(role.is_feed for role in may)


def start_of_outsider(
    session: Session,
    procedure: type[Procedure],
    event: str,
    form: Answers | None,
    caller: Caller,
    store: str,
    under: str = "/data",
) -> Answers | None:
    """The form of a start that an outsider sends, with its own number. Raises Problem `invalid_form` for another's.

    under: where the form stands in the body.
    """
    asked, shape = dict(form or {}), procedure.declaration.form_of(event)
    for name, mine in _numbers_asked(procedure, shape, caller, store):
        if asked.get(name) is None and len(mine) == 1:
            asked[name] = next(iter(mine))
        elif asked.get(name) is None and mine:
            fault = (f"{under}/{name}", "is needed: one of yours")
            raise Problem("invalid_form", "A case is begun in one's own name.", errors=[fault])
    require_own(session, procedure, shape, asked, caller, store, under)
    return asked or form


def require_own(
    session: Session,
    procedure: type[Procedure],
    shape: type[Form] | None,
    form: Mapping[str, Any] | None,
    caller: Caller,
    store: str,
    under: str = "/form",
) -> None:
    """Raises Problem `invalid_form` where an outsider's answers name a party, an order or a customer of others."""
    given = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
    mine = {**dict(_numbers_asked(procedure, shape, caller, store)), **_customers(shape, caller, store)}
    faults = [
        (f"{under}/{name}", "is not a number of yours")
        for name, numbers in mine.items()
        if name in given and given[name] not in numbers
    ]
    faults += [
        (f"{under}/{name}", "is not an order of yours")
        for name in sorted(_naming("order", shape) & given.keys())
        if not _owns_order(session, caller, store, given[name])
    ]
    if faults:
        raise Problem("invalid_form", "One speaks in one's own name, of what is one's own.", errors=faults)


def _numbers_asked(
    procedure: type[Procedure], shape: type[Form] | None, caller: Caller, store: str
) -> Iterator[tuple[str, frozenset[str]]]:
    """The fields of a form that say whose case it is, each with the caller's numbers of those kinds."""
    declared = procedure.declaration.parties
    for names in {*declared.values()}:
        kinds = [kind for kind, some in declared.items() if some == names and kind is not PartyKind.PERSON]
        mine = frozenset[str]().union(*(own_numbers(caller, kind, store) for kind in kinds))
        for name in names[:1] if kinds else ():
            if shape is not None and name in shape.model_fields:
                yield name, mine


def _customers(shape: type[Form] | None, caller: Caller, store: str) -> Mapping[str, frozenset[str]]:
    """The fields that name a customer, each with the caller's numbers as one."""
    return dict.fromkeys(_naming("customer", shape), own_numbers(caller, PartyKind.CUSTOMER, store))


@cache
def _naming(book: str, shape: type[Form] | None) -> frozenset[str]:
    """The fields of a form that name an entry of this book."""
    fields: Answers = shape.model_json_schema()["properties"] if shape is not None else {}
    return frozenset(
        name
        for name, field in fields.items()
        if any(part.get("x-ref") == book for part in (field, *field.get("anyOf", ())))
    )


def _owns_order(session: Session, caller: Caller, store: str, order: str) -> bool:
    mine = exists().where(
        _orders.c.store == store,
        _orders.c.order == order,
        is_own(caller, PartyKind.CUSTOMER, _orders.c.store, _orders.c.case),
    )
    return bool(session.connection().execute(select(mine)).scalar_one())
