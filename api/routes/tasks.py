"""Stages that wait for a role: listed, claimed, released, handed over, done by the dozen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
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

from api.authentication import Caller, Calling
from api.cursors import Cursor, Limit, after, decode, encode, page
from api.dependencies import Asked, Asking, Services, Serving, Speaking, problems, recorded
from api.documents import (
    Action,
    Assignment,
    BulkAction,
    BulkResults,
    Resolution,
    TaskDocument,
    TaskPage,
)
from api.journal import entries
from api.journal.entries import LeaseLost, Reply
from api.journal.replies import json_reply, response
from api.labels import Language, language_of
from api.problems import Problem, from_validation, not_found
from api.rendering import roles_of, task_document
from api.routes import router
from api.routes.actions import send_action, send_decision
from api.routes.cases import Overdue, Procedure, Search, Stage, Store, found_by, in_stores
from api.storage import table_of
from api.strict import quickly
from cases.read_model import announce
from models.tables.cases import CaseRow, Task, TaskRole
from models.tables.requests import Sending

routes = router("tasks")

_AT_ONCE = 8
_MOST = 50
_FEW = 20
"""More tasks than a case has at once."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@routes.get("/tasks", operation_id="list_tasks", responses={200: {"model": TaskPage}, **problems()})
async def list_tasks(  # noqa: PLR0917 - each is a query parameter
    caller: Calling,
    serving: Serving,
    language: Speaking,
    role: Annotated[str | None, Query(max_length=40, description="One of the caller's roles.")] = None,
    store: Store = None,
    procedure: Procedure = None,
    stage: Stage = None,
    case: Annotated[str | None, Query(max_length=250, description="A case's id.")] = None,
    mine: Annotated[bool | None, Query(description="Whether the caller holds it.")] = None,
    unclaimed: Annotated[bool | None, Query(description="Whether nobody holds it.")] = None,
    overdue: Overdue = None,
    q: Search = None,
    sort: Annotated[
        Literal["due", "entered"], Query(description="What comes first: the soonest due, or the oldest.")
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
async def _list_quickly(request: Request) -> Response | None:
    asked = request.query_params.multi_items()
    if len(asked) != 1 or asked[0][0] != "case":
        return None
    services: Services = request.app.state.services
    caller = await services.authenticator.caller(request.headers.get("authorization"))
    language = language_of(request.headers.get("accept-language"))
    return response(await services.storage.read(_tasks_of_case, asked[0][1], caller, language, "due", _MOST))


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
    return json_reply(page([task_document(task, task, caller, language) for task in mine[:limit]], None))


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
    found: Any = session.execute(
        after(query, ((first, False), (col(Task.id), False)), behind).limit(limit + 1)
    ).all()
    shown = found[:limit]
    items = [task_document(task, row, caller, language) for task, row in shown]
    following = None
    if len(found) > limit:
        last = shown[-1][0]
        following = encode((last.due_at if sort == "due" else last.entered_at, last.id))
    return json_reply(page(items, following))


# --- who does it

_HELD: dict[int | str, dict[str, Any]] = {200: {"model": TaskDocument}, **problems(403, 404, 409)}


@routes.post("/tasks/{task_id:path}/claim", operation_id="claim_task", responses=_HELD)
async def claim(task_id: str, asked: Asked, serving: Serving) -> Response:
    """Take a task, so that nobody else does it too. What another holds is 409 `claimed`."""
    return response(
        await recorded(serving, asked, lambda session: _hold(session, task_id, asked, asked.caller.id))
    )


@routes.post("/tasks/{task_id:path}/release", operation_id="release_task", responses=_HELD)
async def release(task_id: str, asked: Asked, serving: Serving) -> Response:
    """Give a task back. One that another holds is 409 `claimed`: who has its role can assign it."""
    return response(await recorded(serving, asked, lambda session: _hold(session, task_id, asked, None)))


@routes.post("/tasks/{task_id:path}/assign", operation_id="assign_task", responses=_HELD)
async def assign(task_id: str, body: Assignment, asked: Asked, serving: Serving) -> Response:
    """Hand a task over to somebody."""
    return response(
        await recorded(serving, asked, lambda session: _hold(session, task_id, asked, body.to, assigned=True))
    )


def _hold(
    session: Session, task_id: str, asked: Asking, holder: str | None, *, assigned: bool = False
) -> Reply:
    task = session.get(Task, task_id, with_for_update=True)
    row = session.get(CaseRow, task.case) if task is not None else None
    if task is None or row is None or not asked.caller.sees(task.store):
        raise not_found("task")
    if not task.open:
        raise Problem(
            "not_possible_now",
            "The case has moved on; the task is done.",
            stages=[s["key"] for s in row.stages],
        )
    roles = roles_of(task, row)
    if asked.caller.roles.isdisjoint(roles) and task.claimed_by != asked.caller.id:
        raise Problem("not_your_role", f"The task is for {', '.join(sorted(roles))}.")
    free = task.claimed_by in (None, asked.caller.id)
    if not free and not assigned:
        raise Problem("claimed", f"{task.claimed_by} holds the task.", claimed_by=task.claimed_by)
    session.execute(
        update(Task)
        .where(col(Task.id) == task.id)
        .values(claimed_by=holder, claimed_at=datetime.now(UTC) if holder else None)
    )
    session.refresh(task)
    announce(session, row, task.id)
    return json_reply(task_document(task, row, asked.caller, asked.language))


# --- many at once


@routes.post(
    "/tasks/actions",
    operation_id="act_on_tasks",
    responses={200: {"model": BulkResults}, **problems(413, 503)},
)
async def act_on_tasks(body: BulkAction, asked: Asked, serving: Serving) -> Response:
    """One action on many tasks. Each is judged by itself; the same key again gives the same results."""
    storage, journal = serving.storage, serving.journal
    entry = asked.entry(Sending.BULK)
    known = await storage.write(entries.insert, entry, journal.holder)
    if known is not None and known.entry.body_hash != entry.body_hash:
        raise Problem("key_reused")
    if known is not None and known.reply is not None:
        return response(known.reply)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int, task: str) -> dict[str, Any]:
        async with turns:
            try:
                reply = await _one_of_many(serving, asked.part(number), task, body, again=known is not None)
            except Problem as problem:
                return {"task": task, "status": problem.status_code, "problem": problem.document()}
        told = orjson.Fragment(reply.body)
        return {
            "task": task,
            "status": reply.status,
            "case" if reply.status < HTTPStatus.MULTIPLE_CHOICES else "problem": told,
        }

    results = await asyncio.gather(*(one(number, task) for number, task in enumerate(body.tasks)))
    reply = json_reply({"items": results})
    with suppress(LeaseLost):
        reply = await storage.write(
            entries.record, entry.id if known is None else known.entry.id, journal.holder, reply
        )
    return response(reply)


async def _one_of_many(
    serving: Services, asked: Asking, task: str, body: BulkAction, *, again: bool
) -> Reply:
    """`again`: an earlier life may have done this one, and its task be gone."""
    if again:
        known = await serving.storage.read(entries.find, asked.caller.account, asked.key)
        if known is not None:
            return known.reply or await serving.journal.again(known.entry, known)
    case, incident = await serving.storage.read(_about, task, asked.caller)
    if incident is None:
        action = Action(form=body.form, comment=body.comment)
        return await send_action(serving, asked, case, body.action, action)
    try:
        decision = Resolution.model_validate({**(body.form or {}), "do": body.action})
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *_place_of(fault["loc"]))} for fault in error.errors()]
        raise from_validation(RequestValidationError(faults)) from error
    return await send_decision(serving, asked, case, incident, decision)


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
