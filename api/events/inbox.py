"""The rows of events: written once for each source and id, leased, settled. SQL alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from api.access import Caller
from api.events.cloudevents import CloudEvent
from api.events.unapplied import Group, refresh
from api.storage import table_of
from models.database import insert_for
from models.statements import found, running
from models.table import new_id
from models.tables.cases import CaseReference, CaseRow
from models.tables.requests import EventRow, EventStatus

LEASE = timedelta(seconds=20)


@dataclass(slots=True)
class ReceivedEvent:
    """What a row says of one event; a row of the ORM takes longer to make than to write."""

    id: str
    source: str
    event_id: str
    type: str
    subject: str | None
    store: str
    time: datetime | None
    data: Any
    caller: dict[str, Any]
    account: str
    received_at: datetime
    standing: EventStatus
    reason: str | None
    code: str | None
    case: str | None
    cases: list[str]
    done: dict[str, Any]
    tried: list[dict[str, Any]]
    settled: dict[str, Any] | None
    tries: int
    waits_since: datetime | None
    next_try_at: datetime | None

    @classmethod
    def new(
        cls,
        event: CloudEvent,
        caller: Caller,
        *,
        store: str,
        standing: EventStatus,
        reason: str | None = None,
        code: str | None = None,
    ) -> ReceivedEvent:
        """An event that has just come, for this store."""
        now = datetime.now(UTC)
        return cls(
            id=new_id(),
            source=event.source,
            event_id=event.id,
            type=event.type,
            subject=event.subject,
            store=store,
            time=event.time and event.time.astimezone(UTC),
            data=event.data,
            caller=caller.as_json(),
            account=caller.id,
            received_at=now,
            standing=standing,
            reason=reason,
            code=code,
            case=None,
            cases=[],
            done={},
            tried=[],
            settled=None,
            tries=0,
            waits_since=None,
            next_try_at=now if standing is EventStatus.PENDING else None,
        )

    @classmethod
    def of_row(cls, row: Any) -> ReceivedEvent:
        """What a row holds that was read with `columns`."""
        event = cls(*row)
        event.standing = EventStatus(event.standing)
        return event

    @property
    def is_untouched(self) -> bool:
        """Whether no procedure has taken it, and nobody has settled it."""
        taken = (EventStatus.STARTED, EventStatus.MOVED)
        return (
            self.standing not in taken
            and self.standing is not EventStatus.SETTLED
            and all(came["status"] not in taken for came in self.done.values())
        )

    @property
    def group(self) -> Group:
        """With which others it is looked at, where it wasn't applied."""
        return Group(self.type, self.store, self.code or "")

    @property
    def is_to_be_looked_at(self) -> bool:
        """Whether it was refused or has expired, and somebody must look at it."""
        return self.standing in (EventStatus.REFUSED, EventStatus.EXPIRED)


_events, _cases, _references = table_of(EventRow), table_of(CaseRow), table_of(CaseReference)
columns: Any = [_events.c[field.name] for field in fields(ReceivedEvent)]


def insert(
    session: Session,
    event: CloudEvent,
    caller: Caller,
    holder: str,
    *,
    store: str,
    standing: EventStatus,
    reason: str | None = None,
    code: str | None = None,
) -> tuple[ReceivedEvent, bool]:
    """Write an event down, leased to `holder`. What there is of it, and whether it is new: it came for the first time,
    or nothing has taken what came under its source and id.

    store: the one that it is for, or empty. One that is refused as it comes is written down where nothing is there: it
    takes nothing from whoever may send it.
    """
    new = ReceivedEvent.new(event, caller, store=store, standing=standing, reason=reason, code=code)
    now = new.received_at
    values = {column.name: getattr(new, column.name) for column in columns}
    with running(session) as run:
        statement = _insert_once(session.get_bind().dialect.name)
        if run(statement, {**values, "holder": holder, "lease_until": now + LEASE}).rowcount > 0:
            return new, True
    (row,) = found(session, _one_event, {"of": event.source, "named": event.id})
    there = ReceivedEvent.of_row(row)
    if standing is not EventStatus.REFUSED and there.is_untouched and _gives_way(there, store, caller):
        # cases may know it by its name: whoever had it first may have died over it
        new = replace(new, id=there.id, tries=1, tried=there.tried)
        written = {f"_{column.name}": getattr(new, column.name) for column in _written_over}
        asked = {"event": new.id, "was": there.standing, "now": now, "_holder": holder, "_lease": now + LEASE}
        with running(session) as run:
            is_ours = run(_write_over, {**written, **asked}).rowcount > 0
        if is_ours:
            if there.is_to_be_looked_at:
                refresh(session, there.group)
            return new, True
    return there, False


