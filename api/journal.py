"""The journal: a request is written down, then sent to its case, then answered; what has no answer is sent again."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from sqlalchemy.orm import Session

from api import requests
from api.access import Caller
from api.drafts import drop_draft
from api.metrics import ACTIONS, WAITING
from api.problems import Problem, not_found, problem_of
from api.reading import reads
from api.rendering import case_reply, case_row, current_form, helps_of
from api.replies import Reply, pending_reply, problem_reply
from api.requests import LEASE, EarlierRequest, IdempotentRequest, JournalEntry, LeaseLost
from api.storage import Storage
from api.waiting_files import named_in, settle
from cases import read_model
from cases.client import CaseClient, CaseNotRunning, NoAnswerYet
from models.database import DatabaseError
from models.tables.requests import Comment, Sending
from workflows.language.refusals import NotPossibleNow, Refusal
from workflows.runner.messages import ActionRequest, Commit, DecisionRequest, StartRequest

log = logging.getLogger(__name__)

_SWEEP_EVERY = 2.0
_SWEPT_AT_ONCE = 50
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


@dataclass(frozen=True)
class _CaseAnswer:
    """What a case has answered to a request."""

    reply: Callable[[Session], Reply]
    """Makes the reply, once the read model shows the case as it is then."""
    commit: Commit | None = None
    """What the read model is to show first, where the case leaves it to us to write that."""
    comment: Comment | None = None


class Journal:
    """One process's part in the journal. Several work on one database: a lease says whose turn a request is."""

    def __init__(self, storage: Storage, cases: CaseClient, *, answer_within: float = 10.0) -> None:
        """answer_within: seconds that a caller is kept waiting before the answer is 202."""
        self.holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._storage = storage
        self._cases = cases
        self._answer_within = answer_within
        self._sending: dict[str, asyncio.Task[Reply]] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to keep leases and to send what others, or an earlier life, left without an answer."""
        self._keepers = [asyncio.create_task(self._keep_leases()), asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """Stop sending, and let go of what is on its way, so that another process sends it at once."""
        left = list(self._sending)
        for task in [*self._keepers, *self._sending.values()]:
            task.cancel()
        await asyncio.gather(*self._keepers, *self._sending.values(), return_exceptions=True)
        if left:
            with suppress(DatabaseError):
                await self._storage.write(requests.release, left, self.holder)

    async def send(self, entry: JournalEntry) -> Reply:
        """Write the request down and send it. The reply: its own, the first one given under its key, or 202 where
        nobody answers in time.

        Raises Problem `key_reused`; DatabaseError where it couldn't be written down: then nothing was sent.
        """
        earlier = await self._storage.write(requests.write_down, entry, self.holder)
        if earlier is not None:
            return await self.reply_to_earlier(earlier, entry.body_hash)
        return await self._wait(entry.id, self._launch(entry))

    async def reply_to_earlier(self, earlier: EarlierRequest, body_hash: str) -> Reply:
        """The reply to a request whose key came before. Raises Problem `key_reused` where that had another body."""
        if earlier.entry.body_hash != body_hash:
            raise Problem("key_reused")
        if earlier.reply is not None:
            return earlier.reply
        request = earlier.entry.id
        if (task := self._sending.get(request)) is not None:
            return await self._wait(request, task)
        if not earlier.leased:
            for taken in await self._storage.write(requests.take_over, self.holder, most=1, request=request):
                return await self._wait(request, self._launch(taken))
        watching = asyncio.create_task(self._reply_of_another_process(request))
        try:
            return await self._wait(request, watching)
        finally:
            watching.cancel()

    async def record(self, request: IdempotentRequest, job: Callable[[Session], Reply]) -> Reply:
        """The reply to a request that the database alone can answer: its row, and what `job` changes, are one
        transaction. Raises the Problem that `job` raises; under a key that the caller chose, that is kept too.
        """
        entry = request.entry(Sending.RECORD)
        try:
            return await self._storage.write(_recorded, entry, self.holder, job)
        except Problem as problem:
            if not request.has_key or problem.code == "key_reused":
                raise
            refusal = problem_reply(problem)  # what led to it is undone
            return await self._storage.write(_recorded, entry, self.holder, lambda _: refusal)

    async def once(self, request: IdempotentRequest, work: Callable[[bool], Awaitable[Reply]]) -> Reply:
        """The reply of `work` that is more than one transaction, each of which does nothing the second time.

        `work` learns whether the request came before and has no reply: a process may have died over it.
        """
        entry = request.entry(Sending.BULK)
        earlier = await self._storage.write(requests.write_down, entry, self.holder)
        if earlier is not None and earlier.entry.body_hash != entry.body_hash:
            raise Problem("key_reused")
        if earlier is not None and earlier.reply is not None:
            return earlier.reply
        reply = await work(earlier is not None)
        with suppress(LeaseLost):
            recorded = entry.id if earlier is None else earlier.entry.id
            reply = await self._storage.write(requests.record, recorded, self.holder, reply)
        return reply

    async def _wait(self, request: str, task: asyncio.Task[Reply]) -> Reply:
        done, _ = await asyncio.wait({task}, timeout=self._answer_within)
        if not done or task.cancelled():
            return pending_reply(request)
        try:
            return task.result()
        except LeaseLost:
            return pending_reply(request)

    def _launch(self, entry: JournalEntry) -> asyncio.Task[Reply]:
        task = asyncio.create_task(self._send_until_answered(entry))
        self._sending[entry.id] = task
        WAITING.set(len(self._sending))

        def landed(task: asyncio.Task[Reply]) -> None:
            self._sending.pop(entry.id, None)
            WAITING.set(len(self._sending))
            if (
                not task.cancelled()
                and (error := task.exception()) is not None
                and not isinstance(error, LeaseLost)
            ):
                log.error("request %s could not be answered", entry.id, exc_info=error)

        task.add_done_callback(landed)
        return task

    async def _reply_of_another_process(self, request: str) -> Reply:
        pause = 0.02
        while True:
            earlier = await self._storage.read(requests.get, request)
            if earlier is not None and earlier.reply is not None:
                return earlier.reply
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.5)

    async def _send_until_answered(self, entry: JournalEntry) -> Reply:
        pause = _FIRST_PAUSE
        while True:
            try:
                answer = await self._send(entry)
                reply = await self._storage.write(_answered, entry, self.holder, answer)
            except (NoAnswerYet, DatabaseError) as error:
                log.debug("request %s has no answer yet: %s", entry.id, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                if answer.commit is not None:
                    self._cases.has_written(answer.commit)
                ACTIONS.labels(entry.sending, str(reply.status)).inc()
                return reply

    async def _send(self, entry: JournalEntry) -> _CaseAnswer:
        """Send it; what the case answers. Raises NoAnswerYet."""
        commit: Commit | None = None
        try:
            match entry.sending:
                case Sending.START:
                    start = StartRequest.model_validate(entry.message["start"])
                    answer = await self._cases.start(_case(entry), start, entry.id, writes=False)
                    commit = answer.commit
                    status = 201 if answer.request == entry.id else 200
                case Sending.INCIDENT:
                    await self._cases.resolve(
                        _case(entry), DecisionRequest.model_validate(entry.message["resolve"]), entry.id
                    )
                    status = 200
                case _:
                    act = ActionRequest.model_validate(entry.message["act"])
                    commit = (await self._cases.act(_case(entry), act, entry.id, writes=False)).commit
                    status = 200
        except Refusal as refusal:
            return _CaseAnswer(partial(_refused, entry, refusal))
        except CaseNotRunning:
            return _CaseAnswer(partial(_not_running, entry))
        return _CaseAnswer(partial(_accepted, entry, status), commit, _comment(entry))

    # --- beside the requests

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            if self._sending:
                await _or_log(self._storage.write(requests.renew, list(self._sending), self.holder))

    async def _sweep(self) -> None:
        while True:
            room = _SWEPT_AT_ONCE - len(self._sending)
            if room > 0:
                for entry in (
                    await _or_log(self._storage.write(requests.take_over, self.holder, most=room)) or ()
                ):
                    if entry.id not in self._sending:
                        log.info("sending request %s again: it has no answer", entry.id)
                        self._launch(entry)
            await asyncio.sleep(_SWEEP_EVERY)


async def _or_log(work: Coroutine[Any, Any, Any]) -> Any:
    """What `work` gives, or None: the next round tries again."""
    try:
        return await work
    except DatabaseError as error:
        log.warning("the journal can't be kept now: %s", error)
        return None


def _case(entry: JournalEntry) -> str:
    assert entry.case is not None, "only requests about a case are sent"
    return entry.case


def _form(entry: JournalEntry) -> Any:
    """What the request answers; None where it asks something else."""
    return entry.message.get({Sending.START: "start", Sending.ACT: "act"}.get(entry.sending, ""), {}).get(
        "form"
    )


def _was_taken(entry: JournalEntry, reply: Reply) -> bool:
    """Whether the case has taken the form: one that was there before took another's."""
    if entry.sending is Sending.START:
        return reply.status == HTTPStatus.CREATED
    return reply.status < HTTPStatus.BAD_REQUEST


