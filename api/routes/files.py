"""Files of a case: uploaded as they are or as a form's part, and given back as downloads alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.datastructures import UploadFile

from api.authentication import Caller, Calling
from api.cursors import Cursor, Limit, after, decode, encode, page
from api.dependencies import Asking, IdempotencyKey, Serving, asking, problems, recorded
from api.documents import FileDocument, FilePage
from api.files import LARGEST, FileStore, Kept
from api.journal.entries import Reply, new_id
from api.journal.replies import json_reply, response
from api.problems import Problem, not_found
from api.rendering import case_of
from api.routes import router
from cases.read_model import announce
from models.tables.requests import StoredFile

routes = router("cases")

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"})
"""Types that a browser may be told; it gets all others as bytes."""
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
    operation_id="list_files",
    responses={200: {"model": FilePage}, **problems(404)},
)
async def list_files(
    case_id: str, caller: Calling, serving: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Files, oldest first."""
    behind = decode(cursor, (str,)) if cursor else None
    return response(await serving.storage.read(_list, case_id, caller, limit, behind))


def _list(session: Session, case: str, caller: Caller, limit: int, behind: tuple[Any, ...] | None) -> Reply:
    if case_of(session, case, caller) is None:
        raise not_found("case")
    query = after(
        select(StoredFile).where(col(StoredFile.case) == case), ((col(StoredFile.id), False),), behind
    )
    rows = list(session.scalars(query.limit(limit + 1)))
    items = [_document(row) for row in rows[:limit]]
    return json_reply(page(items, encode((rows[limit - 1].id,)) if len(rows) > limit else None))


@routes.post(
    "/cases/{case_id:path}/files",
    operation_id="add_file",
    status_code=201,
    max_body_size=LARGEST + _MULTIPART_ROOM,
    openapi_extra=_UPLOAD,
    responses={201: {"model": FileDocument}, **problems(404, 413, 415, 503)},
)
async def add_file(
    case_id: str,
    request: Request,
    caller: Calling,
    serving: Serving,
    name: Annotated[
        str | None, Query(max_length=200, description="The file's name, where the body is the file.")
    ] = None,
    key: IdempotencyKey = None,
) -> Response:
    """Upload a file. Forms refer to it by its `id`."""
    if await serving.storage.read(case_of, case_id, caller) is None:
        raise not_found("case")
    store = FileStore(serving.settings.data_dir / "files")
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent == "multipart/form-data":
        async with request.form(max_files=1, max_fields=5) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise Problem("invalid_form", "The form has no file.", errors=[("/file", "is needed")])
            called, media_type = part.filename, part.content_type or ""
            kept = await store.keep(_chunks(part))
    else:
        called, media_type = name, sent
        kept = await store.keep(request.stream())
    described = f"{_plain_name(called)}\n{media_type}\n{kept.sha256}"
    asked = asking(request, caller, key, hashlib.sha256(described.encode()).hexdigest())
    row = _row(case_id, asked, _plain_name(called), media_type, kept)
    return response(await recorded(serving, asked, lambda session: _add(session, row, asked)))


async def _chunks(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(64 * 1024):
        yield chunk


def _plain_name(name: str | None) -> str:
    """The name without folders and characters that only serve to deceive."""
    base = re.split(r"[/\\]", name or "")[-1]
    kept = "".join(c for c in base if c.isprintable() and c not in '"<>|:*?\u202e\u202d').strip(" .")
    return kept[-200:] or "file"


def _row(case: str, asked: Asking, name: str, media_type: str, kept: Kept) -> StoredFile:
    plain = media_type if re.fullmatch(r"[a-z0-9.+-]{1,49}/[a-z0-9.+-]{1,49}", media_type) else ""
    return StoredFile(
        id=f"file:{new_id()}",
        case=case,
        name=name,
        media_type=plain or "application/octet-stream",
        size=kept.size,
        sha256=kept.sha256,
        author=asked.caller.id,
        stored_at=datetime.now(UTC),
    )


def _add(session: Session, row: StoredFile, asked: Asking) -> Reply:
    case = case_of(session, row.case, asked.caller)
    if case is None:
        raise not_found("case")
    session.add(row)
    session.flush()
    announce(session, case)
    return json_reply(_document(row), 201, Location=_address(row.id))


@routes.get(
    "/files/{file_id}",
    operation_id="get_file",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
        **problems(404, 416),
    },
)
async def get_file(file_id: str, caller: Calling, serving: Serving) -> Response:
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
            "Cache-Control": "private, max-age=3600",
        },
    )


def _get(session: Session, file: str, caller: Caller) -> StoredFile:
    row = session.get(StoredFile, file)
    if row is None or case_of(session, row.case, caller) is None:
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
