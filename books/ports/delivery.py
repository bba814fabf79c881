"""The port by which messages leave, and the embedded one, which only keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """A message as its reader sees it."""

    channel: str
    """`customer`, or the role that it is for."""
    to: str
    title: str
    body: str


class Delivery(Protocol):
    """Whoever carries messages. PortError when it fails."""

    def deliver(self, letter: Letter) -> bool:
        """Whether it went out; False where nothing is configured for its channel."""
        ...


class KeptOnly:
    """Nothing goes out; messages are read in the case."""

    def deliver(self, letter: Letter) -> bool:  # noqa: ARG002
        return False
