"""A form that was sent, completed before the journal keeps it: with the numbers of the store's own papers, and with
what its books know.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy.orm import Session

from activities.answerers import Asked, books_at
from api.access import Caller
from api.definitions import forms_of, procedure_named
from api.labels import Language
from api.numbers import draw_all
from api.problems import Problem, problem_of
from api.rendering import machine_of
from api.storage import Storage
from cases.positions import case_row
from models.tables.accounts import Account, AccountKind
from models.tables.cases import store_of
from workflows.language.filling import Books, with_books
from workflows.language.forms import Form
from workflows.language.machine import Machine
from workflows.language.procedure import Procedure
from workflows.language.refusals import FormError, InvalidForm
from workflows.language.sentences import sentence
from workflows.language.sources import asks_books, sources_of
from workflows.runner.messages import StartRequest

Json = dict[str, Any]


def is_asking(procedure: str, action: str) -> bool:
    """Whether the form of an action of the procedure's newest version asks books."""
    try:
        return _asks_books(procedure_named(procedure), action)
    except Problem:
        return False


def store_books(session: Session, store: str) -> Books:
    """What the store's books say now."""
    return books_at(Asked(session, store, datetime.now(UTC)))


@cache
def is_completed(procedure: type[Procedure], action: str) -> bool:
    """Whether anything of the action's form is drawn or read from books."""
    return _asks_books(procedure, action) or any(_numbers_of(one) for one in _shapes(procedure, action))


def is_completed_at_start(procedure: type[Procedure], event: str) -> bool:
    """Likewise; or whether it says who acts, whom a service names."""
    return is_completed(procedure, event) or bool(_people_of(procedure, event))


def may_be_known(procedure: type[Procedure], action: str, caller: Caller, form: Json | None) -> bool:
    """Whether books are to be read before the action is sent."""
    names = _people_of(procedure, action) if caller.is_service and form else ()
    return _asks_books(procedure, action) or any(name in (form or {}) for name in names)


def with_books_known(
    session: Session,
    procedure: type[Procedure],
    case: str,
    action: str,
    form: Json | None,
    caller: Caller,
    language: Language,
) -> Json | None:
    """The form of an action, with what books know and was left out. Raises Problem `invalid_form` where they say
    otherwise, or where a service names nobody who is there.
    """
    try:
        if caller.is_service:
            _require_accounts(session, _people_of(procedure, action), form or {}, store_of(case))
        if not _asks_books(procedure, action):
            return form
        row = case_row(session, case)
        machine = machine_of(row, datetime.now(UTC)) if row is not None else None
        return form if machine is None else _completed(session, machine, action, form, caller)
    except InvalidForm as error:
        raise problem_of(error, language, procedure.key) from error


def numbers_asked(procedure: type[Procedure], action: str, form: Json | None) -> dict[str, str]:
    """By field, the range of each paper of the store's own that has no number yet."""
    given = form or {}
    return {
        name: prefix
        for shape in _shapes(procedure, action)
        for name, prefix in _numbers_of(shape).items()
        if not given.get(name)
    }


async def with_numbers(
    storage: Storage, procedure: type[Procedure], action: str, form: Json | None, store: str
) -> Json | None:
    """The form, with a number drawn for each paper of the store's own that has none yet."""
    asked = numbers_asked(procedure, action, form)
    return {**(form or {}), **await storage.write(draw_all, store, asked)} if asked else form


def start_with_books(
    session: Session, procedure: type[Procedure], start: StartRequest, form: Json | None, caller: Caller
) -> Json | None:
    """The form of a start, likewise. Raises InvalidForm."""
    if caller.is_service:
        _require_accounts(session, _people_of(procedure, start.event), form or {}, start.store)
    machine = Machine.begin(
        procedure, store=start.store, subject=start.subject, policy=start.policy, now=datetime.now(UTC)
    )
    return _completed(session, machine, start.event, form, caller)


def _completed(
    session: Session, machine: Machine, event: str, form: Json | None, caller: Caller
) -> Json | None:
    """Whoever may not send it learns nothing of the books: the case refuses them."""
    shape, store = machine.form_here(event), machine.memory.store
    actor = caller.actor_in(store)
    if shape is None or not asks_books(shape) or not machine.is_for(event, actor):
        return form
    return to_jsonable_python(
        with_books(machine.context, shape, form or {}, actor, store_books(session, store))
    )


def _require_accounts(session: Session, names: tuple[str, ...], form: Json, store: str) -> None:
    """A service names people who are there. Raises InvalidForm."""
    for name in names:
        person = form.get(name)
        if not isinstance(person, str):
            continue
        account = session.get(Account, person)
        if (
            account is not None
            and account.closed_at is None
            and account.kind == AccountKind.PERSON
            and not {store, "*"}.isdisjoint(account.roles)
        ):
            continue
        said = sentence("{person} is nobody who works in this store.", person=person)
        raise InvalidForm(said, errors=(FormError(f"/{name}", str(said), said),))


def _shapes(procedure: type[Procedure], action: str) -> list[type[Form]]:
    return [shape for shape in forms_of(procedure, action) if shape is not None]


@cache
def _asks_books(procedure: type[Procedure], action: str) -> bool:
    return any(asks_books(shape) for shape in _shapes(procedure, action))


@cache
def _people_of(procedure: type[Procedure], action: str) -> tuple[str, ...]:
    """The fields that say who acts."""
    marks = (one for shape in _shapes(procedure, action) for one in sources_of(shape).items())
    return tuple(name for name, source in marks if (source.kind, source.of) == ("known", "caller"))


@cache
def _numbers_of(shape: type[Form]) -> dict[str, str]:
    """What the numbers of papers begin with, by field."""
    return {name: source.path for name, source in sources_of(shape).items() if source.of == "numbers"}
