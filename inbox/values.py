"""What a case or a form holds, as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, cast

from babel.numbers import format_decimal
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.labels import Language, label
from cases.headline_words import choices_of
from inbox import moments
from inbox.schemas import as_list, as_object, as_rows, kind_of, resolved
from inbox.words import say
from models.money import Money
from models.policy import StorePolicy
from models.roles import Role
from models.tables.catalogue import Product
from models.tables.orders import OrderLine
from workflows.language.procedure import Procedure

Json = dict[str, Any]

_MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_KEY = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_MOST_ROWS = 6
LINE = "line"
"""What a row calls the number of one of the order's lines."""
_ADDRESS = ("province", "city", "district", "street")


@dataclass(frozen=True)
class Wording:
    """In whose words, of which procedure."""

    language: Language
    policy: StorePolicy
    procedure: type[Procedure] | None = None
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of goods, by their SKU."""
    lines: Mapping[int, str] = field(default_factory=dict[int, str])
    """What is on the lines of the order that the case is about, by their number: SKUs."""

    @property
    def key(self) -> str:
        """The procedure's."""
        return self.procedure.key if self.procedure is not None else ""

    def label(self, name: str) -> str:
        """What a field is called."""
        return label("field", name, self.language, self.key)

    def line(self, number: Any) -> str:
        """A line of the order: its goods, or its number where nothing is known of them."""
        sku = self.lines.get(number) if isinstance(number, int) else None
        return say(self.language, "line {line}", line=number) if sku is None else self.titles.get(sku, sku)

    def text(self, value: Any, name: str = "") -> str:
        """A field's value. name: the field's, for choices."""
        match value:
            case None | "":
                return "–"
            case bool():
                return say(self.language, "Yes" if value else "No")
            case int() | float():
                return format_decimal(value, locale=moments.LOCALES[self.language])
            case dict():
                return self._object(cast("Json", value))
            case list():
                listed = cast("list[Any]", value)
                between = "、" if self.language == "zh" else ", "
                shown = [self.text(one, name) for one in listed[:_MOST_ROWS]]
                return between.join(
                    [*shown, *([f"+{len(listed) - _MOST_ROWS}"] if len(listed) > _MOST_ROWS else [])]
                )
            case str():
                return self._word(value, name)
            case _:
                return str(value)

    def fact(self, value: Any) -> str:
        """What a check is held against: a value of the case's, whatever it is called there."""
        if self.procedure is not None and isinstance(value, str) and value in choices_of_case(self.procedure):
            return label("choice", value, self.language, self.key)
        return self.text(value)

    def _word(self, text: str, name: str) -> str:
        if text in self.titles:
            return self.titles[text]
        if _MOMENT.match(text):
            return moments.when(text, self.policy, self.language)
        if _DAY.match(text):
            return moments.day(date.fromisoformat(text), self.policy, self.language)
        is_choice = self.procedure is not None and name and (text in choices_of(self.procedure, name))
        return label("choice", text, self.language, self.key) if is_choice else text

    def _object(self, value: Json) -> str:
        if is_money(value):
            return Money.model_validate(value).read
        if "province" in value:
            return " ".join(str(value[part]) for part in _ADDRESS if value.get(part))
        if value.keys() == {"first", "last"}:
            return f"{self.text(value['first'])} – {self.text(value['last'])}"
        if "sku" in value and "qty" in value:
            return f"{self.text(value['sku'])} ×{value['qty']}{self._rest_of(value)}"
        if LINE in value and "qty" in value:
            return f"{self.line(value[LINE])} ×{value['qty']}{self._rest_of(value)}"
        return " · ".join(
            f"{self.label(name)} {self.text(part, name)}" for name, part in value.items() if is_told(part)
        )

    def _rest_of(self, goods: Json) -> str:
        """What a row of goods says beside which and how many."""
        rest = {name: part for name, part in goods.items() if name not in ("sku", "qty", LINE)}
        return "".join(f" · {self.text(part, name)}" for name, part in rest.items() if is_told(part))


