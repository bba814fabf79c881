"""The money book, by order. Amounts are ten-thousandths of the currency's unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.table import Counter, Json, Table, UtcDateTime


class OrderAccount(Table, table=True):
    """An order's money. Locked by whoever changes it, so that refunds never exceed payments."""

    __tablename__ = "order_accounts"
    __table_args__ = (
        CheckConstraint("paid >= 0 AND refunded >= 0 AND shared >= 0", name="not_negative"),
        CheckConstraint("refunded + shared <= paid", name="not_overdrawn"),
    )

    store: str = Field(primary_key=True)
    order: str = Field(primary_key=True)
    currency: str
    paid: int = Field(default=0, sa_type=BigInteger)
    """Payments, charges and what came from an order that it is a part of."""
    refunded: int = Field(default=0, sa_type=BigInteger)
    """Paid back, or being paid back."""
    shared: int = Field(default=0, sa_type=BigInteger)
    """Handed to the parts that the order was split into."""
    commission_base: int = Field(default=0, sa_type=BigInteger)

    @property
    def left(self) -> int:
        """What can still be refunded or shared."""
        return self.paid - self.refunded - self.shared


class Entry(Table, table=True):
    """One change of one column of an account. The sum of a column's entries is its balance."""

    __tablename__ = "account_entries"
    __table_args__ = (
        UniqueConstraint("key", "line"),
        Index("ix_account_entries_account", "store", "order"),
        ForeignKeyConstraint(["store", "order"], ["order_accounts.store", "order_accounts.order"]),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str
    line: int
    effect: str
    store: str
    order: str
    side: str
    """`paid`, `refunded`, `shared` or `commission_base`."""
    change: int = Field(sa_type=BigInteger)
    note: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class Payment(Table, table=True):
    """Money that came in at once: what a refund goes back to."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0 AND refunded >= 0 AND refunded <= amount", name="within"),
        Index("ix_payments_account", "store", "order"),
        Index("ix_payments_number", "store", "payment_no"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str = Field(index=True)
    store: str
    order: str
    payment_no: str = ""
    """The provider's number of it; empty where there is none."""
    amount: int = Field(sa_type=BigInteger)
    refunded: int = Field(default=0, sa_type=BigInteger)
    """Paid back, being paid back, or handed on to a part of the order."""
    currency: str
    method: str = ""
    state: str = "paid"
    """`asked` while the provider charges it, then `paid` or `declined`."""
    round: int = 0
    """In which the provider was asked last: it may have declined in an earlier one."""
    at: datetime = Field(sa_type=UtcDateTime)


class Refund(Table, table=True):
    """Money on its way back, or back."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="not_negative"),
        Index("ix_refunds_account", "store", "order"),
    )

    refund_no: str = Field(primary_key=True)
    key: str = Field(unique=True)
    store: str
    order: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    route: str
    account: str = ""
    reason: str = ""
    legs: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    """What goes back to which payment: `payment` (row), `payment_no`, `amount`."""
    state: str = "asked"
    """`asked`, `paid` or `declined`."""
    provider_refs: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    by_hand_ref: str = Field(default="", index=True)
    """The number of what finance, or the platform, has paid by itself."""
    asked_at: datetime = Field(sa_type=UtcDateTime)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Paper(Table, table=True):
    """A credit note or a receivable."""

    __tablename__ = "money_papers"
    __table_args__ = (Index("ix_money_papers_account", "store", "order"),)

    number: str = Field(primary_key=True)
    kind: str
    """`credit_note` or `receivable`; one of a negative amount takes an earlier one back."""
    key: str
    store: str
    order: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    reason: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
