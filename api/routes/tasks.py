"""Stages that wait for a role: listed, claimed, released, handed over, done by the dozen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, cast

import orjson
from fastapi import Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people.absences import give
from api import requests
from api.access import Caller, Calling
from api.cursors import Cursor, Limit, decode, encode, page
from api.dependencies import Idempotent, Services, Serving, Speaking
from api.documents.cases import Action, Resolution
from api.documents.events import SettledByHand
from api.documents.tasks import Assignment, BulkAction, BulkResults, TaskCounts, TaskDocument, TaskPage
from api.events.reading import event_document
from api.events.unapplied import Group, announce_events, ids_of, may_handle
from api.labels import Language, language_of
from api.parameters import (
    Mine,
    OfCase,
    Overdue,
    Procedure,
    Role,
    Search,
    Stage,
    Store,
    TaskId,
    Unclaimed,
)
from api.privacy import searches_personal
from api.problems import Problem, from_validation, not_found, problem_responses
from api.reading import reads
from api.rendering import EVENT_WAYS, roles_of, task_documents
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.routes.actions import send_action
from api.routes.events import settled_all
from api.routes.incidents import send_decision
from api.searching import CaseSearch
from api.shortcuts import quickly
from api.storage import table_of
from api.stretches import Behind, Lists
from api.tasklists import TaskFilter, first_tasks
from cases.read_model import announce
from cases.searching import words_looked_for
from models.tables.cases import EVENT, NEVER, CaseRow, Task

routes = router("tasks")

_AT_ONCE = 8
_MOST = 50
_FEW = 20
"""More tasks than a case has at once."""


@routes.get(
    "/tasks",
    summary="List open tasks",
    operation_id="list_tasks",
    responses={200: {"model": TaskPage}, **problem_responses()},
)
async def list_tasks(  # noqa: PLR0917 - each is a query parameter
    caller: Calling,
    serving: Serving,
    language: Speaking,
    role: Role = None,
    store: Store = None,
    procedure: Procedure = None,
    stage: Stage = None,
    case: OfCase = None,
    mine: Mine = None,
    unclaimed: Unclaimed = None,
    overdue: Overdue = None,
    q: Search = None,
    sort: Annotated[
        Literal["due", "entered"],
        Query(description="What comes first: the soonest due, or the oldest.", examples=["due"]),
    ] = "due",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Open tasks of the caller's roles, and those that the caller holds."""
    filters = (role, store, procedure, stage, mine, unclaimed, overdue, q, cursor)
    if case is not None and limit >= _FEW and all(value is None for value in filters):
        return response(await serving.storage.read(_tasks_of_case, case, caller, language, sort, limit))
    wanted = TaskFilter(caller, role, store, procedure, stage, case, mine, unclaimed, overdue)
    words = words_looked_for(q or "")
    behind = decode(cursor, (datetime, str)) if cursor else None
    if behind is not None:
        behind = (behind[0] or NEVER, behind[1])
    if words is not None:
        search = CaseSearch(tuple(words), searches_personal(caller, store), caller.is_staff)
        return response(await serving.storage.search(_list, wanted, search, language, sort, limit, behind))
    return response(await serving.storage.read(_list, wanted, None, language, sort, limit, behind))


@quickly(list_tasks)
async def _list_quickly(http: Request) -> Response | None:
    parameters = http.query_params.multi_items()
    if len(parameters) != 1 or parameters[0][0] != "case":
        return None
    services: Services = http.app.state.services
    caller = await services.authenticator.caller(http)
    language = language_of(http.headers.get("accept-language"))
    return response(
        await services.storage.read(_tasks_of_case, parameters[0][1], caller, language, "due", _MOST)
    )


@routes.get(
    "/tasks/counts",
    summary="Count open tasks",
    operation_id="count_tasks",
    responses={200: {"model": TaskCounts}, **problem_responses()},
)
async def count_tasks(  # noqa: PLR0917 - each is a query parameter
    caller: Calling,
    serving: Serving,
    role: Role = None,
    store: Store = None,
    procedure: Procedure = None,
    stage: Stage = None,
    case: OfCase = None,
    mine: Mine = None,
    unclaimed: Unclaimed = None,
    overdue: Overdue = None,
    q: Search = None,
) -> Response:
    """How many tasks the same filters list, exact to 999. All but `mine` may be a second old."""
    wanted = TaskFilter(caller, role, store, procedure, stage, case, mine, unclaimed, overdue)
    words = words_looked_for(q or "")
    search = (
        None if words is None else CaseSearch(tuple(words), searches_personal(caller, store), caller.is_staff)
    )
    return response(json_reply(await serving.counts.of(wanted, search, datetime.now(UTC))))


