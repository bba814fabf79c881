"""The carriers' book: waybills, pickups, parcels under way."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from models.book_reading import BookReading
from models.effect import Effect, ProviderEffect, Success, Undo
from models.values import (
    NOTHING,
    Address,
    Carrier,
    Code,
    Day,
    FormRow,
    Moment,
    Money,
    Name,
    Order,
    Price,
    Qty,
    Remark,
    Some,
)

ORDER_OF = BookReading("carriers.order", by=("waybill",))
"""Whose goods a parcel brings."""
FREIGHT_OF = BookReading("carriers.freight", by=("waybill",))
"""What a parcel's way costs the store."""
TARIFF = BookReading("carriers.tariff", by=("carrier", "weight", "parcels", "to"))
"""What a carrier asks for parcels of this weight together, by its contract."""
PREFERRED = BookReading("carriers.preferred", by=("to",))
"""With which carrier the store's rule sends parcels there."""
GRADE = BookReading("carriers.grade", by=("carrier",))
"""How many points of 100 a carrier got when it was judged last."""
WAYBILL_OF = BookReading("carriers.waybill", by=("order",))
"""Under which number an order's goods left last."""


class WaybillVoided(Success):
    """The waybill that is void."""

    waybill_no: str = ""
    freight: Money | None = None
    """What is claimed back."""


class WaybillBooked(Success):
    """The waybill, or the label of a return."""

    waybill_no: str = ""
    carrier: str = ""
    pickup_at: AwareDatetime | None = None
    """None where no pickup is booked."""
    label: str = ""
    """An address where it can be printed; empty where there is none."""
    freight: Money | None = None
    """What the carrier asks for it; None where no book knows."""


class LanePrice(FormRow):
    """What a carrier asks for a parcel: for its first kilogram, and for each further one that is begun."""

    province: Name | None = None
    """Where it goes; None is everywhere that no other row names."""
    first_kg: Price
    further_kg: Price = NOTHING


class EndTariff(Undo):
    """What was agreed with a carrier holds no more."""


class SetTariff(Effect):
    """What a carrier asks by its contract, from now on: what was agreed before is replaced."""

    undone_by: ClassVar[type[Undo] | None] = EndTariff
    shows: ClassVar[tuple[str, ...]] = ("carrier",)

    carrier: Carrier
    prices: Some[LanePrice]


class VoidWaybill(ProviderEffect, Undo):
    """A waybill or label is void, its pickup off, the freight claimed back.

    Refused when the carrier already has the parcel.
    """

    success: ClassVar[type[Success]] = WaybillVoided


class BookWaybill(ProviderEffect):
    """Send the order's parcel to the carrier: waybill, freight, pickup booked. The store pays what is said, else what
    the carrier asks by its contract for a kilogram.

    Refused when the waybill number is in use, the carrier's contract has ended, or the carrier refuses the
    parcel.
    """

    success: ClassVar[type[Success]] = WaybillBooked
    undone_by: ClassVar[type[Undo] | None] = VoidWaybill
    shows: ClassVar[tuple[str, ...]] = ("order", "carrier", "waybill_no")

    order: Order
    carrier: Carrier
    waybill_no: Code
    freight: Price = NOTHING
    pickup_at: Moment | None = None
    to: Address | None = None
    receiver: Remark = ""
    phone: Remark = ""
    parcels: Qty = 1
    payer: Literal["shop", "customer"] = "shop"
    """Who pays the carrier: the store, or whoever gets the parcel."""


class PrepareReturnLabel(ProviderEffect):
    """A label, paid by the shop, with which the customer sends goods back. Without a carrier: the first active
    one.

    Refused when there is no active carrier or it refuses.
    """

    success: ClassVar[type[Success]] = WaybillBooked
    undone_by: ClassVar[type[Undo] | None] = VoidWaybill
    shows: ClassVar[tuple[str, ...]] = ("order", "return_no")

    order: Order
    return_no: Code
    carrier: Carrier | None = None
    to: Address | None = None


class ShipmentRecorded(Success):
    """The number of the shipment record."""

    shipment_no: str = ""


class RecordShipment(Effect):
    """The carrier has the parcel: the shipment record is written, the pickup closed, the order shows as
    shipped.

    Refused when another order's waybill has that number.
    """

    success: ClassVar[type[Success]] = ShipmentRecorded
    shows: ClassVar[tuple[str, ...]] = ("order", "waybill_no")

    order: Order
    waybill_no: Code
    carrier: Carrier | None = None
    parcels: Qty = 1
    handed_at: Moment | None = None
    courier: Remark = ""


class Instruction(StrEnum):
    """What a carrier is to do with a parcel that it has."""

    HOLD = "hold"
    """Keep it at a depot until told."""
    DELIVER = "deliver"
    """Deliver it now: at last, again, or elsewhere."""
    BRING_BACK = "bring_back"


class CarrierInstructed(Success):
    """The parcel that the instruction is about."""

    waybill_no: str = ""


class InstructCarrier(ProviderEffect):
    """Tell the carrier what to do with a parcel under way. The latest instruction holds.

    Refused when the book has no such waybill, or the carrier refuses.
    """

    success: ClassVar[type[Success]] = CarrierInstructed
    shows: ClassVar[tuple[str, ...]] = ("waybill_no", "instruction")

    waybill_no: Code
    instruction: Instruction
    place: Remark = ""
    """The depot that keeps it."""
    to: Address | None = None
    """Where it goes instead of the address on the label."""
    attempt_on: Day | None = None
    for_order: Order | None = None
    """Whose goods the parcel brings from now on, where that is another order."""
