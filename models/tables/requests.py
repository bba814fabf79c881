"""What the API keeps of its own: requests and their answers, events from outside, comments, files, keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class Sending(StrEnum):
    """What a request sends to a case."""

    ACT = "act"
    START = "start"
    INCIDENT = "incident"
    RECORD = "record"
    """Nothing: the database alone answers, in the transaction that wrote the request."""
    BULK = "bulk"
    """Nothing itself: its parts are requests of their own."""


class RequestRow(Table, table=True):
    """The journal: one row a request that changes something, written before anything is sent."""

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("caller", "key"),
        # the sweeper's question, in its order: what has no answer, the oldest first
        Index("requests_unanswered", "id", sqlite_where=text("status IS NULL"),
              postgresql_where=text("status IS NULL")),
        # what another's action on the case sends first
        Index("requests_held", "case", sqlite_where=text("held_until IS NOT NULL"),
              postgresql_where=text("held_until IS NOT NULL")),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=40)
    caller: str = Field(max_length=200)
    key: str = Field(max_length=300)
    """The idempotency key, as the caller chose it."""
    body_hash: str = Field(max_length=64)
    """Of method, path and body: the same key with another one is refused."""
    sending: Sending = Field(sa_column=Column(Text, nullable=False))
    case: str | None = Field(default=None, max_length=250)
    message: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    """What to send, whole: it may be sent again by another process, after the caller has gone."""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    holder: str | None = Field(default=None, max_length=60)
    """The process that sends it now. Nobody else sends it, or records an answer, before `lease_until`."""
    lease_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    attempts: int = 0
    held_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    """Until when its caller may take it back; None once it is sent, or where it never was held back."""
    status: int | None = None
    """The answer's HTTP status; None while there is no answer."""
    answer: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """The answer's body, deflated."""
    headers: dict[str, str] | None = Field(default=None, sa_column=Column(Json))
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class EventStatus(StrEnum):
    """What has come of an event from outside."""

    STARTED = "started"
    MOVED = "moved"
    PENDING = "pending"
    """Its case isn't there yet, or stands before the stage that it is for: tried again."""
    IGNORED = "ignored"
    """No procedure hears its type."""
    REFUSED = "refused"
    EXPIRED = "expired"
    """It has waited too long for its case."""
    SETTLED = "settled"
    """It was refused or had expired, and somebody has done by hand what it was for."""


NOT_APPLIED = "standing IN ('refused', 'expired')"
"""That somebody must look at the event: the condition of an index."""


