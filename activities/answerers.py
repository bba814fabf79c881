"""Everybody who answers what forms ask of books: with this module all of them are known."""

from __future__ import annotations

from activities.answering import Asked, books_at
from activities.carriers import reading as carriers
from activities.catalogue import reading as catalogue
from activities.compensation import reading as compensation
from activities.listings import reading as listings
from activities.members import reading as members
from activities.orders import reading as orders
from activities.platform import reading as platform
from activities.purchasing import reading as purchasing
from activities.registers import reading as registers
from activities.settlement import reading as settlement
from activities.stock import reading as stock
from activities.trade import reading as trade

__all__ = ["Asked", "books_at"]

ANSWERERS = (
    *(carriers, catalogue, compensation, listings, members, orders, platform),
    *(purchasing, registers, settlement, stock, trade),
)
"""The modules that answer; each registers what it answers as it is imported."""
