"""What a case can be found by: the numbers that it keeps, and the words of its subject and of its short texts.

What a field marked `Personal` holds becomes marked words, which are searched for some callers alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from models.search_words import ENDS, MARK, Wanted, words_in, words_looked_for
from models.tables.cases import LONGEST_NUMBER
from models.values import Personal
from workflows.language.personal import personal_fields, stores_own
from workflows.language.stages import A_NUMBER
from workflows.registry import UnknownProcedure, registry

__all__ = ["ENDS", "MARK", "OWN", "Wanted", "references_in", "words_looked_for", "words_of"]

OWN = "~~"
"""What a word begins with that stands in what the store keeps for itself, and no party of the case is shown; a personal
one has MARK before it.
"""
_SEARCHED = 64
"""The longest text of a case's data that it can be found by."""
_LONGEST = 200
"""The longest personal one: an address is one text."""
_MOST = 300
"""Words of one case, at most."""
_UNSEARCHED = re.compile(r"-?\d+\.\d+|\d{4}-\d\d-\d\d(T.*)?|(file|secret):.*", re.DOTALL)
"""Amounts, days and moments, and references: nobody looks for a case by them."""


def references_in(data: dict[str, Any] | None) -> Iterator[str]:
    """The numbers that a case keeps: the values of its fields whose names end in `_no`."""
    for name, kept in (data or {}).items():
        if name.endswith(A_NUMBER):
            values: list[Any] = [*kept] if isinstance(kept, list | tuple) else [kept]
            yield from (one for one in values if isinstance(one, str) and 0 < len(one) <= LONGEST_NUMBER)


def words_of(procedure: str, version: int, subject: str, data: Mapping[str, Any] | None) -> str:
    """All words that a case is found by, each once, a space between them; personal ones begin with MARK."""
    try:
        declared = registry().get(procedure, version)
    except UnknownProcedure:
        declared = None
    personal, own = personal_fields(declared), stores_own(declared)
    texts = (
        (OWN + mark if name in own else mark, text)
        for name, value in (data or {}).items()
        for mark, text in _texts(value, personal, MARK if name in personal else "")
    )
    return _joined((("", subject), *texts))


def _texts(value: Any, personal: Mapping[str, Personal], mark: str) -> Iterator[tuple[str, str]]:
    """Every text that is searched, with the mark of its words."""
    match value:
        case str():
            if 0 < len(value) <= (_LONGEST if mark else _SEARCHED):
                yield mark, value
        case dict():
            for name, part in value.items():  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(part, personal, MARK if name in personal else mark)
        case list():
            for part in value:  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(part, personal, mark)
        case _:
            pass


@lru_cache(maxsize=4096)
def _joined(texts: tuple[tuple[str, str], ...]) -> str:
    """Most steps of a case leave its texts as they are: what they come to is kept for a while."""
    found = dict.fromkeys(f"{mark}{word}" for mark, text in texts for word in _words(text))
    return " ".join([*found][:_MOST])


def _words(text: str) -> Iterator[str]:
    return iter(()) if _UNSEARCHED.fullmatch(text) else words_in(text)
