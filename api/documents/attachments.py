"""Comments and files of a case."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from api.documents.fields import Body, FileRef, Page
from models.values import LongText


class NewComment(Body):
    text: LongText
    files: list[FileRef] = Field(default=[], max_length=20)


class CommentDocument(BaseModel):
    id: str
    author: str = Field(description="The account that wrote it.")
    author_name: str = Field(description="Its name of then.")
    text: str
    files: list[str]
    written_at: datetime


class CommentPage(Page[CommentDocument]):
    """Comments, oldest first."""


class FileDocument(BaseModel):
    id: str = Field(description="What forms refer to it by.")
    name: str
    media_type: str
    size: int
    sha256: str
    author: str
    stored_at: datetime
    kept_until: datetime | None = Field(
        description="Of a file without a case: when it is removed, unless a form names it first."
    )
    location: str


class FilePage(Page[FileDocument]):
    """Files, oldest first."""
