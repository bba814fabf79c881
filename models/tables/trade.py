"""Contracts and their papers, distributors and their credit, deliveries. Amounts are ten-thousandths."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field

from models.table import Counter, Json, Table, UtcDateTime
from models.tables.words import Findable, found_by


class ContractText(Table, table=True):
    """One edition of a contract: its fixed text, and its signatures once it is in force."""

    __tablename__ = "contract_texts"

    store: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    edition: int = Field(primary_key=True)
    """Counted from 1."""
    terms: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    seal: str
    """The hash of the text."""
    state: str = "sealed"
    """`sealed`, `in_force`, `replaced` or `ended`."""
    key: str | None = Field(default=None, index=True)
    """The effect that put it in force."""
    party: str = ""
    signed_file: str = ""
    signer_ours: str = ""
    signer_theirs: str = ""
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    until: date | None = None
    at: datetime = Field(sa_type=UtcDateTime)


class TradePaper(Table, table=True):
    """A paper filed with a contract."""

    __tablename__ = "trade_papers"

    store: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    kind: str
    file: str
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    correction_of: str | None = None
    key: str
    at: datetime = Field(sa_type=UtcDateTime)


@found_by(lambda row: Findable(row.distributor, (row.company,), store=row.store), book="distributor")
class Distributor(Table, table=True):
    """Someone who sells the store's goods."""

    __tablename__ = "distributors"
    __table_args__ = (CheckConstraint("used >= 0", name="not_negative"),)

    store: str = Field(primary_key=True)
    distributor: str = Field(primary_key=True)
    company: str
    level: str
    rebate_pct: str
    """Per cent, as a decimal."""
    payment: str
    drop_ship: bool = False
    credit: int | None = Field(default=None, sa_type=BigInteger)
    """The most that may be owed; None is no limit."""
    used: int = Field(default=0, sa_type=BigInteger)
    """Owed now."""
    currency: str = "CNY"
    open: bool = True
    key: str = Field(default="", index=True)
    """The effect that opened its prices last."""
    at: datetime = Field(sa_type=UtcDateTime)


class Block(Table, table=True):
    """A reason why a distributor may not order."""

    __tablename__ = "distributor_blocks"

    key: str = Field(primary_key=True)
    store: str
    distributor: str = Field(index=True)
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)


class Credit(Table, table=True):
    """What a partner owes for one order."""

    __tablename__ = "credits"
    __table_args__ = (
        CheckConstraint("paid >= 0 AND rebate >= 0", name="not_negative"),
        Index("ix_credits_partner", "store", "partner"),
    )

    store: str = Field(primary_key=True)
    order: str = Field(primary_key=True)
    partner: str
    key: str = Field(index=True)
    amount: int = Field(sa_type=BigInteger)
    paid: int = Field(default=0, sa_type=BigInteger)
    rebate: int = Field(default=0, sa_type=BigInteger)
    currency: str
    given_back: bool = False
    at: datetime = Field(sa_type=UtcDateTime)


class Delivery(Table, table=True):
    """Goods of a trade that a local unit is to take to the buyer."""

    __tablename__ = "trade_deliveries"

    delivery_no: str = Field(primary_key=True)
    key: str = Field(unique=True)
    store: str
    trade: str = Field(index=True)
    unit: str
    pickup: date
    note: str = ""
    state: str = "ordered"
    """`ordered`, `collected` or `off`."""
    at: datetime = Field(sa_type=UtcDateTime)


class TradeMoney(Table, table=True):
    """Money of a brokered trade at the bank."""

    __tablename__ = "trade_money"
    __table_args__ = (
        CheckConstraint("held >= 0 AND released >= 0 AND returned >= 0", name="not_negative"),
        CheckConstraint("released + returned <= held", name="within"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str = Field(unique=True)
    store: str
    trade: str = Field(index=True)
    payment_no: str = Field(default="", index=True)
    held: int = Field(sa_type=BigInteger)
    released: int = Field(default=0, sa_type=BigInteger)
    returned: int = Field(default=0, sa_type=BigInteger)
    currency: str
    at: datetime = Field(sa_type=UtcDateTime)
