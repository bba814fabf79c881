"""Quick replies: the store's texts, with what a case holds filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inbox.values import Wording, is_told
from inbox.visitors import Visitor
from stores.current import store_settings
from stores.file import places_in

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One that can be given as it is."""

    name: str
    text: str


def replies_of(visitor: Visitor, document: Json, wording: Wording) -> list[Reply]:
    """Those for which the case has all that they name, as far as the visitor may see it. document: the case, as the API
    tells it.
    """
    found: list[Reply] = []
    for name, text in store_settings(visitor.services.settings).replies.items():
        facts = {place: _fact(place, document, wording) for place in places_in(text)}
        if all(facts.values()):
            found.append(Reply(name, text.format(**facts)))
    return found


def _fact(place: str, document: Json, wording: Wording) -> str:
    """What a case says there, in words; empty where it says nothing."""
    match place:
        case "headline":
            return " · ".join(part["text"] for part in document["headline"])
        case "store" | "subject":
            return str(document[place])
        case _:
            value = document["data"].get(place)
            return wording.text(value, place) if is_told(value) else ""
