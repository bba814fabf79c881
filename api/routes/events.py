"""Events from outside."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import Depends, Query, Request, Response
from sqlalchemy.orm import Session

from api.access import Caller, Calling, scheme
from api.cursors import Cursor, Limit, decode, page
from api.dependencies import IdempotencyKey, Idempotent, Services, Serving, Speaking
from api.documents.events import (
    EventDocument,
    EventPage,
    EventResults,
    EventsRetried,
    EventsToRetry,
    EventTypePage,
    SettledByHand,
)
from api.events import inbox
from api.events.catalogue import event_types
from api.events.cloudevents import BATCH, BATCH_LIMIT, STRUCTURED, read_cloudevents
from api.events.inbox import ReceivedEvent
from api.events.reading import EventFilter, event_document, events_page, reads_event
from api.events.unapplied import Group, ids_of, may_handle
from api.labels import Language, language_of
from api.parameters import EventId, Store
from api.problems import Problem, not_found, problem_responses
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.shortcuts import quickly

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


class _Sender(NamedTuple):
    caller: Caller
    sources: frozenset[str] = frozenset()
    """What it may say as an event's source; anything, where it is empty."""


async def _sender(http: Request, serving: Serving, _: Annotated[object, Depends(scheme)]) -> _Sender:
    """Who sent it: by key or token, or by a webhook's signature; one that is sent must be right."""
    if "webhook-signature" in http.headers:
        signer = serving.signers.signer(await http.body(), http.headers)
        if "authorization" not in http.headers:
            await serving.turns.take(http, signer.caller)
            return _Sender(signer.caller, signer.sources)
    return _Sender(await serving.authenticator.caller(http))


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
    sender: Annotated[_Sender, Depends(_sender)],
    serving: Serving,
    dry_run: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Only tell what would come of each; nothing is written down or done.")
    ] = False,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """CloudEvents 1.0: structured, binary or a batch. Each pair of `source` and `id` is applied once, ever. Of a batch,
    what is no event is refused in its place.
    """
    events = await read_cloudevents(http)
    language = language_of(http.headers.get("accept-language"))
    if dry_run:
        return response(
            json_reply({"items": await serving.intake.would_come(events, *sender, language=language)}, 202)
        )

    async def receive(_: bool) -> Reply:  # noqa: FBT001 - as `once` calls it
        return json_reply({"items": await serving.intake.receive(events, *sender, language=language)}, 202)

    if idempotency_key is None:  # source and id do what a key would
        return response(await receive(False))
    digest = hashlib.sha256(await http.body()).hexdigest()
    request = IdempotentRequest.read(http, sender.caller, idempotency_key, digest)
    return response(await serving.journal.once(request, receive))


_REALLY = (b"", b"dry_run=false")
"""The query of a report that isn't a question: clients that are made of the API's description send each default."""


@quickly(post_events)
async def _post_quickly(http: Request) -> Response | None:
    if "idempotency-key" in http.headers or "webhook-signature" in http.headers:
        return None
    if http.scope["query_string"] not in _REALLY:
        return None
    services: Services = http.app.state.services
    sender = await services.authenticator.caller(http)
    events = await read_cloudevents(http)
    language = language_of(http.headers.get("accept-language"))
    return response(
        json_reply({"items": await services.intake.receive(events, sender, language=language)}, 202)
    )


# --- what has come of them


