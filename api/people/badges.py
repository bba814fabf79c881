"""Badges: a printed code and a PIN become a session at a registered device."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.people import devices, sessions
from api.people.digests import digest
from models.tables.accounts import Account, Badge

PREFIX = "GCB-"
"""What the code of every badge begins with."""
MOST_REFUSED = 5
"""So many wrong PINs in a row lock a badge."""
_BYTES = 15


class Known(NamedTuple):
    """What a sign-in is judged by."""

    pin: str | None
    """The hash; None where there is no such badge or device, or no PIN."""


class Locked(NamedTuple):
    """The badge takes no PIN any more."""

    account: str


def of_account(session: Session, account: str) -> Badge:
    """The account's badge; one without a code and a PIN where it has none yet."""
    return session.get(Badge, account) or Badge(account=account)


def make(session: Session, account: str) -> str:
    """A new badge's code, to be printed now. One that the account had before is good for nothing any more."""
    code = PREFIX + base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    row = of_account(session, account)
    row.hash, row.made_at = digest(code), datetime.now(UTC)
    session.add(row)
    session.flush()
    audit.note(session, "badge_made", account, account)
    sessions.end_badges(session, account, account)
    return code


def set_pin(session: Session, account: str, kept: str) -> None:
    """Give the account this PIN, by its hash; a badge that was locked is unlocked."""
    row = of_account(session, account)
    row.pin, row.refused = kept, 0
    session.add(row)
    session.flush()
    audit.note(session, "pin_set", account, account)


def is_locked(row: Badge) -> bool:
    """Whether it takes no PIN any more."""
    return row.refused >= MOST_REFUSED


def locked(session: Session) -> Sequence[Account]:
    """Whose badges are locked."""
    query = (
        select(Account)
        .join(Badge, col(Badge.account) == col(Account.id))
        .where(col(Badge.refused) >= MOST_REFUSED, col(Account.closed_at).is_(None))
        .order_by(col(Account.id))
    )
    return session.scalars(query).all()


def unlock(session: Session, account: str, by: str) -> bool:
    """Let its PIN be tried again. False where it isn't locked."""
    row = session.get(Badge, account)
    if row is None or not is_locked(row):
        return False
    row.refused = 0
    session.flush()
    audit.note(session, "badge_unlocked", by, account)
    return True


def known(session: Session, device: str, code: str) -> Known:
    """What is known of whoever wants to sign in at the device of this cookie."""
    row = _badge_of(session, code)
    return Known(row.pin if row is not None and devices.found(session, device) is not None else None)


def settle(
    session: Session, device: str, code: str, agent: str, *, right: bool
) -> tuple[Account, str] | Locked | None:
    """What comes of a sign-in whose PIN was right, or wasn't: the account and a new session's secret."""
    at, row = devices.found(session, device), _badge_of(session, code)
    account = session.get(Account, row.account, with_for_update=True) if row is not None else None
    if at is None or row is None or account is None or account.closed_at is not None:
        about = account.id if account is not None else ""
        audit.note(session, "sign_in_refused", audit.NOBODY, about, how=sessions.BADGE)
        return None
    session.refresh(row, with_for_update=True)
    if not is_locked(row) and right:
        row.refused, at.seen_at = 0, datetime.now(UTC)
        secret = sessions.begin(session, account, by=sessions.BADGE, agent=agent, device=at.id)
        return account, secret
    was_locked = is_locked(row)
    if not was_locked:
        row.refused += 1
    session.flush()
    audit.note(session, "sign_in_refused", audit.NOBODY, account.id, how=sessions.BADGE, device=at.id)
    if is_locked(row) and not was_locked:
        audit.note(session, "badge_locked", audit.NOBODY, account.id, device=at.id)
    return Locked(account.id) if is_locked(row) else None


def _badge_of(session: Session, code: str) -> Badge | None:
    return session.scalars(select(Badge).where(col(Badge.hash) == digest(code.strip().upper()))).one_or_none()
