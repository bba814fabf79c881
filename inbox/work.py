"""One task as a scanner's page shows it: the thing to do, as a list to scan or as a form, and what else there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from api.problems import Problem
from api.routes import cases as operations
from api.routes import forms
from inbox.asking import told
from inbox.cases import RECORDS, Action, ends, leads_to, main_of, wording_of
from inbox.filters import Filters
from inbox.headings import heading_of
from inbox.questions import Question, Typed, draw
from inbox.scanlists import ScanList, list_of
from inbox.schemas import as_object
from inbox.shelves import Shelves, numbers_of, shelves_of
from inbox.tasks import Row, listed, row_of, tasks_of
from inbox.tasks import draw as draw_row
from inbox.values import Facts, facts_of
from inbox.visitors import Visitor
from models.table import new_id
from models.tables.cases import store_of

Json = dict[str, Any]
_LOOKED_AT = 100
"""So many tasks are looked at for the next of a kind."""


@dataclass
class Work:
    """All that the page shows."""

    document: Json
    """The case, as the API tells it."""
    row: Row | None
    """The task by which the visitor has come here, or the first of theirs."""
    what: str
    who: str
    facts: Facts
    chosen: Action | None
    list: ScanList | None
    others: list[Json]
    """Other actions, with whether each ends the case."""
    numbers: list[str]
    """Codes that stand for the case itself."""
    moments: list[str]
    """Names of answers that are the moment of sending, unless somebody says otherwise: of work that is sent later, the
    moment when it was finished."""
    key: str = field(default_factory=new_id)
    """Of what the form sends: the same form sent twice is one request."""

    @property
    def id(self) -> str:
        return self.document["id"]

    @property
    def asked(self) -> list[Question]:
        """What must be answered, beside the list."""
        return [one for one in self._questions if self._is_pressing(one)]

    @property
    def more(self) -> list[Question]:
        """What may be answered."""
        return [one for one in self._questions if not self._is_pressing(one)]

    @property
    def _questions(self) -> list[Question]:
        listed = self.list.name if self.list is not None else ""
        chosen = self.chosen.questions if self.chosen is not None else []
        return [one for one in chosen if one.is_asked and one.path != listed]

    def _is_pressing(self, one: Question) -> bool:
        return bool(one.error) or (one.required and f"f.{one.path}" not in self.moments)

    @property
    def task_id(self) -> str:
        return self.row.id if self.row is not None else ""

    @property
    def address(self) -> str:
        """Where the page is, behind its `?`."""
        if self.row is not None:
            return f"task={quote(self.row.id, safe='')}"
        return f"case={quote(self.id, safe='')}"

    @property
    def claimed_by(self) -> str:
        return (self.row.task["claimed_by"] or "") if self.row is not None else ""


async def work_on(
    visitor: Visitor, case: str, *, task: str = "", action: str = "", typed: Typed | None = None
) -> Work:
    """The page of one task. Raises Problem `not_found` where it isn't there for the visitor.

    action: whose form is shown; else the likeliest. typed: what stands in its form.
    """
    caller, serving, language = visitor.caller, visitor.services, visitor.language
    document = await told(operations.get_case(case, caller, serving, language))
    mine = [one for one in await tasks_of(visitor, case) if one["kind"] == "stage"]
    at = next((one for one in mine if one["id"] == task), mine[0] if mine else None)
    offered = document["actions"]
    chosen = next((one["key"] for one in offered if one["key"] == action), None) or main_of(offered)
    form = await _form_of(visitor, case, chosen)
    wording = await wording_of(visitor, document, form)
    shown: Action | None = None
    found: ScanList | None = None
    if form is not None:
        questions = draw(form["form"], form["values"], wording, typed, document["data"])
        found = list_of(form["form"], questions, document["data"], wording)
        shown = Action(
            key=form["key"],
            label=form["label"],
            leads_to=leads_to(wording, document, form["key"]),
            ends=ends(wording.procedure, document, form["key"]),
            questions=questions,
            version=form["version"],
        )
    shelves, numbers = await serving.storage.read(_known, case, found)
    what, who = heading_of(document["procedure"], document["title"], document["headline"])
    return Work(
        document=document,
        row=draw_row(visitor, at) if at is not None else None,
        what=what,
        who=who,
        facts=facts_of(document["data"], wording),
        chosen=shown,
        list=found.on(shelves) if found is not None else None,
        others=[
            {**one, "ends": ends(wording.procedure, document, one["key"])}
            for one in offered
            if one["key"] not in (chosen, *RECORDS) and not one.get("common")
        ],
        numbers=[document["subject"], case, *numbers],
        moments=_moments(form),
    )


def _moments(form: Json | None) -> list[str]:
    asked = as_object(form["form"].get("properties")) if form is not None else {}
    return [f"f.{name}" for name, part in asked.items() if as_object(part).get("x-proposed") == "now"]


async def _form_of(visitor: Visitor, case: str, action: str | None) -> Json | None:
    """The action's form, filled in; None where there is no action, or it has just become impossible."""
    if action is None:
        return None
    try:
        return await told(forms.get_form(case, action, visitor.caller, visitor.services, visitor.language))
    except Problem as problem:
        if problem.status_code == 409:
            return None
        raise


def _known(session: Session, case: str, found: ScanList | None) -> tuple[Shelves, list[str]]:
    numbers = numbers_of(session, case)
    if found is None:
        return Shelves(), numbers
    return shelves_of(session, store_of(case), found.skus, found.bins), numbers


# --- which work there is


@dataclass(frozen=True)
class Kind:
    """Tasks of one kind: they have the same actions."""

    procedure: str
    stage: str
    label: str
    count: str

    @property
    def query(self) -> str:
        return f"procedure={self.procedure}&stage={self.stage}"


async def kinds_and_jobs(visitor: Visitor, filters: Filters) -> tuple[list[Kind], list[Row]]:
    """What waits for the visitor's roles: the kinds of it, the most first; and those of the filters, by due."""
    page = await listed(visitor, Filters(), limit=_LOOKED_AT)
    rows = [row for row in page.rows if row.task["kind"] == "stage"]
    kinds: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        kinds.setdefault((row.task["procedure"], row.task["stage"]), []).append(row)
    more = "+" if page.next_cursor is not None else ""
    sorted_kinds = sorted(kinds.items(), key=lambda one: -len(one[1]))
    told_kinds = [
        Kind(procedure, stage, some[0].todo, f"{len(some)}{more}")
        for (procedure, stage), some in sorted_kinds
    ]
    if filters.is_narrowed:
        rows = [
            row
            for row in (await listed(visitor, filters, limit=_LOOKED_AT)).rows
            if row.task["kind"] == "stage"
        ]
    return told_kinds, rows


async def next_of(visitor: Visitor, done: str) -> Row | None:
    """The next task like the one that is done: of its procedure and stage, and nobody else's."""
    case, _, stage = done.rpartition("/")
    filters = Filters(procedure=case.partition(":")[0], stage=stage)
    page = await listed(visitor, filters, limit=_LOOKED_AT)
    return next(
        (
            row
            for row in page.rows
            if row.id != done and row.task["kind"] == "stage" and row.task["claimed_by"] in (None, visitor.id)
        ),
        None,
    )


async def task_of(visitor: Visitor, case: str) -> Row | None:
    """The visitor's task of a case: the first, where there are several."""
    for one in await tasks_of(visitor, case):
        if one["kind"] == "stage":
            return await row_of(visitor, one["id"])
    return None
