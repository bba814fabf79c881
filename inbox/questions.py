"""A form as a page asks it: drawn from the filled-in form that the API gives.

What is known is shown, what is proposed is filled in, what is checked is empty beside its fact. No rule is here: what
is right is judged where the form is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from api.labels import label
from inbox.schemas import as_object, as_rows, empty_of, kind_of, resolved
from inbox.values import LINE, Wording, is_told

Json = dict[str, Any]

_SEGMENTS = 5
_COLUMNS = 5
"""Of a table with a line a row: with more of them, nothing could be read in it."""
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
    proposed: Any = None
    """What the form was given with, whatever was typed since."""
    text: str = ""
    """The value in words: of what is known, and beside a code."""
    origin: str = ""
    """`known` (shown, not asked), `proposed` (filled in, may be changed), `checked` (somebody looks), or empty."""
    fact: str = ""
    """What a check is held against."""
    against: Any = None
    """The same as a value."""
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
    """Whether the rows are the case's: each can be left out."""
    own: int = 0
    """How many of them are the case's: the first ones."""
    can_add: bool = False
    """Whether there may be more."""
    left_out: set[int] = field(default_factory=set[int])
    """Which of them were."""

    @property
    def id(self) -> str:
        return "f-" + self.path.replace(".", "-")

    @property
    def is_asked(self) -> bool:
        """What is known is shown; what was found wrong with it is asked after all."""
        return self.origin != "known" or bool(self.error)

    @property
    def is_laid_out(self) -> bool:
        """Whether its rows hold too much for a line of a table."""
        cells = self.blank or (self.rows[0] if self.rows else [])
        is_wide = sum(one.is_asked for one in cells) > _COLUMNS
        return is_wide or any(one.kind in ("rows", "group", "address", "files") for one in cells)

    @property
    def is_faulty(self) -> bool:
        """Whether something is wrong with it, or within it."""
        return bool(self.error) or any(one.is_faulty for one in self._parts())

    def all_asked(self) -> Iterator[Question]:
        """The question, and those within it."""
        if self.is_asked:
            yield self
        for one in self._parts():
            yield from one.all_asked()

    def _parts(self) -> Iterator[Question]:
        yield from self.fields
        for row in self.rows:
            yield from row

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
    is_earlier: bool = False
    """Whether it was typed at an earlier sitting: then nothing is ticked, as what is checked is checked afresh."""


def draw(
    schema: Json, values: Json, wording: Wording, typed: Typed | None = None, data: Json | None = None
) -> list[Question]:
    """The questions of a filled-in form. data: the case's, for the names of its lines."""
    told = typed or Typed()
    pen = _Pen(schema.get("$defs", {}), wording, told.errors, data or {}, is_earlier=told.is_earlier)
    return pen.fields("", schema, values, told.form)


def unplaced(questions: Iterable[Question], errors: Mapping[str, str]) -> list[str]:
    """What is wrong with an answer that no question asks for."""
    asked = [one for question in questions for one in question.all_asked()]
    return [
        said
        for path, said in errors.items()
        if not any(_is_said_at(one.path, one.kind, path) for one in asked)
    ]


def _is_said_at(path: str, kind: str, fault: str) -> bool:
    """Whether a fault stands under the question of this path."""
    if path == fault:
        return True
    if not fault.startswith(f"{path}."):
        return False
    rest = fault.removeprefix(f"{path}.")
    return rest.isdecimal() if kind == "rows" else kind not in _NESTED


