"""Settlements, corrections and pay. Amounts are ten-thousandths."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.table import Counter, Table, UtcDateTime


class LedgerEntry(Table, table=True):
    """A correction of a settlement, or what takes one back."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ix_ledger_entries_batch", "store", "batch"),)

    entry_no: str = Field(primary_key=True)
    key: str = Field(index=True)
    store: str
    batch: str
    line: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)


class OpenLine(Table, table=True):
    """A line of a settlement on which the books and the statement differ."""

    __tablename__ = "settlement_lines"
    __table_args__ = (Index("ix_settlement_lines_batch", "store", "batch"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str
    store: str
    batch: str
    counterparty: str
    line: str
    ours: int = Field(sa_type=BigInteger)
    theirs: int = Field(sa_type=BigInteger)
    currency: str
    state: str = "open"
    """`open`, `carried` to the next period, `unpaid` where it waits and nothing is expected of it, `taken_up` by the
    next period, or `cleared`.
    """
    at: datetime = Field(sa_type=UtcDateTime)


class SettlementPeriod(Table, table=True):
    """The days that a settlement is about."""

    __tablename__ = "settlement_periods"
    __table_args__ = (Index("ix_settlement_periods_days", "store", "counterparty", "last"),)

    store: str = Field(primary_key=True)
    batch: str = Field(primary_key=True)
    counterparty: str
    first: date
    last: date
    key: str = Field(index=True)


class Settlement(Table, table=True):
    """A settlement whose money has moved."""

    __tablename__ = "settlements"

    store: str = Field(primary_key=True)
    batch: str = Field(primary_key=True)
    counterparty: str
    payment_no: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    paid_at: datetime = Field(sa_type=UtcDateTime)
    key: str


class PayRun(Table, table=True):
    """Which case works out what an employee is paid for a period."""

    __tablename__ = "pay_runs"

    store: str = Field(primary_key=True)
    employee: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    case: str
    key: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class StaffPay(Table, table=True):
    """A part of what an employee is paid for a period."""

    __tablename__ = "staff_pay"
    __table_args__ = (Index("ix_staff_pay_employee", "store", "employee", "period"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str = Field(index=True)
    store: str
    employee: str
    period: str
    part: str
    amount: int = Field(sa_type=BigInteger)
    currency: str
    paid_on: date | None = None
    note: str = ""
    replaced: bool = False
    """A later run, or a reversal, holds instead."""
    at: datetime = Field(sa_type=UtcDateTime)
