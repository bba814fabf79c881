"""What came of events from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.documents.fields import Body, Json, Page, StoreKey
from models.values import Text as Reason


class EventResult(BaseModel):
    """What came of one event."""

    id: str
    source: str
    event: str | None = Field(
        default=None, description="Our id, under which it is read; null where nothing of it is kept."
    )
    status: Literal["started", "moved", "duplicate", "pending", "ignored", "refused", "expired"]
    case: str | None = Field(default=None)
    cases: list[str] = Field(default=[], description="All that it has started or moved.")
    reason: str | None = None
    code: str | None = Field(
        default=None,
        description="The reason without its particulars, where it was refused or waits.",
        examples=["no_case"],
    )
    results: list[Json] = Field(
        default=[], description="One for each procedure that listens, where several do."
    )


class EventResults(BaseModel):
    items: list[EventResult]


class EventTry(BaseModel):
    """What came of an event at a time, where that was another thing than before."""

    at: datetime
    status: str
    code: str | None
    reason: str | None


class Settlement(BaseModel):
    """Who has done by hand what an event was for."""

    by: str = Field(description="The account.")
    name: str
    at: datetime
    reason: str


class EventDocument(BaseModel):
    """An event as it came, and what has come of it."""

    event: str = Field(description="Our id.")
    id: str
    source: str
    type: str
    subject: str | None
    store: str | None
    time: datetime | None
    data: Any
    sent_by: str = Field(description="The account.")
    received_at: datetime
    status: Literal["started", "moved", "pending", "ignored", "refused", "expired", "settled"]
    reason: str | None
    code: str | None
    case: str | None
    cases: list[str]
    results: list[Json] = Field(description="One for each procedure that listens.")
    tried: list[EventTry]
    settled: Settlement | None
    next_try_at: datetime | None
    actions: list[str] = Field(description="What the caller may do about it: `retry`, `settle`.")


class EventPage(Page[EventDocument]):
    """Events, the newest first."""


class EventsToRetry(Body):
    """Events that weren't applied, and why."""

    type: str = Field(min_length=1, max_length=200)
    store: StoreKey | None = Field(default=None, description="Null: those of which nobody knows the store.")
    code: str = Field(min_length=1, max_length=64)


class EventsRetried(BaseModel):
    """What has come of each, at most a thousand."""

    items: list[EventDocument]


class SettledByHand(Body):
    reason: Reason


class EventTypeDocument(BaseModel):
    """A type of events that some procedure hears."""

    type: str
    starts: list[str] = Field(description="The procedures of which it starts a case.")
    moves: list[str] = Field(description="The procedures of which it moves cases on.")
    roles: list[str] = Field(description="Who may send it.")
    found_by: list[str] = Field(
        description="The fields of a case that `subject` may name, beside the case's own subject."
    )
    data: Json = Field(
        description="The JSON Schema of `data`; `anyOf`, where procedures ask for different data."
    )
    examples: list[Json] = Field(description="A whole event for each form of `data`.")


class EventTypePage(Page[EventTypeDocument]):
    """Types of events, by name."""
