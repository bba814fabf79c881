"""What a case is about, in a line, as a reader sees it: worded in their language, personal parts masked for some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api.access import Caller
from api.labels import Language, label
from api.privacy import masked_part, shows_part
from api.reading import reads_all
from api.storage import table_of
from models.money import Money
from models.statements import found
from models.tables.catalogue import Product
from workflows.language.procedure import Procedure
from workflows.registry import UnknownProcedure, registry

Json = dict[str, Any]
_products = table_of(Product)
_titles: Any = select(_products.c.sku, _products.c.title).where(
    _products.c.sku.in_(bindparam("skus", expanding=True))
)
_BETWEEN = {"en": ", ", "zh": "、"}


class Headlines:
    """Words the headlines of one answer: the titles of all its goods are looked up together."""

    def __init__(self, session: Session, rows: Iterable[Any], caller: Caller, language: Language) -> None:
        """rows: cases, with `headline`, `procedure`, `version` and `store`."""
        self._caller, self._language = caller, language
        skus = {sku for row in rows for part in row.headline for sku in _skus(part["value"])}
        known = found(session, _titles, {"skus": sorted(skus)}) if skus else ()
        self._titles: dict[str, str] = {row.sku: row.title for row in known}

    def of(self, row: Any) -> list[Json]:
        """The parts of a case's headline: `text`, and `personal` where it says something of a person."""
        procedure = _declared(row.procedure, row.version)
        return [
            self._part(procedure, part, row.store)
            for part in row.headline
            if shows_part(procedure, part["field"], self._caller, row.store)
        ]

    def _part(self, procedure: type[Procedure] | None, part: Json, store: str) -> Json:
        mark = part.get("personal")
        value = part["value"]
        if mark:
            is_own = procedure is None or not reads_all(self._caller, procedure.key, store)
            value = masked_part(value, mark, self._caller, store, is_own=is_own)
        text = self._text(procedure, part["field"], value, part.get("more", 0))
        return {"text": text, "personal": True} if mark else {"text": text}

    def _text(self, procedure: type[Procedure] | None, field: str, value: Any, more: int = 0) -> str:
        match value:
            case dict():
                return self._row(cast("Json", value))
            case list():
                shown = [self._text(procedure, field, one) for one in cast("list[Any]", value)]
                return _BETWEEN[self._language].join([*shown, *([f"+{more}"] if more else [])])
            case str() if procedure is not None and value in choices_of(procedure, field):
                return label("choice", value, self._language, procedure.key)
            case int() if procedure is not None:  # a number alone doesn't say of what
                return f"{label('field', field, self._language, procedure.key)} {value}"
            case _:
                return self._titles.get(value, str(value))

    def _row(self, value: Json) -> str:
        match value:
            case {"amount": _} if value.keys() <= {
                "amount",
                "currency",
            }:  # a case leaves out what is at its default
                return Money.model_validate(value).read
            case {"first": first, "last": last}:
                return f"{first} – {last}"
            case {"sku": sku, "qty": qty}:
                return f"{self._titles.get(sku, sku)} ×{qty}"
            case {"province": _}:
                return "".join(str(part) for part in value.values())
            case _:
                return " ".join(str(part) for part in value.values() if not isinstance(part, dict | list))


def _skus(value: Any) -> Iterable[str]:
    match value:
        case {"sku": str(sku)}:
            yield sku
        case list():
            for one in value:  # pyright: ignore[reportUnknownVariableType]
                yield from _skus(one)
        case str():
            yield value
        case _:
            return


@cache
def choices_of(procedure: type[Procedure], field: str) -> frozenset[str]:
    """What a field of this name may be chosen to be, in the case or in a form of it; none where it is free."""
    declaration = procedure.declaration
    forms = {move.form for _, move in declaration.all_transitions if move.form is not None}
    fields = [shape.model_fields.get(field) for shape in (declaration.case_type, *forms)]
    return frozenset(choice for one in fields if one is not None for choice in _within(one.annotation))


def _within(kind: Any) -> Iterable[str]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield from (str(member.value) for member in kind)
    elif get_origin(kind) is Literal:
        yield from (one for one in get_args(kind) if isinstance(one, str))
    else:
        for part in get_args(kind):
            yield from _within(part)


def _declared(key: str, version: int) -> type[Procedure] | None:
    try:
        return registry().get(key, version)
    except UnknownProcedure:
        return None


def headlines_of(
    session: Session, rows: Iterable[Any], caller: Caller, language: Language
) -> Mapping[str, list[Json]]:
    """By case, the headline of each of these rows."""
    rows = list(rows)
    words = Headlines(session, rows, caller, language)
    return {row.id: words.of(row) for row in rows}
