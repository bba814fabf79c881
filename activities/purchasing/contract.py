"""The purchases' book: suppliers, orders placed with them, goods received on those orders, and what is owed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from activities.stock.contract import Disposition
from models.effect import Effect, Undo
from models.values import (
    NOTHING,
    Code,
    Day,
    FormRow,
    Location,
    LongText,
    Paid,
    Price,
    PricedLine,
    Qty,
    Remark,
    Sku,
    SkuQty,
    Some,
    Supplier,
    Text,
)


class PaymentTerms(StrEnum):
    """When a purchase is paid."""

    PREPAID = "prepaid"
    PART = "part"
    """A part ahead, the rest on receipt."""
    ON_RECEIPT = "on_receipt"
    DAYS_30 = "30d"
    DAYS_60 = "60d"


class Standing(StrEnum):
    """How the store deals with a supplier."""

    ACTIVE = "active"
    DOWNGRADED = "downgraded"
    """Gets a smaller share of the orders."""
    FROZEN = "frozen"
    """Gets no new orders."""


class WithdrawSupplier(Undo):
    """A supplier gets no new orders any more; the open ones stay. Data: `open_orders`."""


class AdmitSupplier(Effect):
    """A supplier may be bought from, between these days. Admitted again, its entry and its standing are new.

    Data: `created`.
    """

    undone_by: ClassVar[type[Undo] | None] = WithdrawSupplier

    supplier: Supplier
    company: Text
    categories: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    contract: Code
    valid_from: Day
    valid_to: Day


class RestoreStanding(Undo):
    """A supplier has the standing that it had before. Data: `standing`."""


class SetStanding(Effect):
    """A supplier's standing changes. Data: `before`, and `open_orders`, the purchases of it that aren't received yet.

    No when the book doesn't have the supplier.
    """

    undone_by: ClassVar[type[Undo] | None] = RestoreStanding
    shows: ClassVar[tuple[str, ...]] = ("supplier", "standing")

    supplier: Supplier
    standing: Standing
    reason: Text
    replacement: Supplier | None = None


class CancelPurchase(Undo):
    """A purchase order is off and its goods are expected no more; what has come stays. Data: `lines` cancelled."""


class PlacePurchase(Effect):
    """Order from a supplier on a contract; the goods are expected stock from now on.

    Data: `value` of the order. No when the supplier isn't admitted, is frozen, or the contract has run out.
    """

    undone_by: ClassVar[type[Undo] | None] = CancelPurchase
    shows: ClassVar[tuple[str, ...]] = ("purchase", "supplier", "lines")

    purchase: Code
    supplier: Supplier
    contract: Code
    lines: Some[PricedLine]
    delivery_date: Day
    terms: PaymentTerms = PaymentTerms.ON_RECEIPT


class ExpectPurchase(Effect):
    """The goods of a purchase are expected on another day. Data: `before`. No when there is no such purchase."""

    shows: ClassVar[tuple[str, ...]] = ("purchase", "day")

    purchase: Code
    day: Day
    cause: Remark = ""


class ShortenPurchase(Effect):
    """Goods of a purchase won't come, by agreement: they are expected no more.

    Data: `lines` cancelled. No when fewer are outstanding.
    """

    shows: ClassVar[tuple[str, ...]] = ("purchase", "lines")

    purchase: Code
    lines: Some[SkuQty]
    reason: Text


class ClaimPrepayment(Undo):
    """A prepayment is claimed back from the supplier: the book has a receivable. Data: `receivable_no`."""


class PrepaySupplier(Effect):
    """Money went to a supplier ahead of its goods. The same payment number is counted once.

    Data: `prepaid` for the purchase so far. No when it exceeds the purchase's value, or another purchase has
    that payment number.
    """

    undone_by: ClassVar[type[Undo] | None] = ClaimPrepayment
    shows: ClassVar[tuple[str, ...]] = ("purchase", "amount")

    purchase: Code
    amount: Paid
    payment_no: Code


class PaySupplier(Effect):
    """Pay what a purchase still costs. The book matches three ways: what was ordered at its contract price, what
    was received less what went back, and the invoice.

    Data: `received_value`, `prepaid`, `debited` (sent back or accepted at a deduction), `paid` so far. No when the
    invoice was paid already, or exceeds received value less prepaid less debited; data then has `due`.
    """

    shows: ClassVar[tuple[str, ...]] = ("purchase", "amount")

    purchase: Code
    invoice_no: Code
    amount: Price


class CostedLine(FormRow):
    sku: Sku
    qty: Qty
    unit_cost: Price


class ReverseReceipt(Undo):
    """A receipt is reversed: its goods are off the stock, the purchase awaits them again.

    No when some of them have been put away already.
    """


class PostReceipt(Effect):
    """An inbound note enters the books: its goods wait for inspection, on hand but not for sale, and count
    towards their purchase.

    Data: `received` and `outstanding` of the purchase, each sku and qty. No when the note is in the books already.
    """

    undone_by: ClassVar[type[Undo] | None] = ReverseReceipt
    shows: ClassVar[tuple[str, ...]] = ("note", "lines")

    note: Code
    purchase: Code | None = None
    lines: Some[CostedLine]
    location: Location | None = None


class ReverseVoucher(Undo):
    """The finance entry of a receipt is reversed by a voucher of its own. Data: `voucher_no`."""


class BookVoucher(Effect):
    """Finance enters a receipt under a voucher: goods at cost, owed to the supplier.

    Data: `amount`. No when the voucher number is in use, or the receipt has one.
    """

    undone_by: ClassVar[type[Undo] | None] = ReverseVoucher
    shows: ClassVar[tuple[str, ...]] = ("note", "voucher_no")

    note: Code
    voucher_no: Code
    booked_on: Day


class Regraded(FormRow):
    """Goods of one SKU that become something else: inspected, set apart, put away in a bin."""

    sku: Sku
    qty: Qty
    was: Disposition
    becomes: Disposition
    bin: Remark = ""


class RegradeStock(Effect):
    """Goods of a receipt become something else. Sellable ones are put in their bin and fill back orders, oldest
    first.

    Data: `filled`, the back orders that now are reservations: order, sku, qty, location. No when less of it is
    there as what it was.
    """

    shows: ClassVar[tuple[str, ...]] = ("note", "lines")

    note: Code
    lines: Some[Regraded]


class ReturnToSupplier(Effect):
    """Goods of a receipt go back with a return note, and the supplier is debited. Goods that were never posted
    only leave a note.

    Data: `debit_no`, `debited`. No when fewer are set apart.
    """

    shows: ClassVar[tuple[str, ...]] = ("note", "lines")

    note: Code
    return_note: Code
    purchase: Code | None = None
    lines: Some[SkuQty]
    debit: Price = NOTHING
    posted: bool = True


class DebitSupplier(Effect):
    """The supplier is debited for goods that the store keeps: seconds, taken at a deduction. Data: `debit_no`."""

    shows: ClassVar[tuple[str, ...]] = ("note", "amount")

    note: Code
    purchase: Code | None = None
    amount: Paid
    reason: LongText
