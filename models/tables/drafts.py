"""Forms that somebody has begun to fill in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class Draft(Table, table=True):
    """One person's, of one action of one case: gone when it is sent."""

    __tablename__ = "drafts"

    account: str = Field(primary_key=True, max_length=200)
    case: str = Field(primary_key=True, max_length=250)
    action: str = Field(primary_key=True, max_length=64)
    form: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    revision: int
    """The case's, when it was begun."""
    version: int
    """The procedure's, whose form it is."""
    reason: str = ""
    """Why it wasn't taken, where it was sent and refused."""
    saved_at: datetime = Field(sa_type=UtcDateTime)
