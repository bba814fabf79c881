"""The papers' own words, by `locale/papers.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from api.labels import Language

FILE = Path(__file__).resolve().parents[2] / "locale" / "papers.toml"


@cache
def paper_words(language: Language) -> Mapping[str, str]:
    """Each word by its key."""
    known = tomllib.loads(FILE.read_text("utf-8"))
    return {key: texts[language] for key, texts in known.items()}
