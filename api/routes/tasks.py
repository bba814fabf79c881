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
from sqlalchemy import bindparam, exists, func, or_, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from api import requests
from api.access import Caller, Calling
from api.cursors import Cursor, Limit, after, decode, page
from api.dependencies import Idempotent, Services, Serving, Speaking
from api.documents.cases import Action, Resolution
from api.documents.tasks import Assignment, BulkAction, BulkResults, TaskDocument, TaskPage
from api.labels import Language, language_of
from api.parameters import Overdue, Procedure, Search, Stage, Store, TaskId
from api.problems import Problem, from_validation, not_found, problem_responses
from api.rendering import roles_of, task_document
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.routes.actions import send_action, send_decision
from api.routes.cases import found_by, in_stores
from api.storage import table_of
from api.strict import quickly
from cases.read_model import announce
from models.tables.cases import CaseRow, Task, TaskRole

routes = router("tasks")

_AT_ONCE = 8
_MOST = 50
_FEW = 20
"""More tasks than a case has at once."""
_NEVER = datetime.max.replace(tzinfo=UTC)


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
    role: Annotated[
        str | None,
        Query(max_length=40, description="For this one of the caller's roles.", examples=["picker"]),
    ] = None,
    store: Store = None,
    procedure: Procedure = None,
    stage: Stage = None,
    case: Annotated[
        str | None,
        Query(max_length=250, description="Of this case alone.", examples=["order_fulfilment:tmall:SO-1001"]),
    ] = None,
    mine: Annotated[bool | None, Query(description="Whether the caller holds it.")] = None,
    unclaimed: Annotated[bool | None, Query(description="Whether nobody holds it.")] = None,
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
    wanted: list[Any] = [col(Task.open)]
    for column, value in (
        (Task.store, store),
        (Task.procedure, procedure),
        (Task.stage, stage),
        (Task.case, case),
    ):
        if value is not None:
            wanted.append(col(column) == value)
    if mine is not None:
        held = func.coalesce(col(Task.claimed_by) == caller.id, text("false"))
        wanted.append(held == mine)
    if unclaimed is not None:
        wanted.append(col(Task.claimed_by).is_(None) == unclaimed)
    if overdue is not None:
        wanted.append(func.coalesce(col(Task.due_at) < datetime.now(UTC), text("false")) == overdue)
    wanted += found_by(q)
    behind = decode(cursor, (datetime, str)) if cursor else None
    return response(await serving.storage.search(_list, caller, language, wanted, role, sort, limit, behind))


@quickly(list_tasks)
async def _list_quickly(http: Request) -> Response | None:
    parameters = http.query_params.multi_items()
    if len(parameters) != 1 or parameters[0][0] != "case":
        return None
    services: Services = http.app.state.services
    caller = await services.authenticator.caller(http.headers.get("authorization"))
    language = language_of(http.headers.get("accept-language"))
    return response(
        await services.storage.read(_tasks_of_case, parameters[0][1], caller, language, "due", _MOST)
    )


_tasks, _cases = table_of(Task), table_of(CaseRow)
_of_case: Any = select(
    _tasks,
    *(_cases.c[name] for name in ("revision", "version", "position", "policy", "stages")),
).where(_tasks.c.case == bindparam("case"), _tasks.c.open, _cases.c.id == _tasks.c.case)
"""The tasks, each with what is asked of its case: a row is both."""


def _tasks_of_case(
    session: Session, case: str, caller: Caller, language: Language, sort: str, limit: int
) -> Reply:
    """What comes before most actions: one case's tasks, without building a query for it. They fit in one page."""
    mine = [
        task
        for task in cast("list[Any]", session.connection().execute(_of_case, {"case": case}).all())
        if caller.sees(task.store)
        and (not caller.roles.isdisjoint(roles_of(task, task)) or task.claimed_by == caller.id)
    ]
    mine.sort(key=lambda task: ((task.due_at if sort == "due" else task.entered_at) or _NEVER, task.id))
    return json_reply(
        {"items": [task_document(task, task, caller, language) for task in mine[:limit]], "next_cursor": None}
    )


