"""What procedures ask of goods that customers send back, and what may become of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypedDict

from activities.orders.contract import Addressee, Condition, InspectedLine, ReturnedGoods
from activities.stock.contract import Disposition, Receipt
from models.roles import Role
from models.values import (
    NOTHING,
    Address,
    Carrier,
    Code,
    Day,
    FormRow,
    FormRows,
    Location,
    Moment,
    Money,
    Photos,
    Price,
    Qty,
    Remark,
    Text,
    in_one_currency,
    line_rows,
    per_line,
)
from workflows.language.forms import Form, Keep, Problems, Told
from workflows.language.sources import (
    FromCase,
    TimeOrEarlier,
    ToCheck,
    from_case,
    proposed,
    rows_of,
    to_check,
)
from workflows.language.timing import days, hours
from workflows.parcels import (
    PARCEL_AT_DEPOT,
    PARCEL_DELIVERED,
    PARCEL_LOST,
    PARCEL_OUT_FOR_DELIVERY,
    PARCEL_SCANNED,
    Abnormal,
    Scan,
)
from workflows.shared_forms import LostReturn, Withdrawal

FIT = ("as_new", "opened")
"""The conditions in which goods are what was sold."""
UNFIT = ("damaged", "missing_parts", "wrong_item")
"""The conditions in which goods aren't what was sold."""
BECOMES = {
    "as_new": Disposition.SELLABLE,
    "opened": Disposition.QUARANTINE,
    "damaged": Disposition.DEFECTIVE,
    "missing_parts": Disposition.DEFECTIVE,
    "wrong_item": Disposition.QUARANTINE,
}
"""What becomes of goods that nobody places by hand."""

PackageState = Literal["intact", "opened", "crushed"]


class Label(TypedDict):
    """Whom a parcel goes to."""

    to: Address | None
    receiver: str
    phone: str


class Posted(Told):
    """The customer has given the goods to a carrier."""

    carrier: Text
    waybill_no: Annotated[Keep[Code], proposed("label_no")]
    shipped_at: TimeOrEarlier[Day | None] = None
    photo: Photos = ()
    postage: Keep[Price] = NOTHING
    """What the customer has paid for it; nothing with a label of ours."""

    def problems(self) -> Problems:
        if self.postage and not self.photo:
            yield "photo", "Show the receipt for the postage."


class Placed(FormRow):
    """So many pieces of a line, and where they are put. Without a location: where they left from."""

    line: FromCase[Qty]
    qty: Annotated[Qty, proposed("qty")]
    location: Location | None = None
    disposition: Literal["sellable", "repair", "supplier_return", "seconds", "scrap"]
    bin: Remark = ""


class InspectedPart(InspectedLine):
    """So much of a line, as it was found."""

    line: FromCase[Qty]
    qty: Annotated[Qty, to_check("qty")]
    condition: ToCheck[Condition]


class Placing(Form):
    """Where goods that came back are put. None where nothing came."""

    placements: Annotated[FormRows[Placed], rows_of("to_be_placed")]


class ParcelIn(Form):
    """Goods that a customer sent back have arrived."""

    waybill_no: Annotated[Keep[Code], to_check("waybill_no")]
    package_state: ToCheck[PackageState]
    received_at: TimeOrEarlier[Moment]


class LateParcel(ParcelIn):
    """They have arrived though the case has paid for them already, or has ended."""

    note: Remark = ""


class SentBack(Form):
    """Goods go back to the customer."""

    carrier: Carrier
    waybill_no: Code
    freight_payer: Annotated[Literal["customer", "shop"], from_case("freight_payer")] = "shop"
    """Who pays the carrier: by the finding of fault."""


GIVEN_UP = days(20)  # default
"""So long after it was posted a parcel that isn't at the shop's risk is given up."""

