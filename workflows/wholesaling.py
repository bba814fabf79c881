"""What whoever acts in an order of goods in bulk is asked, and what it comes to: the forms and the arithmetic of
`wholesale_order`, which has more rows than one file holds beside them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from activities.orders.contract import OrderEntry
from activities.stock.contract import FREE_OF
from activities.trade.contract import CREDIT_LEFT, LEVEL_PRICE
from models.roles import Role
from models.values import (
    NOTHING,
    Address,
    Code,
    Count,
    Day,
    FormRow,
    FormRows,
    Money,
    Paid,
    PartnerNo,
    Pct,
    Personal,
    PersonName,
    Phone,
    Price,
    PricedLine,
    Qty,
    Remark,
    Sku,
    SkuQty,
    Some,
    Text,
    in_coins,
    in_one_currency,
    per_sku,
)
from workflows.language.forms import Form, InHistory, Keep, Note, Problems, Told
from workflows.language.memory import ChildReport
from workflows.language.sources import FromCase, of_book, proposed, rows_of, to_check, within

SHIP_LIMIT = 48  # hours; those who ship are told a day before (001-t 二(四)2)
LONGEST_LEAD = 365  # days (default)
ARRIVED = frozenset({"delivered", "completed"})
"""The stages of an order whose goods the partner has."""


class Inquiry(Told):
    company: InHistory[Text]
    contact: InHistory[Annotated[Text, Personal.NAME]]
    lines: Keep[Some[SkuQty]]
    needed_by: Keep[Day | None] = None
    partner_no: Keep[PartnerNo | None] = None


class QuotedLine(FormRow):
    sku: FromCase[Sku]
    qty: Annotated[Qty, proposed("qty")]
    price: Annotated[Price, proposed(of_book(LEVEL_PRICE, partner="who"))]


class Quote(Form):
    prices: Keep[Annotated[Some[QuotedLine], rows_of("lines")]]
    valid_until: Keep[Annotated[Day, within(at_least="now")]]
    lead_days: Keep[Annotated[Count, Field(le=LONGEST_LEAD)]]

    def problems(self) -> Problems:
        if not in_one_currency(row.price for row in self.prices):
            yield "prices", "All prices of a quote must be in one currency."


class ShipTo(FormRow):
    name: PersonName
    phone: Phone
    address: Address
    lines: FormRows[SkuQty] = ()
    """What is sent there; everything where there is only one address."""


class BulkOrder(Told):
    lines: Keep[Some[SkuQty]]
    ship_to: Keep[Some[ShipTo]]
    payment: Keep[Literal["prepaid", "credit"]]
    note: InHistory[Remark] = ""
    partner_no: Keep[PartnerNo | None] = None

    def problems(self) -> Problems:
        going = [line for place in self.ship_to for line in place.lines]
        if len(self.ship_to) == 1 and not going:
            return
        if per_sku(going) != per_sku(self.lines) or not all(place.lines for place in self.ship_to):
            yield "ship_to", "With several addresses, say what of the lines goes to each."


class OrderOfQuote(BulkOrder):
    lines: Keep[Annotated[Some[SkuQty], proposed("lines")]]
    partner_no: Keep[FromCase[PartnerNo | None]] = None


class Check(Form):
    credit_ok: Annotated[bool, to_check(of_book(CREDIT_LEFT, partner="who"))]
    stock_ok: Annotated[bool, to_check(of_book(FREE_OF))]
    price_ok: Annotated[bool, to_check("agreed")]
    note: Remark = ""


class PaidIn(Form):
    amount: Annotated[Paid | None, to_check("open")] = None
    """Without it nothing counts as paid: finance looks it up."""
    payment_no: Remark = ""


class Counted(PaidIn):
    """What was counted of a payment, and what of it nobody owes."""

    over: Paid | None = None


class Parcels(Form):
    order_nos: FromCase[Some[Code]]


class Settlement(Form):
    paid: Annotated[Price, proposed("to_pay", at_most="owing")]
    rebate: Annotated[Price, proposed("rebate_left", at_most="rebate_left")] = NOTHING
    payment_no: Remark = ""
    note: Remark = ""


class BulkTerms(BaseModel):
    """What was ordered, at which prices, and what of it is paid and has arrived."""

    partner: Text | None = None
    """The account of whoever ordered."""
    partner_no: PartnerNo | None = None
    lines: FormRows[SkuQty] = ()
    needed_by: Day | None = None
    prices: FormRows[QuotedLine] = ()
    valid_until: Day | None = None
    lead_days: Count = 0
    ship_to: FormRows[ShipTo] = ()
    payment: Literal["prepaid", "credit"] = "prepaid"
    amount: Paid | None = None
    """What was paid ahead."""
    payments: tuple[str, ...] = ()
    """The numbers of all payments that were counted, ahead or later."""
    at_level: Price | None = None
    """What the order costs at the partner's price level; None where the book has no price for it all."""
    level: Text = "-"
    rebate_pct: Pct | None = None
    owed: Price = NOTHING
    """By the partner, for the orders before this one."""
    limit: Price | None = None
    """The most that the partner may owe; None where there is no limit."""
    credit_drawn: bool = False
    settled: Price = NOTHING
    """What was paid on credit that was drawn."""
    rebate: Price = NOTHING
    given_back: Price = NOTHING
    """What went back of what was paid, as the goods never came, or as rebate."""
    taken_off: Price = NOTHING
    """What the goods cost that were cancelled, came back or were lost once the order had left: nobody pays for them."""
    order_nos: tuple[Code, ...] = ()
    """The numbers of its orders, one for each address."""

    @property
    def unit_prices(self) -> dict[str, Money]:
        """What one of each SKU costs by the quote, at the quantity that is ordered."""
        found: dict[str, Money] = {}
        for sku, ordered in per_sku(self.lines).items():
            breaks = sorted((row for row in self.prices if row.sku == sku), key=lambda row: row.qty)
            reached = [row for row in breaks if row.qty <= ordered]
            for row in reached[-1:] or breaks[:1]:
                found[sku] = row.price
        return found

    @property
    def ship_hours(self) -> int:
        """As for a retail order, or by the date that was agreed with the quote."""
        return max(SHIP_LIMIT, self.lead_days * 24)

    @property
    def warn_hours(self) -> int:
        return self.ship_hours - 24

    @property
    def agreed(self) -> Money | None:
        """What the order comes to, by the quote or the partner's price level; None where a line has no price."""
        prices = self.unit_prices
        if not self.lines or any(line.sku not in prices for line in self.lines):
            return None
        return self._worth(self.lines)

    def _worth(self, rows: FormRows[SkuQty]) -> Money:
        prices = self.unit_prices
        return sum((prices[row.sku] * row.qty for row in rows), NOTHING)

    @property
    def delivered_worth(self) -> Money:
        """What the goods cost that came, or are to come."""
        return (self.agreed or NOTHING) - self.taken_off

    @property
    def paid_in(self) -> Money:
        """All that was paid, ahead and later, less what went back."""
        return (self.amount or NOTHING) + self.settled - self.given_back

    @property
    def open(self) -> Money:
        """What is still to be paid; below zero, what was paid too much."""
        return self.delivered_worth - self.paid_in - self.rebate

    @property
    def owing(self) -> Money:
        """The same; nothing where too much was paid."""
        return max(self.open, NOTHING)

    @property
    def rebate_left(self) -> Money:
        """What the partner may still get as rebate, by its terms: a share of what the goods cost."""
        worth = self.delivered_worth
        whole = in_coins(worth.amount * (self.rebate_pct or 0) / 100, worth.currency)
        return max(whole - self.rebate, NOTHING)

    @property
    def to_pay(self) -> Money:
        """What settles the order beside the rebate."""
        return max(self.owing - self.rebate_left, NOTHING)

    @property
    def who(self) -> str:
        """The partner, as the trade book knows it."""
        return self.partner_no or self.partner or "-"

    def has_counted(self, payment_no: str) -> bool:
        """Whether this payment was told before."""
        return bool(payment_no) and payment_no in self.payments

    def parcels(self, number: str) -> dict[str, ShipTo]:
        """Order number -> where it goes, and what; of the bulk order of this number."""
        return {
            f"{number}-{n}": place if place.lines else place.model_copy(update={"lines": self.lines})
            for n, place in enumerate(self.ship_to, start=1)
        }

    def order_forms(self, number: str) -> list[dict[str, Any]]:
        """The forms that place its orders, one for each address."""
        prices = self.unit_prices
        return [
            {
                "order_no": order,
                "placed_as": number,
                "receiver_name": place.name,
                "phone": place.phone,
                "address": place.address,
                "lines": [
                    {"sku": line.sku, "qty": line.qty, "unit_price": prices.get(line.sku, NOTHING)}
                    for line in place.lines
                ],
                "delivery_method": "freight",
                "payment_method": "debit",
            }
            for order, place in self.parcels(number).items()
        ]

    def worth_missing(self, parcels: dict[str, ShipTo], reports: list[ChildReport]) -> Money:
        """What the goods cost that never came, by what became of the orders that were to bring them. One that says
        nothing of its goods has brought them all.
        """
        missing = NOTHING
        for report in reports:
            place = parcels.get(report.case.rpartition(":")[2])
            if place is not None:
                sent = self._worth(place.lines)
                came = report.result.get("worth", sent) if report.stage in ARRIVED else NOTHING
                missing += max(sent - Money.model_validate(came), NOTHING)
        return missing

    def entry(self, number: str) -> OrderEntry | None:
        """The order for the orders' book, once it is clear what it costs and where it goes."""
        prices = self.unit_prices
        if self.agreed is None or not self.ship_to:
            return None
        first = self.ship_to[0]
        return OrderEntry(
            order=number,
            customer_no=self.partner_no or "",
            receiver_name=first.name,
            phone=first.phone,
            address=first.address,
            lines=tuple(
                PricedLine(sku=line.sku, qty=line.qty, unit_price=prices[line.sku]) for line in self.lines
            ),
        )


Row = dict[str, Any]
PRICE_APPROVAL: Row = {
    "by": Role.OPS_MANAGER | Role.GM,
    "form": Note,
    "approves": ("partner_no", "lines", "prices", "at_level", "level"),
}
CREDIT_APPROVAL: Row = {
    "by": Role.OPS_MANAGER | Role.GM,
    "form": Note,
    "approves": ("partner_no", "lines", "agreed", "owed", "limit"),
}
PAYMENT: Row = {
    "by": Role.PAYMENT_FEED | Role.FINANCE,
    "form": PaidIn,
    "on": "payment.transfer.received",
}
"""Who sends it, with which form, on which message from outside: what the rows share that take a payment."""
