"""What people write on a case."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from api.access import Calling
from api.cursors import Cursor, Limit, decode
from api.dependencies import Idempotent, Serving
from api.documents.attachments import CommentDocument, CommentPage, NewComment
from api.notes import comment_on, page_of_case, require_files
from api.parameters import CaseId
from api.problems import not_found, problem_responses
from api.rendering import case_of
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from cases.read_model import announce
from models.tables.requests import Comment

routes = router("cases")


@routes.get(
    "/cases/{case_id:path}/comments",
    summary="List a case's comments",
    operation_id="list_comments",
    responses={200: {"model": CommentPage}, **problem_responses(404)},
)
async def list_comments(
    case_id: CaseId, caller: Calling, serving: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Comments, oldest first."""
    behind = decode(cursor, (str,)) if cursor else None
    return response(
        await serving.storage.read(page_of_case, Comment, _document, case_id, caller, limit, behind)
    )


@routes.post(
    "/cases/{case_id:path}/comments",
    summary="Comment on a case",
    operation_id="add_comment",
    status_code=201,
    responses={201: {"model": CommentDocument}, **problem_responses(404, 413)},
)
async def add_comment(case_id: CaseId, body: NewComment, request: Idempotent, serving: Serving) -> Response:
    """Write a comment. A closed case takes comments too."""
    return response(
        await serving.journal.record(request, lambda session: _add(session, case_id, body, request))
    )


def _add(session: Session, case: str, body: NewComment, request: IdempotentRequest) -> Reply:
    row = case_of(session, case, request.caller)
    if row is None:
        raise not_found("case")
    require_files(session, row, body.files, request.caller.id, under="/files")
    comment = comment_on(session, row, request.caller, body.text, body.files)
    announce(session, row)
    return json_reply(_document(comment), 201)


def _document(row: Comment) -> dict[str, Any]:
    return {
        "id": row.id,
        "author": row.author,
        "author_name": row.author_name,
        "text": row.text,
        "files": row.files,
        "written_at": row.written_at,
    }
