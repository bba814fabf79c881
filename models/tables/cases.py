"""The read model: what is known of every case, written by its commits alone. All of it can be rebuilt from Temporal's
histories, except who has claimed a task.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Select, Text, select, text
from sqlmodel import Field, col

from models.policy import HASH_LENGTH
from models.table import Counter, Json, Table, UtcDateTime

CUT_OFF = "workflow_"
"""An outcome that begins so is no stage: the case's workflow was ended from outside, as the rest says."""


class CaseRow(Table, table=True):
    """Where a case stands."""

    __tablename__ = "cases"
    __table_args__ = (
        # lists are read along one of these, newest first; a step changes none of their columns
        Index("ix_cases_opened", "opened_at", "id"),
        Index("ix_cases_store", "store", "opened_at", "id"),
        Index("ix_cases_procedure", "procedure", "store", "opened_at", "id"),
        Index("ix_cases_subject", "subject", "store"),
        Index("ix_cases_open", "opened_at", "id", sqlite_where=text("state <> 'closed'"),
              postgresql_where=text("state <> 'closed'")),
        Index("ix_cases_incidents", "opened_at", "id", sqlite_where=text("state = 'incident'"),
              postgresql_where=text("state = 'incident'")),
        # but of these two, which say where it stands and what is late
        Index("ix_cases_stage", "stage", "store", "opened_at", "id"),
        Index("ix_cases_due", "next_due", "store", sqlite_where=text("state <> 'closed'"),
              postgresql_where=text("state <> 'closed'")),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=250)
    procedure: str
    version: int
    store: str
    subject: str
    revision: int
    fence: int = Field(sa_type=Counter)
    """How late in the case's whole history this was written; an earlier writer changes nothing."""
    state: str
    """`open`, `closed`, or `incident`: open, and operations must decide something."""
    outcome: str | None = None
    """The stage where it ended; of an open case, how its workflow was cut off."""
    position: str = Field(sa_column=Column(Text, nullable=False))
    """The machine's Position, as JSON text."""
    policy: str = Field(max_length=HASH_LENGTH)
    """The hash of the StorePolicy that it runs under: see models/tables/policies.py."""
    headline: list[dict[str, Any]] = Field(
        default_factory=list[dict[str, Any]], sa_column=Column(Json, nullable=False)
    )
    """What it is about, in parts: `field`, `value`, `personal`."""
    stage: str | None = None
    """The key of the stage where it stands."""
    stages: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    """key, roles, entered_at, due_at of each stage where it stands."""
    deadlines: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    """key, due_at, paused, missed, ended of each deadline that spans stages."""
    next_due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first limit of a stage or deadline falls, or fell."""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    request: str
    """The id of the request that opened it."""
    run_id: str
    hash: str

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """Says that it hasn't ended, in the words of the index on the open ones."""
        return col(cls.state) != text("'closed'")


INCIDENT = "incident"
"""The stage that a task shows which is about an effect, not about a stage of the procedure."""
EVENT = "event"
"""The stage that a task shows which is about events from outside that were refused, or have expired."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""When a task is due that has no limit: lists are read along an index, and have those last."""
FREE = "claimed_by IS NULL"
"""That nobody holds the task: half of the condition of an index."""
HELD = "claimed_by IS NOT NULL"


def _index(name: str, *columns: str, which: str = "") -> Index:
    """An index on the open tasks alone."""
    also = f" AND {which}" if which else ""
    return Index(name, *columns, sqlite_where=text(f"open = 1{also}"), postgresql_where=text(f"open{also}"))


def _list_indexes(name: str, *columns: str) -> Iterator[Index]:
    """By which tasks are listed and counted; what is asked of a task beside stands in them, so that no row is read."""
    for by, at, other in (("due", "due_at", "entered_at"), ("entered", "entered_at", "due_at")):
        for held, which in (("free", FREE), ("held", HELD)):
            yield _index(
                f"ix_tasks_{name}_{by}_{held}", *columns, at, "id", other, "open", "claimed_by", which=which
            )


class Task(Table, table=True):
    """A stage that waits for a role, an effect that waits for operations' decision, or events from outside that
    somebody must look at: all that a list of tasks sorts by, filters by and shows.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        # a list is read along stretches of these: of each store, or of each store and turn
        *_list_indexes("turn", "store", "turn"),
        *_list_indexes("store", "store"),
        _index("ix_tasks_holder", "claimed_by", "due_at", "id", which=HELD),
        _index("ix_tasks_case", "case"),
    )

    id: str = Field(primary_key=True, max_length=320)
    """`{case}/{stage}`, `{case}/incident:{effect}`, or `event:{store}/{type}/{code}`."""
    case: str
    """Empty, like the procedure, the version and the subject, where it is about events."""
    procedure: str
    version: int
    store: str
    subject: str
    stage: str
    incident: str | None = None
    """The key of the effect, where it is about one."""
    effect: str | None = None
    """Its kind."""
    event_type: str | None = None
    """The type of the events, where it is about some."""
    event_code: str | None = None
    """Why they weren't applied."""
    event_count: int | None = None
    """How many there are, up to a thousand."""
    turn: int = Field(sa_type=BigInteger)
    """Whose turn it is: the number of the procedure's stage in this version. The code says which roles that means."""
    revision: int
    """The case's."""
    offers: list[list[Any]] | None = Field(default=None, sa_column=Column(Json))
    """The events that people may send from here, as `Offer`; None where the clock has a say in that."""
    entered_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(default=NEVER, sa_type=UtcDateTime)
    open: bool = True
    claimed_by: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def store_of(case: str) -> str:
    """The store in a case's id; empty where it is no such id."""
    return case.split(":", 2)[1] if case.count(":") > 1 else ""


