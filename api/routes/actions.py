"""What moves a case: its start, actions, and decisions about incidents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response
from pydantic import ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api.authentication import Caller
from api.dependencies import Asked, Asking, Services, Serving, asking_quickly, problems, recorded
from api.documents import Action, CaseDocument, CaseStart, RequestDocument, Resolution
from api.journal import entries
from api.journal.entries import Reply
from api.journal.replies import case_reply, problem_of, response
from api.notes import RECORDS, take_record
from api.problems import Problem, not_found
from api.rendering import case_of, machine_of
from api.routes import router
from api.routes.procedures import procedure_named
from api.storage import table_of
from api.strict import quickly, read_json
from cases.client import switched_off
from models.roles import OPERATIONS
from models.tables.cases import CaseRow
from models.tables.requests import Sending
from stores.current import is_off
from workflows.incidents import IncidentDecision
from workflows.language.forms import EVERYWHERE, UNDECLARED, Form, read_form
from workflows.language.machine import Machine
from workflows.language.procedure import Procedure
from workflows.language.refusals import InvalidForm, Refusal
from workflows.runner.messages import ActionRequest, DecisionRequest, StartRequest

routes = router("cases")

_PENDING: dict[int | str, dict[str, Any]] = {
    202: {
        "model": RequestDocument,
        "description": "No worker answered in time; nothing is lost: ask at `Location`.",
    }
}
_MOVED: dict[int | str, dict[str, Any]] = {200: {"model": CaseDocument}, **_PENDING}


@routes.post(
    "/procedures/{key}/cases",
    operation_id="start_case",
    status_code=201,
    responses={201: {"model": CaseDocument}, **_MOVED, **problems(403, 404, 409, 413, 503)},
)
async def start_case(key: str, body: CaseStart, asked: Asked, serving: Serving) -> Response:
    """Start a case. The same open case again is 200; one that has ended is 409 `closed`."""
    procedure = procedure_named(key)
    if not asked.caller.sees(body.store):
        raise not_found("store")
    case = f"{key}:{body.store}:{body.subject}"
    event = _start_event(procedure, body.event, asked.caller)
    start = StartRequest(
        actor=asked.caller.actor,
        procedure=key,
        version=procedure.version,
        store=body.store,
        subject=body.subject,
        policy=serving.policy(),
        event=event,
        form=body.data,
        request="",
    )
    entry = asked.entry(Sending.START, case, start={})
    entry.message["start"] = start.model_copy(update={"request": entry.id}).model_dump(mode="json")
    known = await serving.storage.read(entries.find, entry.account, entry.key)
    if known is not None:
        return response(await serving.journal.again(entry, known))
    if await serving.storage.read(case_of, case, asked.caller) is not None:
        return response(await recorded(serving, asked, lambda session: _already_there(session, case, asked)))
    if is_off(serving.settings, key):
        raise problem_of(switched_off(key))
    _judge_start(procedure, start)
    return response(await serving.journal.submit(entry))


def _start_event(procedure: type[Procedure], named: str | None, caller: Caller) -> str:
    starts = [
        event
        for event, moves in procedure.declaration.transitions.items()
        if any(move.is_start for move in moves)
    ]
    if named is not None:
        if named not in starts:
            fault = ("/event", f"must be one of {', '.join(starts)}")
            raise Problem("invalid_form", f"{procedure.key} doesn't start with {named}.", errors=[fault])
        return named
    mine = [
        e
        for e in starts
        if any(m.is_start and m.by & caller.roles for m in procedure.declaration.transitions[e])
    ]
    if len(mine or starts) != 1:
        fault = ("/event", f"is needed: one of {', '.join(mine or starts)}")
        raise Problem(
            "invalid_form", f"{procedure.key} starts with several events: say which.", errors=[fault]
        )
    return (mine or starts)[0]


def _already_there(session: Session, case: str, asked: Asking) -> Reply:
    row = case_of(session, case, asked.caller)
    if row is None:
        raise not_found("case")
    if row.state == "closed":
        raise Problem(
            "closed", f"{case} has ended; a subject has one case.", stages=[s["key"] for s in row.stages]
        )
    return case_reply(session, row, asked.caller, asked.language)


def _judge_start(procedure: type[Procedure], start: StartRequest) -> None:
    """Before its first event a case is the same everywhere: what is refused here would be refused there."""
    machine = Machine.begin(
        procedure, store=start.store, subject=start.subject, policy=start.policy, now=datetime.now(UTC)
    )
    try:
        machine.judge(start.event, start.form, actor=start.actor)
    except Refusal as error:
        raise problem_of(error, under="/data") from error


@routes.post(
    "/cases/{case_id:path}/actions/{action}",
    operation_id="act",
    responses={**_MOVED, **problems(403, 404, 409, 413, 503)},
)
async def act(
    case_id: str, action: str, asked: Asked, serving: Serving, body: Action | None = None
) -> Response:
    """Move the case on. What may be done now is in the case's `actions`."""
    return response(await send_action(serving, asked, case_id, action, body or Action()))


