"""The rows of an analyst's reading of a period, beside what the books say."""

from __future__ import annotations

from typing import Literal

from models.values import Count, FormRow, Number, Pct, Price, Qty, Sku, Text


class Retention(FormRow):
    """How many come back after so many days."""

    day: Literal[1, 3, 7, 30]
    pct: Pct


class Score(FormRow):
    """What the platform's buyers give the store."""

    score: Literal["product", "logistics", "service"]
    value: Number


class CategoryFigures(FormRow):
    """What a category of goods is for, and what it brought."""

    category: Text
    role: Literal["traffic", "profit", "conversion", "future_star"]
    sales: Price
    margin: Pct
    exposure: Count
    units: Count
    conversion: Pct


class Conversion(FormRow):
    """How many of its visitors buy, looked at in one way."""

    by: Literal["path", "sku", "slot", "time"]
    item: Text
    pct: Pct


class DeviceShare(FormRow):
    """How many come by it."""

    device: Literal["pc", "mobile", "other"]
    pct: Pct


class Rank(FormRow):
    """Where a SKU stands in its category."""

    sku: Sku
    sales_rank: Qty
    popularity_rank: Qty
