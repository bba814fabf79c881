"""Changes as they happen."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Header, Query, Request, Response

from api.access import Calling
from api.dependencies import Serving
from api.problems import Problem, problem_responses
from api.routes import router
from api.streams import ChangeStream, Subscriber

routes = router("stream")


@routes.get(
    "/stream",
    summary="Follow changes as they happen",
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
        **problem_responses(503),
    },
)
async def follow_changes(
    http: Request,
    caller: Calling,
    serving: Serving,
    case: Annotated[
        str | None,
        Query(max_length=250, description="Of this case alone.", examples=["order_fulfilment:tmall:SO-1001"]),
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(
            description="The `id` of the last change that the caller has: the stream goes on behind it.",
            examples=["7"],
        ),
    ] = None,
) -> Response:
    """Server-Sent Events of what the caller may see, for as long as its key or token is good."""
    after = None
    if last_event_id is not None:
        if not last_event_id.isascii() or not last_event_id.isdigit() or len(last_event_id) > 18:
            fault = ("/header/last-event-id", "is no id of this stream")
            raise Problem("invalid_request", "Last-Event-ID is not of this stream.", errors=[fault])
        after = int(last_event_id)
    serving.streams.require_room(caller)
    who = partial(serving.authenticator.recognise, http)
    return ChangeStream(serving.storage, serving.streams, Subscriber(caller, case), after, who)
