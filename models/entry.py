"""What the books hold of a case: an entry that its procedure makes, whole, for each commit of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict


class BookEntry(BaseModel):
    """All that a book holds of one case. What the case entered before, the next entry replaces."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class EntrySource:
    """The case that an entry is of."""

    case: str
    store: str
    opened_at: datetime
    closed_at: datetime | None
