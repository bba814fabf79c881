"""Tasks, as callers read, hold and do them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.documents.cases import ActionDocument
from api.documents.fields import ActionKey, Body, Json, Name, Page


class Assignment(Body):
    to: Name


class BulkAction(Body):
    """One action on many tasks."""

    action: ActionKey
    tasks: list[Annotated[str, Field(min_length=1, max_length=320)]] = Field(min_length=1, max_length=100)
    form: Json | None = None
    comment: str | None = Field(default=None, min_length=1, max_length=4000)


class TaskDocument(BaseModel):
    """A stage that waits for its roles, or an effect that waits for operations' decision (`stage` is `incident`)."""

    id: str
    case: str
    procedure: str
    store: str
    subject: str
    revision: int
    stage: str
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


class BulkResult(BaseModel):
    task: str
    status: int
    case: Json | None = None
    problem: Json | None = None


class BulkResults(BaseModel):
    items: list[BulkResult]