Row = dict[str, Any]
GOODS_ON_THEIR_WAY: Row = {
    "role": Role.WAREHOUSE_KEEPER | Role.LOGISTICS,
    "due": days(10),
    "tell": {days(10): Role.LOGISTICS | Role.AFTER_SALES, GIVEN_UP: Role.OPS_MANAGER},
}
"""The stage in which goods are on their way back."""
SOON_INSPECTED: Row = {"limit": hours(24), "tell": Role.WAREHOUSE_SUPERVISOR}
"""By when somebody is to look at goods that have come back."""
GOODS_POSTED: Row = {
    "by": Role.CUSTOMER,
    "heard_by": Role.AFTER_SALES | Role.CS_AGENT,
    "form": Posted,
}
GOODS_SEEN: Row = {
    "by": Role.CARRIER_FEED,
    "form": Scan,
    "on": (PARCEL_SCANNED, PARCEL_AT_DEPOT, PARCEL_OUT_FOR_DELIVERY, PARCEL_DELIVERED),
}
"""The carrier has a parcel that a customer sends back."""
LOST_ON_THE_WAY_BACK: Row = {
    "by": Role.CARRIER_FEED | Role.LOGISTICS,
    "form": Abnormal,
    "on": PARCEL_LOST,
}
"""The carrier has lost goods that went back to their owner."""
GOODS_LOST: Row = {"by": Role.LOGISTICS, "form": LostReturn}
GOODS_KEPT: Row = {
    "by": Role.CUSTOMER,
    "heard_by": Role.AFTER_SALES | Role.CS_AGENT,
    "form": Withdrawal,
}
"""The customer keeps them after all."""


def uninspected(rows: Iterable[InspectedLine]) -> tuple[InspectedLine, ...]:
    """Rows that nobody has inspected yet: what looks as new counts as opened."""
    return tuple(
        row.model_copy(update={"condition": "opened"}) if row.condition == "as_new" else row for row in rows
    )


def worth_of(goods: Iterable[ReturnedGoods], rows: Iterable[InspectedLine]) -> Money | None:
    """What was paid for these pieces of the goods; None where the books can't tell."""
    known = {row.line: row for row in goods}
    if not known or any(row.value is None for row in known.values()):
        return None
    return sum((known[row.line].paid_for(row.qty) for row in line_rows(per_line(rows))), NOTHING)


def pieces_of(goods: Iterable[ReturnedGoods], rows: Iterable[Any]) -> tuple[ReturnedGoods, ...]:
    """So much of the goods as these rows have, each with `line` and `qty`, and what was paid for that."""
    known = {row.line: row for row in goods}
    return tuple(
        one.model_copy(update={"qty": row.qty, "value": one.value and one.paid_for(row.qty)})
        for row in line_rows(per_line(rows))
        if (one := known.get(row.line)) is not None
    )


def is_within(amount: Money, most: Money | None) -> bool:
    """Whether an amount is no more than the books say, in their currency; True where they say nothing."""
    return most is None or (in_one_currency((amount, most)) and amount <= most)


def label_to(receiver: Addressee | None) -> Label:
    """Whom a parcel goes to, as BookWaybill asks it; nobody where the books don't know."""
    if receiver is None:
        return {"to": None, "receiver": "", "phone": ""}
    return {"to": receiver.address, "receiver": receiver.receiver_name, "phone": receiver.phone}


def oversold(placements: Iterable[Placed], inspected: Iterable[InspectedLine]) -> Counter[int]:
    """By line, how many pieces would be put up for sale beyond those that the inspection found fit."""
    sold = per_line(placed for placed in placements if placed.disposition == "sellable")
    return sold - per_line(row for row in inspected if row.condition not in UNFIT)


def placed_receipts(placements: Iterable[Placed], goods: Iterable[ReturnedGoods]) -> tuple[Receipt, ...]:
    """The pieces as they are placed, as far as it is known what they are."""
    known = {row.line: row for row in goods}
    return tuple(
        Receipt(
            sku=known[placed.line].sku,
            qty=placed.qty,
            disposition=Disposition(placed.disposition),
            location=placed.location or known[placed.line].location,
            bin=placed.bin,
        )
        for placed in placements
        if placed.line in known
    )


def inspected_receipts(
    inspected: Iterable[InspectedLine],
    goods: Iterable[ReturnedGoods],
    *,
    location: str | None = None,
    into: str = "",
) -> tuple[Receipt, ...]:
    """Each piece as its own condition has it, where it is named or where it left from."""
    known = {row.line: row for row in goods}
    return tuple(
        Receipt(
            sku=known[row.line].sku,
            qty=row.qty,
            disposition=BECOMES[row.condition],
            location=location or known[row.line].location,
            bin=into,
        )
        for row in inspected
        if row.line in known
    )
