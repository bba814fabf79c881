"""Actions that are held back for a moment: judged at once, sent a little later, taken back until then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.orm import Session

from api import requests
from api.access import Caller
from api.case_replies import refused
from api.dependencies import Services
from api.drafts import give_back
from api.problems import Problem, not_found
from api.rendering import machine_of
from api.replies import Reply, problem_reply
from api.requests import IdempotentRequest, JournalEntry
from cases.positions import case_row
from models.tables.requests import Sending
from workflows.language.refusals import Refusal
from workflows.runner.messages import ActionRequest

LONGEST = 10
"""Seconds that an action may be held back."""


async def hold_back(
    serving: Services,
    request: IdempotentRequest,
    case: str,
    act: ActionRequest,
    *,
    numbers: dict[str, str],
    comment: str | None,
    seconds: int,
) -> Reply:
    """Judge the action as far as its case shows it here; send it after so many seconds, unless it is taken back. What
    was held back on the case before goes first.

    numbers: the ranges from which the form's papers get their numbers, when it is sent.
    """
    if request.has_key:
        earlier = await serving.storage.read(requests.find, request.caller.id, request.key)
        if earlier is not None:
            return await serving.journal.reply_to_earlier(earlier, request.body_hash)
    await serving.journal.send_held(case)
    entry = request.entry(
        Sending.ACT, case, act=act.model_dump(mode="json", exclude_defaults=True), comment=comment
    )
    judged = await serving.storage.read(_judged, entry, act)
    if isinstance(judged, Reply):
        return judged
    entry.message["held"] = {**judged, "form": act.form, "numbers": numbers}
    return await serving.journal.hold(entry, datetime.now(UTC) + timedelta(seconds=seconds))


def _judged(session: Session, entry: JournalEntry, act: ActionRequest) -> Reply | dict[str, Any]:
    """The refusal that the case would give now; else what the form is based on."""
    row = case_row(session, entry.case or "")
    if row is None:
        raise not_found("case")
    machine = machine_of(row, datetime.now(UTC))
    if machine is not None:  # else the case itself judges: this code doesn't have its version
        try:
            act.require_version(row.version)
            machine.judge(act.event, act.form, actor=act.actor, revision=act.revision)
        except Refusal as refusal:
            return refused(entry, refusal, session)
    return {"revision": row.revision, "version": row.version}


def take_back(session: Session, request: str, caller: Caller) -> None:
    """Never send it; its form is the caller's draft again. Raises Problem `not_found`, or `sent_already`."""
    earlier = requests.get(session, request)
    if earlier is None or earlier.entry.account != caller.id:
        raise not_found("request")
    entry = requests.take_back(session, request, problem_reply(Problem("taken_back")))
    if entry is not None:
        give_back(session, entry)
    elif earlier.reply is None or orjson.loads(earlier.reply.body or b"{}").get("code") != "taken_back":
        raise Problem("sent_already")
