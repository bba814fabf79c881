"""What the purchases' book answers: what a plan may cost, what a contract says of a delivery, what is due."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from activities.purchase_plans.delivery import (
    Awaited,
    CountedLine,
    Delivery,
    Goods,
    NotedLine,
    Shelved,
    listed,
)
from activities.purchase_plans.plan import PlanLine, PlannedPurchase, Quote, SkuCount, Stocked, Terms
from models.effect import Effect, OutcomeRow, Refused, Success
from models.values import NOTHING, Code, FormRow, Money, Price, Qty, Sku, SkuQty, Some

__all__ = [
    "Awaited",
    "CostFound",
    "CostSaid",
    "CostsDiffer",
    "CostsMatch",
    "CountedLine",
    "Delivery",
    "EstimatePurchase",
    "Goods",
    "GoodsAwaited",
    "MatchCosts",
    "NotedLine",
    "PlanLine",
    "PlannedPurchase",
    "PurchaseEstimated",
    "PurchaseRead",
    "Quote",
    "ReadAwaited",
    "ReadPurchase",
    "Shelved",
    "SkuCount",
    "StockSeen",
    "Stocked",
    "Terms",
    "listed",
]


class StockSeen(OutcomeRow):
    """What there is of a SKU."""

    sku: str
    free: int = 0
    coming: int = 0
    """Ordered from suppliers, and not here yet."""


class PurchaseEstimated(Success):
    """What the goods would cost, and what there is of them."""

    estimate: Money | None = None
    """At what each cost when it last came in; None where one never did."""
    unknown: tuple[str, ...] = ()
    """The SKUs that never came in."""
    stock: tuple[StockSeen, ...] = ()


class EstimatePurchase(Effect):
    """Say what goods would cost, at the last cost of each, and what there is of them."""

    success: ClassVar[type[Success]] = PurchaseEstimated
    optional: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("lines",)

    lines: Some[SkuQty]


class CostSaid(FormRow):
    """Goods that came, and what somebody says that one costs; nothing where nobody says so."""

    sku: Sku
    qty: Qty
    unit_cost: Price | None = None


class CostFound(OutcomeRow):
    """What one of a SKU costs by its contract."""

    sku: str
    unit_cost: Money


class CostsMatch(Success):
    """What the goods cost by the contract."""

    lines: tuple[CostFound, ...] = ()


class CostsDiffer(Refused):
    """What the goods cost by the contract, where that isn't what was said."""

    lines: tuple[CostFound, ...] = ()


class MatchCosts(Effect):
    """Hold the goods of a delivery, and their costs, against the contract of their purchase.

    Refused when a cost differs, a SKU wasn't ordered, more of one came than is outstanding and was approved beyond
    that, or there is no such purchase.
    """

    success: ClassVar[type[Success]] = CostsMatch
    refusal: ClassVar[type[Refused]] = CostsDiffer
    shows: ClassVar[tuple[str, ...]] = ("purchase", "lines")

    purchase: Code
    lines: Some[CostSaid]
    approved: tuple[SkuQty, ...] = Field(default=(), max_length=200)
    """So many more than was ordered may be kept."""


class LineAwaited(OutcomeRow):
    """A SKU of a purchase."""

    sku: str
    qty: int = 0
    """How many are outstanding."""
    unit_cost: Money = NOTHING
    """By the contract."""


class GoodsAwaited(Success):
    """What a purchase awaits."""

    supplier: str | None = None
    lines: tuple[LineAwaited, ...] = ()
    """All SKUs of the purchase, those of which nothing is outstanding too."""


class ReadAwaited(Effect):
    """Say what a purchase awaits, and from whom.

    Refused when there is no such purchase, or it awaits nothing.
    """

    success: ClassVar[type[Success]] = GoodsAwaited
    optional: ClassVar[bool] = True

    purchase: Code


class PurchaseRead(Success):
    """Where the money of a purchase stands."""

    received_value: Money | None = None
    """What was received, at its contract price."""
    prepaid: Money | None = None
    debited: Money | None = None
    """Sent back, or accepted at a deduction."""
    paid: Money | None = None
    due: Money | None = None
    """What is still to be paid; below zero where the supplier owes."""


class ReadPurchase(Effect):
    """Read where the money of a purchase stands. Refused when there is no such purchase."""

    success: ClassVar[type[Success]] = PurchaseRead
    optional: ClassVar[bool] = True

    purchase: Code
