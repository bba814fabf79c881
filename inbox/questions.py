"""A form as a page asks it: drawn from the filled-in form that the API gives.

What is known is shown, what is proposed is filled in, what is checked is empty beside its fact. No rule is here: what
is right is judged where the form is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.labels import label
from inbox.schemas import as_object, as_rows, kind_of, resolved
from inbox.values import Wording, is_told

Json = dict[str, Any]

_SEGMENTS = 5
_SEGMENTS_LONG = {"zh": 26, "en": 46}
"""Letters of all choices together that still stand side by side."""
_NESTED = ("group", "address", "period")


@dataclass
class Question:
    """One question of a form."""

    path: str
    """`lines.0.qty`: what an answer's name is made of."""
    name: str
    label: str
    kind: str
    required: bool = True
    value: Any = None
    text: str = ""
    """The value in words: of what is known, and beside a code."""
    origin: str = ""
    """`known` (shown, not asked), `proposed` (filled in, may be changed), `checked` (somebody looks), or empty."""
    fact: str = ""
    """What a check is held against."""
    error: str = ""
    options: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    ref: str = ""
    """The book that the answer names an entry of."""
    minimum: Any = None
    maximum: Any = None
    longest: int | None = None
    fields: list[Question] = field(default_factory=list["Question"])
    rows: list[list[Question]] = field(default_factory=list[list["Question"]])
    blank: list[Question] = field(default_factory=list["Question"])
    """A row with nothing in it, where more can be added."""
    is_fixed: bool = False
    """Whether the rows are the case's: none can be added, each can be left out."""

    @property
    def id(self) -> str:
        return "f-" + self.path.replace(".", "-")

    @property
    def is_asked(self) -> bool:
        return self.origin != "known"

    @property
    def is_wide(self) -> bool:
        return (
            self.kind in ("longtext", "choices", "tokens", "files", "rows", *_NESTED) or len(self.options) > 4
        )


@dataclass(frozen=True)
class Typed:
    """What somebody has typed so far, and what is wrong with it."""

    form: Json | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    """By path."""


def draw(
    schema: Json, values: Json, wording: Wording, typed: Typed | None = None, data: Json | None = None
) -> list[Question]:
    """The questions of a filled-in form. data: the case's, for the names of its lines."""
    told = typed or Typed()
    pen = _Pen(schema.get("$defs", {}), wording, told.errors, data or {})
    return pen.fields("", schema, values, told.form)