@routes.get(
    "/events",
    summary="List what has come from outside",
    operation_id="list_events",
    responses={200: {"model": EventPage}, **problem_responses()},
)
async def list_events(  # noqa: PLR0917 - each is a query parameter
    caller: Calling,
    serving: Serving,
    language: Speaking,
    status: Annotated[
        Literal["started", "moved", "pending", "ignored", "refused", "expired", "settled"] | None,
        Query(description="With this status alone.", examples=["refused"]),
    ] = None,
    type: Annotated[  # noqa: A002 - the parameter's name
        str | None, Query(max_length=200, description="Of this type alone.", examples=["store.order.paid"])
    ] = None,
    source: Annotated[
        str | None, Query(max_length=300, description="Of this source alone.", examples=["/shops/tmall"])
    ] = None,
    store: Store = None,
    subject: Annotated[
        str | None, Query(max_length=200, description="About this subject alone.", examples=["SO-1001"])
    ] = None,
    code: Annotated[
        str | None, Query(max_length=64, description="Refused for this reason alone.", examples=["no_case"])
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The newest first: the caller's own, and those that are the caller's to look at."""
    (behind,) = decode(cursor, (str,)) if cursor else (None,)
    wanted = EventFilter(status, type, source, store, subject, code)
    serving.reads.note(caller, "events")
    return response(
        json_reply(await serving.storage.search(events_page, caller, wanted, language, limit, behind))
    )


@routes.get(
    "/events/{event_id}",
    summary="Show one event and what came of it",
    operation_id="read_event",
    responses={200: {"model": EventDocument}, **problem_responses(404)},
)
async def read_event(event_id: EventId, caller: Calling, serving: Serving, language: Speaking) -> Response:
    """The event as it came, and what was tried when, with what result."""
    row = await _event(event_id, caller, serving)
    serving.reads.note(caller, f"event {row.id}")
    return response(json_reply(event_document(row, caller, language)))


@routes.post(
    "/events/retry",
    summary="Try all events of a kind again",
    operation_id="retry_events",
    responses={200: {"model": EventsRetried}, **problem_responses(403, 503)},
)
async def retry_events(body: EventsToRetry, request: Idempotent, serving: Serving) -> Response:
    """All that were refused, or have expired, for one reason: under the rights that their senders have now."""
    group = Group(body.type, body.store or "", body.code)
    if not may_handle(request.caller, group.type, group.store):
        raise Problem("not_your_role", f"These events are for {', '.join(sorted(group.roles))}.")

    async def retry(_: bool) -> Reply:  # noqa: FBT001 - as `once` calls it
        rows = await serving.intake.try_again(await serving.storage.read(ids_of, group))
        return json_reply({"items": [event_document(row, request.caller, request.language) for row in rows]})

    return response(await serving.journal.once(request, retry))


@routes.post(
    "/events/{event_id}/retry",
    summary="Try one event again",
    operation_id="retry_event",
    responses={200: {"model": EventDocument}, **problem_responses(403, 404, 409, 503)},
)
async def retry_event(event_id: EventId, request: Idempotent, serving: Serving) -> Response:
    """One that was refused, or has expired: under the rights that its sender has now."""
    await _to_be_handled(event_id, request.caller, serving)

    async def retry(again: bool) -> Reply:  # noqa: FBT001 - as `once` calls it
        rows = await serving.intake.try_again([event_id])
        if not rows and not again:
            raise Problem("not_possible_now", "The event was applied or settled meanwhile.")
        row = rows[0] if rows else await _event(event_id, request.caller, serving)
        return json_reply(event_document(row, request.caller, request.language))

    return response(await serving.journal.once(request, retry))


@routes.post(
    "/events/{event_id}/settle",
    summary="Settle an event by hand",
    operation_id="settle_event",
    responses={200: {"model": EventDocument}, **problem_responses(403, 404, 409, 503)},
)
async def settle_event(
    event_id: EventId, body: SettledByHand, request: Idempotent, serving: Serving
) -> Response:
    """Somebody has done by hand what an event was for that was refused, or has expired: it isn't applied any more."""
    await _to_be_handled(event_id, request.caller, serving)
    return response(
        await serving.journal.record(
            request,
            lambda session: json_reply(
                settled(session, event_id, request.caller, request.language, body.reason)
            ),
        )
    )


def settled(session: Session, event: str, caller: Caller, language: Language, reason: str) -> dict[str, Any]:
    """The document of an event that the caller has settled by hand. Raises Problem `not_possible_now`."""
    row = inbox.one(session, event)
    by = {"by": caller.id, "name": caller.name, "at": datetime.now(UTC).isoformat(), "reason": reason}
    if row is None or not inbox.settle_by_hand(session, row, by):
        raise Problem("not_possible_now", "The event was applied or settled meanwhile.")
    after = inbox.one(session, event)
    assert after is not None
    return event_document(after, caller, language)


def settled_all(
    session: Session, events: list[str], caller: Caller, language: Language, reason: str
) -> list[dict[str, Any]]:
    """The same of several; those that were applied or settled meanwhile are left out."""
    done: list[dict[str, Any]] = []
    for event in events:
        try:
            done.append(settled(session, event, caller, language, reason))
        except Problem:
            continue
    return done


async def _event(event: str, caller: Caller, serving: Services) -> ReceivedEvent:
    row = await serving.storage.read(inbox.one, event)
    if row is None or not reads_event(caller, row):
        raise not_found("event")
    return row


async def _to_be_handled(event: str, caller: Caller, serving: Services) -> None:
    """Raises Problem where the event isn't the caller's to look at."""
    row = await _event(event, caller, serving)
    if not may_handle(caller, row.type, row.store):
        raise Problem("not_your_role", f"The event is for {', '.join(sorted(row.group.roles))}.")
