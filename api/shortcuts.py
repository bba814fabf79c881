"""Short ways: what people and their systems ask all day is answered before FastAPI reads each parameter and passes
the request from layer to layer, which takes longer than most answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple

from fastapi import Request, Response
from fastapi.routing import APIRoute, APIRouter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, answer, out_of_order
from api.strict import BODY_LIMIT, StrictRequest
from models.database import DatabaseError

Quick = Callable[[Request], Coroutine[Any, Any, Response | None]]
_quick: dict[Callable[..., Any], Quick] = {}


def quickly(endpoint: Callable[..., Any]) -> Callable[[Quick], Quick]:
    """The function answers the endpoint's usual requests; for all others it gives None, and FastAPI has the endpoint
    answer. It raises what the endpoint would raise.
    """

    def register(quick: Quick) -> Quick:
        _quick[endpoint] = quick
        return quick

    return register


class Shortcut(NamedTuple):
    """A route that has a short way, for addresses whose parts hold no slash."""

    address: re.Pattern[str]
    path: str
    method: str
    quick: Quick


def shortcuts(routers: Iterable[APIRouter], prefix: str) -> list[Shortcut]:
    """The short ways that these routers' endpoints have."""
    return [
        Shortcut(_address(prefix + route.path), route.path, method, _quick[route.endpoint])
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.endpoint in _quick
        for method in route.methods or ()
    ]


def _address(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)(?::path)?\\}", r"(?P<\1>[^/\\n]+)", re.escape(path)))


class Shortcuts:
    """Middleware: answers by a short way where there is one. All else, and what is too large, goes the long way."""

    def __init__(self, app: ASGIApp, known: Iterable[Shortcut]) -> None:
        self.app = app
        self._known: dict[str, list[Shortcut]] = {}
        for one in known:
            self._known.setdefault(one.method, []).append(one)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (found := self._find(scope["method"], scope["path"])) is not None:
            return await self._try(*found, scope, receive, send)
        return await self.app(scope, receive, send)

    def _find(self, method: str, path: str) -> tuple[Shortcut, dict[str, str]] | None:
        for one in self._known.get(method, ()):
            if (found := one.address.fullmatch(path)) is not None:
                return one, found.groupdict()
        return None

    async def _try(
        self, shortcut: Shortcut, parts: dict[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        length = _length(scope)
        if length is None or length > BODY_LIMIT:
            return await self.app(scope, receive, send)
        read: list[Message] = []

        async def reading() -> Message:
            read.append(await receive())
            return read[-1]

        async def again() -> Message:
            return read.pop(0) if read else await receive()

        try:
            answered = await shortcut.quick(StrictRequest({**scope, "path_params": parts}, reading))
        except Problem as problem:
            answered = answer(problem)
        except DatabaseError as error:
            answered = answer(out_of_order(error))
        if answered is None:
            return await self.app(scope, again, send)
        scope["route"] = shortcut
        return await answered(scope, receive, send)


def _length(scope: Scope) -> int | None:
    """How many bytes the body has; None where the request doesn't say it."""
    length = 0 if scope["method"] == "GET" else None
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            length = int(value) if value.isdigit() else None
    return length
