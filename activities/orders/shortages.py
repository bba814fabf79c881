"""Goods of an order that can't be shipped: what is short, what the customer chose, and what the order still ships."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from activities.orders.lines import OrderLines, pieces_at
from models.values import (
    NOTHING,
    Count,
    Day,
    FormRow,
    FormRows,
    LineQty,
    Money,
    PricedLine,
    Qty,
    Sku,
    SkuQty,
)

ShortageCause = Literal["no_stock", "damaged", "count_error", "supplier_late", "other"]
CAUSE_OF: dict[str, ShortageCause] = {"plant_delay": "supplier_late", "carrier": "other"}
"""Why goods are short for the customer, where what keeps the warehouse from shipping them has another name."""


class Shortage(FormRow):
    """Goods of one line that can't go out now."""

    line: Qty
    sku: Sku
    qty: Qty
    cause: ShortageCause
    expected: Day | None = None


class MissingGoods(FormRow):
    """What the stock book lacks of a SKU."""

    model_config = ConfigDict(from_attributes=True)

    sku: Sku
    wanted: Qty
    free: Count


class ShortfallCount(BaseModel):
    """What a picker counts where the bin has less than the pick list."""

    sku: Sku
    expected_qty: Qty
    found_qty: Count

    @field_validator("found_qty")
    @classmethod
    def _less_than_expected(cls, found: int, info: ValidationInfo) -> int:
        expected = info.data.get("expected_qty")
        if expected is not None and found >= expected:
            raise PydanticCustomError("rule", "Must be less than expected.")
        return found

    @property
    def missing(self) -> dict[str, int]:
        """How much of the SKU isn't there."""
        return {self.sku: self.expected_qty - self.found_qty}


class ShortageAnswer(FormRow):
    """What was agreed with the customer about goods that are missing, or that they were found after all."""

    outcome: Literal["found", "restocked", "substitute", "refund", "partial"]
    sku: Sku
    missing_qty: Qty
    lines: FormRows[LineQty] = ()
    """The lines that are refunded; of a partial shipment, those that go now."""
    follows_later: bool = False
    """Whether what doesn't go now follows in an order of its own."""
    substitute: SkuQty | None = None
    price_difference: Money = NOTHING
    """What the substitute costs more than the missing goods; less than zero where it costs less."""

    def rows_off(self, order: OrderLines, line: int | None) -> tuple[LineQty, ...]:
        """What doesn't go out with the order. `line` is the order's line that the question was about, where it was
        about one.
        """
        match self.outcome:
            case "found" | "restocked":
                return ()
            case "partial":
                return order.rows_beyond(self.lines)
            case "refund" if self.lines:
                return self.lines
            case _ if line is not None:
                return (LineQty(line=line, qty=self.missing_qty),)
            case _:
                return order.rows_of({self.sku: self.missing_qty})

    def lines_instead(self, replaced: Money) -> tuple[PricedLine, ...]:
        """What goes instead of lines for which so much was paid, at what the customer has paid for it: that and the
        difference.
        """
        if self.substitute is None:
            return ()
        paid = max(replaced + self.price_difference, NOTHING)
        return pieces_at(paid, self.substitute.sku, self.substitute.qty)
