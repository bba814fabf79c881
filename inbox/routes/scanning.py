"""The scanner's pages: which work there is, and work on one task. What is done there is sent at once."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from api import requests
from api.problems import Problem, not_found
from api.replies import response
from api.routes import cases, lookup
from api.routes import tasks as operations
from inbox import assets
from inbox.answers import path_of
from inbox.asking import request_of, told
from inbox.cases import RECORDS
from inbox.filters import Filters
from inbox.questions import Typed
from inbox.routes.acting import form_of, key_of, sent, told_drop
from inbox.routes.lists import case_of
from inbox.routes.sessions import SCANNER as HOME
from inbox.tasks import Row
from inbox.templating import HEADERS, page, part, parts
from inbox.visitors import Visiting, Visitor
from inbox.work import kinds_and_jobs, next_of, task_of, work_on
from models.table import new_id

routes = APIRouter()
_MOST_FOUND = 8
Json = dict[str, Any]


@routes.get("/scan")
async def scan(
    request: Request, visitor: Visiting, task: str = "", case: str = "", action: str = "", code: str = ""
) -> HTMLResponse:
    """Home; or work on a task, with the form of its likeliest action or of this one. code: tasks that it may mean."""
    if task or case:
        try:
            work = await work_on(visitor, case or case_of(task), task=task, action=action)
        except Problem as problem:
            if problem.status_code != 404:
                raise
            return await _home(request, visitor, gone=True, status=404)
        return page("scan.html", visitor, work=work, refusal=None)
    return await _home(request, visitor, code=code)


async def _home(
    request: Request, visitor: Visitor, *, code: str = "", gone: bool = False, status: int = 200
) -> HTMLResponse:
    return page(
        "scan.html", visitor, status, work=None, **await _work_there(request, visitor, code, gone=gone)
    )


async def _work_there(request: Request, visitor: Visitor, code: str = "", *, gone: bool = False) -> Json:
    filters = Filters.of(request.query_params)
    kinds, jobs = await kinds_and_jobs(visitor, filters)
    said = visitor.say("It is done, or isn't there for you.") if gone else ""
    if code:
        _, jobs, said = await _meant(visitor, code)
    return {"kinds": kinds, "jobs": jobs, "only": filters.query, "code": code, "said": said}


@routes.post("/scan/code")
async def scanned(visitor: Visiting, code: Annotated[str, Form(min_length=1, max_length=250)]) -> Response:
    """What somebody has scanned with no task open: where to go, or why there is nothing to do."""
    things, jobs, said = await _meant(visitor, code)
    if len(jobs) == 1:
        return _answer(to=f"{HOME}?task={quote(jobs[0].id, safe='')}")
    if jobs:
        return _answer(to=f"{HOME}?code={quote(code, safe='')}")
    if case := await _at_hand(visitor, things):
        return _answer(to=f"{HOME}?case={quote(case, safe='')}")
    return _answer(tone="warn" if things else "bad", text=said)


async def _meant(visitor: Visitor, code: str) -> tuple[list[Json], list[Row], str]:
    """What a code is; the visitor's tasks that it stands for; what is said where there are none, or several."""
    things = (await told(lookup.look_up(visitor.caller, visitor.services, visitor.language, code.strip())))[
        "items"
    ]
    found = list(dict.fromkeys(one["case"] for one in things if one["case"]))[:_MOST_FOUND]
    jobs = [row for case in found if (row := await task_of(visitor, case)) is not None]
    if jobs:
        return things, jobs, visitor.say("{code} stands for several", code=code)
    if not things:
        return things, [], visitor.say("Nothing is known by {code}", code=code)
    first = things[0]
    if first["kind"] in ("order", "case", "waybill"):
        where = first["detail"] or first["label"]
        return things, [], visitor.say("{code}: nothing for you to do ({where})", code=code, where=where)
    return things, [], visitor.say("{what}: open a task first", what=first["label"] or first["code"])


async def _at_hand(visitor: Visitor, things: list[Json]) -> str | None:
    """The case of a code in which the visitor can do something, though its task is another's: an order's goods are
    found broken while its picker has it.
    """
    for case in dict.fromkeys(one["case"] for one in things if one["case"]):
        try:
            document = await told(cases.get_case(case, visitor.caller, visitor.services, visitor.language))
        except Problem as problem:
            if problem.status_code != 404:
                raise
            continue
        if any(one["key"] not in RECORDS and not one.get("common") for one in document["actions"]):
            return case
    return None


# --- sending


