"""What a request is told, once its case has answered it."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from sqlalchemy.orm import Session

from api.access import Caller
from api.deciding import note_decision
from api.problems import Problem, not_found, problem_of
from api.reading import reads
from api.rendering import case_reply, current_form, helps_of
from api.replies import Reply, problem_reply
from api.requests import JournalEntry
from cases.client import NoAnswerYet
from cases.positions import case_row
from models.tables.requests import Comment, Sending
from workflows.language.refusals import NotPossibleNow, Refusal


def case_of(entry: JournalEntry) -> str:
    """The id of the case that it is about."""
    assert entry.case is not None, "only requests about a case are sent"
    return entry.case


def comment_of(entry: JournalEntry) -> Comment | None:
    """What its caller wrote beside it."""
    text = entry.message.get("comment")
    if not text:
        return None
    author = caller_of(entry)
    return Comment(
        id=entry.id, case=case_of(entry), author=author.id, author_name=author.name, text=text, files=[],
        written_at=datetime.now(UTC),
    )  # fmt: skip


def caller_of(entry: JournalEntry) -> Caller:
    """Who asked, with the rights that count."""
    return Caller.of_json(entry.message["caller"])


def accepted(entry: JournalEntry, status: int, session: Session) -> Reply:
    """What a request is told that was done: the case after it. Raises NoAnswerYet where it isn't shown yet."""
    row = case_row(session, case_of(entry))
    if row is None:  # the commit is there before the answer: only a restored database lacks it
        raise NoAnswerYet(f"{entry.case} is not in the read model yet")
    language, caller = entry.message["language"], caller_of(entry)
    if entry.sending is Sending.ACT:
        note_decision(session, row.id, entry.message["act"]["event"], entry.message["act"]["actor"])
    is_new = entry.sending is not Sending.START or status == HTTPStatus.CREATED
    if not is_new and not reads(session, caller, row.procedure, row.store, row.id):
        return problem_reply(not_found("case"))  # the subject has a case already, and that is somebody else's
    return case_reply(session, row, caller, language, status)


def refused(entry: JournalEntry, refusal: Refusal, session: Session) -> Reply:
    """What a request is told that was refused: why, where the case stands, and what helps."""
    row = case_row(session, case_of(entry))
    helps = {} if row is None else helps_of(session, row, caller_of(entry))
    if (
        row is not None and "version" in refusal.helps
    ):  # the form was another version's: this is the one to fill in
        form = current_form(row, entry.message["act"]["event"], entry.message["language"])
        helps |= {"version": row.version, "form": form}
    under = "/data" if entry.sending is Sending.START else "/form"
    procedure = case_of(entry).partition(":")[0]
    return problem_reply(problem_of(refusal, entry.message["language"], procedure, under, **helps))


def sender_gone(problem: Problem, session: Session) -> Reply:
    """Whoever sent it may not call any more."""
    del session
    return problem_reply(Problem("not_your_role", f"Who sent it may not call any more: {problem.detail}"))


def not_running(entry: JournalEntry, session: Session) -> Reply:
    """The case has ended, and not by this request."""
    if entry.sending is Sending.START:
        return problem_reply(Problem("closed", f"{entry.case} has ended; a subject has one case."))
    row = case_row(session, case_of(entry))
    helps = {} if row is None else helps_of(session, row, caller_of(entry))
    ended = NotPossibleNow("The case has ended.")
    procedure = case_of(entry).partition(":")[0]
    return problem_reply(problem_of(ended, entry.message["language"], procedure, **helps))
