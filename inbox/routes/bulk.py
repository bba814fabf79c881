"""One action on many tasks, with a result for each."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.documents.tasks import BulkAction
from api.problems import Problem
from api.routes import cases, forms
from api.routes import tasks as operations
from inbox.answers import path_of, read
from inbox.asking import request_of, told
from inbox.cases import wording_of
from inbox.questions import Question, Typed, draw
from inbox.routes.acting import filters_of, key_of, pairs_of
from inbox.routes.lists import beside, case_of
from inbox.schemas import as_object
from inbox.tasks import Row, listed, row_of
from inbox.templating import part, parts
from inbox.visitors import Visiting, Visitor
from models.table import new_id

routes = APIRouter()
MOST = 100
"""Tasks at a time."""


@routes.post("/bulk/form")
async def ask(request: Request, visitor: Visiting) -> HTMLResponse:
    """What can be done with all of the chosen tasks; the form of one of these actions."""
    posted = await request.form()
    return parts(
        await _bar(
            visitor,
            _tasks(str(posted.get("tasks", ""))),
            str(posted.get("action", "")),
            str(posted.get("filters", "")),
        )
    )


@routes.post("/bulk")
async def do(request: Request, visitor: Visiting) -> HTMLResponse:
    """Do it, each task by itself."""
    posted = await request.form()
    tasks, action = _tasks(str(posted.get("tasks", ""))), str(posted.get("action", ""))
    rows = [row for row in [await row_of(visitor, task) for task in tasks] if row is not None]
    form = None
    if rows and rows[0].task["kind"] == "stage":
        schema = (
            await told(
                forms.get_form(
                    rows[0].task["case"], action, visitor.caller, visitor.services, visitor.language
                )
            )
        )["form"]
        form = read(schema, pairs_of(posted), visitor.zone) or None
    elif rows:
        form = {"reason": str(posted.get("f.reason", ""))} if posted.get("f.reason") else None
    body = BulkAction(action=action, tasks=tasks, form=form)
    asked = request_of(visitor, key_of(posted), "bulk", action, tasks, form)
    try:
        found = await told(operations.act_on_tasks(body, asked, visitor.services))
    except Problem as problem:
        bar = await _bar(
            visitor,
            tasks,
            action,
            str(posted.get("filters", "")),
            Typed(form or {}, {path_of(one["pointer"]): one["message"] for one in problem.errors}),
            problem.detail,
        )
        return parts(bar, status=422)
    subjects = {row.id: str(row.task["subject"]) for row in rows}
    results = [
        {
            "subject": subjects.get(one["task"]) or case_of(one["task"]).rpartition(":")[2],
            "ok": one["status"] < 300,
            "why": as_object(one.get("problem")).get("detail", ""),
        }
        for one in found["items"]
    ]
    filters = filters_of(posted)
    return parts(
        part("bulk_results.html", visitor, results=results),
        part("list_partial.html", visitor, filters=filters, list=await listed(visitor, filters), case=None),
        part("queues_partial.html", visitor, filters=filters, here="list", **await beside(visitor)),
    )


async def _bar(
    visitor: Visitor, tasks: list[str], action: str, query: str, typed: Typed | None = None, fault: str = ""
) -> str:
    rows = [row for row in [await row_of(visitor, task) for task in tasks] if row is not None]
    is_mixed = len({row.kind for row in rows}) > 1
    offered = [] if is_mixed else common_actions(rows)
    questions: list[Question] = []
    if action and rows and not is_mixed:
        questions = await _questions(visitor, rows[0], action, typed)
    return part(
        "bulk.html",
        visitor,
        tasks=tasks,
        subjects=[row.task["subject"] for row in rows],
        is_mixed=is_mixed,
        offered=offered,
        chosen=next((one for one in offered if one["key"] == action), None),
        questions=questions,
        query=query,
        key=new_id(),
        fault=fault,
    )


def common_actions(rows: list[Row]) -> list[dict[str, str]]:
    """What can be done with each of these tasks, the likeliest first."""
    if not rows:
        return []
    shared = {str(one["key"]) for one in rows[0].task["actions"]}
    for row in rows[1:]:
        shared &= {str(one["key"]) for one in row.task["actions"]}
    return sorted(
        (one for one in rows[0].task["actions"] if one["key"] in shared), key=lambda one: not one.get("main")
    )


async def _questions(visitor: Visitor, row: Row, action: str, typed: Typed | None) -> list[Question]:
    """What is asked once for all: what is known or proposed of each is left to its case, and so are its own rows where
    they may be left out.
    """
    if row.task["kind"] != "stage":
        return [Question("reason", "reason", visitor.say("Why"), "text", longest=500)]
    document = await told(
        cases.get_case(row.task["case"], visitor.caller, visitor.services, visitor.language)
    )
    form = await told(
        forms.get_form(row.task["case"], action, visitor.caller, visitor.services, visitor.language)
    )
    wording = await wording_of(visitor, document)
    questions = draw(form["form"], form["values"], wording, typed, document["data"])
    for one in questions:
        one.fact = ""  # of one case alone
    return [
        one
        for one in questions
        if one.is_asked and one.origin != "proposed" and (one.required or one.is_faulty or not one.is_fixed)
    ]


def _tasks(told_: str) -> list[str]:
    return [task for task in told_.split(",") if task][:MOST]
