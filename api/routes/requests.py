"""What came of a request that nobody answered in time."""

from __future__ import annotations

import orjson
from fastapi import Response

from api.authentication import Calling
from api.dependencies import Serving, problems
from api.documents import RequestDocument
from api.journal import entries
from api.journal.replies import address_of_request, json_reply, response
from api.problems import not_found
from api.routes import router

routes = router("requests")


@routes.get(
    "/requests/{request_id}",
    operation_id="get_request",
    responses={200: {"model": RequestDocument}, **problems(404)},
)
async def get_request(request_id: str, caller: Calling, serving: Serving) -> Response:
    """`pending`, or the answer that the request was given. Only who asked may read it."""
    known = await serving.storage.read(entries.get, request_id)
    if known is None or known.entry.account != caller.account:
        raise not_found("request")
    told: dict[str, object] = {"id": request_id, "location": address_of_request(request_id)}
    if known.reply is None:
        return response(json_reply({**told, "status": "pending"}))
    answer = orjson.Fragment(known.reply.body)
    return response(
        json_reply({**told, "status": "answered", "answer_status": known.reply.status, "answer": answer})
    )
