"""Answers as bytes: made once, kept by the journal, told again word for word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import Response
from sqlalchemy.orm import Session

from api.authentication import Caller
from api.journal.entries import Reply
from api.labels import Language
from api.problems import KINDS, MEDIA_TYPE, Problem
from api.rendering import case_document, machine_of, offers
from models.roles import Role
from models.tables.cases import CaseRow
from workflows.language.refusals import Refusal

JSON = "application/json"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_NON_STR_KEYS


def dump(value: Any) -> bytes:
    """JSON as the API writes it."""
    return orjson.dumps(value, option=_OPTIONS)


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """An answer of JSON."""
    return Reply(status, dump(value), {name.replace("_", "-"): text for name, text in headers.items()})


def problem_reply(problem: Problem) -> Reply:
    """An answer that says no."""
    return Reply(problem.status_code, dump(problem.document()), {"Content-Type": MEDIA_TYPE})


def problem_of(refusal: Refusal, under: str = "/form", **helps: Any) -> Problem:
    """What a case said no with, as a problem. `under`: where in the body the form is."""
    errors = [(f"{under}{fault.pointer}", fault.message) for fault in refusal.errors]
    return Problem(
        refusal.code if refusal.code in KINDS else "refused", refusal.message, errors=errors, **helps
    )


def response(reply: Reply) -> Response:
    """The answer on the wire."""
    headers = dict(reply.headers)
    media_type = headers.pop("Content-Type", JSON)
    if reply.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(reply.body, reply.status, headers=headers, media_type=media_type)


def address_of_case(case: str) -> str:
    """Where a case is read."""
    return f"/api/v1/cases/{quote(case, safe=':')}"


def address_of_request(request: str) -> str:
    """Where a request's answer is asked for."""
    return f"/api/v1/requests/{request}"


def pending_reply(request: str) -> Reply:
    """Nobody answered in time; nothing is lost."""
    where = address_of_request(request)
    told = {"id": request, "status": "pending", "location": where}
    return json_reply(told, 202, Location=where, Retry_After="2")


def case_reply(
    session: Session, row: CaseRow, caller: Caller, language: Language, status: int = 200
) -> Reply:
    """The case as it is for this caller."""
    reply = json_reply(case_document(session, row, caller, language), status)
    if status == 201:
        reply.headers["Location"] = address_of_case(row.id)
    return reply


def helps_of(row: CaseRow, caller: Caller) -> dict[str, Any]:
    """What helps a caller who was refused: where the case stands, and what they may do there."""
    machine = machine_of(row, datetime.now(UTC))
    return {"stages": [stage["key"] for stage in row.stages], "actions": offers(machine, caller)}


def caller_json(caller: Caller) -> dict[str, Any]:
    """A caller as the journal keeps them."""
    return {
        "id": caller.id,
        "account": caller.account,
        "roles": sorted(caller.roles),
        "stores": None if caller.stores is None else sorted(caller.stores),
    }


def caller_of(kept: dict[str, Any]) -> Caller:
    """The caller that the journal kept."""
    stores = kept["stores"]
    return Caller(
        id=kept["id"],
        account=kept["account"],
        roles=frozenset(Role(role) for role in kept["roles"]),
        stores=None if stores is None else frozenset(stores),
    )
