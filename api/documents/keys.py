"""API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from api.documents.accounts import PartyDocument
from api.documents.fields import Body, Name, Page, StoreKey
from models.values import Moment


class NewKey(Body):
    """An API key to make: of an account, or of a service of its own that is made with it. It can hold no more than its
    maker's own.
    """

    account: Name | None = Field(
        default=None, description="Whose key it is. Without it: of a service that is made under `name`."
    )
    name: Name | None = Field(
        default=None, description="What it is for; of a service made with it, its name."
    )
    roles: list[str] | None = Field(
        default=None,
        max_length=60,
        description="With `account`: which of its roles the key may use; all, without it.",
    )
    stores: list[StoreKey] | None = Field(
        default=None, max_length=200, description="Without it: every store."
    )
    scopes: list[Literal["admin"]] = Field(default=[], max_length=5)
    parties: list[PartyDocument] = Field(
        default=[], max_length=100, description="Of a service made with the key: for whom it stands."
    )
    expires_at: Moment | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.account is None and (self.name is None or self.roles is None):
            raise ValueError("without account, name and roles are needed")
        return self


class KeyDocument(BaseModel):
    id: str
    account: str
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
