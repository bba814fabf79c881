"""Accounts and their sessions, for administrators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller, Calling
from api.cursors import Cursor, Limit, after, decode, page
from api.dependencies import Idempotent, Serving
from api.documents.accounts import (
    AccountChange,
    AccountDocument,
    AccountPage,
    NewAccount,
    PartyDocument,
    SessionPage,
)
from api.people import sessions
from api.people.accounts import (
    CannotBeDone,
    change_rights,
    close_account,
    make_account,
    open_account,
    rights_of,
    set_name,
    set_owner,
    set_password,
)
from api.people.keys import ADMIN
from api.people.passwords import WeakPassword, hashed
from api.problems import Problem, not_found, problem_responses
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from models.rights import Party, Rights, known_roles
from models.roles import Role
from models.tables.accounts import Account, AccountKind, SignedIn

routes = router("accounts")

AccountId = Annotated[str, Path(max_length=64, description="The account's `id`.", examples=["li.na"])]


def require_administrator(caller: Caller) -> None:
    """Raises Problem `forbidden`."""
    if ADMIN not in caller.scopes:
        raise Problem("forbidden", "Accounts and keys are for administrators.")


def require_covered(caller: Caller, rights: Rights, where: str = "/roles") -> None:
    """Raises Problem `forbidden` where these are more than the caller's own rights."""
    if not caller.rights.covers(rights) or not all(
        not one.store or caller.sees(one.store) for one in rights.parties
    ):
        raise Problem(
            "forbidden", f"{where[1:]}: nobody gives rights that they lack, or in stores that they can't see."
        )


def refused(error: CannotBeDone) -> Problem:
    """What a rule of accounts says, as a problem."""
    if not error.where:
        return Problem("last_administrator", str(error))
    return Problem("invalid_form", str(error), errors=[(error.where, str(error))])


