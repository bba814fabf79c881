"""Tasks, as callers read, hold and do them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.documents.cases import ActionDocument, HeadlinePart
from api.documents.fields import ActionKey, Body, Json, Name, Page
from models.values import LongText


class Assignment(Body):
    to: Name


class BulkAction(Body):
    """One action on many tasks."""

    action: ActionKey
    tasks: list[Annotated[str, Field(min_length=1, max_length=320)]] = Field(min_length=1, max_length=100)
    form: Json | None = None
    comment: LongText | None = None


class UnappliedEvents(BaseModel):
    """Of which type the events are, and why they weren't applied."""

    type: str
    code: str


class TaskDocument(BaseModel):
    """A stage that waits for its roles, an effect that waits for operations' decision (`stage` is `incident`), or
    events from outside that weren't applied (`stage` is `event`).
    """

    id: str
    kind: Literal["stage", "incident", "event"]
    case: str | None
    procedure: str | None
    store: str | None
    subject: str | None
    headline: list[HeadlinePart]
    revision: int
    stage: str
    event: UnappliedEvents | None = Field(
        description="`GET /events` lists them; `retry` and `settle` are for all of them."
    )
    count: int | None = Field(description="How many events there are; 1000 stands for more, too.")
    incident: str | None = Field(
        description="Of an incident, the effect's key: `POST /cases/{case}/incidents/{incident}` decides."
    )
    label: str
    roles: list[str]
    actions: list[ActionDocument]
    entered_at: datetime
    due_at: datetime | None
    overdue: bool
    claimed_by: str | None
    claimed_at: datetime | None
    open: bool


class TaskPage(Page[TaskDocument]):
    """Tasks, in the order that was asked for."""


class AtLeast(BaseModel):
    """A thousand or more: so far it is counted. Less, where a search finds more cases than are looked at."""

    at_least: int


Count = int | AtLeast


class TaskCounts(BaseModel):
    """How many tasks there are. `mine` are those that the caller holds; all others wait for the caller's roles."""

    all: Count = Field(description="All that wait for the caller's roles.")
    mine: Count
    unclaimed: Count
    overdue: Count
    incidents: Count = Field(description="Effects that wait for operations' decision.")
    events: Count = Field(description="Tasks about events from outside that weren't applied.")
    snoozed: Count = Field(description="Tasks that the caller has put off.")
    by_role: dict[str, Count] = Field(description="For each of the caller's roles that a task waits for.")
    by_procedure: dict[str, Count]


class BulkResult(BaseModel):
    task: str
    status: int
    case: Json | None = None
    events: Json | None = Field(default=None, description="Of a task about events, what has come of each.")
    problem: Json | None = None


class BulkResults(BaseModel):
    items: list[BulkResult]
