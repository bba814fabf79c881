"""What a running case could notice of its procedure's declaration, in parts: so that one optional field more is
distinguished from a change that needs a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel

from workflows.language.declaration import Declaration
from workflows.language.definition import definition
from workflows.language.source import methods_of, shape

Parts = dict[str, Any]
"""Part -> its hash; of a model, field -> hash, where the name of an optional field ends in `?`."""

_FOR_BOOKS = frozenset({"book_entry"})
"""Methods that say what a book holds: a case goes on the same whatever they say."""
_FOR_PEOPLE = frozenset({"title", "description", "examples"})
"""What a schema says to people alone."""


def fingerprint(declared: Declaration) -> Parts:
    """The parts of a declaration, without comments, layout, docstrings, labels and the places of lines."""
    document = definition(declared)
    transitions = [
        {name: value for name, value in one.items() if name != "guard"} for one in document["transitions"]
    ]
    guards = [[event, *one.guard_expressions] for event, one in declared.all_transitions]
    forms = {event: form for event in declared.transitions if (form := declared.form_of(event)) is not None}
    models = [declared.case_type, *dict.fromkeys(forms.values())]
    return {
        "stages": _hash(document["stages"], document.get("entry")),
        "transitions": _hash(document["starts"], transitions, guards),
        "deadlines": _hash(document["deadlines"]),
        "effects": _hash(document["effects"]),
        "links": _hash(document["links"]),
        "renamed": _hash({str(version): dict(names) for version, names in declared.renamed.items()}),
        "code": {
            n: _hash(shape(method)) for n, method in sorted(declared.methods.items()) if n not in _FOR_BOOKS
        },
        "models": {model.__name__: _code_of(model) for model in models if _code_of(model)},
        "case": fields_of(declared.case_type),
        "forms": {event: fields_of(form) for event, form in forms.items()},
    }


def fields_of(model: type[BaseModel]) -> Parts:
    """The hash of each field, its default among it; the name of an optional one ends in `?`."""
    schema = model.model_json_schema()
    definitions = cast("Parts", schema.get("$defs", {}))
    required = frozenset(cast("list[str]", schema.get("required", [])))
    return {
        name if name in required else f"{name}?": _hash(_bare(field, definitions))
        for name, field in cast("Parts", schema.get("properties", {})).items()
    }


def differences(then: Mapping[str, Any], now: Mapping[str, Any], under: str = "") -> Iterator[str]:
    """What has changed, each as `part/name`; what may be added to running cases, an optional field, is left out."""
    for name in sorted({*then, *now}):
        where = f"{under}{name}"
        before, after = then.get(name), now.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from differences(cast("Parts", before), cast("Parts", after), f"{where}/")
        elif before != after and not (before is None and name.endswith("?")):
            yield where


def additions(then: Mapping[str, Any], now: Mapping[str, Any]) -> Parts:
    """`then`, with the optional fields that have been added since."""
    merged = dict(then)
    for name, after in now.items():
        before = then.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            merged[name] = additions(cast("Parts", before), cast("Parts", after))
        elif before is None and name.endswith("?"):
            merged[name] = after
    return merged


def _code_of(model: type[BaseModel]) -> str:
    """The hash of what a case or form computes and checks; empty where it does neither."""
    properties = [p.fget for p in vars(model).values() if isinstance(p, property) and p.fget]
    code = sorted(shape(method) for method in (*methods_of(model).values(), *properties))
    return _hash(code) if code else ""


def _bare(part: Any, definitions: Parts) -> Any:
    """A schema without what it says to people, and with what it refers to written out."""
    match part:
        case {"$ref": str(reference), **others}:
            target = reference.rpartition("/")[2]
            inner = {name: value for name, value in definitions.items() if name != target}
            return _bare({**cast("Parts", definitions.get(target, {"recursive": target})), **others}, inner)
        case dict():
            return {
                name: _bare(value, definitions)
                for name, value in cast("Parts", part).items()
                if (name not in _FOR_PEOPLE and not name.startswith("x-")) or _is_field_name(value)
            }
        case list():
            return [_bare(value, definitions) for value in cast("list[Any]", part)]
        case _:
            return part


def _is_field_name(value: Any) -> bool:
    """A field may be called `title`: its value is a schema, never a text."""
    return isinstance(value, dict)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:10]
