"""Comments that name somebody: what is new of them, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.reading import reads_all
from models.tables.cases import CaseRow
from models.tables.requests import Comment, Mention

MOST = 100
"""That are listed: the latest."""


@dataclass(frozen=True)
class Named:
    """A comment that names the visitor."""

    case: CaseRow
    comment: Comment
    is_new: bool


def named_in(session: Session, caller: Caller) -> list[Named]:
    """The comments that name the caller, the latest first; of cases that are theirs to read still."""
    query = (
        select(Mention, Comment, CaseRow)
        .join(Comment, col(Comment.id) == col(Mention.comment))
        .join(CaseRow, col(CaseRow.id) == col(Mention.case))
        .where(col(Mention.account) == caller.id)
        .order_by(col(Mention.comment).desc())
        .limit(MOST)
    )
    return [
        Named(case, comment, mention.seen_at is None)
        for mention, comment, case in session.execute(query)
        if reads_all(caller, case.procedure, case.store)
    ]


def count_new(session: Session, account: str) -> int:
    """How many the account hasn't seen."""
    query: Any = select(func.count()).where(col(Mention.account) == account, col(Mention.seen_at).is_(None))
    return session.scalar(query) or 0


def see(session: Session, account: str, case: str = "") -> None:
    """The account has seen those of the case; without one, all."""
    query = update(Mention).where(col(Mention.account) == account, col(Mention.seen_at).is_(None))
    if case:
        query = query.where(col(Mention.case) == case)
    session.execute(query.values(seen_at=datetime.now(UTC)))
