"""What came of events from outside."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.documents.fields import Json, Page


class EventResult(BaseModel):
    """What came of one event."""

    id: str
    source: str
    status: Literal["started", "moved", "duplicate", "pending", "ignored", "refused"]
    case: str | None = Field(default=None)
    reason: str | None = None
    results: list[Json] = Field(
        default=[], description="One for each procedure that listens, where several do."
    )


class EventResults(BaseModel):
    items: list[EventResult]


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
