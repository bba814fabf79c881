"""What whoever acts in an order is asked: the forms of `order_fulfilment`, which has more rows than one file holds
beside them.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from activities.catalogue.contract import SALE_PRICE
from activities.orders.contract import (
    Corrections,
    Doubtful,
    NewOrderNo,
    OpenOrder,
    PlacedOrder,
    SplitParts,
)
from models.roles import Role
from models.values import (
    Address,
    Code,
    FormRows,
    LineQty,
    Moment,
    Paid,
    PersonName,
    Phone,
    Price,
    PricedLine,
    Remark,
    Sku,
    Some,
    Text,
    Ticked,
    Weight,
    total,
)
from workflows.dispatching import Interception, Obstacle, ParcelBack, Promise, Waybill
from workflows.language.forms import Form, Keep, Problems, Told
from workflows.language.sources import (
    FromSubject,
    of_book,
    proposed,
    to_check,
    within,
)
from workflows.outside_words import ToCustomer
from workflows.parcels import (
    PARCEL_COLLECTED,
    PARCEL_DELAYED,
    PARCEL_LOST,
    PARCEL_OUT_FOR_DELIVERY,
    PARCEL_REFUSED,
    PARCEL_SCANNED,
    PARCEL_SENT_BACK,
    Abnormal,
    Handover,
    ParcelRefusal,
    Scan,
    SignedScan,
    of_several,
)
from workflows.shared_forms import AfterSales


class OrderOnForms(OpenOrder):
    """What forms show of an order, and keep of it."""

    review_by: Moment | None = None
    promised_at: Moment | None = None
    weight_kg: Weight | None = None

    @property
    def billed_kg(self) -> Decimal | None:
        """What a carrier bills, as a rule: the weight."""
        return self.weight_kg

    @property
    def pieces(self) -> int:
        """How many pieces are to be packed."""
        return total(self.lines)

    @property
    def whole_lines(self) -> tuple[LineQty, ...]:
        """All of the order, line by line."""
        return self.ordered.rows


class OrderedLine(PricedLine):
    """A line of an order. What an article costs is the price of the day, where nothing else is said."""

    unit_price: Annotated[Price, proposed(of_book(SALE_PRICE))]


class PlaceOrder(Told, PlacedOrder):
    order_no: FromSubject[NewOrderNo]
    lines: Some[OrderedLine]  # pyright: ignore[reportIncompatibleVariableOverride] - a form is frozen


class Payment(Form):
    paid: Paid
    payment_no: Annotated[Remark, Field(max_length=200)] = ""


class Cancellation(Told):
    reason: Literal["changed_mind", "wrong_item", "too_slow", "price", "other"]
    note: Remark = ""

    def problems(self) -> Problems:
        if self.reason == "other" and not self.note:
            yield "note", "Say why."


class Checked(Form):
    model_ok: Annotated[Ticked, to_check("lines")]
    qty_ok: Annotated[Ticked, to_check("lines")]
    price_ok: Annotated[Ticked, to_check("total")]
    address_ok: Annotated[Ticked, to_check("address")]
    contact_ok: Annotated[Ticked, to_check("phone")]
    """Whom it goes to stands on the case, as far as whoever checks may see it."""
    contact_channel: Literal["none", "chat", "phone", "email"] = "none"
    special_request: Remark = ""
    note: Remark = ""


class Question(Form):
    question: ToCustomer[Text]
    channel: Literal["chat", "phone", "email", "sms"]
    fields_in_doubt: Some[Doubtful]


class Reply(Told):
    corrected_fields: Corrections
    confirmed_by: Literal["customer", "agent_on_behalf"] | None = None
    """Asked of nobody: the caller is the customer, or says by which way the customer was heard."""


class Rejection(Told):
    reason: Literal["price_error", "unserviceable", "fraud", "duplicate", "customer_request", "other"]
    refund_due: Annotated[Keep[Price], proposed("paid", at_most="paid")]
    note: Text

    @property
    def is_anothers_word(self) -> bool:
        return self.reason == "customer_request"


class Hold(Told):
    reason: Literal["fraud", "address", "payment", "customer_request", "other"]
    note: Text
    review_by: Annotated[Keep[Moment], within(at_least="now")]

    @property
    def is_anothers_word(self) -> bool:
        return self.reason == "customer_request"


class Finding(Form):
    finding: Text


class NewAddress(Told):
    """Where the parcel goes now, and to whom: what stays as it was may be left out. On a page it is filled in, so that
    another house number is all that is typed.
    """

    new_address: Annotated[Address | None, proposed("address")] = None
    new_phone: Annotated[Phone | None, proposed("phone")] = None
    new_name: Annotated[PersonName | None, proposed("receiver_name")] = None
    requested_by: Literal["customer", "agent"] | None = None

    def problems(self) -> Problems:
        if self.new_address is None and self.new_phone is None and self.new_name is None:
            yield "new_address", "Say what changes."


class ReplacedLine(LineQty):
    """So much of a line goes as another article, at the line's price: another colour, another size."""

    sku: Sku


class LineChange(Told):
    """What of an order isn't wanted any more, and what goes instead."""

    cancelled: FormRows[LineQty] = ()
    replaced: FormRows[ReplacedLine] = ()
    note: Remark = ""

    def problems(self) -> Problems:
        if not self.cancelled and not self.replaced:
            yield "cancelled", "Say what changes."


class Split(Form):
    parts: SplitParts
    who_pays_extra_freight: Literal["shop", "customer"]


