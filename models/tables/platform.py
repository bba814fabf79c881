"""The shop's platform: which ads are running, and what stands still."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from models.table import Table, UtcDateTime


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
