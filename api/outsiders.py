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
    some = procedure.declaration.transitions.get(event, ())
    may = caller.roles_in(store) & frozenset[Role]().union(*(one.by for one in some))
    return bool(may) and not any(role.is_feed for role in may) and not reads_all(caller, procedure.key, store)


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
        given = asked.get(name)
        if given is None and len(mine) == 1:
            asked[name] = given = next(iter(mine))
        if given not in mine and (given or mine):
            fault = (f"{under}/{name}", "is not a number of yours" if given else "is needed: one of yours")
            raise Problem("invalid_form", "A case is begun in one's own name.", errors=[fault])
    require_own(session, shape, asked, caller, store, under)
    return asked or form


def require_own(
    session: Session,
    shape: type[Form] | None,
    form: Mapping[str, Any] | None,
    caller: Caller,
    store: str,
    under: str = "/form",
) -> None:
    """Raises Problem `invalid_form` where an outsider's answers name an order or a customer that isn't theirs."""
    faults: list[tuple[str, str]] = []
    for name, book in _references(shape).items() if shape is not None else ():
        given = (form or {}).get(name)
        if given is None:
            continue
        if book == "customer" and given not in own_numbers(caller, PartyKind.CUSTOMER, store):
            faults.append((f"{under}/{name}", "is not a number of yours"))
        if book == "order" and not _owns_order(session, caller, store, given):
            faults.append((f"{under}/{name}", "is not an order of yours"))
    if faults:
        raise Problem("invalid_form", "One speaks in one's own name, of what is one's own.", errors=faults)


def _numbers_asked(
    procedure: type[Procedure], shape: type[Form] | None, caller: Caller, store: str
) -> Iterator[tuple[str, frozenset[str]]]:
    """The fields of a start that say whose case it becomes, each with the caller's numbers of those kinds."""
    declared = procedure.declaration.parties
    for names in {*declared.values()}:
        kinds = [kind for kind, some in declared.items() if some == names and kind is not PartyKind.PERSON]
        mine = frozenset[str]().union(*(own_numbers(caller, kind, store) for kind in kinds))
        for name in names[:1] if kinds else ():
            if shape is not None and name in shape.model_fields:
                yield name, mine


@cache
def _references(shape: type[Form]) -> Mapping[str, str]:
    """By field of a form, the book of which it names an entry."""
    found: dict[str, str] = {}
    for name, field in shape.model_json_schema()["properties"].items():
        for part in (field, *field.get("anyOf", ())):
            if "x-ref" in part:
                found[name] = part["x-ref"]
    return found


def _owns_order(session: Session, caller: Caller, store: str, order: Any) -> bool:
    if not isinstance(order, str):
        return True  # the form's own type refuses it
    mine = exists().where(
        _orders.c.store == store,
        _orders.c.order == order,
        is_own(caller, PartyKind.CUSTOMER, _orders.c.store, _orders.c.case),
    )
    return bool(session.connection().execute(select(mine)).scalar_one())
