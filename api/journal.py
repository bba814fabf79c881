"""The journal: a request is written down, then sent to its case, then answered; what has no answer is sent again."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
from sqlalchemy.orm import Session

from activities.people import audit
from api import requests
from api.access import Caller
from api.case_replies import accepted, caller_of, case_of, comment_of, not_running, refused, sender_gone
from api.drafts import drop_draft, give_back
from api.metrics import ACTIONS, WAITING
from api.problems import Problem
from api.replies import Reply, held_reply, pending_reply, problem_reply
from api.requests import LEASE, EarlierRequest, IdempotentRequest, JournalEntry, LeaseLost
from api.storage import Storage
from api.waiting_files import keep_for_form, named_in, settle
from cases import read_model
from cases.client import CaseClient, CaseNotRunning, NoAnswerYet
from models.database import DatabaseError
from models.tables.cases import store_of
from models.tables.requests import Comment, Sending
from workflows.language.refusals import Refusal
from workflows.language.standing_in import may_stand_in
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

    def __init__(
        self,
        storage: Storage,
        cases: CaseClient,
        as_of_now: Callable[[Caller], Awaitable[Caller]],
        *,
        answer_within: float = 10.0,
    ) -> None:
        """as_of_now: somebody who called some time ago, with the rights of now; it raises Problem where they may not
        call any more. answer_within: seconds that a caller is kept waiting before the answer is 202.
        """
        self.holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._storage = storage
        self._cases = cases
        self._as_of_now = as_of_now
        self._answer_within = answer_within
        self._sending: dict[str, asyncio.Task[Reply]] = {}
        self._held: set[asyncio.Task[None]] = set()
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to keep leases and to send what others, or an earlier life, left without an answer."""
        self._keepers = [asyncio.create_task(self._keep_leases()), asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """Stop sending, and let go of what is on its way, so that another process sends it at once."""
        left = list(self._sending)
        tasks: list[asyncio.Task[Any]] = [*self._keepers, *self._held, *self._sending.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if left:
            with suppress(DatabaseError):
                await self._storage.write(requests.release, left, self.holder)

    async def send(self, entry: JournalEntry) -> Reply:
        """Write the request down and send it; what is held back on its case is sent first. The reply: its own, the
        first one given under its key, or 202 where nobody answers in time.

        Raises Problem `key_reused`; DatabaseError where it couldn't be written down: then nothing was sent.
        """
        earlier, held = await self._storage.write(_written_down, entry, self.holder)
        if earlier is not None:
            return await self.reply_to_earlier(earlier, entry.body_hash)
        return await self._wait(entry.id, self._launch(entry, [self._launch(one) for one in held]))

    async def hold(self, entry: JournalEntry, until: datetime) -> Reply:
        """Write an action down and send it at that moment, unless it is taken back. The reply is 202, or the one given
        under its key. Raises Problem `key_reused`; `invalid_form` where it names a file that isn't the caller's.
        """
        earlier = await self._storage.write(_held_back, entry, self.holder, until)
        if earlier is not None:
            return await self.reply_to_earlier(earlier, entry.body_hash)
        waiting = asyncio.create_task(self._send_at(until, entry.id))
        self._held.add(waiting)
        waiting.add_done_callback(self._held.discard)
        return held_reply(entry.id, until)

    async def send_held(self, case: str) -> None:
        """Send what is held back on a case, and wait a while for its answers."""
        sent = [self._launch(one) for one in await self._storage.write(_taken_held, case, self.holder)]
        if sent:
            await asyncio.wait(sent, timeout=self._answer_within)

    async def reply_to_earlier(self, earlier: EarlierRequest, body_hash: str) -> Reply:
        """The reply to a request whose key came before. Raises Problem `key_reused` where that had another body."""
        if earlier.entry.body_hash != body_hash:
            raise Problem("key_reused")
        if earlier.reply is not None:
            return earlier.reply
        request = earlier.entry.id
        if earlier.held_until is not None:
            return held_reply(request, earlier.held_until)
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

    def _launch(
        self, entry: JournalEntry, behind: Collection[asyncio.Task[Reply]] = ()
    ) -> asyncio.Task[Reply]:
        """Send it, once these are answered."""
        task = asyncio.create_task(self._send_until_answered(entry, behind))
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

    async def _send_at(self, moment: datetime, request: str) -> None:
        await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())
        for entry in await _or_log(self._storage.write(requests.take_held, [request], self.holder)) or ():
            self._launch(entry)

    async def _send_until_answered(
        self, entry: JournalEntry, behind: Collection[asyncio.Task[Reply]]
    ) -> Reply:
        if behind:
            await asyncio.wait(behind)
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
        if entry.was_held:
            try:
                entry = _as_sent_by(await self._as_of_now(caller_of(entry)), entry)
            except Problem as problem:
                return _CaseAnswer(partial(sender_gone, problem))
        try:
            match entry.sending:
                case Sending.START:
                    start = StartRequest.model_validate(entry.message["start"])
                    answer = await self._cases.start(case_of(entry), start, entry.id, writes=False)
                    commit = answer.commit
                    status = 201 if answer.request == entry.id else 200
                case Sending.INCIDENT:
                    await self._cases.resolve(
                        case_of(entry), DecisionRequest.model_validate(entry.message["resolve"]), entry.id
                    )
                    status = 200
                case _:
                    act = ActionRequest.model_validate(entry.message["act"])
                    commit = (await self._cases.act(case_of(entry), act, entry.id, writes=False)).commit
                    status = 200
        except Refusal as refusal:
            return _CaseAnswer(partial(refused, entry, refusal))
        except CaseNotRunning:
            return _CaseAnswer(partial(not_running, entry))
        return _CaseAnswer(partial(accepted, entry, status), commit, comment_of(entry))

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


def _as_sent_by(caller: Caller, entry: JournalEntry) -> JournalEntry:
    """The same action, under these rights of its caller."""
    actor = caller.actor_in(store_of(case_of(entry)))
    if may_stand_in(actor):
        stands_in = frozenset(entry.message["act"]["actor"].get("stands_in", ()))
        actor = actor.model_copy(update={"stands_in": stands_in})
    act = {**entry.message["act"], "actor": actor.model_dump(mode="json", exclude_defaults=True)}
    return replace(entry, message={**entry.message, "act": act, "caller": caller.as_json()})


def _written_down(
    session: Session, entry: JournalEntry, holder: str
) -> tuple[EarlierRequest | None, list[JournalEntry]]:
    """Write it down: what came before under its key, and what is held back on its case and goes first."""
    earlier = requests.write_down(session, entry, holder)
    if earlier is not None or entry.sending is Sending.START:
        return earlier, []
    return None, _taken_held(session, case_of(entry), holder)


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


def _taken_held(session: Session, case: str, holder: str) -> list[JournalEntry]:
    held = requests.held_on(session, case)
    return requests.take_held(session, held, holder) if held else []


def _held_back(session: Session, entry: JournalEntry, holder: str, until: datetime) -> EarlierRequest | None:
    earlier = requests.write_down(session, entry, holder, until)
    if earlier is None:
        keep_for_form(session, entry.account, store_of(case_of(entry)), named_in(_form(entry)))
        drop_draft(session, entry.account, case_of(entry), str(entry.message["act"]["event"]))
    return earlier


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
    is_done = reply.status < HTTPStatus.BAD_REQUEST
    if is_done and recorded is reply and entry.sending is Sending.INCIDENT:
        asked = entry.message["resolve"]
        audit.note(
            session, "incident_decided", entry.account, case_of(entry), incident=asked["key"], do=asked["do"]
        )
    if entry.was_held and not is_done:
        give_back(session, entry, str(orjson.loads(reply.body)["detail"]))  # its files wait on, for the draft
    elif files := named_in(_form(entry)):
        settle(session, entry.account, files, case_of(entry) if _was_taken(entry, reply) else None)
    if entry.sending is Sending.ACT and is_done and not entry.was_held:
        drop_draft(session, entry.account, case_of(entry), str(entry.message["act"]["event"]))
    if answer.comment is not None and recorded is reply:
        session.add(answer.comment)
        session.flush()
    return recorded
