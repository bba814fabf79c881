"""Lists and histories, taken along as tables for a spreadsheet."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from activities.people import audit
from api.labels import label
from api.routes import cases as operations
from inbox.asking import told
from inbox.cases import wording_of
from inbox.filters import Filters
from inbox.schemas import as_object
from inbox.spreadsheets import Kind, spreadsheet
from inbox.tasks import Listed, listed
from inbox.visitors import Visiting, Visitor

routes = APIRouter()
_EXPORTED = 1000
_A_TIME = 100


@routes.get("/export.{kind}")
async def export_list(request: Request, visitor: Visiting, kind: Kind) -> Response:
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
    await _note(visitor, "tasks", kind, len(rows[:_EXPORTED]))
    head = ["Number", "Procedure", "Stage", "To do", "About", "Store", "Owner", "Since", "Due"]
    return spreadsheet("tasks", kind, [visitor.say(name) for name in head], rows[:_EXPORTED])


@routes.get("/history.{kind}")
async def export_history(visitor: Visiting, case: str, kind: Kind) -> Response:
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
    await _note(visitor, f"history of {case}", kind, len(rows))
    head = ["Step", "When", "Who", "What", "Stage", "Answers", "Note"]
    return spreadsheet("history", kind, [visitor.say(name) for name in head], rows)


async def _note(visitor: Visitor, what: str, kind: Kind, rows: int) -> None:
    """Write down who has taken so much along."""
    await visitor.services.storage.write(
        audit.note, "exported", visitor.caller.id, what, kind=kind, rows=rows
    )