def _gives_way(there: ReceivedEvent, store: str, caller: Caller) -> bool:
    """Whether an event that nothing has taken is written over by one that has its source and id.

    One that still waits gives way only where its sender has no part in the store that the new one is for: it can never
    be applied there, and must not keep the other from it.
    """
    if there.standing is not EventStatus.PENDING:
        return True
    if there.account == caller.id:
        return False
    theirs = Caller.of_json(there.caller)
    return not theirs.sees(store) if store else not _share_a_store(theirs, caller)


def _share_a_store(one: Caller, other: Caller) -> bool:
    return one.stores is None or other.stores is None or not one.stores.isdisjoint(other.stores)


_written_over = [column for column in columns if column.name not in ("id", "source", "event_id")]
_write_over: Any = (
    update(_events)
    .where(
        _events.c.id == bindparam("event"),
        _events.c.standing == bindparam("was"),
        or_(  # who waits may be in work; all others are done with
            _events.c.standing != EventStatus.PENDING,
            _events.c.lease_until.is_(None),
            _events.c.lease_until < bindparam("now"),
        ),
    )
    .values(
        **{column.name: bindparam(f"_{column.name}") for column in _written_over},
        holder=bindparam("_holder"),
        lease_until=bindparam("_lease"),
    )
)


_one_event: Any = select(*columns).where(
    _events.c.source == bindparam("of"), _events.c.event_id == bindparam("named")
)


@cache
def _insert_once(dialect: str) -> Any:
    return insert_for(dialect)(_events).on_conflict_do_nothing(index_elements=["source", "event_id"])


_settle: Any = (
    update(_events)
    .where(_events.c.id == bindparam("event"), _events.c.holder == bindparam("by"))
    .values(
        standing=bindparam("_standing"),
        reason=bindparam("_reason"),
        code=bindparam("_code"),
        case=bindparam("_case"),
        cases=bindparam("_cases", type_=_events.c.cases.type),
        store=bindparam("_store"),
        done=bindparam("_done"),
        tried=bindparam("_tried", type_=_events.c.tried.type),
        tries=bindparam("_tries"),
        next_try_at=bindparam("_next_try_at"),
        lease_until=None,
    )
)


def settle(session: Session, event: ReceivedEvent, holder: str) -> None:
    """Write down what has come of an event, if the lease is still the holder's."""
    values = {
        "event": event.id,
        "by": holder,
        "_standing": event.standing,
        "_reason": event.reason,
        "_code": event.code,
        "_case": event.case,
        "_cases": event.cases,
        "_store": event.store,
        "_done": event.done,
        "_tried": event.tried,
        "_tries": event.tries,
        "_next_try_at": event.next_try_at,
    }
    with running(session) as run:
        run(_settle, values)


_pending_of: Any = select(func.count()).select_from(
    select(_events.c.id)
    .where(_events.c.standing == EventStatus.PENDING, _events.c.account == bindparam("of"))
    .limit(bindparam("most"))
    .subquery()
)


def pending_of(session: Session, account: str, *, most: int) -> int:
    """How many of a sender's events wait for their cases, counted up to `most`."""
    return session.connection().execute(_pending_of, {"of": account, "most": most}).scalar_one()