class EventRow(Table, table=True):
    """A CloudEvent that came in: kept for ever, so that it is applied once, ever. One that nothing took is written over
    when it is sent again.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        Index("events_not_applied", "type", "store", "code", sqlite_where=text(NOT_APPLIED),
              postgresql_where=text(NOT_APPLIED)),
        Index("ix_events_account", "account", "id"),
        Index("events_waiting_by_account", "account", sqlite_where=text("standing = 'pending'"),
              postgresql_where=text("standing = 'pending'")),
        Index("events_waiting", "next_try_at", sqlite_where=text("standing = 'pending'"),
              postgresql_where=text("standing = 'pending'")),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=40)
    source: str = Field(max_length=300)
    event_id: str = Field(max_length=200)
    type: str = Field(max_length=200)
    subject: str | None = Field(default=None, max_length=200, index=True)
    store: str = Field(default="", max_length=64)
    """The store that it is for; empty where it names none that its sender sees, and no case has told it."""
    time: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    data: Any = Field(default=None, sa_column=Column(Json))
    """As it came."""
    caller: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    """Who sent it: id, roles, stores."""
    account: str = Field(max_length=200)
    """The sender's own, by which it is looked up again."""
    received_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    standing: EventStatus = Field(default=EventStatus.PENDING, sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    code: str | None = Field(default=None, max_length=64)
    """The reason without its particulars."""
    case: str | None = Field(default=None, max_length=250)
    """The case that it has moved, or the one that has refused it."""
    cases: list[str] = Field(default_factory=list[str], sa_column=Column(Json, nullable=False))
    """All that it has started or moved."""
    done: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    """Procedure -> what came of it there: several may listen to one type."""
    tried: list[dict[str, Any]] = Field(
        default_factory=list[dict[str, Any]], sa_column=Column(Json, nullable=False)
    )
    """What came of it when, where that was another thing than before: `at`, `status`, `code`, `reason`."""
    settled: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    """`by`, `name`, `at`, `reason`, where somebody has done by hand what it was for."""
    tries: int = 0
    waits_since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    """From when on the day counts in which its case may come."""
    next_try_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    holder: str | None = Field(default=None, max_length=60)
    lease_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Comment(Table, table=True):
    """What somebody wrote on a case."""

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_case", "case", "id"),)

    id: str = Field(primary_key=True, max_length=40)
    case: str = Field(max_length=250)
    author: str = Field(max_length=200)
    """The account."""
    author_name: str = ""
    """Its name of then."""
    text: str = Field(sa_column=Column(Text, nullable=False))
    files: list[str] = Field(sa_column=Column(Json, nullable=False))
    """References of files, as forms hold them."""
    written_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Mention(Table, table=True):
    """That a comment names somebody, who is told of it."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("mentions_unseen", "account", sqlite_where=text("seen_at IS NULL"),
              postgresql_where=text("seen_at IS NULL")),
        Index("mentions_to_mail", "comment", sqlite_where=text("mail = 'due'"),
              postgresql_where=text("mail = 'due'")),
    )  # fmt: skip

    account: str = Field(primary_key=True, max_length=64)
    comment: str = Field(primary_key=True, max_length=40)
    case: str = Field(max_length=250)
    seen_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    """When they had it before them; None until then."""
    mail: str = Field(default="", max_length=10)
    """What became of the mail about it: `due`, `sent` or `failed`; empty where none is wanted."""


class StoredFile(Table, table=True):
    """A file of a case, or of one that isn't there yet. Its bytes lie in the data directory under their SHA-256."""

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_case", "case", "id"),
        Index("ix_files_sha256", "sha256"),
        # what is swept, and what somebody has lying there
        Index("ix_files_waiting", "author", "kept_until", sqlite_where=text("kept_until IS NOT NULL"),
              postgresql_where=text("kept_until IS NOT NULL")),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=40)
    """`file:…`: what forms refer to it by."""
    case: str = Field(max_length=250)
    """Empty until a form that names it is sent."""
    store: str = Field(max_length=64)
    """Whose files it counts among."""
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    size: int
    sha256: str = Field(max_length=64)
    author: str = Field(max_length=200)
    stored_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    kept_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    """When it is swept, while it belongs to no case."""


class FilesOfStore(Table, table=True):
    """How many bytes of files each store has: what its quota is held against."""

    __tablename__ = "files_of_stores"

    store: str = Field(primary_key=True, max_length=64)
    bytes: int = Field(sa_column=Column(BigInteger, nullable=False))


class ApiKey(Table, table=True):
    """Who may call. The key itself was shown once; only its hash is here."""

    __tablename__ = "api_keys"

    id: str = Field(primary_key=True, max_length=40)
    account: str = Field(max_length=64, foreign_key="accounts.id", index=True)
    """Whose key it is. It can do no more than the account can by then."""
    name: str = Field(max_length=100)
    """What it is for."""
    hash: str = Field(max_length=64, unique=True)
    roles: list[str] = Field(sa_column=Column(Json, nullable=False))
    """Those of the account's roles that it may use."""
    stores: list[str] | None = Field(default=None, sa_column=Column(Json))
    """None: every store of the account."""
    scopes: list[str] = Field(sa_column=Column(Json, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    created_by: str = Field(max_length=200)
    expires_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
