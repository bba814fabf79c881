"""What moves a case: its start, actions, and decisions about incidents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api import requests
from api.access import Caller
from api.completing import (
    is_completed,
    is_completed_at_start,
    may_be_known,
    numbers_asked,
    start_with_books,
    with_books_known,
    with_numbers,
)
from api.definitions import forms_of, procedure_named
from api.dependencies import Idempotent, Services, Serving, idempotent_quickly
from api.documents.cases import Action, CaseDocument, CaseStart, RequestDocument
from api.forms import acting
from api.holding import LONGEST, hold_back
from api.notes import RECORDS, take_record
from api.numbers import draw_all, draw_subject
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
from api.waiting_files import keep_for_form, named_in
from cases.client import switched_off
from models.roles import Role
from models.tables.cases import CaseRow, store_of
from models.tables.requests import Sending
from stores.current import is_off
from workflows.labels import Language
from workflows.language.forms import Form, in_one_spelling, read_form
from workflows.language.machine import Machine
from workflows.language.procedure import Procedure
from workflows.language.refusals import InvalidForm, Refusal
from workflows.language.sentences import Named, sentence
from workflows.runner.messages import ActionRequest, StartRequest

routes = router("cases")

MOVED: dict[int | str, dict[str, Any]] = {
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
    responses={201: {"model": CaseDocument}, **MOVED, **problem_responses(403, 404, 409, 413, 503)},
)
async def start_case(key: ProcedureKey, body: CaseStart, request: Idempotent, serving: Serving) -> Response:
    """The form of the start event becomes the case. The same open case again is 200; one that has ended is 409
    `closed`.
    """
    procedure = procedure_named(key)
    if not request.caller.sees(body.store):
        raise not_found("store")
    earlier = await serving.storage.read(requests.find, request.caller.id, request.key)
    if earlier is not None:
        return response(await serving.journal.reply_to_earlier(earlier, request.body_hash))
    event = _start_event(procedure, body.event, request.caller.roles_in(body.store))
    subject = body.subject or await _drawn_subject(serving, procedure, body.store)
    case = f"{key}:{body.store}:{subject}"
    if await serving.storage.read(case_of, case, request.caller) is not None:
        return response(
            await serving.journal.record(request, lambda session: _already_there(session, case, request))
        )
    if is_off(serving.settings, key):
        raise problem_of(switched_off(key), request.language, key)
    entry = request.entry(Sending.START, case, start={})
    start = StartRequest(
        actor=request.caller.actor_in(body.store),
        procedure=key,
        version=procedure.version,
        store=body.store,
        subject=subject,
        policy=serving.policy(),
        event=event,
        request=entry.id,
    )
    form = body.data
    if speaks_as_outsider(request.caller, procedure, event, body.store):
        form = await serving.storage.read(
            start_of_outsider, procedure, event, form, request.caller, body.store
        )
    if is_completed_at_start(procedure, event):
        try:
            form = await serving.storage.search(start_with_books, procedure, start, form, request.caller)
            form = await with_numbers(serving.storage, procedure, event, form, body.store)
        except InvalidForm as error:
            raise problem_of(error, request.language, key, under="/data") from error
    start = start.model_copy(update={"form": in_one_spelling(procedure.declaration.form_of(event), form)})
    entry.message["start"] = start.model_dump(mode="json", exclude_defaults=True)
    _judge_start(procedure, start, request.language)
    await _keep_files(serving, request, body.store, named_in(body.data, "/data"))
    await serving.cases.keep(start)  # the journal writes down its hash alone
    return response(await serving.journal.send(entry))


async def _drawn_subject(serving: Services, procedure: type[Procedure], store: str) -> str:
    """The next number of the procedure's range. Raises Problem `invalid_form` where it has none."""
    if not procedure.numbers:
        fault = ("/subject", "is needed: the thing has a number of its own")
        raise Problem("invalid_form", f"{procedure.key} draws no numbers.", errors=[fault])
    return await serving.storage.write(draw_subject, procedure.key, store, procedure.numbers)


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
    responses={**MOVED, **problem_responses(403, 404, 409, 413, 503)},
)
async def act(
    case_id: CaseId,
    action: Annotated[
        str, Path(description="The action: the `key` of one of the case's `actions`.", examples=["picked"])
    ],
    request: Idempotent,
    serving: Serving,
    body: Action = Action(),
    hold: Annotated[
        int | None,
        Query(
            ge=1,
            le=LONGEST,
            description="Seconds to hold it back: 202, and `DELETE` at `Location` takes it back until then.",
            examples=[5],
        ),
    ] = None,
) -> Response:
    """Send one of the case's actions. What this caller may do now is in the case's `actions`, each with its form.

    With `hold` it is judged at once, and sent by itself after so many seconds; another action on the case sends it
    before that. What is refused then is the caller's draft again, with the reason.
    """
    return response(await send_action(serving, request, case_id, action, body, hold))


