"""Forms at random: from the form's own schema, from the forms of scenarios, and from what the case holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from workflows.language.forms import Form

Json = dict[str, Any]

_DAY = re.compile(r"^\d{4}-\d\d-\d\d")
_BY_PATTERN = {
    "file:": ("file:1", "file:2-a"),
    "https?": ("https://example.com/a", "http://example.com/b?c=1"),
    "1[3-9]": ("13800138000", "0571-88888888"),
    "[A-Z]{3}": ("CNY",),
}
_WORDS = ("A-1", "SO-1", "main", "sf", "li", "zhang", "7")
_BROKEN: tuple[Any, ...] = (None, "", "x" * 5000, -1, 10**15, [], {}, "\x00", True, {"amount": "NaN"}, ["?"])


@cache
def schema(form: type[Form]) -> Json:
    return form.model_json_schema()


class Chance:
    """Throws the dice for one case."""

    def __init__(self, seed: str) -> None:
        self.dice = Random(seed)

    def form(self, shape: type[Form], now: datetime, case: Any, known_forms: list[Json]) -> Json:
        """A form that may be lawful, from `known_forms`, which scenarios filled in, or from what `case` holds."""
        holds = _Holdings(case)
        if known_forms and self.dice.random() < 0.75:
            form: Json = dict(self.dice.choice(known_forms))
            if self.dice.random() < 0.5:
                self._vary(form, shape, now, holds)
            return form
        return self._object(schema(shape), schema(shape), now, holds)

    def broken(self, shape: type[Form], now: datetime) -> Json:
        """A form with a fault."""
        form = self._object(schema(shape), schema(shape), now, _Holdings(None))
        name = self.dice.choice([*(form or {"?": 0}), "nobody_asked"])
        if self.dice.random() < 0.3:
            form.pop(name, None)
        else:
            form[name] = self.dice.choice(_BROKEN)
        return form

    def _vary(self, form: Json, shape: type[Form], now: datetime, holds: _Holdings) -> None:
        whole = schema(shape)
        properties: Json = whole.get("properties", {})
        if not properties:
            return
        name = self.dice.choice(list(properties))
        if name in form and name not in whole.get("required", []) and self.dice.random() < 0.3:
            del form[name]
        else:
            form[name] = self._value(properties[name], whole, now, holds, name)

    def _object(self, part: Json, whole: Json, now: datetime, holds: _Holdings) -> Json:
        required = part.get("required", [])
        return {
            name: self._value(inner, whole, now, holds, name)
            for name, inner in part.get("properties", {}).items()
            if name in required or self.dice.random() < 0.5
        }

    def _value(  # noqa: C901, PLR0911 - one return a kind of schema
        self, part: Json, whole: Json, now: datetime, holds: _Holdings, name: str
    ) -> Any:
        if "$ref" in part:
            named: Json = whole["$defs"][part["$ref"].rpartition("/")[2]]
            return self._value(named, whole, now, holds, name)
        if "anyOf" in part:
            return self._value(self.dice.choice(part["anyOf"]), whole, now, holds, name)
        if "const" in part or "enum" in part:
            return self.dice.choice(part.get("enum") or [part["const"]])
        like = holds.like(name)
        if like and self.dice.random() < 0.6:
            return self.dice.choice(like)
        match part.get("type"):
            case "boolean":
                return self.dice.random() < 0.8
            case "null":
                return None
            case "integer" | "number":
                return self._number(part)
            case "array":
                return self._list(part, whole, now, holds, name)
            case "object":
                if "amount" in part.get("properties", {}):
                    return self._money(holds)
                return self._object(part, whole, now, holds)
            case _:
                return self._text(part, now, holds)

    def _number(self, part: Json) -> int:
        low = int(part.get("minimum", part.get("exclusiveMinimum", -2) + 1))
        high = int(part.get("maximum", part.get("exclusiveMaximum", low + 10**6)))
        near = [n for n in (low, low + 1, low + 2, low + 4, 10, 95, 100, 3000, high) if low <= n <= high]
        return self.dice.choice(near)

    def _list(self, part: Json, whole: Json, now: datetime, holds: _Holdings, name: str) -> list[Any]:
        shortest = part.get("minItems", 0)
        length = max(shortest, self.dice.choice((0, 1, 1, 2)))
        return [self._value(part["items"], whole, now, holds, name) for _ in range(length)]

    def _money(self, holds: _Holdings) -> Json:
        amounts = [*holds.amounts, "0", "1", "49.99", "200", "1500", "60000"]
        return {"amount": self.dice.choice(amounts), "currency": "CNY"}

    def _text(self, part: Json, now: datetime, holds: _Holdings) -> str:
        pattern = part.get("pattern", "")
        away = timedelta(hours=self.dice.choice((-24 * 7, -24, -1, 0, 1, 24, 24 * 10, 24 * 40)))
        if part.get("format") == "date":
            return (now + away).date().isoformat()
        if part.get("format") == "date-time":
            return (now + away).isoformat()
        for known, samples in _BY_PATTERN.items():
            if known in pattern:
                return self.dice.choice(samples)
        if part.get("minLength", 0) == 0 and self.dice.random() < 0.3 and not pattern:
            return ""
        if "\\d" in pattern:  # a decimal written out
            return str(self._number({"minimum": 0, "maximum": 1000}))
        return self.dice.choice((*_WORDS, *holds.words))


class _Holdings:
    """What a case holds, by the names under which forms ask for it."""

    def __init__(self, case: Any) -> None:
        self._named: dict[str, list[Any]] = {}
        self.amounts: list[str] = []
        self.words: list[str] = []
        for name, value in _entries(case):
            self._named.setdefault(name, []).append(value)
            if isinstance(value, dict) and "amount" in value:
                self.amounts.append(str(value["amount"]))  # pyright: ignore[reportUnknownArgumentType]
            elif isinstance(value, str) and value and len(value) < 40 and not _DAY.match(value):
                self.words.append(value)

    def like(self, name: str) -> list[Any]:
        return [value for value in self._named.get(name, []) if value is not None]


def _entries(part: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        for name, value in part.items():  # pyright: ignore[reportUnknownVariableType]
            yield str(name), value  # pyright: ignore[reportUnknownArgumentType]
            yield from _entries(value)
    elif isinstance(part, list):
        for value in part:  # pyright: ignore[reportUnknownVariableType]
            yield from _entries(value)
