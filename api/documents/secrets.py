"""Secrets."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.documents.fields import Body, StoreKey


class NewSecret(Body):
    """A text to keep out of histories, messages and logs."""

    store: StoreKey
    text: Annotated[str, Field(min_length=1, max_length=2000, json_schema_extra={"format": "password"})]


class SecretDocument(BaseModel):
    secret: str = Field(description="The reference: what a form's field takes in the text's place.")
