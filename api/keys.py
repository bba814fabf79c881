"""API keys: made, shown once, listed, revoked. Only their hash is kept."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import ADMIN, PREFIX, digest
from api.storage import new_id
from models.roles import Role
from models.tables.requests import ApiKey

FIRST = "first-key"
"""The name of the key that an empty store begins with."""


def new_key(
    session: Session,
    *,
    name: str,
    roles: list[str],
    stores: list[str] | None,
    scopes: list[str],
    made_by: str,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A key that is in this transaction, and its text, which nobody can read again."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        id=f"key-{new_id()}",
        name=name,
        hash=digest(key),
        roles=sorted(roles),
        stores=stores,
        scopes=scopes,
        created_at=datetime.now(UTC),
        created_by=made_by,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row, key


def ensure_first_key(session: Session) -> str | None:
    """The text of a first key with every role, every store and the scope `admin`; None where there are keys."""
    if session.scalars(select(ApiKey).where(col(ApiKey.revoked_at).is_(None)).limit(1)).first() is not None:
        return None
    roles = [role.value for role in Role if not role.is_engine]
    _, key = new_key(session, name=FIRST, roles=roles, stores=None, scopes=[ADMIN], made_by=FIRST)
    return key
