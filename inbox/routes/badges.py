"""Badges and devices: what somebody prints and knows, where it is good, and signing in with it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.dependencies import Services
from api.papers.codes import code_of, square_of
from api.people import badges, devices, sessions
from api.people.passwords import WeakPassword, hashed_pin
from api.people.signing_in import confirm, sign_in_with_badge
from api.problems import Problem
from api.routes.session import set_cookie
from inbox.moments import when
from inbox.routes.sessions import SCANNER, own_address, sign_in_page
from inbox.templating import HEADERS, page
from inbox.visitors import Visiting, Visitor
from models.tables.accounts import Account, Badge

routes = APIRouter()
DEVICES, BADGE = f"{SCANNER}/devices", f"{SCANNER}/badge"
Json = dict[str, Any]


# --- signing in


@routes.post("/sign-in/badge")
async def enter(
    request: Request,
    badge: Annotated[str, Form(max_length=64)],
    pin: Annotated[str, Form(max_length=20)],
    to: Annotated[str, Form(max_length=1000)] = SCANNER,
) -> Response:
    """Begin a session that is good for the scanner's pages; back to the page with a sentence where it isn't right."""
    services: Services = request.app.state.services()
    agent, device = request.headers.get("user-agent", ""), request.cookies.get(devices.COOKIE, "")
    try:
        _, secret = await sign_in_with_badge(services.storage, device, badge, pin, agent)
    except Problem as problem:
        is_locked = problem.code == "too_many"
        text = (
            "The badge is locked: set a new PIN with your password."
            if is_locked
            else "The badge or the PIN is wrong."
        )
        return await sign_in_page(request, to, problem.status_code, badge_fault=text)
    to = own_address(to)
    answer = RedirectResponse(to if to.startswith(SCANNER) else SCANNER, 303, headers=HEADERS)
    set_cookie(request, answer, secret)
    _keep_device(request, answer, device)
    return answer


# --- one's own badge


@routes.get("/scan/badge")
async def own(visitor: Visiting) -> HTMLResponse:
    """One's own badge: a new one, and its PIN."""
    return await _own(visitor)


@routes.post("/scan/badge")
async def new_badge(visitor: Visiting, password: Annotated[str, Form(max_length=200)] = "") -> HTMLResponse:
    """Make a new badge, and show it this once, to be printed. The one before is good for nothing any more."""
    if fault := await _not_who(visitor, password):
        return await _own(visitor, 422, badge_fault=fault)
    code = await visitor.services.storage.write(badges.make, visitor.id)
    visitor.services.authenticator.forget()
    return await _own(visitor, code=code)


@routes.post("/scan/pin")
async def new_pin(
    visitor: Visiting,
    pin: Annotated[str, Form(max_length=20)],
    again: Annotated[str, Form(max_length=20)],
    password: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Set the PIN; a badge that was locked is unlocked."""
    if pin != again:
        return await _own(visitor, 422, pin_fault="The two PINs differ.")
    try:
        kept = await asyncio.to_thread(hashed_pin, pin)
    except WeakPassword:
        return await _own(
            visitor, 422, pin_fault="A PIN has 4 to 8 digits: no row like 1234, and not one digit alone."
        )
    if fault := await _not_who(visitor, password):
        return await _own(visitor, 422, pin_fault=fault)
    await visitor.services.storage.write(badges.set_pin, visitor.id, kept)
    return await _own(visitor, said="Your PIN is set.")


async def _not_who(visitor: Visitor, password: str) -> str:
    """Why somebody isn't who they say, in words that are to be translated; empty where they are.

    Whoever signs in at an identity provider has no password here: their session says who they are.
    """
    if not await visitor.services.storage.read(_has_password, visitor.id):
        return ""
    try:
        await confirm(visitor.services.storage, visitor.id, password)
    except Problem as problem:
        is_waiting = problem.code == "too_many"
        return "Too many wrong passwords. Wait a little." if is_waiting else "The password is wrong."
    return ""


async def _own(visitor: Visitor, status: int = 200, *, code: str = "", **told: str) -> HTMLResponse:
    if visitor.caller.by == sessions.BADGE:
        raise Problem("forbidden", visitor.say("Sign in with your password for this."))
    has_password, badge = await visitor.services.storage.read(_badge_of, visitor.id)
    shown: Json = {"said": "", "badge_fault": "", "pin_fault": "", **told}
    return page(
        "badge.html",
        visitor,
        status,
        has_password=has_password,
        badge=badge,
        is_locked=badges.is_locked(badge),
        code=code,
        square=square_of(code),
        bars=code_of(code, 74.0, 11.0),
        **shown,
    )


def _badge_of(session: Session, account: str) -> tuple[bool, Badge]:
    return _has_password(session, account), badges.of_account(session, account)


def _has_password(session: Session, account: str) -> bool:
    row = session.get(Account, account)
    return row is not None and row.password is not None


# --- devices, for administrators


@routes.get("/scan/devices")
async def list_devices(request: Request, visitor: Visiting) -> HTMLResponse:
    """The devices that are registered, and the badges that are locked."""
    _require_administrator(visitor)
    return await _devices(request, visitor)


@routes.post("/scan/devices")
async def register(
    request: Request, visitor: Visiting, name: Annotated[str, Form(min_length=1, max_length=60)]
) -> Response:
    """Register the device on which this is asked: its browser keeps a cookie."""
    _require_administrator(visitor)
    secret = await visitor.services.storage.write(devices.register, name.strip() or name, visitor.id)
    answer = RedirectResponse(DEVICES, 303, headers=HEADERS)
    _keep_device(request, answer, secret)
    return answer


@routes.post("/scan/devices/end")
async def end_device(visitor: Visiting, device: Annotated[str, Form(max_length=40)]) -> Response:
    """End a device, with whoever is signed in to it by a badge."""
    _require_administrator(visitor)
    await visitor.services.storage.write(devices.end, device, visitor.id)
    visitor.services.authenticator.forget()
    return RedirectResponse(DEVICES, 303, headers=HEADERS)


@routes.post("/scan/devices/unlock")
async def unlock(visitor: Visiting, account: Annotated[str, Form(max_length=64)]) -> Response:
    """Let a locked badge's PIN be tried again."""
    _require_administrator(visitor)
    await visitor.services.storage.write(badges.unlock, account, visitor.id)
    return RedirectResponse(DEVICES, 303, headers=HEADERS)


def _require_administrator(visitor: Visitor) -> None:
    if not visitor.is_administrator:
        raise Problem("forbidden", visitor.say("Devices are for administrators."))


async def _devices(request: Request, visitor: Visitor) -> HTMLResponse:
    found, here, locked = await visitor.services.storage.read(
        _registered, request.cookies.get(devices.COOKIE, "")
    )
    told = partial(when, policy=visitor.policy, language=visitor.language)
    return page("devices.html", visitor, devices=found, here=here, locked=locked, when=told)


def _registered(session: Session, secret: str) -> tuple[list[Any], str, list[Account]]:
    here = devices.found(session, secret)
    return list(devices.listed(session)), here.id if here is not None else "", list(badges.locked(session))


def _keep_device(request: Request, answer: Response, secret: str) -> None:
    """Give the browser the device's cookie: scripts can't read it, and no other site's page brings it along."""
    answer.set_cookie(
        devices.COOKIE,
        secret,
        max_age=int(devices.KEPT.total_seconds()),
        path="/inbox",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
