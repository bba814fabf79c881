"""The commit of a case: one transaction that makes the read model show what the case is now.

It runs as a local activity, or where the API records an answer: so it may run twice, late, or for a step that Temporal
then loses. That is why it only writes what can be rebuilt, replaces what is there, and never lets an earlier writer
undo a later one.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    Engine,
    Table,
    and_,
    bindparam,
    case,
    delete,
    insert,
    or_,
    update,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel
from temporalio import activity

from activities.bookkeeping import write_entry, write_milestones
from cases import task_rows
from cases.headlines import headline_of
from cases.parties import list_tasks, write_parties
from cases.searching import references_in, words_of
from models.database import insert_for, writing
from models.entry import EntrySource
from models.roles import OPERATIONS
from models.statements import Run, running
from models.tables.cases import (
    CaseReference,
    CaseRow,
    Change,
    EffectRow,
    LinkRow,
    StepRow,
)
from models.tables.words import CaseWords
from workflows.incidents import IncidentDecision
from workflows.runner.messages import Commit

COMMIT = "commit"
"""The local activity: it gives up at once where the database is held."""
COMMIT_PATIENTLY = "commit_when_possible"
"""The same as an ordinary activity: it waits, and is tried until it succeeds."""
LOCAL_WAIT = 0.5
"""Seconds that the local activity waits for other writers."""
_FIXED = frozenset({"policy", "procedure", "store", "subject", "opened_at", "request"})
"""What a case keeps from its start: to write it anew would touch its indexes each time."""
_OF_EFFECT = ("revision", "kind", "payload", "at", "standing", "error", "outcome", "ended_at")
_DECISIONS = frozenset(decision.step for decision in IncidentDecision)


class ReadModelWriter:
    """Writes the read model of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # both are let finish where nobody waits any more: an exception thrown into the thread could hit the driver
    @activity.defn(name=COMMIT, no_thread_cancel_exception=True)
    def commit(self, commit: Commit) -> str:
        """Write it; DatabaseBusy after half a second. Returns the record of what was committed."""
        return self._write(commit, LOCAL_WAIT)

    @activity.defn(name=COMMIT_PATIENTLY, no_thread_cancel_exception=True)
    def commit_when_possible(self, commit: Commit) -> str:
        """Write it, however long other writers take; DatabaseError where that isn't possible now."""
        return self._write(commit, 20)

    def _write(self, commit: Commit, wait: float) -> str:
        with writing(self._engine, wait) as session:
            write(session, commit)
        return commit.record


def write(session: Session, commit: Commit, *, is_news: bool = True) -> bool:
    """Write a commit in this transaction. False where a later one is there already: then nothing is written.

    is_news: whether the stream hears of it; a rebuilt read model has nothing new to say.
    """
    dialect = session.get_bind().dialect.name
    statements = _statements(dialect)
    data = orjson.loads(commit.position).get("case")
    with running(session) as run:
        if not _write_head(run, dialect, commit, data):
            return False
        has_moved = task_rows.write_stages(run, dialect, commit)
        words = words_of(commit.procedure, commit.version, commit.subject, data)
        run(statements["words"], {"case": commit.case, "words": words})
        if references := [{"case": commit.case, "value": value} for value in references_in(data)]:
            run(statements["references"], references)
        if commit.steps:
            run(statements["steps"], [{**step.model_dump(), "case": commit.case} for step in commit.steps])
        if commit.effects:
            run(
                statements["effects"],
                [_effect(commit.case, effect.model_dump()) for effect in commit.effects],
            )
            task_rows.write_incidents(run, dialect, commit)
        for link in commit.links:
            run(statements["link" if link.standing else "other_sides_link"], _link(link.model_dump()))
        if commit.parties is not None or commit.links:
            write_parties(run, dialect, commit)
        list_tasks(run, dialect, commit, has_moved=has_moved)
        if is_news:
            run(statements["change"], _change(commit))
    _write_books(session, commit)
    return True


def _write_books(session: Session, commit: Commit) -> None:
    """What the case's procedure enters into a book, and what its steps have reached."""
    if commit.entry is not None:
        source = EntrySource(commit.case, commit.store, commit.opened_at, commit.closed_at)
        write_entry(session, commit.entry, source)
    if commit.milestones is not None:
        first = _first_revision(commit)
        write_milestones(session, commit.milestones, case=commit.case, store=commit.store, first=first)


def _write_head(run: Run, dialect: str, commit: Commit, data: Any) -> bool:
    """The case's row, and no step beyond it. False where a later commit is there."""
    head, statements = _head(commit, data), _statements(dialect)
    first = _first_revision(commit)
    if not commit.repairs:
        new = {f"new_{name}": value for name, value in head.items() if name not in _FIXED}
        if run(statements["next_head"], {**new, "first": first}).rowcount:
            return True
    if run(statements["repair" if commit.repairs else "head"], head).rowcount < 1:
        return False
    # what a lost workflow task had committed, and history knows nothing of
    run(statements["phantoms"], {"of": commit.case, "beyond": commit.revision})
    left_out = {"of": commit.case, "listed": [effect.key for effect in commit.effects]}
    lost = run(statements["never_asked"], {**left_out, "first": first}).rowcount
    if commit.repairs:
        lost += run(statements["not_pending"], left_out).rowcount
    if lost:
        task_rows.close_lost_incidents(run, dialect, commit)
    return True


def _first_revision(commit: Commit) -> int:
    """The first revision whose step it holds. Of effects that earlier ones asked for, it holds those that changed."""
    return min((step.revision for step in commit.steps), default=commit.revision + 1)


