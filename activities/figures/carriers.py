"""Figures of carriers, from the carriers' book and from what customers signed for."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.figures.sales import Figures, SourceMissing, pct, wire
from activities.milestones.contract import Milestone
from models.periods import Span
from models.tables.carriers import Shipment, Waybill
from models.tables.milestones import MilestoneRow


def carrier(session: Session, store: str, about: str, days: Span) -> Figures:
    """Of a carrier. SourceMissing where it was handed nothing in the period."""
    parcels = session.execute(
        select(col(Shipment.order), col(Waybill.freight), col(Waybill.currency), col(Waybill.parcels))
        .join(
            Waybill,
            (col(Waybill.store) == col(Shipment.store))
            & (col(Waybill.waybill_no) == col(Shipment.waybill_no))
            & (col(Waybill.order) == col(Shipment.order)),
        )
        .where(
            col(Shipment.store) == store,
            col(Waybill.carrier) == about,
            col(Shipment.handed_at) >= days.start,
            col(Shipment.handed_at) < days.end,
        )
    ).all()
    if not parcels:
        raise SourceMissing(f"{about} was handed nothing from {days.first} to {days.last}")
    orders = {row.order for row in parcels}
    signed = session.scalars(
        select(col(MilestoneRow.subject))
        .where(
            col(MilestoneRow.store) == store,
            col(MilestoneRow.milestone) == Milestone.ORDER_SIGNED,
            col(MilestoneRow.subject).in_(orders),
        )
        .distinct()
    ).all()
    found = Figures()
    found.add(
        "signed_pct", pct(len(signed), len(orders)), "orders signed for / orders handed over", "waybills"
    )
    if len({row.currency for row in parcels}) == 1:
        freight, pieces = sum(row.freight for row in parcels), sum(row.parcels for row in parcels)
        each = int((Decimal(freight) / pieces / 100).to_integral_value()) * 100
        found.add("cost_per_parcel", wire(each, parcels[0].currency), "freight / parcels", "waybills")
    return found
