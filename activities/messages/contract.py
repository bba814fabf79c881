"""Words to customers, partners and teams, from the templates of the messages book."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from models.effect import Effect, Queue, Undo
from models.roles import Role
from models.values import Text

TemplateKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Names an entry of `locale/messages/*.toml`."""
Fields = Annotated[
    dict[
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")],
        Annotated[str, StringConstraints(max_length=4000)],
    ],
    Field(max_length=20),
]
"""What the template's places are filled with. `store` and `subject` are always there."""


class Message(Effect):
    """Words to a customer or partner. Kept with the case; delivered where a way to do so is configured.

    Data: `message` (its number), `delivered`.
    """

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("template",)

    to: Text
    """The order whose customer is meant, or the partner."""
    template: TemplateKey
    data: Fields = Field(default_factory=dict)


class WithdrawNotice(Undo):
    """A notice doesn't stand any more: the team is told so. Data: `message`."""

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)


class Notify(Effect):
    """A notice to a team: kept with the case, and in its chat or mail where configured.

    Data: `message` (its number), `delivered`.
    """

    undone_by: ClassVar[type[Undo] | None] = WithdrawNotice
    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    shows: ClassVar[tuple[str, ...]] = ("role", "template")

    role: Role
    template: TemplateKey
    data: Fields = Field(default_factory=dict)
