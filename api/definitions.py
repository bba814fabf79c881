"""Procedures as callers read them: the declaration with labels, made once for each language."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import orjson

from api.labels import LANGUAGES, Language, label
from api.problems import not_found
from workflows.language.definition import definition, guard_text
from workflows.language.forms import EVERYWHERE, STOP, UNDECLARED, Form
from workflows.language.procedure import Procedure
from workflows.registry import UnknownProcedure, registry

Json = dict[str, Any]


@cache
def _definition(procedure: type[Procedure]) -> Json:
    return definition(procedure.declaration)


def prepare() -> None:
    """Find the procedures and describe them once, before the first caller waits for it."""
    for procedure in registry():
        for language in LANGUAGES:
            summary_document(procedure, language)


def procedure_named(key: str, version: int | None = None) -> type[Procedure]:
    """The declaration. Raises Problem `not_found`."""
    try:
        return registry().get(key, version)
    except UnknownProcedure as error:
        raise not_found("procedure") from error


@cache
def forms_of(procedure: type[Procedure], action: str) -> tuple[type[Form] | None, ...]:
    """The forms that an action has, each once: another at some stages, None where it takes none.

    Raises Problem `not_found` for an action that the procedure doesn't have.
    """
    if action in procedure.declaration.transitions:
        return tuple(dict.fromkeys(move.form for move in procedure.declaration.transitions[action]))
    if action in UNDECLARED:
        return (UNDECLARED[action],)
    raise not_found("action")


@cache
def procedure_document(procedure: type[Procedure], language: Language) -> bytes:
    """`GET /procedures/{key}`."""
    return orjson.dumps(_labelled(procedure, language))


@cache
def summary_document(procedure: type[Procedure], language: Language) -> Json:
    """One line of `GET /procedures`."""
    document = _definition(procedure)
    moves = [*document["starts"], *document["transitions"]]
    return {
        "key": procedure.key,
        "version": procedure.version,
        "title": _titles(procedure),
        "summary": _summary(procedure, language),
        "roles": sorted({who for move in document["transitions"] for who in move["who"]}),
        "starts_on": sorted({topic for start in document["starts"] for topic in start["on"]}),
        "moves_on": sorted({topic for move in moves for topic in move["on"]}),
    }


@cache
def form_schema(procedure: type[Procedure], event: str, stages: tuple[str, ...], language: Language) -> Json:
    """The JSON Schema of an action's form at these stages, with labels."""
    if event in UNDECLARED and event not in procedure.declaration.transitions:
        return _schema(UNDECLARED[event], procedure, language)
    here = [
        move
        for move in procedure.declaration.transitions[event]
        if move.source.id in stages or (not stages and move.is_start)
    ]
    form = next((move.form for move in here if move.form), None)
    return {"type": "object", "properties": {}, "additionalProperties": False} if form is None else _schema(
        form, procedure, language
    )  # fmt: skip


@cache
def asked_schema(procedure: type[Procedure], event: str, stages: tuple[str, ...], language: Language) -> Json:
    """The same, as a person is asked it: what is known isn't required of anybody."""
    schema = _asked(form_schema(procedure, event, stages, language))
    if any("x-of" in field for field in schema["properties"].values()):
        rows = {name: _asked(part) for name, part in schema["$defs"].items()}
        return {**schema, "$defs": rows}
    return schema


def _asked(part: Json) -> Json:
    known = {name for name, field in part.get("properties", {}).items() if "x-from" in field}
    if not known:
        return part
    return {**part, "required": [name for name in part.get("required", ()) if name not in known]}


@cache
def offered(
    procedure: type[Procedure], event: str, stages: tuple[str, ...], language: Language
) -> orjson.Fragment:
    """One of a case's `actions`, as JSON that is ready to send."""
    document: Json = {
        "key": event,
        "label": label("action", event, language, procedure.key),
        "form": asked_schema(procedure, event, stages, language),
        "main": any(procedure.declaration.main_events.get(stage) == event for stage in stages),
    }
    if event in (*EVERYWHERE, STOP) and event not in procedure.declaration.transitions:
        document["common"] = True
    return orjson.Fragment(orjson.dumps(document))


def _labelled(procedure: type[Procedure], language: Language) -> Json:
    document = deepcopy(_definition(procedure))
    document["title"] = _titles(procedure)
    document["summary"] = _summary(procedure, language)
    if "entry" in document:
        document["entry"]["label"] = label("stage", document["entry"]["key"], language, procedure.key)
    for part, context, key in (
        ("starts", "action", "event"),
        ("stages", "stage", "key"),
        ("transitions", "action", "event"),
        ("deadlines", "deadline", "key"),
        ("links", "link", "as"),
    ):
        for item in document[part]:
            item["label"] = label(context, item[key], language, procedure.key)
    moves = [
        move for moves in procedure.declaration.transitions.values() for move in moves if not move.is_start
    ]
    for item, move in zip(document["transitions"], moves, strict=True):
        item["guard"] = guard_text(
            procedure.declaration, move, lambda reason: label("guard", reason, language, procedure.key)
        )
    forms: Json = {}
    for event, moves in procedure.declaration.transitions.items():
        if shape := next((move.form for move in moves if move.form), None):
            forms[event] = _schema(shape, procedure, language)
    document["forms"] = forms
    document["everywhere"] = [
        {"key": event, "label": label("action", event, language), "form": _schema(shape, procedure, language)}
        for event, shape in EVERYWHERE.items()
    ]
    document["roles"] = {
        str(role): label("role", role, language)
        for role in sorted({who for move in document["transitions"] for who in move["who"]})
    }
    return document


def _titles(procedure: type[Procedure]) -> Json:
    return {language: label("procedure", procedure.key, language, procedure.key) for language in ("en", "zh")}


def _summary(procedure: type[Procedure], language: Language) -> str:
    return label("summary", str(_definition(procedure)["summary"]), language, procedure.key)


@cache
def _plain_schema(form: Any) -> Json:
    return form.model_json_schema()


def _schema(form: Any, procedure: type[Procedure], language: Language) -> Json:
    schema = deepcopy(_plain_schema(form))
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            field["title"] = label("field", name, language, procedure.key)
        part.pop("title", None)
    for choices in _with_choices(schema):
        choices["x-labels"] = {
            value: label("choice", value, language, procedure.key)
            for value in choices["enum"]
            if isinstance(value, str)
        }
    return schema


def _with_choices(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if isinstance(part.get("enum"), list):  # pyright: ignore[reportUnknownMemberType]
            yield part
        for inner in part.values():  # pyright: ignore[reportUnknownVariableType]
            yield from _with_choices(inner)
    elif isinstance(part, list):
        for inner in part:  # pyright: ignore[reportUnknownVariableType]
            yield from _with_choices(inner)
