"""The messages of carriers about a parcel, found by its waybill number, and what is told of a parcel.

A carrier tells what it knows, or nothing at all: a form that it sends asks nothing that can't be left out. What a
message tells has one shape, wherever the case stands.
"""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ValidationError, WrapValidator

from activities.orders.contract import ParcelState
from models.values import Carrier, Code, Moment, Personal, PersonName, Qty, Remark, SkuQty, Some
from workflows.language.forms import Form, Keep
from workflows.language.sources import TimeOrOther, to_check
from workflows.language.triggers import MessageTrigger, on_message

PARCEL_AT_DEPOT = on_message("carrier.parcel.at_depot", about="waybill_no", for_all=True)
PARCEL_COLLECTED = on_message("carrier.parcel.collected", about="waybill_no", for_all=True)
PARCEL_DELAYED = on_message("carrier.parcel.delayed", about="waybill_no", for_all=True)
PARCEL_DELIVERED = on_message("carrier.parcel.delivered", about="waybill_no", for_all=True)
PARCEL_FOUND = on_message("carrier.parcel.found", about="waybill_no", for_all=True)
PARCEL_LOST = on_message("carrier.parcel.lost", about="waybill_no", for_all=True)
PARCEL_OUT_FOR_DELIVERY = on_message("carrier.parcel.out_for_delivery", about="waybill_no", for_all=True)
PARCEL_RECOVERED = on_message("carrier.parcel.recovered", about="waybill_no", for_all=True)
PARCEL_REFUSED = on_message("carrier.parcel.refused", about="waybill_no", for_all=True)
PARCEL_SCANNED = on_message("carrier.parcel.scanned", about="waybill_no", for_all=True)
PARCEL_SENT_BACK = on_message("carrier.parcel.sent_back", about="waybill_no", for_all=True)


def of_several(what: str) -> MessageTrigger:
    """A message about one of the parcels of a case that has several."""
    return on_message(f"carrier.parcel.{what}", about="parcel_no", for_all=True)


def _if_readable(value: Any, read: Callable[[Any], Any]) -> Any:
    """What a carrier wrote, or None where it can't be read: a scan counts all the same."""
    try:
        return read(value)
    except ValidationError:
        return None


_Readable = WrapValidator(_if_readable)


class Scan(Form):
    """What a carrier tells of a parcel beside what happened: where, when, who signed."""

    leaves_it: ClassVar[ParcelState] = "under_way"
    told_as: ClassVar[str | None] = None
    """The template by which the customer hears of it."""

    location: Annotated[Remark | None, _Readable] = None
    at: Annotated[Moment | None, _Readable] = None
    time: Annotated[Remark | None, _Readable] = None
    """When, as the carrier writes it."""
    note: Annotated[Remark | None, _Readable] = None
    parcel_no: Annotated[Code | None, _Readable] = None
    """Which parcel, where the case has several. A message's own subject says it."""
    signed_by: Annotated[Remark | None, Personal.NAME, _Readable] = None


class OthersParcel(Form):
    """A parcel under way that was another order's, and brings the same goods."""

    waybill_no: Keep[Code]
    carrier: Keep[Carrier]
    goods: Some[SkuQty]


class SignedScan(Scan):
    """A parcel was delivered."""

    leaves_it: ClassVar[ParcelState] = "delivered"
    told_as: ClassVar[str | None] = "parcel_delivered"


class Handover(Scan):
    """The carrier has the parcels. Without a moment, now; without a number, all of them."""

    leaves_it: ClassVar[ParcelState] = "collected"

    handed_at: TimeOrOther[Moment | None] = None
    """No limit holds it: a carrier's clock may be ahead of ours."""
    parcels: Annotated[Qty | None, to_check("package_count")] = None
    courier_name: PersonName | None = None


class Abnormal(Scan):
    """Something is wrong with a parcel. Staff say what."""

    leaves_it: ClassVar[ParcelState] = "lost"
    told_as: ClassVar[str | None] = "parcel_delayed"

    kind: Literal["stalled", "wrong_route", "damaged", "address", "unreachable", "refused"] | None = None

    @property
    def says_what(self) -> bool:
        return self.kind is not None


class ParcelRefusal(Scan):
    """A parcel comes back. Staff say why."""

    leaves_it: ClassVar[ParcelState] = "coming_back"

    cause: Literal["customer_refused", "unreachable", "recalled", "other"] | None = None

    @property
    def says_what(self) -> bool:
        return self.cause is not None