_tasks = table_of(Task)
_of_case: Any = select(_tasks).where(_tasks.c.case == bindparam("case"), _tasks.c.open)
_by_ids: Any = select(_tasks).where(_tasks.c.id.in_(bindparam("ids", expanding=True)), _tasks.c.open)


def _tasks_of_case(
    session: Session, case: str, caller: Caller, language: Language, sort: str, limit: int
) -> Reply:
    """What comes before most actions: one case's tasks, without building a query for it. They fit in one page."""
    mine = [
        task
        for task in cast("list[Any]", session.connection().execute(_of_case, {"case": case}).all())
        if reads(session, caller, task.procedure, task.store, case)
        and (caller.has_any(roles_of(task), task.store) or task.claimed_by == caller.id)
    ]
    mine.sort(key=lambda task: (task.due_at if sort == "due" else task.entered_at, task.id))
    return json_reply({"items": task_documents(session, mine[:limit], caller, language), "next_cursor": None})


def _list(
    session: Session,
    wanted: TaskFilter,
    search: CaseSearch | None,
    language: Language,
    sort: str,
    limit: int,
    behind: Behind,
) -> Reply:
    if search is not None and not search.words:
        return json_reply({"items": [], "next_cursor": None})
    lists = Lists(session)
    ids, goes_on = first_tasks(lists, wanted, search, sort, datetime.now(UTC), limit + 1, behind)
    rows = session.connection().execute(_by_ids, {"ids": ids}).all()
    known = {row.id: row for row in rows}
    found: list[Any] = [known[key] for key in ids if key in known]

    def key(task: Any) -> tuple[datetime, str]:
        return (task.due_at if sort == "due" else task.entered_at), task.id

    listed = page(found, limit, lambda task: task, key)
    listed["items"] = task_documents(session, listed["items"], wanted.caller, language)
    if goes_on is not None and listed["next_cursor"] is None:
        listed["next_cursor"] = encode(goes_on)
    return json_reply(listed)


# --- who does it

_HELD: dict[int | str, dict[str, Any]] = {200: {"model": TaskDocument}, **problem_responses(403, 404, 409)}


@routes.post(
    "/tasks/{task_id:path}/claim", summary="Claim a task", operation_id="claim_task", responses=_HELD
)
async def claim(task_id: TaskId, request: Idempotent, serving: Serving) -> Response:
    """Hold the task, so that nobody else does it too. What another holds is 409 `claimed`."""
    return response(
        await serving.journal.record(
            request, lambda session: _hold(session, task_id, request, request.caller.id)
        )
    )


@routes.post(
    "/tasks/{task_id:path}/release",
    summary="Release a task",
    operation_id="release_task",
    responses=_HELD,
)
async def release(task_id: TaskId, request: Idempotent, serving: Serving) -> Response:
    """Give the task back. One that another holds is 409 `claimed`: whoever has its role can assign it."""
    return response(
        await serving.journal.record(request, lambda session: _hold(session, task_id, request, None))
    )


@routes.post(
    "/tasks/{task_id:path}/assign", summary="Assign a task", operation_id="assign_task", responses=_HELD
)
async def assign(task_id: TaskId, body: Assignment, request: Idempotent, serving: Serving) -> Response:
    """Hand the task over to somebody, whoever holds it."""
    return response(
        await serving.journal.record(
            request, lambda session: _hold(session, task_id, request, body.to, assigned=True)
        )
    )


def _hold(
    session: Session,
    task_id: TaskId,
    request: IdempotentRequest,
    holder: str | None,
    *,
    assigned: bool = False,
) -> Reply:
    task = session.get(Task, task_id, with_for_update=True)
    row = session.get(CaseRow, task.case) if task is not None and task.stage != EVENT else None
    if task is None or not _is_there(session, task, row, request.caller):
        raise not_found("task")
    if not task.open:
        stages = [stage["key"] for stage in row.stages] if row is not None else []
        raise Problem("not_possible_now", "The case has moved on; the task is done.", stages=stages)
    roles = roles_of(task)
    if not request.caller.has_any(roles, task.store) and task.claimed_by != request.caller.id:
        raise Problem("not_your_role", f"The task is for {', '.join(sorted(roles))}.")
    free = task.claimed_by in (None, request.caller.id)
    if not free and not assigned:
        raise Problem("claimed", f"{task.claimed_by} holds the task.", claimed_by=task.claimed_by)
    if assigned and holder:
        holder = give(session, task.store, holder, [task.id])
    session.execute(
        update(Task)
        .where(col(Task.id) == task.id)
        .values(claimed_by=holder, claimed_at=datetime.now(UTC) if holder else None)
    )
    session.refresh(task)
    if row is not None:
        announce(session, row, task.id)
    else:
        announce_events(session, task)
    (document,) = task_documents(session, [task], request.caller, request.language)
    return json_reply(document)


