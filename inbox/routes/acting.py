"""What is done to one case: its actions, its task's owner, comments, incidents, drafts."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from api.definitions import asked_schema, procedure_named
from api.documents.attachments import NewComment
from api.documents.cases import Action, Resolution
from api.documents.forms import NewDraft
from api.documents.tasks import Assignment, BulkAction
from api.problems import Problem
from api.requests import PLAIN_KEY
from api.routes import actions, comments, forms, incidents, people
from api.routes import requests as journal
from api.routes import tasks as operations
from inbox.answers import path_of, read
from inbox.asking import request_of, told
from inbox.cases import case_view, wording_of
from inbox.filters import Filters
from inbox.moments import when
from inbox.questions import Typed, unplaced
from inbox.routes.lists import beside, case_of, detail
from inbox.schemas import as_object
from inbox.tasks import listed, row_of
from inbox.templating import part, parts, toast_of
from inbox.values import answers_of
from inbox.visitors import Visiting, Visitor
from models.table import new_id

routes = APIRouter()
_SOME_PEOPLE = 50
HELD_BACK = 5
"""Seconds in which an action can be taken back."""
Json = dict[str, Any]


def pairs_of(posted: FormData) -> list[tuple[str, str]]:
    """What was posted, without files: these are uploaded before."""
    return [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]


def filters_of(posted: FormData) -> Filters:
    """The list that the page shows."""
    return Filters.of(dict(parse_qsl(str(posted.get("filters", "")))))


def key_of(posted: FormData) -> str:
    """The form's own key; a new one where it has none."""
    key = str(posted.get("key", ""))
    return key if PLAIN_KEY.fullmatch(key) else new_id()


@routes.post("/act")
async def act(request: Request, visitor: Visiting) -> HTMLResponse:
    """Send an action. It is held back for a moment, in which it can be taken back; the next task comes at once."""
    posted = await request.form()
    case, action, task = (str(posted.get(name, "")) for name in ("case", "action", "task"))
    held = None if posted.get("at_once") else HELD_BACK
    form: Json = {}
    try:
        form = form_then(visitor, posted)
        form = await form_of(visitor, case, action, posted)
        document = await sent(visitor, posted, case, action, form, held)
    except Problem as problem:
        return await refused(visitor, problem, posted, case, action, task, form)
    await told_drop(visitor, case, action)
    is_under_way = document.get("status") == "pending"
    held_until = document.get("held_until") if is_under_way else None
    label = str(posted.get("label", ""))
    is_said = held_until or not is_under_way
    toast = toast_of(
        "good" if is_said else "wait",
        label if is_said else visitor.say("It is under way: {what}", what=label),
        about=str(posted.get("subject", "")),
        undo=document["id"] if held_until else "",
        seconds=held or 0,
        done=task,
    )
    return await following(visitor, posted, toast, task)


async def sent(
    visitor: Visitor, posted: FormData, case: str, action: str, form: Json, held: int | None
) -> Json:
    """What the API answers to the action. held: seconds in which it can be taken back. Raises Problem."""
    return await told(
        actions.act(
            case,
            action,
            request_of(visitor, key_of(posted), "act", case, action, form, held),
            visitor.services,
            Action(
                form=form or None, revision=_number(posted, "revision"), version=_number(posted, "version")
            ),
            hold=held,
        )
    )


async def following(visitor: Visitor, posted: FormData, toast: Json, done: str) -> HTMLResponse:
    """What comes after an action: the next task of the list, on the packing desk none; and a word on what was done."""
    filters = filters_of(posted)
    if filters.desk:  # the next one comes by scanning it
        beside_it = part(
            "queues_partial.html", visitor, filters=filters, here="desk", **await beside(visitor)
        )
        cleared = part("desk_ready.html", visitor)
        return parts(cleared, part("toast.html", visitor, toast=toast), beside_it)
    following_task = str(posted.get("next", ""))
    row = await row_of(visitor, following_task) if following_task and following_task != done else None
    if row is None:
        page = await listed(visitor, filters, limit=3)
        row = next((one for one in page.rows if one.id != done), None)
    if row is not None and row.task["kind"] != "event":
        shown = await detail(visitor, filters, row.task["case"], row.id)
    else:
        shown = part("done.html", visitor, filters=filters)
    return parts(
        shown,
        part("toast.html", visitor, toast=toast),
        part("queues_partial.html", visitor, filters=filters, here="list", **await beside(visitor)),
    )


async def form_of(visitor: Visitor, case: str, action: str, posted: FormData) -> Json:
    """The form that was posted, as the API takes it. Raises Problem where the action isn't possible now."""
    schema = (await told(forms.get_form(case, action, visitor.caller, visitor.services, visitor.language)))[
        "form"
    ]
    return read(schema, pairs_of(posted), visitor.zone)


