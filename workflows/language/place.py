"""Where a case stands."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Self

from statemachine import State, StateMachine
from statemachine.orderedset import OrderedSet

from models.effect import Outcome
from models.policy import StorePolicy
from workflows.language.declaration import ProcedureMeta
from workflows.language.forms import Case
from workflows.language.links import Link
from workflows.language.memory import ENGINE, Actor, ChildReport, Memory, Parent, Position, Step
from workflows.language.refusals import Refusal
from workflows.language.stages import Deadline, Entry, Kpi, Stage, Transition

ABORTED = "aborted"
"""The end that no procedure declares: its parent cancelled it."""
_ABORTED = Stage(final=True, undo=True)

_threads = threading.local()


class Place(StateMachine, metaclass=ProcedureMeta):
    """The machine of one thread, put where one case after another stands."""

    key: ClassVar[str]
    version: ClassVar[int] = 1
    kpis: ClassVar[tuple[Kpi, ...]] = ()
    renamed: ClassVar[dict[int, dict[str, str]]] = {}
    """For each older version: its stages that have another name here."""
    signalled: ClassVar[tuple[str, ...]] = ()
    """The events that other cases send."""

    rows: ClassVar[dict[str, tuple[Transition, ...]]]
    links: ClassVar[tuple[Link, ...]]
    deadlines: ClassVar[tuple[Deadline, ...]]
    stages_by_key: ClassVar[dict[str, Stage]]
    entry: ClassVar[Entry]
    Case: ClassVar[type[Case]]

    model: _Configured
    case: Any
    """The procedure's Case. At the entry: what is known of the start's form."""
    memory: Memory
    policy: StorePolicy
    now: datetime
    actor: Actor
    step: Step
    told: Outcome | None
    """In hooks of an effect's event: what came of the effect."""
    child: ChildReport | None
    """In hooks and guards of a child's event: what the child said."""

    def __init__(self) -> None:
        super().__init__(model=_Configured())  # pyright: ignore[reportUnknownMemberType]
        self._put(Position(), StorePolicy(), datetime.fromtimestamp(0, UTC))

    @classmethod
    def at(cls, position: Position, policy: StorePolicy, now: datetime) -> Self:
        """This thread's machine, put where a case stands. It is good until the next call of `at` in the thread.

        A fresh machine costs several times as much as moving one, and memory for each case.
        """
        machines: dict[type, Any] = _threads.__dict__.setdefault("machines", {})
        if cls not in machines:
            machines[cls] = cls()
        machine: Self = machines[cls]
        machine._put(position, policy, now)
        return machine

    @classmethod
    def begin(
        cls, *, store: str, subject: str, policy: StorePolicy, now: datetime, parent: Parent | None = None
    ) -> Self:
        """The thread's machine, before a new case's first event."""
        memory = Memory(store=store, subject=subject, opened_at=now, parent=parent)
        return cls.at(Position(memory=memory), policy, now)

    @property
    def position(self) -> Position:
        """Where the case stands now; later actions don't change it."""
        return Position.model_construct(stages=self._standing, case=self.case, memory=self.memory)

    @property
    def stages(self) -> list[str]:
        """The stages where the case stands; none before its first event."""
        return [ABORTED] if self.memory.aborted else self._standing

    def stage_named(self, key: str) -> Stage:
        """The declared stage; `aborted` is an end of every procedure."""
        return _ABORTED if key == ABORTED and ABORTED not in self.stages_by_key else self.stages_by_key[key]

    @property
    def is_at_entry(self) -> bool:
        """Whether the case was opened at its entry, and nobody has begun it yet."""
        return not self.memory.aborted and self._standing == [self.entry.id]

    @property
    def finished(self) -> bool:
        return self.memory.aborted or any(
            state.final and state.parent is None for state in self.configuration
        )

    @property
    def subject(self) -> str:
        """The case's own number: the order's, the return's."""
        return self.memory.subject

    @property
    def case_id(self) -> str:
        """`{procedure}:{store}:{subject}`."""
        return f"{self.key}:{self.memory.store}:{self.memory.subject}"

    @property
    def _standing(self) -> list[str]:
        stages_by_key = (s.id for s in self.configuration if s.id in self.stages_by_key)
        return [
            s
            for s in stages_by_key
            if s in self.memory.entered or not isinstance(self.stages_by_key[s], Entry)
        ]

    def _put(self, position: Position, policy: StorePolicy, now: datetime) -> None:
        self.model.state = _configuration(type(self), position.stages)
        case = position.case
        begun = isinstance(case, dict) and position.stages not in ([], [self.entry.id])
        self.case = self.Case.model_validate(case) if begun else case
        self.memory, self.policy, self.now = position.memory, policy, now
        self.actor, self.told, self.child = ENGINE, None, None
        self.step = Step(revision=self.memory.revision, event="", actor=ENGINE, at=now)
        self._engine.running = True

    @property
    def _rows_here(self) -> dict[str, tuple[Transition, ...]]:
        """By event, the rows that lead on from where the case stands."""
        return {} if self.memory.aborted else _rows_from(type(self), tuple(self._standing))

    def _here(self) -> str:
        return ", ".join(self.stages) or "the start"

    @contextmanager
    def _wholly(self) -> Generator[None]:
        """What is done inside happens wholly or, when it raises, not at all."""
        before = self._put_aside()
        self.case, self.memory = deepcopy(self.case), self.memory.copy_apart()
        self.step = self.step.model_copy(
            update={
                "asked": self.step.asked[:],
                "followed": self.step.followed[:],
                "missed": self.step.missed[:],
            }
        )
        try:
            yield
        except BaseException:
            self._put_back(before)
            raise

    def _put_aside(self) -> tuple[Any, ...]:
        return self.model.state, self.case, self.memory, self.step

    def _put_back(self, before: tuple[Any, ...]) -> None:
        self.model.state, self.case, self.memory, self.step = before
        self._engine.running = True  # an end that was only tried has stopped the engine


@cache
def _rows_from(cls: type[Place], standing: tuple[str, ...]) -> dict[str, tuple[Transition, ...]]:
    """In the order of the declaration."""
    found = {
        event: tuple(m for m in rows if (m.source.id in standing if standing else m.is_start))
        for event, rows in cls.rows.items()
    }
    return {event: rows for event, rows in found.items() if rows}


class _Configured:
    """Where the library keeps the configuration."""

    state: Any = None


def _configuration(cls: type[Place], stages: list[str]) -> Any:
    """What the library keeps for these stages: a value, or a set with the stages around parallel ones."""
    if not stages or (stages == [ABORTED] and ABORTED not in cls.states_map):
        initial = cls.initial_state
        assert initial is not None
        return initial.value
    if unknown := [stage for stage in stages if stage not in cls.states_map]:
        raise Refusal(f"{cls.key} {cls.version} has no stage {', '.join(unknown)}.")
    if len(stages) == 1 and cls.states_map[stages[0]].parent is None:
        return stages[0]
    found: list[State] = []
    for stage in stages:
        state = cls.states_map[stage]
        found += [s for s in [*reversed(list(state.ancestors())), state] if s not in found]
    return OrderedSet(state.value for state in found)
