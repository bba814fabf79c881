"""What a form asks, as rows of a table: read off the form's JSON Schema, which the API checks by too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.values import CODE, PLAIN_CODE
from workflows.labels import Language, label
from workflows.language.forms import Form, kept
from workflows.reference.phrases import clauses, listed, phrase

Json = dict[str, Any]
_CODES = CODE, PLAIN_CODE
_FILE = "^file:[0-9A-Za-z-]+$"


@dataclass(frozen=True)
class Answer:
    """One field. `path` is its place in the form: `lines[].qty`."""

    path: str
    label: str
    type: str
    required: str
    bounds: str


class Answers:
    """The fields of one form."""

    def __init__(self, form: type[Form], procedure: str, language: Language) -> None:
        """procedure: whose labels are looked up first."""
        self._schema: Json = form.model_json_schema()
        self._kept = kept(form)
        self._procedure = procedure
        self._language: Language = language

    def __iter__(self) -> Iterator[Answer]:
        return self._fields(self._schema, "")

    def _fields(self, schema: Json, before: str) -> Iterator[Answer]:
        required: list[str] = schema.get("required", [])
        for name, declared in schema.get("properties", {}).items():
            field = self._resolved(declared)
            path = f"{before}{name}"
            parts = [self._bounds(field)]
            if "default" in declared and declared["default"] not in (None, "", []):
                parts.append(self._say("default", value=self._default(declared["default"])))
            if not before and name in self._kept:
                parts.append(self._say("in_case"))
            yield Answer(
                path=path,
                label=label("field", name, self._language, self._procedure),
                type=self._type(field),
                required=self._say("yes") if name in required else "",
                bounds=clauses(self._language, parts),
            )
            inner, step = (self._resolved(field["items"]), "[].") if "items" in field else (field, ".")
            if not _is_money(inner):
                yield from self._fields(inner, f"{path}{step}")

    def _say(self, name: str, **parts: object) -> str:
        return phrase(self._language, name, **parts)

    def _resolved(self, field: Json) -> Json:
        """The field without its null, its references followed; what stands beside a reference is kept."""
        if "anyOf" in field:
            others = [part for part in field["anyOf"] if part.get("type") != "null"]
            beside = {key: value for key, value in field.items() if key != "anyOf"}
            return self._resolved(
                {**others[0], **beside} if len(others) == 1 else {**beside, "one_of": others}
            )
        if "$ref" in field:
            found = self._schema["$defs"][field["$ref"].rpartition("/")[2]]
            return {**found, **{key: value for key, value in field.items() if key != "$ref"}}
        return field

    def _type(self, field: Json) -> str:
        if "items" in field:
            inner = self._resolved(field["items"])
            return self._say("rows") if _is_group(inner) else self._say("list", what=self._type(inner))
        if "x-ref" in field:
            return self._say("points_to", what=label("ref", field["x-ref"], self._language).lower())
        name = field.get("x-widget") or field.get("format")
        if name in ("file", "sign", "date", "date-time"):
            return self._say(name)
        if _is_money(field):
            return self._say("money")
        if "enum" in field or "const" in field:
            return self._say("choice")
        return self._say(_plain_type(field))

    def _bounds(self, field: Json) -> str:
        if "items" in field:
            inner = self._resolved(field["items"])
            counted = self._counted(field)
            within = "" if _is_group(inner) else self._bounds(inner)
            return listed(self._language, (counted, within))
        choices = field.get("enum") or ([field["const"]] if "const" in field else [])
        if choices:
            return listed(self._language, map(self._choice, choices))
        if "maxLength" in field and "x-widget" not in field:
            low, high = field.get("minLength", 0), field["maxLength"]
            length = (
                self._say("length", low=low, high=high)
                if low > 1
                else self._say("at_most_characters", high=high)
            )
            pattern = field.get("pattern")
            shown = self._say("pattern", pattern=pattern) if pattern not in (None, *_CODES, _FILE) else ""
            return listed(self._language, (length, shown))
        number = _numeric(field)
        if "exclusiveMinimum" in number:
            return self._say("above", low=_plain(number["exclusiveMinimum"]), high=_plain(number["maximum"]))
        if "minimum" in number and "maximum" in number:
            return self._say("from_to", low=_plain(number["minimum"]), high=_plain(number["maximum"]))
        return ""

    def _counted(self, field: Json) -> str:
        if "maxItems" not in field:
            return ""
        low, high = field.get("minItems", 0), field["maxItems"]
        return self._say("items", low=low, high=high) if low else self._say("at_most_items", high=high)

    def _choice(self, value: object) -> str:
        text = str(value)
        return f"`{text}` {label('choice', text, self._language, self._procedure)}"

    def _default(self, value: object) -> str:
        if isinstance(value, dict):
            amount: Json = value  # pyright: ignore[reportUnknownVariableType]
            return f"{amount['amount']} {amount['currency']}" if "amount" in amount else f"`{value}`"
        return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _plain_type(field: Json) -> str:
    match field.get("type"):
        case "boolean":
            return "tick"
        case "integer":
            return "whole"
        case "number":
            return "decimal"
        case "string":
            return "code" if field.get("pattern") in _CODES else "text"
        case "object":
            return "group" if field.get("properties") else "anything"
        case _:
            return "decimal" if _numeric(field) else "anything"


def _numeric(field: Json) -> Json:
    """A decimal may be written as a number or as a string: the number has the bounds."""
    parts: list[Json] = field.get("one_of", [field])
    numbers = [part for part in parts if part.get("type") in ("number", "integer")]
    return numbers[0] if numbers else {}


def _is_money(field: Json) -> bool:
    return set(field.get("properties", {})) == {"amount", "currency"}


def _is_group(field: Json) -> bool:
    return bool(field.get("properties")) and not _is_money(field)


def _plain(number: float) -> str:
    return f"{int(number):,}" if float(number).is_integer() else str(number)
