"""The carriers' book: waybills, pickups, parcels under way."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from models.effect import Effect, Queue, Undo
from models.values import NOTHING, Address, Carrier, Code, Day, Moment, Order, Price, Qty, Remark


class Scan(StrEnum):
    """What a carrier reports of a parcel."""

    TRANSIT = "transit"
    DELIVERY = "delivery"
    """Loaded by the courier."""
    SIGNED = "signed"
    EXCEPTION = "exception"
    REFUSED = "refused"


class VoidWaybill(Undo):
    """A waybill or label is void, its pickup off, the freight claimed back.

    Data: `waybill_no`, `freight`. No when the carrier already has the parcel.
    """

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)


class BookWaybill(Effect):
    """Send the order's parcel to the carrier: waybill, freight paid, pickup booked.

    Data: `waybill_no`, `carrier`, `pickup_at`, `label` (an address where it can be printed, or empty). No
    when the waybill number is in use, the carrier's contract has ended, or the carrier refuses the parcel.
    """

    undone_by: ClassVar[type[Undo] | None] = VoidWaybill
    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
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


class PrepareReturnLabel(Effect):
    """A label, paid by the shop, with which the customer sends goods back. Without a carrier: the first
    active one.

    Data: `waybill_no`, `carrier`, `label`. No when there is no active carrier or it refuses.
    """

    undone_by: ClassVar[type[Undo] | None] = VoidWaybill
    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("order", "return_no")

    order: Order
    return_no: Code
    carrier: Carrier | None = None
    to: Address | None = None


class RecordShipment(Effect):
    """The carrier has the parcel: the shipment record is written, the pickup closed, the order shows as
    shipped.

    Data: `shipment_no`. No when another order's waybill has that number.
    """

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


class InstructCarrier(Effect):
    """Tell the carrier what to do with a parcel under way. The latest instruction holds.

    Data: `waybill_no`. No when the book has no such waybill, or the carrier refuses.
    """

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("waybill_no", "instruction")

    waybill_no: Code
    instruction: Instruction
    place: Remark = ""
    """The depot that keeps it."""
    to: Address | None = None
    """Where it goes instead of the address on the label."""
    attempt_on: Day | None = None


class RecordScan(Effect):
    """A carrier's report about a parcel, kept with its waybill. The same one is kept once. Data: `kept`."""

    shows: ClassVar[tuple[str, ...]] = ("waybill_no", "scan")

    waybill_no: Code
    scan: Scan
    scanned_at: Moment
    place: Remark = ""
    note: Annotated[str, Field(max_length=500)] = ""
