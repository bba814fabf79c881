"""Takes events in: writes each down once, applies it, and tries again later what waits for its case."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Caller
from api.events import inbox
from api.events.catalogue import nearest_types
from api.events.cloudevents import CloudEvent, Unreadable
from api.events.delivery import Delivery
from api.events.inbox import ReceivedEvent
from api.events.listeners import listeners
from api.events.outcomes import (
    LONGEST_UNANSWERED,
    NO_ANSWER,
    TOO_MANY,
    DeliveryResult,
    not_yet,
    note_try,
    refusal,
    refused_at_once,
    result_of,
    sum_up,
)
from api.events.rights import NOT_YOUR_ROLE, NotAllowed, Senders, not_allowed_to_send
from api.events.stores import EventStores
from api.events.unapplied import refresh
from api.metrics import EVENTS
from api.problems import too_many
from api.storage import Storage, table_of
from cases import read_model
from cases.client import CaseClient, NoAnswerYet
from models.database import DatabaseError
from models.tables.requests import EventRow, EventStatus
from settings.environment import Settings
from workflows.labels import Language
from workflows.runner.messages import Commit

log = logging.getLogger(__name__)


class _Judged(NamedTuple):
    """An event in its place among those that came together."""

    place: int
    event: CloudEvent
    store: str
    """The one that it is for; empty where nothing says it."""
    why: NotAllowed | None
    """Why its sender may not send it."""


_AT_ONCE = 8
"""How many events of one store are applied at a time, so that a large batch of one holds up nobody else's."""
_SWEEP_EVERY = 1.0
_ANSWER_WITHIN = 10.0


