"""Sign-ins: a password becomes a session, a cookie names it, and it ends."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.people.digests import digest
from api.people.passwords import wait_until
from models.table import new_id
from models.tables.accounts import Account, SignedIn

COOKIE = "guicheng-session"
BADGE = "badge"
"""By which a session began that is good for the scanner's pages alone."""
_OF_BADGES = re.compile(
    "/inbox/(scan(/.*)?|live|preferences|sign-out)|/api/v1/(lookup|refs/[^/]+|files)", re.DOTALL
)
"""The scanner's pages, and what they ask for."""
IDLE = timedelta(hours=12)
"""A session that nobody uses for so long is over: a shift, and its breaks."""
LONGEST = timedelta(days=7)
"""After so long somebody signs in anew, whatever they do meanwhile."""
_NOTED_EVERY = timedelta(minutes=5)
"""A session's last use is written down no oftener."""


_ALONE = frozenset({"/inbox/live", "/inbox/scan/line"})
"""What pages ask for as long as they are open."""
BY_ITSELF = "by-itself"
"""The header of what else a page asks for without anybody at it."""


def is_by_itself(path: str, headers: Mapping[str, str]) -> bool:
    """Whether an open page asks, and nobody at it: that keeps no session from being over."""
    return path in _ALONE or BY_ITSELF in headers


def is_good_for(by: str, path: str) -> bool:
    """Whether a session that began so may be used at this address."""
    return by != BADGE or _OF_BADGES.fullmatch(path) is not None


def begin(session: Session, account: Account, *, by: str, agent: str, device: str = "") -> str:
    """A new session's secret, for its cookie. device: the registered one at which a badge begins it."""
    secret, now = secrets.token_urlsafe(32), datetime.now(UTC)
    row = SignedIn(
        id=f"session-{new_id()}", account=account.id, hash=digest(secret), by=by, agent=agent[:200],
        device=device, made_at=now, seen_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.note(session, "signed_in", account.id, row.id, how=by, **({"device": device} if device else {}))
    return secret


def begin_for(session: Session, account: str, *, by: str, agent: str) -> str:
    """The same for the account of this id."""
    return begin(session, session.get_one(Account, account), by=by, agent=agent)


class Known(NamedTuple):
    """What a sign-in is judged by."""

    password: str | None
    """The hash; None where there is no such account, or it has no password."""
    wait: float
    """Seconds before the next try is judged."""


def known(session: Session, name: str) -> Known:
    """What is known of whoever wants to sign in."""
    account, now = session.get(Account, name), datetime.now(UTC)
    if account is None or account.closed_at is not None:
        return Known(None, 0.0)
    until = wait_until(account.refused, account.refused_at)
    return Known(account.password, max((until - now).total_seconds(), 0.0) if until else 0.0)


def settle(session: Session, name: str, agent: str, *, right: bool) -> tuple[Account, str] | None:
    """What comes of a sign-in whose password was right, or wasn't: the account and a new session's secret, or None."""
    account = settled(session, name, right=right)
    return None if account is None else (account, begin(session, account, by="password", agent=agent))


def settled(session: Session, name: str, *, right: bool) -> Account | None:
    """Whose password it was, where it was right; else one more that was wrong is written down."""
    account = session.get(Account, name, with_for_update=True)
    if account is None or not right or account.closed_at is not None:
        if account is not None:
            account.refused, account.refused_at = account.refused + 1, datetime.now(UTC)
        audit.note(session, "sign_in_refused", audit.NOBODY, name[:64])
        return None
    account.refused, account.refused_at = 0, None
    return account


def found(session: Session, secret: str) -> tuple[SignedIn, Account] | None:
    """The session of a cookie, and its account; None where it is over."""
    row = session.scalars(select(SignedIn).where(col(SignedIn.hash) == digest(secret))).one_or_none()
    now = datetime.now(UTC)
    if row is None or row.ended_at is not None or now - row.seen_at > IDLE or now - row.made_at > LONGEST:
        return None
    account = session.get_one(Account, row.account)
    return None if account.closed_at is not None else (row, account)


def is_to_be_noted(row: SignedIn) -> bool:
    """Whether its last use is to be written down."""
    return datetime.now(UTC) - row.seen_at > _NOTED_EVERY


def note_use(session: Session, id_: str) -> None:
    """Write down that it is used now."""
    row = session.get(SignedIn, id_)
    if row is not None:
        row.seen_at = datetime.now(UTC)


def end(session: Session, account: str, by: str, only: str | None = None) -> Sequence[SignedIn]:
    """End the account's sessions, or one of them; those that were open."""
    query = select(SignedIn).where(col(SignedIn.account) == account, col(SignedIn.ended_at).is_(None))
    if only is not None:
        query = query.where(col(SignedIn.id) == only)
    return _end_all(session, query, by)


def end_at(session: Session, device: str, by: str) -> None:
    """End all that badges have begun at this device."""
    _end_all(
        session,
        select(SignedIn).where(
            col(SignedIn.device) == device, col(SignedIn.device) != "", col(SignedIn.ended_at).is_(None)
        ),
        by,
    )


def end_badges(session: Session, account: str, by: str) -> None:
    """End what the account's badge has begun, wherever that was."""
    _end_all(
        session,
        select(SignedIn).where(
            col(SignedIn.account) == account, col(SignedIn.by) == BADGE, col(SignedIn.ended_at).is_(None)
        ),
        by,
    )


def _end_all(session: Session, query: Select[SignedIn], by: str) -> Sequence[SignedIn]:
    ended = session.scalars(query).all()
    for row in ended:
        row.ended_at = datetime.now(UTC)
        session.flush()
        audit.note(session, "session_ended", by, row.id, account=row.account)
    return ended


def listed(session: Session, account: str) -> Sequence[SignedIn]:
    """The account's sessions that are not over, the latest first."""
    now = datetime.now(UTC)
    query = select(SignedIn).where(
        col(SignedIn.account) == account,
        col(SignedIn.ended_at).is_(None),
        col(SignedIn.seen_at) > now - IDLE,
        col(SignedIn.made_at) > now - LONGEST,
    )
    return session.scalars(query.order_by(col(SignedIn.id).desc())).all()
