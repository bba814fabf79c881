"""A case in memory: the real machine, a pretended clock, pretended effects and children. No Temporal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.cases.contract import CancelCase, OpenCase, SendEvent, TellParent
from activities.messages.contract import Notify
from activities.milestones.contract import Milestone
from models.effect import Effect, Outcome
from models.policy import StorePolicy
from models.roles import Role
from workflows.language.links import Opening
from workflows.language.machine import Machine
from workflows.language.memory import ENGINE, Actor, Ask, ChildReport, Parent, Position, Step
from workflows.language.occasions import Colleague, occasion_of
from workflows.language.procedure import Procedure
from workflows.language.timing import Span
from workflows.registry import registry

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""A working day, 10:00 in China."""

Answer = Outcome | Callable[[Any], Outcome]
"""What an effect answers: always the same outcome, or one found from the effect."""


def person(role: Role, name: str = "") -> Actor:
    """Somebody with this role alone; named after it unless `name` says otherwise."""
    return Actor(id=name or role.value, roles=frozenset({role}))


def no(reason: str = "no", **data: Any) -> Outcome:
    """An outcome that a rule refused."""
    return Outcome(ok=False, reason=reason, data=data)


def yes(**data: Any) -> Outcome:
    """An outcome that was done, with what it tells."""
    return Outcome(data=data)


def documented() -> list[type[Procedure]]:
    """The procedures of the store's documents, without those that tests declare."""
    return [one for one in registry() if one.__module__.startswith("workflows.procedures.")]


def crons_of(procedure: type[Procedure]) -> tuple[str, ...]:
    """The cron lines on which the calendar starts a procedure."""
    moves = [move for rows in procedure.declaration.transitions.values() for move in rows]
    return tuple(cron for move in moves if move.spec.every is not None for cron in move.spec.every.crons)


def opened_by_calendar(
    procedure: type[Procedure],
    now: datetime,
    *,
    people: tuple[Colleague, ...] = (),
    suppliers: tuple[str, ...] = (),
) -> list[Opening]:
    """What the calendar opens at a moment, by the procedure's own cron lines."""
    policy = StorePolicy()
    occasion = occasion_of(now.astimezone(policy.zone), crons_of(procedure))
    machine = Machine.begin(procedure, store="shop", subject="", policy=policy, now=now)
    opened = machine.hooks.by_calendar(replace(occasion, people=people, suppliers=suppliers))
    return opened if isinstance(opened, list) else [opened] if opened else []


