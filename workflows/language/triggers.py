"""The messages from outside that move a case, and how each finds its case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class MessageTrigger:
    """A message type that moves a case.

    `about` names the case's attribute that the message's subject is looked up by; without it, the message's
    subject is the case's own. `for_all`: every case that keeps the number takes it, and not one alone.
    """

    topic: str
    about: str | None = None
    for_all: bool = False

    def __str__(self) -> str:
        return f"{self.topic} by {self.about}" if self.about else self.topic


def on_message(topic: str, *, about: str | None = None, for_all: bool = False) -> MessageTrigger:
    """`on=on_message("carrier.parcel.lost", about="waybill_no")`: the message finds the case by its waybill; with
    `for_all` every case that has it, where several may.
    """
    return MessageTrigger(topic, about, for_all)


On: TypeAlias = "str | MessageTrigger | tuple[str | MessageTrigger, ...]"


def triggers_of(on: On) -> tuple[MessageTrigger, ...]:
    """What a row listens to."""
    topics = on if isinstance(on, tuple) else (on,)
    return tuple(topic if isinstance(topic, MessageTrigger) else MessageTrigger(topic) for topic in topics)