class WithdrawnCancellation(Told):
    requested_by: Literal["customer", "agent"] | None = None
    note: Remark = ""


class Received(Told):
    received_ok: bool


def symptom_of(form: Abnormal | Received | None) -> tuple[str, str | None] | None:
    """What is wrong with which parcel, by what a carrier, staff, the clock or the customer says; None where all is
    well.
    """
    if isinstance(form, Received):
        return None if form.received_ok else ("other", None)
    return (form.kind or "stalled", form.parcel_no) if form is not None else ("stalled", None)


class ReportedReturn(Form):
    """A request of after-sales that began elsewhere, as the platform's do."""

    number: Code
    is_over: bool = False


# --- what several rows share: who sends an event, with which form, on which message from outside

Row = dict[str, Any]
PLACEMENT: Row = {
    "by": Role.CUSTOMER | Role.PLATFORM_FEED,
    "heard_by": Role.CS_AGENT,
    "form": PlaceOrder,
    "on": "store.order.placed",
}
PAYMENT: Row = {"by": Role.PAYMENT_FEED, "form": Payment, "on": "store.order.paid"}
CANCELLATION: Row = {
    "by": Role.CUSTOMER | Role.PLATFORM_FEED,
    "heard_by": Role.CS_AGENT,
    "form": Cancellation,
    "on": "store.order.cancelled",
}
OBSTACLE: Row = {
    "by": Role.WAREHOUSE_KEEPER | Role.LOGISTICS | Role.FACTORY_RESIDENT,
    "form": Obstacle,
}
REPLY: Row = {"by": Role.CUSTOMER, "heard_by": Role.CS_AGENT, "form": Reply}
WITHDRAWAL: Row = {"by": Role.CUSTOMER, "heard_by": Role.CS_AGENT, "form": WithdrawnCancellation}
NEW_ADDRESS: Row = {"by": Role.CUSTOMER, "heard_by": Role.CS_AGENT, "form": NewAddress}
LINE_CHANGE: Row = {"by": Role.CUSTOMER, "heard_by": Role.CS_AGENT, "form": LineChange}
PROMISE: Row = {"by": Role.WAREHOUSE_SUPERVISOR | Role.WAREHOUSE_KEEPER, "form": Promise}
HOLD: Row = {"by": Role.CS_SUPERVISOR, "form": Hold}
WAYBILL: Row = {"by": Role.LOGISTICS | Role.ORDER_CLERK, "form": Waybill}
HANDOVER: Row = {
    "by": Role.LOGISTICS | Role.FACTORY_RESIDENT | Role.CARRIER_FEED,
    "form": Handover,
    "on": PARCEL_COLLECTED,
}
SCANNED: Row = {"by": Role.CARRIER_FEED, "form": Scan, "on": PARCEL_SCANNED}
LOADED: Row = {"by": Role.CARRIER_FEED, "form": Scan, "on": PARCEL_OUT_FOR_DELIVERY}
TROUBLE: Row = {
    "by": Role.CARRIER_FEED | Role.LOGISTICS | Role.CS_AGENT,
    "form": Abnormal,
    "on": (PARCEL_DELAYED, PARCEL_LOST),
}
RECEIPT: Row = {
    "by": Role.CUSTOMER | Role.PLATFORM_FEED,
    "heard_by": Role.CS_AGENT,
    "form": Received,
    "on": "store.order.received",
}
AFTER_SALES: Row = {"by": Role.CUSTOMER, "heard_by": Role.CS_AGENT, "form": AfterSales}
REFUSAL: Row = {
    "by": Role.CARRIER_FEED | Role.LOGISTICS,
    "form": ParcelRefusal,
    "on": (PARCEL_REFUSED, PARCEL_SENT_BACK),
}
SPLIT: Row = {"by": Role.OPS_SPECIALIST, "form": Split}
INTERCEPTION: Row = {"by": Role.WAREHOUSE_KEEPER, "form": Interception}
ONE_COLLECTED: Row = {"by": Role.CARRIER_FEED, "form": Handover, "on": of_several("collected")}
ONE_SCANNED: Row = {
    "by": Role.CARRIER_FEED,
    "form": Scan,
    "on": (of_several("scanned"), of_several("out_for_delivery")),
}
ONE_SIGNED: Row = {"by": Role.CARRIER_FEED, "form": SignedScan, "on": of_several("delivered")}
ONE_LOST: Row = {"by": Role.CARRIER_FEED, "form": Abnormal, "on": of_several("lost")}
ONE_REFUSED: Row = {
    "by": Role.CARRIER_FEED,
    "form": ParcelRefusal,
    "on": (of_several("refused"), of_several("sent_back")),
}
ONE_BACK: Row = {"by": Role.WAREHOUSE_KEEPER, "form": ParcelBack}

CANCELS = ("request_cancel", "request_cancel_late", "request_recall", "cancel_parts")
"""The events by which an order is cancelled, one or another by where it stands."""
NO_WORD = {"reason": "changed_mind"}
"""Why an order is cancelled that nobody gave a reason for."""
READDRESSES = ("edit_address", "redirect")
"""The events by which an order goes elsewhere, one or another by where it stands."""
TOLD_BY_OTHERS = (
    "trouble_known",
    "exception_cleared",
    "parcel_lost",
    "refused",
    "return_reported",
    "pick_short",
    "take_parcel",
)
"""The events by which cases that staff or the platform began say what became of a parcel or of goods."""
