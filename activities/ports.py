"""Whom effects ask outside the database. A subject's `port.py` says what may be asked, its adapters who answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

P = TypeVar("P")


@dataclass(frozen=True)
class Ports:
    """Everybody outside, found by the port: `ports[Payments].refund(…)`; and what a store's surroundings are."""

    adapters: Mapping[type, Any] = field(default_factory=dict[type, Any])
    locale: str = "zh_CN"
    """The language in which messages are written."""
    timezone: str = "Asia/Shanghai"
    """Where the store's days begin and end."""
    public_url: str = ""
    """Under which address people reach the inbox; empty where nobody has said."""
    files: Path | None = None
    """Where the contents of files are kept, by their hash; None where they are out of reach."""

    def __getitem__(self, port: type[P]) -> P:
        """Who answers at this port. KeyError where nobody does."""
        return self.adapters[port]

    def answers_at_once(self, port: type) -> bool:
        """Whether who answers there does so without a network, and so may be asked within a transaction."""
        return bool(getattr(self.adapters.get(port), "at_once", False))

    def using(self, port: type[P], adapter: P) -> Ports:
        """The same, with somebody else at one port."""
        return replace(self, adapters={**self.adapters, port: adapter})
