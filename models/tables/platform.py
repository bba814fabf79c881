"""The shop's platform: which ads are running, and what stands still."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from models.table import Counter, Table, UtcDateTime


class RunningAd(Table, table=True):
    """Paid ads that are running, by the case that looks after them."""

    __tablename__ = "running_ads"

    case: str = Field(primary_key=True, max_length=250)
    store: str = Field(index=True)


class TrafficPause(Table, table=True):
    """Paid ads stand still while a fault is mended."""

    __tablename__ = "traffic_pauses"

    key: str = Field(primary_key=True)
    store: str
    fault: str
    notice: str
    ads: int
    active: bool = True
    at: datetime = Field(sa_type=UtcDateTime)


class CoinEntry(Table, table=True):
    """Coins that the shop's account in a platform's community got, or spent. Their sum is the balance."""

    __tablename__ = "community_coins"

    id: int | None = Field(default=None, primary_key=True, sa_type=Counter)
    key: str = Field(unique=True)
    store: str = Field(index=True)
    change: int
    what: str
    at: datetime = Field(sa_type=UtcDateTime)
