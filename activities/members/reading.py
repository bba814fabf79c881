"""What the members' book shows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.answering import Asked, answers
from activities.members.contract import POINTS
from activities.pages import After, Own, Page, Stores, View, page, plainly, seen, where
from models.tables.members import Member


class MemberView(View):
    member: str
    store: str
    name: str
    level: str
    points: int


def members(
    session: Session,
    *,
    member: str | None = None,
    stores: Stores = None,
    own: Own = None,
    after: After = None,
    limit: int = 50,
) -> Page[MemberView]:
    """Members and their points."""
    query = where(seen(select(Member), Member.store, stores, own), {Member.member: member})
    return page(session, query, (Member.store, Member.member), after, limit, plainly(MemberView))


@answers(POINTS)
def points_of(asked: Asked, member: str) -> int | None:
    """Of a member of the store."""
    row = asked.session.get(Member, (asked.store, member))
    return row.points if row is not None else None
