"""What callers read of procedures."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api.documents.fields import Json, Page


class ProcedureLine(BaseModel):
    key: str
    version: int
    title: dict[str, str]
    summary: str
    roles: list[str]
    starts_on: list[str]
    moves_on: list[str]


class ProcedurePage(Page[ProcedureLine]):
    """Procedures, by key."""


class ProcedureDocument(BaseModel):
    """A whole declaration. `who` holds roles, `system`, `timer`, or a feed."""

    model_config = ConfigDict(extra="allow")

    key: str
    version: int
    title: dict[str, str]
    summary: str
    starts: list[Json]
    stages: list[Json]
    transitions: list[Json]
    forms: dict[str, Json]
    deadlines: list[Json]
    effects: list[Json]
    links: list[Json]
