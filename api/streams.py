"""Server-Sent Events: one queue a reader, and readers that don't keep up are let go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from fastapi import Response
from starlette.types import Receive, Scope, Send

from api.access import Caller
from api.changes import Changed, changes_between, newest
from api.metrics import DROPPED, STREAMS
from api.problems import Problem
from api.replies import dump
from api.storage import Storage
from models.database import DatabaseError

_BEHIND = 500
"""The most changes that a reader may be behind before it is dropped; it comes back with its last id."""
_SEND_WITHIN = 10.0
_BEAT_EVERY = 15.0
MOST_STREAMS = 1000


class Subscriber:
    """One reader's queue, of what it may see."""

    def __init__(self, caller: Caller, case: str | None) -> None:
        self.caller = caller
        self.case = case
        self.queue: asyncio.Queue[Changed] = asyncio.Queue(_BEHIND)
        self.lost = False

    def sees(self, change: Changed) -> bool:
        """Whether this change is there for the reader."""
        return self.caller.sees(change.store) and self.case in (None, change.case)

    def put(self, change: Changed) -> None:
        """Queue it, or mark the reader as too slow."""
        if self.sees(change) and not self.lost:
            try:
                self.queue.put_nowait(change)
            except asyncio.QueueFull:
                self.lost = True


class Streams:
    """The open streams of this process."""

    def __init__(self, passed_on: Callable[[], Awaitable[int]]) -> None:
        """passed_on: gives the number of the last change that was passed on here."""
        self.open: set[Subscriber] = set()
        self.passed_on = passed_on

    async def pass_on(self, changes: Sequence[Changed]) -> None:
        """Pass changes on to all readers."""
        for subscriber in self.open:
            for change in changes:
                subscriber.put(change)


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
            async for missed in self._missed(last):
                last = missed[-1].seq
                seen = b"".join(_event(one) for one in missed if self._subscriber.sees(one))
                if seen:
                    await _send(send, seen)
        asked = time.monotonic()
        while not self._subscriber.lost:
            try:
                change = await asyncio.wait_for(self._subscriber.queue.get(), _BEAT_EVERY)
            except TimeoutError:
                change = None
            if time.monotonic() - asked >= _BEAT_EVERY:
                if not await self._may_go_on():
                    break
                asked = time.monotonic()
            if change is None:
                await _send(send, b": beat\n\n")
            elif change.seq > last and self._subscriber.sees(change):
                await _send(send, _event(change))
        await _send(send, b"", more=False)

    async def _missed(self, last: int) -> AsyncGenerator[list[Changed]]:
        """What was passed on before the reader came. All else comes by its queue, so that a number whose transaction
        is still open is waited for there, and not passed over here.
        """
        until = await self._streams.passed_on()
        case, stores = self._subscriber.case, self._subscriber.caller.stores
        while last < until and (
            missed := await self._storage.search(changes_between, last, until, case, stores)
        ):
            yield missed
            last = missed[-1].seq

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
    message = {"type": "http.response.body", "body": body, "more_body": more}
    await asyncio.wait_for(send(message), _SEND_WITHIN)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(change: Changed) -> bytes:
    kind = b"case" if change.task is None else b"task"
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (change.seq, kind, dump(change.document()))
