"""Comments that name the visitor."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from api.labels import label
from inbox.filters import Filters
from inbox.mentions import named_in, see
from inbox.moments import when
from inbox.routes.lists import beside
from inbox.templating import page, part, parts
from inbox.visitors import Visiting

routes = APIRouter()


@routes.get("/mentions")
async def mentions(visitor: Visiting) -> HTMLResponse:
    """All of them, the latest first."""
    found = await visitor.services.storage.read(named_in, visitor.caller)
    rows: list[dict[str, Any]] = [
        {
            "case": one.case,
            "title": label("procedure", one.case.procedure, visitor.language, one.case.procedure),
            "who": one.comment.author_name,
            "text": one.comment.text,
            "when": when(one.comment.written_at, visitor.policy, visitor.language),
            "is_new": one.is_new,
        }
        for one in found
    ]
    return page(
        "mentions.html", visitor, here="mentions", filters=Filters(), rows=rows, **await beside(visitor)
    )


@routes.post("/mentions/seen")
async def seen(
    visitor: Visiting,
    case: Annotated[str, Form(max_length=250)] = "",
    shown: Annotated[str, Form(alias="filters", max_length=1000)] = "",
    here: Annotated[str, Form(max_length=20)] = "list",
) -> HTMLResponse:
    """The visitor has seen those of a case, which is open; without one, all of them."""
    await visitor.services.storage.write(see, visitor.id, case)
    visitor.numbers.forget(visitor.id)
    if not case:
        return parts("", headers={"HX-Refresh": "true"})
    filters = Filters.of(dict(parse_qsl(shown)))
    return parts(part("queues_partial.html", visitor, filters=filters, here=here, **await beside(visitor)))
