"""The registers: what the store only writes down, by register and entry. Others read it; nothing is counted in it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from models.effect import Effect, Undo
from models.values import Code, Text

RegisterKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""`trainings`, `appraisals`, `service_policies`."""


class StrikeRecord(Undo):
    """An entry is struck out; it stays readable as struck, and what it replaced stands again. Data: `entry`."""


class KeepRecord(Effect):
    """Write an entry of a register; an entry of that name that stands already gets a new edition.

    Data: `edition`, counted from 1.
    """

    undone_by: ClassVar[type[Undo] | None] = StrikeRecord
    shows: ClassVar[tuple[str, ...]] = ("book", "entry")

    book: RegisterKey
    entry: Code
    data: Annotated[dict[str, Any], Field(max_length=100)]
    """What it says, as JSON."""


class FindEntry(Effect):
    """The entry of a register that fits words best, such as a known question. Data: `entry`, and what it says.

    No when none fits well enough to answer with.
    """

    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("book",)

    book: RegisterKey
    words: Text
