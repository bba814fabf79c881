"""The shop's platform as customers meet it: what stands still while a fault is mended."""

from __future__ import annotations

from typing import ClassVar, Literal

from models.book_reading import BookReading
from models.effect import Effect, ProviderEffect, Refused, Success, Undo
from models.entry import BookEntry
from models.values import Code, Qty, Text

COINS = BookReading("platform.coins", by=())
"""How many coins the shop's account has in the platform's community."""

OTHER_PAUSES = BookReading("platform.other_pauses", by=("fault",))
"""The other faults for which the shop's ads stand still."""


class AdsChanged(Success):
    """How many ads stopped, or run again."""

    ads: int = 0


class ResumeTraffic(ProviderEffect, Undo):
    """The ads that were paused run again, the notice is off the shop; unless another fault still pauses them."""

    success: ClassVar[type[Success]] = AdsChanged


class PauseTraffic(ProviderEffect):
    """All paid ads stop, and the shop tells its visitors what is the matter."""

    success: ClassVar[type[Success]] = AdsChanged
    undone_by: ClassVar[type[Undo] | None] = ResumeTraffic

    fault: Code
    notice: Text


class CoinsChanged(Success):
    """What the shop's account has now."""

    coins: int = 0


class TooFewCoins(Refused):
    """What the shop's account has."""

    coins: int = 0


class EarnCoins(Effect):
    """The shop's account got coins in the platform's community."""

    success: ClassVar[type[Success]] = CoinsChanged

    coins: Qty
    what: Text
    """What they were given for."""


class GiveCoinsBack(Undo):
    """Coins that were spent are the account's again."""

    success: ClassVar[type[Success]] = CoinsChanged


class SpendCoins(Effect):
    """The shop spends coins of the community. Refused when it has fewer."""

    success: ClassVar[type[Success]] = CoinsChanged
    refusal: ClassVar[type[Refused]] = TooFewCoins
    undone_by: ClassVar[type[Undo] | None] = GiveCoinsBack
    quick: ClassVar[bool] = True

    coins: Qty
    what: Text
    """What they were spent on."""


class AdEntry(BookEntry):
    """Paid ads that a case looks after."""

    book: Literal["ads"] = "ads"
    running: bool