def _comment(entry: JournalEntry) -> Comment | None:
    text = entry.message.get("comment")
    if not text:
        return None
    return Comment(
        id=entry.id, case=_case(entry), author=entry.message["caller"]["id"], text=text, files=[],
        written_at=datetime.now(UTC),
    )  # fmt: skip


def _caller(entry: JournalEntry) -> Caller:
    return Caller.of_json(entry.message["caller"])


def _recorded(session: Session, entry: JournalEntry, holder: str, job: Callable[[Session], Reply]) -> Reply:
    earlier = requests.write_down(session, entry, holder)
    if earlier is None:
        return requests.record(session, entry.id, holder, job(session))
    if earlier.entry.body_hash != entry.body_hash or earlier.reply is None:
        raise Problem("key_reused")
    return earlier.reply


def _answered(session: Session, entry: JournalEntry, holder: str, answer: _CaseAnswer) -> Reply:
    """Write the case's commit, and then the reply to the request: both, or neither."""
    if answer.commit is not None:
        read_model.write(session, answer.commit)
    reply = answer.reply(session)
    recorded = requests.record(session, entry.id, holder, reply)
    if entry.sending is Sending.ACT and reply.status < HTTPStatus.BAD_REQUEST:
        drop_draft(session, entry.account, _case(entry), str(entry.message["act"]["event"]))
    if files := named_in(_form(entry)):
        settle(session, entry.account, files, _case(entry) if _was_taken(entry, reply) else None)
    if answer.comment is not None and recorded is reply:
        session.add(answer.comment)
        session.flush()
    return recorded


