"""The packing desk: waves, their papers, checks by scanning, what has gone aside."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.documents.papers import PapersWanted
from api.documents.tasks import Assignment
from api.labels import label
from api.lookups.stores import stores_of
from api.papers.accepting import HTML, PDF
from api.papers.pages import HEADERS as PAPER_HEADERS
from api.papers.pages import commands_page
from api.papers.printing import CannotPrint
from api.papers.words import paper_words
from api.problems import Problem, not_found
from api.routes import papers, people
from api.routes import tasks as operations
from inbox.asking import request_of, told
from inbox.cases import case_view
from inbox.desk import MOST, PROPOSED, Choice, NotForWave, candidate, choice_of, command_groups, gone_aside
from inbox.filters import Filters
from inbox.routes.acting import key_of
from inbox.routes.lists import beside
from inbox.tasks import tasks_of, wave_head
from inbox.templating import page, part, parts
from inbox.visitors import Visiting, Visitor
from inbox.waves import begin_wave, give_to, leave_out, wave_of, wave_with, waves_of
from models.papers import Paper
from models.table import new_id
from models.tables.inbox import Wave

routes = APIRouter()
Json = dict[str, Any]
_AT_DESK = Filters(desk="1")


@routes.get("/desk")
async def desk(visitor: Visiting, case: str = "") -> HTMLResponse:
    """The desk; the case that is open on it."""
    view, gone = None, False
    if case:
        try:
            view = await case_view(visitor, case)
        except Problem:
            gone = True
    lines = await visitor.services.storage.search(waves_of, visitor.caller)
    return page(
        "desk.html",
        visitor,
        here="desk",
        filters=_AT_DESK,
        waves=lines,
        case=view,
        gone=gone,
        **await beside(visitor),
    )


@routes.get("/desk/part/waves")
async def waves_part(visitor: Visiting) -> HTMLResponse:
    """The waves alone."""
    lines = await visitor.services.storage.search(waves_of, visitor.caller)
    return parts(part("waves.html", visitor, waves=lines))


@routes.get("/desk/part/aside")
async def aside_part(visitor: Visiting) -> HTMLResponse:
    """The exception lane alone."""
    return parts(part("aside.html", visitor, filters=_AT_DESK, aside=await gone_aside(visitor)))


# --- a new wave


@routes.get("/desk/new")
async def ask(
    visitor: Visiting, store: str = "", procedure: str = "", stage: str = "", task: str = ""
) -> HTMLResponse:
    """What a wave can be made of. task: one that was scanned, and is chosen alone."""
    form = await _wave_form(visitor, store, procedure, stage, [task] if task else None)
    return page("wave_new.html", visitor, here="desk", **form, **await beside(visitor))


@routes.get("/desk/part/new")
async def ask_part(visitor: Visiting, store: str = "", procedure: str = "", stage: str = "") -> HTMLResponse:
    """The form of a new wave alone."""
    return parts(part("wave_form.html", visitor, **await _wave_form(visitor, store, procedure, stage)))


@routes.get("/desk/part/candidate")
async def candidate_part(
    visitor: Visiting,
    code: Annotated[str, Query(max_length=250)],
    store: str = "",
    procedure: str = "",
    stage: str = "",
) -> HTMLResponse:
    """A scanned order, as one that is chosen."""
    try:
        row = await candidate(visitor, code, store, procedure, stage)
    except NotForWave as why:
        return parts(part("candidate_wrong.html", visitor, why=str(why)))
    return parts(part("candidate.html", visitor, row=row, is_chosen=True))


async def _wave_form(
    visitor: Visitor, store: str, procedure: str, stage: str, chosen: list[str] | None = None
) -> Json:
    stores = await visitor.services.storage.search(_stores, visitor)
    choice = await choice_of(visitor, stores, store, procedure, stage)
    return {
        "choice": choice,
        "chosen": {row.id for row in choice.rows[:PROPOSED]} if chosen is None else set(chosen),
        "name": _name_for(visitor, choice),
        "key": new_id(),
        "most": MOST,
        "fault": "",
    }


def _stores(session: Session, visitor: Visitor) -> list[str]:
    return stores_of(session, visitor.caller, visitor.services.settings)


def _name_for(visitor: Visitor, choice: Choice) -> str:
    """The stage and the hour: what people call it, where they don't call it otherwise."""
    if not choice.stage:
        return ""
    now = datetime.now(UTC).astimezone(visitor.zone)
    return f"{label('stage', choice.stage, visitor.language, choice.procedure)} {now:%m-%d %H:%M}"[:60]


