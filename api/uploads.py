"""Files as they are sent: read from a form's part, or from a body that is the file itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import Query, Request
from starlette.datastructures import UploadFile

from api.files import LARGEST, FileStore, Kept
from api.problems import Problem
from models.table import new_id
from models.tables.requests import StoredFile

LARGEST_BODY = LARGEST + 64 * 1024
"""Bytes of a body that brings a file, with what a form has around it."""
BODY: dict[str, Any] = {
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
"""How OpenAPI shows such a body."""
FileName = Annotated[
    str | None,
    Query(
        max_length=200,
        description="The file's name, where the body is the file.",
        examples=["damage.jpg"],
    ),
]


class Sent(NamedTuple):
    """A file that was sent; its bytes are kept."""

    name: str
    media_type: str
    kept: Kept

    @property
    def digest(self) -> str:
        """Says whether it is the same as another one, for a request that is sent again."""
        return hashlib.sha256(f"{self.name}\n{self.media_type}\n{self.kept.sha256}".encode()).hexdigest()

    @property
    def plain_type(self) -> str:
        """Its media type, where it is one."""
        is_one = re.fullmatch(r"[a-z0-9.+-]{1,49}/[a-z0-9.+-]{1,49}", self.media_type)
        return self.media_type if is_one else "application/octet-stream"


def length_of(http: Request) -> int | None:
    """How many bytes the body says that it has."""
    length = http.headers.get("content-length", "")
    return int(length) if length.isdecimal() else None


async def receive(http: Request, store: FileStore, name: str | None) -> Sent:
    """Keep the bytes of the file that is sent. Raises Problem `invalid_form` where there is none, `too_large`."""
    content_type = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "multipart/form-data":
        return Sent(_plain_name(name), content_type, await store.keep(http.stream()))
    async with http.form(max_files=1, max_fields=5) as form:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise Problem("invalid_form", "The form has no file.", errors=[("/file", "is needed")])
        return Sent(_plain_name(part.filename), part.content_type or "", await store.keep(_chunks(part)))


def stored(
    sent: Sent, store: str, author: str, *, case: str = "", kept_for: timedelta | None = None
) -> StoredFile:
    """The row of a file of a case, or of one that waits so long for its case."""
    now = datetime.now(UTC)
    return StoredFile(
        id=f"file:{new_id()}",
        case=case,
        store=store,
        name=sent.name,
        media_type=sent.plain_type,
        size=sent.kept.size,
        sha256=sent.kept.sha256,
        author=author,
        stored_at=now,
        kept_until=now + kept_for if kept_for is not None else None,
    )


def address_of_file(file: str) -> str:
    """Where a file is read."""
    return f"/api/v1/files/{file}"


def file_document(row: StoredFile) -> dict[str, Any]:
    """A file as callers see it."""
    return {
        "id": row.id,
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "author": row.author,
        "stored_at": row.stored_at,
        "kept_until": row.kept_until,
        "location": address_of_file(row.id),
    }


async def _chunks(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(64 * 1024):
        yield chunk


def _plain_name(name: str | None) -> str:
    """The name without folders and characters that only serve to deceive."""
    base = re.split(r"[/\\]", name or "")[-1]
    kept = "".join(c for c in base if c.isprintable() and c not in '"<>|:*?\u202e\u202d').strip(" .")
    return kept[-200:] or "file"
