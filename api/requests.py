"""Requests that change something: who asks for what, under which key; and their rows in the journal.

A row is written down before anything is sent, leased to the process that sends it, and answered once. SQL alone:
`api/journal.py` sends.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from fastapi import Request
from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.labels import Language, language_of
from api.numbers import draw_all
from api.replies import Reply
from api.storage import table_of
from models.database import insert_for
from models.statements import found, running
from models.table import new_id
from models.tables.cases import store_of
from models.tables.requests import RequestRow, Sending

_table = table_of(RequestRow)

LEASE = timedelta(seconds=15)
"""How long a process may be silent before another sends in its place."""
PLAIN_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
"""What an idempotency key may be."""
_NO_KEY = "none "


@dataclass(frozen=True)
class IdempotentRequest:
    """A request that changes something, once: who asks, under which key, and for what."""

    caller: Caller
    language: Language
    key: str
    body_hash: str
    """Of method, address and body: the same key with another one is refused."""

    @classmethod
    def read(cls, http: Request, caller: Caller, key: str | None, body_digest: str) -> IdempotentRequest:
        """What this HTTP request asks for. `body_digest` is the body's SHA-256."""
        query = http.scope["query_string"].decode("latin-1")
        address = f"{http.method} {http.scope['path']}?{query}"
        return cls(
            caller=caller,
            language=language_of(http.headers.get("accept-language")),
            key=key if key is not None else _NO_KEY + new_id(),
            body_hash=hashlib.sha256(f"{address}\n{body_digest}".encode()).hexdigest(),
        )

    @property
    def has_key(self) -> bool:
        """Whether the caller chose the key, and so may ask for the answer again."""
        return not self.key.startswith(_NO_KEY)

    def part(self, number: int) -> IdempotentRequest:
        """One of the many things asked for at once, under a key of its own."""
        return replace(self, key=f"{self.key} {number:03}")  # no caller's key holds a space

    def entry(self, sending: Sending, case: str | None = None, **message: Any) -> JournalEntry:
        """The same as a row of the journal."""
        return JournalEntry(
            id=new_id(),
            account=self.caller.id,
            key=self.key,
            body_hash=self.body_hash,
            sending=sending,
            message={**message, "caller": self.caller.as_json(), "language": self.language},
            case=case,
        )


@dataclass(frozen=True)
class JournalEntry:
    """A request as the journal keeps it: all that is needed to send it, and to send it again."""

    id: str
    account: str
    key: str
    body_hash: str
    sending: Sending
    message: dict[str, Any]
    case: str | None = None

    @property
    def was_held(self) -> bool:
        """Whether its caller could take it back for a while."""
        return "held" in self.message


@dataclass(frozen=True)
class EarlierRequest:
    """A request that came before under the same key."""

    entry: JournalEntry
    reply: Reply | None
    leased: bool
    """Whether some process is at work on it."""
    held_until: datetime | None = None
    """Until when its caller may take it back, where it isn't sent yet."""


class LeaseLost(Exception):
    """Another process has taken the request over, and will answer it."""


def write_down(
    session: Session, entry: JournalEntry, holder: str, held_until: datetime | None = None
) -> EarlierRequest | None:
    """Write a request down, leased to `holder`. None where it is new; else the request that has its key.

    held_until: until then nobody sends it.
    """
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
        "lease_until": held_until or now + LEASE,
        "held_until": held_until,
        "attempts": 0 if held_until else 1,
    }
    with running(session) as run:
        is_new = run(_insert_once(session.get_bind().dialect.name), values).rowcount > 0
    if is_new:
        return None
    earlier = find(session, entry.account, entry.key)
    assert earlier is not None, "the row that has this key can be read"
    return earlier


@cache
def _insert_once(dialect: str) -> Any:
    return insert_for(dialect)(_table).on_conflict_do_nothing(index_elements=["caller", "key"])


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


def find(session: Session, account: str, key: str) -> EarlierRequest | None:
    """What came before under this key of this caller."""
    rows = found(session, _by_key, {"of": account, "under": key})
    return _earlier(rows[0]) if rows else None


_by_key: Any = select(_table).where(_table.c.caller == bindparam("of"), _table.c.key == bindparam("under"))


def get(session: Session, request: str) -> EarlierRequest | None:
    """A request by its own id."""
    row = session.get(RequestRow, request)
    return None if row is None else _earlier(row)


