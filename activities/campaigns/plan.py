"""What a campaign is made of: goods at their event prices, the stock for them, and when festivals are planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from models.values import (
    NOTHING,
    Count,
    DateRange,
    Day,
    FormRow,
    Money,
    Number,
    Paid,
    Pct,
    Price,
    Qty,
    Sku,
    SkuQty,
    per_sku,
)

Mechanic = Literal[
    "coupon",
    "full_reduction",
    "limited_time",
    "gift",
    "points",
    "free_freight",
    "plus_one_yuan",
    "bundle",
    "favourite_reward",
]
"""What the event offers."""


class ProfitLine(FormRow):
    """What the event leaves of an item's price."""

    sku: Sku
    normal_price: Paid
    event_price: Paid
    unit_cost: Price
    fees: Price
    margin_pct: Pct

    @property
    def true_margin_pct(self) -> Number:
        """Of the event price."""
        earned = self.event_price - self.unit_cost - self.fees
        return 100 * earned.amount / self.event_price.amount

    @property
    def has_true_margin(self) -> bool:
        """Whether the margin that was written down is right, to one per cent."""
        return abs(self.margin_pct - self.true_margin_pct) <= 1

    @property
    def price_step(self) -> dict[str, Any]:
        """The change to the event price."""
        return {"sku": self.sku, "old": self.normal_price, "new": self.event_price}


class SignedGoods(FormRow):
    """What is signed up with the platform."""

    sku: Sku
    event_price: Paid
    qty: Qty


class StockLine(FormRow):
    """What of an item is in stock, and until when the rest is bought."""

    sku: Sku
    forecast: Count
    available: Count
    purchase_due: Day | None = None


class SoldUnits(FormRow):
    """What the event sold of an item."""

    sku: Sku
    forecast: Count
    sold: Count
    left: Count


def in_stock(lines: Iterable[StockLine]) -> Counter[str]:
    """How much of each SKU is in stock."""
    found = Counter[str]()
    for line in lines:
        found[line.sku] += line.available
    return found


def are_covered(units: Iterable[SkuQty], lines: Iterable[StockLine], before: date) -> bool:
    """Whether each SKU is in stock in its number, or its purchase is due before that day."""
    lines = tuple(lines)
    bought = {line.sku for line in lines if line.purchase_due is not None and line.purchase_due < before}
    return (per_sku(units) - in_stock(lines)).keys() <= bought


def cost_of(units: Iterable[SkuQty], lines: Iterable[ProfitLine]) -> Money:
    """What the units cost, as the profit check had it; an item that it doesn't name costs nothing."""
    costs = {line.sku: line.unit_cost for line in reversed(tuple(lines))}
    return sum((costs.get(unit.sku, NOTHING) * unit.qty for unit in units), NOTHING)


@dataclass(frozen=True)
class Festival:
    """A sales event that comes each year."""

    name: str
    planned_on: tuple[int, int]
    """(month, day) when its planning starts."""
    first: tuple[int, int]
    last: tuple[int, int]

    def dates(self, year: int) -> DateRange:
        """Its days in a year."""
        return DateRange(first=date(year, *self.first), last=date(year, *self.last))


FESTIVALS = (
    Festival("618", (5, 2), (6, 1), (6, 20)),
    Festival("双十一", (10, 11), (11, 1), (11, 11)),
    Festival("双十二", (11, 12), (12, 10), (12, 12)),
)
"""Those that the store takes part in; default."""


def festival_planned_on(day: date) -> Festival | None:
    """The festival whose planning starts on this day."""
    return next((one for one in FESTIVALS if one.planned_on == (day.month, day.day)), None)
