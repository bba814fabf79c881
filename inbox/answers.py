"""What was posted from a form, as the JSON that the API takes.

What isn't right stays as it was typed: the API says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from inbox.schemas import as_object, empty_of, kind_of, resolved

Json = dict[str, Any]

PREFIX = "f."
"""How the names of answers begin."""
LEFT_OUT, TAKEN = "_row", "_take"
"""In a row of the case's: that it is there, and that it is ticked."""
_NOTHING: Any = object()


def read(schema: Json, posted: Iterable[tuple[str, str]], zone: ZoneInfo) -> Json:
    """The form. zone: the clock that moments were typed by."""
    tree: Json = {}
    for name, value in posted:
        if name.startswith(PREFIX):
            _put(tree, name.removeprefix(PREFIX).split("."), value)
    return _object(schema, schema.get("$defs", {}), tree, zone)


def path_of(pointer: str, under: str = "/form/") -> str:
    """The path of the question that a fault is about."""
    return pointer.removeprefix(under).replace("/", ".")


def _put(tree: Json, path: list[str], value: str) -> None:
    at = tree
    for part in path[:-1]:
        inner = at.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        at = cast("Json", inner)
    last = path[-1]
    at[last] = [*_listed(at[last]), value] if last in at else value


def _object(part: Json, defs: Json, tree: Any, zone: ZoneInfo) -> Json:
    given = cast("Json", tree) if isinstance(tree, dict) else {}
    required = part.get("required", ())
    told: Json = {}
    for name, raw in part.get("properties", {}).items():
        value = _value(raw, defs, given[name], zone) if name in given else _NOTHING
        if value is _NOTHING and name in required:
            value = empty_of(resolved(raw, defs)[0], _NOTHING)
        if value is not _NOTHING:
            told[name] = value
    return told


def _value(raw: Json, defs: Json, given: Any, zone: ZoneInfo) -> Any:
    part, _ = resolved(raw, defs)
    kind = kind_of(part, defs)
    match kind:
        case "rows":
            return _rows(part, defs, given, zone) or _NOTHING
        case "choices" | "files":
            return [one for one in _listed(given) if one] or empty_of(part, _NOTHING)
        case "tokens":
            lines = [line.strip() for text in _listed(given) for line in str(text).splitlines()]
            return [line for line in lines if line] or empty_of(part, _NOTHING)
        case "group" | "address" | "period":
            inner = _object(part, defs, given, zone)
            return inner if any(value not in ("", None) for value in inner.values()) else _NOTHING
        case "money":
            told = as_object(given)
            amount = str(told.get("amount", "") if told else given).strip().replace(",", "")
            if not amount:
                return _NOTHING
            return {"amount": amount, **({"currency": told["currency"]} if told.get("currency") else {})}
        case _:
            text = _listed(given)[-1] if _listed(given) else ""
            return _scalar(kind, str(text), zone)


def _scalar(kind: str, text: str, zone: ZoneInfo) -> Any:
    stripped = text.strip()
    if not stripped:
        return _NOTHING
    match kind:
        case "yesno" | "switch" | "tick":
            return stripped == "true"
        case "integer":
            return int(stripped) if stripped.lstrip("-").isdecimal() else stripped
        case "moment":
            return _moment(stripped, zone)
        case "longtext":
            return text.replace("\r\n", "\n").strip()
        case _:
            return stripped


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).isoformat()


def _rows(part: Json, defs: Json, given: Any, zone: ZoneInfo) -> list[Json]:
    if not isinstance(given, dict):
        return []
    inner = resolved(part.get("items", {}), defs)[0]
    posted = cast("dict[str, Any]", given)
    numbers = sorted((number for number in posted if number.isdecimal()), key=int)
    rows = [posted[number] for number in numbers if isinstance(posted[number], dict)]
    taken = [row for row in rows if LEFT_OUT not in row or TAKEN in row]
    told = [_object(inner, defs, row, zone) for row in taken]
    return [row for row in told if any(value not in ("", None) for value in row.values())]


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]
