"""What single fields of forms are like, and what is held under their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, cast, get_args

from pydantic import BaseModel, TypeAdapter

from models.values import Money, Personal


def has_part(holder: Any, path: str) -> bool:
    """Whether the case, or a row of it, has an answer or property of this name, filled in or not."""
    name = path.partition(".")[0]
    return name in holder if isinstance(holder, Mapping) else hasattr(holder, name)


def part_of(holder: Any, path: str) -> Any:
    """What the case, or a row of it, holds; None where there is none."""
    for name in path.split("."):
        held = cast("Mapping[str, Any]", holder).get(name) if isinstance(holder, Mapping) else None
        holder = held if isinstance(holder, Mapping) else getattr(holder, name, None)
    return holder


@cache
def reader_of(shape: type[BaseModel], name: str) -> TypeAdapter[Any]:
    """Reads what is answered there."""
    kind: Any = shape.model_fields[name].rebuild_annotation()
    return TypeAdapter(kind)


@cache
def is_day(shape: type[BaseModel], name: str) -> bool:
    """Whether it is a day, and no moment of it."""
    return date in _parts(shape.model_fields[name].annotation)


@cache
def is_personal(shape: type[BaseModel], name: str) -> bool:
    """Whether it says something of a person, which not everybody may read."""
    field = shape.model_fields[name]
    parts = (*field.metadata, *_parts(field.annotation))
    return any(isinstance(part, Personal) or hasattr(part, "personal") for part in parts)


def is_large(value: Any) -> bool:
    """Whether it is more than one can read in a sentence."""
    return isinstance(value, tuple) or (isinstance(value, BaseModel) and not isinstance(value, Money))


def _parts(kind: Any) -> Iterator[Any]:
    """A type, all that it is made of, and what marks it."""
    yield kind
    for part in (*get_args(kind), *getattr(kind, "__metadata__", ())):
        yield from _parts(part)
