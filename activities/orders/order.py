"""An order as the procedures that place, ship and replace it speak of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self, TypedDict

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from activities.money.contract import Share
from activities.orders.entries import OrderEntry, OrderOrigin
from activities.orders.lines import OrderLines
from activities.orders.shortages import CAUSE_OF, MissingGoods, Shortage, ShortageAnswer
from models.values import (
    NOTHING,
    Address,
    Carrier,
    Code,
    Count,
    Day,
    FormRow,
    FormRows,
    LineQty,
    Location,
    Money,
    Name,
    Phone,
    Price,
    PricedLine,
    Qty,
    Remark,
    SkuQty,
    Some,
    amount,
    line_rows,
    per_line,
    per_sku,
    ref,
    sku_rows,
    worth,
)

NewOrderNo = Annotated[Code, Field(max_length=48)]
"""The number of an order that begins. It leaves room for the numbers of the cases that the order starts."""
OrderNo = Annotated[NewOrderNo, ref("order")]
"""The number of an order that is there, of the same length."""
DeliveryMethod = Literal["express", "freight", "pickup"]
PaymentMethod = Literal["card", "e-money", "e-cheque", "debit", "platform-wallet"]
Doubtful = Literal[
    "receiver_name", "phone", "address", "lines", "delivery_method", "payment_method", "buyer_note"
]
"""The answers of an order that a customer may be asked about."""


class Addressee(FormRow):
    """Whom a parcel goes to."""

    receiver_name: Name
    phone: Phone
    address: Address


class Corrections(FormRow):
    """What a customer says is wrong in an order, as it is right."""

    receiver_name: Name | None = None
    phone: Phone | None = None
    address: Address | None = None
    buyer_note: Remark | None = None


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


class PartOfOrder(FormRow):
    """What another order ships of this one."""

    order_no: Code
    lines: Some[PricedLine]
    freight: Price = NOTHING
    """The first part of a split order carries what the customer paid for the delivery."""

    @property
    def worth(self) -> Money:
        """Its share of the order's money."""
        return worth(self.lines) + self.freight


class Label(TypedDict):
    """Whom a parcel goes to, as BookWaybill asks it."""

    to: Address
    receiver: str
    phone: str


class OrderParcel(TypedDict):
    """An order's parcel, as BookWaybill and RecordShipment ask it."""

    order: str
    waybill_no: str
    carrier: str
    parcels: int


class NewOrder(BaseModel):
    """What every form asks that begins an order, and what its case keeps: who gets which goods."""

    order_no: NewOrderNo
    receiver_name: Name
    phone: Phone
    address: Address
    lines: Some[PricedLine]

    @property
    def ordered(self) -> OrderLines:
        """The lines, with their arithmetic."""
        return OrderLines(self.lines)

    @property
    def receiver(self) -> Addressee:
        """Whom the parcel goes to."""
        return Addressee(receiver_name=self.receiver_name, phone=self.phone, address=self.address)

    @property
    def label(self) -> Label:
        """Whom the parcel goes to."""
        return {"to": self.address, "receiver": self.receiver_name, "phone": self.phone}


class PlacedOrder(NewOrder):
    """An order as it is placed: what it costs, and how it is paid and delivered."""

    freight: Price = NOTHING
    """What the customer pays for the delivery."""
    delivery_method: DeliveryMethod
    payment_method: PaymentMethod
    ship_promise_hours: Annotated[int, Field(ge=1, le=24 * 90)] | None = None
    buyer_note: Remark = ""

    @property
    def total(self) -> Money:
        """What the customer pays for all of it."""
        return worth(self.lines) + self.freight


