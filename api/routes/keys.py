"""API keys, for administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import Path, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.access import Caller, Calling
from api.cursors import Cursor, Limit, after, decode, page
from api.dependencies import Idempotent, Serving
from api.documents.keys import KeyDocument, KeyPage, NewKey, NewKeyDocument
from api.people.accounts import CannotBeDone, make_account, require_another_administrator, rights_of
from api.people.keys import ADMIN, new_key
from api.problems import Problem, not_found, problem_responses
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.routes.accounts import (
    account_for,
    parties_in,
    refused,
    require_administrator,
    require_covered,
    roles_in,
)
from models.rights import EVERYWHERE, Rights, known_roles
from models.tables.accounts import Account, AccountKind
from models.tables.requests import ApiKey

routes = router("keys")


@routes.get(
    "/keys",
    summary="List API keys",
    operation_id="list_keys",
    responses={200: {"model": KeyPage}, **problem_responses(403)},
)
async def list_keys(caller: Calling, serving: Serving, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """All keys of the caller's stores, revoked ones too, oldest first; never their text."""
    require_administrator(caller)
    behind = decode(cursor, (str,)) if cursor else None
    return response(await serving.storage.search(_list, caller, limit, behind))


def _covers(caller: Caller, account: Account, row: ApiKey) -> bool:
    """Whether the key can do no more than the caller."""
    return caller.rights.covers(rights_of(account).narrowed(known_roles(row.roles), row.stores))


def _list(session: Session, caller: Caller, limit: int, behind: tuple[Any, ...] | None) -> Reply:
    query: Any = select(ApiKey, Account).join(Account, col(Account.id) == col(ApiKey.account))
    found: Any = session.execute(after(query, ((col(ApiKey.id), False),), behind))
    rows = list(islice((row for row, account in found if _covers(caller, account, row)), limit + 1))
    return json_reply(page(rows, limit, _document, lambda row: (row.id,)))


@routes.post(
    "/keys",
    summary="Make an API key",
    operation_id="make_key",
    status_code=201,
    responses={201: {"model": NewKeyDocument}, **problem_responses(403, 404, 413)},
)
async def make_key(body: NewKey, request: Idempotent, serving: Serving) -> Response:
    """Make a key. Its text is in this answer alone; a repeated request doesn't have it."""
    require_administrator(request.caller)
    made: list[str] = []
    reply = await serving.journal.record(request, lambda session: _make(session, body, request, made))
    if not made or reply.replayed:
        return response(reply)
    return response(
        Reply(reply.status, reply.body.replace(b'"key":null', f'"key":"{made[0]}"'.encode()), reply.headers)
    )


def _make(session: Session, body: NewKey, request: IdempotentRequest, made: list[str]) -> Reply:
    caller = request.caller
    try:
        account = (
            _own_account(session, body, caller) if body.account is None else _known(session, body, caller)
        )
    except CannotBeDone as error:
        raise refused(error) from error
    rights = rights_of(account)
    roles = None if body.roles is None else known_roles(body.roles)
    if not caller.rights.covers(rights.narrowed(roles, body.stores)):
        raise Problem("forbidden", "A key can't hold rights that its maker lacks.")
    row, key = new_key(
        session,
        account,
        name=body.name or "",
        roles=roles,
        stores=body.stores,
        scopes=list(body.scopes),
        made_by=caller.id,
        expires_at=body.expires_at,
    )
    made[:] = [key]  # of the last try, should it be undone and tried again
    return json_reply({"key": None, **_document(row)}, 201)


def _own_account(session: Session, body: NewKey, caller: Caller) -> Account:
    """A service of the key's own, owned by the person who asks for it."""
    roles = roles_in(body.roles or [], "/roles")
    stores = [EVERYWHERE] if body.stores is None else body.stores
    rights = Rights.of(dict.fromkeys(stores, roles), parties_in(body.parties))
    require_covered(caller, rights)
    person = caller.owner or caller.id
    is_person = session.get_one(Account, person).kind == AccountKind.PERSON
    return make_account(
        session,
        name=body.name or "",
        kind=AccountKind.SERVICE,
        rights=rights,
        made_by=caller.id,
        owner=person if is_person else None,
        administrator=ADMIN in body.scopes,
    )


def _known(session: Session, body: NewKey, caller: Caller) -> Account:
    account = account_for(session, caller, body.account or "")
    if account.closed_at is not None:
        raise CannotBeDone("The account is closed.", "/account")
    if body.scopes and not account.administrator:
        raise CannotBeDone("The account is no administrator.", "/scopes")
    if body.parties:
        raise CannotBeDone("The parties are the account's.", "/parties")
    return account


@routes.delete(
    "/keys/{key_id}",
    summary="Revoke an API key",
    operation_id="revoke_key",
    responses={200: {"model": KeyDocument}, **problem_responses(403, 404, 409)},
)
async def revoke_key(
    key_id: Annotated[str, Path(description="The key's `id`.", examples=["key-0191f0c2a1b3"])],
    caller: Calling,
    serving: Serving,
) -> Response:
    """Revoke a key: other processes refuse it within seconds. Its name stays in histories."""
    require_administrator(caller)
    reply = await serving.storage.write(_revoke, caller, key_id)
    serving.authenticator.forget()
    return response(reply)


def _revoke(session: Session, caller: Caller, key: str) -> Reply:
    row = session.get(ApiKey, key)
    account = None if row is None else session.get_one(Account, row.account)
    if row is None or account is None or not _covers(caller, account, row):
        raise not_found("key")
    if row.revoked_at is None:
        if row.scopes and account.administrator:
            try:
                require_another_administrator(session, account, row.id)
            except CannotBeDone as error:
                raise refused(error) from error
        row.revoked_at = datetime.now(UTC)
        session.flush()
        audit.note(session, "key_revoked", caller.id, account.id, key=row.id)
    return json_reply(_document(row))


def _document(row: ApiKey) -> dict[str, Any]:
    return {
        "id": row.id,
        "account": row.account,
        "name": row.name,
        "roles": row.roles,
        "stores": row.stores,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
    }