@routes.post("/desk/waves")
async def begin(request: Request, visitor: Visiting) -> HTMLResponse:
    """Claim the tasks for the wave's owner, and keep those that could be claimed as a wave."""
    posted = await request.form()
    store, procedure, stage = (str(posted.get(name, "")) for name in ("store", "procedure", "stage"))
    owner = str(posted.get("owner", "")).strip() or visitor.id
    chosen = list(dict.fromkeys(str(one) for one in posted.getlist("tasks")))[:MOST]
    key, fault = key_of(posted), ""
    if not chosen:
        fault = visitor.say("Choose at least one order.")
    elif owner != visitor.id and not await _works_there(visitor, owner, store):
        fault = visitor.say("There is nobody of this name.")
    if fault:
        form = await _wave_form(visitor, store, procedure, stage, chosen)
        form |= {"fault": fault, "name": str(posted.get("name", ""))}
        return parts(part("wave_form.html", visitor, **form), status=422)
    taken, refused = await _claimed(visitor, key, chosen, owner, (store, procedure, stage))
    wave = Wave(
        id=f"wave-{hashlib.sha256(f'{visitor.id} {key}'.encode()).hexdigest()[:24]}",
        name=(str(posted.get("name", "")).strip() or label("stage", stage, visitor.language, procedure))[:60],
        owner=owner,
        store=store,
        procedure=procedure,
        stage=stage,
        made_by=visitor.id,
        made_at=datetime.now(UTC),
    )
    if taken:
        await visitor.services.storage.write(begin_wave, wave, taken)
    if taken and not refused:
        return parts("", headers={"HX-Redirect": f"/inbox/?wave={wave.id}"})
    return parts(part("wave_made.html", visitor, wave=wave if taken else None, taken=taken, refused=refused))


async def _works_there(visitor: Visitor, account: str, store: str) -> bool:
    found = await told(people.find_people(visitor.caller, visitor.services, q=account, store=store))
    return any(one["id"] == account for one in found["items"])


async def _claimed(
    visitor: Visitor, key: str, tasks: list[str], owner: str, of: tuple[str, str, str]
) -> tuple[list[Json], list[tuple[str, str]]]:
    """Those of the tasks that could be claimed for the owner; the others, each with why not. Whoever puts a wave
    together claims first: what somebody holds is handed to nobody else.
    """
    store, procedure, stage = of
    in_waves = await visitor.services.storage.read(wave_with, tasks)
    asked = request_of(visitor, key, "wave", tasks, owner)
    taken: list[Json] = []
    refused: list[tuple[str, str]] = []
    for place, task in enumerate(tasks):
        subject = task.rpartition("/")[0].split(":", 2)[-1]
        if task in in_waves:
            refused.append((subject, visitor.say("It is in the wave {name} already.", name=in_waves[task])))
            continue
        if not (task.startswith(f"{procedure}:{store}:") and task.endswith(f"/{stage}")):
            where = label("stage", task.rpartition("/")[2], visitor.language, procedure)
            refused.append((subject, visitor.say("It is at another stage: {stage}", stage=where)))
            continue
        try:
            document = await told(operations.claim(task, asked.part(2 * place), visitor.services))
            if owner != visitor.id:
                to = Assignment(to=owner)
                await told(operations.assign(task, to, asked.part(2 * place + 1), visitor.services))
        except Problem as problem:
            refused.append((subject, str(problem.detail)))
        else:
            taken.append(document)
    return taken, refused


# --- a wave that is under way


