"""What a case would become by a step, and what its next commit says of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

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


class Trail:
    """The hashes of a run's steps, each over the one before: however the steps are put together in commits, they come
    out the same.
    """

    def __init__(self) -> None:
        """Of a run that has taken no step yet."""
        self.moments = ""
        """Of when each step was taken."""
        self._steps = ""
        """Of all steps and of their effects."""

    def add(self, step: Step) -> None:
        """A step more."""
        self.moments = _hash(self.moments, step.revision, step.at.isoformat())
        effects = [(ask.key, ask.kind, ask.model_dump_json(exclude_defaults=True)) for ask in step.asked]
        self._steps = _hash(
            self._steps, step.revision, step.event, step.actor.id, step.before, step.after, step.followed,
            step.effect, effects,
        )  # fmt: skip

    def hash_at(self, *position: Any) -> str:
        """Of the steps, and of where they have led."""
        return _hash(self._steps, *position)


def _hash(*values: Any) -> str:
    return hashlib.sha256(orjson.dumps(values)).hexdigest()[:16]
