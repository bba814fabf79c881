"""Cases and tasks as callers see them. What may be done next comes from the machine, put where the case stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple, cast

import orjson
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.deciding import Deciders
from api.definitions import form_schema, offered
from api.headlines import headlines_of
from api.labels import Language, label
from api.privacy import case_seen_by, papers_of
from api.reading import own_among, reads, reads_all
from api.replies import Reply, address_of_case, json_reply
from api.storage import table_of
from api.waiting import waits_document
from cases.positions import case_row, data_of, position_of
from cases.turns import turns
from models.roles import OPERATIONS, Role
from models.statements import found
from models.tables.cases import CUT_OFF, EVENT, NEVER, CaseRow, EffectRow, LinkRow, StepRow, Task
from workflows.incidents import IncidentDecision
from workflows.language.forms import EVERYWHERE, STOP, UNDECLARED
from workflows.language.machine import Machine
from workflows.language.offering import offered_to
from workflows.language.procedure import Procedure
from workflows.registry import UnknownProcedure, registry
from workflows.runner.policies import policy_of
from workflows.wording import word

Json = dict[str, Any]
EVENT_WAYS = ("retry", "settle")
"""What may be done about events that weren't applied."""


class Walked(NamedTuple):
    """Where a case has been so far, for its diagram."""

    now: frozenset[str]
    been: frozenset[str]
    arrows: frozenset[tuple[str, str, str]]
    """(from, event, to)"""


def declared(row: CaseRow | Task) -> type[Procedure] | None:
    """The declaration that the case runs; None when this code no longer has its version."""
    try:
        return registry().get(row.procedure, row.version)
    except UnknownProcedure:
        return None


def machine_of(row: CaseRow, now: datetime) -> Machine | None:
    """The thread's machine, put where the case stands; None when this code no longer has the case's version."""
    procedure = declared(row)
    return procedure and Machine.at(
        procedure, position_of(procedure, row.position), policy_of(row.policy), now
    )


_cases, _links_table = table_of(CaseRow), table_of(LinkRow)
_links_of: Any = select(_links_table).where(
    or_(_links_table.c.parent == bindparam("case"), _links_table.c.child == bindparam("case"))
)


def case_of(session: Session, case: str, caller: Caller) -> CaseRow | None:
    """The case's row, if it is there for this caller."""
    row = case_row(session, case)
    if row is None or not reads(session, caller, row.procedure, row.store, case):
        return None
    return row


def offers(session: Session, machine: Machine | None, caller: Caller) -> list[str]:
    """The actions that the caller may send now, those of every procedure last."""
    if machine is None:
        return []
    store = machine.memory.store
    actor = Deciders(session).at(machine, caller)
    anywhere = not machine.finished and reads_all(caller, machine.procedure.key, store)
    common = (
        [event for event in EVERYWHERE if event not in machine.declaration.transitions] if anywhere else []
    )
    stops = [STOP] if machine.may_stop(actor) else []
    return [*machine.offers(actor), *common, *stops]


def current_form(row: CaseRow, event: str, language: Language) -> Json:
    """The JSON Schema of the action's form where the case stands."""
    procedure = declared(row)
    if procedure is None or (event not in procedure.declaration.transitions and event not in UNDECLARED):
        return {}
    return form_schema(procedure, event, tuple(stage["key"] for stage in row.stages), language)


def case_document(
    session: Session, row: CaseRow, caller: Caller, language: Language, *, waits: bool = False
) -> Json:
    """`GET /cases/{id}`. waits: with what the case waits for, which whoever has just moved it isn't told."""
    now = datetime.now(UTC)
    machine = machine_of(row, now)
    at = tuple(stage["key"] for stage in row.stages)
    whole = reads_all(caller, row.procedure, row.store)
    actions: list[orjson.Fragment] = []
    blocked: Json = {}
    if machine is not None:
        possible = offers(session, machine, caller)
        actions = [offered(machine.procedure, event, at, language) for event in possible]
        blocked = {
            event: word(why, language, row.procedure)
            for event, why in machine.blocked(caller.actor_in(row.store), possible).items()
        }
    return {
        **_head(row, language),
        "headline": headlines_of(session, [row], caller, language)[row.id],
        "stages": [_stage(row, stage, language, now) for stage in row.stages],
        "actions": actions,
        "blocked": blocked,
        **({"waits": waits_document(session, row, machine, caller, language)} if waits else {}),
        "deadlines": [
            {
                "key": one["key"],
                "label": label("deadline", one["key"], language, row.procedure),
                "due_at": one["due_at"],
                "paused": one["paused"],
                "missed": one["missed"],
            }
            for one in row.deadlines
            if not one.get("ended") or one["missed"]
        ],
        "incidents": incidents_of(session, row, language) if whole else [],
        "links": _links(session, row.id, None if whole else caller),
        "papers": [
            {"key": paper, "label": label("paper", paper, language)}
            for paper in papers_of(machine.procedure if machine else None, caller, row.store)
        ],
        "data": case_seen_by(machine.procedure if machine else None, row, _data(row, machine), caller),
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
    }


