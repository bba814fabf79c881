"""Applies events: to the case that each is about, in a new case, or later."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Caller
from api.documents.fields import SubjectKey
from api.events import inbox
from api.events.catalogue import nearest_types
from api.events.cloudevents import CloudEvent
from api.events.listeners import Listener, listeners, may_come
from api.metrics import EVENTS
from api.rendering import machine_of
from api.storage import Storage, table_of
from cases.client import CaseClient, CaseNotRunning, NoAnswerYet
from models.database import DatabaseError
from models.tables.cases import CaseRow
from models.tables.requests import EventRow, EventStatus
from settings.environment import Settings
from stores.policy import store_policy
from workflows.language.refusals import NotPossibleNow, Refusal
from workflows.runner.messages import ActionRequest, StartRequest

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(hours=24)
"""How long an event waits for its case."""
_LONGEST_PAUSE = 60.0
_AT_ONCE = 16
_SWEEP_EVERY = 1.0
_ANSWER_WITHIN = 10.0


class DeliveryResult(NamedTuple):
    """What came of an event at one procedure."""

    standing: EventStatus
    case: str | None = None
    reason: str | None = None

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"status": self.standing.value, "case": self.case, "reason": self.reason}


class Intake:
    """One process's part in applying events."""

    def __init__(self, storage: Storage, cases: CaseClient, settings: Settings, holder: str) -> None:
        self._storage = storage
        self._cases = cases
        self._settings = settings
        self._holder = holder
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._woken = asyncio.Event()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to try again what is pending."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """End it. What is leased is tried again when its lease has passed."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)

    async def receive(self, events: Sequence[CloudEvent], caller: Caller) -> list[dict[str, Any]]:
        """Write the events down and apply those that are new. A document of what came of each, in their order."""
        written = await self._storage.write(_write_down, events, caller, self._holder)
        fresh = [row for row, new in written if new and row.standing is EventStatus.PENDING]
        if fresh:
            lanes = [asyncio.create_task(self._apply_in_order(lane)) for lane in _by_subject(fresh)]
            await asyncio.wait(lanes, timeout=_ANSWER_WITHIN)
        return [_result(row, new, caller) for row, new in written]

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

    async def _apply_in_order(self, rows: Sequence[EventRow]) -> None:
        async with self._turns:
            for row in rows:
                try:
                    await self._apply(row)
                    await self._storage.write(inbox.settle, row, self._holder)
                except DatabaseError as error:
                    log.warning("event %s is tried again: %s", row.id, error)
                except Exception:  # one event's fault must not stop the others
                    log.exception("event %s could not be applied; it is tried again", row.id)
                EVENTS.labels(row.standing.value).inc()

    async def _apply(self, row: EventRow) -> None:
        caller = Caller.of_json(row.caller)
        for listener in listeners(row.type):
            key = listener.procedure.key
            if row.done.get(key, {}).get("status") in (None, EventStatus.PENDING):
                try:
                    came = await self._apply_to(listener, row, caller)
                except NoAnswerYet:
                    came = DeliveryResult(EventStatus.PENDING, reason="no worker has answered yet")
                row.done = {**row.done, key: came.document()}
        _sum_up(row)

    async def _apply_to(self, listener: Listener, row: EventRow, caller: Caller) -> DeliveryResult:
        request = f"{row.id}.{listener.procedure.key}"
        if row.tries and (step := await self._storage.read(inbox.shown, request)) is not None:
            if step.revision == 1:
                return DeliveryResult(EventStatus.STARTED, step.case)
            return await self._act(step.case, step.event, row, caller, request)
        if row.subject is None:
            return DeliveryResult(EventStatus.REFUSED, reason="the event names no subject")
        about = listener.found_by | {None}
        found = await self._storage.search(
            inbox.cases_for, listener.procedure.key, row.subject, about, caller, _store_of(row, caller)
        )
        if not found:
            if listener.starts:
                return await self._start(listener, row, caller, request)
            return DeliveryResult(EventStatus.PENDING, reason="its case isn't there yet")
        came = DeliveryResult(EventStatus.REFUSED, reason="no case can take it")
        for case in found:
            came = await self._move(case, row, caller, request, starts=bool(listener.starts))
            if came.standing is not EventStatus.REFUSED:
                return came
        return came

    async def _move(
        self, case: CaseRow, row: EventRow, caller: Caller, request: str, *, starts: bool
    ) -> DeliveryResult:
        machine = machine_of(case, datetime.now(UTC))
        if machine is None:
            return DeliveryResult(EventStatus.REFUSED, case.id, "this code doesn't have the case's version")
        try:
            event = machine.choose(row.type, row.data or None, actor=caller.actor)
        except NotPossibleNow as error:
            if may_come(machine.procedure, machine.stages, row.type):
                return DeliveryResult(EventStatus.PENDING, case.id, error.message)
            there = "the case is there already" if starts and not machine.finished else error.message
            return DeliveryResult(EventStatus.REFUSED, case.id, there)
        except Refusal as error:
            return DeliveryResult(EventStatus.REFUSED, case.id, _with_faults(error))
        return await self._act(case.id, event, row, caller, request)

    async def _act(
        self, case: str, event: str, row: EventRow, caller: Caller, request: str
    ) -> DeliveryResult:
        act = ActionRequest(actor=caller.actor, event=event, form=row.data or None)
        try:
            await self._cases.act(case, act, request)
        except Refusal as refusal:
            if refusal.code == NotPossibleNow.code:  # the case moved between our look and its judgement
                return DeliveryResult(EventStatus.PENDING, case, refusal.message)
            return DeliveryResult(EventStatus.REFUSED, case, refusal.message)
        except CaseNotRunning:
            return DeliveryResult(EventStatus.REFUSED, case, "the case has ended")
        return DeliveryResult(EventStatus.MOVED, case)

    async def _start(self, listener: Listener, row: EventRow, caller: Caller, request: str) -> DeliveryResult:
        store = _store_of(row, caller) or _last_segment(row.source)
        if store is None or not caller.sees(store):
            return DeliveryResult(
                EventStatus.REFUSED, reason="the event names no store: send the extension attribute `store`"
            )
        assert row.subject is not None
        if not _names_a_case(row.subject):
            return DeliveryResult(EventStatus.REFUSED, reason="the event's subject can't be a case's")
        procedure = listener.procedure
        case = f"{procedure.key}:{store}:{row.subject}"
        start = StartRequest(
            actor=caller.actor,
            procedure=procedure.key,
            version=procedure.version,
            store=store,
            subject=row.subject,
            policy=store_policy(self._settings),
            event=procedure.declaration.start_events_for(caller.roles, among=listener.starts)[0],
            form=row.data,
            request=request,
        )
        try:
            answer = await self._cases.start(case, start, request)
        except Refusal as refusal:
            return DeliveryResult(EventStatus.REFUSED, None, _with_faults(refusal))
        except CaseNotRunning:
            return DeliveryResult(EventStatus.REFUSED, case, "the case has ended")
        if answer.request == request:
            return DeliveryResult(EventStatus.STARTED, case)
        return DeliveryResult(EventStatus.REFUSED, case, "the case is there already")


