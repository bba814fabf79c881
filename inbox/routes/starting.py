"""Starting a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from api.definitions import asked_schema, procedure_named
from api.documents.cases import CaseStart
from api.labels import label
from api.lookups.stores import stores_of
from api.problems import Problem
from api.routes import actions
from inbox.answers import path_of, read
from inbox.asking import request_of, told
from inbox.questions import Typed, draw, unplaced
from inbox.routes.acting import key_of, pairs_of
from inbox.routes.lists import beside
from inbox.routes.sessions import SCANNER
from inbox.starting import filled, startable, starts_of
from inbox.templating import page, part, parts
from inbox.values import Wording, goods_of
from inbox.visitors import Visiting, Visitor
from models.table import new_id

routes = APIRouter()
Json = dict[str, Any]


@routes.get("/new")
async def ask(request: Request, visitor: Visiting, procedure: str = "", event: str = "") -> HTMLResponse:
    """What the visitor can start; the form of one of it. `of.order=SO-1` fills in the fields that name an order."""
    form = await _form(visitor, procedure, event, given=_given(request))
    return page("new.html", visitor, here="new", **form, **await beside(visitor))


@routes.get("/part/new")
async def ask_part(request: Request, visitor: Visiting, procedure: str = "", event: str = "") -> HTMLResponse:
    """The form of one procedure's start."""
    form = await _form(visitor, procedure, event, given=_given(request))
    return parts(part("start.html", visitor, **form))


def _given(request: Request) -> dict[str, str]:
    """What the form is filled in with: by book; and the store that it is for."""
    asked = request.query_params.items()
    books = {name.removeprefix("of."): text[:64] for name, text in asked if name.startswith("of.")}
    return {**books, "": request.query_params.get("store", "")}


@routes.get("/scan/new")
async def ask_at_scanner(
    request: Request, visitor: Visiting, procedure: str = "", event: str = ""
) -> HTMLResponse:
    """The same at a scanner: a lorry that nobody has announced stands at the dock."""
    form = await _form(visitor, procedure, event, given=_given(request))
    return page("scan.html", visitor, work=None, begins=True, **form)


@routes.post("/new")
async def start(request: Request, visitor: Visiting) -> HTMLResponse:
    """Start the case, and show it."""
    begun = await _begun(visitor, await request.form())
    if not isinstance(begun, str):
        return parts(part("start.html", visitor, **begun), status=422)
    return parts("", headers={"HX-Redirect": f"/inbox/?case={begun}" if begun else "/inbox/"})


@routes.post("/scan/new")
async def start_at_scanner(request: Request, visitor: Visiting) -> HTMLResponse:
    """The same at a scanner."""
    begun = await _begun(visitor, await request.form())
    if not isinstance(begun, str):
        return parts(part("scan_begin.html", visitor, **begun), status=422)
    return parts("", headers={"HX-Redirect": f"{SCANNER}?case={begun}" if begun else SCANNER})


async def _begun(visitor: Visitor, posted: FormData) -> str | Json:
    """The case that this form starts, quoted for an address, empty while it is under way; or what its page shows
    where it is refused.
    """
    key, event, store = (str(posted.get(name, "")) for name in ("procedure", "event", "store"))
    procedure = procedure_named(key)
    schema = asked_schema(procedure, event, (), visitor.language)
    form = read(schema, pairs_of(posted), visitor.zone)
    subject = str(posted.get("subject", "")).strip() or None
    try:
        body = CaseStart(store=store, subject=subject, event=event, data=form)
        asked = request_of(visitor, key_of(posted), "start", key, body.model_dump())
        document = await told(actions.start_case(key, body, asked, visitor.services))
    except ValidationError as error:
        faults = {str(one["loc"][0]): one["msg"] for one in error.errors()}
        return await _again(visitor, key, event, Typed(form, faults), faults.get("subject", ""), posted)
    except Problem as problem:
        faults = {path_of(one["pointer"], "/data/"): one["message"] for one in problem.errors}
        return await _again(visitor, key, event, Typed(form, faults), problem.detail, posted)
    return quote(document.get("id", ""), safe="") if document.get("procedure") else ""


async def _again(visitor: Visitor, key: str, event: str, typed: Typed, said: str, posted: FormData) -> Json:
    context = await _form(visitor, key, event, typed)
    return context | {
        "said": said,
        "faults": [fault for fault in unplaced(context["questions"], typed.errors) if fault != said],
        "subject": str(posted.get("subject", "")),
        "store": str(posted.get("store", "")),
    }


async def _form(
    visitor: Visitor,
    key: str,
    event: str,
    typed: Typed | None = None,
    given: Mapping[str, str] | None = None,
) -> Json:
    storage = visitor.services.storage
    stores = await storage.search(_stores, visitor)
    known = startable(visitor)
    chosen = next((one for one in known if one["key"] == key), None)
    books = given or {}
    store = next((one for one in stores if one == books.get("")), stores[0] if stores else "")
    context: Json = {
        "startable": known,
        "chosen": chosen,
        "stores": stores,
        "store": store,
        "subject": "",
        "said": "",
        "faults": [],
        "key": new_id(),
        "event": "",
        "event_label": "",
        "questions": [],
        "filled_in": (),
        "numbers": "",
    }
    if chosen is None:
        return context
    procedure = procedure_named(key)
    events = starts_of(procedure, visitor.caller.roles)
    event = event if event in events else events[0]
    answers = filled(procedure, event, books)
    schema = asked_schema(procedure, event, (), visitor.language)
    said = answers if typed is None else typed.form or {}
    goods = await storage.read(
        goods_of, store, said
    )  # lines of an order that is known are chosen by their names
    wording = Wording(visitor.language, visitor.policy, procedure, *goods)
    return context | {
        "event": event,
        "event_label": label("action", event, visitor.language, key),
        "questions": draw(schema, {"now": datetime.now(UTC), **answers}, wording, typed),
        "filled_in": tuple(answers),
        "numbers": procedure.numbers,
    }


def _stores(session: Session, visitor: Visitor) -> list[str]:
    return stores_of(session, visitor.caller, visitor.services.settings)
