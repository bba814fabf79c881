"""Tables of scenarios: a path is a line of steps and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from activities.audiences.contract import MessageAudience
from activities.messages.contract import Message, Notify
from models.effect import Effect
from models.roles import Role
from tests.scenario import Answer, Scenario
from workflows.language.memory import Actor
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal
from workflows.language.timing import Span

Start = Callable[..., Scenario]
"""Makes a case, given the `answers` of its effects; it may have been started already."""


@dataclass(frozen=True)
class Act:
    """An event; without `by`, the engine sends it."""

    event: str
    by: Role | Actor | None = None
    form: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Child:
    """A child ends, or passes a stage."""

    procedure: str
    stage: str
    ended: bool = True
    result: dict[str, Any] = field(default_factory=dict[str, Any])


Answers = Mapping[Any, Answer]
"""What effects answer, by kind; those that aren't named succeed."""
OF_THE_LANGUAGE = frozenset(
    {"deadline_missed", "deadline_near", "reminder", "escalated", "case_stopped", "case_called_off"}
)
"""Templates of the notices that no procedure asks for: the language sends them."""
Step = Act | Child | Span | timedelta


def act(event: str, by: Role | Actor | None = None, /, **form: Any) -> Act:
    return Act(event, by, form)


def child(procedure: str, stage: str, /, *, ended: bool = True, **result: Any) -> Child:
    return Child(procedure, stage, ended, result)


def walk(scenario: Scenario, steps: Iterable[Step]) -> Scenario:
    for step in steps:
        match step:
            case Act():
                scenario.act(step.event, step.by, **step.form)
            case Child():
                scenario.child(step.procedure, step.stage, ended=step.ended, **step.result)
            case _:
                scenario.wait(step)
    return scenario


@dataclass(frozen=True)
class Path:
    """`stage` is where the case then stands; what else is given must hold too, each list whole and in order."""

    id: str
    steps: tuple[Step, ...]
    stage: str
    effects: list[str] | None = None
    opened: list[str] | None = None
    notified: list[Role] | None = None
    missed: list[str] | None = None
    answers: Answers = field(default_factory=dict[type[Effect], Answer])

    def check(self, start: Start) -> Scenario:
        case = walk(start(answers=self.answers), self.steps)
        assert case.stage == self.stage
        found = {
            "effects": case.kinds,
            "opened": case.opened,
            "notified": case.notified,
            "missed": case.missed,
        }
        expected = {name: getattr(self, name) for name in found if getattr(self, name) is not None}
        assert {name: found[name] for name in expected} == expected
        return case


@dataclass(frozen=True)
class Refused:
    """After these steps, the last one is refused, with a reason or pointer that holds `why`, and changes nothing."""

    id: str
    steps: tuple[Step, ...]
    why: str
    answers: Answers = field(default_factory=dict[type[Effect], Answer])

    def check(self, start: Start) -> None:
        *before, last = self.steps
        case = walk(start(answers=self.answers), before)
        assert isinstance(last, Act)
        stages, revision = case.stages, case.machine.memory.revision
        with pytest.raises(Refusal) as refused:
            walk(case, [last])
        pointers = " ".join(error.pointer for error in refused.value.errors)
        assert self.why in f"{refused.value.code} {refused.value.message} {pointers}"
        assert (case.stages, case.machine.memory.revision) == (stages, revision)


def walked(start: Start, paths: Iterable[Path]) -> Iterator[Scenario]:
    """A case after each of these paths."""
    return (walk(start(answers=path.answers), path.steps) for path in paths)


def messages(cases: Iterable[Scenario]) -> dict[str, set[str]]:
    """The words that these cases asked for, by the event whose step asked: the template of a message to a customer or
    partner, `template to role` for a notice, `template to all` for an audience. What the language itself sends for
    limits and escalations is left out.
    """
    found: dict[str, set[str]] = {}
    for case in cases:
        for step in case.steps:
            for ask in step.asked:
                match ask.effect:
                    case Message() as message:
                        words = message.template
                    case Notify() as notice if notice.template not in OF_THE_LANGUAGE:
                        words = f"{notice.template} to {notice.role}"
                    case MessageAudience() as message:
                        words = f"{message.template} to all"
                    case _:
                        continue
                found.setdefault(step.event, set()).add(words)
    return found


def each(lines: Iterable[Path | Refused]) -> pytest.MarkDecorator:
    """One test a line."""
    return pytest.mark.parametrize("line", [pytest.param(line, id=line.id) for line in lines])


def untaken(procedure: type[Procedure], start: Start, paths: Iterable[Path]) -> set[tuple[str, str, str]]:
    """The rows (event, from, to) that none of these paths takes; starts aside, which every path takes."""
    declared = {
        (event, move.source.id, move.goes_to)
        for event, moves in procedure.declaration.transitions.items()
        for move in moves
        if not move.is_start
    }
    taken: set[tuple[str, str, str]] = set()
    for case in walked(start, paths):
        for step in case.steps:
            taken |= _taken(procedure, step.event, step.followed, step.before, step.after)
    return declared - taken


def _taken(
    procedure: type[Procedure], event: str, followed: list[str], before: list[str], after: list[str]
) -> set[tuple[str, str, str]]:
    """The rows that a step took: its event, then the rules in its wake, each from where the last one led."""
    taken: set[tuple[str, str, str]] = set()
    places = set(before)
    for n, name in enumerate([event, *followed]):
        moves = [
            m
            for m in procedure.declaration.transitions.get(name, ())
            if not m.is_start and m.source.id in places
        ]
        if n == len(followed):
            moves = [m for m in moves if m.goes_to in after] or moves
        taken |= {(name, move.source.id, move.goes_to) for move in moves}
        places = {m.goes_to for m in moves} or (
            {m.goes_to for m in procedure.declaration.transitions.get(name, ())} if not before else places
        )
    return taken
