"""What a case waits for, in its reader's words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.labels import Language
from api.reading import reads_all
from api.storage import table_of
from models.statements import found
from models.tables.cases import CaseRow, EffectRow
from workflows.language.machine import Machine
from workflows.language.waiting import UnderWay, WaitsFor, stands, waits_for
from workflows.wording import word

Json = dict[str, Any]

_OF_THE_STORE = frozenset({"condition", "effect", "incident", "rule", "reminder"})
"""What a party of a case isn't told: how the store works on it."""
_BETWEEN: dict[Language, str] = {"en": " ", "zh": ""}

_effects = table_of(EffectRow)
_open_effects: Any = (
    select(_effects.c.key, _effects.c.kind, _effects.c.at, _effects.c.standing)
    .where(
        _effects.c.case == bindparam("case"),
        or_(_effects.c.standing == "running", _effects.c.standing == "incident"),
    )
    .order_by(_effects.c.at, _effects.c.key)
)


def waits_document(
    session: Session, row: CaseRow, machine: Machine | None, caller: Caller, language: Language
) -> Json | None:
    """`waits` of a case: each part, and all of it in a few sentences. None where it has ended, or this code doesn't
    have its version. machine: put where the case stands.
    """
    if machine is None or machine.finished or (standing := stands(machine.context)) is None:
        return None
    under_way = [
        UnderWay(one.key, one.kind, one.at, failed=one.standing == "incident")
        for one in found(session, _open_effects, {"case": row.id})
    ]
    parts = waits_for(machine.context, under_way)
    if not reads_all(caller, row.procedure, row.store):
        parts = tuple(part for part in parts if part.kind not in _OF_THE_STORE)
    zone = machine.context.policy.zone
    documents = [(part, _part(part, word(part.said, language, row.procedure, zone))) for part in parts]
    short = [
        word(standing, language, row.procedure, zone),
        *(document["sentence"] for part, document in documents if part.in_short),
    ]
    return {
        "sentence": _BETWEEN[language].join(short),
        "parts": [document for _, document in documents],
    }


def _part(part: WaitsFor, said: str) -> Json:
    return {
        "kind": part.kind,
        "sentence": said,
        "since": part.since,
        "at": part.at,
        "roles": list(part.roles),
        "actions": list(part.actions),
        "key": part.key or None,
    }