class Scenario:
    """Drives one case. Effects succeed at once unless `answers` says otherwise; the JSON of the position goes out
    and in between all steps, as it does in a real run."""

    def __init__(
        self,
        procedure: type[Procedure],
        *,
        subject: str = "1",
        now: datetime = MONDAY,
        policy: StorePolicy | None = None,
        parent: Parent | None = None,
        answers: Mapping[type[Effect], Answer] | None = None,
    ) -> None:
        self.procedure, self.now, self.policy = procedure, now, policy or StorePolicy()
        self.answers: Mapping[Any, Answer] = answers or {}
        machine = Machine.begin(
            procedure, store="shop", subject=subject, policy=self.policy, now=now, parent=parent
        )
        self._position = machine.position.model_dump_json(exclude_defaults=True)
        self.steps: list[Step] = []
        self.done: list[Effect] = []
        """The effects asked for that were done."""
        self.refused: list[Effect] = []
        """The effects that were answered with no."""

    # --- what happens

    def act(self, event: str, by: Role | Actor | None = None, **form: Any) -> Scenario:
        """An event by a person or feed; without `by`, by the engine. Raises Refusal."""
        actor = ENGINE if by is None else person(by) if isinstance(by, Role) else by
        machine = self.machine
        fields = form or (None if by is None else {})
        machine.judge(event, fields, actor=actor)
        return self._took(machine.act(event, fields, actor=actor), machine)

    def await_start(self, **known: Any) -> Scenario:
        """Opened at the entry, with what is known of the start's form."""
        machine = self.machine
        return self._took(machine.await_start(known), machine)

    def hear(self, topic: str, by: Role, **form: Any) -> Scenario:
        """A message from outside."""
        machine = self.machine
        event, known = machine.choose(topic, form or None, actor=person(by))
        return self.act(event, by, **(known or {}))

    def child(
        self, procedure: str, stage: str, subject: str = "", /, *, ended: bool = True, **result: Any
    ) -> Scenario:
        """A child of this procedure ends, or passes a stage: the one about this subject, or the first that was silent
        yet.
        """
        machine = self.machine
        begins, ends = f"{procedure}:", f":{subject}" if subject else ""
        children = {
            c: one for c, one in machine.memory.children.items() if c.startswith(begins) and c.endswith(ends)
        }
        case = min(children, key=lambda c: len(children[c].sent))
        link = children[case].link
        report = ChildReport(
            case=case, procedure=procedure, link=link, stage=stage, ended=ended, result=result
        )
        step = machine.child_reported(report)
        return self._took(step, machine) if step else self

    def cancel_by_parent(self) -> Scenario:
        machine = self.machine
        return self._took(machine.cancel_by_parent("test"), machine)

    def wait(self, span: Span | timedelta) -> Scenario:
        """Let time pass; what is due goes off in its turn."""
        until = self.now + (span.in_full(self.policy) if isinstance(span, Span) else span)
        while (alarm := next(iter(self.machine.alarms()), None)) is not None and alarm.at <= until:
            self.now = max(self.now, alarm.at)
            machine = self.machine
            step = machine.fire(alarm)
            assert step is not None
            self._took(step, machine)
        self.now = until
        return self

    # --- what came of it

    @property
    def machine(self) -> Machine:
        return Machine.at(self.procedure, Position.model_validate_json(self._position), self.policy, self.now)

    @property
    def stage(self) -> str:
        (only,) = self.machine.stages
        return only

    @property
    def stages(self) -> list[str]:
        return self.machine.stages

    @property
    def case(self) -> Any:
        return self.machine.case

    @property
    def missed(self) -> list[str]:
        return list(self.machine.memory.missed)

    def offers(self, role: Role | Actor) -> list[str]:
        return self.machine.offers(person(role) if isinstance(role, Role) else role)

    def effects(self, kind: type[Effect]) -> list[Any]:
        """The effects of a kind that were done, in order."""
        return [effect for effect in self.done if isinstance(effect, kind)]

    @property
    def kinds(self) -> list[str]:
        """The kinds of effects that were done, but for notices, and what cases do to each other."""
        aside = (Notify, OpenCase, TellParent, CancelCase, SendEvent)
        return [effect.kind() for effect in self.done if not isinstance(effect, aside)]

    @property
    def opened(self) -> list[str]:
        """The procedures that were started."""
        return [effect.procedure for effect in self.effects(OpenCase)]

    @property
    def notified(self) -> list[Role]:
        """The roles that were notified."""
        return [effect.role for effect in self.effects(Notify)]

    @property
    def entry(self) -> Any:
        """What a book holds of the case."""
        return self.machine.entry

    @property
    def reached(self) -> list[Milestone]:
        """The milestones that its steps have reached, in order."""
        milestones_of = self.procedure.declaration.milestones_of
        return [milestone for step in self.steps for milestone in milestones_of(step.event)]

    @property
    def undoable(self) -> list[str]:
        return [ask.kind for ask in self.machine.memory.undoable]

    # --- the inside

    def _took(self, step: Step, machine: Machine) -> Scenario:
        self.steps.append(Step.model_validate_json(step.model_dump_json()))
        self._position = machine.position.model_dump_json(exclude_defaults=True)
        for ask in step.asked:
            self._perform(ask)
        return self

    def _perform(self, ask: Ask) -> None:
        answer = self.answers.get(type(ask.effect), Outcome())
        outcome = answer if isinstance(answer, Outcome) else answer(ask.effect)
        (self.done if outcome.ok else self.refused).append(ask.effect)
        machine = self.machine
        step = machine.outcome(ask, outcome)
        if step is not None:
            self._took(step, machine)
        else:
            self._position = machine.position.model_dump_json(exclude_defaults=True)
