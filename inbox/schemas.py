"""How a field is asked: JSON Schema of forms and cases, read as a page needs it."""

from __future__ import annotations

from typing import Any, cast

Json = dict[str, Any]

_NEVER_EMPTY = {"pattern", "format", "enum", "const", "x-ref"}
LONG = 200
"""A text that may be longer is asked for in a box that grows."""
_PHONE, _ADDRESS_OF_PAGE = "^(1[3-9]", "^https?"


def as_object(value: Any) -> Json:
    """The value, if it is an object; else an empty one."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value, if it is a list; else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def as_rows(value: Any) -> list[Json]:
    """The objects of a list."""
    return [cast("Json", row) for row in as_list(value) if isinstance(row, dict)]


def resolved(part: Json, defs: Json) -> tuple[Json, bool]:
    """The schema without references, and without the null that stands for an answer that may be left out. Second:
    whether there was one.
    """
    is_optional = False
    while True:
        if "$ref" in part:
            named = part["$ref"].rpartition("/")[2]
            part = {**defs[named], **{name: value for name, value in part.items() if name != "$ref"}}
        elif len(part.get("allOf", ())) == 1:
            part = {**part["allOf"][0], **{name: value for name, value in part.items() if name != "allOf"}}
        elif "anyOf" in part:
            rest = [one for one in part["anyOf"] if one.get("type") != "null"]
            is_optional = is_optional or len(rest) < len(part["anyOf"])
            if len(rest) != 1:
                return {**part, "anyOf": rest}, is_optional
            part = {**rest[0], **{name: value for name, value in part.items() if name != "anyOf"}}
        else:
            return part, is_optional


def empty_of(part: Json, otherwise: Any = None) -> Any:
    """What nothing at all is as an answer, where the form takes it: an empty text, an empty list; else `otherwise`."""
    match part:
        case {"type": "array"} if not part.get("minItems"):
            return []
        case {"type": "string"} if not part.get("minLength") and not part.keys() & _NEVER_EMPTY:
            return ""
        case _:
            return otherwise


def kind_of(part: Json, defs: Json | None = None) -> str:  # noqa: C901, PLR0911, PLR0912 - a case a kind
    """How a resolved schema is asked."""
    if (widget := part.get("x-widget")) in ("file", "sign", "tick", "secret"):
        return str(widget)
    if part.get("x-ref"):
        return "ref"
    if "anyOf" in part:
        return "decimal" if any(one.get("type") == "number" for one in part["anyOf"]) else "text"
    match part:
        case {"type": "object", "properties": {"amount": _, "currency": _}}:
            return "money"
        case {"type": "object", "properties": {"province": _, "street": _}}:
            return "address"
        case {"type": "object", "properties": {"first": _, "last": _, **rest}} if not rest:
            return "period"
        case {"type": "object"}:
            return "group"
        case {"type": "array"}:
            return _kind_of_list(part, defs or {})
        case {"type": "boolean"}:
            return "switch" if isinstance(part.get("default"), bool) else "yesno"
        case {"type": "integer" | "number" as number}:
            return "integer" if number == "integer" else "decimal"
        case {"const": _}:
            return "const"
        case {"enum": _}:
            return "choice"
        case {"format": "date"}:
            return "date"
        case {"format": "date-time"}:
            return "moment"
        case _:
            return _kind_of_text(part)


def _kind_of_list(part: Json, defs: Json) -> str:
    inner, _ = resolved(part.get("items", {}), defs)
    if "enum" in inner:
        return "choices"
    if inner.get("x-widget") == "file":
        return "files"
    return "rows" if inner.get("type") == "object" else "tokens"


def _kind_of_text(part: Json) -> str:
    pattern = part.get("pattern", "")
    if pattern.startswith(_PHONE):
        return "phone"
    if pattern.startswith(_ADDRESS_OF_PAGE):
        return "url"
    return "longtext" if part.get("maxLength", 0) > LONG else "text"
