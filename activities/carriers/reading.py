"""What the carriers' book shows: the waybills of parcels, outbound and returning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.pages import After, Page, Stores, View, page, seen, where
from models.amounts import money as as_money
from models.tables.carriers import Waybill
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
