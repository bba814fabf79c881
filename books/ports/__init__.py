"""Ports to the outside world: a protocol, an embedded default and a real implementation each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from books.ports.carriers import CarrierPort, EmbeddedCarrier
from books.ports.delivery import Delivery, KeptOnly
from books.ports.payments import EmbeddedPayments, Payments


@dataclass(frozen=True)
class Ports:
    """Everything that effects ask outside the database. As it stands, all of it is embedded."""

    payments: Payments = field(default_factory=EmbeddedPayments)
    carrier: CarrierPort = field(default_factory=EmbeddedCarrier)
    delivery: Delivery = field(default_factory=KeptOnly)
    locale: str = "zh_CN"
    """The language in which messages are written."""
    timezone: str = "Asia/Shanghai"
    """Where the store's days begin and end."""
    files: Path | None = None
    """Where the contents of files are kept, by their hash; None where they are out of reach."""


__all__ = ["CarrierPort", "Delivery", "Payments", "Ports"]