@dataclass(frozen=True)
class Table:
    """Rows of a case: its goods, its parcels."""

    title: str
    columns: list[tuple[str, str, bool]]
    """Name, label, whether it is a number."""
    rows: list[list[str]]
    pieces: int
    total: str


@dataclass(frozen=True)
class Facts:
    """What a case holds, sorted by what a reader looks for."""

    said: list[tuple[str, str, bool]]
    """Long texts: label, words, and whether they are a customer's own."""
    tables: list[Table]
    contact: list[tuple[str, str, str]]
    """What it says of a person: kind, label, text."""
    money: list[tuple[str, str]]
    details: list[tuple[str, str]]


def is_money(value: Any) -> bool:
    """Whether it is an amount of money."""
    if not isinstance(value, dict):
        return False
    return "amount" in value and cast("Json", value).keys() <= {"amount", "currency"}


def is_told(value: Any) -> bool:
    """Whether somebody has said something: zeros and empties say nothing."""
    if is_money(value):
        return Decimal(str(value["amount"])) != 0
    return value not in (None, "", [], {}, False, 0, "-")


def facts_of(data: Json, wording: Wording) -> Facts:
    """What a case holds that some form has asked for: the rest is its working memory."""
    facts = Facts([], [], [], [], [])
    procedure = wording.procedure
    parts = _parts_of(procedure) if procedure is not None else {}
    for name, value in data.items():
        if name not in parts or not is_told(value):
            continue
        kind, is_personal = parts[name]
        if (rows := as_rows(value)) and len(rows) == len(value):
            facts.tables.append(table_of(wording.label(name), rows, wording))
        elif is_money(value):
            facts.money.append((wording.label(name), wording.text(value)))
        elif is_personal and isinstance(value, dict | str):
            contact = {"address": "address", "phone": "phone"}.get(kind, "user")
            facts.contact.append((contact, wording.label(name), wording.text(value)))
        elif kind == "longtext":
            is_customers = procedure is not None and name in _told_by_customers(procedure)
            facts.said.append((wording.label(name), str(value), is_customers))
        else:
            facts.details.append((wording.label(name), wording.text(value, name)))
    return facts


def told_at_first(steps: Iterable[Json]) -> Json:
    """What the case began with, such as a customer's words: the case itself may keep less of it."""
    nothing: Json = {}
    return next((as_object(one["form"]) for one in steps if one["revision"] == 1), nothing)


def table_of(title: str, rows: list[Json], wording: Wording) -> Table:
    """Rows as a table: the columns that say something in one of them, and what they come to."""
    names = list(dict.fromkeys(name for row in rows for name, value in row.items() if is_told(value)))
    columns = [(name, wording.label(name), _is_number(rows, name)) for name in names]
    stands_for_goods = "" if "sku" in names else LINE
    cells = [[_cell(row.get(name), name, stands_for_goods, wording) for name in names] for row in rows]
    pieces = sum(row["qty"] for row in rows if isinstance(row.get("qty"), int))
    priced = next((name for name in names if name.startswith("unit_") and is_money(rows[0].get(name))), None)
    total = ""
    if priced is not None and pieces and len(rows) > 1:
        amounts = [
            Decimal(str(row[priced]["amount"])) * row.get("qty", 0)
            for row in rows
            if is_money(row.get(priced))
        ]
        total = wording.text({**rows[0][priced], "amount": str(sum(amounts, Decimal(0)))})
    return Table(title, columns, cells, pieces, total)


def _cell(value: Any, name: str, stands_for_goods: str, wording: Wording) -> str:
    """What a table says there: of the number that stands for goods, which goods these are."""
    if value and name == stands_for_goods:
        return wording.line(value)
    return wording.text(value, name) if is_told(value) else ""


def answers_of(form: Json | None, wording: Wording) -> list[tuple[str, str]]:
    """What was answered with a step, for its line in the history."""
    told = {name: value for name, value in (form or {}).items() if is_told(value)}
    if told and all(value is True for value in told.values()):
        return [("", say(wording.language, "All checked"))]
    return [(wording.label(name), wording.text(value, name)) for name, value in told.items()]


