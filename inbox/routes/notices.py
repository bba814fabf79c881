"""Notices to the visitor's roles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from api.labels import label
from inbox.filters import Filters
from inbox.moments import when
from inbox.notices import notices_to, see
from inbox.routes.lists import beside
from inbox.templating import page, part, parts
from inbox.visitors import Visiting

routes = APIRouter()


@routes.get("/notices")
async def notices(visitor: Visiting) -> HTMLResponse:
    """The latest first."""
    found, last = await visitor.services.storage.search(notices_to, visitor.caller, visitor.language)
    rows: list[dict[str, Any]] = [
        {
            "case": one.case,
            "title": label("procedure", one.case.procedure, visitor.language, one.case.procedure),
            "said": one.said,
            "role": label("role", one.said.channel, visitor.language),
            "when": when(one.said.at, visitor.policy, visitor.language),
            "is_new": one.is_new,
        }
        for one in found
    ]
    return page(
        "notices.html",
        visitor,
        here="notices",
        filters=Filters(),
        rows=rows,
        last=last,
        **await beside(visitor),
    )


@routes.post("/notices/seen")
async def seen(visitor: Visiting, last: Annotated[int, Form(ge=0, lt=2**63)]) -> HTMLResponse:
    """The visitor has seen them, up to this one."""
    await visitor.services.storage.write(see, visitor.id, last)
    visitor.numbers.forget(visitor.id)
    return parts(
        part("queues_partial.html", visitor, filters=Filters(), here="notices", **await beside(visitor))
    )