class Intake:
    """One process's part in applying events."""

    def __init__(
        self, storage: Storage, cases: CaseClient, settings: Settings, holder: str, senders: Senders
    ) -> None:
        self._storage = storage
        self._cases = cases
        self._settings = settings
        self._stores = EventStores(storage, settings)
        self._delivery = Delivery(storage, cases, settings, self._stores)
        self._senders = senders
        self._holder = holder
        self._room_by_store = WeakValueDictionary[str, asyncio.Semaphore]()
        self._woken = asyncio.Event()
        self._sweeper: asyncio.Task[None] | None = None
        self._refused = Counter[str]()
        """By account, how many of its events this process has kept that it may not send."""

    async def start(self) -> None:
        """Begin to try again what is pending."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """End it. What is leased is tried again when its lease has passed."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)

    async def receive(
        self,
        events: Sequence[CloudEvent | Unreadable],
        caller: Caller,
        sources: Collection[str] = (),
        *,
        language: Language = "en",
    ) -> list[dict[str, Any]]:
        """Write down the events, and apply those that are new and that the caller may send. A document of what came of
        each, in their order.

        sources: what the caller may say as an event's source; anything, where there are none. Raises Problem `too_many`
        where none was taken because too many of the caller's wait.
        """
        told: dict[int, dict[str, Any]] = {}
        judged: list[_Judged] = []
        for place, event in enumerate(events):
            if isinstance(event, Unreadable):
                told[place] = refused_at_once(event.id, event.source, "invalid_event", event.why, language)
                continue
            store = await self._stores.of(event, caller)
            why = not_allowed_to_send(event, store, caller, sources)
            if why is not None and not self._is_kept(why, caller):
                told[place] = refused_at_once(event.id, event.source, why.code, why.reason, language)
                continue
            judged.append(_Judged(place, event, store, why))
        came = await self._receive(judged, caller, language) if judged else ()
        told |= {one.place: document for one, document in zip(judged, came, strict=True)}
        documents = [told[place] for place in range(len(events))]
        if documents and all(document["code"] == TOO_MANY for document in documents):
            raise too_many(str(documents[0]["reason"]), LONGEST_UNANSWERED)
        return documents

    def _is_kept(self, why: NotAllowed, caller: Caller) -> bool:
        """Whether an event is written down that its sender may not send: where the role alone is missing, somebody can
        mend that. Nobody fills the database with them.
        """
        if why.code != NOT_YOUR_ROLE or self._refused[caller.id] >= self._settings.most_pending_per_key:
            return False
        self._refused[caller.id] += 1
        return True

    async def _receive(
        self, judged: Sequence[_Judged], caller: Caller, language: Language
    ) -> list[dict[str, Any]]:
        written = await self._storage.write(_write_down, judged, caller, self._holder)
        fresh = [row for row, new in written if new and row.standing is EventStatus.PENDING]
        unsettled = await self._apply_for_a_while(fresh, as_sent=True)
        return [
            _told(one, row, caller, language, new=new) if row.id not in unsettled else not_yet(row, language)
            for one, (row, new) in zip(judged, written, strict=True)
        ]

    async def _apply_for_a_while(self, rows: Sequence[ReceivedEvent], *, as_sent: bool) -> set[str]:
        """Apply events of which the lease is ours. The ids of those whose outcome isn't written yet after some seconds;
        they go on.
        """
        unsettled = {row.id for row in rows}
        if rows:
            lanes = [
                asyncio.create_task(self._apply_in_order(lane, unsettled, as_sent=as_sent))
                for lane in _by_subject(rows)
            ]
            await asyncio.wait(lanes, timeout=_ANSWER_WITHIN)
        return unsettled

    async def try_again(self, events: Sequence[str]) -> list[ReceivedEvent]:
        """Apply events once more that were refused or have expired, under the rights that their senders have now. As
        they are by then; those that aren't such events any more are left out.
        """
        rows = await self._storage.write(_try_again, events, self._holder)
        await self._apply_for_a_while(rows, as_sent=False)
        return rows

    async def would_come(
        self,
        events: Sequence[CloudEvent | Unreadable],
        caller: Caller,
        sources: Collection[str] = (),
        *,
        language: Language = "en",
    ) -> list[dict[str, Any]]:
        """What would come of each event; nothing is written down or done."""
        told: list[dict[str, Any]] = []
        for event in events:
            if isinstance(event, Unreadable):
                told.append(refused_at_once(event.id, event.source, "invalid_event", event.why, language))
                continue
            store = await self._stores.of(event, caller)
            if (why := not_allowed_to_send(event, store, caller, sources)) is not None:
                told.append(refused_at_once(event.id, event.source, why.code, why.reason, language))
                continue
            there = await self._storage.read(inbox.there, event.source, event.id)
            if there is not None and not there.is_untouched:
                told.append(result_of(there, False, caller, language))
                continue
            first = _at_first(event)
            row = ReceivedEvent.new(event, caller, store=store, standing=first.standing, reason=first.reason)
            if row.standing is EventStatus.PENDING:
                about = await self._delivery.how_many_about(row)
                for listener in listeners(row.type):
                    came = await self._delivery.to(listener, row, caller, about=about, dry=True)
                    row.done = {**row.done, listener.procedure.key: came.document()}
                sum_up(row)
            told.append({**result_of(row, True, caller, language), "event": None})
        return told

    async def woken_by(self, cases: Sequence[str]) -> None:
        """These cases have changed: what waits for them may be possible now."""
        if await self._storage.search(_any_pending) and await self._storage.write(inbox.wake, cases):
            self._woken.set()

    async def _sweep(self) -> None:
        while True:
            try:
                rows = await self._storage.write(inbox.take_over, self._holder, most=100)
                await asyncio.gather(*(self._apply_in_order(part) for part in _by_subject(rows)))
            except DatabaseError as error:
                log.warning("events can't be tried now: %s", error)
                rows = []
            if not rows:
                self._woken.clear()
                try:
                    await asyncio.wait_for(self._woken.wait(), _SWEEP_EVERY)
                except TimeoutError:
                    continue

    async def _apply_in_order(
        self, rows: Sequence[ReceivedEvent], unsettled: set[str] | None = None, *, as_sent: bool = False
    ) -> None:
        """unsettled: of events that somebody waits for, the ids of which the outcome isn't written yet; those that it
        is written of are taken out. as_sent: whether they have just come.
        """
        most = self._settings.most_pending_per_key if as_sent else None
        async with self._room_by_store.setdefault(rows[0].store, asyncio.Semaphore(_AT_ONCE)):
            for row in rows:
                try:
                    commits = await self._apply(row, as_sent=as_sent)
                    await self._storage.write(_settle, row, self._holder, commits, most)
                    for commit in commits:
                        self._cases.has_written(commit)
                    if unsettled is not None:
                        unsettled.discard(row.id)
                except DatabaseError as error:
                    log.warning("event %s is tried again: %s", row.id, error)
                except Exception:  # one event's fault must not stop the others
                    log.exception("event %s could not be applied; it is tried again", row.id)
                EVENTS.labels(row.standing.value).inc()

    async def _apply(self, row: ReceivedEvent, *, as_sent: bool) -> list[Commit]:
        """Have every procedure that listens take it. What the read model is to show then.

        as_sent: whether its sender was recognised this moment. Else it is looked up, as rights may have gone meanwhile.
        """
        commits: list[Commit] = []
        sender = Caller.of_json(row.caller)
        caller = sender if as_sent else await self._senders.now(sender)
        about = await self._delivery.how_many_about(row)
        for listener in listeners(row.type):
            key = listener.procedure.key
            if row.done.get(key, {}).get("status") in (None, EventStatus.PENDING):
                try:
                    came = await self._delivery.to(listener, row, caller, about=about)
                except NoAnswerYet:
                    came = DeliveryResult(
                        EventStatus.PENDING, reason="no worker has answered yet", code=NO_ANSWER
                    )
                row.done = {**row.done, key: came.document()}
                commits += came.commits
        sum_up(row)
        return commits


