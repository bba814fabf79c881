"""What customers were given beyond what was owed. Amounts are ten-thousandths of the currency's unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.table import Table, UtcDateTime


class Compensation(Table, table=True):
    """One of them."""

    __tablename__ = "compensations"
    __table_args__ = (
        Index("ix_compensations_order", "store", "order"),
        Index("ix_compensations_buyer", "store", "buyer", "at"),
    )

    key: str = Field(primary_key=True)
    store: str
    order: str
    """The order that the customer placed, whichever number of its family it was given for."""
    buyer: str
    """As the orders' book knows them: the customer's number, else the phone, else the order's number."""
    amount: int = Field(sa_type=BigInteger)
    currency: str
    case: str
    withdrawn: bool = False
    at: datetime = Field(sa_type=UtcDateTime)