_due: Any = (
    select(*columns)
    .where(
        _events.c.standing == EventStatus.PENDING,
        _events.c.next_try_at <= bindparam("now"),
        or_(_events.c.lease_until.is_(None), _events.c.lease_until < bindparam("now")),
    )
    .order_by(_events.c.time, _events.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_lease: Any = (
    update(_events)
    .where(_events.c.id.in_(bindparam("ids", expanding=True)))
    # whoever had it first may have died over it: it counts as tried
    .values(
        holder=bindparam("_holder"),
        lease_until=bindparam("_until"),
        tries=case((_events.c.tries == 0, 1), else_=_events.c.tries),
    )
)


def take_over(session: Session, holder: str, *, most: int) -> list[ReceivedEvent]:
    """Lease pending events whose time has come, in the order in which they happened."""
    now = datetime.now(UTC)
    rows = session.connection().execute(_due, {"now": now, "most": most}).all()
    events = [ReceivedEvent.of_row(row) for row in rows]
    if events:
        ids = [event.id for event in events]
        session.connection().execute(_lease, {"ids": ids, "_holder": holder, "_until": now + LEASE})
    for event in events:
        event.tries = max(event.tries, 1)
    return events


def wake(session: Session, cases: Iterable[str]) -> int:
    """Try pending events again whose subject these changed cases are about. How many there are."""
    run, now = session.connection().execute, datetime.now(UTC)
    waiting = list(run(_waiting, {"changed": list(cases), "now": now}).scalars())
    if waiting:
        run(_now, {"ids": waiting, "_now": now})
    return len(waiting)


_changed: Any = cast("Any", bindparam("changed", expanding=True))
_waiting: Any = (
    select(_events.c.id)
    .where(_events.c.standing == EventStatus.PENDING, _events.c.next_try_at > bindparam("now"))
    .where(
        _events.c.subject.in_(
            select(_cases.c.subject)
            .where(_cases.c.id.in_(_changed))
            .union(select(_references.c.value).where(_references.c.case.in_(_changed)))
        )
    )
    .limit(500)
)
_now: Any = (
    update(_events)
    .where(_events.c.id.in_(bindparam("ids", expanding=True)))
    .values(next_try_at=bindparam("_now"))
)


_by_id: Any = select(*columns).where(_events.c.id == bindparam("event"))


def one(session: Session, event: str) -> ReceivedEvent | None:
    """The event with our id."""
    rows = found(session, _by_id, {"event": event})
    return ReceivedEvent.of_row(rows[0]) if rows else None


def there(session: Session, source: str, event_id: str) -> ReceivedEvent | None:
    """The event that came under this source and id."""
    rows = found(session, _one_event, {"of": source, "named": event_id})
    return ReceivedEvent.of_row(rows[0]) if rows else None


_again: Any = (
    update(_events)
    .where(_events.c.id == bindparam("event"), _events.c.standing.in_([EventStatus.REFUSED, EventStatus.EXPIRED]))
    .values(
        standing=EventStatus.PENDING, waits_since=bindparam("_now"), next_try_at=bindparam("_now"),
        lease_until=bindparam("_lease"), holder=bindparam("_holder"), tries=1,
        done=bindparam("_done", type_=_events.c.done.type),
    )
)  # fmt: skip
_by_hand: Any = (
    update(_events)
    .where(
        _events.c.id == bindparam("event"), _events.c.standing.in_([EventStatus.REFUSED, EventStatus.EXPIRED])
    )
    .values(standing=EventStatus.SETTLED, settled=bindparam("_settled", type_=_events.c.settled.type))
)


def try_again(session: Session, event: ReceivedEvent, holder: str) -> ReceivedEvent | None:
    """Have an event that wasn't applied wait once more, leased to `holder`. None where it isn't one any more."""
    now = datetime.now(UTC)
    taken = {key: came for key, came in event.done.items() if came["status"] in ("started", "moved")}
    values = {"event": event.id, "_now": now, "_lease": now + LEASE, "_holder": holder, "_done": taken}
    with running(session) as run:
        if run(_again, values).rowcount < 1:
            return None
    refresh(session, event.group)
    return replace(
        event, standing=EventStatus.PENDING, waits_since=now, next_try_at=now, tries=1, done=taken, case=None
    )


def settle_by_hand(session: Session, event: ReceivedEvent, settled: dict[str, Any]) -> bool:
    """Say that somebody has done what the event was for. False where it isn't one that wasn't applied."""
    with running(session) as run:
        if run(_by_hand, {"event": event.id, "_settled": settled}).rowcount < 1:
            return False
    refresh(session, event.group)
    return True
