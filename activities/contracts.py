"""Every contract there is, so that an effect is found by its kind."""

from __future__ import annotations

from activities.audiences import contract as audiences
from activities.campaigns import contract as campaigns
from activities.carriers import contract as carriers
from activities.cases import contract as cases
from activities.catalogue import contract as catalogue
from activities.compensation import contract as compensation
from activities.counts import contract as counts
from activities.figures import contract as figures
from activities.listings import contract as listings
from activities.members import contract as members
from activities.messages import contract as messages
from activities.money import contract as money
from activities.orders import contract as orders
from activities.partners import contract as partners
from activities.people import contract as people
from activities.platform import contract as platform
from activities.purchase_plans import contract as purchase_plans
from activities.purchasing import contract as purchasing
from activities.registers import contract as registers
from activities.settlement import contract as settlement
from activities.stock import contract as stock
from activities.suppliers import contract as suppliers
from activities.trade import contract as trade
from models.effect import EFFECTS, effect_of, effect_type

__all__ = ["EFFECTS", "effect_of", "effect_type"]

CONTRACTS = (
    audiences,
    campaigns,
    carriers,
    cases,
    catalogue,
    compensation,
    counts,
    figures,
    listings,
    members,
    messages,
    money,
    orders,
    partners,
    people,
    platform,
    purchase_plans,
    purchasing,
    registers,
    settlement,
    stock,
    suppliers,
    trade,
)
"""The subjects' contracts; each effect in them is known by its kind once they are imported."""
