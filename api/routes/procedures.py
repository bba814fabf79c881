"""What procedures there are, and what each declares."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response

from api.access import Calling
from api.cursors import Cursor, Limit, decode, page
from api.definitions import procedure_document, procedure_named, summary_document
from api.dependencies import Serving, Speaking
from api.diagrams import diagram
from api.documents.procedures import ProcedureDocument, ProcedurePage
from api.parameters import ProcedureKey, Version
from api.problems import not_found, problem_responses
from api.rendering import case_of, walked
from api.replies import json_reply, response
from api.routes import router
from workflows.registry import registry

routes = router("procedures")

_KEPT_A_MINUTE = {"Cache-Control": "private, max-age=60", "Vary": "Authorization, Accept-Language"}
"""What the code declares holds nothing personal, and changes with a deployment."""


@routes.get(
    "/procedures",
    summary="List the procedures",
    operation_id="list_procedures",
    responses={200: {"model": ProcedurePage}, **problem_responses()},
)
async def list_procedures(
    _: Calling, language: Speaking, limit: Limit = 200, cursor: Cursor = None
) -> Response:
    """Every procedure, in its newest version, by key."""
    (behind,) = decode(cursor, (str,)) if cursor else ("",)
    there = [
        summary_document(procedure, language) for procedure in registry() if procedure.key > (behind or "")
    ]
    reply = json_reply(page(there, limit, lambda line: line, lambda line: (line["key"],)))
    return response(replace(reply, headers=_KEPT_A_MINUTE))


@routes.get(
    "/procedures/{key}",
    summary="Read a procedure",
    operation_id="get_procedure",
    responses={200: {"model": ProcedureDocument}, **problem_responses(404)},
)
async def get_procedure(
    key: ProcedureKey, _: Calling, language: Speaking, version: Version = None
) -> Response:
    """The whole definition: stages, transitions, forms, deadlines, effects, links."""
    return Response(
        procedure_document(procedure_named(key, version), language),
        headers=_KEPT_A_MINUTE,
        media_type="application/json",
    )


@routes.get(
    "/procedures/{key}/diagram.svg",
    summary="Draw a procedure's states",
    operation_id="get_diagram",
    response_class=Response,
    responses={
        200: {
            "content": {
                "image/svg+xml": {
                    "schema": {"type": "string"},
                    "example": '<svg xmlns="http://www.w3.org/2000/svg">…</svg>',
                }
            }
        },
        **problem_responses(404, 503),
    },
)
async def get_diagram(
    key: ProcedureKey,
    caller: Calling,
    serving: Serving,
    language: Speaking,
    version: Version = None,
    case: Annotated[
        str | None,
        Query(
            max_length=250,
            description="Mark where this case stands and has been.",
            examples=["order_fulfilment:tmall:SO-1001"],
        ),
    ] = None,
) -> Response:
    """The state diagram as SVG, drawn from the declaration; with `case`, where that case stands and has been."""
    procedure, marks = procedure_named(key, version), None
    if case is not None:
        row = await serving.storage.read(case_of, case, caller)
        if row is None or row.procedure != key:
            raise not_found("case")
        procedure = procedure_named(key, row.version)
        marks = await serving.storage.search(walked, row)
    svg = await diagram(procedure, language, marks)
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:"}
    kept = {} if case is not None else _KEPT_A_MINUTE
    return Response(svg, media_type="image/svg+xml", headers={**headers, **kept})
