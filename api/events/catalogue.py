"""The types of events that the procedures hear: what each does, what its data holds, and an example of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

from api.events.listeners import Heard, heard_by_type
from workflows.language.forms import Form

Json = dict[str, Any]

_MOMENT = "2026-11-12T09:30:00Z"
_MONEY = {"amount": "50.00", "currency": "CNY"}
_VALUES: Json = {
    "account_id": "A-77",
    "address": {
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        "street": "文三路 1 号",
    },
    "buyer": "Wang Xiuying",
    "difference": {"amount": "30.00", "currency": "CNY"},
    "new_value": {"amount": "80.00", "currency": "CNY"},
    "content": "The parcel came three days late and the cup is broken.",
    "location": "Hangzhou sorting centre",
    "message": "Is the blue one in stock?",
    "name": "November mugs",
    "order_no": "SO-1001",
    "outcome": "The appeal was upheld.",
    "payment_ref": "P-77",
    "platform_reply": "Accepted for the main venue.",
    "receiver_name": "Wang Xiuying",
    "refund_no": "R-1",
    "signup_deadline": _MOMENT,
    "sku": "MUG-1",
    "source": "platform",
    "note": "Held up by snow.",
    "text": "Arrived broken.",
    "unit_price": {"amount": "80.00", "currency": "CNY"},
    "waybill_no": "SF1234567890",
}
"""What an example of this field holds, where its schema alone gives none that reads well."""
_ALSO_ASKED = frozenset({"signup_deadline"})
"""Fields that a rule of their form asks for, though its schema doesn't."""
_STRINGS = ("A-1", "13800138000", "file:0191f0c2a1b3", "https://example.com/")
_CLOSE = 0.8
"""How alike two types must be, of 1, for one to be taken for a misspelling of the other."""


@cache
def event_types() -> tuple[Json, ...]:
    """Every type that some procedure hears, by name, as `GET /events/types` shows it."""
    return tuple(_document(type_, heard) for type_, heard in sorted(heard_by_type().items()))


@lru_cache(maxsize=1024)
def nearest_types(unheard: str) -> tuple[str, ...]:
    """The types that may have been meant by one that nothing hears, the likeliest first."""
    return tuple(get_close_matches(unheard.lower(), heard_by_type(), n=3, cutoff=_CLOSE))


def _document(type_: str, heard: tuple[Heard, ...]) -> Json:
    forms = tuple(dict.fromkeys(one.form for one in heard if one.form is not None))
    schemas = [form.model_json_schema() for form in forms]
    return {
        "type": type_,
        "starts": sorted({one.procedure.key for one in heard if one.starts}),
        "moves": sorted({one.procedure.key for one in heard if not one.starts}),
        "roles": sorted({str(role) for one in heard for role in one.roles}),
        "found_by": sorted({one.found_by for one in heard if one.found_by is not None}),
        "data": schemas[0] if len(schemas) == 1 else {"anyOf": schemas} if schemas else {"type": "object"},
        "examples": [_example(type_, heard, form) for form in forms or (None,)],
    }


def _example(type_: str, heard: tuple[Heard, ...], form: type[Form] | None) -> Json:
    by_number = any(one.found_by == "waybill_no" for one in heard)
    example: Json = {
        "specversion": "1.0",
        "id": f"{type_.rpartition('.')[2]}-77",
        "source": "/shops/tmall",
        "type": type_,
        "subject": _VALUES["waybill_no"] if by_number else _VALUES["order_no"],
        "time": _MOMENT,
        "store": "tmall",
    }
    if form is None:
        return example
    schema = form.model_json_schema()
    return {**example, "data": _fields(schema, schema.get("$defs", {}))}


def _fields(schema: Json, definitions: Json) -> Json:
    """The fields that a form asks for, each with a value that fits."""
    asked = [name for name in schema["properties"] if name in {*schema.get("required", ()), *_ALSO_ASKED}]
    return {name: _value(schema["properties"][name], name, definitions) for name in asked}


def _value(schema: Json, name: str, definitions: Json) -> Any:
    if name in _VALUES and schema.get("type") != "integer" and "enum" not in schema:
        return _VALUES[name]
    if "$ref" in schema:
        named = schema["$ref"].rpartition("/")[2]
        return _MONEY if named == "Money" else _value(definitions[named], name, definitions)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], name, definitions)
    if "enum" in schema:
        return schema["enum"][0]
    make = _OF_TYPE.get(str(schema.get("type")))
    if make is not None:
        return make(schema, name)
    return [_value(schema["items"], name, definitions)] if "items" in schema else _fields(schema, definitions)


def _string(schema: Json, name: str) -> str:
    if schema.get("format") == "date-time":
        return _MOMENT
    if schema.get("format") == "date":
        return _MOMENT[:10]
    words = name.replace("_", " ").capitalize().ljust(schema.get("minLength", 0), ".")
    pattern = schema.get("pattern", "")
    return next((text for text in (words, *_STRINGS) if re.search(pattern, text)), words)


_OF_TYPE: dict[str, Callable[[Json, str], Any]] = {
    "string": _string,
    "integer": lambda schema, _: max(schema.get("minimum", 1), 1),
    "number": lambda schema, _: max(schema.get("minimum", 1), 1),
    "boolean": lambda _, __: True,
}
