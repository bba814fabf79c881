"""Words to customers, partners and teams, from the templates of the messages book."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from models.effect import ProviderEffect, Success, Undo
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


def as_text(**values: object) -> dict[str, str]:
    """What fills the places of a template, from values of any type."""
    return {name: str(value) for name, value in values.items()}


class MessageWritten(Success):
    """What became of a message."""

    message: str = ""
    """Its number."""
    delivered: bool = False
    """Whether it went out; it is only kept where no way to do so is configured."""


class Message(ProviderEffect):
    """Words to a customer or partner. Kept with the case; delivered where a way to do so is configured."""

    success: ClassVar[type[Success]] = MessageWritten
    shows: ClassVar[tuple[str, ...]] = ("template",)

    to: Text
    """The order whose customer is meant, or the partner."""
    template: TemplateKey
    data: Fields = Field(default_factory=dict)


class WithdrawNotice(ProviderEffect, Undo):
    """A notice doesn't stand any more: the team is told so."""

    success: ClassVar[type[Success]] = MessageWritten


class Notify(ProviderEffect):
    """A notice to a team: kept with the case, and in its chat or mail where configured."""

    success: ClassVar[type[Success]] = MessageWritten
    undone_by: ClassVar[type[Undo] | None] = WithdrawNotice
    shows: ClassVar[tuple[str, ...]] = ("role", "template")

    role: Role
    template: TemplateKey
    data: Fields = Field(default_factory=dict)
