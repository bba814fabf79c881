"""Reads CloudEvents 1.0 off the wire: structured, binary, or a batch."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any, Literal, NamedTuple, cast
from urllib.parse import unquote

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from api.problems import Problem, pointer
from api.strict import read_json
from models.faults import sentence
from models.spelling import trimmed
from models.values import Moment

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MOST_IN_BATCH = 200
BATCH_LIMIT = 1024 * 1024
"""The most bytes of a batch; each event in it is bound like a form."""
_EVENT_LIMIT = 64 * 1024
_PLAIN = r"^[^\x00-\x1f\x7f]+$"


_LEAP = re.compile(r"(T\d\d:\d\d):60(?=[.Zz+-]|$)")


def _without_leap(value: Any) -> Any:
    """A leap second is told as the second before it: no clock here has one."""
    return _LEAP.sub(r"\1:59", value) if isinstance(value, str) else value


class CloudEvent(BaseModel):
    """One CloudEvent. What forms ask of its `data` is read; extension attributes other than `store` are not kept."""

    model_config = ConfigDict(extra="allow", frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Field(min_length=1, max_length=200, pattern=_PLAIN, examples=["evt-7001"])]
    source: Annotated[str, Field(min_length=1, max_length=300, pattern=_PLAIN, examples=["/shops/tmall"])]
    type: Annotated[str, Field(min_length=1, max_length=200, pattern=_PLAIN, examples=["store.order.paid"])]
    subject: Annotated[
        str | None, Field(max_length=200, pattern=_PLAIN, examples=["SO-1001"]), BeforeValidator(trimmed)
    ] = None
    time: Annotated[Moment | None, BeforeValidator(_without_leap)] = None
    datacontenttype: Annotated[str | None, Field(max_length=100)] = None
    store: Annotated[str | None, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,31}$", examples=["tmall"])] = (
        None
    )
    data: Any = None

    @model_validator(mode="before")
    @classmethod
    def _is_readable(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("must be an object")  # noqa: TRY004 - pydantic tells values from types itself
        if "data_base64" in value:
            value = _decoded(cast("dict[str, Any]", value))
        if "specversion" not in value:
            raise ValueError("lacks specversion")
        wrong = [name for name in value if not re.fullmatch(r"[a-z0-9]{1,40}", str(name))]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        if wrong:
            raise ValueError(f"attribute {wrong[0]!r} is not a name of lower-case letters and digits")
        return value  # pyright: ignore[reportUnknownVariableType]


def _decoded(value: dict[str, Any]) -> dict[str, Any]:
    """The event with its data as JSON. Raises ValueError where that isn't what it is."""
    if "data" in value:
        raise ValueError("has data and data_base64")
    try:
        data = read_json(base64.b64decode(str(value["data_base64"]), validate=True))
    except (binascii.Error, Problem) as error:
        raise ValueError("data must be JSON") from error
    return {**{name: one for name, one in value.items() if name != "data_base64"}, "data": data}


class Unreadable(NamedTuple):
    """What stands in a batch where an event should."""

    id: str
    source: str
    why: str


async def read_cloudevents(request: Request) -> list[CloudEvent | Unreadable]:
    """The events of a request; in a batch, what is none stands in its place. Raises Problem `invalid_json`,
    `invalid_form`, `too_large` or another of its kind.
    """
    body = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == BATCH:
        batch = read_json(body)
        if not isinstance(batch, list):
            raise Problem("invalid_form", "A batch is a list of events.")
        if len(batch) > MOST_IN_BATCH:  # pyright: ignore[reportUnknownArgumentType]
            raise Problem("too_large", f"A batch holds at most {MOST_IN_BATCH} events.")
        return [_of_batch(one) for one in cast("list[Any]", batch)]
    if len(body) > _EVENT_LIMIT:
        raise Problem("too_large")
    if media_type == STRUCTURED:
        return [_event(read_json(body))]
    attributes = {
        name[3:].decode("latin-1"): _text(value)
        for name, value in request.headers.raw
        if name.startswith(b"ce-")
    }
    if not attributes:
        raise Problem("unsupported_media_type", f"Send {STRUCTURED}, {BATCH}, or `ce-` headers with JSON.")
    if body:
        if media_type not in ("application/json", "") and not media_type.endswith("+json"):
            raise Problem("unsupported_media_type", "An event's data is JSON.")
        attributes["data"] = read_json(body)
    return [_event(attributes)]


def _text(value: bytes) -> Any:
    """A header's text: UTF-8, percent-encoded where HTTP wants it so, within double quotes or without."""
    try:
        text = value.decode("ascii")
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise Problem("invalid_request", "A `ce-` header is not percent-encoded UTF-8.") from error


def _of_batch(attributes: Any) -> CloudEvent | Unreadable:
    """One event of several: the others are taken though it can't be read."""
    try:
        return _event(attributes)
    except Problem as problem:
        given = cast("dict[str, Any]", attributes) if isinstance(attributes, dict) else {}
        named = (str(given.get(name) or "")[:300] for name in ("id", "source"))
        return Unreadable(*named, why=str(problem.detail))


def _event(attributes: Any) -> CloudEvent:
    try:
        return CloudEvent.model_validate(attributes)
    except ValidationError as error:
        faults = [(pointer(fault["loc"]), sentence(fault)) for fault in error.errors(include_url=False)]
        where, what = faults[0]
        raise Problem(
            "invalid_form", f"This is not a CloudEvent at {where or 'its top'}: {what}.", errors=faults
        ) from error
