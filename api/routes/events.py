"""Events from outside."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from api.authentication import Caller, scheme
from api.dependencies import IdempotencyKey, Services, Serving, asking, problems
from api.documents import EventResults
from api.events import signature
from api.events.envelopes import BATCH, BATCH_LIMIT, STRUCTURED, Envelope, read_envelopes
from api.journal import entries
from api.journal.replies import json_reply, response
from api.problems import Problem
from api.routes import router
from models.roles import Role
from models.tables.requests import Sending

routes = router("events")

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            STRUCTURED: {"schema": Envelope.model_json_schema()},
            BATCH: {"schema": {"type": "array", "items": Envelope.model_json_schema()}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


async def _sender(request: Request, serving: Serving, _: Annotated[object, Depends(scheme)]) -> Caller:
    """Who sent it: by key or token, or by a webhook's signature; one that is sent must be right."""
    signed = request.headers.get("webhook-signature")
    if signed is not None:
        secret = serving.settings.webhook_secret
        if secret is None:
            raise Problem(
                "unauthenticated", "Webhook signatures are not set up here: WEBHOOK_SECRET is not set."
            )
        signature.check(
            secret.get_secret_value(),
            await request.body(),
            sent_id=request.headers.get("webhook-id", ""),
            timestamp=request.headers.get("webhook-timestamp", ""),
            signatures=signed,
        )
        if "authorization" not in request.headers:
            feeds = frozenset(role for role in Role if role.is_feed)
            return Caller(id="webhook", account="webhook", roles=feeds, stores=None)
    return await serving.authenticator.caller(request.headers.get("authorization"))


@routes.post(
    "/events",
    operation_id="post_events",
    status_code=202,
    max_body_size=BATCH_LIMIT,
    openapi_extra=_BODY,
    responses={202: {"model": EventResults}, **problems(413, 415, 503)},
)
async def post_events(
    request: Request,
    sender: Annotated[Caller, Depends(_sender)],
    serving: Serving,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """CloudEvents 1.0: structured, binary or a batch. Each pair of `source` and `id` is applied once, ever."""
    envelopes = await read_envelopes(request)
    if idempotency_key is None:  # source and id do what a key would
        return response(json_reply({"items": await serving.intake.receive(envelopes, sender)}, 202))
    return await _once(request, sender, serving, idempotency_key, envelopes)


async def _once(
    request: Request, sender: Caller, serving: Services, key: str, envelopes: list[Envelope]
) -> Response:
    asked = asking(request, sender, key, hashlib.sha256(await request.body()).hexdigest())
    entry = asked.entry(Sending.BULK)
    known = await serving.storage.write(entries.insert, entry, serving.journal.holder)
    if known is not None and known.entry.body_hash != entry.body_hash:
        raise Problem("key_reused")
    if known is not None and known.reply is not None:
        return response(known.reply)
    reply = json_reply({"items": await serving.intake.receive(envelopes, sender)}, 202)
    if known is None:
        reply = await serving.storage.write(entries.record, entry.id, serving.journal.holder, reply)
    return response(reply)