@quickly(act)
async def _act_quickly(http: Request) -> Response | None:
    if http.scope["query_string"]:
        return None
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
    serving: Services,
    request: IdempotentRequest,
    case: str,
    action: str,
    body: Action,
    hold: int | None = None,
) -> Reply:
    """One action on one case: its form is read, then the journal sends it. hold: seconds before it does."""
    procedure = await _procedure_known(serving, case, request.caller, action)
    await _require_own(serving, procedure, action, body.form, request.caller, store_of(case))
    if request.has_key and is_completed(procedure, action):
        earlier = await serving.storage.read(requests.find, request.caller.id, request.key)
        if earlier is not None:  # the books may say something else by now
            return await serving.journal.reply_to_earlier(earlier, request.body_hash)
    if may_be_known(procedure, action, request.caller, body.form):
        known = await serving.storage.search(
            with_books_known, procedure, case, action, body.form, request.caller, request.language
        )
        body = body.model_copy(update={"form": known})
    form = _parsed(procedure, action, body.form, request.language)
    if action in RECORDS and action not in procedure.declaration.transitions:
        if isinstance(form, Problem):
            raise form
        if hold is not None:
            fault = ("/query/hold", "is for actions that move the case")
            raise Problem("invalid_request", f"{action} is written down at once.", errors=[fault])
        return await serving.journal.record(
            request, lambda session: take_record(session, case, action, form, request)
        )
    store = store_of(case)
    act = ActionRequest(
        actor=await acting(serving.storage, procedure, case, action, request.caller),
        event=action,
        form=body.form,
        revision=body.revision,
        version=body.version,
    )
    numbers = numbers_asked(procedure, action, body.form)
    if hold is not None:
        await _keep_files(serving, request, store, named_in(body.form))
        return await hold_back(
            serving, request, case, act, numbers=numbers, comment=body.comment, seconds=hold
        )
    if isinstance(form, Problem) and (
        fault := await serving.storage.read(_form_fault, case, action, body, request)
    ):
        raise fault
    await _keep_files(serving, request, store, named_in(body.form))
    if numbers:
        drawn = await serving.storage.write(draw_all, store, numbers)
        act = act.model_copy(update={"form": {**(body.form or {}), **drawn}})
    entry = request.entry(
        Sending.ACT, case, act=act.model_dump(mode="json", exclude_defaults=True), comment=body.comment
    )
    return await serving.journal.send(entry)


async def _require_own(
    serving: Services,
    procedure: type[Procedure],
    action: str,
    form: dict[str, Any] | None,
    caller: Caller,
    store: str,
) -> None:
    """Raises Problem `invalid_form` where an outsider's form names what is another's."""
    if form and speaks_as_outsider(caller, procedure, action, store):
        for shape in forms_of(procedure, action):
            await serving.storage.read(require_own, procedure, shape, form, caller, store)


async def _keep_files(
    serving: Services, request: IdempotentRequest, store: str, files: dict[str, str]
) -> None:
    """Have the files that a form names wait for its answer. Raises Problem `invalid_form`."""
    if files:
        await serving.storage.write(keep_for_form, request.caller.id, store, files)


async def _procedure_known(serving: Services, case: str, caller: Caller, action: str) -> type[Procedure]:
    """What the case runs. A case that was there stays there, in its store; should it have been migrated since, the
    case itself still judges the form.
    """
    known = serving.seen.get(case)
    if known is None:
        procedure = await serving.storage.read(procedure_of, case, caller, action)
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


def procedure_of(session: Session, case: str, caller: Caller, action: str = "") -> type[Procedure]:
    """What the case runs. Raises Problem `not_found` where it isn't there for the caller."""
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
