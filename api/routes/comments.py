"""What people write on a case."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.authentication import Caller, Calling
from api.cursors import Cursor, Limit, after, decode, encode, page
from api.dependencies import Asked, Asking, Serving, problems, recorded
from api.documents import CommentDocument, CommentPage, NewComment
from api.journal.entries import Reply
from api.journal.replies import json_reply, response
from api.notes import comment_on, require_files
from api.problems import not_found
from api.rendering import case_of
from api.routes import router
from cases.read_model import announce
from models.tables.requests import Comment

routes = router("cases")


@routes.get(
    "/cases/{case_id:path}/comments",
    operation_id="list_comments",
    responses={200: {"model": CommentPage}, **problems(404)},
)
async def list_comments(
    case_id: str, caller: Calling, serving: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Comments, oldest first."""
    behind = decode(cursor, (str,)) if cursor else None
    return response(await serving.storage.read(_list, case_id, caller, limit, behind))


def _list(session: Session, case: str, caller: Caller, limit: int, behind: tuple[Any, ...] | None) -> Reply:
    if case_of(session, case, caller) is None:
        raise not_found("case")
    query = after(select(Comment).where(col(Comment.case) == case), ((col(Comment.id), False),), behind)
    rows = list(session.scalars(query.limit(limit + 1)))
    items = [_document(row) for row in rows[:limit]]
    return json_reply(page(items, encode((rows[limit - 1].id,)) if len(rows) > limit else None))


@routes.post(
    "/cases/{case_id:path}/comments",
    operation_id="add_comment",
    status_code=201,
    responses={201: {"model": CommentDocument}, **problems(404, 413)},
)
async def add_comment(case_id: str, body: NewComment, asked: Asked, serving: Serving) -> Response:
    """Write a comment. A closed case takes comments too."""
    return response(await recorded(serving, asked, lambda session: _add(session, case_id, body, asked)))


def _add(session: Session, case: str, body: NewComment, asked: Asking) -> Reply:
    row = case_of(session, case, asked.caller)
    if row is None:
        raise not_found("case")
    require_files(session, case, body.files, under="/files")
    comment = comment_on(session, row, asked.caller.id, body.text, body.files)
    announce(session, row)
    return json_reply(_document(comment), 201)


def _document(row: Comment) -> dict[str, Any]:
    return {
        "id": row.id,
        "author": row.author,
        "text": row.text,
        "files": row.files,
        "written_at": row.written_at,
    }
