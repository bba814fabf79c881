"""What an order's forms and its case hold rows of: whom a parcel goes to, its parts, and what is doubtful of it."""

from __future__ import annotations

from typing import Annotated, Protocol, TypedDict

from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticCustomError

from models.values import (
    NOTHING,
    Address,
    BuyerNote,
    Code,
    FormRow,
    Location,
    Money,
    PersonName,
    Phone,
    Price,
    PricedLine,
    Qty,
    Sku,
    Some,
    worth,
)


class Addressee(FormRow):
    """Whom a parcel goes to."""

    receiver_name: PersonName
    phone: Phone
    address: Address


class Corrections(FormRow):
    """What a customer says is wrong in an order, as it is right."""

    receiver_name: PersonName | None = None
    phone: Phone | None = None
    address: Address | None = None
    buyer_note: BuyerNote | None = None


class PlacedPart(FormRow):
    """So much of a line of an order, at the location that ships it."""

    line: Qty
    qty: Qty
    location: Location


def _of_several_locations(parts: tuple[PlacedPart, ...]) -> tuple[PlacedPart, ...]:
    if len({part.location for part in parts}) < 2:
        raise PydanticCustomError("rule", "Name at least two locations: goods of one location are one part.")
    return parts


SplitParts = Annotated[Some[PlacedPart], AfterValidator(_of_several_locations)]
"""How an order is split: which location ships what of it."""


class DoubtfulPrice(FormRow):
    """What an order pays for a piece, and what the book asked for it that day."""

    model_config = ConfigDict(from_attributes=True)

    sku: Sku
    unit_price: Price
    book_price: Price


class Instead(Protocol):
    """So much of a line, and the article that goes in its place."""

    @property
    def line(self) -> int: ...
    @property
    def qty(self) -> int: ...
    @property
    def sku(self) -> str: ...


class PartOfOrder(FormRow):
    """What another order ships of this one."""

    order_no: Code
    lines: Some[PricedLine]
    freight: Price = NOTHING
    """The first part of a split order carries what the customer paid for the delivery."""
    discount: Price = NOTHING
    """Its share of what the customer pays less for the whole order."""

    @property
    def worth(self) -> Money:
        """Its share of the order's money."""
        return worth(self.lines) + self.freight - self.discount


class Label(TypedDict):
    """Whom a parcel goes to, as BookWaybill asks it."""

    to: Address
    receiver: str
    phone: str


class Payer(TypedDict):
    """What is paid for, and how, as RecordPayment asks it."""

    order: str
    method: str


class Bought(TypedDict):
    """What is bought at which prices, and by whom, as CheckOrderPrices asks it."""

    order: str
    lines: tuple[PricedLine, ...]
    customer: str | None
