"""Sentences that are worded later, in their reader's language: a template in English, and what fills its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from typing import Any, NamedTuple, cast

from models.roles import Role
from models.values import Money


class Named(NamedTuple):
    """A key that its reader is shown by its label. `context` says of what: `action`, `stage`, `role`, `choice`; of a
    `field` the key is its JSON pointer.
    """

    context: str
    key: str


def choice(key: str) -> Named:
    """What was chosen, by its label: `self.require(…, "Only {tool} ads have it.", tool=choice(tool))`."""
    return Named("choice", key)


@dataclass(frozen=True)
class Sentence:
    """One sentence. As text it is English, with keys instead of labels."""

    template: str
    places: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """As JSON: a label as `{"named": context, "key": key}`, a sentence within it as its own two members."""

    def __str__(self) -> str:
        """A template without places may hold braces."""
        if not self.places:
            return self.template
        return Formatter().vformat(
            self.template, (), {name: _plain(part) for name, part in self.places.items()}
        )

    def as_json(self) -> dict[str, Any]:
        return {"template": self.template, "places": dict(self.places)}

    @classmethod
    def of(cls, said: str | Sentence | Mapping[str, Any]) -> Sentence:
        """What was said, whether as text, as a sentence or as its JSON."""
        if isinstance(said, Sentence):
            return said
        return cls(said) if isinstance(said, str) else cls(said["template"], said["places"])


def sentence(template: str, **places: object) -> Sentence:
    """A sentence whose places are filled with text, numbers, money, moments, roles, labels, sentences, or lists of
    these.
    """
    return Sentence(template, {name: _as_json(part) for name, part in places.items()})


def _as_json(part: object) -> Any:
    match part:
        case Sentence():
            return part.as_json()
        case Named(context, key):
            return {"named": context, "key": key}
        case Role():
            return {"named": "role", "key": part.value}
        case Money():
            return {"amount": str(part.amount), "currency": part.currency}
        case datetime():
            return {"moment": part.isoformat()}
        case set() | frozenset():
            return [_as_json(one) for one in sorted(cast("frozenset[Any]", part))]
        case list() | tuple():
            return [_as_json(one) for one in cast("list[Any]", part)]
        case _:
            return str(part)


def _plain(part: Any) -> str:
    match part:
        case {"named": _, "key": key}:
            return key
        case {"template": _, "places": _}:
            return str(Sentence.of(part))
        case {"moment": moment}:
            return str(datetime.fromisoformat(moment))
        case {"amount": amount, "currency": currency}:
            return str(Money(amount=amount, currency=currency))
        case [*parts]:
            return ("; " if any(is_clause(one) for one in parts) else ", ").join(map(_plain, parts))
        case _:
            return str(part)


def is_clause(part: Any) -> bool:
    """Whether this part of a list is a sentence of its own."""
    match part:
        case {"template": _} | {"named": "guard"}:
            return True
        case _:
            return False
