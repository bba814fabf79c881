"""The rows of events: written once for each source and id, leased, settled. SQL alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.events.cloudevents import CloudEvent
from api.storage import new_id
from models.database import insert_for
from models.table import unsearched
from models.tables.cases import CaseReference, CaseRow, StepRow
from models.tables.requests import EventRow, EventStatus

LEASE = timedelta(seconds=20)


def insert(
    session: Session,
    event: CloudEvent,
    caller: Caller,
    holder: str,
    *,
    standing: EventStatus,
    reason: str | None = None,
) -> tuple[EventRow, bool]:
    """Write an event down, leased to `holder`. The row, and whether it is new."""
    now = datetime.now(UTC)
    values = {
        "id": new_id(),
        "source": event.source,
        "event_id": event.id,
        "type": event.type,
        "subject": event.subject,
        "store": event.store,
        "time": event.time,
        "data": event.data or {},
        "caller": caller.as_json(),
        "received_at": now,
        "standing": standing,
        "reason": reason,
        "done": {},
        "tries": 0,
        "next_try_at": now,
        "holder": holder,
        "lease_until": now + LEASE,
    }
    statement = insert_for(session.get_bind().dialect.name)(EventRow).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["source", "event_id"])
    new = session.execute(statement.returning(col(EventRow.id))).first() is not None
    query = select(EventRow).where(col(EventRow.source) == event.source, col(EventRow.event_id) == event.id)
    return session.scalars(query).one(), new


def settle(session: Session, event: EventRow, holder: str) -> None:
    """Write down what has come of an event, if the lease is still the holder's."""
    session.execute(
        update(EventRow)
        .where(col(EventRow.id) == event.id, col(EventRow.holder) == holder)
        .values(
            standing=event.standing,
            reason=event.reason,
            case=event.case,
            done=event.done,
            tries=event.tries,
            next_try_at=event.next_try_at,
            lease_until=None,
        )
    )


def take_over(session: Session, holder: str, *, most: int) -> list[EventRow]:
    """Lease pending events whose time has come, in the order in which they happened."""
    now = datetime.now(UTC)
    query = (
        select(EventRow)
        .where(
            col(EventRow.standing) == EventStatus.PENDING,
            col(EventRow.next_try_at) <= now,
            or_(col(EventRow.lease_until).is_(None), col(EventRow.lease_until) < now),
        )
        .order_by(col(EventRow.time), col(EventRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(query))
    if rows:
        # whoever had it first may have died over it: it counts as tried
        tried = case((col(EventRow.tries) == 0, 1), else_=col(EventRow.tries))
        leased = {"holder": holder, "lease_until": now + LEASE, "tries": tried}
        session.execute(
            update(EventRow).where(col(EventRow.id).in_([row.id for row in rows])).values(**leased)
        )
        for row in rows:
            session.refresh(row)
    session.expunge_all()
    return rows


def wake(session: Session, cases: Iterable[str]) -> int:
    """Try pending events again whose subject these changed cases are about. How many there are."""
    now = datetime.now(UTC)
    changed = list(cases)
    names = select(col(CaseRow.subject)).where(col(CaseRow.id).in_(changed))
    numbers = select(col(CaseReference.value)).where(col(CaseReference.case).in_(changed))
    query = (
        select(col(EventRow.id))
        .where(col(EventRow.standing) == EventStatus.PENDING, col(EventRow.next_try_at) > now)
        .where(col(EventRow.subject).in_(names.union(numbers)))
        .limit(500)
    )
    found = list(session.scalars(query))
    if found:
        session.execute(update(EventRow).where(col(EventRow.id).in_(found)).values(next_try_at=now))
    return len(found)


def cases_for(
    session: Session,
    procedure: str,
    subject: str,
    found_by: Iterable[str | None],
    caller: Caller,
    store: str | None,
) -> list[CaseRow]:
    """The cases that an event is about: by their own subject, or by what they keep. Open ones first."""
    query = select(CaseRow).where(unsearched(CaseRow.procedure) == procedure)
    if store is not None:
        query = query.where(unsearched(CaseRow.store) == store)
    if caller.stores is not None:
        query = query.where(unsearched(CaseRow.store).in_(sorted(caller.stores)))
    found: dict[str, CaseRow] = {}
    for about in found_by:
        if about is None:
            rows = session.scalars(query.where(col(CaseRow.subject) == subject))
            found.update((row.id, row) for row in rows)
        else:
            rows = session.scalars(query.where(col(CaseRow.id).in_(CaseReference.keeping(subject))))
            found.update((row.id, row) for row in rows if _keeps(row, about, subject))
    return sorted(found.values(), key=lambda row: (row.state == "closed", row.opened_at))


def _keeps(row: CaseRow, about: str, subject: str) -> bool:
    kept: dict[str, Any] = orjson.loads(row.position).get("case") or {}
    value: Any = kept.get(about)
    return subject == value or subject in (value if isinstance(value, list) else ())


def shown(session: Session, request: str) -> StepRow | None:
    """The step that the read model shows of this request. Only the case itself can say that it has kept it: a
    workflow task that was lost leaves its commit behind.
    """
    return session.scalars(select(StepRow).where(col(StepRow.request) == request).limit(1)).first()
