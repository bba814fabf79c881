"""Figures: what the books say of a period, and how each was computed."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict, Field, JsonValue

from activities.figures.analysis import CategoryFigures, Conversion, DeviceShare, Rank, Retention, Score
from models.effect import Effect, Success
from models.values import Code, DateRange

__all__ = [
    "CategoryFigures",
    "Conversion",
    "DeviceShare",
    "FigureSet",
    "FiguresRead",
    "Rank",
    "ReadFigures",
    "Retention",
    "Score",
]


class FigureSet(StrEnum):
    """Which figures are wanted; `about` names whose."""

    SUPPLIER = "supplier"
    """on_time_pct, qc_pass_pct, return_pct, claims, price_index (of a supplier)."""
    CARRIER = "carrier"
    """signed_pct, cost_per_parcel (of a carrier, of what it was handed in the period)."""
    SALES = "sales"
    """orders, sales, visitors, conversion_pct, conversion_before_pct (of the period before), average_order, gmv,
    repeat_buyers, repeat_pct, returns, shipped_24h_pct, shipped_48h_pct, backlog, refund_pct, reply_minutes (of the
    store, or of a SKU); sales_target, attained_pct (of the store)."""
    CONVERSION = "conversion"
    """value, baseline (its mean of seven days) and in_band (of a SKU or the store)."""
    APPRAISAL = "appraisal"
    """sales, order_efficiency, satisfaction, service_quality, conversion, activity_effect (of an employee)."""
    PAY = "pay"
    """orders_placed, returns, department_average, promotions, feedbacks, promoter_share (of an employee)."""
    CHANNEL = "channel"
    """sales, price_breaches, overdue (of a distributor)."""


class FiguresRead(Success):
    """The figures of a period, each under its own name."""

    model_config = ConfigDict(extra="allow")

    how: dict[str, str] = Field(default_factory=dict[str, str])
    """How each was computed."""
    sources: tuple[str, ...] = ()
    """The books that were read."""

    @property
    def figures(self) -> dict[str, JsonValue]:
        """By name; None where the books have no source for one."""
        return {**(self.model_extra or {})}


class ReadFigures(Effect):
    """Read figures of a period.

    Refused when a source is missing or not closed yet; the reason names it.
    """

    success: ClassVar[type[Success]] = FiguresRead
    optional: ClassVar[bool] = True
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("figures", "about")

    figures: FigureSet
    about: Code | None = None
    period: DateRange | None = None
