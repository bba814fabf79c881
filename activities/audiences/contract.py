"""Many customers at once: words to them, gifts and coupons for them; those who don't want any are left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from activities.messages.contract import Fields, TemplateKey
from models.effect import Effect, Queue, Refused, Success, Undo
from models.values import Code, Count, CustomerNo, DateRange, Day, Qty, Sku, Text

Audience = Literal["all", "random", "members", "birthday", "dormant", "case_closed"]
"""Who is meant: all who ordered (`random`: some of them), members, members whose birthday it is, customers without an
order for `quiet_days`, or the customers of the orders that are named."""


class AudienceReached(Success):
    """How many customers were written to."""

    reached: int = 0
    left_out: int = 0
    """Those of the audience who want no messages, or have had enough of these."""


class MessageAudience(Effect):
    """Words that advertise, to all of an audience. Left out are those who have said that they want none, under
    whichever of their numbers, until the moment in which theirs would go out; and those who have had `monthly_cap` of
    these this month.

    Refused when nobody is left.
    """

    success: ClassVar[type[Success]] = AudienceReached
    optional: ClassVar[bool] = True
    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 100  # each goes on where the one before ended
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("template",)

    audience: Audience
    template: TemplateKey
    data: Fields = Field(default_factory=dict)
    period: DateRange | None = None
    """Only customers who bought then."""
    most: Qty | None = None
    monthly_cap: Qty | None = None
    only: Annotated[tuple[Text, ...], Field(max_length=20_000)] = ()
    """These customers alone, by any of their numbers; everybody of the audience where it is empty."""
    quiet_days: Qty = 180
    """So many days without an order make a customer dormant."""
    delivered: bool = False
    """Only customers who have signed for an order, in the period where there is one; whenever they ordered it."""
    not_since: Day | None = None
    """Left out too: who has had words of this template since that day."""


class GiveawayEnded(Success):
    """What is free or void since nothing more is given out."""

    coupons: int = 0
    """Unused coupons that are void."""
    gifts: int = 0
    """Units that are free again."""


class EndGiveaway(Undo):
    """No more is given out: gifts that haven't left are free again, coupons that weren't used are void."""

    success: ClassVar[type[Success]] = GiveawayEnded


class GiveawayOpened(Success):
    """How many may be given out."""

    quota: int = 0


class GiveawayRefused(Refused):
    """How many were to be given out."""

    quota: int = 0


class OpenGiveaway(Effect):
    """Gifts, coupons or orders for free, so many of them, for an audience that was messaged.

    Refused when a gift's stock is short of it.
    """

    success: ClassVar[type[Success]] = GiveawayOpened
    refusal: ClassVar[type[Refused]] = GiveawayRefused
    undone_by: ClassVar[type[Undo] | None] = EndGiveaway

    giveaway: Code
    kind_of: Literal["gift", "coupon", "free_order", "flash_sale"]
    sku: Sku | None = None
    quota: Count = 0


class GiftHandedOut(Success):
    """What is left to hand out."""

    left: int = 0


class HandOutGift(Effect):
    """One piece of what a giveaway has set aside leaves, for a customer.

    Refused when nothing of it is set aside any more.
    """

    success: ClassVar[type[Success]] = GiftHandedOut
    shows: ClassVar[tuple[str, ...]] = ("sku", "to")

    giveaway: Code
    sku: Sku
    to: CustomerNo
