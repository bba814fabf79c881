"""What procedures there are, and what each declares."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.authentication import Calling
from api.cursors import Cursor, Limit, decode, encode, page
from api.definitions import procedure_document, summary_document
from api.dependencies import Serving, Speaking, problems
from api.diagrams import diagram
from api.documents import ProcedureDocument, ProcedurePage
from api.journal.replies import json_reply, response
from api.problems import not_found
from api.rendering import case_of, walked
from api.routes import router
from workflows.language.procedure import Procedure
from workflows.registry import UnknownProcedure, registry

routes = router("procedures")
Version = Annotated[int | None, Query(ge=1, lt=2**31, description="An older version.")]


def procedure_named(key: str, version: int | None = None) -> type[Procedure]:
    """The declaration. Raises Problem `not_found`."""
    try:
        return registry().get(key, version)
    except UnknownProcedure as error:
        raise not_found("procedure") from error


@routes.get(
    "/procedures", operation_id="list_procedures", responses={200: {"model": ProcedurePage}, **problems()}
)
async def list_procedures(
    _: Calling, language: Speaking, limit: Limit = 200, cursor: Cursor = None
) -> Response:
    """Every procedure, in its newest version, by key."""
    (behind,) = decode(cursor, (str,)) if cursor else ("",)
    there = [
        summary_document(procedure, language) for procedure in registry() if procedure.key > (behind or "")
    ]
    more = len(there) > limit
    return response(json_reply(page(there[:limit], encode((there[limit - 1]["key"],)) if more else None)))


@routes.get(
    "/procedures/{key}",
    operation_id="get_procedure",
    responses={200: {"model": ProcedureDocument}, **problems(404)},
)
async def get_procedure(key: str, _: Calling, language: Speaking, version: Version = None) -> Response:
    """The whole definition of a procedure: stages, ways, forms, deadlines, effects, links."""
    return Response(
        procedure_document(procedure_named(key, version), language), media_type="application/json"
    )


@routes.get(
    "/procedures/{key}/diagram.svg",
    operation_id="get_diagram",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}, **problems(404, 503)},
)
async def get_diagram(
    key: str,
    caller: Calling,
    serving: Serving,
    language: Speaking,
    version: Version = None,
    case: Annotated[
        str | None, Query(max_length=250, description="Mark where this case stands and has been.")
    ] = None,
) -> Response:
    """The state diagram, drawn from the declaration."""
    procedure, marks = procedure_named(key, version), None
    if case is not None:
        row = await serving.storage.read(case_of, case, caller)
        if row is None or row.procedure != key:
            raise not_found("case")
        procedure = procedure_named(key, row.version)
        marks = await serving.storage.search(walked, row)
    svg = await diagram(procedure, language, marks)
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:"}
    return Response(svg, media_type="image/svg+xml", headers=headers)
