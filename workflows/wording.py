"""How a sentence reads: its template in the reader's language, its keys as labels, its amounts as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from models.values import Money
from workflows.labels import Language, label, translated
from workflows.language.sentences import Sentence, is_clause

_BETWEEN: Mapping[Language, tuple[str, str]] = {"en": (", ", "; "), "zh": ("、", "；")}
"""Between the names, and between the clauses, of a list."""


def word(said: str | Sentence, language: Language, procedure: str = "", zone: tzinfo | None = None) -> str:
    """The sentence in the reader's language; in English where nobody has translated it. zone: whose clock its moments
    are told by; without one they are told with their own.
    """
    sentence = Sentence.of(said)
    if not sentence.places:
        return translated("refusal", sentence.template, language, procedure)
    template = label(
        "refusal", sentence.template, language, procedure
    )  # one of the code's own, which are few
    parts = {name: _part(part, language, procedure, zone) for name, part in sentence.places.items()}
    return template.format_map(parts)


def _part(part: Any, language: Language, procedure: str, zone: tzinfo | None) -> str:
    match part:
        case {"named": "field", "key": pointer}:
            names = [name for name in pointer.split("/") if name and not name.isdecimal()]
            return label("field", names[-1], language, procedure) if names else pointer
        case {"named": "procedure", "key": key}:
            return label("procedure", key, language, key)
        case {"named": context, "key": key}:
            return label(context, key, language, procedure)
        case {"template": _, "places": _}:
            return word(Sentence.of(part), language, procedure, zone)
        case {"moment": moment}:
            at = datetime.fromisoformat(moment)
            return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if zone is not None else str(at)
        case {"amount": amount, "currency": currency}:
            return Money(amount=amount, currency=currency).read
        case [*parts]:
            between = _BETWEEN[language][any(is_clause(one) for one in parts)]
            return between.join(_part(one, language, procedure, zone).rstrip("。.") for one in parts)
        case _:
            return str(part)
