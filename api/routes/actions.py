"""What moves a case: its start, actions, and decisions about incidents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Request, Response
from pydantic import ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api import requests
from api.access import Caller
from api.definitions import forms_of, procedure_named
from api.dependencies import Idempotent, Services, Serving, idempotent_quickly
from api.documents.cases import Action, CaseDocument, CaseStart, RequestDocument, Resolution
from api.notes import RECORDS, take_record
from api.numbers import draw_all
from api.outsiders import require_own, speaks_as_outsider, start_of_outsider
from api.parameters import CaseId, ProcedureKey
from api.problems import Problem, not_found, problem_of, problem_responses
from api.reading import reads, reads_all
from api.rendering import case_of, case_reply, machine_of
from api.replies import Reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.shortcuts import quickly
from api.storage import table_of
from api.strict import read_json
from cases.client import switched_off
from models.roles import OPERATIONS, Role
from models.tables.cases import CaseRow, store_of
from models.tables.requests import Sending
from stores.current import is_off
from workflows.incidents import IncidentDecision
from workflows.labels import Language
from workflows.language.forms import Form, in_one_spelling, read_form
from workflows.language.machine import Machine
from workflows.language.procedure import Procedure
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.sentences import Named, sentence
from workflows.language.sources import sources_of
from workflows.runner.messages import ActionRequest, DecisionRequest, StartRequest

routes = router("cases")

_MOVED: dict[int | str, dict[str, Any]] = {
    200: {"model": CaseDocument, "description": "The case after it."},
    202: {
        "model": RequestDocument,
        "description": "No worker answered in time; nothing is lost: ask at `Location`.",
    },
}


# --- start


@routes.post(
    "/procedures/{key}/cases",
    summary="Start a case",
    operation_id="start_case",
    status_code=201,
    responses={201: {"model": CaseDocument}, **_MOVED, **problem_responses(403, 404, 409, 413, 503)},
)
async def start_case(key: ProcedureKey, body: CaseStart, request: Idempotent, serving: Serving) -> Response:
    """The form of the start event becomes the case. The same open case again is 200; one that has ended is 409
    `closed`.
    """
    procedure = procedure_named(key)
    if not request.caller.sees(body.store):
        raise not_found("store")
    case = f"{key}:{body.store}:{body.subject}"
    event = _start_event(procedure, body.event, request.caller.roles_in(body.store))
    data = body.data
    if speaks_as_outsider(request.caller, procedure, event, body.store):
        data = await serving.storage.read(
            start_of_outsider, procedure, event, data, request.caller, body.store
        )
    start = StartRequest(
        actor=request.caller.actor_in(body.store),
        procedure=key,
        version=procedure.version,
        store=body.store,
        subject=body.subject,
        policy=serving.policy(),
        event=event,
        form=in_one_spelling(procedure.declaration.form_of(event), data),
        request="",
    )
    entry = request.entry(Sending.START, case, start={})
    entry.message["start"] = start.model_copy(update={"request": entry.id}).model_dump(
        mode="json", exclude_defaults=True
    )
    earlier = await serving.storage.read(requests.find, entry.account, entry.key)
    if earlier is not None:
        return response(await serving.journal.reply_to_earlier(earlier, entry.body_hash))
    if await serving.storage.read(case_of, case, request.caller) is not None:
        return response(
            await serving.journal.record(request, lambda session: _already_there(session, case, request))
        )
    if is_off(serving.settings, key):
        raise problem_of(switched_off(key), request.language, key)
    _judge_start(procedure, start, request.language)
    await serving.cases.keep(start)  # the journal writes down its hash alone
    return response(await serving.journal.send(entry))


def _start_event(procedure: type[Procedure], named: str | None, roles: frozenset[Role]) -> str:
    if named is not None:
        if named not in procedure.declaration.start_events:
            fault = ("/event", f"must be one of {', '.join(procedure.declaration.start_events)}")
            raise Problem("invalid_form", f"{procedure.key} doesn't start with {named}.", errors=[fault])
        return named
    events = procedure.declaration.start_events_for(roles)
    if len(events) != 1:
        fault = ("/event", f"is needed: one of {', '.join(events)}")
        raise Problem(
            "invalid_form", f"{procedure.key} starts with several events: say which.", errors=[fault]
        )
    return events[0]


def _already_there(session: Session, case: str, request: IdempotentRequest) -> Reply:
    row = case_of(session, case, request.caller)
    if row is None:
        raise not_found("case")
    if row.state == "closed":
        raise Problem(
            "closed", f"{case} has ended; a subject has one case.", stages=[s["key"] for s in row.stages]
        )
    return case_reply(session, row, request.caller, request.language)


def _judge_start(procedure: type[Procedure], start: StartRequest, language: Language) -> None:
    """Before its first event a case is the same everywhere: what is refused here would be refused there."""
    machine = Machine.begin(
        procedure, store=start.store, subject=start.subject, policy=start.policy, now=datetime.now(UTC)
    )
    try:
        machine.judge(start.event, start.form, actor=start.actor)
    except Refusal as error:
        raise problem_of(error, language, procedure.key, under="/data") from error


# --- act


@routes.post(
    "/cases/{case_id:path}/actions/{action}",
    summary="Move a case on",
    operation_id="act",
    responses={**_MOVED, **problem_responses(403, 404, 409, 413, 503)},
)
async def act(
    case_id: CaseId,
    action: Annotated[
        str, Path(description="The action: the `key` of one of the case's `actions`.", examples=["picked"])
    ],
    request: Idempotent,
    serving: Serving,
    body: Action = Action(),
) -> Response:
    """Send one of the case's actions. What this caller may do now is in the case's `actions`, each with its form."""
    return response(await send_action(serving, request, case_id, action, body))


@quickly(act)
async def _act_quickly(http: Request) -> Response | None:
    content = await http.body()
    if content and http.headers.get("content-type") != "application/json":
        return None
    request = await idempotent_quickly(http)
    if request is None:
        return None
    try:
        body = Action.model_validate(read_json(content)) if content else Action()
    except ValidationError:
        return None
    case, action = http.path_params["case_id"], http.path_params["action"]
    return response(await send_action(http.app.state.services, request, case, action, body))


async def send_action(
    serving: Services, request: IdempotentRequest, case: str, action: str, body: Action
) -> Reply:
    """One action on one case: its form is read, then the journal sends it."""
    procedure = await _procedure_known(serving, case, request.caller, action)
    form = _parsed(procedure, action, body.form, request.language)
    if action in RECORDS and action not in procedure.declaration.transitions:
        if isinstance(form, Problem):
            raise form
        return await serving.journal.record(
            request, lambda session: take_record(session, case, action, form, request)
        )
    if isinstance(form, Problem) and (
        fault := await serving.storage.read(_form_fault, case, action, body, request)
    ):
        raise fault
    if speaks_as_outsider(request.caller, procedure, action, store_of(case)):
        for shape in forms_of(procedure, action):
            await serving.storage.read(
                require_own, procedure, shape, body.form, request.caller, store_of(case)
            )
    act = ActionRequest(
        actor=request.caller.actor_in(store_of(case)),
        event=action,
        form=await _with_own_numbers(serving, procedure, action, body.form, store_of(case)),
        revision=body.revision,
        version=body.version,
    )
    entry = request.entry(
        Sending.ACT, case, act=act.model_dump(mode="json", exclude_defaults=True), comment=body.comment
    )
    return await serving.journal.send(entry)


async def _procedure_known(serving: Services, case: str, caller: Caller, action: str) -> type[Procedure]:
    """What the case runs. A case that was there stays there, in its store; should it have been migrated since, the
    case itself still judges the form.
    """
    known = serving.seen.get(case)
    if known is None:
        procedure = await serving.storage.read(_procedure_of, case, caller, action)
        if len(serving.seen) >= _MOST_SEEN:
            serving.seen.clear()
        serving.seen[case] = store_of(case), procedure
        return procedure
    store, procedure = known
    if reads_all(caller, procedure.key, store) or _is_message(procedure, action, caller, store):
        return procedure
    if not await serving.storage.read(reads, caller, procedure.key, store, case):
        raise not_found("case")
    return procedure


def _is_message(procedure: type[Procedure], action: str, caller: Caller, store: str) -> bool:
    """Whether it is one that a feed may send: feeds read no case, and tell what has happened to it."""
    feeds = [role for role in caller.roles_in(store) if role.is_feed]
    some = procedure.declaration.transitions.get(action, ())
    return bool(feeds) and any(not one.by.isdisjoint(feeds) for one in some)


_MOST_SEEN = 20_000
_table = table_of(CaseRow)
_procedure_columns: Any = select(_table.c.store, _table.c.procedure, _table.c.version).where(
    _table.c.id == bindparam("case")
)


def _procedure_of(session: Session, case: str, caller: Caller, action: str = "") -> type[Procedure]:
    row = session.connection().execute(_procedure_columns, {"case": case}).one_or_none()
    if row is None or not caller.sees(row.store):
        raise not_found("case")
    procedure = procedure_named(row.procedure, row.version)
    if not _is_message(procedure, action, caller, row.store) and not reads(
        session, caller, row.procedure, row.store, case
    ):
        raise not_found("case")
    return procedure


def _parsed(
    procedure: type[Procedure], action: str, form: dict[str, Any] | None, language: Language
) -> Form | Problem | None:
    """The form as the procedure's own class, of whichever stage it fits; or what is wrong with it.

    Raises Problem `not_found` for an action that the procedure doesn't have.
    """
    wrong: Problem | None = None
    for shape in forms_of(procedure, action):
        if shape is None:
            if not form:
                return None
            takes_none = InvalidForm(sentence("{action} takes no form.", action=Named("action", action)))
            wrong = wrong or problem_of(takes_none, language, procedure.key)
            continue
        try:
            return read_form(shape, form)
        except InvalidForm as error:
            wrong = problem_of(error, language, procedure.key)
    return wrong


async def _with_own_numbers(
    serving: Services, procedure: type[Procedure], action: str, form: dict[str, Any] | None, store: str
) -> dict[str, Any] | None:
    """The form, with a number drawn for each paper of the store's own that has none yet."""
    shapes = (shape for shape in forms_of(procedure, action) if shape is not None)
    asked = {
        name: source.path
        for shape in shapes
        for name, source in sources_of(shape).items()
        if source.of == "numbers" and not (form or {}).get(name)
    }
    if not asked:
        return form
    return {**(form or {}), **await serving.storage.write(draw_all, store, asked)}


