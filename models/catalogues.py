"""What people read for keys and sentences, by the gettext catalogues: one a group of procedures, and `shared`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.pofile import read_po

LANGUAGES = ("en", "zh")
Language = Literal["en", "zh"]
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
SHARED = "shared"

Place = tuple[str, str, str]
"""Where a label stands: catalogue, context, words."""
NEXT = {"choice": "role", "deadline": "stage"}
"""Where else to look: a form may let one choose a role, and a stage's limit goes by the stage's name."""


def words(key: str) -> str:
    """The English words of a key: what a catalogue is asked for, and the label where it says nothing."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).replace("_", " ").capitalize()


def places_of(context: str, said: str, procedure: str, group: str) -> tuple[Place, ...]:
    """Where a label may stand, the nearest first: under the procedure, in its group, shared."""
    contexts = [context, *([NEXT[context]] if context in NEXT else [])]
    own = [(group, f"{procedure}.{context}")] if procedure else []
    catalogues = dict.fromkeys((group, SHARED))
    near = [(catalogue, one) for one in contexts for catalogue in catalogues]
    return tuple((catalogue, one, said) for catalogue, one in own + near)


@cache
def load(language: Language) -> dict[Place, str]:
    """The labels of all catalogues of a language, by their places."""
    paths = sorted((CATALOGUES / language / "LC_MESSAGES").glob("*.po"))
    return {place: text for path in paths for place, text in _entries(path, language)}


@cache
def group_of(procedure: str) -> str:
    """The catalogue that names a procedure; `shared` where none does."""
    named = (
        catalogue
        for catalogue, context, said in load("zh")
        if (context, said) == ("procedure", words(procedure))
    )
    return next(named, SHARED)


def first_of(places: Iterable[Place], language: Language) -> str | None:
    """The first of these labels that there is."""
    known = load(language)
    return next((known[place] for place in places if place in known), None)


def _entries(path: Path, language: Language) -> Iterator[tuple[Place, str]]:
    with path.open("rb") as file:
        for message in read_po(file, locale=language, abort_invalid=True):
            if message.id and message.string:
                yield (path.stem, message.context or "", str(message.id)), str(message.string)
