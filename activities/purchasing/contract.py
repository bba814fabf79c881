"""The purchases' book: orders placed with suppliers, goods received on those orders, and what is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field

from activities.stock.contract import Disposition
from models.book_reading import BookReading
from models.effect import Effect, OutcomeRow, Refused, Success, Undo
from models.goods import FilledBackOrder, Goods
from models.values import (
    NOTHING,
    Code,
    Day,
    FormRow,
    Location,
    LongText,
    Money,
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
    User,
)

LAST_COST = BookReading("purchasing.cost", by=("sku",))
"""What a unit of a SKU cost when it last came in."""
AGREED_COST = BookReading("purchasing.agreed_cost", by=("purchase", "sku"))
"""What a unit costs by the contract of its purchase."""
ESTIMATE = BookReading("purchasing.estimate", by=("lines",))
"""What goods would come to at what they cost last; nothing where some never came in."""
OUTSTANDING = BookReading("purchasing.outstanding", by=("purchase",))
"""What of a purchase hasn't come yet."""
SUPPLIER_OF = BookReading("purchasing.supplier", by=("purchase",))
"""Whom a purchase was placed with."""
LAST_TERMS = BookReading("purchasing.terms", by=("supplier",))
"""By when a supplier was to be paid in the last contract with it."""


class PaymentTerms(StrEnum):
    """When a purchase is paid."""

    PREPAID = "prepaid"
    PART = "part"
    """A part ahead, the rest on receipt."""
    ON_RECEIPT = "on_receipt"
    DAYS_30 = "30d"
    DAYS_60 = "60d"


class PurchaseCancelled(Success):
    """The goods that aren't expected any more."""

    lines: tuple[Goods, ...] = ()


class PurchasePlaced(Success):
    """What the purchase comes to."""

    value: Money = NOTHING


class CancelPurchase(Undo):
    """A purchase order is off and its goods are expected no more; what has come stays."""

    success: ClassVar[type[Success]] = PurchaseCancelled


class PlacePurchase(Effect):
    """Order from a supplier on a contract; the goods are expected stock from now on.

    Refused when the supplier isn't admitted, is frozen, or the contract has run out, and when it is downgraded and
    nobody has allowed to buy from it.
    """

    success: ClassVar[type[Success]] = PurchasePlaced
    undone_by: ClassVar[type[Undo] | None] = CancelPurchase
    shows: ClassVar[tuple[str, ...]] = ("purchase", "supplier", "lines")

    purchase: Code
    supplier: Supplier
    contract: Code
    lines: Some[PricedLine]
    delivery_date: Day
    terms: PaymentTerms = PaymentTerms.ON_RECEIPT
    allowed_by: User | None = None
    """Who has allowed to buy from a supplier that is downgraded."""


class PurchaseExpected(Success):
    """The day on which the goods were expected before."""

    before: date | None = None


class ExpectPurchase(Effect):
    """The goods of a purchase are expected on another day; late is still what comes after the contract's.

    Refused when there is no such purchase.
    """

    success: ClassVar[type[Success]] = PurchaseExpected
    shows: ClassVar[tuple[str, ...]] = ("purchase", "day")

    purchase: Code
    day: Day
    cause: Remark = ""


class ShortenPurchase(Effect):
    """Goods of a purchase won't come, by agreement: they are expected no more.

    Refused when fewer are outstanding.
    """

    success: ClassVar[type[Success]] = PurchaseCancelled
    shows: ClassVar[tuple[str, ...]] = ("purchase", "lines")

    purchase: Code
    lines: Some[SkuQty]
    reason: Text


class PrepaymentClaimed(Success):
    """The receivable's number."""

    receivable_no: str = ""


class SupplierPrepaid(Success):
    """What was paid ahead for the purchase so far."""

    prepaid: Money = NOTHING


class ClaimPrepayment(Undo):
    """A prepayment is claimed back from the supplier: the book has a receivable."""

    success: ClassVar[type[Success]] = PrepaymentClaimed


class PrepaySupplier(Effect):
    """Money went to a supplier ahead of its goods. The same payment number is counted once.

    Refused when it exceeds the purchase's value, or another purchase has that payment number.
    """

    success: ClassVar[type[Success]] = SupplierPrepaid
    undone_by: ClassVar[type[Undo] | None] = ClaimPrepayment
    shows: ClassVar[tuple[str, ...]] = ("purchase", "amount")

    purchase: Code
    amount: Paid
    payment_no: Code


class _PurchaseMoney(OutcomeRow):
    """The money of a purchase, as the three-way match finds it."""

    received_value: Money | None = None
    """What was received, at its contract price."""
    prepaid: Money | None = None
    debited: Money | None = None
    """Sent back, or accepted at a deduction."""
    due: Money | None = None
    """Before this payment."""


class SupplierPaid(_PurchaseMoney, Success):
    """The money of the purchase that was paid."""

    paid: Money = NOTHING
    """So far."""


