"""What a form asks, of the data of an event: senders tell more than anybody asks, and less is no fault of the rest."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import BaseModel

from workflows.language.forms import Form

Json = dict[str, Any]


def known_part(form: type[Form] | None, data: Any) -> Any:
    """Those of the answers that the form asks, down to the last row; None where it asks nothing, or is told nothing."""
    if form is None or data is None:
        return None
    return _of_model(form, data) or None


def _of_model(model: type[BaseModel], data: Any) -> Any:
    """What isn't an object stays as it is: the form says what is wrong with it."""
    if not isinstance(data, dict):
        return data
    given = cast("Json", data)
    known: Json = {}
    for name, field in model.model_fields.items():
        for key in {name, field.alias or name} & given.keys():
            known[key] = _of_type(field.annotation, given[key])
    return known


def _of_type(kind: Any, value: Any) -> Any:
    if isinstance(value, dict):
        models = [part for part in _ways(kind) if isinstance(part, type) and issubclass(part, BaseModel)]
        return _of_model(models[0], cast("Json", value)) if len(models) == 1 else cast("Json", value)
    if isinstance(value, list):
        rows = [part for part in _ways(kind) if get_origin(part) in (tuple, list)]
        given = cast("list[Any]", value)
        return [_of_type(get_args(rows[0])[0], one) for one in given] if len(rows) == 1 else given
    return value


def _ways(kind: Any) -> list[Any]:
    """What a value of this type may be: `Address | None` an Address."""
    if get_origin(kind) is Annotated:
        return _ways(get_args(kind)[0])
    if get_origin(kind) in (UnionType, Union):
        return [way for part in get_args(kind) for way in _ways(part)]
    return [kind]
