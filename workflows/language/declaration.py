"""What one class of a procedure declares: read once, when the class is made, and never changed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from activities.milestones.contract import Milestone
from models.papers import Paper
from models.roles import PARTY_ROLES, PartyKind, Role
from workflows.language.blinding import Blind
from workflows.language.deadlines import Deadline, Kpi
from workflows.language.forms import Case, Form
from workflows.language.leads import Without, leaves_all_out, left_out
from workflows.language.links import Link
from workflows.language.refusals import Refusal
from workflows.language.stages import Entry, Stage, Transition, Transitions

ABORTED = "aborted"
"""The end that no procedure declares: its parent cancelled it."""
_ABORTED = Stage(final=True, undo=True)
_ABORTED._set_id(ABORTED)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it belongs to no class that does

WITH_THE_EVENT = ("form", "outcome", "report")
"""What comes with an event, by the names under which hooks and guards take it."""


@dataclass(frozen=True)
class DeclaredEffect:
    """One `self.do(…)`, `self.tell(…)`, `self.undo(…)` or `self.make_permanent(…)` of a hook."""

    method: str
    place: str
    """As `file.py:12`."""
    when: tuple[str, ...]
    """The events and stages whose hooks lead there."""
    what: Literal["do", "undo", "make_permanent"]
    effect: str
    then: str | None = None
    otherwise: str | None = None
    has_known_answers: bool = False
    """Whether the form of the outcome's event is given more than what the outcome tells."""


