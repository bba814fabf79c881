"""How a case's answers read on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, cast

from api.labels import Language, label, words
from api.papers.words import paper_words
from cases.headline_words import choices_of
from models.money import Money
from workflows.language.procedure import Procedure

Json = dict[str, Any]
_BETWEEN: Mapping[Language, str] = {"en": ", ", "zh": "、"}


class Sayer:
    """Words the answers of one case for one reader."""

    def __init__(
        self,
        procedure: type[Procedure],
        language: Language,
        zone: tzinfo,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """titles: what goods are called, by SKU."""
        self._procedure, self._zone = procedure, zone
        self._language: Language = language
        self._titles = titles or {}

    def field(self, name: str) -> str:
        """The label of a field."""
        return label("field", name, self._language, self._procedure.key)

    def moment(self, at: datetime | None) -> str:
        """A moment on the store's clock."""
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}" if at is not None else ""

    def facts(self, values: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[Json]]:
        """The answers in lines, label and value; and those of several rows as tables: `title`, `head`, `rows`."""
        lines: list[tuple[str, str]] = []
        tables: list[Json] = []
        for name, value in values.items():
            match value:
                case [dict(), *_]:
                    tables.append(self._table(name, cast("list[Json]", value)))
                case dict() if (said := self._whole(cast("Json", value))) is not None:
                    lines.append((self.field(name), said))
                case dict():
                    tables.append(self._list_of(name, cast("Json", value)))
                case _ if said := self.value(name, value):
                    lines.append((self.field(name), said))
                case _:
                    pass
        return lines, tables

    def value(self, name: str, value: Any) -> str:
        """An answer in words; empty where there is none."""
        match value:
            case None | "" | []:
                return ""
            case bool():
                return paper_words(self._language)["yes" if value else "no"]
            case list():
                return _BETWEEN[self._language].join(
                    self.value(name, one) for one in cast("list[Any]", value)
                )
            case dict():
                row = cast("Json", value)
                return self._whole(row) or " ".join(self.value(part, one) for part, one in row.items())
            case str() if value in self._titles:
                return f"{self._titles[value]} ({value})"
            case str() if name in self._procedure.declaration.case_type.model_fields and value in choices_of(
                self._procedure, name
            ):
                return label("choice", value, self._language, self._procedure.key)
            case str():
                return self._known_choice(value) or self._moment_in(value)
            case _:
                return str(value)

    def _whole(self, row: Json) -> str | None:
        """What is one value, though it has parts; None where its parts are answers of their own."""
        match row:
            case {"amount": _, "currency": _}:
                return Money.model_validate(row).read
            case {"first": first, "last": last}:
                return f"{first} – {last}"
            case {"province": _}:
                return "".join(str(part) for part in row.values())
            case _:
                return None

    def _known_choice(self, text: str) -> str:
        """What a key is called that was kept as text, such as a reason chosen elsewhere; empty where it is none."""
        if not text.isascii() or not text.replace("_", "").islower():
            return ""
        said = label("choice", text, self._language, self._procedure.key)
        return said if said != words(text) else ""

    def _moment_in(self, text: str) -> str:
        if len(text) > len("2026-11-23") and text[4:5] == "-" and "T" in text:
            try:
                return self.moment(datetime.fromisoformat(text))
            except ValueError:
                return text
        return text

    def _table(self, name: str, rows: list[Json]) -> Json:
        names = [*dict.fromkeys(part for row in rows for part in row)]
        shown = [part for part in names if any(self.value(part, row.get(part)) for row in rows)]
        return {
            "title": self.field(name),
            "head": [self.field(part) for part in shown],
            "rows": [[self.value(part, row.get(part)) for part in shown] for row in rows],
            "numbers": [all(_is_number(row.get(part)) for row in rows) for part in shown],
        }

    def _list_of(self, name: str, row: Json) -> Json:
        """The parts of one answer, a line for each."""
        lines = [(part, value) for part, value in row.items() if self.value(part, value)]
        return {
            "title": self.field(name),
            "head": [],
            "rows": [[self.field(part), self.value(part, value)] for part, value in lines],
            "numbers": [False, True],
        }


def _is_number(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, dict) and "amount" in value)