@dataclass(frozen=True)
class _Pen:
    defs: Json
    wording: Wording
    errors: Mapping[str, str]
    data: Json

    def fields(self, path: str, schema: Json, values: Json, typed: Json | None) -> list[Question]:
        required = set(schema.get("required", ()))
        return [
            self._question(
                f"{path}.{name}" if path else name,
                name,
                part,
                required=name in required,
                value=values.get(name),
                typed=(typed or {}).get(name),
                was_typed=typed is not None and name in typed,
            )
            for name, part in schema.get("properties", {}).items()
        ]

    def _question(
        self, path: str, name: str, raw: Json, *, required: bool, value: Any, typed: Any, was_typed: bool
    ) -> Question:
        part, is_optional = resolved(raw, self.defs)
        one = Question(
            path=path,
            name=name,
            label=part.get("title") or self.wording.label(name),
            kind=kind_of(part, self.defs),
            required=required and not is_optional,
            value=typed if was_typed else value,
            origin=_origin_of(part, required=required),
            fact=self.wording.text(part["x-fact"], name) if is_told(part.get("x-fact")) else "",
            error=self.errors.get(path, ""),
            ref=part.get("x-ref", ""),
            minimum=part.get("minimum", part.get("exclusiveMinimum")),
            maximum=part.get("maximum"),
            longest=part.get("maxLength"),
        )
        if one.value is None and "default" in part and not was_typed and one.origin != "checked":
            one.value = part["default"]
        if not one.is_asked:
            one.text = self.wording.text(one.value, name) if is_told(one.value) else ""
            return one
        self._shape(one, part, typed if was_typed else None)
        return one

    def _shape(self, one: Question, part: Json, typed: Any) -> None:
        match one.kind:
            case "choice":
                one.options = self._options(part)
                longest = _SEGMENTS_LONG[self.wording.language]
                if len(one.options) > _SEGMENTS or sum(len(text) for _, text in one.options) > longest:
                    one.kind = "select"
            case "choices":
                one.options = self._options(resolved(part.get("items", {}), self.defs)[0])
            case "tokens":
                inner = resolved(part.get("items", {}), self.defs)[0]
                one.ref, one.text = inner.get("x-ref", ""), kind_of(inner, self.defs)
            case "ref":
                one.text = self.wording.titles.get(str(one.value), "") if one.value else ""
            case "rows":
                self._rows(one, part)
            case kind if kind in _NESTED:
                were = as_object(typed) if isinstance(typed, dict) else None
                one.fields = self.fields(one.path, part, as_object(one.value), were)
            case _:
                pass

    def _rows(self, one: Question, part: Json) -> None:
        inner = resolved(part.get("items", {}), self.defs)[0]
        facts = as_rows(part.get("x-fact"))
        given, more = as_rows(one.value), as_rows(part.get("x-rows"))
        one.is_fixed = "x-of" in part or bool(facts)
        if facts:
            one.fact = ""
            one.rows = [
                self._checked_row(f"{one.path}.{n}", inner, fact, _typed_for(fact, given))
                for n, fact in enumerate(facts)
            ]
            return
        one.rows = [
            self._row(f"{one.path}.{n}", inner, row, more[n] if n < len(more) else {})
            for n, row in enumerate(given)
        ]
        if not one.is_fixed:
            one.blank = self._row(f"{one.path}.0", inner, {}, {})
            if not one.rows and one.required:
                one.rows = [one.blank]

    def _row(self, path: str, inner: Json, row: Json, more: Json) -> list[Question]:
        properties = inner.get("properties", {})
        said = {name: {**part, **more.get(name, {})} for name, part in properties.items()}
        cells = self.fields(path, {**inner, "properties": said}, row, None)
        return [self._named(cell) for cell in cells]

    def _checked_row(self, path: str, inner: Json, fact: Json, typed: Json) -> list[Question]:
        """A row of what there should be: what names it is there, what is counted is left open beside it."""
        cells = self.fields(path, inner, fact, None)
        for cell in cells:
            if cell.kind in ("integer", "decimal"):
                cell.fact, cell.value = self.wording.text(cell.value), typed.get(cell.name)
            elif is_told(cell.value):
                cell.origin = cell.origin or "proposed"
        return [self._named(cell) for cell in cells]

    def _named(self, cell: Question) -> Question:
        """With the name of the goods that a line's number or a SKU stands for."""
        if cell.name == "line" and isinstance(cell.value, int):
            cell.text = self._line(cell.value)
        elif cell.ref and cell.value and not cell.text:
            cell.text = self.wording.titles.get(str(cell.value), "")
        return cell

    def _line(self, number: int) -> str:
        lines = as_rows(self.data.get("lines"))
        return self.wording.text(lines[number - 1].get("sku")) if 0 < number <= len(lines) else str(number)

    def _options(self, part: Json) -> list[tuple[str, str]]:
        labels = part.get("x-labels", {})
        return [
            (str(one), labels.get(one) or label("choice", str(one), self.wording.language, self.wording.key))
            for one in part.get("enum", ())
        ]


def _origin_of(part: Json, *, required: bool) -> str:
    if "x-from" in part and not required:
        return "known"
    if part.get("x-check"):
        return "checked"
    return "proposed" if "x-proposed" in part else ""


def _typed_for(fact: Json, given: list[Json]) -> Json:
    """What was typed in the row of this fact: all that isn't counted is equal."""
    named = {name: value for name, value in fact.items() if isinstance(value, str)}
    for row in given:
        if all(row.get(name) == value for name, value in named.items()):
            return row
    return {}
