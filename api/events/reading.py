"""Events as people and their senders read them: which there are, and what has come of each."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from api.access import Caller
from api.cursors import after, page
from api.events import inbox
from api.events.inbox import ReceivedEvent
from api.events.listeners import heard_by_type
from api.events.outcomes import reason_of, results_of
from api.events.unapplied import may_handle
from api.labels import Language
from api.privacy import event_data_seen_by
from api.rendering import EVENT_WAYS
from api.storage import table_of
from cases.turns import turns
from models.roles import OPERATIONS, Role
from models.tables.requests import EventRow, EventStatus

Json = dict[str, Any]

_events = table_of(EventRow)


class EventFilter(NamedTuple):
    """What is asked for; None: whatever it is."""

    status: str | None = None
    type: str | None = None
    source: str | None = None
    store: str | None = None
    subject: str | None = None
    code: str | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """That an event is one of them."""
        asked = {**self._asdict(), "standing": self.status}
        del asked["status"]
        return and_(true(), *(_events.c[name] == value for name, value in asked.items() if value is not None))


def reads_event(caller: Caller, row: ReceivedEvent) -> bool:
    """Whether the event is there for the caller: their own, and those that are theirs to look at."""
    return row.account == caller.id or may_handle(caller, row.type, row.store)


def events_page(
    session: Session, caller: Caller, wanted: EventFilter, language: Language, limit: int, behind: str | None
) -> Json:
    """`GET /events`: the newest first."""
    query = select(*inbox.columns).where(wanted.condition, _readable(caller))
    query = after(query, ((_events.c.id, True),), None if behind is None else (behind,)).limit(limit + 1)
    rows = [ReceivedEvent.of_row(row) for row in session.connection().execute(query)]
    return page(rows, limit, lambda row: event_document(row, caller, language), lambda row: (row.id,))


def event_document(row: ReceivedEvent, caller: Caller, language: Language) -> Json:
    """`GET /events/{id}`."""
    is_own = row.account == caller.id
    handles = row.is_to_be_looked_at and may_handle(caller, row.type, row.store)
    procedures = tuple(dict.fromkeys(heard.procedure for heard in heard_by_type().get(row.type, ())))
    return {
        "event": row.id,
        "id": row.event_id,
        "source": row.source,
        "type": row.type,
        "subject": row.subject,
        "store": row.store or None,
        "time": row.time,
        "data": row.data if is_own else event_data_seen_by(procedures, row.data, caller, row.store),
        "sent_by": row.account,
        "received_at": row.received_at,
        "status": row.standing.value,
        "reason": reason_of(row, language),
        "code": row.code,
        "case": row.case,
        "cases": row.cases,
        "results": results_of(row, language),
        "tried": row.tried,
        "settled": row.settled,
        "next_try_at": row.next_try_at if row.standing is EventStatus.PENDING else None,
        "actions": [*EVENT_WAYS] if handles else [],
    }


def _readable(caller: Caller) -> ColumnElement[bool]:
    """The same as `reads_event`, in the database's words."""
    either: list[ColumnElement[bool]] = [_events.c.account == caller.id]
    groups = caller.groups()
    named = [store for _, stores in groups for store in stores or ()]
    for held, stores in groups:
        where = _events.c.store.not_in(named) if stores is None else _events.c.store.in_(stores)
        either.append(and_(where, _of_roles(held)))
    if caller.stores is None and not named:
        return or_(either[0], _of_roles(caller.roles))
    return or_(false(), *either)


def _of_roles(held: frozenset[Role]) -> ColumnElement[bool]:
    if not OPERATIONS.isdisjoint(held):
        return true()
    return _events.c.type.in_(
        [type_ for type_ in heard_by_type() if not turns().of_events(type_).isdisjoint(held)]
    )
