"""What pydantic finds wrong with a value, in a sentence that says how to write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

_SENTENCES = {
    "decimal_max_places": "must have at most {decimal_places} decimals",
    "decimal_max_digits": "must have at most {max_digits} digits",
    "decimal_whole_digits": "must have at most {whole_digits} digits before the point",
    "decimal_parsing": "must be a number, such as 12.50",
    "decimal_type": "must be a number, such as 12.50",
    "finite_number": "must be a number, such as 12.50",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_pattern_mismatch": "is not written as it should be: it must match {pattern}",
    "model_type": "must be an object, with a name for each answer",
    "model_attributes_type": "must be an object, with a name for each answer",
    "extra_forbidden": "is not asked for here",
}


FAULTS = tuple(dict.fromkeys(_SENTENCES.values()))
"""The templates of these sentences."""
Fault = TypeVar("Fault", bound=Mapping[str, Any])


def telling(errors: Sequence[Fault]) -> list[Fault]:
    """Those of `ValidationError.errors()` that tell something: a list that is too short only since one of its rows is
    wrong isn't told, the row is; nor is what couldn't be computed, as what it follows from is wrong.
    """
    errors = [fault for fault in errors if fault["type"] != "default_factory_not_called"]
    places = [tuple(fault["loc"]) for fault in errors]
    return [
        fault
        for place, fault in zip(places, errors, strict=True)
        if fault["type"] != "too_short"
        or not any(other[: len(place)] == place and other != place for other in places)
    ]


def template_of(fault: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Our words for a fault of pydantic's, and what fills their places; None where pydantic's own will do."""
    said = _SENTENCES.get(str(fault["type"]))
    if said is None:
        return None
    context: Mapping[str, Any] = fault.get("ctx") or {}
    places = {name: part for name, part in context.items() if f"{{{name}}}" in said}
    return (said, places) if places or "{" not in said else None


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[tuple[tuple[Any, ...], str]]:
    """Where each of `ValidationError.errors()` is that tells something, and what it is."""
    return [(tuple(fault["loc"]), sentence(fault)) for fault in telling(errors)]


def sentence(fault: Mapping[str, Any]) -> str:
    """One of `ValidationError.errors()`, for people; its `ctx` must be there for what counts."""
    ours = template_of(fault)
    if ours is None:
        return str(fault["msg"]).removeprefix("Value error, ")
    template, places = ours
    return template.format_map(places)
