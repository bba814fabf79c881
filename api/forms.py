"""One action's form as somebody is given it: what is known and proposed is filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy.orm import Session

from api.access import Caller
from api.completing import store_books
from api.deciding import Deciders
from api.definitions import asked_schema, form_schema, forms_of
from api.labels import Language, label
from api.privacy import case_seen_by, form_seen_by
from api.problems import Problem, not_found, problem_of
from api.rendering import case_of, machine_of, offers
from api.replies import Reply, json_reply
from api.storage import Storage
from models.tables.cases import CaseRow, store_of
from workflows.language.filling import filled_in
from workflows.language.forms import Form
from workflows.language.machine import Machine
from workflows.language.memory import Actor
from workflows.language.procedure import Procedure
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.sentences import Named, sentence
from workflows.language.sources import sources_of
from workflows.language.standing_in import may_stand_in
from workflows.wording import word

Json = dict[str, Any]


def filled_form(session: Session, case: str, action: str, caller: Caller, language: Language) -> Reply:
    """`GET /cases/{id}/actions/{action}`. Raises Problem where the caller may not send it now."""
    row = case_of(session, case, caller)
    if row is None:
        raise not_found("case")
    machine = machine_of(row, datetime.now(UTC))
    if machine is None:
        raise Problem("not_possible_now", "This code doesn't have the case's version.")
    forms_of(machine.procedure, action)  # raises where there is no such action
    _require_possible(session, machine, action, caller, row, language)
    schema, values = _filled(session, machine, action, caller, language)
    return json_reply(
        {
            "key": action,
            "label": label("action", action, language, row.procedure),
            "form": schema,
            "values": values,
            "judged": _judged(machine, action, row, caller, language),
            "revision": row.revision,
            "version": row.version,
        }
    )


async def acting(
    storage: Storage, procedure: type[Procedure], case: str, action: str, caller: Caller
) -> Actor:
    """Who sends an action. Whether a general manager stands in for somebody, the accounts are asked."""
    actor = caller.actor_in(store_of(case))
    decides = any(one.spec.other_than for one in procedure.declaration.transitions.get(action, ()))
    return await storage.read(_actor_on, case, caller) if decides and may_stand_in(actor) else actor


def _actor_on(session: Session, case: str, caller: Caller) -> Actor:
    row = case_of(session, case, caller)
    machine = machine_of(row, datetime.now(UTC)) if row is not None else None
    return caller.actor_in(store_of(case)) if machine is None else Deciders(session).at(machine, caller)


def _filled(
    session: Session, machine: Machine, action: str, caller: Caller, language: Language
) -> tuple[Json, Json]:
    """The form's schema, as it is now, and what it is filled in with."""
    procedure, stages, store = machine.procedure, tuple(machine.stages), machine.memory.store
    schema = asked_schema(procedure, action, stages, language)
    shape = machine.form_here(action)
    if shape is None:
        return schema, {}
    known, said = filled_in(machine.context, shape, caller.actor_in(store), store_books(session, store))
    asked = _asked_after_all(shape, known)
    values, said = form_seen_by(
        procedure, shape, to_jsonable_python(known), to_jsonable_python(said), caller, store
    )
    known_already = frozenset(known) if machine.is_at_entry else frozenset[str]()
    if not said and not asked and not known_already:
        return schema, values
    properties = schema["properties"]
    required = form_schema(procedure, action, stages, language).get("required", ())
    return {
        **schema,
        "properties": {**properties, **{name: {**properties[name], **more} for name, more in said.items()}},
        "required": [
            name
            for name in required
            if name not in known_already and (name in asked or name in schema.get("required", ()))
        ],
    }, values


def _judged(machine: Machine, action: str, row: CaseRow, caller: Caller, language: Language) -> list[Json]:
    """What of the case whoever sends the action judges, as this caller may see it."""
    procedure = machine.procedure
    seen = case_seen_by(procedure, row, to_jsonable_python(machine.judged(action)), caller)
    return [
        {"key": name, "label": label("field", name, language, procedure.key), "value": value}
        for name, value in seen.items()
    ]


def _asked_after_all(shape: type[Form], known: Json) -> frozenset[str]:
    """What the case or a book should know, and doesn't."""
    return frozenset(
        name
        for name, source in sources_of(shape).items()
        if source.kind == "known" and source.of in ("case", "book") and name not in known
    )


def _require_possible(
    session: Session, machine: Machine, action: str, caller: Caller, row: CaseRow, language: Language
) -> None:
    possible = offers(session, machine, caller)
    if action in possible:
        return
    stages = [stage["key"] for stage in row.stages]
    try:
        machine.judge(action, None, actor=Deciders(session).at(machine, caller))
    except InvalidForm:
        pass  # the form is all that is missing: what stands in its way is a guard that isn't offered
    except Refusal as refusal:
        raise problem_of(
            refusal, language, machine.procedure.key, stages=stages, actions=possible
        ) from refusal
    why = machine.blocked(caller.actor_in(row.store), possible).get(action) or sentence(
        "{action} is not possible now.", action=Named("action", action)
    )
    said = word(why, language, machine.procedure.key)
    raise Problem("not_possible_now", said, stages=stages, actions=possible)
