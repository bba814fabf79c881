"""How the API refuses: RFC 9457 problem documents, every kind listed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from math import ceil
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from models.database import DatabaseError
from models.faults import faults_of
from workflows.labels import Language
from workflows.language.refusals import Refusal
from workflows.wording import word

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of problem. `meaning` says when it comes and what the caller can do."""

    status: int
    title: str
    meaning: str


KINDS: dict[str, Kind] = {
    "bad_request": Kind(
        400, "Bad request", "The request can't be read as HTTP or as the format that it claims."
    ),
    "unauthenticated": Kind(
        401, "Unauthenticated", "Send `Authorization: Bearer` with an API key or a JWT that is valid now."
    ),
    "not_your_role": Kind(403, "Not your role", "The action is for other roles than the caller's."),
    "forbidden": Kind(403, "Forbidden", "The caller lacks the scope or the role that this needs."),
    "not_found": Kind(404, "Not found", "There is no such thing, or the caller may not see it."),
    "method_not_allowed": Kind(405, "Method not allowed", "See the `Allow` header."),
    "not_acceptable": Kind(
        406, "Not acceptable", "It can't be given as `Accept` asks: `detail` says why, and what can be had."
    ),
    "too_slow": Kind(408, "Too slow", "The request did not arrive in time. Send it again, whole."),
    "not_possible_now": Kind(
        409,
        "Not possible now",
        "The case stands elsewhere: `stages` says where, `actions` what the caller may do.",
    ),
    "moved_on": Kind(409, "The case has moved on", "Read the case again, then decide again."),
    "sent_already": Kind(
        409, "Sent already", "The action has gone to its case: nobody can take it back any more."
    ),
    "taken_back": Kind(409, "Taken back", "Its caller has taken it back. Send it anew with a new key."),
    "procedure_off": Kind(
        409,
        "The procedure is off",
        "The store doesn't run it now: no new case begins, those that run go on.",
    ),
    "closed": Kind(409, "The case is closed", "A subject has one case of a procedure, once."),
    "claimed": Kind(
        409, "Claimed by another", "Somebody else holds the task; they can release or assign it."
    ),
    "last_administrator": Kind(
        409, "The last administrator", "Nobody could manage accounts any more: make another one first."
    ),
    "too_large": Kind(413, "Too large", "The body is larger than this call takes."),
    "no_such_range": Kind(
        416, "No such range", "The file has no such bytes: `Content-Range` says how many there are."
    ),
    "unsupported_media_type": Kind(415, "Unsupported media type", "The call takes another content type."),
    "invalid_form": Kind(
        422, "Invalid form", "`errors` says, by JSON pointer, what is wrong with each answer."
    ),
    "invalid_request": Kind(
        422, "Invalid request", "`errors` says what is wrong with the path, query or headers."
    ),
    "invalid_json": Kind(422, "Invalid JSON", "The body is not JSON, or holds what no database keeps."),
    "refused": Kind(422, "Refusal", "A rule of the procedure or a book refuses it; `detail` says why."),
    "key_reused": Kind(
        422, "Idempotency key reused", "The key came before with another request. Use a new key."
    ),
    "too_many": Kind(
        429, "Too many", "The caller asks for more than its share. Wait the seconds in `Retry-After`."
    ),
    "headers_too_large": Kind(
        431, "Headers too large", "The address and the headers are longer, or more, than any call needs."
    ),
    "internal": Kind(500, "Internal error", "A fault of ours. The log has it under the request's id."),
    "unavailable": Kind(
        503, "Unavailable", "Nothing was accepted. Try again after the seconds in `Retry-After`."
    ),
    "no_room": Kind(507, "No room", "The store's files have reached their quota. Nothing was kept."),
}

_OF_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "too_slow",
    409: "not_possible_now",
    413: "too_large",
    415: "unsupported_media_type",
    416: "no_such_range",
    422: "invalid_request",
    429: "too_many",
    431: "headers_too_large",
    503: "unavailable",
    507: "no_room",
}


class FieldError(BaseModel):
    """One fault: where, as a JSON pointer, and what."""

    pointer: str = Field(examples=["/form/waybill_no"])
    message: str = Field(examples=["String should have at least 1 character"])