LONGEST_NUMBER = 200
"""Characters; no case is found by a longer one."""


class CaseReference(Table, table=True):
    """A number that a case keeps, by which messages find it: each answer whose name ends in `_no`.

    One that the case keeps no more may still stand here; the case's own data decide.
    """

    __tablename__ = "case_references"
    __table_args__ = ({"sqlite_with_rowid": False},)

    case: str = Field(primary_key=True, max_length=250)
    value: str = Field(primary_key=True, max_length=LONGEST_NUMBER, index=True)

    @classmethod
    def keeping(cls, number: str) -> Select[str]:
        """The ids of the cases that keep this number, or kept it."""
        return select(col(cls.case)).where(col(cls.value) == number)


class CaseParty(Table, table=True):
    """Who reads a case as theirs."""

    __tablename__ = "case_parties"
    __table_args__ = (
        Index("ix_case_parties_case", "case"),
        # a party's list of cases is read along this, newest first
        Index("ix_case_parties_opened", "kind", "number", "opened_at", "case", "store"),
        {"sqlite_with_rowid": False},
    )

    kind: str = Field(primary_key=True, max_length=20)
    number: str = Field(primary_key=True, max_length=200)
    store: str = Field(primary_key=True, max_length=64)
    case: str = Field(primary_key=True, max_length=250)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    """The case's."""
    inherited: bool = False
    """Whether it is so because of the case that started this one."""


class TaskParty(Table, table=True):
    """An open task that may wait for a party of its case, by the party: what its list of tasks is read along."""

    __tablename__ = "task_parties"
    __table_args__ = (
        Index("ix_task_parties_case", "case"),
        Index("ix_task_parties_due", "kind", "number", "turn", "due_at", "id", "store"),
        Index("ix_task_parties_entered", "kind", "number", "turn", "entered_at", "id", "store", "due_at"),
        {"sqlite_with_rowid": False},
    )

    kind: str = Field(primary_key=True, max_length=20)
    number: str = Field(primary_key=True, max_length=200)
    id: str = Field(primary_key=True, max_length=320)
    """The task's."""
    case: str = Field(max_length=250)
    store: str
    turn: int = Field(sa_type=BigInteger)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)


class StepRow(Table, table=True):
    """One revision of a case: the step log."""

    __tablename__ = "steps"
    __table_args__ = (Index("ix_steps_request", "request"), Index("ix_steps_at", "at"))

    case: str = Field(primary_key=True, max_length=250)
    revision: int = Field(primary_key=True)
    event: str
    actor: str
    """The account."""
    actor_name: str = ""
    """Its name of then; empty where the engine acts."""
    roles: list[str] = Field(sa_column=Column(Json, nullable=False))
    task: str | None = None
    """The task that somebody claimed, released or assigned, where nothing else has changed."""
    at: datetime = Field(sa_type=UtcDateTime)
    form: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    before: list[str] = Field(sa_column=Column(Json, nullable=False))
    after: list[str] = Field(sa_column=Column(Json, nullable=False))
    followed: list[str] = Field(sa_column=Column(Json, nullable=False))
    """The events that rules sent in its wake."""
    missed: list[str] = Field(sa_column=Column(Json, nullable=False))
    """The limits that fell."""
    effect: str | None = None
    """The key of the effect that it is about."""
    note: str = ""
    request: str = ""
    """The update id that asked for it."""


class EffectRow(Table, table=True):
    """An effect that a step asked for, and how far it has come."""

    __tablename__ = "effects"
    __table_args__ = (
        Index("ix_effects_incidents", "standing", "case", sqlite_where=text("standing = 'incident'"),
              postgresql_where=text("standing = 'incident'")),
    )  # fmt: skip

    case: str = Field(primary_key=True, max_length=250)
    key: str = Field(primary_key=True, max_length=40)
    revision: int
    kind: str
    payload: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)
    standing: str
    """running, incident, done, refused (a lawful no), withdrawn, by_hand, given_up."""
    error: str = ""
    outcome: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LinkRow(Table, table=True):
    """A case that another one started."""

    __tablename__ = "links"

    parent: str = Field(primary_key=True, max_length=250)
    child: str = Field(primary_key=True, max_length=250, index=True)
    name: str = Field(primary_key=True, max_length=64)
    """What the parent calls it."""
    waits: bool
    standing: str
    """asked, open, recorded (no such procedure yet), refused, cancelled."""
    reported: str = ""
    """The last stage that the child told of."""


class Change(Table, table=True):
    """Says that a case has changed, in the order of the commits: what the stream reads."""

    __tablename__ = "changes"

    seq: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    case: str
    procedure: str
    store: str
    revision: int
    state: str
    stages: list[str] = Field(sa_column=Column(Json, nullable=False))
    roles: list[str] = Field(sa_column=Column(Json, nullable=False))
    task: str | None = None
    """The task that somebody claimed, released or assigned, where nothing else has changed."""
    at: datetime = Field(sa_type=UtcDateTime)
