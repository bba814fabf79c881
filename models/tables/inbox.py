"""What people set up for themselves in the inbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.table import Table, UtcDateTime


class Preference(Table, table=True):
    """How somebody wants pages to look and sound. Their language stands with their account."""

    __tablename__ = "inbox_preferences"

    account: str = Field(primary_key=True, max_length=64)
    theme: str = Field(default="system", max_length=10)
    """`light`, `dark`, or `system`: as the device has it."""
    is_quiet: bool = False
    """Whether scans make no sound."""
    wants_mail: bool = False
    """Whether notices to their roles go to them as mail."""
    mail: str = Field(default="", max_length=40)
    """The reference of the address that it goes to: the vault has the address itself."""
    notices_seen: int = Field(default=0, sa_type=BigInteger)
    """The last notice to their roles that they have seen, and with it all before."""


class SavedView(Table, table=True):
    """A list's filters under a name: somebody's own, or shared with all who work in a store."""

    __tablename__ = "inbox_views"
    __table_args__ = (Index("ix_inbox_views_account", "account"), Index("ix_inbox_views_store", "store"))

    id: str = Field(primary_key=True, max_length=40)
    account: str = Field(max_length=64)
    """Who has saved it, and may delete it."""
    store: str = Field(default="", max_length=32)
    """With whose people it is shared; empty where it is its owner's alone, `*` where every store's see it."""
    name: str = Field(max_length=40)
    query: str = Field(max_length=1000)
    """The list's address, behind its `?`."""


class Snooze(Table, table=True):
    """A task that somebody has put off for a while: it is there for all others."""

    __tablename__ = "inbox_snoozes"

    account: str = Field(primary_key=True, max_length=64)
    task: str = Field(primary_key=True, max_length=320)
    until: datetime = Field(sa_type=UtcDateTime)


class Wave(Table, table=True):
    """Tasks of one stage that somebody does in one go, such as the orders that are picked on one way."""

    __tablename__ = "inbox_waves"
    __table_args__ = (Index("ix_inbox_waves_store", "store", "made_at"),)

    id: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=60)
    owner: str = Field(max_length=64)
    """Who does it: it has claimed its tasks for this account."""
    store: str = Field(max_length=64)
    procedure: str = Field(max_length=64)
    stage: str = Field(max_length=64)
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)


class WaveTask(Table, table=True):
    """A task of a wave. It is done when the case has left the stage, or has come back to it since."""

    __tablename__ = "inbox_wave_tasks"
    __table_args__ = (Index("ix_inbox_wave_tasks_task", "task"),)

    wave: str = Field(primary_key=True, max_length=40)
    task: str = Field(primary_key=True, max_length=320)
    case: str = Field(max_length=250)
    place: int
    """Its number in the wave, from one: the box into which its goods are picked."""
    entered_at: datetime = Field(sa_type=UtcDateTime)
    """When the case had come to the stage."""
