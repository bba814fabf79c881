"""What a case is about, in a line: the parts of its headline as they are kept, before anybody words or masks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.language.personal import personal_fields
from workflows.registry import UnknownProcedure, registry

Json = dict[str, Any]
_MOST_ROWS = 4
"""So many rows of a list are kept: a line holds no more."""
_ORDER = "order_no"
"""Where a case about some lines of an order says which order."""


def headline_of(procedure: str, version: int, data: Mapping[str, Any] | None) -> list[Json]:
    """What the fields that the procedure names hold: `field`, `value`, the `personal` mark where it has one, `more`
    where a list goes on, and `order` where it is of lines of that order.
    """
    try:
        declared = registry().get(procedure, version)
    except UnknownProcedure:
        return []
    marks, parts = personal_fields(declared), list[Json]()
    for name in declared.declaration.about:
        value = (data or {}).get(name)
        if value in (None, "", [], {}):
            continue
        part: Json = {"field": name, "value": value}
        if isinstance(value, list):
            part = {"field": name, "value": value[:_MOST_ROWS], "more": max(len(value) - _MOST_ROWS, 0)}  # pyright: ignore[reportUnknownArgumentType]
        if (data or {}).get(_ORDER) and has_lines(part["value"]):
            part["order"] = (data or {})[_ORDER]
        if name in marks:
            part["personal"] = marks[name].value
        parts.append(part)
    return parts


def has_lines(value: Any) -> bool:
    """Whether these are rows that name goods by the number of an order's line."""
    match value:
        case [{"line": _} as row, *_]:
            return "sku" not in row
        case _:
            return False