@routes.post("/desk/waves/{wave}/release")
async def release(request: Request, visitor: Visiting, wave: str) -> HTMLResponse:
    """Give back what is left of a wave: nobody holds it any more, and the wave ends."""
    view = await visitor.services.storage.search(wave_of, visitor.caller, wave)
    asked = request_of(visitor, key_of(await request.form()), "release wave", wave)
    given: list[str] = []
    for place, one in enumerate(view.left):
        try:
            if one.owner not in (None, visitor.id) and one.owner == view.wave.owner:
                to = Assignment(to=visitor.id)
                await told(operations.assign(one.task, to, asked.part(2 * place), visitor.services))
            if one.owner in (visitor.id, view.wave.owner):
                await told(operations.release(one.task, asked.part(2 * place + 1), visitor.services))
        except Problem:
            continue  # it has moved on, or isn't the visitor's to give back
        given.append(one.task)
    await visitor.services.storage.write(leave_out, wave, given)
    return parts("", headers={"HX-Redirect": "/inbox/desk"})


@routes.post("/desk/waves/{wave}/assign")
async def assign(
    request: Request, visitor: Visiting, wave: str, to: Annotated[str, Form(max_length=64)]
) -> HTMLResponse:
    """Have somebody else do what is left of a wave."""
    view = await visitor.services.storage.search(wave_of, visitor.caller, wave)
    to = to.strip()
    if not await _works_there(visitor, to, view.wave.store):
        raise Problem("not_found", visitor.say("There is nobody of this name."))
    asked = request_of(visitor, key_of(await request.form()), "assign wave", wave, to)
    for place, one in enumerate(view.left):
        if one.owner in (None, view.wave.owner):
            await told(operations.assign(one.task, Assignment(to=to), asked.part(place), visitor.services))
    await visitor.services.storage.write(give_to, wave, to)
    return parts("", headers={"HX-Redirect": f"/inbox/?wave={wave}"})


@routes.get("/desk/part/wave")
async def wave_part(visitor: Visiting, wave: str) -> HTMLResponse:
    """What stands above a wave's tasks."""
    return parts(part("wave_head.html", visitor, list=await wave_head(visitor, wave)))


@routes.get("/desk/part/next")
async def next_part(visitor: Visiting, wave: str) -> HTMLResponse:
    """Where the orders of a wave wait for the visitor now: what the next wave can be made of."""
    view = await visitor.services.storage.search(wave_of, visitor.caller, wave)
    stages: dict[str, list[Json]] = {}
    for one in view.done:
        for task in await tasks_of(visitor, one.case):
            if task["kind"] == "stage" and task["claimed_by"] in (None, visitor.id):
                stages.setdefault(task["stage"], []).append(task)
    in_waves = await visitor.services.storage.read(
        wave_with, [task["id"] for tasks in stages.values() for task in tasks]
    )
    left = {
        stage: free
        for stage, tasks in stages.items()
        if (free := [task for task in tasks if task["id"] not in in_waves])
    }
    return parts(part("wave_next.html", visitor, wave=view.wave, stages=left, key=new_id()))


# --- what is printed


@routes.get("/papers")
async def print_papers(
    visitor: Visiting,
    paper: Annotated[str, Query(max_length=40)],
    wave: str = "",
    case: Annotated[list[str] | None, Query()] = None,
    tasks: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """A paper of one case or of many: of those that are named, else of the whole wave. `pick_list.pdf` is a PDF."""
    cases = case or []
    if wave:
        view = await visitor.services.storage.search(wave_of, visitor.caller, wave)
        cases = [one.case for one in view.tasks if not tasks or one.task in tasks]
    kind, _, form = paper.partition(".")
    try:
        wanted = PapersWanted(key=Paper(kind), cases=tuple(cases))
    except (ValueError, ValidationError) as error:
        raise not_found("paper") from error
    accept = f"{PDF}, {HTML};q=0.5" if form == "pdf" else HTML
    return await papers.print_papers(wanted, visitor.caller, visitor.services, visitor.language, accept)


@routes.get("/desk/commands")
async def print_commands(visitor: Visiting, form: Literal["html", "pdf"] = "html") -> Response:
    """A sheet of the commands that the visitor can use."""
    groups = list(command_groups(visitor))
    note = ""
    if form == "pdf":
        try:
            content = await visitor.services.printer.pdf(commands_page(groups, visitor.language))
            return Response(content, headers=PAPER_HEADERS, media_type=PDF)
        except CannotPrint:
            note = paper_words(visitor.language)["page_instead"]
    return HTMLResponse(commands_page(groups, visitor.language, note), headers=PAPER_HEADERS)
