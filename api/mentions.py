"""Whom a comment names: `@` and an account. They are told of it, where the case is theirs to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import caller_of
from api.reading import reads_all
from models.tables.accounts import Account, AccountKind
from models.tables.cases import CaseRow
from models.tables.inbox import Preference
from models.tables.requests import Comment, Mention

_NAME = re.compile(r"(?<![A-Za-z0-9_.@-])@(([A-Za-z0-9_.-]*)[\w.-]{0,63})")
"""Chinese leaves no space around a name: where Latin letters begin one, it may end where they do."""
_MOST = 50
"""Of one comment."""


def names_in(text: str) -> list[str]:
    """The accounts that a text may name, each once."""
    found = (name.rstrip(".-") for whole in _NAME.findall(text) for name in whole)
    return [name for name in dict.fromkeys(found) if name][:_MOST]


def tell_named(session: Session, row: CaseRow, comment: Comment) -> None:
    """Note, in this transaction, whom the comment names. Who writes their own name is told nothing."""
    names = [name for name in names_in(comment.text) if name != comment.author]
    if not names:
        return
    people = select(Account, Preference).outerjoin(Preference, col(Preference.account) == col(Account.id))
    named = people.where(
        col(Account.id).in_(names), col(Account.kind) == AccountKind.PERSON, col(Account.closed_at).is_(None)
    )
    found = cast("Iterable[tuple[Account, Preference | None]]", session.execute(named))
    for account, chosen in found:
        if not reads_all(caller_of(account), row.procedure, row.store):
            continue
        is_mailed = chosen is not None and chosen.wants_mail and bool(chosen.mail)
        session.add(
            Mention(account=account.id, comment=comment.id, case=row.id, mail="due" if is_mailed else "")
        )
