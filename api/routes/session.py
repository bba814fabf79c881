"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from api.access import Caller, Calling
from api.dependencies import Serving
from api.documents.accounts import CallerDocument, SignedOut, SignIn
from api.people import sessions, signing_in
from api.people.keys import ADMIN
from api.problems import problem_responses
from api.replies import json_reply, response
from api.routes import router

routes = router("accounts")


@routes.post(
    "/session",
    summary="Sign in with a password",
    operation_id="sign_in",
    responses={200: {"model": CallerDocument}, **problem_responses(403, 413, 429)},
    openapi_extra={"security": []},
)
async def sign_in(body: SignIn, http: Request, serving: Serving) -> Response:
    """The answer sets the session's cookie. Wrong passwords are judged ever more slowly; each is written down."""
    agent = http.headers.get("user-agent", "")
    account, secret = await signing_in.sign_in(serving.storage, body.account, body.password, agent)
    answer = response(json_reply(document(await serving.authenticator.signed_in(account))))
    set_cookie(http, answer, secret)
    return answer


@routes.get(
    "/session",
    summary="Read who I am",
    operation_id="who_am_i",
    responses={200: {"model": CallerDocument}, **problem_responses()},
)
async def who_am_i(caller: Calling) -> Response:
    """Who calls, with the rights of now."""
    return response(json_reply(document(caller)))


@routes.delete(
    "/session",
    summary="Sign out in this browser",
    operation_id="sign_out",
    responses={200: {"model": SignedOut}, **problem_responses(403)},
)
async def sign_out(http: Request, caller: Calling, serving: Serving) -> Response:
    """End the session that the cookie names."""
    found = await serving.storage.read(sessions.found, http.cookies.get(sessions.COOKIE, ""))
    if found is not None and found[1].id == caller.id:
        await serving.storage.write(sessions.end, caller.id, caller.id, found[0].id)
        serving.authenticator.forget()
    answer = response(json_reply({"signed_out": True}))
    answer.delete_cookie(sessions.COOKIE, path="/")
    return answer


def set_cookie(http: Request, answer: Response, secret: str) -> None:
    """Give the browser the session's cookie: scripts can't read it, other sites' forms don't bring it."""
    answer.set_cookie(
        sessions.COOKIE,
        secret,
        max_age=int(sessions.LONGEST.total_seconds()),
        path="/",
        secure=http.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def document(caller: Caller) -> dict[str, Any]:
    """Who calls, as they see themselves."""
    return {
        "id": caller.id,
        "name": caller.name,
        "owner": caller.owner,
        "roles": caller.rights.roles_as_json(),
        "parties": [
            {"kind": one.kind, "number": one.number, "store": one.store or None}
            for one in sorted(caller.parties)
        ],
        "administrator": ADMIN in caller.scopes,
    }
