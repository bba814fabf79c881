"""Who calls: accounts, how they sign in, and the log of what was done with rights and personal data."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, Index, Text, TextClause, UniqueConstraint, event, text
from sqlmodel import Field

from models.roles import STAFF_ROLES
from models.table import Json, Table, UtcDateTime


class AccountKind(StrEnum):
    """What an account stands for."""

    PERSON = "person"
    SERVICE = "service"


_COLLEAGUES = "works_here AND kind = 'person' AND closed_at IS NULL"
"""In the words of the index on them."""


class Account(Table, table=True):
    """A person or a service that may call. It is never deleted, so that its id is never somebody else's."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index("ix_accounts_owner", "owner", sqlite_where=text("owner IS NOT NULL"),
              postgresql_where=text("owner IS NOT NULL")),
        Index("ix_accounts_colleagues", "spelling", sqlite_where=text(_COLLEAGUES),
              postgresql_where=text(_COLLEAGUES)),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=64)
    spelling: str = Field(max_length=200, unique=True)
    """The id in the one spelling by which ids are told apart: no two differ in letters' size or width alone."""
    name: str = Field(max_length=100)
    kind: AccountKind = Field(sa_column=Column(Text, nullable=False))
    roles: dict[str, list[str]] = Field(sa_column=Column(Json, nullable=False))
    """By store; under `*`, those in every store."""
    works_here: bool = False
    """Whether it has a role that the store's people hold: what `roles` say, told by itself."""
    parties: list[dict[str, str]] = Field(sa_column=Column(Json, nullable=False))
    """For whom it stands outside the store: kind, number, and the store where it is not every one."""
    language: str = Field(default="", max_length=10)
    owner: str | None = Field(default=None, max_length=64)
    """Whose service it is. Where somebody else must act, it counts as this account."""
    administrator: bool = False
    """Whether it may manage accounts and keys."""
    subject: str | None = Field(default=None, max_length=500, unique=True)
    """The issuer and the subject of the tokens that name it, a space between them."""
    password: str | None = Field(default=None, sa_column=Column(Text))
    """Its hash."""
    refused: int = 0
    """How many sign-ins were refused in a row."""
    refused_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    made_by: str = Field(max_length=64)
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))

    @classmethod
    def is_colleague(cls) -> TextClause:
        """Says that it is open, and one of the store's people's."""
        return text(_COLLEAGUES)


def _tell_who_works_here(_mapper: object, _connection: Connection, row: Account) -> None:
    row.works_here = any(role in STAFF_ROLES for held in row.roles.values() for role in held)


for _moment in ("before_insert", "before_update"):
    event.listen(Account, _moment, _tell_who_works_here)


class SignedIn(Table, table=True):
    """A session: somebody is signed in, in one browser."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_account", "account", "id"),
        Index("ix_sessions_device", "device", sqlite_where=text("device <> ''"),
              postgresql_where=text("device <> ''")),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=40)
    account: str = Field(max_length=64, foreign_key="accounts.id")
    hash: str = Field(max_length=64, unique=True)
    """Of the cookie's secret, which is kept nowhere."""
    by: str = Field(max_length=20)
    """`password`, `provider` or `badge`."""
    agent: str = Field(default="", max_length=200)
    """The browser, as it says itself."""
    device: str = Field(default="", max_length=40)
    """At which registered device a badge began it; empty for all others."""
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    seen_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Device(Table, table=True):
    """A device in the store that an administrator has registered: people sign in to it with a badge and a PIN."""

    __tablename__ = "devices"

    id: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=60)
    hash: str = Field(max_length=64, unique=True)
    """Of its cookie's secret, which is kept nowhere."""
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    made_by: str = Field(max_length=64)
    seen_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    """When somebody last signed in to it with a badge."""
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Badge(Table, table=True):
    """What somebody signs in with at a registered device: a printed code, and a PIN that they know."""

    __tablename__ = "badges"

    account: str = Field(primary_key=True, max_length=64, foreign_key="accounts.id")
    hash: str | None = Field(default=None, max_length=64, unique=True)
    """Of the code on the badge, which is kept nowhere. A new badge takes its place."""
    made_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    pin: str | None = Field(default=None, sa_column=Column(Text))
    """Its hash."""
    refused: int = 0
    """How many wrong PINs came in a row: as many as may come, and it is locked."""


class AuditEntry(Table, table=True):
    """A line of the log of rights and personal data. Each holds the hash of the one before it in its chain."""

    __tablename__ = "audit_log"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        Index("ix_audit_log_at", "at"),
    )

    id: str = Field(primary_key=True, max_length=40)
    chain: str = Field(max_length=40)
    """The process that wrote it."""
    number: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    what: str = Field(max_length=60)
    by: str = Field(max_length=200)
    """The account, or `operator` for the command line."""
    about: str = Field(default="", max_length=300)
    detail: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    before: str = Field(max_length=64)
    """The hash of the line before it; empty in a chain's first one, whose detail names the ends of the others."""
    hash: str = Field(max_length=64)
