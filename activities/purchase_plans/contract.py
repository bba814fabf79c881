"""What the purchases' book answers: what a plan may cost, what a contract says of a delivery, what is due."""

from __future__ import annotations

from typing import ClassVar

from activities.purchase_plans.delivery import CountedLine, Delivery, Goods, NotedLine, Shelved
from activities.purchase_plans.plan import PlanLine, PlannedPurchase, Quote, SkuCount, Stocked, Terms
from models.effect import Effect, OutcomeRow, Refused, Success
from models.values import Code, FormRow, Money, Price, Qty, Sku, SkuQty, Some

__all__ = [
    "CostFound",
    "CostSaid",
    "CostsDiffer",
    "CostsMatch",
    "CountedLine",
    "Delivery",
    "EstimatePurchase",
    "Goods",
    "MatchCosts",
    "NotedLine",
    "PlanLine",
    "PlannedPurchase",
    "PurchaseEstimated",
    "PurchaseRead",
    "Quote",
    "ReadPurchase",
    "Shelved",
    "SkuCount",
    "StockSeen",
    "Stocked",
    "Terms",
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
    """Hold the costs of a delivery against the contract of its purchase.

    Refused when one differs, a SKU wasn't ordered, or there is no such purchase.
    """

    success: ClassVar[type[Success]] = CostsMatch
    refusal: ClassVar[type[Refused]] = CostsDiffer
    shows: ClassVar[tuple[str, ...]] = ("purchase", "lines")

    purchase: Code
    lines: Some[CostSaid]


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
