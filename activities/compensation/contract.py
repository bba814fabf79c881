"""What the store gives customers beyond what it owes them: counted together, so that limits can't be met in pieces."""

from __future__ import annotations

from typing import ClassVar

from models.book_reading import BookReading
from models.effect import Effect, Refused, Success, Undo
from models.values import NOTHING, Code, LineQty, Money, Order, Price

RULE = BookReading("compensation.rule", by=("cause",))
"""What the store's written rule says for such a case: how to calm, how much to give, how to claim and to chase."""


class CompensationAllowed(Success):
    """What has been given so far, this amount with it."""

    given: Money = NOTHING


class BeyondLimit(Refused):
    """Both figures, for whoever decides instead."""

    given: Money = NOTHING
    """For the order, or to its buyer within a day, before this: whichever is more."""
    limit: Money | None = None
    """The most that whoever asked may give."""
    amount: Money = NOTHING
    """What it comes to, with goods that are sent again."""


class CompensationWithdrawn(Success):
    """Nothing of it counts any more."""


class WithdrawCompensation(Undo):
    """It isn't given after all."""

    success: ClassVar[type[Success]] = CompensationWithdrawn


class AllowCompensation(Effect):
    """Give a customer so much beyond what is owed: goodwill, a coupon, a refund that no book asks for.

    It counts together with all that was given for the same order, under whatever number of its family, and with what
    the same buyer was given in the 24 hours before. Goods that are sent again for nothing count with what was paid for
    them. Refused where that is more than `limit`, and where nobody knows what the goods are worth.
    """

    success: ClassVar[type[Success]] = CompensationAllowed
    refusal: ClassVar[type[Refused]] = BeyondLimit
    undone_by: ClassVar[type[Undo] | None] = WithdrawCompensation
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    order: Order
    """Of whatever nobody ordered: the number under which it counts, a customer's or a parcel's."""
    amount: Price
    limit: Money | None = None
    """The most that may be given together; None where whoever gives it has no limit."""
    resends: bool = False
    """Goods of the order are sent again."""
    lines: tuple[LineQty, ...] = ()
    """Which of them; all, where it is empty."""
    cause: Code | None = None
    """What for, such as `quality` or `late`, where nobody has decided on it yet: what the store's rule for such cases
    allows is the limit then, if that is less.
    """