@routes.post("/scan/act")
async def act(request: Request, visitor: Visiting) -> Response:
    """Send an action, once for the form's own key. A page that was away asks for JSON: it shows something else."""
    posted = await request.form()
    is_late = "application/json" in request.headers.get("accept", "")
    case, action, task = (str(posted.get(name, "")) for name in ("case", "action", "task"))
    form: Json = {}
    try:
        if not await _was_sent(visitor, posted, case):
            form = await form_of(visitor, case, action, posted)
            await sent(visitor, posted, case, action, form, None)
    except Problem as problem:
        if is_late:
            return _answer(tone="bad", text=problem.detail, status=problem.status_code)
        return await _refused(request, visitor, problem, case, action, task, form)
    await told_drop(visitor, case, action)
    done = visitor.say(
        "{what}: {which}", what=str(posted.get("label", "")), which=str(posted.get("subject", ""))
    )
    following = await next_of(visitor, task)
    if is_late:
        to = f"{HOME}?task={quote(following.id, safe='')}" if following is not None else HOME
        return _answer(tone="good", text=done, to=to)
    return await _shown(request, visitor, following, done)


async def _was_sent(visitor: Visitor, posted: FormData, case: str) -> bool:
    """Whether this form came before: the answer was lost on the way. Raises Problem where it was refused.

    The form is not read again: by now the case may ask something else, or nothing.
    """
    journal, storage = visitor.services.journal, visitor.services.storage
    earlier = await storage.read(requests.find, visitor.id, key_of(posted))
    if earlier is None or earlier.entry.case != case:
        return False
    await told(_replied(journal.reply_to_earlier(earlier, earlier.entry.body_hash)))
    return True


async def _replied(reply: Any) -> Response:
    return response(await reply)


async def _shown(request: Request, visitor: Visitor, following: Row | None, done: str) -> HTMLResponse:
    """What comes after an action: the next task of its kind, else home."""
    to = HOME
    shown = ""
    if following is not None:
        try:
            work = await work_on(visitor, case_of(following.id), task=following.id)
            to = f"{HOME}?{work.address}"
            shown = part("scan_work.html", visitor, work=work, refusal=None)
        except Problem:
            to = HOME
    if not shown:
        shown = part("scan_home.html", visitor, **await _work_there(request, visitor))
    return parts(shown, headers={"X-To": to, "X-Said": quote(done)})


async def _refused(
    request: Request, visitor: Visitor, problem: Problem, case: str, action: str, task: str, form: Json
) -> HTMLResponse:
    """The same page with what is wrong; or the case as it is by now. What was counted stays on the device."""
    if problem.status_code not in (404, 409, 422):
        raise problem
    errors = {path_of(one["pointer"]): one["message"] for one in problem.errors}
    typed = Typed(form, errors) if problem.status_code == 422 else None
    refusal = {
        "moved": problem.status_code != 422,
        "detail": problem.detail,
        "errors": list(errors.values()),
    }
    try:
        work = await work_on(visitor, case, task=task, action=action, typed=typed)
    except Problem:
        shown = part("scan_home.html", visitor, **await _work_there(request, visitor, gone=True))
        return parts(shown, status=409, headers={"X-To": HOME})
    return parts(
        part("scan_work.html", visitor, work=work, refusal=refusal),
        status=422 if typed is not None else 409,
        headers={"X-To": f"{HOME}?{work.address}"},
    )


# --- whose it is


@routes.post("/scan/hold")
async def hold(
    visitor: Visiting,
    task: Annotated[str, Form(max_length=320)],
    do: Annotated[str, Form(pattern="^(claim|release)$")],
) -> Response:
    """Take a task, or let it go."""
    asked = request_of(visitor, new_id(), do, task)
    hold_it = operations.claim if do == "claim" else operations.release
    try:
        await told(hold_it(task, asked, visitor.services))
    except Problem as problem:
        return _answer(tone="bad", text=problem.detail, status=problem.status_code)
    text = visitor.say("It is yours") if do == "claim" else visitor.say("It is for everybody again")
    return _answer(tone="good", text=text)


# --- without a connection


@routes.get("/scan/line")
async def line(_: Visiting) -> Response:
    """Whether there is a connection, and somebody is signed in: 204."""
    return Response(status_code=204, headers=HEADERS)


@routes.get("/scan-worker.js")
async def worker() -> Response:
    """What keeps pages on the device that were open there."""
    found = assets.found()["scan-worker.js"]
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(found.content, headers=headers, media_type=found.media_type)


@routes.get("/pictures/{name}")
async def picture(name: str) -> Response:
    """A picture that a device shows for the installed app: its address never changes, as the manifest names it."""
    found = assets.found().get(name)
    if found is None or not name.endswith(".png"):
        raise not_found("file")
    headers = {"Cache-Control": "max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response(found.content, headers=headers, media_type=found.media_type)


def _answer(status: int = 200, **told: str) -> Response:
    return JSONResponse(told, status, headers=HEADERS)


def to_home() -> Response:
    """The scanner's home, for who has been elsewhere."""
    return RedirectResponse(HOME, 303, headers=HEADERS)
