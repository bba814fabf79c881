"""What a case would become by a step, and what its next commit says of it."""

from __future__ import annotations

from dataclasses import dataclass

from activities.entries import AnyBookEntry
from workflows.language.memory import Alarm, Position, Step
from workflows.runner.messages import EffectNow, LinkNow, StepNow


@dataclass(frozen=True)
class DryRun:
    """What a step would make of a case that stands at `before`."""

    before: Position
    step: Step | None
    after: Position
    finished: bool
    alarms: list[Alarm]
    entry: AnyBookEntry | None
    """What a book is to hold of the case then."""


@dataclass(frozen=True)
class Uncommitted:
    """What the next commit says beside where the case stands."""

    position: str
    steps: tuple[StepNow, ...]
    effects: tuple[EffectNow, ...]
    links: tuple[LinkNow, ...]
    hash: str
    """Of what the case is and has done in this run: a commit that is built again has the same."""
    moments: str
    """Of when each step of this run was taken."""

    @property
    def has_news(self) -> bool:
        """Whether anything has changed since the commit before."""
        return bool(self.steps or self.effects or self.links)
