"""The list, and the case beside it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.labels import label
from api.problems import Problem, not_found
from api.routes import cases as operations
from inbox.asking import told
from inbox.cases import CaseView, case_view, wording_of
from inbox.filters import Filters
from inbox.remembered import views_of
from inbox.schemas import as_object
from inbox.tasks import Listed, counts_of, listed, row_of
from inbox.templating import HEADERS, page, part, parts
from inbox.visitors import Visiting, Visitor

routes = APIRouter()
_EXPORTED = 1000
_A_TIME = 100


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


# --- taken along


@routes.get("/export.csv")
async def export_list(request: Request, visitor: Visiting) -> Response:
    """The list as a table for a spreadsheet, up to a thousand rows."""
    filters = Filters.of(request.query_params)
    rows: list[list[str]] = []
    cursor: str | None = None
    while len(rows) < _EXPORTED:
        found: Listed = await listed(visitor, filters, cursor, _A_TIME)
        rows += [
            [
                str(row.task["subject"] or ""),
                label("procedure", row.task["procedure"], visitor.language, row.task["procedure"])
                if row.task["procedure"]
                else "",
                row.task["label"],
                row.todo,
                " · ".join(one["text"] for one in row.task["headline"]),
                str(row.task["store"] or ""),
                str(row.task["claimed_by"] or ""),
                str(row.task["entered_at"]),
                str(row.task["due_at"] or ""),
            ]
            for row in found.rows
        ]
        cursor = found.next_cursor
        if cursor is None:
            break
    head = ["Number", "Procedure", "Stage", "To do", "About", "Store", "Owner", "Since", "Due"]
    return _table("tasks.csv", [[visitor.say(name) for name in head], *rows[:_EXPORTED]])


@routes.get("/history.csv")
async def export_history(visitor: Visiting, case: str) -> Response:
    """A case's history as a table."""
    caller, serving, language = visitor.caller, visitor.services, visitor.language
    document = await told(operations.get_case(case, caller, serving, language))
    wording = await wording_of(visitor, document)
    rows: list[list[str]] = []
    cursor: str | None = None
    while True:
        steps = await told(operations.get_history(case, caller, serving, language, limit=200, cursor=cursor))
        rows += [
            [
                str(step["revision"]),
                str(step["at"]),
                step["actor_name"],
                step["label"],
                " · ".join(label("stage", one, language, document["procedure"]) for one in step["after"]),
                " · ".join(
                    f"{wording.label(name)}: {wording.text(value, name)}"
                    for name, value in as_object(step["form"]).items()
                    if value not in (None, "", [])
                ),
                step["note"],
            ]
            for step in steps["items"]
        ]
        cursor = steps["next_cursor"]
        if cursor is None:
            break
    head = ["Step", "When", "Who", "What", "Stage", "Answers", "Note"]
    return _table("history.csv", [[visitor.say(name) for name in head], *rows])


def _table(name: str, rows: list[list[str]]) -> Response:
    """As a spreadsheet reads it: what begins like a formula is text."""
    text = io.StringIO()
    csv.writer(text).writerows([_as_text(cell) for cell in row] for row in rows)
    headers = {**HEADERS, "Content-Disposition": f"attachment; filename={name}"}
    return Response("\ufeff" + text.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not cell[1:].isdecimal() else cell
