"""Cases: listed, read, with their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from sqlalchemy import false, func, select, text
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller, Calling
from api.cursors import Cursor, Limit, after, decode, page
from api.dependencies import Serving, Speaking
from api.documents.cases import CaseDocument, CasePage, HistoryPage
from api.labels import Language, label
from api.parameters import CaseId, Overdue, Procedure, Search, Stage, Store
from api.privacy import seen_by
from api.problems import not_found, problem_responses
from api.rendering import case_line, case_of, case_reply, declared
from api.replies import Reply, json_reply, response
from api.routes import router
from models.table import unsearched
from models.tables.cases import CaseRow, EffectRow, StepRow

routes = router("cases")


@routes.get(
    "/cases",
    summary="Find cases",
    operation_id="list_cases",
    responses={200: {"model": CasePage}, **problem_responses()},
)
async def list_cases(  # noqa: PLR0917 - each is a query parameter
    caller: Calling,
    serving: Serving,
    language: Speaking,
    procedure: Procedure = None,
    stage: Stage = None,
    store: Store = None,
    subject: Annotated[
        str | None, Query(max_length=64, description="Of this subject alone.", examples=["SO-1001"])
    ] = None,
    state: Annotated[
        Literal["open", "closed", "incident"] | None,
        Query(description="Of this state alone; `open` has those with incidents too.", examples=["open"]),
    ] = None,
    overdue: Overdue = None,
    q: Search = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Cases that the caller may see, newest first."""
    # those that are open, or of one subject, are few: they have indexes of their own
    few = subject is not None or state in ("open", "incident") or overdue is True
    of_procedure, of_store = (
        unsearched(column) if few else column for column in (col(CaseRow.procedure), col(CaseRow.store))
    )
    wanted: list[Any] = in_stores(of_store, caller)
    if procedure is not None:
        wanted.append(of_procedure == procedure)
    if store is not None:
        wanted.append(of_store == store)
    if subject is not None:
        wanted.append(col(CaseRow.subject) == subject)
    late = col(CaseRow.next_due) < datetime.now(UTC)
    if state in ("open", "incident") or overdue is True:
        wanted.append(CaseRow.is_open())
    if state in ("closed", "incident"):
        wanted.append(col(CaseRow.state) == state)
    if overdue is not None:
        wanted.append(
            late if overdue else func.coalesce(late & CaseRow.is_open(), text("false")).is_(false())
        )
    wanted += found_by(q)
    behind = decode(cursor, (datetime, str)) if cursor else None
    return response(await serving.storage.search(_list, language, wanted, stage, limit, behind))


def found_by(words: str | None) -> list[Any]:
    """The condition that each word stands in what a case is searched by."""
    return [
        col(CaseRow.search).contains(word, autoescape=True) for word in (words or "").lower().split()[:10]
    ]


def in_stores(column: Any, caller: Caller) -> list[Any]:
    """Only what the caller may see."""
    return [] if caller.stores is None else [column.in_(sorted(caller.stores))]


def _list(
    session: Session,
    language: Language,
    wanted: list[Any],
    stage: str | None,
    limit: int,
    behind: tuple[Any, ...] | None,
) -> Reply:
    query = select(CaseRow).where(*wanted)
    if stage is not None:
        query = query.where(text(_STANDS_AT[session.get_bind().dialect.name]).bindparams(stage=stage))
    sort = ((col(CaseRow.opened_at), True), (col(CaseRow.id), True))
    rows = session.scalars(after(query, sort, behind).limit(limit + 1)).all()
    return json_reply(
        page(rows, limit, lambda row: case_line(row, language), lambda row: (row.opened_at, row.id))
    )


_STANDS_AT = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(cases.stages) AS s WHERE json_extract(s.value, '$.key') = :stage)",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_array_elements(cases.stages) AS s WHERE s ->> 'key' = :stage)",
}


@routes.get(
    "/cases/{case_id:path}/history",
    summary="Read a case's history",
    operation_id="get_history",
    responses={200: {"model": HistoryPage}, **problem_responses(404)},
)
async def get_history(
    case_id: CaseId,
    caller: Calling,
    serving: Serving,
    language: Speaking,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Response:
    """Each revision, oldest first: who did what, when and why, what it asked for, and what came of that."""
    (behind,) = decode(cursor, (int,)) if cursor else (0,)
    return response(await serving.storage.search(_history, case_id, caller, language, limit, behind or 0))


def _history(
    session: Session, case: str, caller: Caller, language: Language, limit: int, behind: int
) -> Reply:
    row = case_of(session, case, caller)
    if row is None:
        raise not_found("case")
    query = (
        select(StepRow)
        .where(col(StepRow.case) == case, col(StepRow.revision) > behind)
        .order_by(col(StepRow.revision))
        .limit(limit + 1)
    )
    steps = session.scalars(query).all()
    effects = _effects_of(session, row, steps[:limit], language)
    procedure = declared(row)

    def revision(step: StepRow) -> dict[str, Any]:
        return {
            "revision": step.revision,
            "action": step.event,
            "label": label("action", step.event, language, row.procedure),
            "actor": step.actor,
            "roles": step.roles,
            "at": step.at,
            "form": seen_by(procedure, step.form, caller),
            "before": step.before,
            "after": step.after,
            "followed": step.followed,
            "missed": step.missed,
            "effects": effects.get(step.revision, []),
            "effect": step.effect,
            "note": step.note,
        }

    return json_reply(page(steps, limit, revision, lambda step: (step.revision,)))


def _effects_of(
    session: Session, row: CaseRow, steps: Sequence[StepRow], language: Language
) -> dict[int, list[dict[str, Any]]]:
    """By revision, what these steps asked for."""
    if not steps:
        return {}
    query = select(EffectRow).where(
        col(EffectRow.case) == row.id,
        col(EffectRow.revision).between(steps[0].revision, steps[-1].revision),
    )
    effects: dict[int, list[dict[str, Any]]] = {}
    for effect in session.scalars(query.order_by(col(EffectRow.key))):
        effects.setdefault(effect.revision, []).append(_effect(effect, language, row.procedure))
    return effects


def _effect(effect: EffectRow, language: Language, procedure: str) -> dict[str, Any]:
    return {
        "key": effect.key,
        "effect": effect.kind,
        "label": label("effect", effect.kind, language, procedure),
        "standing": effect.standing,
        "outcome": effect.outcome,
        "error": effect.error,
        "ended_at": effect.ended_at,
    }


@routes.get(
    "/cases/{case_id:path}",
    summary="Read a case",
    operation_id="get_case",
    responses={200: {"model": CaseDocument}, **problem_responses(404)},
)
async def get_case(case_id: CaseId, caller: Calling, serving: Serving, language: Speaking) -> Response:
    """The case as it stands, with what this caller may do now."""
    return response(await serving.storage.read(_case, case_id, caller, language))


def _case(session: Session, case: str, caller: Caller, language: Language) -> Reply:
    row = case_of(session, case, caller)
    if row is None:
        raise not_found("case")
    return case_reply(session, row, caller, language)
