"""The port by which messages leave, and the embedded one, which only keeps them; and who says whom a notice reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from sqlalchemy.orm import Session

from models.roles import Role

PERSON = "person"
"""The channel of letters to somebody's own address."""
NO_STORE = ""
"""Where the vault keeps these addresses: they are of no store."""


@dataclass(frozen=True)
class Letter:
    """A message as its reader sees it."""

    channel: str
    """`customer`, the role that it is for, or `person`."""
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


class Reader(NamedTuple):
    """Somebody who wants notices to their roles as mail."""

    account: str
    address: str
    """The reference of it: the vault has the address itself."""


class Readers(Protocol):
    """Whoever knows who holds a role."""

    def of(self, session: Session, role: Role, store: str) -> Sequence[Reader]:
        """Those who hold the role in this store now, and want mail."""
        ...


class Nobody:
    """Nobody wants mail."""

    def of(self, session: Session, role: Role, store: str) -> Sequence[Reader]:  # noqa: ARG002
        return ()


class Headline(Protocol):
    """Whoever knows cases."""

    def of(self, session: Session, case: str) -> str:
        """What a case is about, in a line that says nothing of a person; empty where nobody knows."""
        ...


class NoHeadline:
    """Says nothing of cases."""

    def of(self, session: Session, case: str) -> str:  # noqa: ARG002
        return ""
