"""What is known of a presale whose goods are sent ahead: its deposit, its balance, and what goes back."""

from __future__ import annotations

from typing import Literal

from activities.orders.contract import DoubtfulPrice, NewOrder, PaymentMethod
from models.values import (
    NOTHING,
    Address,
    Carrier,
    Code,
    DateRange,
    Day,
    FormRows,
    Money,
    Order,
    Paid,
    Price,
    Sku,
    SkuQty,
    Text,
    per_sku,
    total,
    worth,
)
from workflows.language.forms import Case

LEAST_DEPOSIT_PCT = 10  # of the price; a smaller deposit is looked at (default)


class PresaleCase(Case, NewOrder):
    """A presale."""

    payment_method: PaymentMethod
    payment_no: str = ""
    deposit: Paid
    deposit_refundable: bool = False
    balance_window: DateRange
    batch_no: Code | None = None
    carrier: Carrier | None = None
    waybill_no: Code | None = None
    depot: Text = "-"
    balance_paid_in: Price = NOTHING
    cause: Literal["lost", "damaged", "late"] | None = None
    """Why the parcel that was sent ahead failed."""
    found: Literal["sellable", "defective"] | None = None
    """What quality control found of goods that are back."""
    new_order: Order | None = None
    """The order that takes the parcel, whose buyer hasn't paid for it."""
    goes_to: Address | None = None
    """Where that order's buyer is."""
    doubtful_prices: FormRows[DoubtfulPrice] = ()
    """What is sold below the book's price."""

    @property
    def paid_in(self) -> Money:
        return self.deposit + self.balance_paid_in

    @property
    def is_deposit_small(self) -> bool:
        return self.deposit * 100 < self.total * LEAST_DEPOSIT_PCT

    @property
    def total(self) -> Money:
        return worth(self.lines)

    @property
    def balance(self) -> Money:
        return self.total - self.deposit

    @property
    def refund_due(self) -> Money:
        """The balance; the deposit too, where the presale's rule says so."""
        return self.balance_paid_in + (self.deposit if self.deposit_refundable else NOTHING)

    @property
    def pieces(self) -> int:
        return total(self.lines)

    @property
    def skus(self) -> tuple[Sku, ...]:
        return tuple(per_sku(self.lines))

    @property
    def goods(self) -> tuple[SkuQty, ...]:
        return tuple(SkuQty(sku=line.sku, qty=line.qty) for line in self.lines)

    @property
    def window_opens(self) -> Day:
        return self.balance_window.first

    @property
    def window_closes(self) -> Day:
        """The last day; the window closes at its end."""
        return self.balance_window.last
