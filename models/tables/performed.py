"""The journal of effects: each idempotency key once, ever, with what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class Performed(Table, table=True):
    """One effect. Without an outcome it has begun and a provider is being asked."""

    __tablename__ = "performed"

    key: str = Field(primary_key=True)
    effect: str
    case: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    outcome: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    round: int = 0
    """The round in which that came of it: a No of an earlier one isn't the last word."""
    undone_by: str | None = None
    """The key of the undo that took it back, maybe before it happened."""
