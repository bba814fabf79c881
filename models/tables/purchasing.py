"""The purchases' book: suppliers, orders placed with them, and goods received. Amounts are ten-thousandths."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from models.table import Counter, Json, Table, UtcDateTime


class Supplier(Table, table=True):
    """Someone whom the store buys from."""

    __tablename__ = "suppliers"

    supplier: str = Field(primary_key=True)
    company: str
    credit_code: str = Field(default="", index=True)
    """The company's own number, under which it is known whatever it calls itself; empty where nobody said it."""
    categories: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    contract: str
    valid_from: date
    valid_to: date
    admitted: bool = True
    rating: str = "active"
    """`active`, `downgraded` or `frozen`."""
    admitted_key: str = Field(default="", index=True)
    """The effect that admitted it last."""
    at: datetime = Field(sa_type=UtcDateTime)


class SupplierRatingChange(Table, table=True):
    """One change of a supplier's rating."""

    __tablename__ = "supplier_ratings"

    key: str = Field(primary_key=True)
    supplier: str = Field(foreign_key="suppliers.supplier", index=True)
    before: str
    after: str
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)


class Purchase(Table, table=True):
    """An order placed with a supplier."""

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint("prepaid >= 0 AND paid >= 0 AND debited >= 0", name="not_negative"),
        Index("ix_purchases_supplier", "supplier"),
    )

    store: str = Field(primary_key=True)
    purchase: str = Field(primary_key=True)
    key: str = Field(index=True)
    supplier: str
    contract: str
    delivery_date: date
    """The contract's: what comes later is late."""
    expected_on: date | None = None
    """As the supplier promised since; None where the contract's date still stands."""
    terms: str
    currency: str
    prepaid: int = Field(default=0, sa_type=BigInteger)
    paid: int = Field(default=0, sa_type=BigInteger)
    debited: int = Field(default=0, sa_type=BigInteger)
    """Off the bill: sent back, or accepted at a deduction."""
    cancelled: bool = False
    at: datetime = Field(sa_type=UtcDateTime)


class PurchaseLine(Table, table=True):
    """Goods of one SKU in a purchase, all at one price."""

    __tablename__ = "purchase_lines"
    __table_args__ = (
        CheckConstraint(
            "cancelled >= 0 AND returned >= 0 AND received >= returned AND qty >= cancelled", name="within"
        ),
        Index("ix_purchase_lines_sku", "sku"),
    )

    store: str = Field(primary_key=True)
    purchase: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    sku: str
    qty: int
    unit_price: int = Field(sa_type=BigInteger)
    cancelled: int = 0
    """Won't come."""
    received: int = 0
    returned: int = 0
    """Received, and sent back: expected again."""

    @property
    def outstanding(self) -> int:
        """Expected still; more than ordered may have come."""
        return max(self.qty - self.cancelled - self.received + self.returned, 0)


class SupplierEntry(Table, table=True):
    """One entry between the store and a supplier."""

    __tablename__ = "supplier_entries"
    __table_args__ = (
        UniqueConstraint("key", "line"),
        Index("ix_supplier_entries_purchase", "store", "purchase"),
        Index("ix_supplier_entries_number", "store", "kind", "number"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str
    line: int = 1
    kind: str
    """`prepayment`, `payment`, `debit`, `receivable`, `voucher` or `reversal`."""
    number: str
    """The payment's, invoice's, voucher's or note's."""
    store: str
    purchase: str | None = None
    note: str | None = None
    amount: int = Field(sa_type=BigInteger)
    currency: str
    reason: str = ""
    booked_on: date | None = None
    at: datetime = Field(sa_type=UtcDateTime)


class ReceiptNote(Table, table=True):
    """An inbound note in the books."""

    __tablename__ = "receipt_notes"

    store: str = Field(primary_key=True)
    note: str = Field(primary_key=True)
    key: str = Field(index=True)
    purchase: str | None = None
    location: str
    value: int = Field(sa_type=BigInteger)
    currency: str
    reversed: bool = False
    at: datetime = Field(sa_type=UtcDateTime)


class ReceiptGoods(Table, table=True):
    """How much of a note's goods is what by now. Sellable ones have left its care."""

    __tablename__ = "receipt_goods"
    __table_args__ = (CheckConstraint("qty >= 0", name="not_negative"),)

    store: str = Field(primary_key=True)
    note: str = Field(primary_key=True)
    sku: str = Field(primary_key=True)
    disposition: str = Field(primary_key=True)
    qty: int = 0


class ReceiptLine(Table, table=True):
    """What came with a note, at what cost."""

    __tablename__ = "receipt_lines"
    __table_args__ = (Index("ix_receipt_lines_sku", "sku"),)

    store: str = Field(primary_key=True)
    note: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    sku: str
    qty: int
    unit_cost: int = Field(sa_type=BigInteger)
    currency: str
