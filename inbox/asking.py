"""How pages read and act: by the API's own operations, called in this process. There are no other rules for pages."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable
from typing import Any

import orjson
from fastapi import Response

from api.problems import Problem
from api.requests import IdempotentRequest
from inbox.visitors import Visitor

Json = dict[str, Any]


async def told(answer: Awaitable[Response]) -> Any:
    """What an operation answers, as plain values. Raises Problem where it refuses.

    Some refusals come as answers: the journal keeps them, to give them again.
    """
    response = await answer
    document = orjson.loads(bytes(response.body) or b"null")
    if response.status_code >= 400:
        raise Refused(document)
    return document


class Refused(Problem):
    """A refusal that came as an answer."""

    def __init__(self, document: Json) -> None:
        known = {"type", "title", "status", "detail", "code", "errors"}
        super().__init__(
            document["code"],
            document["detail"],
            errors=[(one["pointer"], one["message"]) for one in document.get("errors") or ()],
            **{name: value for name, value in document.items() if name not in known},
        )


def request_of(visitor: Visitor, key: str, *about: Any) -> IdempotentRequest:
    """Something that the visitor asks for, once. key: the form's own, made when it was drawn: a double click, or the
    page sent again, is the same request.

    about: what it asks for; the same key for something else is refused.
    """
    visitor.numbers.forget(visitor.id)
    digest = hashlib.sha256(orjson.dumps([visitor.id, *about], option=orjson.OPT_SORT_KEYS)).hexdigest()
    return IdempotentRequest(visitor.caller, visitor.language, key, digest)