def form_then(visitor: Visitor, posted: FormData) -> Json:
    """The form that was posted, by the version and the stage for which it was drawn: the case may have moved on."""
    key, stage = str(posted.get("case", "")).partition(":")[0], str(posted.get("task", "")).rpartition("/")[2]
    action = str(posted.get("action", ""))
    try:
        procedure = procedure_named(key, _number(posted, "version"))
        stages = [move.source.id for move in procedure.declaration.transitions.get(action, ()) if move.form]
        at = stage if stage in stages else next(iter(stages), "")
        return read(asked_schema(procedure, action, (at,), visitor.language), pairs_of(posted), visitor.zone)
    except Problem:
        return {}


async def refused(
    visitor: Visitor, problem: Problem, posted: FormData, case: str, action: str, task: str, form: Json
) -> HTMLResponse:
    """The case again, with what is wrong. Nothing that was typed is lost: it stands in the form, or is the draft."""
    filters, errors = filters_of(posted), {path_of(one["pointer"]): one["message"] for one in problem.errors}
    if problem.status_code == 422:
        view = await case_view(visitor, case, task=task, action=action, typed=Typed(form, errors))
        faults = unplaced(view.chosen.questions if view.chosen is not None else (), errors)
        refusal = {
            "moved": False,
            "detail": problem.detail,
            "fields": len(errors) > len(faults),
            "faults": [fault for fault in faults if fault != problem.detail],
        }
        return parts(part("case.html", visitor, filters=filters, case=view, refusal=refusal), status=422)
    if problem.status_code == 409 and form:
        body = NewDraft(form=form, revision=_number(posted, "revision"))
        try:
            await told(forms.put_draft(case, action, body, visitor.caller, visitor.services))
        except Problem:
            form = {}
    if problem.status_code in (404, 409):
        return await moved_on(visitor, problem, filters, case, task, form)
    raise problem


async def moved_on(
    visitor: Visitor,
    problem: Problem,
    filters: Filters,
    case: str,
    task: str,
    kept: Json | None = None,
) -> HTMLResponse:
    """The case as it is by now, and who has moved it on. kept: what was typed, which is the visitor's draft now."""
    try:
        view = await case_view(visitor, case, task=task)
    except Problem:
        return parts(part("gone.html", visitor, filters=filters, detail=problem.detail), status=409)
    last = next((one for one in view.timeline if one["kind"] == "step" and not one["by_itself"]), None)
    refusal = {
        "moved": True,
        "detail": problem.detail,
        "who": visitor.say("{who}: {what}, {when}", who=last["who"], what=last["label"], when=last["when"])
        if last
        else "",
        "kept": answers_of(kept, await wording_of(visitor, view.document, kept)),
    }
    return parts(part("case.html", visitor, filters=filters, case=view, refusal=refusal), status=409)


@routes.post("/undo")
async def undo(request: Request, visitor: Visiting) -> HTMLResponse:
    """Take an action back that is held back still; its case is shown again, with what was typed."""
    posted = await request.form()
    task = str(posted.get("task", ""))
    try:
        await told(
            journal.take_back_request(str(posted.get("request", "")), visitor.caller, visitor.services)
        )
    except Problem as problem:
        return parts(part("toast.html", visitor, toast=toast_of("bad", problem.detail)))
    toast = toast_of("wait", visitor.say("Taken back"))
    shown = await detail(visitor, filters_of(posted), case_of(task), task, str(posted.get("action", "")))
    return parts(shown, part("toast.html", visitor, toast=toast))


@routes.get("/part/outcome")
async def outcome(visitor: Visiting, request_id: str, task: str = "", about: str = "") -> HTMLResponse:
    """What came of an action that was held back: a word where it was refused, else nothing."""
    document = await told(journal.get_request(request_id, visitor.caller, visitor.services))
    if (document.get("answer_status") or 0) < 400:
        return parts("")
    said = as_object(document.get("answer")).get("detail", "")
    toast = toast_of("bad", visitor.say("Refused: {why}", why=said), about=about, open=task)
    return parts(part("toast.html", visitor, toast=toast))


# --- drafts


@routes.post("/draft")
async def keep(request: Request, visitor: Visiting) -> HTMLResponse:
    """Keep what is typed so far."""
    posted = await request.form()
    case, action = str(posted.get("case", "")), str(posted.get("action", ""))
    try:
        form = await form_of(visitor, case, action, posted)
        body = NewDraft(form=form, revision=_number(posted, "revision"))
        draft = await told(forms.put_draft(case, action, body, visitor.caller, visitor.services))
    except Problem:
        return parts("")
    at = when(draft["saved_at"], visitor.policy, visitor.language)
    return parts(part("draft.html", visitor, saved=at))


