"""The partners' book: carriers, suppliers, distributors."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from models.table import Table, UtcDateTime
from models.tables.words import Findable, found_by


@found_by(lambda row: Findable(row.partner, (row.name,)), book=lambda row: row.kind)
class Partner(Table, table=True):
    """Someone the store works with."""

    __tablename__ = "partners"

    kind: str = Field(primary_key=True)
    """`carrier`, `supplier`, `distributor`."""
    partner: str = Field(primary_key=True)
    """Its code."""
    name: str
    active: bool = True
    key: str = Field(default="", index=True)
    """The effect that wrote it last."""
    at: datetime = Field(sa_type=UtcDateTime)