class ProblemDocument(BaseModel):
    """RFC 9457. `code` is for programs, `detail` for people."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/not_possible_now"])
    title: str = Field(examples=["Not possible now"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["`ship` is not possible at picking."])
    code: str = Field(examples=["not_possible_now"])
    errors: list[FieldError] | None = None
    stages: list[str] | None = None
    actions: list[str] | None = None


class Problem(HTTPException):
    """Raised anywhere below a route; the caller gets it as a problem document."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **helps: Any,
    ) -> None:
        kind = KINDS[code]
        super().__init__(kind.status, detail or kind.meaning, dict(headers or {}))
        self.code = code
        self.errors = [{"pointer": pointer, "message": message} for pointer, message in errors]
        self.helps = helps

    def document(self) -> dict[str, Any]:
        """The problem as JSON."""
        kind = KINDS[self.code]
        document: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            document["errors"] = self.errors
        return document | self.helps


def not_found(what: str) -> Problem:
    """The one answer for what isn't there and for what the caller may not see."""
    return Problem("not_found", f"There is no such {what}, or you may not see it.")


def unavailable(detail: str, retry_after: int = 2) -> Problem:
    """Nothing was accepted; the caller may ask again after so many seconds."""
    return Problem("unavailable", detail, headers={"Retry-After": str(retry_after)})


def too_many(detail: str, retry_after: float) -> Problem:
    """The caller is over a limit; it may ask again after so many seconds."""
    return Problem("too_many", detail, headers={"Retry-After": str(max(1, ceil(retry_after)))})


def out_of_order(error: Exception) -> Problem:
    """The database didn't do what it was asked."""
    return unavailable(f"Ask again, with the same Idempotency-Key: {error}.")


def problem_of(
    refusal: Refusal, language: Language, procedure: str, under: str = "/form", **helps: Any
) -> Problem:
    """The problem that says what a procedure or a case has refused, in the words of its reader. `under`: where in the
    body the form stands.
    """
    errors = [
        (f"{under}{fault.pointer}", word(fault.said or fault.message, language, procedure))
        for fault in refusal.errors
    ]
    return Problem(
        refusal.code if refusal.code in KINDS else "refused",
        word(refusal.said, language, procedure),
        errors=errors,
        **helps,
    )


_RESPONSES = {
    400: "Not readable",
    401: "Unauthenticated",
    403: "Not for this caller",
    404: "Not there, or not for this caller",
    406: "Not in this form",
    409: "Not now",
    413: "Too large",
    415: "Not this type",
    416: "Not these bytes",
    422: "Not valid, or a rule refuses it",
    429: "Too many: try again later",
    503: "Not now: try again",
    507: "No room",
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: the problem documents that a route may answer with, beside 401, 422 and 429, which all may."""
    schema = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}
    return {
        status: {"description": _RESPONSES[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in (401, 422, 429, *statuses)
    }


def answer(problem: Problem) -> Response:
    """The problem as a response."""
    headers = dict(problem.headers or {})
    if problem.code == "unauthenticated":
        headers.setdefault("WWW-Authenticate", 'Bearer realm="guicheng"')
    return Response(
        orjson.dumps(problem.document()), problem.status_code, headers=headers, media_type=MEDIA_TYPE
    )


def pointer(parts: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def from_validation(error: RequestValidationError) -> Problem:
    """What pydantic found in a request: the body's faults are the form's, all others the request's."""
    faults: list[tuple[str, str]] = []
    in_body = False
    for (where, *path), said in faults_of(error.errors()):
        in_body |= where == "body"
        faults.append((pointer(path if where == "body" else (where, *path)), said))
    code = "invalid_form" if in_body else "invalid_request"
    where, what = faults[0]
    return Problem(code, f"{where or 'The body'}: {what}.", errors=faults)


def _methods(app: FastAPI, request: Request) -> list[str]:
    """The methods that some route takes at this address."""
    return [
        method
        for method in sorted(HTTPMethod)
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in app.routes)
    ]


def install(app: FastAPI) -> None:
    """Make every error of this application a problem document."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error, Problem):
            return answer(error)
        code = _OF_STATUS.get(error.status_code, "bad_request")
        usual = error.detail == HTTPStatus(error.status_code).phrase
        headers = error.headers
        if code == "method_not_allowed":  # the router names the methods of the first route alone
            headers = {"Allow": ", ".join(_methods(app, request))}
        return answer(Problem(code, "" if usual else error.detail, headers=headers))

    async def on_validation(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(from_validation(error))

    async def on_database(_: Request, error: Exception) -> Response:
        return answer(out_of_order(error))

    async def on_fault(_: Request, error: Exception) -> Response:
        del error  # Starlette logs it with its traceback
        return answer(Problem("internal"))

    app.add_exception_handler(HTTPException, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(DatabaseError, on_database)
    app.add_exception_handler(Exception, on_fault)
