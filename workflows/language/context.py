"""One case while a step of it is judged and taken."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from activities.messages.contract import Notify
from models.effect import Effect, Undo
from models.policy import StorePolicy
from models.roles import Role
from workflows.language.declaration import ABORTED, Declaration
from workflows.language.memory import ENGINE, Actor, Ask, Happened, Memory, Position, Step
from workflows.language.sentences import Named, Sentence
from workflows.language.stages import Stage, Transition, Transitions

_THE_EPOCH = datetime.fromtimestamp(0, UTC)


class Guards(Protocol):
    """Judges the guards of a procedure, as the case now is."""

    def holds(self, guard: str) -> bool:
        """Whether one guard, which takes nothing of an event, holds."""
        ...

    def all_hold(self, transition: Transition) -> bool:
        """Whether all guards of a transition hold that can be judged before its event comes."""
        ...

    def failing(
        self, transition: Transition, come: Mapping[str, Any] | None = None
    ) -> list[Named | Sentence]:
        """The conditions of a transition's guards that don't hold. come: what comes with its event."""
        ...


class HoldsCase(Protocol):
    """The object whose hooks and guards read the case's data, and change them."""

    case: Any


@dataclass
class StepContext:
    """Where the case stands, all that is known of it, and the step that is being taken."""

    declaration: Declaration
    hooks: HoldsCase = field(init=False)
    guards: Guards = field(init=False)
    stage: str | None = None
    """The key of the stage. The library keeps it here. Before a case's first event it is the entry's."""
    memory: Memory = field(default_factory=Memory)
    policy: StorePolicy = field(default_factory=StorePolicy)
    now: datetime = _THE_EPOCH
    asked_the_clock: bool = False
    """Whether a hook or guard has read `now`."""
    actor: Actor = ENGINE
    step: Step = field(default_factory=lambda: Step(revision=0, event="", actor=ENGINE, at=_THE_EPOCH))

    @property
    def case(self) -> Any:
        """The procedure's Case. At the entry: what is known of the start's form."""
        return self.hooks.case

    @case.setter
    def case(self, case: Any) -> None:
        self.hooks.case = case

    # --- where it stands

    def put(self, position: Position, policy: StorePolicy, now: datetime) -> None:
        """Put it where a case stands. Raises Refusal where the procedure has no such stage."""
        declared = self.declaration
        for stage in position.stages:
            declared.require_stage(stage)
        entry = declared.entry.id
        here = position.stages[0] if position.stages else entry
        self.stage = entry if here == ABORTED and ABORTED not in declared.stages else here
        self.case = declared.case_of(position.stages, position.case)
        self.memory, self.policy, self.now = position.memory, policy, now
        self.actor = ENGINE
        self.step = Step(revision=self.memory.revision, event="", actor=ENGINE, at=now)

    @property
    def position(self) -> Position:
        """Where the case stands now; later actions don't change it."""
        return Position.model_construct(stages=self._declared_stages, case=self.case, memory=self.memory)

    @property
    def stages(self) -> list[str]:
        """The stage where the case stands; none before its first event."""
        return [ABORTED] if self.memory.aborted else self._declared_stages

    @property
    def stages_declared(self) -> list[Stage]:
        """The same, as they are declared."""
        return [self.declaration.stage(key) for key in self.stages]

    @property
    def _declared_stages(self) -> list[str]:
        if self.stage is None or (
            self.stage == self.declaration.entry.id and self.stage not in self.memory.entered
        ):
            return []
        return [self.stage]

    @property
    def is_at_entry(self) -> bool:
        """Whether the case was opened at its entry, and nobody has begun it yet."""
        return self.stages == [self.declaration.entry.id]

    @property
    def finished(self) -> bool:
        return self.memory.aborted or any(stage.final for stage in self.stages_declared)

    @property
    def transitions(self) -> Mapping[str, tuple[Transition, ...]]:
        """By event, the transitions that lead on from where the case stands."""
        if self.memory.aborted:
            return {}
        return self.declaration.leaving(self.stage or self.declaration.entry.id)

    @property
    def roles_here(self) -> frozenset[Role]:
        """Whom the case waits for."""
        return frozenset[Role]().union(*(stage.role for stage in self.stages_declared))

    def here(self) -> str:
        """Where the case stands, in an English sentence."""
        return ", ".join(self.stages) or "the start"

    @property
    def case_id(self) -> str:
        """`{procedure}:{store}:{subject}`."""
        return self.id_of(self.declaration.key, self.memory.subject)

    def id_of(self, procedure: str, subject: str) -> str:
        """The id of another case of the same store."""
        return f"{procedure}:{self.memory.store}:{subject}"

    def last_sent(self, event: Any) -> Happened | None:
        """When an event, or one of several, was sent last."""
        times = [self.memory.happened[name] for name in names_of(event) if name in self.memory.happened]
        return max(times, key=lambda happened: happened.revision, default=None)

    # --- one step, wholly or not at all

    @contextmanager
    def wholly(self) -> Generator[None]:
        """What is done inside happens wholly or, when it raises, not at all."""
        before = self.put_aside()
        self.case, self.memory, self.step = (
            deepcopy(self.case),
            self.memory.copy_apart(),
            self.step.copy_apart(),
        )
        try:
            yield
        except BaseException:
            self.put_back(before)
            raise

    def put_aside(self) -> tuple[Any, ...]:
        """What `put_back` takes."""
        return self.stage, self.case, self.memory, self.step

    def put_back(self, before: tuple[Any, ...]) -> None:
        """Make everything as it was before."""
        self.stage, self.case, self.memory, self.step = before

    # --- effects

    def ask(self, effect: Effect, then: Any = None, otherwise: Any = None, **known: Any) -> Ask:
        """Have the step ask for an effect. Its outcome sends `then`, or `otherwise` where it was refused."""
        ask = Ask(
            key=f"{self.memory.revision}.{len(self.step.asked)}",
            kind=effect.kind(),
            effect=effect,
            then=names_of(then)[0] if then is not None else None,
            otherwise=names_of(otherwise)[0] if otherwise is not None else None,
            known=known,
        )
        self.step.asked.append(ask)
        return ask

    def notify(self, role: Role, template: str, **data: object) -> None:
        """Have the step tell a team something that nothing withdraws."""
        self.ask(
            Notify(role=role, template=template, data={name: str(value) for name, value in data.items()})
        )

    def undo(self, picks: Callable[[Ask], bool]) -> list[Ask]:
        """Undo what was done before this step, is still in force, and is picked; the latest first.

        Returns what is undone.
        """
        mine = f"{self.memory.revision}."
        undone: list[Ask] = []
        for ask in reversed(self.memory.undoable[:]):
            undone_by: type[Undo] | None = ask.effect.undone_by
            if undone_by is not None and not ask.key.startswith(mine) and picks(ask):
                self.memory.undoable.remove(ask)
                self.ask(undone_by(of=ask.key))
                undone.append(ask)
        return undone


def names_of(event: Any) -> tuple[str, ...]:
    """The names of an event, as a procedure's class has it or as text."""
    return event.names if isinstance(event, Transitions) else (str(event),)