def _form_fault(
    session: Session, case: str, action: str, body: Action, request: IdempotentRequest
) -> Problem | None:
    """What the case would refuse of the form; None where it is known to be right, or the role, stage, revision or
    version is wrong: in those cases the case itself is asked, whose answer counts.
    """
    caller = request.caller
    row = case_of(session, case, caller)
    if row is None or body.version not in (None, row.version):
        return None
    machine = machine_of(row, datetime.now(UTC))
    if machine is None:
        return None
    try:
        machine.judge(action, body.form, actor=caller.actor_in(row.store), revision=body.revision)
    except InvalidForm as error:
        return problem_of(error, request.language, row.procedure)
    except Refusal:
        return None
    return None


# --- decide about an incident


@routes.post(
    "/cases/{case_id:path}/incidents/{incident}",
    summary="Decide about an incident",
    operation_id="resolve_incident",
    responses={**_MOVED, **problem_responses(403, 404, 409, 413, 503)},
)
async def resolve_incident(
    case_id: CaseId,
    incident: Annotated[
        str,
        Path(
            description="The `key` of one of the case's `incidents`: the effect that failed.",
            examples=["4.0"],
        ),
    ],
    body: Resolution,
    request: Idempotent,
    serving: Serving,
) -> Response:
    """An effect failed for good. Try it again, say that it was done by hand, or have the case go on as after a refusal.
    For operations.
    """
    return response(await send_decision(serving, request, case_id, incident, body))


async def send_decision(
    serving: Services, request: IdempotentRequest, case: str, incident: str, body: Resolution
) -> Reply:
    """One decision about an incident, through the journal."""
    await serving.storage.read(_procedure_of, case, request.caller)
    if not request.caller.has_any(OPERATIONS, store_of(case)):
        raise Problem("not_your_role", f"Incidents are for {', '.join(sorted(OPERATIONS))}.")
    decision = DecisionRequest(
        actor=request.caller.actor_in(store_of(case)),
        key=incident[:40],
        do=IncidentDecision(body.do),
        reason=body.reason,
        data=body.data,
    )
    entry = request.entry(
        Sending.INCIDENT, case, resolve=decision.model_dump(mode="json", exclude_defaults=True)
    )
    return await serving.journal.send(entry)