def _at_first(event: CloudEvent) -> DeliveryResult:
    if listeners(event.type):
        return DeliveryResult(EventStatus.PENDING)
    near = nearest_types(event.type)
    hint = f"nothing listens to {event.type}: did you mean {' or '.join(near)}?" if near else None
    return DeliveryResult(EventStatus.IGNORED, reason=hint)


def _settle(
    session: Session, row: ReceivedEvent, holder: str, commits: Sequence[Commit], most: int | None
) -> None:
    """Write the cases' commits, and then what came of the event: all of it, or nothing.

    most: how many of a sender's events may wait, where this one has just come.
    """
    for commit in commits:
        read_model.write(session, commit)
    if most is not None and row.standing is EventStatus.PENDING and row.is_untouched:
        waiting = inbox.pending_of(session, row.account, most=most + 1)
        if waiting > most:  # this one is among them
            row.standing, row.next_try_at, row.done = EventStatus.REFUSED, None, {}
            row.code, row.reason = TOO_MANY, f"{most} of your events wait for their cases: send it later"
            note_try(row)
    inbox.settle(session, row, holder)
    if row.is_to_be_looked_at:
        refresh(session, row.group)


def _write_down(
    session: Session, judged: Sequence[_Judged], caller: Caller, holder: str
) -> list[tuple[ReceivedEvent, bool]]:
    written: list[tuple[ReceivedEvent, bool]] = []
    for one in judged:
        first = _at_first(one.event) if one.why is None else refusal(*one.why)
        row, is_new = inbox.insert(
            session, one.event, caller, holder,
            store=one.store, standing=first.standing, reason=first.reason, code=first.code,
        )  # fmt: skip
        if one.why is not None and is_new:
            refresh(session, row.group)
        written.append((row, is_new))
    return written


def _told(
    one: _Judged, row: ReceivedEvent, caller: Caller, language: Language, *, new: bool
) -> dict[str, Any]:
    if one.why is None or new:
        return result_of(row, new, caller, language)
    # somebody else's event is there, or the same from before: nothing of that is told
    return refused_at_once(one.event.id, one.event.source, one.why.code, one.why.reason, language)


def _try_again(session: Session, events: Sequence[str], holder: str) -> list[ReceivedEvent]:
    rows = [inbox.one(session, event) for event in events]
    again = [inbox.try_again(session, row, holder) for row in rows if row is not None]
    return [row for row in again if row is not None]


_events = table_of(EventRow)
_one_pending: Any = select(_events.c.id).where(_events.c.standing == EventStatus.PENDING).limit(1)


def _any_pending(session: Session) -> bool:
    return session.connection().execute(_one_pending).first() is not None


def _by_subject(rows: Sequence[ReceivedEvent]) -> list[list[ReceivedEvent]]:
    """Events of one subject one after the other, as they happened; of several side by side."""
    lanes: defaultdict[tuple[str, str | None], list[ReceivedEvent]] = defaultdict(list)
    for row in rows:
        lanes[row.store, row.subject].append(row)
    return [sorted(lane, key=lambda row: row.time or row.received_at) for lane in lanes.values()]
