"""An order as it is placed: who gets which goods, and what they cost."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from activities.orders.doubts import DeliveryMethod, PaymentMethod
from activities.orders.lines import OrderLines
from activities.orders.rows import Addressee, Bought, Label, Payer
from models.values import (
    NOTHING,
    TOO_MUCH,
    Address,
    AsItCame,
    BuyerNote,
    Code,
    CustomerNo,
    Money,
    PersonName,
    Phone,
    Price,
    PricedLine,
    Some,
    UnclearAddress,
    in_one_currency,
    ref,
    worth,
)

NewOrderNo = Annotated[Code, Field(max_length=48)]
"""The number of an order that begins. It leaves room for the numbers of the cases that the order starts."""
OrderNo = Annotated[NewOrderNo, ref("order")]
"""The number of an order that is there, of the same length."""
_FIRST_THAT_FITS = Field(union_mode="left_to_right")


class NewOrder(BaseModel):
    """What every form asks that begins an order, and what its case keeps: who gets which goods."""

    order_no: NewOrderNo
    receiver_name: PersonName
    phone: Phone
    address: Address
    lines: Some[PricedLine]
    customer_no: CustomerNo | None = None

    @property
    def ordered(self) -> OrderLines:
        """The lines, with their arithmetic."""
        return OrderLines(self.lines)

    @property
    def receiver(self) -> Addressee:
        """Whom the parcel goes to."""
        return Addressee(receiver_name=self.receiver_name, phone=self.phone, address=self.address)

    @property
    def bought(self) -> Bought:
        """What is bought by whom, as its prices are checked."""
        return {"order": self.order_no, "lines": self.lines, "customer": self.customer_no}

    @property
    def label(self) -> Label:
        """Whom the parcel goes to."""
        return {"to": self.address, "receiver": self.receiver_name, "phone": self.phone}


class PlacedOrder(NewOrder):
    """An order as it is placed: what it costs, and how it is paid and delivered. What a shop tells of whom it goes to
    may be unclear: somebody has paid for it all the same, so it is kept as it came, and doubted.
    """

    receiver_name: Annotated[PersonName | SkipJsonSchema[AsItCame], _FIRST_THAT_FITS]
    phone: Annotated[Phone | SkipJsonSchema[AsItCame], _FIRST_THAT_FITS]
    address: Annotated[Address | SkipJsonSchema[UnclearAddress], _FIRST_THAT_FITS]
    freight: Price = NOTHING
    """What the customer pays for the delivery."""
    placed_as: OrderNo | None = None
    """The order that the customer placed, where this one ships goods of it."""
    discount: Price = NOTHING
    """What the customer pays less for all goods together."""
    delivery_method: Annotated[DeliveryMethod | SkipJsonSchema[AsItCame], _FIRST_THAT_FITS]
    payment_method: Annotated[PaymentMethod | SkipJsonSchema[AsItCame], _FIRST_THAT_FITS]
    ship_promise_hours: Annotated[int, Field(ge=1, le=24 * 90)] | None = None
    buyer_note: BuyerNote = ""

    @model_validator(mode="before")
    @classmethod
    def _nobody_named(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {"receiver_name": "", "phone": "", "address": "", **value}  # pyright: ignore[reportUnknownVariableType]

    @property
    def customers_no(self) -> str:
        """The number under which the customer knows it."""
        return self.placed_as or self.order_no

    @property
    def payer(self) -> Payer:
        """What is paid for, and how, as RecordPayment asks it."""
        return {"order": self.order_no, "method": self.payment_method}

    @property
    def total(self) -> Money:
        """What the customer pays for all of it."""
        return worth(self.lines) + self.freight - self.discount

    @property
    def objection(self) -> str:
        """Why these amounts can't be an order's, in a sentence; empty if they can."""
        if not in_one_currency((self.freight, self.discount, *(line.unit_price for line in self.lines))):
            return "All amounts of an order are in one currency."
        if sum(line.unit_price.amount * line.qty for line in self.lines) + self.freight.amount >= TOO_MUCH:
            return f"The order comes to {TOO_MUCH} or more."
        return "The discount is more than the goods cost." if self.discount > worth(self.lines) else ""
