"""Sends what was asked, answers who asked, and sends again what has no answer yet."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from api.journal import entries
from api.journal.entries import LEASE, Entry, Known, LeaseLost, Reply
from api.journal.replies import (
    caller_of,
    case_reply,
    helps_of,
    pending_reply,
    problem_of,
    problem_reply,
)
from api.labels import Language
from api.metrics import ACTIONS, WAITING
from api.problems import Problem
from api.rendering import case_row, current_form
from api.storage import Storage
from cases import read_model as commit
from cases.client import CaseClient, CaseNotRunning, NoAnswerYet
from models.database import DatabaseError
from models.tables.requests import Comment, Sending
from workflows.language.refusals import Refusal
from workflows.runner.messages import ActionRequest, Commit, DecisionRequest, StartRequest

log = logging.getLogger(__name__)

_SWEEP_EVERY = 2.0
_SWEPT_AT_ONCE = 50
_MOST_REMEMBERED = 20_000
"""Cases of which this process knows what it wrote last."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


@dataclass(frozen=True)
class _Said:
    """What a case says to a request."""

    reply: Callable[[Session], Reply]
    """How it is answered, once the read model shows it."""
    commit: Commit | None = None
    """What the read model is to show first, where the case leaves that to us."""
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
        self._written: dict[str, str] = {}
        """By case, the hash of the last commit that this process has written."""
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
                await self._storage.write(entries.release, left, self.holder)

    async def submit(self, entry: Entry) -> Reply:
        """The answer to a request: its own, the first one given under its key, or 202 when nobody answers.

        Raises Problem `key_reused`; DatabaseError when it couldn't be written down: then nothing was sent.
        """
        known = await self._storage.write(entries.insert, entry, self.holder)
        if known is not None:
            return await self.again(entry, known)
        return await self._wait(entry.id, self._launch(entry))

    async def again(self, entry: Entry, known: Known) -> Reply:
        """The answer to a request whose key came before."""
        if known.entry.body_hash != entry.body_hash:
            raise Problem("key_reused")
        if known.reply is not None:
            return known.reply
        if (task := self._sending.get(known.entry.id)) is not None:
            return await self._wait(known.entry.id, task)
        if not known.leased:
            for taken in await self._storage.write(
                entries.take_over, self.holder, most=1, request=known.entry.id
            ):
                return await self._wait(taken.id, self._launch(taken))
        asking = asyncio.create_task(self._answer_of_another(known.entry.id))
        try:
            return await self._wait(known.entry.id, asking)
        finally:
            asking.cancel()

    async def _wait(self, request: str, task: asyncio.Task[Reply]) -> Reply:
        done, _ = await asyncio.wait({task}, timeout=self._answer_within)
        if not done or task.cancelled():
            return pending_reply(request)
        try:
            return task.result()
        except LeaseLost:
            return pending_reply(request)

    def _launch(self, entry: Entry) -> asyncio.Task[Reply]:
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

    async def _answer_of_another(self, request: str) -> Reply:
        pause = 0.02
        while True:
            known = await self._storage.read(entries.get, request)
            if known is not None and known.reply is not None:
                return known.reply
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.5)

    async def _send_until_answered(self, entry: Entry) -> Reply:
        pause = _FIRST_PAUSE
        while True:
            try:
                said = await self._send(entry)
                reply = await self._storage.write(_record, entry, self.holder, said)
            except (NoAnswerYet, DatabaseError) as error:
                log.debug("request %s has no answer yet: %s", entry.id, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                if said.commit is not None:
                    self._remember(said.commit)
                ACTIONS.labels(entry.sending, str(reply.status)).inc()
                return reply

    def _remember(self, written: Commit) -> None:
        if len(self._written) >= _MOST_REMEMBERED:
            self._written.clear()
        self._written[written.case] = written.hash

    async def _send(self, entry: Entry) -> _Said:
        """Send it; what the case says to it. Raises NoAnswerYet."""
        carried: Commit | None = None
        try:
            match entry.sending:
                case Sending.START:
                    answer = await self._cases.start(
                        _case(entry), StartRequest.model_validate(entry.message["start"]), entry.id
                    )
                    status = 201 if answer.request == entry.id else 200
                case Sending.INCIDENT:
                    await self._cases.resolve(
                        _case(entry), DecisionRequest.model_validate(entry.message["resolve"]), entry.id
                    )
                    status = 200
                case _:
                    seen = self._written.get(_case(entry), "")
                    act = ActionRequest.model_validate({**entry.message["act"], "seen": seen})
                    carried = (await self._cases.act(_case(entry), act, entry.id)).commit
                    status = 200
        except Refusal as refusal:
            return _Said(partial(_refused, entry, refusal))
        except CaseNotRunning:
            return _Said(partial(_ended, entry))
        return _Said(partial(_accepted, entry, status), carried, _comment(entry))

    # --- beside the requests

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            if self._sending:
                await _or_log(self._storage.write(entries.renew, list(self._sending), self.holder))

    async def _sweep(self) -> None:
        while True:
            room = _SWEPT_AT_ONCE - len(self._sending)
            if room > 0:
                for entry in (
                    await _or_log(self._storage.write(entries.take_over, self.holder, most=room)) or ()
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


def _case(entry: Entry) -> str:
    assert entry.case is not None, "only requests about a case are sent"
    return entry.case


def _comment(entry: Entry) -> Comment | None:
    text = entry.message.get("comment")
    if not text:
        return None
    return Comment(
        id=entry.id, case=_case(entry), author=entry.message["caller"]["id"], text=text, files=[],
        written_at=datetime.now(UTC),
    )  # fmt: skip


def _record(session: Session, entry: Entry, holder: str, said: _Said) -> Reply:
    """Write what the case says, and then how that is answered: both, or neither."""
    if said.commit is not None:
        commit.write(session, said.commit)
    reply = said.reply(session)
    recorded = entries.record(session, entry.id, holder, reply)
    if said.comment is not None and recorded is reply:
        session.add(said.comment)
        session.flush()
    return recorded


def _accepted(entry: Entry, status: int, session: Session) -> Reply:
    row = case_row(session, _case(entry))
    if row is None:  # the commit is there before the answer: only a restored database lacks it
        raise NoAnswerYet(f"{entry.case} is not in the read model yet")
    language: Language = entry.message["language"]
    return case_reply(session, row, caller_of(entry.message["caller"]), language, status)


def _refused(entry: Entry, refusal: Refusal, session: Session) -> Reply:
    row = case_row(session, _case(entry))
    helps = {} if row is None else helps_of(row, caller_of(entry.message["caller"]))
    if (
        row is not None and "version" in refusal.helps
    ):  # the form is another version's: this is the one to fill in
        told = current_form(row, entry.message["act"]["event"], entry.message["language"])
        helps |= {"version": row.version, "form": told}
    under = "/data" if entry.sending is Sending.START else "/form"
    return problem_reply(problem_of(refusal, under, **helps))


def _ended(entry: Entry, session: Session) -> Reply:
    """The case isn't running, and this request isn't what ended it."""
    if entry.sending is Sending.START:
        return problem_reply(Problem("closed", f"{entry.case} has ended; a subject has one case."))
    row = case_row(session, _case(entry))
    helps = {} if row is None else helps_of(row, caller_of(entry.message["caller"]))
    return problem_reply(Problem("not_possible_now", "The case has ended.", **helps))
