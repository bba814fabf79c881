"""What a case can be found by: the numbers that it keeps, and the short texts of its data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.tables.cases import LONGEST_NUMBER
from workflows.language.stages import A_NUMBER

_SEARCHED = 64
"""The longest text of a case's data that it can be found by."""
_MOST_SEARCHED = 4000


def references_in(data: dict[str, Any] | None) -> Iterator[str]:
    """The numbers that a case keeps: the values of its fields whose names end in `_no`."""
    for name, kept in (data or {}).items():
        if name.endswith(A_NUMBER):
            values: list[Any] = [*kept] if isinstance(kept, list | tuple) else [kept]
            yield from (one for one in values if isinstance(one, str) and 0 < len(one) <= LONGEST_NUMBER)


def search_text(subject: str, data: dict[str, Any] | None) -> str:
    """The subject and every short text of the case's data, in lower case, one on a line."""
    return "\n".join(dict.fromkeys([subject.lower(), *_texts(data)]))[:_MOST_SEARCHED]


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str() if 0 < len(value) <= _SEARCHED:
            yield value.lower()
        case dict():
            for part in value.values():  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(part)
        case list():
            for part in value:  # pyright: ignore[reportUnknownVariableType]
                yield from _texts(part)
        case _:
            pass
