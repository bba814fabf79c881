"""Where a form's answers come from: what is known is asked of nobody, what is proposed may be changed, what is checked
is never filled in.

A mark on the field says so, and what is said once holds everywhere: in the schema that callers read, in the form that
is given to them filled in, and at the gate (`filling.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from models.book_reading import BookReading

T = TypeVar("T")

Origin = Literal["case", "subject", "caller", "now", "numbers", "book"]


@dataclass(frozen=True)
class OfBook:
    """A question to a book, and which answers of the form or the case it is asked with."""

    reading: BookReading
    by: tuple[tuple[str, str], ...]
    """Parameter by parameter: an answer of the form or its row, else of the case, or one of its properties."""


Where = str | OfBook
"""An answer or property of the case, by its name; or what a book says."""


@dataclass(frozen=True)
class Source:
    """The mark of a field whose answer isn't a person's alone."""

    kind: Literal["known", "proposed", "checked", "bounded", "rows"]
    of: Origin
    path: str = ""
    """Of the case, or within a row of the case's row: which of its answers or properties, or a part of one
    (`books.orders`); without it, the one of the field's own name. Of numbers: what they begin with.
    """
    asks: OfBook | None = None
    at_least: Where = ""
    """What it may not fall below; `now` is the moment of the action."""
    at_most: Where = ""
    """What it may not exceed; likewise."""
    others: bool = False
    """Of rows: whether some may be added that the case doesn't have."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.said}

    @property
    def said(self) -> dict[str, Any]:
        """What a schema says of it to every caller."""
        match self.kind:
            case "known":
                return {"x-from": self._origin}
            case "proposed":
                return {"x-proposed": self._origin}
            case "checked":
                return {"x-check": True}
            case "rows":
                return {"x-of": self.path, **({"x-others": True} if self.others else {})}
            case "bounded":
                return {}

    @property
    def questions(self) -> Iterator[OfBook]:
        """All that it asks of books."""
        yield from (one for one in (self.asks, self.at_least, self.at_most) if isinstance(one, OfBook))

    @property
    def _origin(self) -> str:
        if self.asks is not None:
            return f"book:{self.asks.reading.name}"
        return {"subject": "case", "numbers": "book:numbers"}.get(self.of, self.of)


FromCase = Annotated[T, Source("known", "case")]
"""`order_no: FromCase[Order]`: the case holds it under the same name; in a row of `rows_of`, the case's row."""
FromSubject = Annotated[T, Source("known", "subject")]
"""It is the case's own number."""
TheCaller = Annotated[T, Source("known", "caller")]
"""`picker: TheCaller[User]`: whoever acts. A service names a person, or stands for itself."""
CallerOrOther = Annotated[T, Source("proposed", "caller")]
"""`owner: CallerOrOther[User]`: whoever acts, unless it is somebody else."""
TheTime = Annotated[T, Source("known", "now")]
"""`at: TheTime[Moment]`: when the action is taken, or its form was given; of a `Day` the day on the store's clock."""
TimeOrEarlier = Annotated[T, Source("proposed", "now", at_most="now")]
"""`handed_at: TimeOrEarlier[Moment]`: now, unless it was earlier."""
TimeOrLater = Annotated[T, Source("proposed", "now", at_least="now")]
"""`start: TimeOrLater[Moment]`: at once, unless it is to be later."""
TimeOrOther = Annotated[T, Source("proposed", "now")]
"""`valid_from: TimeOrOther[Day]`: now, unless it is another time."""
ToCheck = Annotated[T, Source("checked", "case")]
"""`counted: ToCheck[Qty]`: somebody looks, counts or scans."""


def from_case(path: str) -> Source:
    """The case knows it, under this name.

    As in `total: Annotated[Money, from_case("due")]`.
    """
    return Source("known", "case", path)


def of_book(reading: BookReading, **by: str) -> OfBook:
    """What a book says, asked with these answers of the form or the case; those of the reading's own names, where
    nothing is said.
    """
    return OfBook(reading, tuple((name, by.get(name, name)) for name in reading.by))