@quickly(act)
async def _act_quickly(request: Request) -> Response | None:
    body = await request.body()
    if body and request.headers.get("content-type") != "application/json":
        return None
    asked = await asking_quickly(request)
    if asked is None:
        return None
    try:
        told = Action.model_validate(read_json(body)) if body else Action()
    except ValidationError:
        return None
    case, action = request.path_params["case_id"], request.path_params["action"]
    return response(await send_action(request.app.state.services, asked, case, action, told))


async def send_action(serving: Services, asked: Asking, case: str, action: str, body: Action) -> Reply:
    """One action on one case, through the journal."""
    procedure = await _procedure_known(serving, case, asked.caller)
    if action in RECORDS and action not in procedure.declaration.transitions:
        shape = _read(EVERYWHERE[action], body.form)
        return await recorded(
            serving, asked, lambda session: take_record(session, case, action, shape, asked)
        )
    message = ActionRequest(
        actor=asked.caller.actor, event=action, form=body.form, revision=body.revision, version=body.version
    )
    entry = asked.entry(Sending.ACT, case, act=message.model_dump(mode="json"), comment=body.comment)
    if (problem := _misfit(procedure, action, body.form)) is not None and await serving.storage.read(
        _form_decides, case, action, body, asked.caller
    ):
        raise problem
    return await serving.journal.submit(entry)


async def _procedure_known(serving: Services, case: str, caller: Caller) -> type[Procedure]:
    """What the case runs. A case that was there stays there, in its store; should it have been migrated since, the
    case itself still judges the form.
    """
    known = serving.seen.get(case)
    if known is None:
        procedure = await serving.storage.read(_procedure_of, case, caller)
        if len(serving.seen) >= _MOST_SEEN:
            serving.seen.clear()
        serving.seen[case] = case.split(":", 2)[1], procedure
        return procedure
    store, procedure = known
    if not caller.sees(store):
        raise not_found("case")
    return procedure


_MOST_SEEN = 20_000
_table = table_of(CaseRow)
_procedure_columns: Any = select(_table.c.store, _table.c.procedure, _table.c.version).where(
    _table.c.id == bindparam("case")
)


def _procedure_of(session: Session, case: str, caller: Caller) -> type[Procedure]:
    row = session.connection().execute(_procedure_columns, {"case": case}).one_or_none()
    if row is None or not caller.sees(row.store):
        raise not_found("case")
    return procedure_named(row.procedure, row.version)


def _misfit(procedure: type[Procedure], action: str, form: dict[str, Any] | None) -> Problem | None:
    """What is wrong with the form, whatever the case's stage. Raises Problem `not_found` for an unknown action."""
    if action in UNDECLARED and action not in procedure.declaration.transitions:
        shapes: set[type[Form] | None] = {UNDECLARED[action]}
    elif action in procedure.declaration.transitions:
        shapes = {move.form for move in procedure.declaration.transitions[action]}
    else:
        raise not_found("action")
    found: Problem | None = None
    for shape in shapes:
        if shape is None:
            if not form:
                return None
            found = found or Problem("invalid_form", f"{action} takes no form.")
            continue
        try:
            read_form(shape, form)
        except InvalidForm as error:
            found = problem_of(error)
        else:
            return None
    return found


def _read(shape: type[Form], form: dict[str, Any] | None) -> Form:
    try:
        return read_form(shape, form)
    except InvalidForm as error:
        raise problem_of(error) from error


def _form_decides(session: Session, case: str, action: str, body: Action, caller: Caller) -> bool:
    """Whether the form is what is wrong, and not the role, stage, revision or version: those the case itself judges."""
    row = case_of(session, case, caller)
    if row is None or body.version not in (None, row.version):
        return False
    machine = machine_of(row, datetime.now(UTC))
    if machine is None:
        return False
    try:
        machine.judge(action, body.form, actor=caller.actor, revision=body.revision)
    except InvalidForm:
        return True
    except Refusal:
        return False
    return False


@routes.post(
    "/cases/{case_id:path}/incidents/{incident}",
    operation_id="resolve_incident",
    responses={**_MOVED, **problems(403, 404, 409, 413, 503)},
)
async def resolve_incident(
    case_id: str, incident: str, body: Resolution, asked: Asked, serving: Serving
) -> Response:
    """Decide about an effect that failed: try again, say that it was done by hand, or take the way for a no."""
    return response(await send_decision(serving, asked, case_id, incident, body))


async def send_decision(
    serving: Services, asked: Asking, case: str, incident: str, body: Resolution
) -> Reply:
    """One decision about an incident, through the journal."""
    await serving.storage.read(_procedure_of, case, asked.caller)
    if not asked.caller.has_any(OPERATIONS):
        raise Problem("not_your_role", f"Incidents are for {', '.join(sorted(OPERATIONS))}.")
    resolve = DecisionRequest(
        actor=asked.caller.actor,
        key=incident[:40],
        do=IncidentDecision(body.do),
        reason=body.reason,
        data=body.data,
    )
    entry = asked.entry(Sending.INCIDENT, case, resolve=resolve.model_dump(mode="json"))
    return await serving.journal.submit(entry)
