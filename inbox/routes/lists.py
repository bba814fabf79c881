"""The list, and the case beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.problems import Problem, not_found
from inbox.cases import CaseView, case_view
from inbox.filters import Filters
from inbox.remembered import views_of
from inbox.tasks import counts_of, listed, row_of
from inbox.templating import page, part, parts
from inbox.visitors import Visiting, Visitor

routes = APIRouter()


@routes.get("/")
async def inbox(request: Request, visitor: Visiting, task: str = "", case: str = "") -> HTMLResponse:
    """The list; beside it the task or the case that is open."""
    filters = Filters.of(request.query_params)
    view, gone = None, False
    if task or case:
        try:
            view = await case_view(visitor, case or case_of(task), task=task)
        except Problem:
            gone = True
    found = await listed(visitor, filters)
    return page(
        "inbox.html",
        visitor,
        here="list",
        filters=filters,
        shown=Markup(part("list.html", visitor, filters=filters, list=found, case=view)),  # noqa: S704 - our own
        case=view,
        gone=gone,
        **await beside(visitor),
    )


@routes.get("/part/list")
async def list_part(request: Request, visitor: Visiting, cursor: str = "") -> HTMLResponse:
    """The list alone; its next rows, where there is a cursor."""
    filters = Filters.of(request.query_params)
    found = await listed(visitor, filters, cursor or None)
    if cursor:
        return parts(part("rows.html", visitor, filters=filters, list=found, case=None))
    return parts(
        part("list.html", visitor, filters=filters, list=found, case=None),
        headers={"HX-Push-Url": f"/inbox/?{filters.query}" if filters.query else "/inbox/"},
    )


@routes.get("/part/row")
async def row_part(request: Request, visitor: Visiting, task: str) -> HTMLResponse:
    """One row as it is now; nothing where the task is done."""
    filters = Filters.of(request.query_params)
    row = await row_of(visitor, task, wave=filters.wave)
    return parts(part("row.html", visitor, filters=filters, row=row, case=None) if row is not None else "")


@routes.get("/part/queues")
async def queues_part(request: Request, visitor: Visiting) -> HTMLResponse:
    """The queues, the views and the procedures, with their numbers."""
    filters = Filters.of(request.query_params)
    return parts(part("queues.html", visitor, filters=filters, here="list", **await beside(visitor)))


@routes.get("/part/case")
async def case_part(
    request: Request, visitor: Visiting, task: str = "", case: str = "", action: str = ""
) -> HTMLResponse:
    """The case alone."""
    return parts(await detail(visitor, Filters.of(request.query_params), case or case_of(task), task, action))


@routes.get("/part/action")
async def action_part(
    request: Request, visitor: Visiting, case: str, action: str, task: str = ""
) -> HTMLResponse:
    """The card of another action of the case."""
    view = await case_view(visitor, case, task=task, action=action)
    filters = Filters.of(request.query_params)
    return parts(part("act.html", visitor, filters=filters, case=view, refusal=None))


async def detail(
    visitor: Visitor,
    filters: Filters,
    case: str,
    task: str = "",
    action: str = "",
    **more: Any,
) -> str:
    """The case as a part. Raises Problem where it isn't there."""
    if not case:
        raise not_found("case")
    view: CaseView = await case_view(visitor, case, task=task, action=action)
    return part("case.html", visitor, filters=filters, case=view, **{"refusal": None, **more})


async def beside(visitor: Visitor) -> dict[str, Any]:
    """What stands beside every list."""
    return {
        "counts": await counts_of(visitor),
        "views": await visitor.services.storage.read(views_of, visitor.caller),
        "is_open": visitor.policy.serves(datetime.now(UTC)),
    }


def case_of(task: str) -> str:
    """The case of a task's id."""
    return task.rpartition("/")[0]
