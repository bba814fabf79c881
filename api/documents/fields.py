"""What the documents are made of: keys, references, pages, and the base of every body that callers send."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models.values import Code

Json = dict[str, Any]
T = TypeVar("T")
_PARTS = "/history", "/comments", "/files", "/family", "/draft"
_ABOVE_PARTS = "/actions/", "/incidents/", "/papers/"


def _addressable(subject: str) -> str:
    """A case whose id ended like the address of another case's part could not be read; nor could one whose address is
    another one to who sends for it.
    """
    if subject.endswith(_PARTS):
        raise ValueError(f"must not end in {', '.join(_PARTS)}")
    if any(part in subject for part in _ABOVE_PARTS):
        raise ValueError(f"must not hold {', '.join(_ABOVE_PARTS)}")
    if "/" in subject and not {"", ".", ".."}.isdisjoint(subject.split("/")):
        raise ValueError("must have a name on both sides of each slash, other than . and ..")
    return subject


StoreKey = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,31}$")]
Reference = Code
SubjectKey = Annotated[Reference, AfterValidator(_addressable)]
ActionKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Name = Annotated[str, Field(pattern=r"^[\w.@-]{1,64}$")]
FileRef = Annotated[str, Field(pattern=r"^file:[0-9A-Za-z-]{1,64}$")]


class Body(BaseModel):
    """What callers send: a field that isn't declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(BaseModel, Generic[T]):
    """A part of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one.")
