"""What people have begun to fill in: kept for each of them alone, gone when it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from api.access import Caller
from api.definitions import forms_of
from api.problems import not_found
from api.rendering import case_of, declared
from api.requests import JournalEntry
from api.storage import table_of
from api.waiting_files import keep_for_form, named_in
from models.statements import running
from models.tables.drafts import Draft

Json = dict[str, Any]


def draft_of(session: Session, case: str, action: str, caller: Caller) -> Json:
    """The caller's draft. Raises Problem `not_found`."""
    row = case_of(session, case, caller)
    draft = session.get(Draft, (caller.id, case, action)) if row is not None else None
    if draft is None:
        raise not_found("draft")
    return _document(draft)


def keep_draft(
    session: Session,
    case: str,
    action: str,
    caller: Caller,
    form: Json,
    revision: int | None,
    reason: str = "",
) -> Json:
    """Keep a form as far as it is filled in, instead of the one that was kept before."""
    row = case_of(session, case, caller)
    procedure = declared(row) if row is not None else None
    if row is None or procedure is None:
        raise not_found("case")
    forms_of(procedure, action)
    keep_for_form(session, caller.id, row.store, named_in(form))
    draft = session.merge(
        Draft(
            account=caller.id,
            case=case,
            action=action,
            form=form,
            revision=row.revision if revision is None else revision,
            version=row.version,
            reason=reason,
            saved_at=datetime.now(UTC),
        )
    )
    session.flush()
    return _document(draft)


def give_back(session: Session, entry: JournalEntry, reason: str = "") -> None:
    """What was held back and isn't done is its writer's draft again, with the reason where it was refused. One that
    they have begun since then stays as it is, but for the reason.
    """
    held, action = entry.message["held"], str(entry.message["act"]["event"])
    draft = session.get(Draft, (entry.account, entry.case, action))
    if draft is not None:
        draft.reason = reason
    elif held["form"] or reason:
        session.add(
            Draft(
                account=entry.account,
                case=entry.case or "",
                action=action,
                form=held["form"] or {},
                revision=held["revision"],
                version=held["version"],
                reason=reason,
                saved_at=datetime.now(UTC),
            )
        )
    session.flush()


_drafts = table_of(Draft)
_drop: Any = delete(_drafts).where(
    _drafts.c.account == bindparam("of"),
    _drafts.c.case == bindparam("about"),
    _drafts.c.action == bindparam("named"),
)


def drop_draft(session: Session, account: str, case: str, action: str) -> None:
    """Forget what somebody has begun; nothing, where they haven't."""
    with running(session) as run:
        run(_drop, {"of": account, "about": case, "named": action})


def _document(draft: Draft) -> Json:
    return {
        "case": draft.case,
        "action": draft.action,
        "form": draft.form,
        "revision": draft.revision,
        "version": draft.version,
        "reason": draft.reason or None,
        "saved_at": draft.saved_at,
    }
