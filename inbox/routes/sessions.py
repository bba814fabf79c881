"""Signing in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.dependencies import Services
from api.labels import language_of
from api.people import devices, sessions
from api.people.signing_in import sign_in
from api.problems import Problem
from api.routes.session import set_cookie
from inbox.templating import HEADERS, page
from inbox.visitors import Visiting

routes = APIRouter()
HOME = "/inbox/"
SCANNER = "/inbox/scan"


def own_address(to: str) -> str:
    """Where to go after signing in: a page of the inbox, and nowhere else."""
    parts = urlsplit(to)
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith(HOME) and "\\" not in to
    return to if is_own else HOME


@routes.get("/sign-in")
async def ask(request: Request, to: str = HOME) -> HTMLResponse:
    """The page to sign in on."""
    return await sign_in_page(request, to)


@routes.post("/sign-in")
async def enter(
    request: Request,
    account: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=200)],
    to: Annotated[str, Form(max_length=1000)] = HOME,
) -> Response:
    """Begin a session; back to the page with a sentence where the password is wrong."""
    services: Services = request.app.state.services()
    agent = request.headers.get("user-agent", "")
    try:
        _, secret = await sign_in(services.storage, account.strip(), password, agent)
    except Problem as problem:
        text = (
            "Too many wrong passwords. Wait a little." if problem.code == "too_many" else "That isn't right."
        )
        return await sign_in_page(request, to, problem.status_code, account=account, fault=text)
    answer = RedirectResponse(own_address(to), 303, headers=HEADERS)
    set_cookie(request, answer, secret)
    return answer


@routes.post("/sign-out")
async def leave(request: Request, visitor: Visiting) -> Response:
    """End the session."""
    storage = visitor.services.storage
    found = await storage.read(sessions.found, request.cookies.get(sessions.COOKIE, ""))
    if found is not None and found[1].id == visitor.id:
        await storage.write(sessions.end, visitor.id, visitor.id, found[0].id)
        visitor.services.authenticator.forget()
    answer = RedirectResponse("/inbox/sign-in", 303, headers={**HEADERS, "Clear-Site-Data": '"storage"'})
    answer.delete_cookie(sessions.COOKIE, path="/")
    return answer


def sign_in_first(request: Request) -> Response:
    """What whoever isn't signed in gets: the page to sign in on; a part of a page says 401, and the page asks."""
    if request.headers.get("hx-request") or request.method != "GET":
        return Response(status_code=401, headers=HEADERS)
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/inbox/sign-in?to={quote(own_address(to), safe='')}", 303, headers=HEADERS)


async def sign_in_page(
    request: Request,
    to: str,
    status: int = 200,
    *,
    account: str = "",
    fault: str = "",
    badge_fault: str = "",
) -> HTMLResponse:
    """The page to sign in on: with a badge too, where the device is registered."""
    services: Services = request.app.state.services()
    device = await services.storage.read(devices.found, request.cookies.get(devices.COOKIE, ""))
    to = own_address(to)
    if device is not None and to == HOME:
        to = SCANNER
    return page(
        "sign_in.html",
        None,
        status,
        language=language_of(request.headers.get("accept-language", "zh")),
        to=to,
        account=account,
        fault=fault,
        device=device,
        badge_fault=badge_fault,
        provider=services.provider is not None,
    )
