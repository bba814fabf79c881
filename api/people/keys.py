"""API keys: made, shown once, listed, revoked. Only their hash is kept, and each belongs to an account."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.people.accounts import make_account
from api.people.digests import digest
from api.people.passwords import hashed
from api.people.rights import Rights
from models.roles import STAFF_ROLES, Role
from models.table import new_id
from models.tables.accounts import Account, AccountKind
from models.tables.requests import ApiKey

PREFIX = "gc_"
"""What every API key begins with, so that scanners find one that leaked."""
ADMIN = "admin"
"""The scope that may manage accounts and keys, where the account may."""
FIRST = "first-key"
FIRST_PERSON = "admin"
"""The name of the account that an empty store begins with."""


def new_key(
    session: Session,
    account: Account,
    *,
    made_by: str,
    name: str = "",
    roles: Iterable[Role] | None = None,
    stores: list[str] | None = None,
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A key of the account that is in this transaction, and its text, which nobody can read again.

    roles, stores: which of the account's it may use; without them, all. scopes: `admin`, or nothing.
    """
    key = PREFIX + secrets.token_urlsafe(32)
    rights = Rights.of_json(account.roles, ())
    row = ApiKey(
        id=f"key-{new_id()}",
        account=account.id,
        name=name or account.name,
        hash=digest(key),
        roles=sorted(rights.anywhere if roles is None else roles),
        stores=stores,
        scopes=list(scopes),
        created_at=datetime.now(UTC),
        created_by=made_by,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    audit.note(
        session,
        "key_made",
        made_by,
        account.id,
        key=row.id,
        roles=row.roles,
        stores=stores,
        scopes=row.scopes,
    )
    return row, key


def ensure_first_key(session: Session) -> str | None:
    """The text of a first key with every role, every store and the scope `admin`; None where there are keys."""
    if session.scalars(select(ApiKey).where(col(ApiKey.revoked_at).is_(None)).limit(1)).first() is not None:
        return None
    return administrators_key(session, FIRST)


def ensure_first_person(session: Session) -> tuple[str, str] | None:
    """The account and the password of a first person, who holds every role of the store's people; None where there are
    people.
    """
    is_person = col(Account.kind) == AccountKind.PERSON
    if session.scalars(select(Account).where(is_person).limit(1)).first() is not None:
        return None
    password = secrets.token_urlsafe(12)
    account = make_account(
        session,
        name=FIRST_PERSON,
        kind=AccountKind.PERSON,
        rights=Rights.plain(STAFF_ROLES),
        made_by=audit.OPERATOR,
        administrator=True,
    )
    account.password = hashed(password)
    return account.id, password


def administrators_key(session: Session, name: str) -> str:
    """The text of a key of a new service that may do everything."""
    everything = Rights.plain(role for role in Role if not role.is_engine)
    account = make_account(
        session,
        name=name,
        kind=AccountKind.SERVICE,
        rights=everything,
        made_by=audit.OPERATOR,
        administrator=True,
    )
    _, key = new_key(session, account, made_by=audit.OPERATOR, scopes=[ADMIN])
    return key
