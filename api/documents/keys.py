"""API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.documents.fields import Body, Name, Page, StoreKey
from models.values import Moment


class NewKey(Body):
    """An API key to make. It can hold no more than its maker's own."""

    name: Name
    roles: list[str] = Field(max_length=60)
    stores: list[StoreKey] | None = Field(
        default=None, max_length=200, description="Without it: every store."
    )
    scopes: list[Literal["admin"]] = Field(default=[], max_length=5)
    expires_at: Moment | None = None


class KeyDocument(BaseModel):
    id: str
    name: str
    roles: list[str]
    stores: list[str] | None
    scopes: list[str]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None


class NewKeyDocument(KeyDocument):
    key: str | None = Field(description="The key, shown this once; null when the request is repeated.")


class KeyPage(Page[KeyDocument]):
    """Keys, oldest first."""