@routes.post("/draft/drop")
async def drop(request: Request, visitor: Visiting) -> HTMLResponse:
    """Forget what was typed; the form as it is at first."""
    posted = await request.form()
    case, action, task = (str(posted.get(name, "")) for name in ("case", "action", "task"))
    await told_drop(visitor, case, action)
    view = await case_view(visitor, case, task=task, action=action)
    return parts(part("act.html", visitor, filters=filters_of(posted), case=view, refusal=None))


async def told_drop(visitor: Visitor, case: str, action: str) -> None:
    await forms.delete_draft(case, action, visitor.caller, visitor.services)


# --- who does it


@routes.post("/claim")
async def claim(request: Request, visitor: Visiting) -> HTMLResponse:
    return await _hold(request, visitor, "claim")


@routes.post("/release")
async def release(request: Request, visitor: Visiting) -> HTMLResponse:
    return await _hold(request, visitor, "release")


@routes.post("/assign")
async def assign(request: Request, visitor: Visiting) -> HTMLResponse:
    """Hand a task over to somebody."""
    return await _hold(request, visitor, "assign")


async def _hold(request: Request, visitor: Visitor, what: str) -> HTMLResponse:
    posted = await request.form()
    task, filters = str(posted.get("task", "")), filters_of(posted)
    asked, why = request_of(visitor, new_id(), what, task), ""
    try:
        match what:
            case "claim":
                await told(operations.claim(task, asked, visitor.services))
            case "release":
                await told(operations.release(task, asked, visitor.services))
            case _:
                to = await _colleague(visitor, str(posted.get("to", "")).strip(), task)
                await told(operations.assign(task, Assignment(to=to), asked, visitor.services))
    except Problem as problem:
        if problem.status_code == 404:
            return await moved_on(visitor, problem, filters, case_of(task), task)
        why = problem.detail
    row = await row_of(visitor, task, wave=filters.wave)
    again = part("row_partial.html", visitor, filters=filters, row=row, case=None) if row is not None else ""
    said = part("toast.html", visitor, toast=toast_of("bad", why)) if why else ""
    return parts(await detail(visitor, filters, case_of(task), task), again, said)


async def _colleague(visitor: Visitor, name: str, task: str) -> str:
    """Somebody of the task's store. Raises Problem where there is nobody of this name."""
    _, store, _ = task.split(":", 2)
    found = await told(
        people.find_people(visitor.caller, visitor.services, q=name, store=store, limit=_SOME_PEOPLE)
    )
    if not any(one["id"] == name for one in found["items"]):
        raise Problem("invalid_form", visitor.say("There is nobody of this name."))
    return name


# --- words and decisions


@routes.post("/comment")
async def comment(
    visitor: Visiting,
    request: Request,
    case: Annotated[str, Form(max_length=250)],
    text: Annotated[str, Form(min_length=1, max_length=4000)],
) -> HTMLResponse:
    """Write a comment."""
    posted = await request.form()
    said = NewComment(text=text.replace("\r\n", "\n"))
    await told(
        comments.add_comment(
            case, said, request_of(visitor, key_of(posted), "comment", case, text), visitor.services
        )
    )
    view = await case_view(visitor, case)
    return parts(part("timeline.html", visitor, filters=filters_of(posted), case=view))


@routes.post("/incident")
async def decide(request: Request, visitor: Visiting) -> HTMLResponse:
    """Decide about an effect that failed."""
    posted = await request.form()
    case, incident, task = (str(posted.get(name, "")) for name in ("case", "incident", "task"))
    way: Any = str(posted.get("do", ""))
    try:
        decision = Resolution(do=way, reason=str(posted.get("reason", "")))
        asked = request_of(visitor, key_of(posted), "incident", case, incident, decision.model_dump())
        await told(incidents.resolve_incident(case, incident, decision, asked, visitor.services))
    except ValueError:
        problem = Problem("invalid_form", visitor.say("Say why."))
        return await moved_on(visitor, problem, filters_of(posted), case, task)
    except Problem as problem:
        return await moved_on(visitor, problem, filters_of(posted), case, task)
    return parts(await detail(visitor, filters_of(posted), case, task))


@routes.post("/events")
async def settle(request: Request, visitor: Visiting) -> HTMLResponse:
    """Have refused events tried again, or settle them by hand."""
    posted = await request.form()
    way, task = str(posted.get("do", "")), str(posted.get("task", ""))
    form = {"reason": str(posted.get("reason", ""))} if way == "settle" else None
    body = BulkAction(action=way, tasks=[task], form=form)
    found = await told(
        operations.act_on_tasks(
            body, request_of(visitor, key_of(posted), "events", way, task, form), visitor.services
        )
    )
    wrong = found["items"][0].get("problem")
    if wrong:
        return parts(part("toast.html", visitor, toast=toast_of("bad", wrong["detail"])))
    return await following(visitor, posted, toast_of("good", visitor.say("Done"), done=task), task)


def _number(posted: FormData, name: str) -> int | None:
    text = str(posted.get(name, ""))
    return int(text) if text.isdecimal() else None
