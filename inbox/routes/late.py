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


@routes.get("/late")
async def late(visitor: Visiting) -> HTMLResponse:
    """The cases of which a limit has passed, as far as the visitor may read them, the longest first."""
    found = await told(
        cases.list_cases(visitor.caller, visitor.services, visitor.language, overdue=True, limit=MOST)
    )
    hours = Hours(visitor.policy)
    rows = [
        _row(visitor, one, hours) for one in sorted(found["items"], key=lambda one: moment(one["next_due"]))
    ]
    return page(
        "late.html",
        visitor,
        here="late",
        filters=Filters(),
        rows=rows,
        goes_on=found["next_cursor"] is not None,
        **await beside(visitor),
    )


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
