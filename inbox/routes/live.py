"""What changes, as it happens.

A stream tells which cases have changed, and the numbers beside the queues; each page asks again for the parts that it
shows.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from api.problems import Problem
from api.streams import Subscriber
from inbox.tasks import counts_of
from inbox.templating import HEADERS
from inbox.visitors import SignInFirst, Visiting, Visitor, visitor_of

routes = APIRouter()
_GATHERED = 0.35
"""Seconds in which changes that come together become one message."""
_LOOK_AGAIN = 15.0
"""Seconds between two looks at whether the session is still good."""


@routes.get("/live")
async def live(request: Request, visitor: Visiting) -> Response:
    """`changed`: the cases that have changed, by id; `counts`: the numbers beside the queues."""
    visitor.services.streams.require_room(visitor.caller)
    told = _told(visitor, partial(visitor_of, request))
    headers = {**HEADERS, "X-Accel-Buffering": "no"}
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


async def _told(visitor: Visitor, again: Callable[[], Awaitable[Visitor]]) -> AsyncGenerator[bytes]:
    streams = visitor.services.streams
    reader = Subscriber(visitor.caller, None)
    streams.open.add(reader)
    looked = time.monotonic()
    try:
        yield b"retry: 2000\n\n"
        while not reader.lost:
            changes = await reader.next(_LOOK_AGAIN)
            if time.monotonic() - looked >= _LOOK_AGAIN:
                try:
                    visitor = await again()
                except (SignInFirst, Problem):
                    yield _event("signed-out", {})
                    return
                reader.caller, looked = visitor.caller, time.monotonic()
            if not changes:
                yield b": beat\n\n"
                continue
            await asyncio.sleep(_GATHERED)
            changes += reader.queued()
            seen = await streams.seen_by(reader, changes)
            if not seen:
                continue
            yield _event("changed", {change.case: change.revision for change in seen if change.case})
            yield _event("counts", dict((await counts_of(visitor)).queues))
    finally:
        streams.open.discard(reader)


def _event(kind: str, told: object) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), orjson.dumps(told))
