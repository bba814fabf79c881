"""Cases: listed, read, with their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller, Calling
from api.caselists import CaseFilter, first_cases
from api.cursors import Cursor, Limit, decode, encode, page
from api.dependencies import Services, Serving, Speaking
from api.documents.cases import CaseDocument, CasePage, HistoryPage
from api.labels import Language, label, language_of
from api.parameters import CaseId, Overdue, Procedure, Search, Stage, Store
from api.privacy import hidden_in, searches_personal, seen_by, sees_step, without
from api.problems import not_found, problem_responses
from api.reading import reads_all
from api.rendering import case_lines, case_of, case_reply, declared
from api.replies import Reply, json_reply, response
from api.routes import router
from api.searching import CaseSearch
from api.shortcuts import quickly
from api.storage import table_of
from api.stretches import Lists
from cases.searching import words_looked_for
from models.tables.cases import CaseRow, EffectRow, StepRow
from workflows.labels import translated
from workflows.language.standing_in import SAID

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
    wanted = CaseFilter(caller, procedure, stage, store, subject, state, overdue)
    words = words_looked_for(q or "")
    search = (
        None if words is None else CaseSearch(tuple(words), searches_personal(caller, store), caller.is_staff)
    )
    behind = decode(cursor, (datetime, str)) if cursor else None
    return response(await serving.storage.search(_list, language, wanted, search, limit, behind))


def _list(
    session: Session,
    language: Language,
    wanted: CaseFilter,
    search: CaseSearch | None,
    limit: int,
    behind: tuple[Any, ...] | None,
) -> Reply:
    if search is not None and not search.words:
        return json_reply({"items": [], "next_cursor": None})
    after = None if behind is None or behind[0] is None else (behind[0], behind[1])
    ids, goes_on = first_cases(Lists(session), wanted, search, datetime.now(UTC), limit + 1, after)
    rows = session.connection().execute(_by_ids, {"ids": ids}).all()
    known = {row.id: row for row in rows}
    found: list[Any] = [known[key] for key in ids if key in known]
    listed = page(found, limit, lambda row: row, lambda row: (row.opened_at, row.id))
    listed["items"] = case_lines(session, listed["items"], wanted.caller, language)
    if goes_on is not None and listed["next_cursor"] is None:
        listed["next_cursor"] = encode(goes_on)
    return json_reply(listed)


_cases = table_of(CaseRow)
_by_ids: Any = select(_cases).where(_cases.c.id.in_(bindparam("ids", expanding=True)))


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
    serving.reads.note(caller, case_id)
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
    procedure, everything = declared(row), reads_all(caller, row.procedure, row.store)
    hidden, mine = hidden_in(procedure, row, caller), {caller.id, caller.owner}

    def revision(step: StepRow) -> dict[str, Any]:
        whole = sees_step(procedure, step.event, caller, row.store)
        return {
            "revision": step.revision,
            "action": step.event,
            "label": label("action", step.event, language, row.procedure),
            "actor": step.actor,
            "actor_name": step.actor_name or step.actor,
            "roles": step.roles,
            "at": step.at,
            "form": without(
                seen_by(procedure, step.form, caller, row.store), () if step.actor in mine else hidden
            )
            if whole
            else None,
            "before": step.before,
            "after": step.after,
            "followed": step.followed,
            "missed": step.missed,
            "effects": effects.get(step.revision, []) if everything and not hidden else [],
            "effect": step.effect,
            "note": _note(step.note, language) if whole else "",
        }

    return json_reply(page(steps, limit, revision, lambda step: (step.revision,)))


def _note(note: str, language: Language) -> str:
    """What the record says beside the step: in the reader's words where they are the engine's own."""
    return translated("refusal", note, language) if note in SAID else note


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
    serving.reads.note(caller, case_id)
    return response(await serving.storage.read(_case, case_id, caller, language))


@quickly(get_case)
async def _get_quickly(http: Request) -> Response | None:
    services: Services = http.app.state.services
    caller = await services.authenticator.caller(http)
    language = language_of(http.headers.get("accept-language"))
    services.reads.note(caller, http.path_params["case_id"])
    return response(await services.storage.read(_case, http.path_params["case_id"], caller, language))


def _case(session: Session, case: str, caller: Caller, language: Language) -> Reply:
    row = case_of(session, case, caller)
    if row is None:
        raise not_found("case")
    return case_reply(session, row, caller, language, waits=True)