def judged_in(told: Iterable[Json], wording: Wording) -> list[tuple[str, list[str]]]:
    """What is judged by an action: labels, each with the lines of what the case says, whole."""
    return [
        (
            one["label"],
            [wording.text(line, one["key"]) for line in as_list(one["value"]) or [one["value"]]],
        )
        for one in told
        if one["value"] not in (None, "", [], {})
    ]


def goods_of(
    session: Session, store: str, data: Json, more: Any = None
) -> tuple[dict[str, str], dict[int, str]]:
    """The titles of all goods that a case's data name, and what is on the lines of the order that it is about."""
    lines = lines_in(session, store, data.get("order_no"))
    return titles_in(session, data, more, list(lines.values())), lines


def titles_in(session: Session, *values: Any) -> dict[str, str]:
    """The titles of the goods that these values name."""
    skus = sorted({sku for value in values for sku in _skus(value)})[:500]
    if not skus:
        return {}
    query = select(col(Product.sku), col(Product.title)).where(col(Product.sku).in_(skus))
    return {sku: title for sku, title in session.execute(query).all() if title}


def lines_in(session: Session, store: str, order: Any) -> dict[int, str]:
    """What is on the lines of this order: SKUs by the lines' numbers."""
    if not isinstance(order, str) or not order:
        return {}
    query = select(col(OrderLine.line), col(OrderLine.sku)).where(
        col(OrderLine.store) == store, col(OrderLine.order) == order
    )
    return {row.line: row.sku for row in session.execute(query)}


def _skus(value: Any) -> Iterable[str]:
    for name, part in as_object(value).items():
        if isinstance(part, str):
            if name.endswith("sku"):
                yield part
        else:
            yield from _skus(part)
    for one in as_list(value):
        if isinstance(one, str):
            yield one
        else:
            yield from _skus(one)


def _is_number(rows: list[Json], name: str) -> bool:
    return name != LINE and any(isinstance(row.get(name), int) or is_money(row.get(name)) for row in rows)


@cache
def _parts_of(procedure: type[Procedure]) -> dict[str, tuple[str, bool]]:
    """The case's fields that some form asks for: their kind, and whether they say something of a person."""
    declaration = procedure.declaration
    asked = {
        name
        for moves in declaration.transitions.values()
        for move in moves
        if move.form is not None
        for name in move.form.model_fields
    }
    schema = declaration.case_type.model_json_schema()
    defs = schema.get("$defs", {})
    parts = {
        name: resolved(part, defs)[0]
        for name, part in schema.get("properties", {}).items()
        if name in asked or name.removeprefix("new_") in asked
    }
    kept = {name: (kind_of(part, defs), bool(part.get("x-personal"))) for name, part in parts.items()}
    return {**_said_in(procedure), **kept}


def _said_in(procedure: type[Procedure]) -> dict[str, tuple[str, bool]]:
    """The long texts that a case's first form asks for."""
    said: dict[str, tuple[str, bool]] = {}
    for moves in procedure.declaration.transitions.values():
        for form in (move.form for move in moves if move.is_start and move.form is not None):
            schema = form.model_json_schema()
            defs = schema.get("$defs", {})
            for name, part in schema.get("properties", {}).items():
                asked = resolved(part, defs)[0]
                if kind_of(asked, defs) == "longtext":
                    said[name] = ("longtext", bool(asked.get("x-personal")))
    return said


@cache
def _told_by_customers(procedure: type[Procedure]) -> frozenset[str]:
    """What customers answer in a form of theirs, or begin a case with."""
    return frozenset(
        name
        for moves in procedure.declaration.transitions.values()
        for move in moves
        if move.form is not None and Role.CUSTOMER in move.who
        for name in move.form.model_fields
    )


@cache
def choices_of_case(procedure: type[Procedure]) -> frozenset[str]:
    """The choices of all fields of the case."""
    names = procedure.declaration.case_type.model_fields
    return frozenset[str]().union(*(choices_of(procedure, name) for name in names))
