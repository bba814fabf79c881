"""What the store's cases have told the visitor's roles, and what of it is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.messages.reading import MessageView, view_of
from api.access import Caller
from api.labels import Language
from api.reading import reads_all
from inbox.remembered import preference_of
from models.statements import found
from models.tables.cases import CaseRow
from models.tables.inbox import Preference
from models.tables.messages import MessageRow

MOST = 100
"""That are listed: the latest. So many are counted."""


@dataclass(frozen=True)
class Notice:
    """What a team was told."""

    said: MessageView
    case: CaseRow
    is_new: bool


def notices_to(session: Session, caller: Caller, language: Language) -> tuple[list[Notice], int]:
    """The notices to the caller's roles, the latest first, of cases that are theirs to read; and the number of the
    newest, to be kept as seen.
    """
    seen = preference_of(session, caller.id).notices_seen
    latest = sorted(_latest(session, caller), key=lambda row: row.id or 0, reverse=True)[:MOST]
    query = select(CaseRow).where(col(CaseRow.id).in_({row.case for row in latest}))
    cases = {case.id: case for case in session.scalars(query)}
    notices = [
        Notice(view_of(row, language), case, (row.id or 0) > seen)
        for row in latest
        if (case := cases.get(row.case)) is not None
        and row.channel in caller.roles_in(row.store)
        and reads_all(caller, case.procedure, case.store)
    ]
    return notices, max((row.id or 0 for row in latest), default=seen)


def _latest(session: Session, caller: Caller) -> Iterable[MessageRow]:
    """The latest to each of the roles, in each store: each is a stretch of an index."""
    stores: Iterable[str | None] = [None] if caller.stores is None else sorted(caller.stores)
    for role, store in product(sorted(caller.roles), stores):
        query = select(MessageRow).where(
            col(MessageRow.channel) == role.value,
            col(MessageRow.channel) != text("'customer'"),  # in the words of the index
            col(MessageRow.state) != "withdrawn",
        )
        if store is not None:
            query = query.where(col(MessageRow.store) == store)
        yield from session.scalars(query.order_by(col(MessageRow.id).desc()).limit(MOST))


def count_new(session: Session, caller: Caller) -> int | dict[str, int]:
    """How many the caller hasn't seen, as far as they are counted."""
    asked: dict[str, Any] = {
        "account": caller.id,
        "most": MOST,
        "channels": sorted(role.value for role in caller.roles) or [""],
    }
    if caller.stores is None:
        rows = found(session, _new, asked)
    else:
        rows = found(session, _new_in_stores, {**asked, "stores": sorted(caller.stores) or [""]})
    return rows[0].new if rows[0].new < MOST else {"at_least": MOST}


def see(session: Session, account: str, last: int) -> None:
    """The account has seen all up to this one."""
    kept = preference_of(session, account)
    kept.notices_seen = max(kept.notices_seen, last)
    session.merge(kept)


# built once: a count is asked for often

_seen = (
    select(col(Preference.notices_seen))
    .where(col(Preference.account) == bindparam("account"))
    .scalar_subquery()
)
_unseen: Any = select(col(MessageRow.id)).where(
    col(MessageRow.channel).in_(bindparam("channels", expanding=True)),
    col(MessageRow.channel) != text("'customer'"),
    col(MessageRow.state) != text("'withdrawn'"),
    col(MessageRow.id) > func.coalesce(_seen, text("0")),
)
_in_stores: Any = _unseen.where(col(MessageRow.store).in_(bindparam("stores", expanding=True)))
_new: Any = select(func.count().label("new")).select_from(_unseen.limit(bindparam("most")).subquery())
_new_in_stores: Any = select(func.count().label("new")).select_from(
    _in_stores.limit(bindparam("most")).subquery()
)
