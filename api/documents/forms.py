"""Forms as they are given to people, and as they keep them half filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.documents.fields import Body, Json


class JudgedAnswer(BaseModel):
    """What the case says of something that is decided about."""

    key: str
    label: str
    value: Any = Field(description="As in the case's `data`; null where nobody has said it.")


class FilledForm(BaseModel):
    """One action's form, filled in with what is known and proposed."""

    key: str
    label: str
    form: Json = Field(
        description="JSON Schema. `x-from`: known, sent by nobody; `x-proposed`: filled in, may be changed; `x-check`: "
        "never filled in, and `x-fact` is what it is checked against; `x-of`: a row for each of the case's, and "
        "`x-rows` says the same of each."
    )
    values: Json
    judged: list[JudgedAnswer] = Field(
        description="What whoever sends the action judges: of an approval what is approved, and of the other answers "
        "at its stage too."
    )
    revision: int = Field(description="The case's.")
    version: int = Field(description="The procedure's, whose form it is.")


class NewDraft(Body):
    """A form as far as somebody has filled it in."""

    form: Json
    revision: int | None = Field(default=None, ge=0, lt=2**31, description="What the caller looked at.")


class DraftDocument(BaseModel):
    """What somebody has filled in and not sent."""

    case: str
    action: str
    form: Json
    revision: int = Field(description="The case's, when it was begun.")
    version: int = Field(description="The procedure's, whose form it is.")
    reason: str | None = Field(description="Why it wasn't taken, where it was sent and refused.")
    saved_at: datetime
