"""What people set up for themselves: how pages look, saved views, tasks that are put off."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.problems import not_found
from api.storage import table_of
from models.statements import found
from models.table import new_id
from models.tables.accounts import Account
from models.tables.inbox import Preference, SavedView, Snooze

Theme = Literal["light", "dark", "system"]
MOST_VIEWS = 50
"""Of one account."""
MOST_SNOOZED = 200
"""Of one account."""


def preference_of(session: Session, account: str) -> Preference:
    """How pages are drawn for the account; as usual where it has chosen nothing."""
    return session.get(Preference, account) or Preference(account=account)


def prefer(
    session: Session,
    account: str,
    *,
    language: str | None = None,
    theme: str | None = None,
    is_quiet: bool | None = None,
) -> None:
    """Draw pages so for the account from now on; what is None stays."""
    if language is not None and (row := session.get(Account, account)) is not None:
        row.language = language
    kept = preference_of(session, account)
    if theme is not None:
        kept.theme = theme
    if is_quiet is not None:
        kept.is_quiet = is_quiet
    session.merge(kept)


# --- saved views


def views_of(session: Session, caller: Caller) -> list[SavedView]:
    """The caller's own views, and those that are shared with a store of theirs."""
    shared = col(SavedView.store) != ""
    if caller.stores is not None:
        shared = col(SavedView.store).in_(["*", *sorted(caller.stores)])
    query = select(SavedView).where(or_(col(SavedView.account) == caller.id, shared))
    return list(session.scalars(query.order_by(col(SavedView.name), col(SavedView.id))))


def save_view(session: Session, caller: Caller, name: str, query: str, store: str = "") -> None:
    """Keep a list's filters under this name: instead of the caller's own view of the same name, if there is one.

    store: whose people see it too; empty for the caller alone. Raises Problem `not_found` for another's store.
    """
    if store and store != "*" and not caller.sees(store):
        raise not_found("store")
    mine = list(session.scalars(select(SavedView).where(col(SavedView.account) == caller.id)))
    kept = next((view for view in mine if view.name == name), None)
    if kept is None and len(mine) >= MOST_VIEWS:
        kept = mine[0]
    if kept is None:
        kept = SavedView(id=f"view-{new_id()}", account=caller.id, name=name, query=query, store=store)
    kept.name, kept.query, kept.store = name, query, store
    session.add(kept)


def drop_view(session: Session, caller: Caller, view: str) -> None:
    """Forget one of the caller's own views."""
    session.execute(delete(SavedView).where(col(SavedView.id) == view, col(SavedView.account) == caller.id))


# --- tasks that are put off


def put_off(session: Session, caller: Caller, task: str, until: datetime | None) -> None:
    """Put a task off until then; None takes it up again."""
    session.execute(delete(Snooze).where(col(Snooze.account) == caller.id, col(Snooze.task) == task))
    if until is not None:
        session.add(Snooze(account=caller.id, task=task, until=until))


_snoozes = table_of(Snooze)
_put_off: Any = (
    select(_snoozes.c.task, _snoozes.c.until)
    .where(_snoozes.c.account == bindparam("account"), _snoozes.c.until > bindparam("now"))
    .order_by(_snoozes.c.until)
    .limit(MOST_SNOOZED)
)


def snoozed_by(session: Session, account: str) -> dict[str, datetime]:
    """The tasks that the account has put off, and until when: the soonest first."""
    rows = found(session, _put_off, {"account": account, "now": datetime.now(UTC)})
    return {row.task: row.until for row in rows}
