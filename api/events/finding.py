"""Finds the cases that an event is about, and the step that it has caused. SQL alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

import orjson
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.reading import reads
from api.storage import table_of
from models.roles import Role
from models.statements import found
from models.table import unsearched
from models.tables.cases import CaseReference, CaseRow, StepRow, store_of

_cases, _references = table_of(CaseRow), table_of(CaseReference)
_keeping: Any = select(_references.c.case).where(_references.c.value == bindparam("subject"))
_named: Any = select(_cases.c.id, _cases.c.procedure)
_about: Any = (
    _named.where(_cases.c.subject == bindparam("subject"))
    .union(_named.where(_cases.c.id.in_(_keeping)))
    .subquery()
)
_counts: Any = select(_about.c.procedure, func.count().label("cases")).group_by(_about.c.procedure)


def how_many_about(session: Session, subject: str) -> dict[str, int]:
    """By procedure, how many cases have this subject, or keep it as a number, or kept it."""
    return {row.procedure: row.cases for row in found(session, _counts, {"subject": subject})}


def cases_for(
    session: Session,
    procedure: str,
    subject: str,
    found_by: Iterable[str | None],
    feeds: frozenset[Role],
    caller: Caller,
    store: str,
) -> list[CaseRow]:
    """The cases that an event is about, of those that its sender reads or may tell of as a feed: by their own subject,
    or by what they keep. Open ones first. They hold what it takes to put a machine where they stand, no more.

    feeds: the roles of feeds that may send it. store: where they are looked for; empty: in all stores of the caller.
    """
    wanted: dict[str, Any] = {"procedure": procedure, "subject": subject}
    if store:
        wanted["store"] = store
    if caller.stores is not None:
        wanted["stores"] = sorted(caller.stores)
    about_it: dict[str, CaseRow] = {}
    for about in found_by:
        query = _cases_about(of_a_store=bool(store), of_some="stores" in wanted, itself=about is None)
        rows = cast("list[CaseRow]", found(session, query, wanted))
        about_it.update((row.id, row) for row in rows if about is None or _keeps(row, about, subject))
    theirs = (
        row
        for row in about_it.values()
        if caller.has_any(feeds, store_of(row.id))
        or reads(session, caller, procedure, store_of(row.id), row.id)
    )
    return sorted(theirs, key=lambda row: (row.state == "closed", row.opened_at))


@cache
def _cases_about(*, of_a_store: bool, of_some: bool, itself: bool) -> Any:
    columns: Any = _cases.c
    subject: Any = cast("Any", bindparam("subject"))
    query: Any = select(
        columns.id,
        columns.procedure,
        columns.version,
        columns.state,
        columns.opened_at,
        columns.position,
        columns.policy,
    ).where(unsearched(columns.procedure) == bindparam("procedure"))
    if of_a_store:
        query = query.where(unsearched(columns.store) == bindparam("store"))
    if of_some:
        query = query.where(unsearched(columns.store).in_(bindparam("stores", expanding=True)))
    if itself:
        return query.where(columns.subject == subject)
    return query.where(columns.id.in_(_keeping))


def _keeps(row: CaseRow, about: str, subject: str) -> bool:
    kept: dict[str, Any] = orjson.loads(row.position).get("case") or {}
    value: Any = kept.get(about)
    return subject == value or subject in (value if isinstance(value, list) else ())


def shown(session: Session, request: str) -> list[StepRow]:
    """The steps that the read model shows of this request, each of another case. Only a case itself can say that it
    has kept one: a workflow task that was lost leaves its commit behind.
    """
    return list(session.scalars(select(StepRow).where(col(StepRow.request) == request)))
