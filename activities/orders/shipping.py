"""An order that leaves: its parcel, or its several parcels, and where each is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from activities.orders.lines import PaidShares, part_of
from activities.orders.parcels import (
    GONE,
    FurtherParcel,
    OrderParcel,
    Parcel,
    ParcelState,
    moved,
    objection_to,
)
from activities.orders.placed import PlacedOrder
from models.values import (
    NOTHING,
    Carrier,
    Code,
    Count,
    FormRows,
    LineQty,
    Money,
    Price,
    PricedLine,
    amount,
)


class ShippedOrder(PlacedOrder):
    """What was paid for an order, and the parcels in which it leaves."""

    lines: FormRows[PricedLine]
    paid: Price = NOTHING
    """What came in for the order and hasn't been returned for single lines."""
    refund_due: Price = NOTHING
    """What is to go back now."""
    package_count: Count = 0
    carrier: Carrier | None = None
    waybill_no: Code | None = None
    freight_fee: Price = NOTHING
    """What the carrier asks."""
    parcels: FormRows[Parcel] = ()
    """Where it leaves in several: what is in each, and where it is."""
    parcel_no: FormRows[Code] = ()
    """The waybills of the several parcels."""

    @property
    def papers(self) -> tuple[tuple[OrderParcel, Money], ...]:
        """Each parcel, once it has a waybill, with what its carrier asks."""
        if not self.parcels:
            return ((self._paper(self.waybill_no, self.carrier, self.package_count), self.freight_fee),)
        return tuple((self._paper(one.waybill_no, one.carrier, 1), one.freight_fee) for one in self.parcels)

    def _paper(self, waybill_no: str | None, carrier: str | None, parcels: int) -> OrderParcel:
        order = self.order_no
        return {
            "order": order,
            "waybill_no": waybill_no or "-",
            "carrier": carrier or "-",
            "parcels": parcels,
        }

    def in_parcels(self, lines: Iterable[LineQty], further: Iterable[FurtherParcel]) -> Self:
        """The order with these lines in the parcel of its waybill, and the others in further ones."""
        one = {"waybill_no": self.waybill_no, "carrier": self.carrier, "freight_fee": self.freight_fee}
        usual = {"carrier": self.carrier}
        more = [usual | row.model_dump(mode="json", exclude_none=True) for row in further]
        if not more:
            return self.without_parcels()
        first = {**one, "lines": [row.model_dump() for row in lines] or [*self._left_by(further)]}
        parcels = tuple(Parcel.model_validate(row) for row in (first, *more))
        numbers = tuple(parcel.waybill_no for parcel in parcels)
        freight = amount(parcels, "freight_fee")
        return self.model_copy(update={"parcels": parcels, "parcel_no": numbers, "freight_fee": freight})

    def _left_by(self, further: Iterable[FurtherParcel]) -> tuple[LineQty, ...]:
        return self.ordered.rows_beyond(row for parcel in further for row in parcel.lines)

    def without_parcels(self) -> Self:
        """The order as one parcel."""
        return self.model_copy(update={"parcels": (), "parcel_no": ()})

    def unlabelled(self) -> Self:
        """The order without a waybill."""
        return self.without_parcels().model_copy(update={"waybill_no": None})

    @property
    def objection_to_parcels(self) -> str:
        """Why it can't leave so, in a sentence; empty if it can."""
        if not self.parcels:
            return ""
        return objection_to(self.parcels, self.ordered.quantities, self.package_count)

    def with_parcel(self, waybill_no: str | None, state: ParcelState) -> Self:
        """The order once this parcel of several is there; all of them, where none is named."""
        return self.model_copy(update={"parcels": moved(self.parcels, waybill_no, state)})

    def parcel_of(self, waybill_no: str | None) -> Parcel | None:
        """The parcel of several that has this waybill."""
        return next((parcel for parcel in self.parcels if parcel.waybill_no == waybill_no), None)

    def has_parcels_in(self, *states: ParcelState) -> bool:
        """Whether it leaves in several parcels, and all of them are there."""
        return bool(self.parcels) and all(parcel.state in states for parcel in self.parcels)

    def has_parcel_in(self, *states: ParcelState) -> bool:
        """Whether one of several parcels is there."""
        return any(parcel.state in states for parcel in self.parcels)

    def has_others_to_collect(self, waybill_no: str | None) -> bool:
        """Whether the carrier, which has this parcel now, has others of the order still to fetch."""
        others = (parcel for parcel in self.parcels if parcel.waybill_no != waybill_no)
        return waybill_no is not None and any(parcel.state == "labelled" for parcel in others)

    def with_parcel_back(self, waybill_no: str | None) -> Self:
        """The order once this parcel is here again: what was paid for its goods is to go back."""
        parcel = self.parcel_of(waybill_no)
        rows = parcel.lines if parcel is not None else ()
        out = [row for one in self.parcels if one.state != "back" for row in one.lines]
        due = self.share_of_lines(rows, among=out)
        order = self.model_copy(update={"paid": self.paid - due, "refund_due": due})
        return order.with_parcel(waybill_no, "back")

    def goods_on_their_way_in(self, waybill_no: str) -> tuple[PricedLine, ...]:
        """What is in a parcel of several that is still to come back; none where none is."""
        parcel = self.parcel_of(waybill_no)
        awaited = parcel is not None and parcel.state not in ("delivered", "back")
        return self.ordered.priced(parcel.lines) if parcel is not None and awaited else ()

    @property
    def worth_there(self) -> Money:
        """What the customer pays for the goods that have arrived, once the order has: all, but for parcels of several
        that were lost or came back.
        """
        gone = [row for one in self.parcels if one.state in GONE for row in one.lines]
        return self.price_of(self.ordered.rows_beyond(gone)) if self.lines else NOTHING

    def price_of(self, rows: Iterable[LineQty]) -> Money:
        """What the customer pays for these rows, less their share of the discount."""
        return PaidShares(self.lines, self.discount).take(rows)

    def share_of_lines(self, rows: Iterable[LineQty], *, among: Iterable[LineQty] | None = None) -> Money:
        """What was paid for these rows, as far as it hasn't gone back. `among`: the rows for which nothing has; all of
        the order's, where none are named.
        """
        for_goods = max(self.paid - self.freight, NOTHING) if self.paid else NOTHING
        whole = self.price_of(self.ordered.rows if among is None else among)
        return min(part_of(for_goods, self.price_of(rows).amount, whole.amount), for_goods)