class SupplierNotPaid(_PurchaseMoney, Refused):
    """The money of the purchase, where there is one."""


class PaySupplier(Effect):
    """Pay what a purchase still costs. The book matches three ways: what was ordered at its contract price,
    what was received less what went back, and the invoice.

    Refused when the invoice was paid already, or exceeds received value less prepaid less debited.
    """

    success: ClassVar[type[Success]] = SupplierPaid
    refusal: ClassVar[type[Refused]] = SupplierNotPaid
    shows: ClassVar[tuple[str, ...]] = ("purchase", "amount")

    purchase: Code
    invoice_no: Code
    amount: Price


class CostedLine(FormRow):
    sku: Sku
    qty: Qty
    unit_cost: Price


class ReceiptPosted(Success):
    """Where the purchase stands; nothing where the receipt belongs to none."""

    received: tuple[Goods, ...] = ()
    outstanding: tuple[Goods, ...] = ()


class ReverseReceipt(Undo):
    """A receipt is reversed: its goods are off the stock, the purchase awaits them again.

    Refused when some of them have been put away already.
    """


class PostReceipt(Effect):
    """An inbound note enters the books: its goods wait for inspection, on hand but not for sale, and count
    towards their purchase.

    Refused when the note is in the books already, the purchase awaits nothing or never ordered one of them, and when
    more of one came than is outstanding and was approved beyond that.
    """

    success: ClassVar[type[Success]] = ReceiptPosted
    undone_by: ClassVar[type[Undo] | None] = ReverseReceipt
    shows: ClassVar[tuple[str, ...]] = ("note", "lines")

    note: Code
    purchase: Code | None = None
    lines: Some[CostedLine]
    location: Location | None = None
    refused: tuple[SkuQty, ...] = Field(default=(), max_length=200)
    """Goods that came with them and aren't taken: there, set apart for the supplier, and owed to nobody."""
    approved: tuple[SkuQty, ...] = Field(default=(), max_length=200)
    """So many more than was ordered may be kept."""
    approved_by: User | None = None
    """Who says so."""


class VoucherReversed(Success):
    """The number of the voucher that reverses it."""

    voucher_no: str = ""


class VoucherBooked(Success):
    """What the supplier is owed."""

    amount: Money = NOTHING


class ReverseVoucher(Undo):
    """The finance entry of a receipt is reversed by a voucher of its own."""

    success: ClassVar[type[Success]] = VoucherReversed


class BookVoucher(Effect):
    """Finance enters a receipt under a voucher: goods at cost, owed to the supplier.

    Refused when the voucher number is in use, or the receipt has one.
    """

    success: ClassVar[type[Success]] = VoucherBooked
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
    location: Location | None = None
    """Where they are put; None where the note took them in."""


def regraded(rows: Iterable[Any], was: Disposition, becomes: Disposition) -> tuple[Regraded, ...]:
    """These goods, each row with `sku`, `qty`, perhaps `bin` and `location`: from what they were to what they are."""
    return tuple(
        Regraded(
            sku=row.sku,
            qty=row.qty,
            was=was,
            becomes=becomes,
            bin=getattr(row, "bin", ""),
            location=getattr(row, "location", None),
        )
        for row in rows
    )


class StockRegraded(Success):
    """The back orders that are reservations now."""

    filled: tuple[FilledBackOrder, ...] = ()


class RegradeStock(Effect):
    """Goods of a receipt become something else. Sellable ones are put in their bin and fill back orders, oldest
    first.

    Refused when less of it is there as what it was.
    """

    success: ClassVar[type[Success]] = StockRegraded
    shows: ClassVar[tuple[str, ...]] = ("note", "lines")

    note: Code
    lines: Some[Regraded]


class ReturnedToSupplier(Success):
    """The debit for goods that went back."""

    debit_no: str = ""
    debited: Money = NOTHING


class ReturnToSupplier(Effect):
    """Goods of a receipt go back with a return note, and the supplier is debited; their purchase awaits them again.
    Goods that were never posted only leave a note.

    Refused when fewer are set apart.
    """

    success: ClassVar[type[Success]] = ReturnedToSupplier
    shows: ClassVar[tuple[str, ...]] = ("note", "lines")

    note: Code
    return_note: Code
    purchase: Code | None = None
    lines: Some[SkuQty]
    debit: Price = NOTHING
    posted: bool = True
    refused: bool = False
    """Whether the store never took them: nothing is debited, and their purchase has awaited them all the time."""


class SupplierDebited(Success):
    """The debit's number."""

    debit_no: str = ""


class DebitSupplier(Effect):
    """The supplier is debited for goods that the store keeps: seconds, taken at a deduction, or a penalty of the
    contract.
    """

    success: ClassVar[type[Success]] = SupplierDebited
    shows: ClassVar[tuple[str, ...]] = ("note", "purchase", "amount")

    note: Code | None = None
    """The inbound note; None where it is about the whole purchase."""
    purchase: Code | None = None
    amount: Paid
    reason: LongText
