"""Files of a case: uploaded as they are or as a form's part, and given back as downloads alone."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from api.access import Caller, Calling
from api.cursors import Cursor, Limit, decode
from api.dependencies import IdempotencyKey, Serving
from api.documents.attachments import FileDocument, FilePage
from api.files import FileStore
from api.notes import page_of_case
from api.parameters import CaseId
from api.problems import not_found, problem_responses
from api.quotas import Quotas, bytes_of
from api.reading import reads_all
from api.rendering import case_of
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from api.uploads import (
    BODY,
    LARGEST_BODY,
    FileName,
    address_of_file,
    file_document,
    length_of,
    receive,
    stored,
)
from cases.read_model import announce
from models.tables.requests import StoredFile

routes = router("cases")

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"})
"""Types that a download says; all others are said to be mere bytes, so that no browser runs them."""
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BYTES = {"application/octet-stream": _BINARY, **dict.fromkeys(sorted(_SHOWN), _BINARY)}
FileId = Annotated[str, Path(description="The file's `id`.", examples=["file:0191f0c2a1b3"])]


@routes.get(
    "/cases/{case_id:path}/files",
    summary="List a case's files",
    operation_id="list_files",
    responses={200: {"model": FilePage}, **problem_responses(404)},
)
async def list_files(
    case_id: CaseId, caller: Calling, serving: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Files, oldest first."""
    behind = decode(cursor, (str,)) if cursor else None
    return response(
        await serving.storage.read(page_of_case, StoredFile, file_document, case_id, caller, limit, behind)
    )


@routes.post(
    "/cases/{case_id:path}/files",
    summary="Upload a file",
    operation_id="add_file",
    status_code=201,
    max_body_size=LARGEST_BODY,
    openapi_extra=BODY,
    responses={201: {"model": FileDocument}, **problem_responses(400, 404, 413, 415, 503, 507)},
)
async def add_file(
    case_id: CaseId,
    http: Request,
    caller: Calling,
    serving: Serving,
    name: FileName = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The body is a form with the part `file`, or the file itself, of any media type. Forms refer to it by its `id`."""
    case = await serving.storage.read(case_of, case_id, caller)
    if case is None:
        raise not_found("case")
    has = await serving.storage.read(bytes_of, case.store)
    with serving.quotas.room_for(case.store, length_of(http), has):
        sent = await receive(http, FileStore(serving.settings.data_dir / "files"), name)
        request = IdempotentRequest.read(http, caller, idempotency_key, sent.digest)
        row = stored(sent, case.store, caller.id, case=case.id)
        reply = await serving.journal.record(
            request, lambda session: _add(session, row, request, serving.quotas)
        )
    return response(reply)


def _add(session: Session, row: StoredFile, request: IdempotentRequest, quotas: Quotas) -> Reply:
    case = case_of(session, row.case, request.caller)
    if case is None:
        raise not_found("case")
    quotas.take(session, case.store, row.size)
    session.add(row)
    session.flush()
    announce(session, case)
    return json_reply(file_document(row), 201, Location=address_of_file(row.id))


@routes.get(
    "/files/{file_id}",
    summary="Download a file",
    operation_id="get_file",
    response_class=Response,
    responses={
        200: {"content": _BYTES, "description": "The file."},
        206: {
            "content": {**_BYTES, "multipart/byteranges": _BINARY},
            "description": "What `Range` asks for of it.",
        },
        **problem_responses(400, 404, 416),
    },
)
async def get_file(file_id: FileId, caller: Calling, serving: Serving) -> Response:
    """A file's bytes, as a download."""
    row = await serving.storage.read(_get, file_id, caller)
    path = FileStore(serving.settings.data_dir / "files").path(row.sha256)
    if not path.exists():
        raise not_found("file")
    return FileResponse(
        path,
        media_type=row.media_type if row.media_type in _SHOWN else "application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _get(session: Session, file: str, caller: Caller) -> StoredFile:
    row = session.get(StoredFile, file)
    if row is not None and row.kept_until is not None and row.author == caller.id:
        return row
    case = None if row is None else case_of(session, row.case, caller)
    if row is None or case is None:
        raise not_found("file")
    if not reads_all(caller, case.procedure, case.store) and row.author != caller.id:
        raise not_found("file")
    return row
