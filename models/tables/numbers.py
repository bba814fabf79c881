"""The numbers of the store's own papers and cases: how far each range has come."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field

from models.table import Table


class NumberRange(Table, table=True):
    """One range of one store."""

    __tablename__ = "number_ranges"

    store: str = Field(primary_key=True, max_length=64)
    prefix: str = Field(primary_key=True, max_length=16)
    """What its numbers begin with, such as `PL`."""
    last: int = Field(default=0, sa_type=BigInteger)
    """The last one that was drawn."""