def _is_there(session: Session, task: Task, row: CaseRow | None, caller: Caller) -> bool:
    """Whether the task is there for the caller, and what it is about is there at all."""
    if task.stage == EVENT:
        return may_handle(caller, task.event_type or "", task.store)
    return row is not None and reads(session, caller, task.procedure, task.store, task.case)


# --- many at once


@routes.post(
    "/tasks/actions",
    summary="Do one action on many tasks",
    operation_id="act_on_tasks",
    responses={200: {"model": BulkResults}, **problem_responses(413, 503)},
)
async def act_on_tasks(
    body: BulkAction,
    request: Idempotent,
    serving: Serving,
    hold: Annotated[str | None, Query(include_in_schema=False)] = None,
) -> Response:
    """Each task is judged by itself, and has a result of its own; the same key again gives the same results. What is
    done to many is sent at once: nothing of it is held back.
    """
    if hold is not None:
        fault = ("/query/hold", "is for an action on one case")
        raise Problem("invalid_request", "What is done to many can't be held back.", errors=[fault])
    turns = asyncio.Semaphore(_AT_ONCE)

    async def all_of_them(again: bool) -> Reply:  # noqa: FBT001 - as `once` calls it
        async def one(number: int, task: str) -> dict[str, Any]:
            async with turns:
                try:
                    reply = await _one_of_many(serving, request.part(number), task, body, again=again)
                except Problem as problem:
                    return {"task": task, "status": problem.status_code, "problem": problem.document()}
            done = "events" if task.startswith(f"{EVENT}:") else "case"
            kind = done if reply.status < HTTPStatus.MULTIPLE_CHOICES else "problem"
            return {"task": task, "status": reply.status, kind: orjson.Fragment(reply.body)}

        return json_reply(
            {"items": await asyncio.gather(*(one(number, task) for number, task in enumerate(body.tasks)))}
        )

    return response(await serving.journal.once(request, all_of_them))


async def _one_of_many(
    serving: Services, request: IdempotentRequest, task: str, body: BulkAction, *, again: bool
) -> Reply:
    """`again`: a process may have done this one and then died, so that the task is gone."""
    if again:
        earlier = await serving.storage.read(requests.find, request.caller.id, request.key)
        if earlier is not None:
            return await serving.journal.reply_to_earlier(earlier, earlier.entry.body_hash)
    about = await serving.storage.read(_about, task, request.caller)
    if isinstance(about, Group):
        return await _handle_events(serving, request, about, body)
    case, incident = about
    if incident is None:
        action = Action(form=body.form, comment=body.comment)
        return await send_action(serving, request, case, body.action, action)
    try:
        decision = Resolution.model_validate({**(body.form or {}), "do": body.action})
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *_place_of(fault["loc"]))} for fault in error.errors()]
        raise from_validation(RequestValidationError(faults)) from error
    return await send_decision(serving, request, case, incident, decision)


def _place_of(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Where the body says what a decision is made of."""
    return ("action",) if loc == ("do",) else ("form", *loc)


async def _handle_events(
    serving: Services, request: IdempotentRequest, group: Group, body: BulkAction
) -> Reply:
    """Have the events of a task tried again, or settle them by hand: all that there are, up to a thousand."""
    if body.action not in EVENT_WAYS:
        raise Problem("not_found", f"Events have no action {body.action}: {' or '.join(EVENT_WAYS)}.")
    events = await serving.storage.read(ids_of, group)
    if body.action == "retry":
        rows = await serving.intake.try_again(events)
        return json_reply({"items": [event_document(row, request.caller, request.language) for row in rows]})
    try:
        reason = SettledByHand.model_validate(body.form or {}).reason
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", "form", *fault["loc"])} for fault in error.errors()]
        raise from_validation(RequestValidationError(faults)) from error
    done = await serving.storage.write(settled_all, events, request.caller, request.language, reason)
    return json_reply({"items": done})


def _about(session: Session, task_id: str, caller: Caller) -> tuple[str, str | None] | Group:
    """The task's case; and its effect, where it is an incident. Or the events that it is about."""
    task = session.get(Task, task_id)
    if task is None or not (
        may_handle(caller, task.event_type or "", task.store)
        if task.stage == EVENT
        else reads(session, caller, task.procedure, task.store, task.case)
    ):
        raise not_found("task")
    if not task.open:
        raise Problem("not_possible_now", "The case has moved on; the task is done.")
    if task.stage == EVENT:
        return Group(task.event_type or "", task.store, task.event_code or "")
    return task.case, task.incident
