"""The cases that belong together, as one has started another: of one order, of one contract.

Outsiders see of a family what is theirs: cases of others, and what hangs on those, aren't in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Caller
from api.headlines import headlines_of
from api.labels import Language, label
from api.problems import not_found
from api.reading import own_among, reads
from api.rendering import case_of
from api.storage import table_of
from models.roles import STAFF_ROLES
from models.tables.cases import CaseRow, LinkRow, store_of

Json = dict[str, Any]
MOST = 200

_links, _cases = table_of(LinkRow), table_of(CaseRow)


def family_of(session: Session, case: str, caller: Caller, language: Language) -> Json:
    """`GET /cases/{id}/family`: the case that began it all first, at most so many. Raises Problem `not_found`."""
    if case_of(session, case, caller) is None:
        raise not_found("case")
    first, links = _tree(session, case, caller)
    rows = {row.id: row for row in _rows(session, links)}
    headlines = headlines_of(session, rows.values(), caller, language)
    items = [
        {**_member(session, rows[member], link, caller, language), "headline": headlines[member]}
        for member, link in links.items()
        if member in rows
    ]
    return {"items": items, "first": first, "next_cursor": None}


def _tree(session: Session, case: str, caller: Caller) -> tuple[str, dict[str, Json | None]]:
    """The case that began it all; and by case how it came to be, in the order in which they were started."""
    first, seen = case, {case}
    while (parent := _parent(session, first)) and _there(session, [parent], caller):
        if parent in seen:
            break
        first = parent
        seen.add(parent)
    found: dict[str, Json | None] = {first: None}
    ahead: list[str] = [first]
    while ahead and len(found) < MOST:
        children: Any = session.connection().execute(
            select(_links.c.parent, _links.c.child, _links.c.name, _links.c.standing)
            .where(_links.c.parent.in_(ahead))
            .order_by(_links.c.parent, _links.c.child)
            .limit(MOST)
        )
        started = {
            child: {"case": parent, "as": name, "standing": standing}
            for parent, child, name, standing in children
            if child not in found
        }
        ahead = _there(session, started, caller)
        found |= {child: started[child] for child in ahead}
    return first, dict([*found.items()][:MOST])


def _there(session: Session, cases: Collection[str], caller: Caller) -> list[str]:
    """Those of these cases that the caller may be told of: to the store's people a link shows them all."""
    outside = [case for case in cases if not caller.has_any(STAFF_ROLES, store_of(case))]
    if not outside:
        return [*cases]
    own = own_among(session, caller, outside)
    return [case for case in cases if case not in outside or case in own]


def _parent(session: Session, case: str) -> str | None:
    query = select(_links.c.parent).where(_links.c.child == case).order_by(_links.c.parent).limit(1)
    return session.connection().execute(query).scalar_one_or_none()


def _rows(session: Session, cases: Iterable[str]) -> list[Any]:
    query = select(
        _cases.c.id,
        _cases.c.procedure,
        _cases.c.version,
        _cases.c.store,
        _cases.c.subject,
        _cases.c.stages,
        _cases.c.state,
        _cases.c.headline,
    ).where(_cases.c.id.in_([*cases]))
    return list(session.connection().execute(query).all())


def _member(session: Session, row: Any, link: Json | None, caller: Caller, language: Language) -> Json:
    """What a link shows, to whoever may read one case of the family: procedure, number and stage, not the forms."""
    return {
        "case": row.id,
        "procedure": row.procedure,
        "title": label("procedure", row.procedure, language, row.procedure),
        "subject": row.subject,
        "state": row.state,
        "stages": [
            {"key": stage["key"], "label": label("stage", stage["key"], language, row.procedure)}
            for stage in row.stages
        ],
        "link": link,
        "may_read": reads(session, caller, row.procedure, row.store, row.id),
    }
