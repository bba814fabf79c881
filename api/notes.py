"""What every procedure lets staff do that moves nothing: notes, files, owners. The database alone keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people.absences import give
from api.access import Caller
from api.cursors import after, page
from api.mentions import tell_named
from api.problems import Problem, not_found
from api.reading import reads_all
from api.rendering import case_of, case_reply, helps_of
from api.replies import Reply, json_reply
from api.requests import IdempotentRequest
from api.waiting_files import keep_for_form, settle
from cases.read_model import announce
from models.table import new_id
from models.tables.cases import CaseRow, Task
from models.tables.requests import Comment, StoredFile
from workflows.language.forms import Attachment, Form, NewOwner, Note

RECORDS = frozenset({"add_note", "attach_file", "reassign"})
"""The actions of every procedure that don't reach the case."""


def take_record(
    session: Session, case: str, action: str, form: Form | None, request: IdempotentRequest
) -> Reply:
    """Write it down, and give the case as it is then."""
    row = case_of(session, case, request.caller)
    if row is None:
        raise not_found("case")
    if row.closed_at is not None:
        raise Problem("not_possible_now", "The case has ended.", **helps_of(session, row, request.caller))
    if not reads_all(request.caller, row.procedure, row.store):
        raise Problem("not_your_role", f"{action} is for staff.", **helps_of(session, row, request.caller))
    match form:
        case NewOwner():
            open_ = (col(Task.case) == case, col(Task.open), col(Task.incident).is_(None))
            given = session.scalars(select(col(Task.id)).where(*open_)).all()
            holder = give(session, row.store, form.to, given)
            session.execute(
                update(Task).where(*open_).values(claimed_by=holder, claimed_at=datetime.now(UTC))
            )
            if form.note:
                comment_on(session, row, request.caller, form.note)
        case Attachment():
            require_files(session, row, form.files, request.caller.id)
            comment_on(session, row, request.caller, form.note, list(form.files))
        case Note():
            comment_on(session, row, request.caller, form.note)
        case _:
            raise TypeError(f"{action} is no record")
    announce(session, row)
    return case_reply(session, row, request.caller, request.language)


def page_of_case(
    session: Session,
    of: type[Comment | StoredFile],
    show: Callable[[Any], dict[str, Any]],
    case: str,
    caller: Caller,
    limit: int,
    behind: tuple[Any, ...] | None,
) -> Reply:
    """A page of a case's comments or files, oldest first. Raises Problem `not_found`."""
    row = case_of(session, case, caller)
    if row is None:
        raise not_found("case")
    wanted = select(of).where(col(of.case) == case)
    if not reads_all(caller, row.procedure, row.store):  # what the store's people write is theirs
        wanted = wanted.where(col(of.author) == caller.id)
    query = after(wanted, ((col(of.id), False),), behind)
    rows = session.scalars(query.limit(limit + 1)).all()
    return json_reply(page(rows, limit, show, lambda row: (row.id,)))


def comment_on(
    session: Session, row: CaseRow, author: Caller, text: str, files: list[str] | None = None
) -> Comment:
    """A comment, in this transaction; whom it names is told of it."""
    comment = Comment(
        id=new_id(), case=row.id, author=author.id, author_name=author.name, text=text, files=files or [],
        written_at=datetime.now(UTC),
    )  # fmt: skip
    session.add(comment)
    session.flush()
    tell_named(session, row, comment)
    return comment


def require_files(
    session: Session, row: CaseRow, files: Any, author: str, under: str = "/form/files"
) -> None:
    """Have these be files of the case, also those that its author sent before. Raises Problem `invalid_form` where
    one is neither.
    """
    keep_for_form(session, author, row.store, {file: f"{under}/{i}" for i, file in enumerate(files)})
    settle(session, author, files, row.id)
    query = select(col(StoredFile.id)).where(
        col(StoredFile.case) == row.id, col(StoredFile.id).in_(list(files))
    )
    there = set(session.scalars(query))
    missing = [
        (f"{under}/{i}", "is no file of this case") for i, file in enumerate(files) if file not in there
    ]
    if missing:
        raise Problem("invalid_form", "A file isn't there: upload it first.", errors=missing)
