"""What was reached in cases, when and by whom, as their commits tell it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.table import Table, UtcDateTime


class MilestoneRow(Table, table=True):
    """A milestone that a step has reached. A case may reach one several times."""

    __tablename__ = "milestones"
    __table_args__ = (Index("ix_milestones_at", "store", "milestone", "at"),)

    case: str = Field(primary_key=True, max_length=250)
    revision: int = Field(primary_key=True)
    milestone: str = Field(primary_key=True, max_length=40)
    store: str
    subject: str
    """The case's number: of an order's case, the order's."""
    person: str
    at: datetime = Field(sa_type=UtcDateTime)
