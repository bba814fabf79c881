"""Goods, as outcomes tell of them."""

from __future__ import annotations

from models.effect import OutcomeRow


class Goods(OutcomeRow):
    """So many of a SKU."""

    sku: str
    qty: int


class LocatedGoods(Goods):
    """So many of a SKU at a location."""

    location: str


class FilledBackOrder(LocatedGoods):
    """Goods that came in and are now reserved for an order that waited for them."""

    order: str


class MissingGoods(OutcomeRow):
    """A SKU of which more was wanted than is free."""

    sku: str
    wanted: int
    free: int
    """At the location that has most of it."""
