"""Who may send signed webhooks: a secret for each sender, and what each may do with it."""

import base64
import binascii
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_SHORTEST = 24
"""The fewest bytes of a secret, as standardwebhooks.com wants it."""
EVERY_STORE = "*"


class WebhookSender(BaseModel):
    """What a store says of one sender of webhooks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secrets: tuple[SecretStr, ...] = Field(min_length=1, max_length=2)
    """`whsec_` and base64, each: the current one, and while it is being changed the former one too."""
    roles: tuple[str, ...] = Field(min_length=1)
    """The feeds' roles that the sender has."""
    stores: tuple[str, ...] = Field(min_length=1)
    """The stores that it sends events for; `*` is every store."""
    sources: tuple[str, ...] = ()
    """What the `source` of its events may be; anything, where the list is empty."""

    @field_validator("secrets")
    @classmethod
    def _usable(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in value:
            try:
                key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
            except (binascii.Error, ValueError):
                raise ValueError("write a secret as whsec_ and base64") from None
            if len(key) < _SHORTEST:
                raise ValueError(f"a secret has at least {_SHORTEST} bytes; try `openssl rand -base64 32`")
        return value

    @model_validator(mode="after")
    def _all_or_some(self) -> Self:
        if EVERY_STORE in self.stores and len(self.stores) > 1:
            raise ValueError(f"write {EVERY_STORE} alone, or the stores")
        return self
