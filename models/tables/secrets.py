"""Secrets, each under the reference that stands for it everywhere else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from models.table import Table, UtcDateTime


class SecretRow(Table, table=True):
    """A text that only those who need it may read."""

    __tablename__ = "secrets"

    reference: str = Field(primary_key=True, max_length=40)
    store: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Nonce and cipher text, or the text itself where `key_id` is empty."""
    key_id: str = ""
    """The key that opens it."""
    at: datetime = Field(sa_type=UtcDateTime)
