"""Events from outside."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from api.access import Caller, Calling, scheme
from api.cursors import Cursor, Limit, decode, page
from api.dependencies import IdempotencyKey, Serving
from api.documents.events import EventResults, EventTypePage
from api.events import signature
from api.events.catalogue import event_types
from api.events.cloudevents import BATCH, BATCH_LIMIT, STRUCTURED, read_cloudevents
from api.problems import Problem, problem_responses
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from models.roles import Role

routes = router("events")

_CLOUD_EVENT = {"$ref": "#/components/schemas/CloudEvent"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            STRUCTURED: {"schema": _CLOUD_EVENT},
            BATCH: {"schema": {"type": "array", "items": _CLOUD_EVENT}},
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "The event's `data`, where its attributes are `ce-` headers (binary mode).",
                },
                "example": {"paid": {"amount": "423.60", "currency": "CNY"}, "payment_no": "P-77"},
            },
        },
    }
}


@routes.get(
    "/events/types",
    summary="List the types of events",
    operation_id="list_event_types",
    responses={200: {"model": EventTypePage}, **problem_responses()},
)
async def list_event_types(_: Calling, limit: Limit = 200, cursor: Cursor = None) -> Response:
    """Every type that a procedure hears, by name: what it does, what its data holds, and an example to send."""
    (behind,) = decode(cursor, (str,)) if cursor else ("",)
    there = [type_ for type_ in event_types() if type_["type"] > (behind or "")]
    return response(json_reply(page(there, limit, lambda one: one, lambda one: (one["type"],))))


async def _sender(http: Request, serving: Serving, _: Annotated[object, Depends(scheme)]) -> Caller:
    """Who sent it: by key or token, or by a webhook's signature; one that is sent must be right."""
    if "webhook-signature" in http.headers:
        secret = serving.settings.webhook_secret
        if secret is None:
            raise Problem(
                "unauthenticated", "Webhook signatures are not set up here: WEBHOOK_SECRET is not set."
            )
        signature.check(secret.get_secret_value(), await http.body(), http.headers)
        if "authorization" not in http.headers:
            feeds = frozenset(role for role in Role if role.is_feed)
            return Caller(id="webhook", account="webhook", roles=feeds, stores=None)
    return await serving.authenticator.caller(http.headers.get("authorization"))


@routes.post(
    "/events",
    summary="Report events from outside",
    operation_id="post_events",
    status_code=202,
    max_body_size=BATCH_LIMIT,
    openapi_extra=_BODY,
    responses={202: {"model": EventResults}, **problem_responses(413, 415, 503)},
)
async def post_events(
    http: Request,
    sender: Annotated[Caller, Depends(_sender)],
    serving: Serving,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """CloudEvents 1.0: structured, binary or a batch. Each pair of `source` and `id` is applied once, ever."""
    events = await read_cloudevents(http)

    async def receive(_: bool) -> Reply:  # noqa: FBT001 - as `once` calls it
        return json_reply({"items": await serving.intake.receive(events, sender)}, 202)

    if idempotency_key is None:  # source and id do what a key would
        return response(await receive(False))
    digest = hashlib.sha256(await http.body()).hexdigest()
    request = IdempotentRequest.read(http, sender, idempotency_key, digest)
    return response(await serving.journal.once(request, receive))
