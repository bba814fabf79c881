"""Events that were refused or have expired, as tasks: one for each type, store and code, with how many there are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, literal_column, select, text, update
from sqlalchemy.orm import Session

from api.access import Caller
from api.storage import table_of
from cases.turns import turn_of_events, turns
from models.database import insert_for, one_at_a_time
from models.roles import OPERATIONS, Role
from models.tables.cases import EVENT, NEVER, Change, Task
from models.tables.requests import NOT_APPLIED, EventRow

MOST_COUNTED = 1000


class Group(NamedTuple):
    """Events of which the same is to be looked at."""

    type: str
    store: str
    code: str

    @property
    def task(self) -> str:
        """The id of their task."""
        return f"{EVENT}:{self.store}/{self.type}/{self.code}"

    @property
    def roles(self) -> frozenset[Role]:
        """Who looks at them."""
        return turns().of_events(self.type)


def may_handle(caller: Caller, type_: str, store: str) -> bool:
    """Whether the caller may have such events tried again, or say that they are settled: those whose task it is, and
    operations. Of events whose store nobody knows, who sees every store.
    """
    if not caller.sees(store):
        return False
    return caller.has_any(turns().of_events(type_) | OPERATIONS, store or None)


_events, _tasks = table_of(EventRow), table_of(Task)
_in_group = (
    _events.c.type == bindparam("type"),
    _events.c.store == bindparam("store"),
    _events.c.code == bindparam("code"),
    text(NOT_APPLIED),
)
_some: Any = (
    select(_events.c.received_at).where(*_in_group).order_by(_events.c.id).limit(MOST_COUNTED).subquery()
)
_counted: Any = select(
    func.count(), func.min(literal_column("received_at", type_=_events.c.received_at.type))
).select_from(_some)
_ids: Any = select(_events.c.id).where(*_in_group).order_by(_events.c.id).limit(bindparam("most"))


def ids_of(session: Session, group: Group, most: int = MOST_COUNTED) -> list[str]:
    """The oldest events of a group."""
    return list(session.connection().execute(_ids, {**group._asdict(), "most": most}).scalars())


def refresh(session: Session, group: Group) -> None:
    """Have the group's task say how many events there are; close it where there are none."""
    one_at_a_time(session, "events", *group)
    counted: Any = session.connection().execute(_counted, group._asdict()).one()
    count, since = int(counted[0]), counted[1]
    task = session.get(Task, group.task, populate_existing=True)
    if count:
        _open(session, group, count, since)
    elif task is not None and task.open:
        session.connection().execute(update(_tasks).where(_tasks.c.id == group.task).values(open=False))
    else:
        return
    was = task.event_count if task is not None and task.open else 0
    if bool(count) != bool(was):  # who is told at each of many would hear of nothing else
        _announce(session, group, "open" if count else "closed")


def _open(session: Session, group: Group, count: int, since: datetime) -> None:
    said = {"event_count": count, "entered_at": since, "turn": turn_of_events(group.roles), "open": True}
    new = insert_for(session.get_bind().dialect.name)(_tasks).values(
        id=group.task,
        case="",
        procedure="",
        version=0,
        store=group.store,
        subject="",
        stage=EVENT,
        event_type=group.type,
        event_code=group.code,
        revision=0,
        offers=[],
        due_at=NEVER,
        **said,
    )
    again = {**said, "claimed_by": _kept("claimed_by"), "claimed_at": _kept("claimed_at")}
    session.connection().execute(new.on_conflict_do_update(index_elements=["id"], set_=again))


def _kept(name: str) -> Any:
    """Who holds it, as long as it stays open."""
    return case((_tasks.c.open, _tasks.c[name]), else_=None)


def announce_events(session: Session, task: Task) -> None:
    """Tell the stream that somebody has claimed, released or assigned the task of some events."""
    _announce(session, Group(task.event_type or "", task.store, task.event_code or ""), "open")


def _announce(session: Session, group: Group, state: str) -> None:
    session.add(
        Change(
            case="",
            procedure="",
            store=group.store,
            revision=0,
            state=state,
            stages=[EVENT],
            roles=sorted(group.roles),
            task=group.task,
            at=datetime.now(UTC),
        )
    )
    session.flush()
