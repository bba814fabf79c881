"""Server-Sent Events: one queue a reader, and readers that don't keep up are let go."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

from fastapi import Response
from starlette.types import Receive, Scope, Send

from api.access import Caller
from api.changes import Changed, changes_between, newest
from api.metrics import DROPPED, STREAMS
from api.problems import Problem, too_many, unavailable
from api.reading import own_among, reads_all
from api.replies import dump
from api.storage import Storage
from models.database import DatabaseError
from models.rights import known_roles

_BEHIND = 500
"""The most changes that a reader may be behind before it is dropped; it comes back with its last id."""
_CATCH_UP = 2
"""So many readers are told at a time what they have missed: it may be a store's whole past."""
_SEND_WITHIN = 10.0
_BEAT_EVERY = 15.0
_TRY_AGAIN = 30


class Subscriber:
    """One reader's queue, of what it may see."""

    def __init__(self, caller: Caller, case: str | None) -> None:
        self.caller = caller
        self.case = case
        self.queue: asyncio.Queue[Changed | None] = asyncio.Queue(_BEHIND)
        """None wakes whoever waits, and says nothing."""
        self.lost = False

    def sees(self, change: Changed) -> bool:
        """Whether this change is there for the reader."""
        if not change.case:  # of events from outside, which belong to no case
            return self._is_wanted(change) and self.caller.has_any(
                known_roles(change.roles), change.store or None
            )
        return self._is_wanted(change) and reads_all(self.caller, change.procedure, change.store)

    def may_see(self, change: Changed) -> bool:
        """Whether this change is there for the reader, if the case is the reader's own."""
        return (
            bool(change.case)
            and self._is_wanted(change)
            and not reads_all(self.caller, change.procedure, change.store)
        )

    def _is_wanted(self, change: Changed) -> bool:
        return self.caller.sees(change.store) and self.case in (None, change.case)

    def put(self, change: Changed) -> None:
        """Queue it, or mark the reader as too slow."""
        if not self.lost:
            try:
                self.queue.put_nowait(change)
            except asyncio.QueueFull:
                self.lost = True

    async def next(self, seconds: float) -> list[Changed]:
        """All that is queued, once something is; nothing where nothing is for so long, or the reader is to go."""
        try:
            async with asyncio.timeout(seconds):
                first = await self.queue.get()
        except TimeoutError:
            return []
        return ([] if first is None else [first]) + self.queued()

    def queued(self) -> list[Changed]:
        """All that is queued now."""
        queued: list[Changed] = []
        while not self.queue.empty():
            if (change := self.queue.get_nowait()) is not None:
                queued.append(change)
        return queued

    def end(self) -> None:
        """Let the reader go: the process stops."""
        self.lost = True
        with contextlib.suppress(asyncio.QueueFull):
            self.queue.put_nowait(None)


class Streams:
    """The open streams of this process."""

    def __init__(
        self,
        storage: Storage,
        passed_on: Callable[[], Awaitable[int]],
        *,
        most: int = 1000,
        most_of_one: int = 1000,
    ) -> None:
        """passed_on: gives the number of the last change that was passed on here. most: how many may be open, and
        most_of_one: of one caller.
        """
        self._storage = storage
        self.open: set[Subscriber] = set()
        self.passed_on = passed_on
        self._most, self._most_of_one = most, most_of_one
        self.catching_up = asyncio.Semaphore(_CATCH_UP)

    def require_room(self, caller: Caller) -> None:
        """Raises Problem `too_many` where the caller has as many open as it may, `unavailable` where all have."""
        if sum(one.caller.id == caller.id for one in self.open) >= self._most_of_one:
            raise too_many(f"You have {self._most_of_one} streams open.", _TRY_AGAIN)
        if len(self.open) >= self._most:
            raise unavailable("Too many streams are open.", retry_after=_TRY_AGAIN)

    def end(self) -> None:
        """End them all, so that a process that stops waits for none of them."""
        for subscriber in list(self.open):
            subscriber.end()

    async def pass_on(self, changes: Sequence[Changed]) -> None:
        """Pass changes on to all readers."""
        for subscriber in list(self.open):
            for change in await self.seen_by(subscriber, changes):
                subscriber.put(change)

    async def seen_by(self, subscriber: Subscriber, changes: Sequence[Changed]) -> list[Changed]:
        """Those of the changes that are there for a reader."""
        asked = sorted({one.case for one in changes if subscriber.may_see(one)})
        own = await self._storage.read(own_among, subscriber.caller, asked) if asked else frozenset[str]()
        return [
            one for one in changes if subscriber.sees(one) or (one.case in own and subscriber.may_see(one))
        ]


class ChangeStream(Response):
    """Writes one reader's changes until it leaves, falls behind, or stops reading."""

    media_type = "text/event-stream"

    def __init__(
        self,
        storage: Storage,
        streams: Streams,
        subscriber: Subscriber,
        after: int | None,
        who: Callable[[], Awaitable[Caller]],
    ) -> None:
        """who: the caller as it is by now. Raises Problem where it may not call any more."""
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._storage = storage
        self._streams = streams
        self._subscriber = subscriber
        self._after = after
        self._who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI calls it so
        """Send until the reader is gone."""
        self._streams.open.add(self._subscriber)
        STREAMS.inc()
        writing = asyncio.create_task(self._write(send))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._streams.open.discard(self._subscriber)
            STREAMS.dec()
            writing.cancel()
            leaving.cancel()
            results = await asyncio.gather(writing, leaving, return_exceptions=True)
            if self._subscriber.lost or any(isinstance(result, TimeoutError) for result in results):
                DROPPED.inc()

    async def _write(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await _send(send, b"retry: 2000\n\n")
        last = 0
        if self._after is not None:
            last = min(
                self._after, await self._storage.search(newest)
            )  # a restored database counts on from its own
            until = await self._streams.passed_on()
            while last < until:
                last, seen = await self._missed(last, until)
                if seen:
                    await _send(send, seen)
        asked = time.monotonic()
        while not self._subscriber.lost:
            changes = await self._subscriber.next(_BEAT_EVERY)
            if time.monotonic() - asked >= _BEAT_EVERY:
                if not await self._may_go_on():
                    break
                asked = time.monotonic()
            if not changes:
                await _send(send, b": beat\n\n")
            elif seen := await self._streams.seen_by(
                self._subscriber, [change for change in changes if change.seq > last]
            ):
                await _send(send, b"".join(map(_event, seen)))
        await _send(send, b"", more=False)

    async def _missed(self, last: int, until: int) -> tuple[int, bytes]:
        """What was passed on before the reader came, a page of it: up to which change, and as it is sent. All else
        comes by its queue, so that a number whose transaction is still open is waited for there, and not passed over.
        """
        case, stores = self._subscriber.case, self._subscriber.caller.stores
        async with self._streams.catching_up:
            missed = await self._storage.search(changes_between, last, until, case, stores)
            seen = await self._streams.seen_by(self._subscriber, missed)
            return missed[-1].seq if missed else until, b"".join(map(_event, seen))

    async def _may_go_on(self) -> bool:
        """Whether the reader may still call: keys are revoked, tokens expire, people get other stores."""
        try:
            self._subscriber.caller = await self._who()
        except Problem:
            return False
        except DatabaseError:
            return True
        return True


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    """Raises TimeoutError where the reader doesn't read: what it is owed would pile up here."""
    async with asyncio.timeout(_SEND_WITHIN):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(change: Changed) -> bytes:
    kind = b"case" if change.task is None else b"task"
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (change.seq, kind, dump(change.document()))
