"""API keys, for those whose key has the scope `admin`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import Path, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import ADMIN, Caller, Calling, known_roles
from api.cursors import Cursor, Limit, after, decode, page
from api.dependencies import Idempotent, Serving
from api.documents.keys import KeyDocument, KeyPage, NewKey, NewKeyDocument
from api.keys import new_key
from api.problems import Problem, not_found, problem_responses
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from models.tables.requests import ApiKey

routes = router("keys")


def _require_admin(caller: Caller) -> None:
    if ADMIN not in caller.scopes:
        raise Problem("forbidden", "Keys are made and read by a key with the scope `admin`.")


@routes.get(
    "/keys",
    summary="List API keys",
    operation_id="list_keys",
    responses={200: {"model": KeyPage}, **problem_responses(403)},
)
async def list_keys(caller: Calling, serving: Serving, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """All keys of the caller's stores, revoked ones too, oldest first; never their text."""
    _require_admin(caller)
    behind = decode(cursor, (str,)) if cursor else None
    return response(await serving.storage.search(_list, caller, limit, behind))


def _covers(caller: Caller, stores: Iterable[str] | None) -> bool:
    """Whether a key of these stores sees no more than the caller does."""
    return caller.stores is None or (stores is not None and caller.stores.issuperset(stores))


def _list(session: Session, caller: Caller, limit: int, behind: tuple[Any, ...] | None) -> Reply:
    query = after(select(ApiKey), ((col(ApiKey.id), False),), behind)
    found = session.scalars(query.execution_options(yield_per=limit + 1))
    rows = list(islice((row for row in found if _covers(caller, row.stores)), limit + 1))
    return json_reply(page(rows, limit, _document, lambda row: (row.id,)))


@routes.post(
    "/keys",
    summary="Make an API key",
    operation_id="make_key",
    status_code=201,
    responses={201: {"model": NewKeyDocument}, **problem_responses(403, 413)},
)
async def make_key(body: NewKey, request: Idempotent, serving: Serving) -> Response:
    """Make a key. Its text is in this answer alone; a repeated request doesn't have it."""
    _require_admin(request.caller)
    made: list[str] = []
    reply = await serving.journal.record(request, lambda session: _make(session, body, request, made))
    if not made or reply.replayed:
        return response(reply)
    return response(
        Reply(reply.status, reply.body.replace(b'"key":null', f'"key":"{made[0]}"'.encode()), reply.headers)
    )


def _make(session: Session, body: NewKey, request: IdempotentRequest, made: list[str]) -> Reply:
    roles = known_roles(body.roles)
    if unknown := sorted(set(body.roles) - {role.value for role in roles}):
        fault = ("/roles", f"{', '.join(unknown)} can't be held")
        raise Problem("invalid_form", "There is no such role.", errors=[fault])
    if not roles <= request.caller.roles:
        raise Problem("forbidden", "A key can't hold roles that its maker lacks.")
    if not _covers(request.caller, body.stores):
        raise Problem("forbidden", "A key can't see stores that its maker can't.")
    row, key = new_key(
        session,
        name=body.name,
        roles=sorted(roles),
        stores=body.stores,
        scopes=list(body.scopes),
        made_by=request.caller.id,
        expires_at=body.expires_at,
    )
    made.append(key)
    return json_reply({"key": None, **_document(row)}, 201)


@routes.delete(
    "/keys/{key_id}",
    summary="Revoke an API key",
    operation_id="revoke_key",
    responses={200: {"model": KeyDocument}, **problem_responses(403, 404)},
)
async def revoke_key(
    key_id: Annotated[str, Path(description="The key's `id`.", examples=["key-0191f0c2a1b3"])],
    caller: Calling,
    serving: Serving,
) -> Response:
    """Revoke a key: other processes refuse it within seconds. Its name stays in histories."""
    _require_admin(caller)
    reply = await serving.storage.write(_revoke, caller, key_id)
    serving.authenticator.forget()
    return response(reply)


def _revoke(session: Session, caller: Caller, key: str) -> Reply:
    row = session.get(ApiKey, key)
    if row is None or not _covers(caller, row.stores):
        raise not_found("key")
    row.revoked_at = row.revoked_at or datetime.now(UTC)
    session.flush()
    return json_reply(_document(row))


def _document(row: ApiKey) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "roles": row.roles,
        "stores": row.stores,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
    }