def case_reply(
    session: Session,
    row: CaseRow,
    caller: Caller,
    language: Language,
    status: int = 200,
    *,
    waits: bool = False,
) -> Reply:
    """The case as it is for this caller, as a reply."""
    reply = json_reply(case_document(session, row, caller, language, waits=waits), status)
    if status == HTTPStatus.CREATED:
        reply.headers["Location"] = address_of_case(row.id)
    return reply


def helps_of(session: Session, row: CaseRow, caller: Caller) -> Json:
    """What helps a caller who was refused: where the case stands, and what they may do there."""
    machine = machine_of(row, datetime.now(UTC))
    return {"stages": [stage["key"] for stage in row.stages], "actions": offers(session, machine, caller)}


def _data(row: CaseRow, machine: Machine | None) -> Json:
    """The case's data in full; without what is at its default where this code no longer has the case's version."""
    return data_of(machine) if machine is not None else orjson.loads(row.position).get("case") or {}


def case_lines(session: Session, rows: Sequence[CaseRow], caller: Caller, language: Language) -> list[Json]:
    """Items of `GET /cases`."""
    headlines = headlines_of(session, rows, caller, language)
    return [{**_case_line(row, language), "headline": headlines[row.id]} for row in rows]


def _case_line(row: CaseRow, language: Language) -> Json:
    now = datetime.now(UTC)
    return {
        **_head(row, language),
        "stages": [_stage(row, stage, language, now) for stage in row.stages],
        "next_due": row.next_due,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
    }


def task_documents(session: Session, tasks: Sequence[Task], caller: Caller, language: Language) -> list[Json]:
    """Items of `GET /tasks`: `actions` are the caller's, of this stage; of an incident, what may be decided."""
    deciders = Deciders(session)
    timed = sorted({task.case for task in tasks if task.offers is None and task.open})
    by_the_clock: dict[str, list[str]] = {}
    if timed:
        now = datetime.now(UTC)
        for row in session.connection().execute(select(_cases).where(_cases.c.id.in_(timed))):
            machine = machine_of(cast("CaseRow", row), now)
            by_the_clock[row.id] = machine.offers(deciders.at(machine, caller)) if machine is not None else []
    headlines = _headlines(session, tasks, caller, language)
    return [
        {
            **_task_document(task, by_the_clock.get(task.case, []), caller, language, deciders),
            "headline": headlines.get(task.case, []),
        }
        for task in tasks
    ]


_for_headlines: Any = select(
    _cases.c.id, _cases.c.procedure, _cases.c.version, _cases.c.store, _cases.c.headline
).where(_cases.c.id.in_(bindparam("cases", expanding=True)))


def _headlines(
    session: Session, tasks: Sequence[Task], caller: Caller, language: Language
) -> Mapping[str, list[Json]]:
    cases = sorted({task.case for task in tasks if task.case})
    if not cases:
        return {}
    rows = session.connection().execute(_for_headlines, {"cases": cases}).all()
    return headlines_of(session, rows, caller, language)


def _task_actions(
    task: Task, by_the_clock: list[str], caller: Caller, deciders: Deciders
) -> list[tuple[str, str]]:
    if not task.open:
        return []
    if task.incident is not None:
        return [
            (decision, decision.step)
            for decision in IncidentDecision
            if caller.has_any(OPERATIONS, task.store)
        ]
    if task.stage == EVENT:
        handles = caller.has_any(roles_of(task) | OPERATIONS, task.store or None)
        return [(way, f"{way}_events") for way in EVENT_WAYS] if handles else []
    if task.offers is None:
        return [(event, event) for event in by_the_clock]
    procedure = declared(task)
    if procedure is None:
        return []
    actor = deciders.among(procedure.declaration, task, caller)
    offered = offered_to(actor, procedure.declaration, task.stage, task.offers)
    return [(event, event) for event in offered]


