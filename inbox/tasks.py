"""The rows of a list, its groups, and the numbers beside the queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from api.cursors import MOST, Limit
from api.definitions import procedure_named
from api.labels import label
from api.privacy import papers_of
from api.routes import tasks as operations
from inbox.asking import told
from inbox.filters import QUEUES, Filters, mark_of
from inbox.headings import heading_of
from inbox.mentions import count_new
from inbox.moments import Due, Hours, age, clock_of_stage, due, when
from inbox.notices import count_new as count_notices
from inbox.remembered import snoozed_by
from inbox.schemas import as_object
from inbox.visitors import Visitor
from inbox.waves import WaveView, place_in, wave_of
from models.tables.inbox import Wave

Json = dict[str, Any]

PAGE: Limit = 50
_FEW = 20
_MOST_HELD = 2000
"""Tasks of one stage that are looked through for those of a wave."""
GROUPS = {
    "late": "Overdue",
    "soon": "Within two hours",
    "today": "Today",
    "later": "Later",
    "none": "No limit",
}
_GROUP_OF = {"near": "soon"}
_REFUSED = {
    "not_your_role": "Its sender may not do this",
    "not_possible_now": "Not possible at its stage",
    "invalid_form": "What it says is not right",
    "not_found": "Its case isn't there",
    "closed": "Its case has ended",
}
"""Why events were refused, by the problem's code; for others, that a rule did."""


@dataclass(frozen=True)
class Row:
    """A task in a list."""

    task: Json
    """As the API tells it."""
    what: str
    """What it is about, in the first words."""
    who: str
    """The rest of it."""
    todo: str
    due: Due | None
    age: str
    is_mine: bool
    until: str = ""
    """Until when the visitor has put it off."""
    place: int = 0
    """Its number in a wave."""

    @property
    def id(self) -> str:
        return self.task["id"]

    @property
    def mark(self) -> str:
        return mark_of(self.task["id"])

    @property
    def kind(self) -> str:
        """Tasks of one kind have the same actions."""
        return f"{self.task['procedure']}/{self.task['stage']}/{self.task['kind']}"

    @property
    def group(self) -> str:
        tone = self.due.tone if self.due is not None else "none"
        return _GROUP_OF.get(tone, tone)


@dataclass(frozen=True)
class Listed:
    """A page of a list."""

    rows: list[Row]
    next_cursor: str | None
    total: str
    title: str
    wave: WaveView | None = None
    """Whose tasks they are, where a wave is listed."""
    papers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """What can be printed of the wave's cases: key and label."""

    def groups(self, sort: str) -> Iterable[tuple[str, str, list[Row]]]:
        """By urgency: key, name, rows. One without a name where the order is another."""
        if sort != "due" or self.wave is not None:
            yield "all", "", self.rows
            return
        for key, name in GROUPS.items():
            if rows := [row for row in self.rows if row.group == key]:
                yield key, name, rows


@dataclass(frozen=True)
class Counts:
    """What stands beside the queues and the procedures, as text."""

    queues: Mapping[str, str]
    procedures: list[tuple[str, str, str]]
    """Key, title, number: the most first."""


async def listed(visitor: Visitor, filters: Filters, cursor: str | None = None, limit: int = PAGE) -> Listed:
    """A page of a list. Tasks that the visitor has put off are in their own queue alone."""
    serving = visitor.services
    if filters.wave:
        return await _of_wave(visitor, filters.wave)
    off = await serving.storage.read(snoozed_by, visitor.id)
    if filters.queue == "snoozed":
        rows = [row for row in [await row_of(visitor, task, off) for task in off] if row is not None]
        return Listed(rows, None, str(len(rows)), visitor.say("Snoozed"))
    page = await told(
        operations.list_tasks(
            visitor.caller, serving, visitor.language, limit=limit, cursor=cursor, **filters.asked()
        )
    )
    hours = Hours(visitor.policy)
    rows = [row for task in page["items"] if (row := draw(visitor, task, hours=hours)).id not in off]
    total = f"{len(rows)}+" if page["next_cursor"] else str(len(rows))
    title = visitor.say(TITLES[filters.queue])
    if filters.procedure:
        title = label("procedure", filters.procedure, visitor.language, filters.procedure)
    return Listed(rows, page["next_cursor"], total, title)


async def wave_head(visitor: Visitor, wave: str) -> Listed:
    """What stands above a wave's tasks, without these. Raises Problem `not_found`."""
    view = await visitor.services.storage.search(wave_of, visitor.caller, wave)
    procedure = procedure_named(view.wave.procedure)
    printed = [
        (paper.value, label("paper", paper.value, visitor.language))
        for paper in papers_of(procedure, visitor.caller, view.wave.store)
    ]
    return Listed([], None, f"{len(view.left)} / {len(view.tasks)}", view.wave.name, view, printed)


