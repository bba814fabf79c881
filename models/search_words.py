"""The words by which a text is found: of our own making, so that both databases find them alike and whole.

Of Chinese every two neighbouring characters; of a number, and of anything else with a figure in it, all of it, its last
four, six and eight; of other words each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MARK = "~"
"""What a personal word begins with. No word that somebody types does."""
ENDS = (4, 6, 8)
"""How many characters of a number's end it is found by."""
_CHINESE = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}](?:(?:[^\w\s]|_)?[^\W_{_CHINESE}])*")
"""Chinese, or letters and figures with at most one other sign between them."""
_PART = re.compile(r"[^\W_]+")
_MOST_LOOKED_FOR = 10


class Wanted(NamedTuple):
    """A word that is looked for."""

    word: str
    is_beginning: bool = False
    """Whether it is only how a word begins."""


def words_in(text: str) -> Iterator[str]:
    """The words by which a text is found; one may come twice."""
    for run in _RUN.findall(plain(text)):
        if _is_chinese(run):
            yield from _pairs(run) if len(run) > 1 else (run,)
            continue
        parts = _PART.findall(run)
        yield from parts
        whole = "".join(parts)
        yield whole
        if any(character.isdigit() for character in whole):
            yield from (whole[-length:] for length in ENDS if len(whole) > length)


def words_looked_for(text: str, *, as_typed: bool = False) -> list[Wanted] | None:
    """The words of a search; what has all of them is found. None for an empty one, which finds all; no words where
    nothing is ever found by it.

    as_typed: whether somebody is still typing, so that words may go on.
    """
    if not text.strip():
        return None
    found: dict[Wanted, None] = {}
    for run in _RUN.findall(plain(text)):
        if not _is_chinese(run):
            found[Wanted("".join(_PART.findall(run)), is_beginning=as_typed)] = None
        elif len(run) == 1:
            found[Wanted(run, is_beginning=True)] = None
        else:
            found.update((Wanted(pair), None) for pair in _pairs(run))
    return [*found][:_MOST_LOOKED_FOR]


def plain(text: str) -> str:
    """One spelling of what people write in several: widths, letters small and large."""
    return unicodedata.normalize("NFKC", text).lower()


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _is_chinese(run: str) -> bool:
    return re.match(rf"[{_CHINESE}]", run) is not None
