"""Changes as they happen."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Header, Query, Request, Response

from api.authentication import Calling
from api.dependencies import Serving, problems
from api.problems import Problem, unavailable
from api.routes import router
from api.streams import MOST_STREAMS, ChangeStream, Subscriber

routes = router("stream")


@routes.get(
    "/stream",
    operation_id="follow_changes",
    response_class=Response,
    responses={
        200: {
            "description": "`case` events (the case and its tasks changed) and `task` events (somebody claimed, "
            "released or assigned one), each with an `id` to resume from.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'id: 7\nevent: case\ndata: {"case":"order_fulfilment:tmall:SO-1001","revision":3}\n\n',
                }
            },
        },
        **problems(503),
    },
)
async def follow_changes(
    request: Request,
    caller: Calling,
    serving: Serving,
    case: Annotated[str | None, Query(max_length=250, description="Of this case alone.")] = None,
    last_event_id: Annotated[str | None, Header(description="Go on behind this one.")] = None,
) -> Response:
    """What the caller may see of each change, as it happens."""
    after = None
    if last_event_id is not None:
        if not last_event_id.isascii() or not last_event_id.isdigit() or len(last_event_id) > 18:
            fault = ("/header/last-event-id", "is no id of this stream")
            raise Problem("invalid_request", "Last-Event-ID is not of this stream.", errors=[fault])
        after = int(last_event_id)
    if len(serving.streams.open) >= MOST_STREAMS:
        raise unavailable("Too many streams are open.", retry_after=30)
    who = partial(serving.authenticator.caller, request.headers.get("authorization"))
    return ChangeStream(serving.storage, serving.streams, Subscriber(caller, case), after, who)
