"""Signing in at an identity provider, in the browser: there and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Serving
from api.people import provider, sessions
from api.people.provider import Provider
from api.problems import Problem
from api.routes.session import set_cookie

routes = APIRouter(include_in_schema=False)


def _provider(serving: Serving) -> Provider:
    if serving.provider is None:
        raise Problem("not_found", "No identity provider is set up here: OIDC_ISSUER is not set.")
    return serving.provider


def _back(http: Request, serving: Serving) -> str:
    ours = serving.settings.public_url or str(http.base_url)
    return ours.rstrip("/") + provider.BACK


def _plain(then: str) -> str:
    """An address on our own site; the front page instead of another's."""
    return then if then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable() else "/"


@routes.get(provider.PATH)
async def begin(
    http: Request, serving: Serving, then: Annotated[str, Query(max_length=500)] = "/"
) -> Response:
    """Send the browser to the provider."""
    begun = await _provider(serving).begin(_back(http, serving), _plain(then))
    answer = RedirectResponse(begun.address, 303)
    answer.set_cookie(
        provider.COOKIE, begun.kept, max_age=provider.LASTS, path=provider.PATH,
        secure=http.url.scheme == "https", httponly=True, samesite="lax",
    )  # fmt: skip
    return answer


@routes.get(provider.BACK)
async def end(
    http: Request,
    serving: Serving,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """The browser comes back: sign in whoever it is, and send it on."""
    kept = http.cookies.get(provider.COOKIE, "")
    claims, then = await _provider(serving).end(_back(http, serving), kept, state, code)
    account = await serving.authenticator.account_of(claims)
    agent = http.headers.get("user-agent", "")
    secret = await serving.storage.write(sessions.begin_for, account.id, by="provider", agent=agent)
    answer = RedirectResponse(then, 303)
    answer.delete_cookie(provider.COOKIE, path=provider.PATH)
    set_cookie(http, answer, secret)
    return answer
