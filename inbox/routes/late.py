"""What is late in the store, whoever has the turn: for those who look after others' work."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.cursors import MOST
from api.labels import label
from api.routes import cases
from inbox.asking import told
from inbox.filters import Filters
from inbox.headings import heading_of
from inbox.moments import Hours, clock_of_stage, due, moment
from inbox.routes.lists import beside
from inbox.templating import page
from inbox.visitors import Visiting, Visitor

routes = APIRouter()
Json = dict[str, Any]
_LOOKED_AT = 2000
"""The most cases among which the longest late are found: the API lists them by when they began."""


@routes.get("/late")
async def late(visitor: Visiting) -> HTMLResponse:
    """The cases of which a limit has passed, as far as the visitor may read them, the longest first."""
    found, goes_on = await _overdue(visitor)
    hours = Hours(visitor.policy)
    rows = [_row(visitor, one, hours) for one in found[:MOST]]
    return page(
        "late.html",
        visitor,
        here="late",
        filters=Filters(),
        rows=rows,
        goes_on=goes_on or len(found) > MOST,
        **await beside(visitor),
    )


async def _overdue(visitor: Visitor) -> tuple[list[Json], bool]:
    """The cases that are late, the longest first; and whether there are more than are looked at."""
    found: list[Json] = []
    cursor: str | None = None
    while len(found) < _LOOKED_AT:
        more = await told(
            cases.list_cases(
                visitor.caller, visitor.services, visitor.language, overdue=True, limit=MOST, cursor=cursor
            )
        )
        found += more["items"]
        if (cursor := more["next_cursor"]) is None:
            break
    return sorted(found, key=lambda one: moment(one["next_due"])), cursor is not None


def _row(visitor: Visitor, case: Json, hours: Hours) -> Json:
    what, who = heading_of(case["procedure"], case["title"], case["headline"])
    stage = next(iter(case["stages"]), None)
    clock = clock_of_stage(case["procedure"], None, stage["key"] if stage is not None else "")
    whose = {role: None for one in case["stages"] for role in one["roles"]}
    return {
        "case": case,
        "what": what,
        "who": who,
        "stage": " · ".join(one["label"] for one in case["stages"]),
        "whose": [label("role", role, visitor.language) for role in whose],
        "due": due(case["next_due"], clock, visitor.policy, visitor.language, hours_from=hours),
    }