async def _of_wave(visitor: Visitor, wave: str) -> Listed:
    """What is left of a wave, in its own order."""
    head = await wave_head(visitor, wave)
    assert head.wave is not None
    known = await _held_in(visitor, head.wave.wave)
    found = {task: draw(visitor, document) for task, document in known.items()}
    missing = [one.task for one in head.wave.left if one.task not in known]
    for task in missing[:_FEW]:  # somebody has given it back, or taken it over
        row = await row_of(visitor, task)
        if row is not None:
            found[task] = row
    rows = [replace(found[one.task], place=one.place) for one in head.wave.left if one.task in found]
    return replace(head, rows=rows)


async def _held_in(visitor: Visitor, wave: Wave) -> Mapping[str, Json]:
    """By id, the tasks at the wave's stage that somebody holds: of the visitor's own wave those that they hold."""
    known: dict[str, Json] = {}
    cursor: str | None = None
    is_own = wave.owner == visitor.id
    while True:
        page = await told(
            operations.list_tasks(
                visitor.caller,
                visitor.services,
                visitor.language,
                store=wave.store,
                procedure=wave.procedure,
                stage=wave.stage,
                mine=is_own or None,
                unclaimed=None if is_own else False,
                limit=MOST,
                cursor=cursor,
            )
        )
        known |= {task["id"]: task for task in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None or len(known) >= _MOST_HELD:
            return known


TITLES = {
    "roles": "My roles",
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "overdue": "Overdue",
    "snoozed": "Snoozed",
    "incidents": "Incidents",
    "events": "Refused events",
}


async def row_of(
    visitor: Visitor, task: str, off: Mapping[str, datetime] | None = None, wave: str = ""
) -> Row | None:
    """One task; None where it is done, or isn't there for the visitor. wave: in whose list it stands."""
    until = (off or {}).get(task)
    for one in await tasks_of(visitor, task.rpartition("/")[0]):
        if one["id"] == task:
            row = draw(visitor, one, until)
            place = await visitor.services.storage.read(place_in, wave, task) if wave else 0
            return replace(row, place=place)
    return None


async def tasks_of(visitor: Visitor, case: str) -> list[Json]:
    """The visitor's open tasks of a case."""
    page = await told(operations.list_tasks(visitor.caller, visitor.services, visitor.language, case=case))
    return page["items"]


def draw(visitor: Visitor, task: Json, until: datetime | None = None, hours: Hours | None = None) -> Row:
    """The row of a task. hours: of the page that it is part of."""
    language, policy = visitor.language, visitor.policy
    title = label("procedure", task["procedure"], language, task["procedure"]) if task["procedure"] else ""
    main = next((one["label"] for one in task["actions"] if one.get("main")), "")
    what, who = heading_of(task["procedure"], title, task["headline"])
    if task["kind"] == "event":
        what, who = task["event"]["type"], visitor.say("{n} events", n=task["count"])
        main = visitor.say(_REFUSED.get(task["event"]["code"], "A rule refuses it"))
    return Row(
        task=task,
        what=what,
        who=who or title,
        todo=main or task["label"],
        due=due(
            task["due_at"],
            clock_of_stage(task["procedure"] or "", None, task["stage"]),
            policy,
            language,
            hours_from=hours,
        ),
        age=age(task["entered_at"], language),
        is_mine=task["claimed_by"] == visitor.id,
        until=when(until, policy, language) if until is not None else "",
    )


async def counts_of(visitor: Visitor) -> Counts:
    """The numbers beside the queues."""
    return as_counts(await visitor.numbers.of(visitor.id, lambda: _counted(visitor)), visitor)


async def _counted(visitor: Visitor) -> Json:
    tasks = await told(operations.count_tasks(visitor.caller, visitor.services))
    storage = visitor.services.storage
    return {
        **tasks,
        "mentions": await storage.read(count_new, visitor.id),
        "notices": await storage.read(count_notices, visitor.caller),
    }


def as_counts(document: Json, visitor: Visitor) -> Counts:
    """The same of what the API has counted."""
    queues = {queue: shown(document["all" if queue == "roles" else queue]) for queue in QUEUES}
    queues |= {queue: shown(document.get(queue, 0)) for queue in ("mentions", "notices")}
    procedures = sorted(document["by_procedure"].items(), key=lambda one: -number(one[1]))
    return Counts(
        queues,
        [
            (key, label("procedure", key, visitor.language, key), shown(count))
            for key, count in procedures
            if number(count)
        ],
    )


def number(count: Any) -> int:
    """A count, as far as it was counted."""
    return int(as_object(count).get("at_least", count if isinstance(count, int) else 0))


def shown(count: Any) -> str:
    """A count as text: `1000+` where it was counted no further."""
    return f"{number(count)}+" if isinstance(count, dict) else str(count)
