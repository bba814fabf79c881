"""The journal's rows: written, leased, answered, found again. SQL alone; nothing is sent from here."""

from __future__ import annotations

import secrets
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from api.storage import table_of
from models.tables.requests import RequestRow, Sending

_table = table_of(RequestRow)

LEASE = timedelta(seconds=15)
"""How long a process may be silent before another sends in its place."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as the journal keeps it."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str])
    replayed: bool = False
    """Whether this was the answer to an earlier request with the same key."""


@dataclass(frozen=True)
class Entry:
    """A request on its way: what the journal needs to send it, and to send it again."""

    id: str
    account: str
    key: str
    body_hash: str
    sending: Sending
    message: dict[str, Any]
    case: str | None = None


@dataclass(frozen=True)
class Known:
    """A request that came before under the same key."""

    entry: Entry
    reply: Reply | None
    leased: bool
    """Whether some process is at work on it."""


def new_id() -> str:
    """An id that sorts by when it was made."""
    return f"{int(time.time() * 1000):012x}{secrets.token_hex(10)}"


def insert(session: Session, entry: Entry, holder: str) -> Known | None:
    """Write a request down, leased to `holder`. None when it is new; else what came before under its key."""
    now = datetime.now(UTC)
    values = {
        "id": entry.id,
        "caller": entry.account,
        "key": entry.key,
        "body_hash": entry.body_hash,
        "sending": entry.sending,
        "case": entry.case,
        "message": entry.message,
        "created_at": now,
        "holder": holder,
        "lease_until": now + LEASE,
        "attempts": 1,
    }
    connection = session.connection()
    if connection.execute(_insert_once(connection.dialect.name), values).rowcount:
        return None
    known = find(session, entry.account, entry.key)
    assert known is not None, "what stands in the way can be read"
    return known


@cache
def _insert_once(dialect: str) -> Any:
    to = postgresql if dialect == "postgresql" else sqlite
    statement = to.insert(_table).on_conflict_do_nothing(index_elements=["caller", "key"])
    return statement.execution_options(preserve_rowcount=True)


_record: Any = (
    update(_table)
    .where(_table.c.id == bindparam("request"), _table.c.holder == bindparam("by"), _table.c.status.is_(None))
    .values(
        status=bindparam("_status"),
        answer=bindparam("_answer"),
        headers=bindparam("_headers"),
        answered_at=bindparam("_at"),
        lease_until=None,
    )
)


def find(session: Session, account: str, key: str) -> Known | None:
    """What came before under this key of this caller."""
    query = select(RequestRow).where(col(RequestRow.caller) == account, col(RequestRow.key) == key)
    row = session.scalars(query).one_or_none()
    return None if row is None else _known(row)


def get(session: Session, request: str) -> Known | None:
    """A request by its own id."""
    row = session.get(RequestRow, request)
    return None if row is None else _known(row)


def record(session: Session, request: str, holder: str, reply: Reply) -> Reply:
    """Write the answer, if the lease is still the holder's. What is returned is the answer that counts."""
    told = {
        "request": request,
        "by": holder,
        "_status": reply.status,
        "_answer": zlib.compress(reply.body, 1),
        "_headers": reply.headers or None,
        "_at": datetime.now(UTC),
    }
    if session.connection().execute(_record, told).rowcount:
        return reply
    known = get(session, request)
    if known is None or known.reply is None:
        raise LeaseLost(request)
    return known.reply


class LeaseLost(Exception):
    """Another process has taken the request over, and will answer it."""


def renew(session: Session, requests: Iterable[str], holder: str) -> None:
    """Say that this process is still at work on these."""
    session.execute(
        update(RequestRow)
        .where(
            col(RequestRow.id).in_(list(requests)),
            col(RequestRow.holder) == holder,
            col(RequestRow.status).is_(None),
        )
        .values(lease_until=datetime.now(UTC) + LEASE)
    )


def take_over(session: Session, holder: str, *, most: int, request: str | None = None) -> list[Entry]:
    """Lease what has no answer and nobody at work on it, the oldest first."""
    now = datetime.now(UTC)
    free = or_(col(RequestRow.lease_until).is_(None), col(RequestRow.lease_until) < now)
    query = (
        select(RequestRow)
        .where(col(RequestRow.status).is_(None), free, col(RequestRow.sending) != Sending.BULK)
        .order_by(col(RequestRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    if request is not None:
        query = query.where(col(RequestRow.id) == request)
    rows = list(session.scalars(query))
    for row in rows:
        row.holder, row.lease_until, row.attempts = holder, now + LEASE, row.attempts + 1
    session.flush()
    return [_entry(row) for row in rows]


def release(session: Session, requests: Iterable[str], holder: str) -> None:
    """Give up the leases of this process, so that another sends at once."""
    session.execute(
        update(RequestRow)
        .where(col(RequestRow.id).in_(list(requests)), col(RequestRow.holder) == holder)
        .values(lease_until=None)
    )


def _entry(row: RequestRow) -> Entry:
    return Entry(row.id, row.caller, row.key, row.body_hash, Sending(row.sending), row.message, row.case)


def _known(row: RequestRow) -> Known:
    reply = None
    if row.status is not None:
        reply = Reply(
            row.status, zlib.decompress(row.answer or zlib.compress(b"")), row.headers or {}, replayed=True
        )
    leased = row.lease_until is not None and row.lease_until > datetime.now(UTC)
    return Known(_entry(row), reply, leased)
