"""The inbox as an application of its own: its routes, its errors as pages, its headers."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from api.access import BadgeElsewhere
from api.dependencies import Services
from api.labels import Language, language_of
from api.problems import Problem
from inbox.numbers import SharedNumbers
from inbox.routes import (
    acting,
    badges,
    bulk,
    customers,
    desk,
    exporting,
    finding,
    late,
    lists,
    live,
    mentions,
    notices,
    scanning,
    sessions,
    setting,
    starting,
)
from inbox.templating import page, toast_of
from inbox.visitors import SignInFirst, visitor_of
from inbox.words import say
from models.database import DatabaseError

log = logging.getLogger(__name__)
AT = "/inbox"
_ROUTES = (
    lists,
    acting,
    finding,
    late,
    live,
    mentions,
    notices,
    setting,
    scanning,
    desk,
    customers,
    exporting,
    bulk,
    starting,
    badges,
    sessions,
)


def create_inbox(services: Callable[[], Services]) -> FastAPI:
    """The pages, to be mounted at `/inbox`. services: those of the process, once it serves."""

    def changed() -> int:
        return services().counts.changed()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.state.numbers = SharedNumbers(changed)
    for module in _ROUTES:
        app.include_router(module.routes)
    app.add_exception_handler(SignInFirst, _on_nobody)
    app.add_exception_handler(BadgeElsewhere, _on_badge)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_odd)
    app.add_exception_handler(ValidationError, _on_odd)
    app.add_exception_handler(DatabaseError, _on_database)
    app.add_exception_handler(Exception, _on_fault)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)
    return app


async def _on_nobody(request: Request, _: Exception) -> Response:
    return sessions.sign_in_first(request)


async def _on_badge(request: Request, error: Exception) -> Response:
    if request.method == "GET" and not request.headers.get("hx-request"):
        return scanning.to_home()
    return await _on_problem(request, error)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _page(request, error.status_code, str(error.detail))


async def _on_odd(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)
    return await _page(request, 422, str(error.errors()[0]["msg"]))


async def _on_database(request: Request, error: Exception) -> Response:
    log.warning("a page could not be read: %s", error)
    return await _page(request, 503, "")


async def _on_fault(request: Request, _: Exception) -> Response:
    return await _page(request, 500, "")


async def _page(request: Request, status: int, said: str) -> Response:
    """A page that says what went wrong. Where a part was asked for and isn't there, it is a part; for all else it is a
    word, and the page stays as it is, with what was typed.
    """
    language: Language = language_of(request.headers.get("accept-language", "zh"))
    visitor = None
    with contextlib.suppress(SignInFirst, Problem, DatabaseError):
        visitor = await visitor_of(request)
    if not request.headers.get("hx-request"):
        return page("fault.html", visitor, status, language=language, code=status, said=said)
    if status == HTTPStatus.NOT_FOUND:
        return page("fault_part.html", visitor, status, language=language, code=status, said=said)
    text = said or say(language, "Something went wrong here. Try again.")
    answer = page("toast.html", visitor, status, language=language, toast=toast_of("bad", text))
    answer.headers["HX-Reswap"] = "none"
    return answer
