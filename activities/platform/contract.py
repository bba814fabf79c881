"""The shop's platform as customers meet it: what stands still while a fault is mended."""

from __future__ import annotations

from typing import ClassVar, Literal

from models.effect import ProviderEffect, Success, Undo
from models.entry import BookEntry
from models.values import Code, Text


class AdsChanged(Success):
    """How many ads stopped, or run again."""

    ads: int = 0


class ResumeTraffic(ProviderEffect, Undo):
    """The ads that were paused run again, the notice is off the shop."""

    success: ClassVar[type[Success]] = AdsChanged


class PauseTraffic(ProviderEffect):
    """All paid ads stop, and the shop tells its visitors what is the matter."""

    success: ClassVar[type[Success]] = AdsChanged
    undone_by: ClassVar[type[Undo] | None] = ResumeTraffic

    fault: Code
    notice: Text


class AdEntry(BookEntry):
    """Paid ads that a case looks after."""

    book: Literal["ads"] = "ads"
    running: bool
