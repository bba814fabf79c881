"""One action's form as somebody is given it: what is known and proposed is filled in."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy.orm import Session

from api.access import Caller
from api.definitions import asked_schema, forms_of
from api.labels import Language, label
from api.privacy import seen_by
from api.problems import Problem, not_found, problem_of
from api.rendering import case_of, machine_of, offers
from api.replies import Reply, json_reply
from models.tables.cases import CaseRow
from workflows.language.machine import Machine
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.sentences import Named, sentence
from workflows.language.sources import filled_in
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
    _require_possible(machine, action, caller, row, language)
    schema = deepcopy(asked_schema(machine.procedure, action, tuple(machine.stages), language))
    values: Json = {}
    shape = machine.form_here(action)
    if shape is not None:
        known, said = filled_in(machine.context, shape, caller.actor_in(row.store))
        values = seen_by(machine.procedure, to_jsonable_python(known), caller, row.store)
        for name, more in said.items():
            schema["properties"][name].update(to_jsonable_python(more))
    return json_reply(
        {
            "key": action,
            "label": label("action", action, language, row.procedure),
            "form": schema,
            "values": values,
            "revision": row.revision,
            "version": row.version,
        }
    )


def _require_possible(
    machine: Machine, action: str, caller: Caller, row: CaseRow, language: Language
) -> None:
    possible = offers(machine, caller)
    if action in possible:
        return
    stages = [stage["key"] for stage in row.stages]
    try:
        machine.judge(action, None, actor=caller.actor_in(row.store))
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
