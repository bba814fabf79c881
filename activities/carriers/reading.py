"""What the carriers' book shows: the waybills of parcels, outbound and returning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.answering import Asked, answers
from activities.carriers.contract import FREIGHT_OF, ORDER_OF, WAYBILL_OF
from activities.pages import After, Page, Stores, View, page, seen, where
from models.amounts import money as as_money
from models.tables.carriers import Shipment, Waybill
from models.values import Money


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


@answers(WAYBILL_OF)
def waybill_of(asked: Asked, order: str) -> str | None:
    """Of an order whose goods have left."""
    left = select(col(Shipment.waybill_no)).where(
        col(Shipment.store) == asked.store, col(Shipment.order) == order
    )
    return asked.session.scalars(left.order_by(col(Shipment.handed_at).desc()).limit(1)).first()
