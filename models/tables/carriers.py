"""The carriers' book: waybills, shipments and what carriers report. Amounts are ten-thousandths of the currency's
unit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field

from models.table import Json, Table, UtcDateTime


class Waybill(Table, table=True):
    """A parcel's paper, outbound or on its way back."""

    __tablename__ = "waybills"
    __table_args__ = (
        Index("ix_waybills_order", "order", "store"),
        Index("ix_waybills_number", "waybill_no"),
        Index("ix_waybills_at", "store", "at"),  # what a carrier's bill is compared with
    )

    key: str = Field(primary_key=True)
    """The effect that booked it."""
    waybill_no: str
    """Empty until the carrier has given one."""
    store: str
    order: str
    return_no: str = ""
    """Set where the goods come back."""
    carrier: str
    freight: int = Field(default=0, sa_type=BigInteger)
    currency: str = "CNY"
    parcels: int = 1
    pickup_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pickup: str = "none"
    """`none`, `booked`, `collected` or `off`."""
    receiver: str = ""
    phone: str = ""
    address: dict[str, str] | None = Field(default=None, sa_column=Column(Json))
    label: str = ""
    instruction: str = ""
    """The latest that the carrier was given under way."""
    instructed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = "asked"
    """`asked`, `booked`, `voiding`, `void` or `refused`."""
    round: int = 0
    """In which the carrier was asked last: it may have refused in an earlier one."""
    at: datetime = Field(sa_type=UtcDateTime)


class Shipment(Table, table=True):
    """A parcel that the carrier has."""

    __tablename__ = "shipments"
    __table_args__ = (
        Index("ix_shipments_order", "store", "order"),
        Index("ix_shipments_waybill", "waybill_no"),
    )

    shipment_no: str = Field(primary_key=True)
    key: str = Field(unique=True)
    store: str
    order: str
    waybill_no: str
    carrier: str = ""
    parcels: int = 1
    courier: str = ""
    handed_at: datetime = Field(sa_type=UtcDateTime)


class Tariff(Table, table=True):
    """What a carrier asks for a parcel, by its contract."""

    __tablename__ = "carrier_tariffs"

    carrier: str = Field(primary_key=True)
    province: str = Field(primary_key=True)
    """Empty is everywhere that no other row names."""
    first_kg: int = Field(sa_type=BigInteger)
    further_kg: int = Field(default=0, sa_type=BigInteger)
    currency: str = "CNY"
    key: str = Field(index=True)
    """The effect that set it."""
    at: datetime = Field(sa_type=UtcDateTime)
