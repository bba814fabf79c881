"""The campaigns' book: what an event has put before customers, and taking it away again."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from activities.campaigns.festivals import FESTIVALS, festival_planned_on
from activities.campaigns.plan import (
    CampaignPlan,
    ChannelBudget,
    CheckItem,
    CouponQuota,
    Mechanic,
    ProfitLine,
    SignedGoods,
    SoldUnits,
    Staffing,
    StockLine,
    StockNow,
    TimedMessage,
    in_stock,
)
from models.effect import Effect, Success, Undo
from models.goods import Goods, LocatedGoods
from models.values import Code, Count, Moment, Money, Paid, Remark, SkuQty, Some, Text

__all__ = [
    "FESTIVALS",
    "CampaignFigures",
    "CampaignPlan",
    "CampaignStockCounted",
    "ChannelBudget",
    "CheckItem",
    "CloseCampaign",
    "Compensate",
    "CountCampaignStock",
    "CouponQuota",
    "Mechanic",
    "ProfitLine",
    "PublishCampaign",
    "ReadCampaign",
    "RestorePrices",
    "SignedGoods",
    "SoldUnits",
    "Staffing",
    "StockLine",
    "StockNow",
    "TimedMessage",
    "UnpublishCampaign",
    "WithdrawSignUp",
    "festival_planned_on",
    "in_stock",
]


class CampaignStockCounted(Success):
    """What isn't free of the goods that a campaign wants."""

    missing: tuple[Goods, ...] | None = None
    """Empty where all are there; None where nobody has counted."""
    free: tuple[Goods, ...] = ()
    """What is free of each SKU, at all locations."""


class CountCampaignStock(Effect):
    """How much of what a campaign is to sell is free in the stock's book, so that only the rest is bought."""

    success: ClassVar[type[Success]] = CampaignStockCounted
    shows: ClassVar[tuple[str, ...]] = ("campaign", "lines")

    campaign: Code
    lines: Some[SkuQty]


class CampaignFigures(Success):
    """What a campaign has sold out of its stock."""

    sold: tuple[Goods, ...] = ()
    sales: Money | None = None
    """At the prices of the orders; None where the books can't say."""


class ReadCampaign(Effect):
    """What a campaign has sold, by the books of stock and orders."""

    success: ClassVar[type[Success]] = CampaignFigures

    campaign: Code


class UnpublishCampaign(Undo):
    """The event's pages and coupons are away, the dispatch rule is the usual one again. Its stock stays set
    aside.
    """


class CampaignPublished(Success):
    """What of a campaign is live."""

    coupons: tuple[str, ...] = ()
    lines: tuple[Goods, ...] = ()
    """Its set-aside stock, by SKU."""


class PublishCampaign(Effect):
    """The event's pages and coupons go live, its set-aside stock sells, orders ship by its promise. Prices
    aren't touched.

    Refused when the campaign has been closed.
    """

    success: ClassVar[type[Success]] = CampaignPublished
    undone_by: ClassVar[type[Undo] | None] = UnpublishCampaign

    campaign: Code
    name: Remark = ""
    page_url: Annotated[str, Field(max_length=2000)] = ""
    coupons: Annotated[tuple[CouponQuota, ...], Field(max_length=200)] = ()
    ship_promise_hours: Count | None = None
    until: Moment | None = None


class CampaignClosed(Success):
    """What a campaign's end has freed."""

    lines: tuple[LocatedGoods, ...] = ()
    """Goods that are free again."""
    coupons: tuple[str, ...] = ()
    """Coupons that are void."""


class CloseCampaign(Effect):
    """The event is over: unused coupons are void, what is left of its stock is free again."""

    success: ClassVar[type[Success]] = CampaignClosed

    campaign: Code


class PricesRestored(Success):
    """The SKUs whose price went back."""

    skus: tuple[str, ...] = ()


class RestorePrices(Effect):
    """Prices that the event set end now; pages and limits are as before it."""

    success: ClassVar[type[Success]] = PricesRestored

    campaign: Code


class SignUpWithdrawn(Success):
    """The number of the platform's form."""

    form_no: str = ""


class WithdrawSignUp(Effect):
    """The platform is told that the shop doesn't take part."""

    success: ClassVar[type[Success]] = SignUpWithdrawn

    shows: ClassVar[tuple[str, ...]] = ("campaign", "form_no")

    campaign: Code
    form_no: Code
    reason: Remark = ""


class BuyersCompensated(Success):
    """The orders whose customers were reached."""

    orders: tuple[str, ...] = ()


class Compensate(Effect):
    """Everyone who ordered out of the event's stock is told and given a coupon worth so much, if any."""

    success: ClassVar[type[Success]] = BuyersCompensated

    shows: ClassVar[tuple[str, ...]] = ("campaign", "worth")

    campaign: Code
    message: Text
    worth: Paid | None = None
