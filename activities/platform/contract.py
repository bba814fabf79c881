"""The shop's platform as customers meet it: what stands still while a fault is mended."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from models.effect import Effect, Queue, Undo
from models.entry import BookEntry
from models.values import Code, Text


class ResumeTraffic(Undo):
    """The ads that were paused run again, the notice is off the shop. Data: `ads`, how many."""

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)


class PauseTraffic(Effect):
    """All paid ads stop, and the shop tells its visitors what is the matter. Data: `ads`, how many were running."""

    undone_by: ClassVar[type[Undo] | None] = ResumeTraffic
    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)

    fault: Code
    notice: Text


class AdEntry(BookEntry):
    """Paid ads that a case looks after."""

    book: Literal["ads"] = "ads"
    running: bool
