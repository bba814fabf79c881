"""What came of a request that nobody answered in time."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import Path, Response

from api import requests
from api.access import Calling
from api.dependencies import Serving
from api.documents.cases import RequestDocument
from api.holding import take_back
from api.problems import not_found, problem_responses
from api.replies import address_of_request, json_reply, response
from api.routes import router

routes = router("requests")

RequestId = Annotated[
    str,
    Path(
        description="The request's id, as `Location` named it.", examples=["01a2013a728eec009527d34efc998b52"]
    ),
]


@routes.get(
    "/requests/{request_id}",
    summary="Ask for the answer to a request",
    operation_id="get_request",
    responses={200: {"model": RequestDocument}, **problem_responses(404)},
)
async def get_request(request_id: RequestId, caller: Calling, serving: Serving) -> Response:
    """`pending`, or the answer that the request was given. Only who asked may read it."""
    earlier = await serving.storage.read(requests.get, request_id)
    if earlier is None or earlier.entry.account != caller.id:
        raise not_found("request")
    head: dict[str, object] = {"id": request_id, "location": address_of_request(request_id)}
    if earlier.reply is None:
        return response(json_reply({**head, "status": "pending", "held_until": earlier.held_until}))
    answer = orjson.Fragment(earlier.reply.body)
    return response(
        json_reply({**head, "status": "answered", "answer_status": earlier.reply.status, "answer": answer})
    )


@routes.delete(
    "/requests/{request_id}",
    summary="Take an action back",
    operation_id="take_back_request",
    status_code=204,
    responses=problem_responses(404, 409, 503),
)
async def take_back_request(request_id: RequestId, caller: Calling, serving: Serving) -> Response:
    """As long as an action is held back, it is never sent, and its form is the caller's draft again. Once it is sent:
    409 `sent_already`.
    """
    await serving.storage.write(take_back, request_id, caller)
    return Response(status_code=204)