def record(session: Session, request: str, holder: str, reply: Reply) -> Reply:
    """Write the reply down, if the lease is still the holder's. What is returned is the reply that counts.

    Raises LeaseLost where another process is to answer, and hasn't yet.
    """
    values = {
        "request": request,
        "by": holder,
        "_status": reply.status,
        "_answer": zlib.compress(reply.body, 1),
        "_headers": reply.headers or None,
        "_at": datetime.now(UTC),
    }
    with running(session) as run:
        is_ours = run(_record, values).rowcount > 0
    if is_ours:
        return reply
    earlier = get(session, request)
    if earlier is None or earlier.reply is None:
        raise LeaseLost(request)
    return earlier.reply


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


_left_over: Any = (
    select(RequestRow)
    .where(
        col(RequestRow.status).is_(None),
        or_(col(RequestRow.lease_until).is_(None), col(RequestRow.lease_until) < bindparam("now")),
        col(RequestRow.sending) != Sending.BULK,
    )
    .order_by(col(RequestRow.id))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_left_over_one: Any = _left_over.where(col(RequestRow.id) == bindparam("request"))


def take_over(session: Session, holder: str, *, most: int, request: str | None = None) -> list[JournalEntry]:
    """Lease what has no answer and nobody at work on it, the oldest first."""
    now = datetime.now(UTC)
    wanted: dict[str, Any] = {"now": now, "most": most}
    if request is not None:
        wanted["request"] = request
    rows: list[RequestRow] = list(session.scalars(_left_over if request is None else _left_over_one, wanted))
    return [_leased(session, row, holder, now) for row in rows]


def _leased(session: Session, row: RequestRow, holder: str, now: datetime) -> JournalEntry:
    """The request, for this process to send. From then on nobody takes it back, and its papers have their numbers."""
    row.holder, row.lease_until, row.attempts = holder, now + LEASE, row.attempts + 1
    if row.held_until is not None:
        row.held_until = None
        if numbers := row.message["held"]["numbers"]:
            drawn = draw_all(session, store_of(row.case or ""), numbers)
            act = row.message["act"]
            row.message = {**row.message, "act": {**act, "form": {**(act.get("form") or {}), **drawn}}}
    session.flush()
    return _entry(row)


_held: Any = (
    select(_table.c.id)
    .where(_table.c.held_until.is_not(None), _table.c.case == bindparam("case"))
    .order_by(_table.c.id)
)


def held_on(session: Session, case: str) -> list[str]:
    """The requests that are held back on a case, the oldest first."""
    return [row.id for row in found(session, _held, {"case": case})]


def take_held(session: Session, requests: Iterable[str], holder: str) -> list[JournalEntry]:
    """Lease those of these that are still held back, the oldest first: they wait no longer."""
    query = (
        select(RequestRow)
        .where(col(RequestRow.id).in_(list(requests)), col(RequestRow.held_until).is_not(None))
        .order_by(col(RequestRow.id))
        .with_for_update(skip_locked=True)
    )
    now = datetime.now(UTC)
    return [_leased(session, row, holder, now) for row in session.scalars(query).all()]


def take_back(session: Session, request: str, reply: Reply) -> JournalEntry | None:
    """Have a request that is still held back answered so, and never sent. None where it isn't held any more."""
    query = select(RequestRow).where(col(RequestRow.id) == request, col(RequestRow.held_until).is_not(None))
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        return None
    row.held_until = row.lease_until = None
    row.status, row.answer = reply.status, zlib.compress(reply.body, 1)
    row.headers, row.answered_at = reply.headers or None, datetime.now(UTC)
    session.flush()
    return _entry(row)


def release(session: Session, requests: Iterable[str], holder: str) -> None:
    """Give up the leases of this process, so that another sends at once."""
    session.execute(
        update(RequestRow)
        .where(col(RequestRow.id).in_(list(requests)), col(RequestRow.holder) == holder)
        .values(lease_until=None)
    )


def _entry(row: RequestRow) -> JournalEntry:
    return JournalEntry(
        row.id, row.caller, row.key, row.body_hash, Sending(row.sending), row.message, row.case
    )


def _earlier(row: RequestRow) -> EarlierRequest:
    reply = None
    if row.status is not None:
        reply = Reply(
            row.status, zlib.decompress(row.answer or zlib.compress(b"")), row.headers or {}, replayed=True
        )
    leased = row.lease_until is not None and row.lease_until > datetime.now(UTC)
    return EarlierRequest(_entry(row), reply, leased, row.held_until)
