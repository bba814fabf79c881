"""Waves: tasks of one stage that one person does together. What a wave holds, and how far it is.

A wave ends by itself: a task of it is done once its case has left the stage, whoever has moved it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from api.access import Caller
from api.problems import not_found
from api.reading import reads_all
from models.tables.cases import Task
from models.tables.inbox import Wave, WaveTask

MOST = 100
"""Tasks of a wave: as many as one pick list is for."""
KEPT = timedelta(days=30)
"""So long a wave can be looked at, and its papers printed again."""
_LISTED = 100
_is_open = and_(col(Task.open), col(Task.entered_at) == col(WaveTask.entered_at))


@dataclass(frozen=True)
class WaveLine:
    """A wave in a list."""

    wave: Wave
    open: int
    all: int

    @property
    def done(self) -> int:
        return self.all - self.open


@dataclass(frozen=True)
class InWave:
    """A task of a wave."""

    task: str
    case: str
    place: int
    is_open: bool
    owner: str | None
    """Who holds it now."""

    @property
    def subject(self) -> str:
        """The case's own number."""
        return self.case.split(":", 2)[2]


@dataclass(frozen=True)
class WaveView:
    """A wave with its tasks, in their order."""

    wave: Wave
    tasks: list[InWave]

    @property
    def left(self) -> list[InWave]:
        return [one for one in self.tasks if one.is_open]

    @property
    def done(self) -> list[InWave]:
        return [one for one in self.tasks if not one.is_open]

    @property
    def cases(self) -> list[str]:
        return [one.case for one in self.tasks]


def sees(caller: Caller, wave: Wave) -> bool:
    """Whether the wave is there for the caller: whoever reads its cases, in a store of theirs."""
    return caller.sees(wave.store) and reads_all(caller, wave.procedure, wave.store)


def waves_of(session: Session, caller: Caller) -> list[WaveLine]:
    """The waves of the caller's stores: the open ones first, the newest of them first."""
    query = select(Wave).order_by(col(Wave.made_at).desc()).limit(_LISTED)
    if caller.stores is not None:
        query = query.where(col(Wave.store).in_(sorted(caller.stores)))
    waves = [one for one in session.scalars(query) if sees(caller, one)]
    counts = _counts(session, [one.id for one in waves])
    lines = [WaveLine(one, *counts.get(one.id, (0, 0))) for one in waves]
    return sorted(lines, key=lambda line: not line.open)


def _counts(session: Session, waves: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """How many tasks of each wave are open, and how many there are."""
    query = (
        select(col(WaveTask.wave), func.count(col(Task.id)), func.count())
        .outerjoin(Task, and_(col(Task.id) == col(WaveTask.task), _is_open))
        .where(col(WaveTask.wave).in_(waves))
        .group_by(col(WaveTask.wave))
    )
    return {wave: (left, every) for wave, left, every in session.execute(query)}


def wave_of(session: Session, caller: Caller, wave: str) -> WaveView:
    """A wave. Raises Problem `not_found`."""
    row = session.get(Wave, wave)
    if row is None or not sees(caller, row):
        raise not_found("wave")
    query = (
        select(WaveTask, Task)
        .outerjoin(Task, and_(col(Task.id) == col(WaveTask.task), _is_open))
        .where(col(WaveTask.wave) == wave)
        .order_by(col(WaveTask.place))
    )
    found: Any = session.execute(query).all()
    tasks = [
        InWave(one.task, one.case, one.place, task is not None, task.claimed_by if task is not None else None)
        for one, task in found
    ]
    return WaveView(row, tasks)


def place_in(session: Session, wave: str, task: str) -> int:
    """A task's number in a wave; 0 where the wave doesn't have it."""
    kept = session.get(WaveTask, (wave, task))
    return kept.place if kept is not None else 0


def wave_with(session: Session, tasks: Sequence[str]) -> Mapping[str, str]:
    """Of these tasks those that an open wave has, with its name."""
    query = (
        select(col(WaveTask.task), col(Wave.name))
        .join(Wave, col(Wave.id) == col(WaveTask.wave))
        .join(Task, and_(col(Task.id) == col(WaveTask.task), _is_open))
        .where(col(WaveTask.task).in_(tasks))
    )
    return dict(iter(session.execute(query)))


def begin_wave(session: Session, wave: Wave, tasks: Sequence[Mapping[str, Any]]) -> None:
    """Keep a wave of these tasks, as the API tells them, in this order. The same wave again changes nothing.

    What is older than anybody looks at is forgotten.
    """
    if session.get(Wave, wave.id) is not None:
        return
    old = select(col(Wave.id)).where(col(Wave.made_at) < datetime.now(UTC) - KEPT)
    session.execute(delete(WaveTask).where(col(WaveTask.wave).in_(old)))
    session.execute(delete(Wave).where(col(Wave.made_at) < datetime.now(UTC) - KEPT))
    session.add(wave)
    session.add_all(
        WaveTask(
            wave=wave.id,
            task=task["id"],
            case=task["case"],
            place=place,
            entered_at=datetime.fromisoformat(task["entered_at"]),
        )
        for place, task in enumerate(tasks, 1)
    )


def leave_out(session: Session, wave: str, tasks: Sequence[str]) -> None:
    """Take these tasks out of a wave; a wave without any is gone."""
    session.execute(delete(WaveTask).where(col(WaveTask.wave) == wave, col(WaveTask.task).in_(tasks)))
    left = select(col(WaveTask.wave)).where(col(WaveTask.wave) == wave)
    if session.scalars(left.limit(1)).first() is None:
        session.execute(delete(Wave).where(col(Wave.id) == wave))


def give_to(session: Session, wave: str, owner: str) -> None:
    """Somebody else does the wave from now on."""
    row = session.get(Wave, wave)
    if row is not None:
        row.owner = owner
