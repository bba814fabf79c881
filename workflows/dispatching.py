"""What whoever ships an order is asked, from the shelf to the carrier: forms of `order_fulfilment`."""

from typing import Annotated, Literal

from activities.carriers.contract import PREFERRED, TARIFF
from activities.orders.contract import FurtherParcel, ShortfallCount
from activities.stock.contract import RESERVED, TO_PICK
from models.values import (
    NOTHING,
    Bin,
    Carrier,
    Carton,
    Code,
    Count,
    Day,
    FormRows,
    LineQty,
    Moment,
    Photos,
    Placement,
    Price,
    Qty,
    Remark,
    Some,
    Text,
    Ticked,
    User,
    Weight,
)
from workflows.language.forms import Form, Keep, Problems
from workflows.language.sentences import sentence
from workflows.language.sources import (
    TheCaller,
    TimeOrOther,
    ToCheck,
    from_book,
    of_book,
    own_number,
    proposed,
    rows_of,
    to_check,
    within,
)
from workflows.shared_forms import PartOfLine

SHIPPED = {"weight": "billed_kg", "parcels": "package_count", "to": "address"}
BY_CONTRACT = of_book(TARIFF, **SHIPPED)
"""What the carrier asks for an order's parcels, by its contract."""


class FurtherWaybill(FurtherParcel):
    """A parcel beside the first: what it costs is bound by the contract with its carrier."""

    freight_fee: Annotated[Price, within(at_most=BY_CONTRACT)] = NOTHING


class PickList(Form):
    pick_list_no: Annotated[Code, own_number("PL")]
    picker: TheCaller[User]
    batch_no: Code | None = None


class PickShortfall(Form, ShortfallCount):
    expected_qty: Annotated[Qty, from_book(RESERVED, order="order_no")]
    found_qty: Annotated[Count, to_check(of_book(RESERVED, order="order_no"))]
    note: Remark = ""


class Obstacle(Form):
    cause: Literal["no_stock", "damaged", "plant_delay", "carrier", "other"]
    lines: Annotated[Some[PartOfLine], rows_of("whole_lines")]
    expected_date: Day | None = None
    note: Remark = ""


class Urge(Form):
    message: Text
    promised_at: Keep[Moment | None] = None


class Picked(Form):
    lines_scanned: Annotated[Some[Placement], to_check(of_book(TO_PICK, order="order_no"))]


class Packed(Form):
    goods_qty: Annotated[Qty, to_check("pieces")]
    package_count: ToCheck[Keep[Qty]]
    weight_kg: ToCheck[Keep[Weight]]
    carton_type: Carton | None = None
    delivery_note_no: Annotated[Code, own_number("DN")]
    gift_included: bool = False


class Match(Form):
    item_no_ok: Annotated[Ticked, to_check("goods")]
    qty_ok: Annotated[Ticked, to_check("goods")]
    colour_ok: Annotated[Ticked, to_check("goods")]


class Mismatch(Form):
    mismatch: Literal["item_no", "qty", "colour", "damage"]
    note: Text
    photo: Photos = ()


class Waybill(Form):
    carrier: Annotated[Keep[Carrier], proposed(of_book(PREFERRED, to="address"))]
    waybill_no: Keep[Code]
    billed_kg: Weight | None = None
    """What the carrier bills, where that isn't what was weighed: of goods that are light and large."""
    by_contract: Annotated[Price | None, from_book(TARIFF, **SHIPPED)] = None
    """What the carrier asks for all parcels by its contract."""
    freight_fee: Annotated[Keep[Price], proposed(BY_CONTRACT, at_most=BY_CONTRACT)]
    pickup_time: TimeOrOther[Moment]
    lines: FormRows[LineQty] = ()
    """What is in this parcel, where there are further ones."""
    further: FormRows[FurtherWaybill] = ()

    def problems(self) -> Problems:
        others = (row for row in self.further if row.carrier in (None, self.carrier))
        together = sum((row.freight_fee for row in others), self.freight_fee)
        if self.by_contract is not None and together > self.by_contract:
            yield "further", sentence("By its contract the carrier asks {most}.", most=self.by_contract)


class CameBack(Form):
    inspected: ToCheck[Literal["sellable", "defective"]]
    bin: Bin
    note: Remark = ""


class ParcelBack(CameBack):
    parcel_no: Code


class Interception(Form):
    parcel_located: ToCheck[bool]
    bin: Bin | None = None
    note: Remark = ""


class Promise(Form):
    promised_at: Keep[Moment | None]
    note: Remark = ""

    def problems(self) -> Problems:
        if self.promised_at is None:
            yield "promised_at", "Say when it ships."
