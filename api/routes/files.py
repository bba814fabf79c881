"""Files of a case: uploaded as they are or as a form's part, and given back as downloads alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from fastapi import Path, Query, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from api.access import Caller, Calling
from api.cursors import Cursor, Limit, decode
from api.dependencies import IdempotencyKey, Serving
from api.documents.attachments import FileDocument, FilePage
from api.files import LARGEST, FileStore, Kept
from api.notes import page_of_case
from api.parameters import CaseId
from api.problems import Problem, not_found, problem_responses
from api.quotas import Quotas, bytes_of
from api.reading import reads_all
from api.rendering import case_of
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from cases.read_model import announce
from models.table import new_id
from models.tables.requests import StoredFile

routes = router("cases")

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"})
"""Types that a download says; all others are said to be mere bytes, so that no browser runs them."""
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BYTES = {"application/octet-stream": _BINARY, **dict.fromkeys(sorted(_SHOWN), _BINARY)}
FileId = Annotated[str, Path(description="The file's `id`.", examples=["file:0191f0c2a1b3"])]
_MULTIPART_ROOM = 64 * 1024
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


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
        await serving.storage.read(page_of_case, StoredFile, _document, case_id, caller, limit, behind)
    )


@routes.post(
    "/cases/{case_id:path}/files",
    summary="Upload a file",
    operation_id="add_file",
    status_code=201,
    max_body_size=LARGEST + _MULTIPART_ROOM,
    openapi_extra=_UPLOAD,
    responses={201: {"model": FileDocument}, **problem_responses(404, 413, 415, 503, 507)},
)
async def add_file(
    case_id: CaseId,
    http: Request,
    caller: Calling,
    serving: Serving,
    name: Annotated[
        str | None,
        Query(
            max_length=200,
            description="The file's name, where the body is the file.",
            examples=["damage.jpg"],
        ),
    ] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The body is a form with the part `file`, or the file itself, of any media type. Forms refer to it by its `id`."""
    case = await serving.storage.read(case_of, case_id, caller)
    if case is None:
        raise not_found("case")
    length = http.headers.get("content-length", "")
    has = await serving.storage.read(bytes_of, case.store)
    with serving.quotas.room_for(case.store, int(length) if length.isdecimal() else None, has):
        sent = await _keep(http, FileStore(serving.settings.data_dir / "files"), name)
        described = f"{sent.name}\n{sent.media_type}\n{sent.kept.sha256}"
        digest = hashlib.sha256(described.encode()).hexdigest()
        request = IdempotentRequest.read(http, caller, idempotency_key, digest)
        row = _row(case_id, request, sent)
        reply = await serving.journal.record(
            request, lambda session: _add(session, row, request, serving.quotas)
        )
    return response(reply)


class _Sent(NamedTuple):
    name: str
    media_type: str
    kept: Kept


async def _keep(http: Request, store: FileStore, name: str | None) -> _Sent:
    content_type = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "multipart/form-data":
        return _Sent(_plain_name(name), content_type, await store.keep(http.stream()))
    async with http.form(max_files=1, max_fields=5) as form:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise Problem("invalid_form", "The form has no file.", errors=[("/file", "is needed")])
        return _Sent(_plain_name(part.filename), part.content_type or "", await store.keep(_chunks(part)))


async def _chunks(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(64 * 1024):
        yield chunk


def _plain_name(name: str | None) -> str:
    """The name without folders and characters that only serve to deceive."""
    base = re.split(r"[/\\]", name or "")[-1]
    kept = "".join(c for c in base if c.isprintable() and c not in '"<>|:*?\u202e\u202d').strip(" .")
    return kept[-200:] or "file"


def _row(case: str, request: IdempotentRequest, sent: _Sent) -> StoredFile:
    plain = sent.media_type if re.fullmatch(r"[a-z0-9.+-]{1,49}/[a-z0-9.+-]{1,49}", sent.media_type) else ""
    return StoredFile(
        id=f"file:{new_id()}",
        case=case,
        name=sent.name,
        media_type=plain or "application/octet-stream",
        size=sent.kept.size,
        sha256=sent.kept.sha256,
        author=request.caller.id,
        stored_at=datetime.now(UTC),
    )


def _add(session: Session, row: StoredFile, request: IdempotentRequest, quotas: Quotas) -> Reply:
    case = case_of(session, row.case, request.caller)
    if case is None:
        raise not_found("case")
    quotas.take(session, case.store, row.size)
    session.add(row)
    session.flush()
    announce(session, case)
    return json_reply(_document(row), 201, Location=_address(row.id))


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
    case = None if row is None else case_of(session, row.case, caller)
    if row is None or case is None:
        raise not_found("file")
    if not reads_all(caller, case.procedure, case.store) and row.author != caller.id:
        raise not_found("file")
    return row


def _address(file: str) -> str:
    return f"/api/v1/files/{file}"


def _document(row: StoredFile) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "author": row.author,
        "stored_at": row.stored_at,
        "location": _address(row.id),
    }