@dataclass(frozen=True)
class Declaration:
    """A procedure as it is declared. Everything that judges, times or shows a procedure reads it from here."""

    name: str
    """The class's."""
    module: str
    key: str
    version: int
    summary: str
    case_type: type[Case]
    entry: Entry
    stages: Mapping[str, Stage]
    """By key, in the order of the declaration."""
    transitions: Mapping[str, tuple[Transition, ...]]
    """By event, in the order of the declaration."""
    links: tuple[Link, ...]
    deadlines: tuple[Deadline, ...]
    kpis: tuple[Kpi, ...]
    renamed: Mapping[int, Mapping[str, str]]
    """For each older version: its stages that have another name here."""
    milestones: Mapping[Milestone, Transitions]
    """What a step of one of these events has reached, for the figures."""
    signalled: tuple[str, ...]
    """The events that other cases send."""
    readers: frozenset[Role]
    """The roles that read every case, beside those that act in it."""
    parties: Mapping[PartyKind, tuple[str, ...]]
    """By kind, the fields of the case that hold the numbers of its parties."""
    kept_back: tuple[str, ...]
    """What the start asks that no party is shown."""
    blind: Blind | None
    """What nobody reads before others have found it out for themselves."""
    about: tuple[str, ...]
    """The fields of the case that say in a line what it is about."""
    papers: Mapping[Paper, tuple[str, ...]]
    """What can be printed of a case, with the case's fields and properties that stand on it."""
    numbers: str
    """What the numbers begin with that its cases get where nobody gives them one."""
    exceptions: tuple[Without, ...]
    """What isn't asked of it, and why."""
    methods: Mapping[str, Callable[..., Any]]
    """The procedure's own, and those of the classes that it shares: hooks, guards, and what they call."""
    without_way_back: tuple[str, ...] = ()
    """The stages from which no row leads people back or out, with a reason."""
    effects: tuple[DeclaredEffect, ...] = ()
    """All that the hooks ask of the outside world, in the order of the source."""

    def stage(self, key: str) -> Stage:
        """The declared stage; `aborted` is an end of every procedure. KeyError where there is none."""
        return _ABORTED if key == ABORTED and ABORTED not in self.stages else self.stages[key]

    def require_stage(self, key: str) -> None:
        """Raises Refusal where a case can't stand there."""
        if key not in self.stages and key != ABORTED:
            raise Refusal(f"{self.key} {self.version} has no stage {key}.")

    def case_of(self, stages: Collection[str], kept: Any) -> Any:
        """The data of a case that stands there, from their JSON; what is known at the entry stays as it is."""
        has_begun = isinstance(kept, dict) and list(stages) not in ([], [self.entry.id])
        return self.case_type.model_validate(kept) if has_begun else cast("Any", kept)

    @cached_property
    def stoppable(self) -> frozenset[str]:
        """The stages where whoever answers for a case may stop it: see stopping.py."""
        if leaves_all_out(self.exceptions, "way_back"):
            return frozenset()
        return frozenset(self.without_way_back) - left_out(self.exceptions, "way_back")

    @cached_property
    def all_transitions(self) -> tuple[tuple[str, Transition], ...]:
        """Every transition with its event."""
        return tuple((event, one) for event, some in self.transitions.items() for one in some)

    @cached_property
    def _leaving(self) -> Mapping[str, Mapping[str, tuple[Transition, ...]]]:
        found: dict[str, dict[str, tuple[Transition, ...]]] = {}
        for event, some in self.transitions.items():
            for one in some:
                here = found.setdefault(one.source.id, {})
                here[event] = (*here.get(event, ()), one)
        return MappingProxyType(found)

    def leaving(self, stage: str) -> Mapping[str, tuple[Transition, ...]]:
        """By event, the transitions that lead on from a stage."""
        return self._leaving.get(stage, MappingProxyType({}))

    @cached_property
    def start_events(self) -> tuple[str, ...]:
        """The events that start a case."""
        return tuple(event for event, some in self.transitions.items() if any(one.is_start for one in some))

    def start_events_for(
        self, roles: Collection[Role], among: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """The events that start a case and that one of these roles may send; all, where they may send none, so that
        the gate refuses the role.

        among: the events that come into question, where that isn't all of them.
        """
        events = tuple(event for event in self.start_events if among is None or event in among)
        allowed = tuple(
            event
            for event in events
            if any(one.is_start and not one.by.isdisjoint(roles) for one in self.transitions[event])
        )
        return allowed or events

    @cached_property
    def calendar_starts(self) -> tuple[str, ...]:
        """The events by which the calendar starts a case."""
        starts = (event for event, one in self.all_transitions if one.spec.every is not None)
        return tuple(dict.fromkeys(starts))

    @cached_property
    def seen_by(self) -> frozenset[Role]:
        """The roles that read every case: those named, and whoever acts in it; but for those that act as a party of it
        alone, and messages from outside.
        """
        acting = frozenset[Role]().union(
            *(one.by for _, one in self.all_transitions), *(stage.role for stage in self.stages.values())
        )
        bound = PARTY_ROLES | ({Role.STAFF} if PartyKind.PERSON in self.parties else frozenset[Role]())
        return frozenset(role for role in self.readers | (acting - bound) if role.is_person)

    @cached_property
    def main_events(self) -> Mapping[str, str]:
        """By stage, what its role does there as a rule: the row that says so, or the only one that leads on."""
        found: dict[str, str] = {}
        for key, stage in self.stages.items():
            theirs = [
                (event, one)
                for event, some in self.leaving(key).items()
                for one in some
                if one.by & stage.role
            ]
            said = dict.fromkeys(event for event, one in theirs if one.spec.main)
            ahead = dict.fromkeys(event for event, one in theirs if one.goes_to != key)
            only = said or ahead or dict.fromkeys(event for event, _ in theirs)
            if len(only) == 1 and not stage.ways_equal:
                found[key] = next(iter(only))
        return MappingProxyType(found)

    def party_numbers(self, case: Case) -> tuple[tuple[PartyKind, str], ...]:
        """The parties of a case, by their numbers."""
        found: dict[tuple[PartyKind, str], None] = {}
        for kind, names in self.parties.items():
            for name in names:
                value: Any = getattr(case, name, None)
                numbers: list[Any] = [*value] if isinstance(value, list | tuple) else [value]
                found.update(((kind, str(one)), None) for one in numbers if one)
        return tuple(found)

    def form_of(self, event: str) -> type[Form] | None:
        """What the event must be told; None where it takes no form."""
        return next((one.form for one in self.transitions[event] if one.form), None)

    def milestones_of(self, event: str) -> tuple[Milestone, ...]:
        """What a step of this event reaches."""
        return tuple(milestone for milestone, events in self.milestones.items() if event in events.names)

    def takes(self, method: str) -> tuple[str, ...]:
        """What of an event a hook or guard takes: `form`, `outcome`, `report`."""
        return self._parameters.get(method, ())

    @cached_property
    def _parameters(self) -> Mapping[str, tuple[str, ...]]:
        return {
            name: tuple(p for p in inspect.signature(method).parameters if p in WITH_THE_EVENT)
            for name, method in self.methods.items()
        }

    def reason(self, guard: str) -> str:
        """What a guard's docstring shows to whoever it stops."""
        return first_line(self.methods.get(guard)) or guard


def place_of(method: Callable[..., Any], line: int | None = None) -> str:
    """Where a function stands, as `file.py:12`: its decorator or its `def`; or another line of its file."""
    code = method.__code__
    return f"{Path(code.co_filename).name}:{line or code.co_firstlineno}"


def first_line(thing: Any) -> str:
    """The first line of a docstring, without its full stop."""
    return (inspect.getdoc(thing) or "").partition("\n")[0].rstrip(".")