def _task_document(
    task: Task, by_the_clock: list[str], caller: Caller, language: Language, deciders: Deciders
) -> Json:
    now = datetime.now(UTC)
    actions = _task_actions(task, by_the_clock, caller, deciders)
    return {
        "id": task.id,
        "kind": _kind_of(task),
        "case": task.case or None,
        "procedure": task.procedure or None,
        "store": task.store or None,
        "subject": task.subject or None,
        "revision": task.revision,
        "stage": task.stage,
        "event": {"type": task.event_type, "code": task.event_code} if task.stage == EVENT else None,
        "count": task.event_count,
        "incident": task.incident,
        "label": label("stage", task.stage, language, task.procedure)
        if task.effect is None
        else label("effect", task.effect, language, task.procedure),
        "roles": sorted(roles_of(task)),
        "actions": [
            {
                "key": key,
                "label": label("action", named, language, task.procedure),
                "main": key == _main_of(task),
            }
            for key, named in actions
        ],
        "entered_at": task.entered_at,
        "due_at": task.due_at if task.due_at < NEVER else None,
        "overdue": task.open and task.due_at < now,
        "claimed_by": task.claimed_by,
        "claimed_at": task.claimed_at,
        "open": task.open,
    }


def roles_of(task: Task) -> frozenset[Role]:
    """The roles that an open task waits for, as the code says now."""
    return turns().waiting_for(task.turn)


def _main_of(task: Task) -> str | None:
    """What is done there as a rule."""
    procedure = declared(task) if task.procedure else None
    return procedure.declaration.main_events.get(task.stage) if procedure is not None else None


def _kind_of(task: Task) -> str:
    if task.stage == EVENT:
        return "event"
    return "stage" if task.incident is None else "incident"


def incidents_of(session: Session, row: CaseRow, language: Language) -> list[Json]:
    """What operations must decide, the oldest first."""
    if row.state != "incident":
        return []
    query = select(EffectRow).where(col(EffectRow.case) == row.id, col(EffectRow.standing) == "incident")
    return [
        *_cut_off(row, language),
        *(
            {
                "key": one.key,
                "effect": one.kind,
                "label": label("effect", one.kind, language, row.procedure),
                "asked_at": one.at,
                "revision": one.revision,
                "error": one.error,
                "ways": [*IncidentDecision],
            }
            for one in session.scalars(query.order_by(col(EffectRow.at), col(EffectRow.key)))
        ),
    ]


def _cut_off(row: CaseRow, language: Language) -> list[Json]:
    """The incident of a case whose workflow was ended in Temporal: no decision here helps it."""
    if row.outcome is None or not row.outcome.startswith(CUT_OFF):
        return []
    how = row.outcome.removeprefix(CUT_OFF).replace("_", " ")
    return [
        {
            "key": row.outcome,
            "effect": "",
            "label": label("effect", "workflow_cut_off", language, row.procedure),
            "asked_at": row.changed_at,
            "revision": row.revision,
            "error": f"Its workflow was {how} in Temporal: it takes no more actions, and nothing of it is undone. "
            "Reset the workflow to its last workflow task; it then goes on where it was.",
            "ways": [],
        }
    ]


def _head(row: CaseRow, language: Language) -> Json:
    return {
        "id": row.id,
        "procedure": row.procedure,
        "title": label("procedure", row.procedure, language, row.procedure),
        "version": row.version,
        "store": row.store,
        "subject": row.subject,
        "revision": row.revision,
        "state": row.state,
        "outcome": row.outcome,
    }


def _stage(row: CaseRow, stage: Json, language: Language, now: datetime) -> Json:
    due = stage.get("due_at")
    return {
        "key": stage["key"],
        "label": label("stage", stage["key"], language, row.procedure),
        "roles": stage["roles"],
        "entered_at": stage["entered_at"],
        "due_at": due,
        "overdue": due is not None and row.state != "closed" and datetime.fromisoformat(due) < now,
    }


def _links(session: Session, case: str, outsider: Caller | None) -> list[Json]:
    """The cases that it started, and the one that started it. outsider: who is told of their own alone."""
    links: list[Json] = [
        {"case": link.child, "as": link.name, "standing": link.standing, "waits": link.waits}
        if link.parent == case
        else {"case": link.parent, "as": "parent", "standing": link.standing, "waits": link.waits}
        for link in found(session, _links_of, {"case": case})
    ]
    if outsider is None or not links:
        return links
    own = own_among(session, outsider, [link["case"] for link in links])
    return [link for link in links if link["case"] in own]


def walked(session: Session, row: CaseRow) -> Walked:
    """Where a case stands, where it has been, and by which actions it got there."""
    query = select(col(StepRow.event), col(StepRow.before), col(StepRow.after))
    been: set[str] = set()
    arrows: set[tuple[str, str, str]] = set()
    for event, before, after in session.execute(query.where(col(StepRow.case) == row.id)):
        been.update(after)
        arrows.update((source, event, target) for source in before for target in after)
    now = frozenset(stage["key"] for stage in row.stages)
    return Walked(now, frozenset(been) - now, frozenset(arrows))
