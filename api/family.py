"""The cases that belong together: of one order, of one contract. They are those that one has started, and those that
the caller reads and that keep the number of an order or a contract among these.

Outsiders see of a family what is theirs: cases of others, and what hangs on those, aren't in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.families import family_of as family_of_order
from activities.families import first_order_of
from api.access import Caller
from api.headlines import headlines_of
from api.labels import Language, label
from api.problems import not_found
from api.reading import own_among, reads
from api.rendering import case_of
from api.storage import table_of
from models.roles import STAFF_ROLES
from models.tables.cases import CaseReference, CaseRow, LinkRow, store_of
from models.tables.orders import OrderRow

Json = dict[str, Any]
MOST = 200

_links, _cases, _references = table_of(LinkRow), table_of(CaseRow), table_of(CaseReference)


def family_of(session: Session, case: str, caller: Caller, language: Language) -> Json:
    """`GET /cases/{id}/family`: the case that began it all first, at most so many. Raises Problem `not_found`."""
    if case_of(session, case, caller) is None:
        raise not_found("case")
    first, links = _tree(session, _about_which(session, case, caller), caller)
    rows = {row.id: row for row in _rows(session, links)}
    links |= _about(session, rows[first], links, caller) if first in rows else {}
    links = dict([*links.items()][:MOST])
    rows |= {row.id: row for row in _rows(session, links.keys() - rows.keys())}
    headlines = headlines_of(session, rows.values(), caller, language)
    items = [
        {**_member(session, rows[member], link, caller, language), "headline": headlines[member]}
        for member, link in links.items()
        if member in rows
    ]
    return {"items": items, "first": first, "next_cursor": None}


def _about_which(session: Session, case: str, caller: Caller) -> str:
    """The case of the order that this one is about, by a number that it keeps; the same case where it is about none
    that the caller reads.
    """
    store = store_of(case)
    kept = select(_references.c.value).where(_references.c.case == case)
    for number in session.connection().execute(kept).scalars().all():
        order = session.get(OrderRow, (store, first_order_of(session, store, number)))
        if order is not None and reads(session, caller, order.case.split(":")[0], store, order.case):
            return order.case
    return case


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


def _about(
    session: Session, first: Any, links: Mapping[str, Json | None], caller: Caller
) -> dict[str, Json | None]:
    """The other cases that keep the number of the first one, or one under which its goods are shipped: of those that
    no case here has started, only what the caller reads.
    """
    numbers = dict.fromkeys(family_of_order(session, first.store, first.subject), first.id)
    kept = (
        select(_references.c.case, _references.c.value)
        .where(_references.c.value.in_(sorted(numbers)))
        .limit(MOST)
    )
    found: dict[str, Json | None] = {}
    for other, number in session.connection().execute(kept):
        store = store_of(other)
        if (
            other not in links
            and store == first.store
            and reads(session, caller, other.split(":")[0], store, other)
        ):
            found[other] = {"case": numbers[number], "as": "about", "standing": "open"}
    return found


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
