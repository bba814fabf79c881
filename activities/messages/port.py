"""The port by which messages leave, and the embedded one, which only keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol


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

    def reaches(self, channel: str) -> bool:
        """Whether a way out is configured for that channel."""
        ...

    def deliver(self, letter: Letter) -> None:
        """Send it; called only where it `reaches`."""
        ...


class KeptOnly:
    """Nothing goes out; messages are read in the case."""

    at_once: ClassVar[bool] = True

    def reaches(self, channel: str) -> bool:  # noqa: ARG002
        return False

    def deliver(self, letter: Letter) -> None:
        raise LookupError(f"nothing delivers messages to {letter.channel}")