def from_book(reading: BookReading, **by: str) -> Source:
    """A book knows it.

    As in `on_hand: Annotated[Count, from_book(ON_HAND, sku="article")]`.
    """
    return Source("known", "book", asks=of_book(reading, **by))


def proposed(what: Where, *, at_least: Where = "", at_most: Where = "") -> Source:
    """Filled in from the case or a book; a person may change it.

    As in `amount: Annotated[Price, proposed("left", at_most="left")]`.
    """
    if isinstance(what, OfBook):
        return Source("proposed", "book", asks=what, at_least=at_least, at_most=at_most)
    return Source("proposed", "case", what, at_least=at_least, at_most=at_most)


def to_check(fact: Where) -> Source:
    """Never filled in; the case's fact, or a book's, stands beside it.

    As in `qty: Annotated[Qty, to_check("expected")]`.
    """
    if isinstance(fact, OfBook):
        return Source("checked", "book", asks=fact)
    return Source("checked", "case", fact)


def within(*, at_least: Where = "", at_most: Where = "") -> Source:
    """Nobody fills it in but a person, who stays within what the case or a book says.

    As in `taken: Annotated[Qty, within(at_most="left")]`.
    """
    return Source("bounded", "case", at_least=at_least, at_most=at_most)


def own_number(prefix: str) -> Source:
    """The number of a paper of ours, drawn when the action is sent; one that the paper bears already may be given.

    As in `pick_list_no: Annotated[Code, own_number("PL")]`.
    """
    return Source("known", "numbers", prefix)


def rows_of(path: str, *, others: bool = False) -> Source:
    """A row for each of the case's: what the row's own fields know, propose and check is that row's. With `others`,
    some may be added that the case doesn't have.

    As in `lines: Annotated[PerSku[Counted], rows_of("expected")]`, where `Counted` has `sku: FromCase[Sku]` and
    `qty: Annotated[Count, to_check("qty")]`.
    """
    return Source("rows", "case", path, others=others)


@cache
def sources_of(shape: type[BaseModel]) -> Mapping[str, Source]:
    """The marks of the fields of a form, or of a row, by name."""
    found: dict[str, Source] = {}
    for name, field in shape.model_fields.items():
        marks = [mark for mark in (*field.metadata, *_within(field.annotation)) if isinstance(mark, Source)]
        if marks:
            found[name] = marks[0]
    return found


@cache
def rows_of_form(shape: type[BaseModel]) -> Mapping[str, type[BaseModel]]:
    """The rows that have marks of their own, by the field that holds them."""
    found: dict[str, type[BaseModel]] = {}
    for name, field in shape.model_fields.items():
        for kind in _kinds(field.annotation):
            row = get_args(kind)[0] if get_origin(kind) in (tuple, list) else None
            if isinstance(row, type) and issubclass(row, BaseModel) and sources_of(row):
                found[name] = row
    return found


@cache
def has_marks(shape: type[BaseModel]) -> bool:
    """Whether anybody but who is asked has a say in a form of it."""
    return bool(sources_of(shape) or rows_of_form(shape))


def path_of(shape: type[BaseModel], name: str) -> str:
    """Where the case has what is known there."""
    return sources_of(shape)[name].path or name


@cache
def asks_books(shape: type[BaseModel]) -> bool:
    """Whether a form has a field that a book knows, proposes, bounds or is checked against."""
    shapes = (shape, *rows_of_form(shape).values())
    return any(True for one in shapes for source in sources_of(one).values() for _ in source.questions)


def _kinds(annotation: Any) -> Iterator[Any]:
    """A type and all that it is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


def _within(annotation: Any) -> tuple[Any, ...]:
    """The marks within a type: `TheCaller[User] | None` has them one deeper."""
    found: list[Any] = []
    for part in get_args(annotation):
        if get_origin(part) is Annotated or hasattr(part, "__metadata__"):
            found += part.__metadata__
    return tuple(found)
