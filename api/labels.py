"""In which language a caller reads labels."""

from __future__ import annotations

import re
from functools import lru_cache

from workflows.labels import LANGUAGES, Language, group_of_key, label, words

__all__ = ["LANGUAGES", "Language", "group_of_key", "label", "language_of", "words"]


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
            return tag
    return "en"