@dataclass(frozen=True)
class _Pen:
    defs: Json
    wording: Wording
    errors: Mapping[str, str]
    data: Json
    is_earlier: bool

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
        kind = kind_of(part, self.defs)
        if kind == "tick" and self.is_earlier:
            typed = None
        one = Question(
            path=path,
            name=name,
            label=part.get("title") or self.wording.label(name),
            kind=kind,
            required=required and not is_optional and empty_of(part) is None,
            value=typed if was_typed else value,
            proposed=value,
            origin=_origin_of(part, required=required),
            fact=self.wording.fact(part["x-fact"]) if is_told(part.get("x-fact")) else "",
            against=part.get("x-fact"),
            error=self._fault(path, kind),
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

    def _fault(self, path: str, kind: str) -> str:
        """What is wrong with an answer; also what is wrong with a part of it that isn't asked by itself."""
        return next((said for name, said in self.errors.items() if _is_said_at(path, kind, name)), "")

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
                self._rows(one, part, as_rows(typed) if typed is not None else None)
            case kind if kind in _NESTED:
                were = as_object(typed) if isinstance(typed, dict) else None
                one.fields = self.fields(one.path, part, as_object(one.value), were)
            case _:
                pass

    def _rows(self, one: Question, part: Json, typed: list[Json] | None) -> None:
        inner = resolved(part.get("items", {}), self.defs)[0]
        facts = as_rows(part.get("x-fact"))
        one.is_fixed = "x-of" in part or bool(facts)
        one.can_add = not one.is_fixed or bool(part.get("x-others"))
        if facts:
            one.fact = ""
        if one.is_fixed:
            more = as_rows(part.get("x-rows"))
            self._fixed_rows(one, inner, facts or as_rows(one.proposed), more, typed, is_counted=bool(facts))
            return
        blank: Json = {}
        rows = as_rows(one.value) or ([blank] if one.required else [])
        one.rows = [self.row(f"{one.path}.{n}", inner, row, {}, None) for n, row in enumerate(rows)]
        one.blank = replace(self, errors={}).row(f"{one.path}.0", inner, {}, {}, None)

    def _fixed_rows(
        self,
        one: Question,
        inner: Json,
        base: list[Json],
        more: list[Json],
        typed: list[Json] | None,
        *,
        is_counted: bool,
    ) -> None:
        """The case's rows, each with what was typed into it, and behind them what else was typed. Faults are numbered
        as rows were sent: without those that were left out.
        """
        rest, named = list(typed or ()), _naming(inner)
        for n, row in enumerate(base):
            mine = next((given for given in rest if _same(given, row, named)), None)
            if mine is not None:
                rest.remove(mine)
            elif typed is not None:
                one.left_out.add(n)
            pen = replace(self, errors=_faults_of(self.errors, one.path, n, one.left_out))
            said = more[n] if n < len(more) else {}
            path = f"{one.path}.{n}"
            one.rows.append(
                pen.counted_row(path, inner, row, mine)
                if is_counted
                else pen.row(path, inner, row, said, mine)
            )
        one.own = len(base)
        free = _free(inner)
        for n, row in enumerate(rest, start=one.own):
            pen = replace(self, errors=_faults_of(self.errors, one.path, n, one.left_out))
            one.rows.append(pen.row(f"{one.path}.{n}", free, row, {}, None))
        if one.can_add:
            one.blank = replace(self, errors={}).row(f"{one.path}.0", free, {}, {}, None)

    def row(self, path: str, inner: Json, row: Json, more: Json, typed: Json | None) -> list[Question]:
        properties = inner.get("properties", {})
        said = {name: {**part, **more.get(name, {})} for name, part in properties.items()}
        cells = self.fields(path, {**inner, "properties": said}, row, typed)
        return [self._named(cell) for cell in cells]

    def counted_row(self, path: str, inner: Json, fact: Json, typed: Json | None) -> list[Question]:
        """A row of what there should be: what names it is there, what is counted is left open beside it."""
        cells = self.fields(path, inner, fact, None)
        for cell in cells:
            if cell.kind in ("integer", "decimal") and cell.name != LINE:
                cell.against = cell.value
                cell.fact, cell.value = self.wording.text(cell.value), (typed or {}).get(cell.name)
            elif is_told(cell.value):
                cell.origin = "known"
        return [self._named(cell) for cell in cells]

    def _named(self, cell: Question) -> Question:
        """With the name of the goods that a line's number or a SKU stands for."""
        if cell.name == LINE:
            self._name_line(cell)
        elif cell.ref and cell.value and not cell.text:
            cell.text = self.wording.titles.get(str(cell.value), "")
        return cell

    def _name_line(self, cell: Question) -> None:
        """A line of the case, or of the order that it is about, by what is on it; it is chosen, where it is asked
        for.
        """
        own = as_rows(self.data.get("lines"))
        names = {number: self.wording.text(line.get("sku")) for number, line in enumerate(own, 1)}
        if not all("sku" in line for line in own) or not own:
            names = {number: self.wording.line(number) for number in self.wording.lines}
        if not cell.is_asked:
            cell.text = names.get(cell.value, str(cell.value or ""))
        elif names:
            cell.kind, cell.options = "select", [(str(number), name) for number, name in names.items()]

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


def _naming(inner: Json) -> list[str]:
    """Which cells say what a row of the case's is about."""
    properties = inner.get("properties", {})
    known = [name for name, part in properties.items() if "x-from" in part]
    return known or [
        name for name, part in properties.items() if part.get("type") == "string" or name == LINE
    ]


def _free(inner: Json) -> Json:
    """A row that isn't the case's: nothing of it is known."""
    properties = inner.get("properties", {})
    asked = {
        name: {key: said for key, said in part.items() if key != "x-from"}
        for name, part in properties.items()
    }
    required = [*inner.get("required", ()), *(name for name, part in properties.items() if "x-from" in part)]
    return {**inner, "properties": asked, "required": required}


def _same(typed: Json, row: Json, named: list[str]) -> bool:
    return all(typed.get(name) == row.get(name) for name in named)


def _faults_of(faults: Mapping[str, str], path: str, row: int, left_out: set[int]) -> Mapping[str, str]:
    """The faults of a row that was sent as another's number, under its own."""
    if not left_out:
        return faults
    was, own = f"{path}.{row - len(left_out)}", f"{path}.{row}"
    if row in left_out:
        return {}
    return {
        own + name.removeprefix(was): said
        for name, said in faults.items()
        if f"{name}.".startswith(f"{was}.")
    }
