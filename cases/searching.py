"""What a case can be found by: the numbers that it keeps, and the words of its subject and of its short texts.

The words are of our own making, so that both databases find them alike and whole: of Chinese every two neighbouring
characters; of a number, and of anything else with a figure in it, all of it, its last four, six and eight; of other
words each. What a field marked `Personal` holds becomes marked words, which are searched for some callers alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from models.tables.cases import LONGEST_NUMBER
from models.values import Personal
from workflows.language.personal import personal_fields, stores_own
from workflows.language.stages import A_NUMBER
from workflows.registry import UnknownProcedure, registry

MARK = "~"
"""What a personal word begins with. No word that somebody types does."""
OWN = "~~"
"""What a word begins with that stands in what the store keeps for itself, and no party of the case is shown; a personal
one has MARK before it.
"""
ENDS = (4, 6, 8)
"""How many characters of a number's end it is found by."""
_SEARCHED = 64
"""The longest text of a case's data that it can be found by."""
_LONGEST = 200
"""The longest personal one: an address is one text."""
_MOST = 300
"""Words of one case, at most."""
_CHINESE = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}](?:(?:[^\w\s]|_)?[^\W_{_CHINESE}])*")
"""Chinese, or letters and figures with at most one other sign between them."""
_PART = re.compile(r"[^\W_]+")
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


class Wanted(NamedTuple):
    """A word that is looked for."""

    word: str
    is_beginning: bool = False
    """Whether it is only how a word begins."""


def words_looked_for(text: str) -> list[Wanted] | None:
    """The words of a search; a case is found where it has all of them. None for an empty one, which finds all; no
    words where nothing is ever found by it.
    """
    if not text.strip():
        return None
    found: dict[Wanted, None] = {}
    for run in _RUN.findall(_plain(text)):
        if not _is_chinese(run):
            found[Wanted("".join(_PART.findall(run)))] = None
        elif len(run) == 1:
            found[Wanted(run, is_beginning=True)] = None
        else:
            found.update((Wanted(pair), None) for pair in _pairs(run))
    return [*found][:10]


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
    if _UNSEARCHED.fullmatch(text):
        return
    for run in _RUN.findall(_plain(text)):
        if _is_chinese(run):
            yield from _pairs(run) if len(run) > 1 else (run,)
            continue
        parts = _PART.findall(run)
        yield from parts
        whole = "".join(parts)
        yield whole
        if any(character.isdigit() for character in whole):
            yield from (whole[-length:] for length in ENDS if len(whole) > length)


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _is_chinese(run: str) -> bool:
    return re.match(rf"[{_CHINESE}]", run) is not None


def _plain(text: str) -> str:
    """One spelling of what people write in several: widths, letters small and large."""
    return unicodedata.normalize("NFKC", text).lower()
