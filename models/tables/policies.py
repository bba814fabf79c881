"""The stores' policies that cases began with. Each stands once, under its hash, by which a case's row and its messages
name it.

This is no read model: no history could bring a policy back. A row is written before the first case starts under it, and
is never changed or deleted.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from models.policy import HASH_LENGTH
from models.table import Table, UtcDateTime


class PolicyRow(Table, table=True):
    """A StorePolicy."""

    __tablename__ = "store_policies"

    hash: str = Field(primary_key=True, max_length=HASH_LENGTH)
    text: str = Field(sa_column=Column(Text, nullable=False))
    """`StorePolicy.text`: JSON, without what is at its default."""
    written_at: datetime = Field(sa_type=UtcDateTime)
