"""Effects that the read model shows as done without a commit of their case: whoever performed them has seen to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.performing import Done
from models.database import insert_for
from models.statements import running
from models.tables.cases import EffectRow
from workflows.runner.messages import EffectNow


def show_done(session: Session, done: Done, at: datetime) -> None:
    """Show in this transaction that these effects were done at that moment. It may come before the commit of the step
    that asked for them, and after a person's decision, which stays as it is.
    """
    rows = [
        {
            "case": request.case,
            "key": (key := request.key.removeprefix(f"{request.case}/")),
            "revision": int(key.partition(".")[0]),
            "kind": request.effect,
            "payload": request.payload,
            "at": request.at,
            "standing": "done",
            "error": "",
            "outcome": outcome.model_dump(mode="json"),
            "ended_at": at,
        }
        for request, outcome in done
    ]
    _write(session, rows)


def show_done_again(session: Session, case: str, done: Sequence[EffectNow]) -> None:
    """The same, from what the case's history says."""
    _write(session, [{**effect.model_dump(), "case": case} for effect in done])


def effects_done(session: Session, case: str) -> list[EffectNow]:
    """The effects of a case that the read model shows as done."""
    wanted = select(EffectRow).where(col(EffectRow.case) == case, col(EffectRow.standing) == "done")
    return [EffectNow.model_validate(row.model_dump(exclude={"case"})) for row in session.scalars(wanted)]


def keep_done(session: Session, case: str, done: Sequence[EffectNow]) -> None:
    """Show those of them as done that are shown as running now: a history may not know yet what was done."""
    running = select(col(EffectRow.key)).where(
        col(EffectRow.case) == case, col(EffectRow.standing) == "running"
    )
    keys = set(session.scalars(running))
    show_done_again(session, case, [effect for effect in done if effect.key in keys])


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        with running(session) as run:
            run(_upsert(session.get_bind().dialect.name), rows)


@cache
def _upsert(dialect: str) -> Any:
    new = insert_for(dialect)(vars(EffectRow)["__table__"])
    return new.on_conflict_do_update(
        index_elements=["case", "key"],
        # all of it: what stands there may be of a step that was lost, and taken again otherwise
        set_={name: new.excluded[name] for name in EffectNow.model_fields if name != "key"},
        # an attempt that was cut off has shown it already: the case hears of the last one
        where=or_(
            col(EffectRow.standing) == "running",
            and_(col(EffectRow.standing) == "done", col(EffectRow.ended_at) < new.excluded.ended_at),
        ),
    )
