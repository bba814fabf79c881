"""Limits that span stages, and the figures that a procedure is measured by."""

from __future__ import annotations

from dataclasses import dataclass

from models.roles import Role
from workflows.language.refusals import BadProcedure
from workflows.language.stages import AnyOf, Stage, Tell, Transitions, escalation, place_of_declaration
from workflows.language.timing import Due


@dataclass
class Deadline:
    """A limit from one event to another, whatever stages lie between.

    paused_in: stages in which somebody outside has the turn, so that the limit doesn't count.
    unless: a guard; where it holds when the limit starts, or comes to hold, there is none.
    sends: an event that the limit sends when it falls.
    """

    limit: Due
    since: Transitions
    until: Transitions
    tell: Tell | None = None
    paused_in: AnyOf | Stage | None = None
    unless: str | None = None
    sends: Transitions | None = None
    key: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        self.place = place_of_declaration()
        for name in ("since", "until"):
            if not isinstance(getattr(self, name), Transitions):
                raise BadProcedure(
                    f"{self.place}: a deadline counts {name} an event, not a stage: name the event that leads there"
                )

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    @property
    def escalation_steps(self) -> tuple[tuple[Due, frozenset[Role]], ...]:
        return escalation(self.limit, self.tell)

    @property
    def pauses(self) -> tuple[str, ...]:
        """The stages in which it doesn't count."""
        if self.paused_in is None:
            return ()
        stages = self.paused_in.stages if isinstance(self.paused_in, AnyOf) else (self.paused_in,)
        return tuple(stage.id for stage in stages)


@dataclass(frozen=True)
class Kpi:
    """A figure that the step log of many cases gives."""

    kind: str
    of: Transitions
    to: Transitions | None = None


def count(of: Transitions) -> Kpi:
    """How often."""
    return Kpi("count", of)


def elapsed(since: Transitions, until: Transitions) -> Kpi:
    """How long from one event to the other."""
    return Kpi("elapsed", since, until)


def share(part: Transitions, of: Transitions) -> Kpi:
    """How many of these events led to that one."""
    return Kpi("share", part, of)