@routes.get(
    "/accounts",
    summary="List who may call",
    operation_id="list_accounts",
    responses={200: {"model": AccountPage}, **problem_responses(403)},
)
async def list_accounts(
    caller: Calling, serving: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """All accounts whose rights the caller could give, closed ones too."""
    require_administrator(caller)
    behind = decode(cursor, (str,)) if cursor else None
    return response(await serving.storage.search(_list, caller, limit, behind))


def _list(session: Session, caller: Caller, limit: int, behind: tuple[Any, ...] | None) -> Reply:
    found: list[Account] = []
    for row in session.scalars(after(select(Account), ((col(Account.id), False),), behind)):
        if caller.rights.covers(rights_of(row)):
            found.append(row)
        if len(found) > limit:
            break
    return json_reply(page(found, limit, document, lambda row: (row.id,)))


@routes.post(
    "/accounts",
    summary="Make an account",
    operation_id="make_account",
    status_code=201,
    responses={201: {"model": AccountDocument}, **problem_responses(403, 413)},
)
async def make(body: NewAccount, request: Idempotent, serving: Serving) -> Response:
    """Make an account for a person or a service. Its id is never used again."""
    require_administrator(request.caller)
    rights = rights_in(body.roles, body.parties)
    require_covered(request.caller, rights)
    if body.password is not None and body.kind != AccountKind.PERSON:
        raise Problem("invalid_form", "A service has keys.", errors=[("/password", "is for people")])
    password = None if body.password is None else _hashed(body.password, body.id or "", body.name)

    def job(session: Session) -> Reply:
        try:
            account = make_account(
                session,
                id=body.id,
                name=body.name,
                kind=body.kind,
                rights=rights,
                made_by=request.caller.id,
                owner=body.owner,
                administrator=body.administrator,
                language=body.language,
            )
        except CannotBeDone as error:
            raise refused(error) from error
        account.password = password
        session.flush()
        return json_reply(document(account), 201, Location=f"/api/v1/accounts/{quote(account.id)}")

    return response(await serving.journal.record(request, job))


@routes.get(
    "/accounts/{account_id}",
    summary="Read an account",
    operation_id="get_account",
    responses={200: {"model": AccountDocument}, **problem_responses(403, 404)},
)
async def read(account_id: AccountId, caller: Calling, serving: Serving) -> Response:
    """One account."""
    require_administrator(caller)
    return response(
        await serving.storage.read(
            lambda session: json_reply(document(account_for(session, caller, account_id)))
        )
    )


@routes.patch(
    "/accounts/{account_id}",
    summary="Change an account",
    operation_id="change_account",
    responses={200: {"model": AccountDocument}, **problem_responses(403, 404, 409, 413)},
)
async def change(
    account_id: AccountId, body: AccountChange, request: Idempotent, serving: Serving
) -> Response:
    """Change what is named. Other processes know of it within seconds; open tasks keep who holds them."""
    require_administrator(request.caller)
    if body.roles is not None or body.parties is not None:
        require_covered(request.caller, rights_in(body.roles or {}, body.parties or ()))
    password = None if body.password is None else _hashed(body.password, account_id, body.name or "")
    reply = await serving.journal.record(
        request, lambda session: _change(session, request, account_id, body, password)
    )
    serving.authenticator.forget()
    return response(reply)


def _change(
    session: Session, request: IdempotentRequest, account_id: str, body: AccountChange, password: str | None
) -> Reply:
    by, account = request.caller.id, account_for(session, request.caller, account_id)
    named = body.model_fields_set
    try:
        if body.name is not None:
            set_name(session, account, by, body.name)
        if body.language is not None:
            account.language = body.language
        if "owner" in named:
            set_owner(session, account, by, body.owner)
        if named & {"roles", "parties", "administrator"}:
            before = rights_of(account)
            rights = rights_in(
                before.roles_as_json() if body.roles is None else body.roles,
                [PartyDocument.model_validate(one) for one in before.parties_as_json()]
                if body.parties is None
                else body.parties,
            )
            administrator = account.administrator if body.administrator is None else body.administrator
            change_rights(session, account, by, rights, administrator=administrator)
        if password is not None:
            set_password(session, account, by, password)
        if body.closed is not None:
            (close_account if body.closed else open_account)(session, account, by)
    except CannotBeDone as error:
        raise refused(error) from error
    session.flush()
    return json_reply(document(account))


# --- sessions


@routes.get(
    "/accounts/{account_id}/sessions",
    summary="List an account's sessions",
    operation_id="list_sessions",
    responses={200: {"model": SessionPage}, **problem_responses(403, 404)},
)
async def list_sessions(account_id: AccountId, caller: Calling, serving: Serving) -> Response:
    """Where the account is signed in now. Everybody reads their own."""
    return response(await serving.storage.read(_sessions, caller, account_id))


@routes.delete(
    "/accounts/{account_id}/sessions",
    summary="End an account's sessions",
    operation_id="end_sessions",
    responses={200: {"model": SessionPage}, **problem_responses(403, 404)},
)
async def end_sessions(account_id: AccountId, caller: Calling, serving: Serving) -> Response:
    """Sign the account out everywhere. Everybody may end their own. The answer lists those that were ended."""
    reply = await serving.storage.write(_end, caller, account_id, None)
    serving.authenticator.forget()
    return response(reply)


@routes.delete(
    "/accounts/{account_id}/sessions/{session_id}",
    summary="End one session",
    operation_id="end_session",
    responses={200: {"model": SessionPage}, **problem_responses(403, 404)},
)
async def end_session(
    account_id: AccountId,
    session_id: Annotated[
        str, Path(max_length=40, description="The session's `id`.", examples=["session-01"])
    ],
    caller: Calling,
    serving: Serving,
) -> Response:
    """Sign the account out in one browser."""
    reply = await serving.storage.write(_end, caller, account_id, session_id)
    serving.authenticator.forget()
    return response(reply)


def _require_own(session: Session, caller: Caller, account_id: str) -> None:
    if account_id != caller.id:
        require_administrator(caller)
        account_for(session, caller, account_id)


def _sessions(session: Session, caller: Caller, account_id: str) -> Reply:
    _require_own(session, caller, account_id)
    return _session_page(sessions.listed(session, account_id))


def _end(session: Session, caller: Caller, account_id: str, only: str | None) -> Reply:
    _require_own(session, caller, account_id)
    ended = sessions.end(session, account_id, caller.id, only)
    if only is not None and not ended:
        raise not_found("session")
    return _session_page(ended)


def _session_page(rows: Iterable[SignedIn]) -> Reply:
    items = [
        {"id": row.id, "by": row.by, "agent": row.agent, "made_at": row.made_at, "seen_at": row.seen_at}
        for row in rows
    ]
    return json_reply({"items": items, "next_cursor": None})


# --- shared


def account_for(session: Session, caller: Caller, account_id: str) -> Account:
    """An account whose rights the caller could give. Raises Problem `not_found`."""
    account = session.get(Account, account_id)
    if account is None or not caller.rights.covers(rights_of(account)):
        raise not_found("account")
    return account


def rights_in(roles: dict[str, list[str]], parties: Iterable[PartyDocument]) -> Rights:
    """The rights that a body names. Raises Problem `invalid_form` for roles that can't be held."""
    return Rights.of(
        {store: roles_in(names, f"/roles/{store}") for store, names in roles.items()}, parties_in(parties)
    )


def roles_in(names: list[str], where: str) -> frozenset[Role]:
    """The roles of these names. Raises Problem `invalid_form` where one can't be held."""
    roles = known_roles(names)
    if unknown := sorted({*names} - {role.value for role in roles}):
        fault = (where, f"{', '.join(unknown)} can't be held")
        raise Problem("invalid_form", "There is no such role.", errors=[fault])
    return roles


def parties_in(parties: Iterable[PartyDocument]) -> list[Party]:
    """The parties that a body names."""
    return [Party(one.kind, one.number, one.store or "") for one in parties]


def document(row: Account) -> dict[str, Any]:
    """An account as administrators see it."""
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "roles": row.roles,
        "parties": [
            {"kind": one["kind"], "number": one["number"], "store": one.get("store")} for one in row.parties
        ],
        "language": row.language,
        "owner": row.owner,
        "administrator": row.administrator,
        "has_password": row.password is not None,
        "made_at": row.made_at,
        "made_by": row.made_by,
        "closed_at": row.closed_at,
    }


def _hashed(password: str, *names: str) -> str:
    try:
        return hashed(password, *names)
    except WeakPassword as error:
        raise Problem("invalid_form", str(error), errors=[("/password", str(error))]) from error