_SUBJECT: TypeAdapter[str] = TypeAdapter(SubjectKey)


def _names_a_case(subject: str) -> bool:
    try:
        _SUBJECT.validate_python(subject)
    except ValidationError:
        return False
    return True


def _at_first(event: CloudEvent) -> DeliveryResult:
    if listeners(event.type):
        return DeliveryResult(EventStatus.PENDING)
    near = nearest_types(event.type)
    hint = f"nothing listens to {event.type}: did you mean {' or '.join(near)}?" if near else None
    return DeliveryResult(EventStatus.IGNORED, reason=hint)


def _write_down(
    session: Session, events: Sequence[CloudEvent], caller: Caller, holder: str
) -> list[tuple[EventRow, bool]]:
    written: list[tuple[EventRow, bool]] = []
    for event in events:
        first = _at_first(event)
        written.append(
            inbox.insert(session, event, caller, holder, standing=first.standing, reason=first.reason)
        )
    for row, _ in written:
        row.standing = EventStatus(row.standing)
    session.expunge_all()
    return written


_events = table_of(EventRow)
_one_pending: Any = select(_events.c.id).where(_events.c.standing == EventStatus.PENDING).limit(1)


def _any_pending(session: Session) -> bool:
    return session.connection().execute(_one_pending).first() is not None


def _by_subject(rows: Sequence[EventRow]) -> list[list[EventRow]]:
    """Events of one subject one after the other, as they happened; of several side by side."""
    lanes: defaultdict[str | None, list[EventRow]] = defaultdict(list)
    for row in rows:
        lanes[row.subject].append(row)
    return [sorted(lane, key=lambda row: row.time or row.received_at) for lane in lanes.values()]


def _store_of(row: EventRow, caller: Caller) -> str | None:
    if row.store is not None:
        return row.store
    if caller.stores is not None and len(caller.stores) == 1:
        return next(iter(caller.stores))
    return None


def _last_segment(source: str) -> str | None:
    segment = source.rstrip("/").rpartition("/")[2]
    return segment if segment.isascii() and segment.replace("-", "").replace("_", "").isalnum() else None


def _sum_up(row: EventRow) -> None:
    """The event's own status, from what came of it at each procedure."""
    came = [DeliveryResult(EventStatus(c["status"]), c["case"], c["reason"]) for c in row.done.values()]
    if any(one.standing in (EventStatus.STARTED, EventStatus.MOVED) for one in came):
        # a procedure took it: another that has no such case isn't waited for
        came = [one for one in came if one.standing is not EventStatus.PENDING or one.case is not None]
    order = (EventStatus.PENDING, EventStatus.STARTED, EventStatus.MOVED, EventStatus.REFUSED)
    nobody_listens = DeliveryResult(EventStatus.IGNORED)
    first = min(came, key=lambda one: order.index(one.standing), default=nobody_listens)
    row.standing, row.case, row.reason = first.standing, first.case, first.reason
    row.tries += 1
    now = datetime.now(UTC)
    if row.standing is EventStatus.PENDING:
        if now - row.received_at > KEPT_FOR:
            row.standing, row.reason = EventStatus.REFUSED, f"given up after a day: {row.reason}"
        row.next_try_at = now + timedelta(seconds=min(2.0 ** (row.tries - 1), _LONGEST_PAUSE))
    else:
        row.next_try_at = None


def _with_faults(error: Refusal) -> str:
    return "; ".join([error.message, *(f"{fault.pointer}: {fault.message}" for fault in error.errors[:5])])


def _result(row: EventRow, new: bool, caller: Caller) -> dict[str, Any]:  # noqa: FBT001 - two kinds of one thing
    result = {"id": row.event_id, "source": row.source, "status": row.standing.value if new else "duplicate"}
    if not new and not _may_see(caller, row):
        return {**result, "case": None, "reason": None, "results": []}
    several = list(row.done.values()) if len(row.done) > 1 else []
    return {**result, "case": row.case, "reason": row.reason, "results": several}


def _may_see(caller: Caller, row: EventRow) -> bool:
    """Whether what came of an event is there for who sends it again: somebody else may have sent it first."""
    if caller.stores is None or row.caller["account"] == caller.account:
        return True
    return row.case is not None and caller.sees(row.case.split(":", 2)[1])
