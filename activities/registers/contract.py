"""The registers: what the store only writes down, by register and entry. Others read it; nothing is counted in it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from activities.registers.catalogue import RegisterKey
from models.book_reading import BookReading
from models.effect import Effect, Refused, Success, Undo
from models.values import Code, Text

CAUSES = BookReading("registers.causes", by=())
"""What customers complained of in the last thirty days, the most frequent first, with how often."""
LESSONS = BookReading("registers.lessons", by=())
"""What the platform's warnings have taught the store to look at, the latest first."""
STANDARD = BookReading("registers.standard", by=("procedure",))
"""How a procedure is to be done since it was last improved."""
LIVE_VERSION = BookReading("registers.live_version", by=())
"""The version of the shop's site that customers see."""
TARGETS = BookReading("registers.targets", by=("period",))
"""What the operations plans that held in a period are measured by."""
INSPECTIONS = BookReading("registers.inspections", by=())
"""What inspections of the last half-year found that was not put right, by department."""
LAST_APPRAISAL = BookReading("registers.last_appraisal", by=("employee",))
"""What an employee's last appraisal came to."""

ThingKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""`alerts`, `evaluations`: what a case may be about alone."""


class RecordStruck(Success):
    """The entry that was struck out."""

    entry: str = ""


class RecordKept(Success):
    """Which edition of the entry it is, counted from 1."""

    edition: int = 0


class StrikeRecord(Undo):
    """An entry is struck out; it stays readable as struck, and what it replaced stands again."""

    success: ClassVar[type[Success]] = RecordStruck


class KeepRecord(Effect):
    """Write an entry of a register; an entry of that name that stands already gets a new edition."""

    success: ClassVar[type[Success]] = RecordKept
    undone_by: ClassVar[type[Undo] | None] = StrikeRecord
    shows: ClassVar[tuple[str, ...]] = ("book", "entry")

    book: RegisterKey
    entry: Code
    data: Annotated[dict[str, Any], Field(max_length=100)]
    """What it says, as JSON."""


class TakenAlready(Refused):
    """The number of the case that is about it."""

    running: str = ""


class LayDown(Undo):
    """A case isn't about a thing any more: another may be."""


class TakeUp(Effect):
    """A case is about a thing from now on, such as a supplier that is evaluated or a SKU that runs short: one case of a
    store at a time.

    Refused when another one is.
    """

    refusal: ClassVar[type[Refused]] = TakenAlready
    undone_by: ClassVar[type[Undo] | None] = LayDown
    shows: ClassVar[tuple[str, ...]] = ("book",)

    book: ThingKind
    """What kind of case it is."""
    thing: Text


class EntryFound(Success):
    """The entry that fits best, and what it says, under its own names."""

    model_config = ConfigDict(extra="allow")

    entry: str = ""
    answer: str = ""
    """What a known question's entry answers; empty where the entry says no such thing."""


class FindEntry(Effect):
    """The entry of a register that fits words best, such as a known question.

    Of several that fit alike it is the one that was written last. Refused when none fits well enough to answer with, or
    when it was withdrawn: its answer is empty.
    """

    success: ClassVar[type[Success]] = EntryFound
    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("book",)

    book: RegisterKey
    words: Text
