"""All that the store keeps of one person, for whoever asks for it: `guicheng people export`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.searching import CaseSearch
from api.stretches import Lists
from cases.searching import words_looked_for
from models.tables.cases import CaseParty, CaseRow, EffectRow, StepRow
from models.tables.messages import MessageRow
from models.tables.requests import Comment, StoredFile

Json = dict[str, Any]


class NobodyFound(Exception):
    """Nothing is kept of such a person."""


def export(session: Session, person: str, by: str) -> Json:
    """Everything of the cases that hold this phone, name or number, or are this customer's; and a line in the log.
    Raises NobodyFound.
    """
    cases = _cases(session, person)
    if not cases:
        raise NobodyFound(f"Nothing is kept of {person}.")
    audit.note(session, "personal_export", by, person[:8], cases=len(cases))
    return {"person": person, "cases": [_case(session, session.get_one(CaseRow, one)) for one in cases]}


def _cases(session: Session, person: str) -> list[str]:
    found = set(session.scalars(select(col(CaseParty.case)).where(col(CaseParty.number) == person)))
    if words := words_looked_for(person):
        lists = Lists(session)
        search = CaseSearch(tuple(words), sees_personal=True).cases(lists)
        found |= {case for (case,) in lists.run(search.words, search.values)}
    return sorted(found)


def _case(session: Session, row: CaseRow) -> Json:
    position: Json = orjson.loads(row.position)
    return {
        "id": row.id,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "stage": row.stage,
        "data": position.get("case") or {},
        "steps": [*_rows(session, StepRow, ("revision", "event", "actor", "at", "form", "note"), row.id)],
        "effects": [*_rows(session, EffectRow, ("kind", "payload", "at", "standing", "outcome"), row.id)],
        "comments": [*_rows(session, Comment, ("author", "text", "written_at"), row.id)],
        "files": [*_rows(session, StoredFile, ("name", "sha256", "author", "stored_at"), row.id)],
        "messages": [*_rows(session, MessageRow, ("channel", "to", "title", "body", "at", "state"), row.id)],
    }


def _rows(session: Session, table: Any, names: tuple[str, ...], case: str) -> Iterator[Json]:
    for row in session.scalars(select(table).where(table.case == case)):
        yield {name: getattr(row, name) for name in names}
