"""Reading requests strictly: what no database keeps is refused before anything is looked up or written."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, answer, not_found, pointer

BODY_LIMIT = 64 * 1024
"""The most bytes of a body, unless a route says otherwise."""
DEPTH_LIMIT = 32
WHOLE_LIMIT = 2**63
"""Databases keep integers of 64 bits; beyond them JSON numbers lose digits on the way."""


def read_json(body: bytes) -> Any:
    """The JSON in `body`. Raises Problem `invalid_json` for what isn't JSON or can't be kept."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(
            "invalid_json", f"The body is not JSON: {error.msg} at character {error.pos}."
        ) from error
    names = _check(value, ())
    if body.count(b'":') == names and _APART.search(body) is None:
        return value  # as nearly all are written: each name of the text is in what was read
    # a name that stands twice is in the text once more than in what was read
    if sum(map(bool, _STRINGS.findall(body))) != names:
        raise Problem("invalid_json", f"An object has the name {_twice(body)!r} twice.")
    return value


_APART = re.compile(rb'"[ \t\r\n]+:')
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"([ \t\r\n]*:)?', re.DOTALL)
"""Every string of a JSON text; the group matches behind the names of an object alone."""


def _twice(body: bytes) -> str:
    """The first name that an object of this JSON has twice."""
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        found.extend(name for name, many in Counter(names).items() if many > 1)

    json.loads(body, object_pairs_hook=look)
    return next(iter(found), "")


def _check(value: Any, path: tuple[str | int, ...]) -> int:
    """How many names its objects have. Raises Problem `invalid_json` for what no database keeps."""
    names = 0
    if len(path) > DEPTH_LIMIT:
        raise Problem("invalid_json", f"The body nests deeper than {DEPTH_LIMIT} levels.")
    match value:
        case str() if "\0" in value:
            raise Problem("invalid_json", "NUL can't be kept.", errors=[(pointer(path), "holds NUL")])
        case dict():
            for key, part in value.items():  # pyright: ignore[reportUnknownVariableType]
                _check(key, path)
                names += 1 + _check(part, (*path, key))  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for index, part in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                names += _check(part, (*path, index))
        case int() | float() if not -WHOLE_LIMIT <= value < WHOLE_LIMIT:
            # orjson reads an integer past 64 bits as a float: its digits are gone
            fault = (pointer(path), "is out of range")
            raise Problem("invalid_json", "A number is out of range.", errors=[fault])
        case _:
            pass
    return names


class StrictRequest(Request):
    """A request whose JSON was read by `read_json`."""

    async def json(self) -> Any:
        return read_json(await self.body())


class StrictRoute(APIRoute):
    """A route that reads its body strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly


class PlainAddress:
    """Middleware: refuses NUL in an address, and addresses that only a mistake or an attack makes so long."""

    LONGEST = 8 * 1024

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            query: bytes = scope["query_string"]
            if "\0" in scope["path"]:
                return await answer(not_found("page"))(scope, receive, send)
            if b"%00" in query or b"\0" in query:
                return await answer(Problem("invalid_request", "NUL can't be looked for."))(
                    scope, receive, send
                )
            if len(query) > self.LONGEST:
                return await answer(Problem("invalid_request", "The query is too long."))(
                    scope, receive, send
                )
        return await self.app(scope, receive, send)


class RefusalsAreProblems:
    """Middleware: what refuses large bodies and odd ranges of a file answers in plain text; the caller gets a problem
    document.
    """

    CODES: ClassVar[dict[int, str]] = {400: "bad_request", 413: "too_large", 416: "no_such_range"}

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def as_problem(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] in self.CODES:
                headers = {
                    name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]
                }
                replaced = not headers.get("content-type", "").startswith("application/problem")
                if replaced:
                    helps = {name: value for name, value in headers.items() if name == "content-range"}
                    await answer(Problem(self.CODES[message["status"]], headers=helps))(scope, receive, send)
            if not replaced:
                await send(message)

        await self.app(scope, receive, as_problem)
