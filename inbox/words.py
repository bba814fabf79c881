"""The pages' own words: written in English where they stand, in Chinese in `locale/inbox.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from api.labels import Language

FILE = Path(__file__).resolve().parents[1] / "locale" / "inbox.toml"


@cache
def chinese() -> Mapping[str, str]:
    """The Chinese words, by the English ones."""
    return tomllib.loads(FILE.read_text("utf-8"))


def say(language: Language, text: str, **places: object) -> str:
    """The text in the reader's language; `{name}` in it stands for a place. Raises KeyError without a translation."""
    said = text if language == "en" else chinese()[text]
    return said.format(**places) if places else said
