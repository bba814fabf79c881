"""What people read for a key, in English or Chinese: gettext catalogues, found by the words of the key itself."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast

from babel.messages.pofile import read_po

LANGUAGES = ("en", "zh")
Language = Literal["en", "zh"]
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"

Context = Literal[
    "procedure", "summary", "stage", "action", "role", "field", "choice", "guard", "deadline", "link", "effect"
]


def words(key: str) -> str:
    """The English words of a key: what a catalogue is asked for, and the label where it says nothing."""
    return key.replace("_", " ").capitalize()


@cache
def catalogue(language: Language) -> dict[tuple[str, str], str]:
    """(context, words) -> label. Empty where the language has no catalogue."""
    path = CATALOGUES / language / "LC_MESSAGES" / "procedures.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        (message.context or "", str(message.id)): str(message.string)
        for message in messages
        if message.id and message.string
    }


@cache
def label(context: Context, key: str, language: Language, procedure: str | None = None) -> str:
    """The label of a key; a procedure may call a thing by another name than the others do."""
    known, said = catalogue(language), words(key)
    if procedure is not None and (own := known.get((f"{procedure}.{context}", said))):
        return own
    return known.get((context, said)) or said


@lru_cache(maxsize=256)
def language_of(accept_language: str | None) -> Language:
    """The language of ours that a caller would rather read; English when they ask for others."""
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate((accept_language or "")[:200].split(",")):
        tag, _, rest = part.strip().partition(";")
        quality = re.fullmatch(r"\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*", rest)
        weight = float(quality[1]) if quality else (0.0 if rest.strip() else 1.0)
        wanted.append((-weight, position, tag.split("-")[0].lower()))
    for weight, _, tag in sorted(wanted):
        if weight < 0 and tag in LANGUAGES:
            return cast("Language", tag)
    return "en"
