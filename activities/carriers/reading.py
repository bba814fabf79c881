"""What the carriers' book shows: the waybills of parcels, outbound and returning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.carriers.contract import FREIGHT_OF, GRADE, ORDER_OF, PREFERRED, TARIFF, WAYBILL_OF
from activities.pages import After, Page, Stores, View, page, seen, where
from activities.registers.reading import editions_of, in_force
from models.amounts import money as as_money
from models.tables.carriers import Shipment, Tariff, Waybill
from models.tables.partners import Partner
from models.values import Money

A_KILOGRAM = Decimal(1)
"""What a parcel counts as that nobody has weighed."""
EVERYWHERE = "everywhere"
"""The entry of the shipping rule for provinces that have none of their own."""


class WaybillView(View):
    order: str
    store: str
    waybill_no: str
    carrier: str
    freight: Money
    state: str
    pickup: str
    label: str
    return_no: str


def waybills(
    session: Session,
    *,
    order: str | None = None,
    waybill_no: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[WaybillView]:
    """Parcels' papers, outbound and returning."""
    query = seen(select(Waybill), Waybill.store, stores)
    query = where(query, {Waybill.order: order, Waybill.waybill_no: waybill_no})

    def show(rows: Sequence[Waybill]) -> Iterable[WaybillView]:
        for row in rows:
            shown = row.model_dump() | {"freight": as_money(row.freight, row.currency)}
            yield WaybillView.model_validate(shown)

    return page(session, query, (Waybill.key,), after, limit, show)


@answers(ORDER_OF)
def order_of(asked: Asked, waybill: str) -> str | None:
    """Of a parcel that brings one order's goods to its customer."""
    booked = select(col(Waybill.order)).where(
        col(Waybill.waybill_no) == waybill, col(Waybill.store) == asked.store, col(Waybill.return_no) == ""
    )
    orders = set(asked.session.scalars(booked))
    return orders.pop() if len(orders) == 1 else None


@answers(FREIGHT_OF)
def freight_of(asked: Asked, waybill: str) -> Money | None:
    """Of a parcel that was booked."""
    booked = select(Waybill).where(col(Waybill.waybill_no) == waybill, col(Waybill.store) == asked.store)
    row = asked.session.scalars(booked.order_by(col(Waybill.at).desc()).limit(1)).first()
    return as_money(row.freight, row.currency) if row is not None else None


@answers(TARIFF)
def by_tariff(asked: Asked, carrier: str, weight: Decimal, parcels: int, to: Any) -> Money | None:
    """Where something was agreed with the carrier for parcels that go there."""
    return tariff_of(asked.session, carrier, getattr(to, "province", ""), weight, parcels)


def tariff_of(
    session: Session, carrier: str, province: str = "", weight: Decimal = A_KILOGRAM, parcels: int = 1
) -> Money | None:
    """What a carrier asks for parcels of this weight together: each begins with a kilogram of its own. None where
    nothing was agreed.
    """
    asked = {"carrier": carrier, "provinces": ["", province]}
    rows = {row.province: row for row in session.scalars(_tariffs, asked)}
    row = rows.get(province) or rows.get("")
    if row is None:
        return None
    further = max(int(weight.to_integral_value(ROUND_CEILING)) - parcels, 0)
    return as_money(row.first_kg * parcels + row.further_kg * further, row.currency)


# built once: building costs more than running it
_tariffs: Any = select(Tariff).where(
    col(Tariff.carrier) == bindparam("carrier"),
    col(Tariff.province).in_(cast("Any", bindparam("provinces", expanding=True))),
)


@answers(PREFERRED)
def preferred(asked: Asked, to: Any) -> str | None:
    """Where a rule that is in force names one."""
    return preferred_carrier(asked.session, asked.store, getattr(to, "province", ""), asked.at)


def preferred_carrier(session: Session, store: str, province: str, now: datetime) -> str | None:
    """With whom parcels go to a province by the rule in force, unless the contract has ended: the rule for the province
    comes before the one for everywhere.
    """
    rules = editions_of(session, store, "shipping_rules")
    for place in (province, EVERYWHERE):
        carrier = (in_force(rules, place, now) or {}).get("carrier") if place else None
        if carrier is not None:
            partner = session.get(Partner, ("carrier", carrier))
            return carrier if partner is None or partner.active else None
    return None


@answers(GRADE)
def grade(asked: Asked, carrier: str) -> int | None:
    """Of a carrier that was judged."""
    return grades(asked.session, asked.store).get(carrier)


def grades(session: Session, store: str) -> dict[str, int]:
    """The last points of each carrier that was judged."""
    rows = editions_of(session, store, "carrier_grades")
    return {str(row.data["carrier"]): int(row.data["score"]) for row in rows if "carrier" in row.data}


@answers(WAYBILL_OF)
def waybill_of(asked: Asked, order: str) -> str | None:
    """Of an order whose goods have left."""
    left = select(col(Shipment.waybill_no)).where(
        col(Shipment.store) == asked.store, col(Shipment.order) == order
    )
    return asked.session.scalars(left.order_by(col(Shipment.handed_at).desc()).limit(1)).first()