class OpenOrder(PlacedOrder):
    """An order on its way: what can't be shipped of it now, what other orders ship, what was paid for the rest, and the
    parcel.
    """

    lines: FormRows[PricedLine]
    paid: Price = NOTHING
    """What came in for the order and hasn't been returned for single lines."""
    shortages: FormRows[Shortage] = ()
    parts: FormRows[PartOfOrder] = ()
    """What other orders ship: the parts of a split order, or lines that follow later."""
    package_count: Count = 0
    carrier: Carrier | None = None
    waybill_no: Code | None = None
    freight_fee: Price = NOTHING
    """What the carrier asks."""

    @property
    def parcel(self) -> OrderParcel:
        """The order's parcel, once it has a waybill."""
        return {
            "order": self.order_no,
            "waybill_no": self.waybill_no or "-",
            "carrier": self.carrier or "-",
            "parcels": self.package_count,
        }

    @property
    def goods(self) -> tuple[SkuQty, ...]:
        """How much of each SKU."""
        return self.ordered.goods

    def entry(self, origin: OrderOrigin) -> OrderEntry:
        """The order as it is now, for the orders' book."""
        return OrderEntry(
            order=self.order_no,
            origin=origin,
            receiver_name=self.receiver_name,
            phone=self.phone,
            address=self.address,
            lines=self.lines,
        )

    def start_form(self, part: PartOfOrder) -> dict[str, Any]:
        """The form that places the order for a part of this one."""
        return {
            **self.model_dump(
                mode="json",
                include={
                    "receiver_name",
                    "phone",
                    "address",
                    "delivery_method",
                    "payment_method",
                    "ship_promise_hours",
                },
            ),
            **dict(part),
        }

    def parts_by_location(self, parts: Iterable[PlacedPart]) -> tuple[PartOfOrder, ...]:
        """What each location ships, in the order in which the locations are named."""
        rows: dict[str, list[LineQty]] = {}
        for part in parts:
            rows.setdefault(part.location, []).append(LineQty(line=part.line, qty=part.qty))
        return tuple(
            PartOfOrder(
                order_no=f"{self.order_no}-P{n}",
                lines=self.ordered.priced(there),
                freight=self.freight if n == 1 else NOTHING,
            )
            for n, there in enumerate(rows.values(), 1)
        )

    def short(self, rows: Iterable[LineQty], cause: str, expected: Day | None = None) -> tuple[Shortage, ...]:
        """These rows, short for one cause, or for what keeps the warehouse from shipping them. `expected` is when the
        goods are to come.
        """
        rows = tuple(rows)
        return tuple(
            Shortage.model_validate(
                {
                    "line": row.line,
                    "sku": line.sku,
                    "qty": row.qty,
                    "cause": CAUSE_OF.get(cause, cause),
                    "expected": expected,
                }
            )
            for row, line in zip(rows, self.ordered.priced(rows), strict=True)
        )

    def short_in_stock(self, missing: Iterable[object]) -> tuple[Shortage, ...]:
        """What the stock book lacks, each with `sku`, `wanted` and `free`; all goods where it names none."""
        rows = [MissingGoods.model_validate(row) for row in missing]
        lacking = {row.sku: row.wanted - row.free for row in rows} or per_sku(self.lines)
        return self.short(self.ordered.rows_of(lacking), "no_stock")

    def shortage_no(self, short: Shortage, revision: int) -> str:
        """The number of the out-of-stock case about a shortage that was found in this step of the order's case."""
        return f"{self.order_no}-{short.line}-{revision}"

    def line_of(self, shortage_no: str) -> int | None:
        """The line that an out-of-stock case is about, as its number says; None where the order has no such line."""
        number = shortage_no.rpartition(":")[2].removeprefix(f"{self.order_no}-").partition("-")[0]
        return int(number) if number.isdecimal() and 1 <= int(number) <= len(self.lines) else None

    def settled(self, answers: Iterable[tuple[str, ShortageAnswer | dict[str, Any]]], later_no: str) -> Self:
        """The order as the answers of its out-of-stock cases leave it, each given with the number of its case. Goods
        that two answers name go once.

        What follows later does so under the number `later_no`. Where nothing else stays, the freight goes with it;
        where nothing stays at all, the out-of-stock case has refunded it.
        """
        order = self.ordered
        left = order.quantities
        later: list[LineQty] = []
        instead: list[PricedLine] = []
        for number, given in answers:
            answer = ShortageAnswer.model_validate(given)
            off = per_line(answer.rows_off(order, self.line_of(number))) & left
            left -= off
            rows = line_rows(off)
            later += rows if answer.follows_later else ()
            instead += answer.lines_instead(order.priced(rows))
        lines = (*order.priced(line_rows(left)), *instead)
        freight = self.freight if lines else NOTHING
        follows = self.freight if later and not lines else NOTHING
        paid = max(self.paid - self.total + worth(lines) + freight, NOTHING) if self.paid else NOTHING
        part = (PartOfOrder(order_no=later_no, lines=order.priced(later), freight=follows),) if later else ()
        return self.model_copy(
            update={"lines": lines, "freight": freight, "paid": paid, "parts": part, "shortages": ()}
        )

    def without_parts(self, before: OpenOrder) -> Self:
        """The order when what was to follow later is cancelled with it: its money, if the order `before` was paid,
        is to be returned too.
        """
        paid = self.paid + amount(self.parts, "worth") if before.paid else NOTHING
        return self.model_copy(update={"paid": paid, "parts": ()})

    @property
    def shares(self) -> tuple[Share, ...]:
        """What its parts get of the order's money."""
        return tuple(Share(order=part.order_no, amount=part.worth) for part in self.parts if part.worth)

    def given_up_since(self, before: OpenOrder) -> tuple[SkuQty, ...]:
        """Goods that the order had reserved before, as they weren't short, and doesn't ship any more."""
        needed = per_sku(self.lines) + per_sku(before.shortages)
        return sku_rows(per_sku(before.lines) - needed)