def announce(session: Session, row: CaseRow, task: str | None = None) -> None:
    """Tell the stream that something beside the case's position has changed; `task` says which task."""
    session.add(
        Change(
            case=row.id,
            procedure=row.procedure,
            store=row.store,
            revision=row.revision,
            state=row.state,
            stages=[stage["key"] for stage in row.stages],
            roles=_whose(
                {role for stage in row.stages for role in stage["roles"]}, incident=row.state == "incident"
            ),
            task=task,
            at=datetime.now(UTC),
        )
    )
    session.flush()


def _head(commit: Commit, data: Any) -> dict[str, Any]:
    return {
        **commit.model_dump(
            include={
                "procedure", "version", "store", "subject", "revision", "fence", "state", "outcome", "position",
                "policy", "next_due", "opened_at", "closed_at", "request", "run_id", "hash",
            }
        ),
        "id": commit.case,
        "headline": headline_of(commit.procedure, commit.version, data),
        "stage": commit.stages[0].key if commit.stages else None,
        "stages": [stage.model_dump(mode="json", exclude={"offers"}) for stage in commit.stages],
        "deadlines": [deadline.model_dump(mode="json") for deadline in commit.deadlines],
        "changed_at": commit.at,
    }  # fmt: skip


def _effect(of: str, effect: dict[str, Any]) -> dict[str, Any]:
    return {**effect, "case": of}


def _link(link: dict[str, Any]) -> dict[str, Any]:
    return {**link, "standing": link["standing"] or "open"}


def _change(commit: Commit) -> dict[str, Any]:
    return {
        "case": commit.case,
        "procedure": commit.procedure,
        "store": commit.store,
        "revision": commit.revision,
        "state": commit.state,
        "stages": [stage.key for stage in commit.stages],
        "roles": _whose(commit.roles, incident=_is_about_incident(commit)),
        "at": commit.at,
    }


def _whose(roles: AbstractSet[str], *, incident: bool) -> list[str]:
    """Whose lists a change may alter: those of the stages' roles, and of operations where it is about an incident."""
    return sorted(roles | OPERATIONS if incident else roles)


def _is_about_incident(commit: Commit) -> bool:
    """One is there, or was just decided."""
    return commit.state == "incident" or any(step.event in _DECISIONS for step in commit.steps)


@cache
def _statements(dialect: str) -> dict[str, Any]:
    """Built once: building costs more than running them."""
    into = insert_for(dialect)

    def upsert(model: type[SQLModel], **changed: Any) -> Any:
        table = _table(model)
        new = into(table)
        keys = {column.name for column in table.primary_key}
        values = {c.name: new.excluded[c.name] for c in table.columns if c.name not in keys}
        return new.on_conflict_do_update(index_elements=sorted(keys), set_={**values, **changed})

    cases, words = _table(CaseRow), _table(CaseWords)
    steps, effects = _table(StepRow), _table(EffectRow)
    is_left_out = and_(
        effects.c.case == bindparam("of"), effects.c.key.not_in(bindparam("listed", expanding=True))
    )
    head = into(cases)
    columns = {c.name: head.excluded[c.name] for c in cases.columns if c.name != "id"}
    new_words = into(words)
    link = into(_table(LinkRow))
    effect = into(effects)
    return {
        "head": head.on_conflict_do_update(
            index_elements=["id"], set_=columns, where=_is_later(head.excluded, cases)
        ).execution_options(preserve_rowcount=True),
        "next_head": _next_head(cases),
        "repair": head.on_conflict_do_update(index_elements=["id"], set_=columns).execution_options(
            preserve_rowcount=True
        ),
        "phantoms": delete(steps).where(steps.c.case == bindparam("of"), steps.c.revision > bindparam("beyond")),
        "never_asked": delete(effects).where(is_left_out, effects.c.revision >= bindparam("first")),
        "not_pending": delete(effects).where(is_left_out, effects.c.standing.in_(("running", "incident"))),
        "words": new_words.on_conflict_do_update(
            index_elements=["case"],
            set_={"words": new_words.excluded.words},
            where=new_words.excluded.words != words.c.words,
        ),
        "references": into(_table(CaseReference)).on_conflict_do_nothing(),
        "steps": upsert(StepRow),
        "effects": effect.on_conflict_do_update(
            index_elements=["case", "key"],
            set_={name: effect.excluded[name] for name in _OF_EFFECT},
            # whoever performed it has shown that it is done, maybe before the step that asked for it
            where=or_(effects.c.standing != "done", effect.excluded.standing != "running"),
        ),
        "link": link.on_conflict_do_update(
            index_elements=["parent", "child", "name"],
            set_={"waits": link.excluded.waits, "standing": link.excluded.standing,
                  "reported": case(
                      (link.excluded.reported == "", _table(LinkRow).c.reported), else_=link.excluded.reported)},
        ),
        "other_sides_link": link.on_conflict_do_nothing(),
        "change": insert(_table(Change)),
    }  # fmt: skip


def _next_head(cases: Table) -> Any:
    """The head of a case that is there and has none of the commit's steps yet, as `head` writes it, but for what never
    changes.
    """
    new = {c.name: bindparam(f"new_{c.name}", type_=c.type) for c in cases.columns if c.name not in _FIXED}
    grows = cases.c.revision < bindparam("first")
    statement = update(cases).where(cases.c.id == new.pop("id"), _is_later(new, cases), grows)
    return statement.values(new).execution_options(preserve_rowcount=True)


def _is_later(new: Any, cases: Table) -> Any:
    same_time = and_(new["fence"] == cases.c.fence, new["revision"] >= cases.c.revision)
    return or_(new["fence"] > cases.c.fence, same_time)


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # type: ignore[attr-defined]
