"""Whom a task can be handed to, or a comment can name: the people of the caller's stores."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller, as_listed, caller_of
from api.people.accounts import spelled
from models.roles import STAFF_ROLES, Role
from models.tables.accounts import Account, AccountKind
from stores.file import Person


class Colleague(NamedTuple):
    """One of them, with the roles that they have where the caller works too."""

    id: str
    name: str
    roles: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As callers see them."""
        return {"id": self.id, "name": self.name, "roles": list(self.roles)}


def colleagues(
    session: Session,
    stores: Sequence[str] | None,
    listed: Mapping[str, Person],
    text: str = "",
    roles: Collection[Role] = STAFF_ROLES,
    most: int = 20,
) -> list[Colleague]:
    """Who holds one of these roles in one of these stores, and has this in their id or their name.

    Those come first whose id or name begins so. stores: None is all of them. listed: what the store's file says now of
    who may do what.
    """
    wanted = spelled(text.strip())
    found: list[tuple[bool, Colleague]] = []
    for account in session.scalars(
        select(Account).where(Account.is_colleague()).order_by(col(Account.spelling))
    ):
        names = account.spelling, spelled(account.name)
        if not any(wanted in name for name in names):
            continue
        person = as_listed(caller_of(account), listed)
        held = _held(person, stores)
        if not held.isdisjoint(roles):
            begins_so = any(name.startswith(wanted) for name in names)
            found.append((not begins_so, Colleague(account.id, account.name, tuple(sorted(held)))))
    found.sort(key=lambda one: one[0])
    return [colleague for _, colleague in found[:most]]


def colleague_of(
    session: Session, stores: Sequence[str] | None, listed: Mapping[str, Person], name: str
) -> Colleague | None:
    """The one of this id, if they work in one of these stores."""
    account = session.scalars(select(Account).where(col(Account.spelling) == spelled(name))).one_or_none()
    if account is None or account.kind != AccountKind.PERSON or account.closed_at is not None:
        return None
    held = _held(as_listed(caller_of(account), listed), stores)
    return Colleague(account.id, account.name, tuple(sorted(held))) if held else None


def _held(person: Caller, stores: Sequence[str] | None) -> frozenset[Role]:
    """The roles of the store's people that somebody has in one of these stores."""
    if stores is None:
        return person.roles & STAFF_ROLES
    return frozenset(role for store in stores for role in person.roles_in(store)) & STAFF_ROLES
