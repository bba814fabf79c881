"""Going somewhere: the palette, and codes that are scanned."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.diagrams import diagram
from api.problems import not_found
from api.rendering import case_of, declared, walked
from api.routes import cases, lookup
from inbox import assets
from inbox.asking import told
from inbox.filters import Filters
from inbox.maps import case_map
from inbox.starting import startable
from inbox.tasks import TITLES, listed
from inbox.templating import HEADERS, part, parts
from inbox.visitors import Visiting, Visitor

routes = APIRouter()
_FEW = 6
_LOOKED_AT = 20
"""Cases of which those of the very number come first."""
Json = dict[str, Any]


@routes.get("/part/palette")
async def palette(visitor: Visiting, q: str = "") -> HTMLResponse:
    """Tasks, cases and what can be started, by some words."""
    text = q.strip()
    tasks: list[Any] = []
    found: list[Json] = []
    if text:
        tasks = (await listed(visitor, Filters(q=text), limit=_FEW)).rows
        page = await told(
            cases.list_cases(visitor.caller, visitor.services, visitor.language, q=text, limit=_LOOKED_AT)
        )
        found = _by_number(page["items"], text)[:_FEW]
    wanted = text.casefold()
    starts = [one for one in startable(visitor) if wanted and wanted in one["label"].casefold()][:_FEW]
    known = [(f"/inbox/?queue={queue}", visitor.say(name)) for queue, name in TITLES.items()]
    known.append(("/inbox/late", visitor.say("Late in the store")))
    known += [("/inbox/mentions", visitor.say("Mentions")), ("/inbox/notices", visitor.say("Notices"))]
    known.append(("/inbox/desk", visitor.say("Packing desk")))
    places = [(address, name) for address, name in known if not wanted or wanted in name.casefold()]
    return parts(
        part("palette.html", visitor, q=text, tasks=tasks, cases=found, starts=starts, places=places)
    )


def _by_number(found: list[Json], text: str) -> list[Json]:
    """The cases of this very number come first, the oldest of them at the top: an order before what it has started.
    found: the newest first.
    """
    meant = [one for one in found if one["subject"].casefold() == text.casefold()]
    return [*reversed(meant), *(one for one in found if one not in meant)]


@routes.get("/open")
async def open_code(visitor: Visiting, code: str) -> Response:
    """What a scanned code stands for: its case, or what is found by it."""
    things = (await told(lookup.look_up(visitor.caller, visitor.services, visitor.language, code[:250])))[
        "items"
    ]
    case = next((one["case"] for one in things if one["case"]), None)
    to = f"/inbox/?case={quote(case, safe='')}" if case else f"/inbox/?q={quote(code, safe='')}"
    return RedirectResponse(to, 303, headers=HEADERS)


@routes.get("/map.svg")
async def map_of(visitor: Visiting, case: str, *, whole: bool = False) -> Response:
    """The case's map, with the way that it has taken. whole: the diagram of all ways."""
    procedure, marks = await visitor.services.storage.search(_walked, visitor, case)
    drawn = await (diagram if whole else case_map)(procedure, visitor.language, marks)
    headers = {
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:; sandbox",
    }
    return Response(drawn, headers=headers, media_type="image/svg+xml")


def _walked(session: Session, visitor: Visitor, case: str) -> Any:
    row = case_of(session, case, visitor.caller)
    procedure = declared(row) if row is not None else None
    if row is None or procedure is None:
        raise not_found("case")
    return procedure, walked(session, row)


@routes.get("/mark.svg")
async def mark_picture() -> Response:
    """The picture that a device shows for the app."""
    found = assets.found()["mark.svg"]
    return Response(found.content, headers={"Cache-Control": "max-age=86400"}, media_type=found.media_type)


@routes.get("/assets/{mark}/{name}")
async def asset(request: Request, mark: str, name: str) -> Response:
    """A file that pages load. Its address has its hash: it never changes."""
    found = assets.found().get(name)
    if found is None or found.mark != mark:
        raise not_found("file")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.media_type
        )
    return Response(found.content, headers=headers, media_type=found.media_type)
