"""The stock book: what is where, for whom it is kept, and every movement."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.table import Counter, Table, UtcDateTime


class Bucket(StrEnum):
    """What a movement changes."""

    ON_HAND = "on_hand"
    HELD = "held"
    RESERVED = "reserved"
    SET_ASIDE = "set_aside"
    QUARANTINED = "quarantined"
    DAMAGED = "damaged"
    SCRAPPED = "scrapped"
    """Counted in the journal alone."""


class ClaimKind(StrEnum):
    """Why goods are kept."""

    HOLD = "hold"
    RESERVATION = "reservation"
    BACK_ORDER = "back_order"
    SET_ASIDE = "set_aside"


class Stock(Table, table=True):
    """Units of one SKU at one location. What is held, reserved and set aside is on hand too."""

    __tablename__ = "stock"
    __table_args__ = (
        Index("ix_stock_location", "location"),
        CheckConstraint(
            "held >= 0 AND reserved >= 0 AND set_aside >= 0 AND quarantined >= 0 AND damaged >= 0",
            name="not_negative",
        ),
        CheckConstraint("on_hand >= held + reserved + set_aside", name="not_oversold"),
    )

    sku: str = Field(primary_key=True)
    location: str = Field(primary_key=True)
    on_hand: int = 0
    held: int = 0
    """Softly, for orders that aren't paid yet."""
    reserved: int = 0
    set_aside: int = 0
    """For campaigns."""
    quarantined: int = 0
    """There, but not for sale: waiting for inspection, defective, to be repaired or sent back."""
    damaged: int = 0
    """There, and kept though they failed an inspection: to be disposed of."""

    @property
    def free(self) -> int:
        return self.on_hand - self.held - self.reserved - self.set_aside


class BinRow(Table, table=True):
    """A bin of a location, and where it comes on the way through it."""

    __tablename__ = "bins"
    __table_args__ = (Index("ix_bins_bin", "bin"),)

    store: str = Field(primary_key=True)
    location: str = Field(primary_key=True)
    bin: str = Field(primary_key=True)
    place: int
    """The walking order: lower ones come first."""
    at: datetime = Field(sa_type=UtcDateTime)


class Claim(Table, table=True):
    """Goods kept for an order or a campaign. Gone once they are free or have left."""

    __tablename__ = "stock_claims"
    __table_args__ = (
        CheckConstraint("qty > 0", name="some"),
        Index("ix_stock_claims_holder", "holder", "store"),
        Index("ix_stock_claims_sku", "sku", "kind"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    kind: str
    """A `ClaimKind`."""
    store: str
    holder: str
    """The order or campaign."""
    sku: str
    location: str = ""
    """Where; a back order has no place yet."""
    qty: int
    key: str = Field(index=True)
    """The effect that made it."""
    until: date | None = None
    at: datetime = Field(sa_type=UtcDateTime)


class Movement(Table, table=True):
    """One change of one bucket. The sum of a bucket's movements is its balance."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        UniqueConstraint("key", "line"),
        Index("ix_stock_movements_sku", "sku", "id"),
        Index("ix_stock_movements_reference", "reference", "store"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str
    line: int
    effect: str
    store: str
    reference: str
    """The order, campaign, return or note that it belongs to."""
    campaign: str | None = Field(default=None, index=True)
    sku: str
    location: str
    bin: str = ""
    bucket: str
    """A `Bucket`."""
    change: int
    disposition: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
