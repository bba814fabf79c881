"""A case's headline in words, in its reader's language. What of it a reader may see is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.money import Money
from models.statements import found
from models.tables.cases import CaseRow
from models.tables.catalogue import Product
from models.tables.orders import OrderLine
from workflows.labels import Language, label
from workflows.language.procedure import Procedure
from workflows.registry import UnknownProcedure, registry

Json = dict[str, Any]
_products: Any = vars(Product)["__table__"]
_titles: Any = select(_products.c.sku, _products.c.title).where(
    _products.c.sku.in_(bindparam("skus", expanding=True))
)
_lines: Any = vars(OrderLine)["__table__"]
_goods: Any = select(_lines.c.store, _lines.c.order, _lines.c.line, _lines.c.sku).where(
    _lines.c.store.in_(bindparam("stores", expanding=True)),
    _lines.c.order.in_(bindparam("orders", expanding=True)),
)
_BETWEEN = {"en": ", ", "zh": "、"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_LINE = {"en": "line {line} ×{qty}", "zh": "第 {line} 行 ×{qty}"}
"""Goods of an order, by its line, where nothing is known of that."""


def with_goods(session: Session, rows: Iterable[Any]) -> list[list[Json]]:
    """The headlines of these rows: where one names lines of an order, with the goods that are on them.

    rows: cases, with `headline` and `store`.
    """
    rows = list(rows)
    asked = {(row.store, part["order"]) for row in rows for part in row.headline if "order" in part}
    if not asked:
        return [row.headline for row in rows]
    stores, orders = sorted({store for store, _ in asked}), sorted({order for _, order in asked})
    known = found(session, _goods, {"stores": stores, "orders": orders})
    goods = {(row.store, row.order, row.line): row.sku for row in known}
    return [[_of_goods(part, row.store, goods) for part in row.headline] for row in rows]


def _of_goods(part: Json, store: str, goods: Mapping[tuple[str, str, int], str]) -> Json:
    if "order" not in part:
        return part
    rows = [
        {"sku": sku, **row} if (sku := goods.get((store, part["order"], row.get("line")))) else row
        for row in part["value"]
    ]
    return {**part, "value": rows}


def titles_of(session: Session, headlines: Iterable[list[Json]]) -> Mapping[str, str]:
    """The titles of all goods that these headlines name, by their SKU."""
    skus = {sku for headline in headlines for part in headline for sku in _skus(part["value"])}
    known = found(session, _titles, {"skus": sorted(skus)}) if skus else ()
    return {row.sku: row.title for row in known}


def part_in_words(
    procedure: type[Procedure] | None,
    part: Json,
    language: Language,
    titles: Mapping[str, str],
) -> str:
    """One part of a headline."""
    return _text(procedure, part["field"], part["value"], language, titles, part.get("more", 0))


def impersonal_line(session: Session, case: str, language: Language) -> str:
    """A case's headline without what says something of a person; empty where nothing is known of the case."""
    row = session.get(CaseRow, case)
    if row is None:
        return ""
    parts = [part for part in with_goods(session, [row])[0] if not part.get("personal")]
    procedure, titles = declared(row.procedure, row.version), titles_of(session, [parts])
    return " · ".join(part_in_words(procedure, part, language, titles) for part in parts)


class ImpersonalHeadlines:
    """Says to who sends notices what a case is about."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def of(self, session: Session, case: str) -> str:
        return impersonal_line(session, case, self._language)


def declared(key: str, version: int) -> type[Procedure] | None:
    """The declaration of a version; None where this code has it no more."""
    try:
        return registry().get(key, version)
    except UnknownProcedure:
        return None


@cache
def choices_of(procedure: type[Procedure], field: str) -> frozenset[str]:
    """What a field of this name may be chosen to be, in the case, in a form of it or in their rows; none where it is
    free.
    """
    fields = [shape.model_fields.get(field) for shape in _shapes_of(procedure)]
    return frozenset(choice for one in fields if one is not None for choice in _within(one.annotation))


@cache
def _shapes_of(procedure: type[Procedure]) -> frozenset[type[BaseModel]]:
    """The case, the forms, and what they have rows of."""
    declaration = procedure.declaration
    forms = {move.form for _, move in declaration.all_transitions if move.form is not None}
    found: set[type[BaseModel]] = set()
    to_look_at: list[type[BaseModel]] = [declaration.case_type, *forms]
    while to_look_at:
        shape = to_look_at.pop()
        if shape not in found:
            found.add(shape)
            to_look_at += (row for one in shape.model_fields.values() for row in _models_in(one.annotation))
    return frozenset(found)


def _models_in(kind: Any) -> Iterable[type[BaseModel]]:
    if isinstance(kind, type) and get_origin(kind) is None and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models_in(part)


def _text(
    procedure: type[Procedure] | None,
    field: str,
    value: Any,
    language: Language,
    titles: Mapping[str, str],
    more: int = 0,
) -> str:
    match value:
        case dict():
            return _row(cast("Json", value), language, titles)
        case list():
            shown = [_text(procedure, field, one, language, titles) for one in cast("list[Any]", value)]
            return _BETWEEN[language].join([*shown, *([f"+{more}"] if more else [])])
        case str() if _MOMENT.fullmatch(value):
            return _moment(value)
        case str() if procedure is not None and value in choices_of(procedure, field):
            return label("choice", value, language, procedure.key)
        case int() if procedure is not None:  # a number alone doesn't say of what
            return f"{label('field', field, language, procedure.key)} {value}"
        case _:
            return titles.get(value, str(value))


def _moment(value: str) -> str:
    """By the clock of whoever told it; what no person told is in UTC, and says so."""
    at = datetime.fromisoformat(value)
    return f"{at:%Y-%m-%d %H:%M}{'' if at.utcoffset() else ' UTC'}"


def _row(value: Json, language: Language, titles: Mapping[str, str]) -> str:
    match value:
        case {"amount": _} if value.keys() <= {
            "amount",
            "currency",
        }:  # a case leaves out what is at its default
            return Money.model_validate(value).read
        case {"first": first, "last": last}:
            return f"{first} – {last}"
        case {"sku": sku, "qty": qty}:
            return f"{titles.get(sku, sku)} ×{qty}"
        case {"line": line, "qty": qty}:
            return _LINE[language].format(line=line, qty=qty)
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


def _within(kind: Any) -> Iterable[str]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield from (str(member.value) for member in kind)
    elif get_origin(kind) is Literal:
        yield from (one for one in get_args(kind) if isinstance(one, str))
    else:
        for part in get_args(kind):
            yield from _within(part)
