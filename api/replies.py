"""Replies: made once as bytes, kept by the journal, and given again word for word to whoever repeats a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import Response

from api.problems import MEDIA_TYPE, Problem

JSON = "application/json"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as the journal keeps it."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str])
    replayed: bool = False
    """Whether this was the answer to an earlier request with the same key."""


def dump(value: Any) -> bytes:
    """JSON as the API writes it."""
    return orjson.dumps(value, option=_OPTIONS)


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """A reply of JSON."""
    return Reply(status, dump(value), {name.replace("_", "-"): text for name, text in headers.items()})


def problem_reply(problem: Problem) -> Reply:
    """A refusal as a reply."""
    return Reply(problem.status_code, dump(problem.document()), {"Content-Type": MEDIA_TYPE})


def pending_reply(request: str) -> Reply:
    """Nobody answered in time; nothing is lost."""
    address = address_of_request(request)
    document = {"id": request, "status": "pending", "location": address}
    return json_reply(document, 202, Location=address, Retry_After="2")


def held_reply(request: str, until: datetime) -> Reply:
    """It was judged, and is sent at that moment, unless whoever asked takes it back."""
    address = address_of_request(request)
    document = {"id": request, "status": "pending", "location": address, "held_until": until}
    return json_reply(document, 202, Location=address)


def response(reply: Reply) -> Response:
    """The reply as FastAPI sends it."""
    headers = dict(reply.headers)
    media_type = headers.pop("Content-Type", JSON)
    if reply.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(reply.body, reply.status, headers=headers, media_type=media_type)


def address_of_case(case: str) -> str:
    """Where a case is read."""
    return f"/api/v1/cases/{quote(case, safe=':')}"


def address_of_request(request: str) -> str:
    """Where a request's answer is asked for."""
    return f"/api/v1/requests/{request}"
