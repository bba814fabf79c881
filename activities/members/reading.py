"""What the members' book shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import STORE, Asked, answers
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


_points: Any = select(col(Member.points)).where(
    col(Member.store) == STORE, col(Member.member) == bindparam("member")
)


@answers(POINTS)
def points_of(asked: Asked, member: str) -> int | None:
    """Of a member of the store."""
    row = asked.first(_points, member=member)
    return row.points if row is not None else None