def _list(
    session: Session,
    caller: Caller,
    language: Language,
    wanted: list[Any],
    role: str | None,
    sort: str,
    limit: int,
    behind: tuple[Any, ...] | None,
) -> Reply:
    roles = sorted(caller.roles if role is None else caller.roles & {role})
    waits = exists().where(col(TaskRole.task) == col(Task.id), col(TaskRole.role).in_(roles))
    turn = waits if role is not None else or_(waits, col(Task.claimed_by) == caller.id)
    query = (
        select(Task, CaseRow)
        .join(CaseRow, col(CaseRow.id) == col(Task.case))
        .where(*wanted, *in_stores(col(Task.store), caller), turn)
    )
    first = col(Task.due_at) if sort == "due" else col(Task.entered_at)
    query = after(query, ((first, False), (col(Task.id), False)), behind).limit(limit + 1)
    found: list[Any] = [*session.execute(query)]
    return json_reply(
        page(
            found,
            limit,
            lambda pair: task_document(pair[0], pair[1], caller, language),
            lambda pair: (pair[0].due_at if sort == "due" else pair[0].entered_at, pair[0].id),
        )
    )


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
    row = session.get(CaseRow, task.case) if task is not None else None
    if task is None or row is None or not request.caller.sees(task.store):
        raise not_found("task")
    if not task.open:
        raise Problem(
            "not_possible_now",
            "The case has moved on; the task is done.",
            stages=[s["key"] for s in row.stages],
        )
    roles = roles_of(task, row)
    if request.caller.roles.isdisjoint(roles) and task.claimed_by != request.caller.id:
        raise Problem("not_your_role", f"The task is for {', '.join(sorted(roles))}.")
    free = task.claimed_by in (None, request.caller.id)
    if not free and not assigned:
        raise Problem("claimed", f"{task.claimed_by} holds the task.", claimed_by=task.claimed_by)
    session.execute(
        update(Task)
        .where(col(Task.id) == task.id)
        .values(claimed_by=holder, claimed_at=datetime.now(UTC) if holder else None)
    )
    session.refresh(task)
    announce(session, row, task.id)
    return json_reply(task_document(task, row, request.caller, request.language))


# --- many at once


@routes.post(
    "/tasks/actions",
    summary="Do one action on many tasks",
    operation_id="act_on_tasks",
    responses={200: {"model": BulkResults}, **problem_responses(413, 503)},
)
async def act_on_tasks(body: BulkAction, request: Idempotent, serving: Serving) -> Response:
    """Each task is judged by itself, and has a result of its own; the same key again gives the same results."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def all_of_them(again: bool) -> Reply:  # noqa: FBT001 - as `once` calls it
        async def one(number: int, task: str) -> dict[str, Any]:
            async with turns:
                try:
                    reply = await _one_of_many(serving, request.part(number), task, body, again=again)
                except Problem as problem:
                    return {"task": task, "status": problem.status_code, "problem": problem.document()}
            kind = "case" if reply.status < HTTPStatus.MULTIPLE_CHOICES else "problem"
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
        earlier = await serving.storage.read(requests.find, request.caller.account, request.key)
        if earlier is not None:
            return await serving.journal.reply_to_earlier(earlier, earlier.entry.body_hash)
    case, incident = await serving.storage.read(_about, task, request.caller)
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


def _about(session: Session, task_id: str, caller: Caller) -> tuple[str, str | None]:
    """The task's case; and its effect, where it is an incident."""
    task = session.get(Task, task_id)
    if task is None or not caller.sees(task.store):
        raise not_found("task")
    if not task.open:
        raise Problem("not_possible_now", "The case has moved on; the task is done.")
    return task.case, task.incident