def _accepted(entry: JournalEntry, status: int, session: Session) -> Reply:
    row = case_row(session, _case(entry))
    if row is None:  # the commit is there before the answer: only a restored database lacks it
        raise NoAnswerYet(f"{entry.case} is not in the read model yet")
    language, caller = entry.message["language"], _caller(entry)
    is_new = entry.sending is not Sending.START or status == HTTPStatus.CREATED
    if not is_new and not reads(session, caller, row.procedure, row.store, row.id):
        return problem_reply(not_found("case"))  # the subject has a case already, and that is somebody else's
    return case_reply(session, row, caller, language, status)


def _refused(entry: JournalEntry, refusal: Refusal, session: Session) -> Reply:
    row = case_row(session, _case(entry))
    helps = {} if row is None else helps_of(row, _caller(entry))
    if (
        row is not None and "version" in refusal.helps
    ):  # the form was another version's: this is the one to fill in
        form = current_form(row, entry.message["act"]["event"], entry.message["language"])
        helps |= {"version": row.version, "form": form}
    under = "/data" if entry.sending is Sending.START else "/form"
    procedure = _case(entry).partition(":")[0]
    return problem_reply(problem_of(refusal, entry.message["language"], procedure, under, **helps))


def _not_running(entry: JournalEntry, session: Session) -> Reply:
    """The case has ended, and not by this request."""
    if entry.sending is Sending.START:
        return problem_reply(Problem("closed", f"{entry.case} has ended; a subject has one case."))
    row = case_row(session, _case(entry))
    helps = {} if row is None else helps_of(row, _caller(entry))
    ended = NotPossibleNow("The case has ended.")
    procedure = _case(entry).partition(":")[0]
    return problem_reply(problem_of(ended, entry.message["language"], procedure, **helps))
