"""Everybody who performs effects: with this module all of them are known."""

from __future__ import annotations

from activities.audiences import effects as audiences
from activities.campaigns import effects as campaigns
from activities.carriers import effects as carriers
from activities.catalogue import effects as catalogue
from activities.compensation import effects as compensation
from activities.counts import counting
from activities.counts import effects as counts
from activities.figures import effects as figures
from activities.listings import effects as listings
from activities.members import effects as members
from activities.members import points
from activities.messages import effects as messages
from activities.money import charges
from activities.money import effects as money
from activities.orders import effects as orders
from activities.partners import effects as partners
from activities.people import effects as people
from activities.performing import World, enter, perform
from activities.platform import effects as platform
from activities.purchase_plans import effects as purchase_plans
from activities.purchasing import effects as purchasing
from activities.purchasing import receipts
from activities.queues import activities_of
from activities.registers import effects as registers
from activities.settlement import effects as settlement
from activities.settlement import statements
from activities.stock import bins
from activities.stock import effects as stock
from activities.suppliers import effects as suppliers
from activities.trade import distributors
from activities.trade import effects as trade

__all__ = ["World", "activities_of", "enter", "perform"]

PERFORMERS = (
    audiences,
    campaigns,
    carriers,
    catalogue,
    compensation,
    counting,
    counts,
    figures,
    listings,
    members,
    points,
    messages,
    charges,
    money,
    orders,
    partners,
    people,
    platform,
    purchase_plans,
    purchasing,
    receipts,
    registers,
    settlement,
    statements,
    bins,
    stock,
    suppliers,
    distributors,
    trade,
)
"""The modules that perform effects; each registers what it performs as it is imported."""
