"""The class that a procedure's author writes, and what is made of it when it is read."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from statemachine import StateMachine
from statemachine.exceptions import InvalidDefinition

from activities.entries import AnyBookEntry
from activities.milestones.contract import Milestone
from models.papers import Paper
from models.roles import STAFF_ROLES, PartyKind, Who, one_or_more
from workflows.language.blinding import Blind
from workflows.language.checks import faults_of
from workflows.language.deadlines import Deadline, Kpi
from workflows.language.declaration import Declaration, first_line, place_of
from workflows.language.engine import library_class
from workflows.language.forms import Case, Heard
from workflows.language.hooks import HookContext
from workflows.language.leads import Without, left_out
from workflows.language.links import Link, Opening
from workflows.language.occasions import Occasion
from workflows.language.refusals import BadProcedure
from workflows.language.source import effects_of, methods_of
from workflows.language.stages import CALLER, Entry, Stage, Transition, Transitions
from workflows.language.stopping import without_way_back
from workflows.language.usual import give_usual_limits


class _Body(dict[str, Any]):
    """What a procedure's class body declares: no name twice."""

    def __setitem__(self, name: str, value: Any) -> None:
        before = self.get(name)
        if before is not None and _is_declared(before) and _is_declared(value):
            raise BadProcedure(f"{_place(value)}: {name} is declared already, at {_place(before)}")
        super().__setitem__(name, value)


class ProcedureMeta(type):
    """Reads what a procedure's class declares into its Declaration, and refuses what contradicts itself."""

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], /, **_kwargs: Any) -> _Body:
        return _Body()

    def __init__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> None:
        super().__init__(name, bases, attributes)
        if any(isinstance(base, ProcedureMeta) for base in bases):
            procedure = cast("type[Procedure]", cls)
            procedure.library, procedure.declaration = _declared(procedure, attributes)


class Procedure(HookContext, metaclass=ProcedureMeta):
    """A documented procedure. A subclass declares stages, transitions, deadlines, hooks and links."""

    key: ClassVar[str]
    """Its key in the catalogue, in case ids and addresses; its file is called so."""
    version: ClassVar[int] = 1
    kpis: ClassVar[tuple[Kpi, ...]] = ()
    """The figures that it is measured by."""
    renamed: ClassVar[dict[int, dict[str, str]]] = {}
    """For each older version: its stages that have another name here."""
    milestones: ClassVar[dict[Milestone, Transitions]] = {}
    """What a step of one of these events has reached, for the figures."""
    signalled: ClassVar[tuple[str, ...]] = ()
    """The events that other cases send."""

    readers: ClassVar[Who] = STAFF_ROLES
    """The roles that read every case, beside those that act in it: all of the store's people, where nothing is said."""
    parties: ClassVar[dict[PartyKind, str | tuple[str, ...]]] = {}
    """Who reads a case as theirs: the fields of the case that hold their numbers."""

    kept_back: ClassVar[tuple[str, ...]] = ()
    """What the start asks that no party of the case is shown: the store's own plans and sums."""

    blind: ClassVar[Blind | None] = None
    """What one person has found out, such as counted, and others are to find out for themselves."""

    numbers: ClassVar[str] = ""
    """What the numbers begin with that its cases get where nobody gives them one, such as `AS`. Empty where each thing
    has one already: an order of the shop, a product.
    """
    about: ClassVar[tuple[str, ...]] = ()
    """The fields of the case that say in a line what it is about, the most telling first: its headline."""
    papers: ClassVar[dict[Paper, tuple[str, ...]]] = {}
    """What can be printed of a case, beside what the books say with these fields and properties of the case."""

    exceptions: ClassVar[tuple[Without, ...]] = ()
    """What every procedure has and this one hasn't, each with the reason: see leads.py."""

    declaration: ClassVar[Declaration]
    library: ClassVar[type[StateMachine]]

    def result(self) -> dict[str, Any]:
        """What the case reports to the one that started it, when it ends or passes a stage that it asked about."""
        return {}

    def book_entry(self) -> AnyBookEntry | None:
        """What a book holds of the case, all of it. It is asked for after each step and written with the commit, so
        that the book is never behind the case. Where a procedure enters anything, it does so from its start to its end.
        """
        return None

    def by_calendar(self, occasion: Occasion) -> Opening | list[Opening] | None:
        """With which number and form the calendar starts a case, or several, on this occasion; None where it needs
        none. `asking(…)` opens one whose start people send.

        A procedure whose start asks anything says it here. Called before the case's first event: only the store's
        policy and clock are known, and the moment that the start was meant for.
        """
        return Opening(subject=occasion.label, at_entry=bool(self.declaration.entry.role))

    @classmethod
    def migrate_case(cls, case: dict[str, Any], version: int) -> dict[str, Any]:
        """The case's data of an older version, as this version keeps it."""
        del version
        return case


_VOCABULARY = frozenset(
    name for base in (Procedure, HookContext) for name in (*vars(base), *inspect.get_annotations(base))
) - {
    "case",
    "key",
    "version",
    "kpis",
    "milestones",
    "renamed",
    "signalled",
    "readers",
    "parties",
    "kept_back",
    "blind",
    "about",
    "papers",
    "numbers",
    "exceptions",
}
"""The names that `self` has of its own."""


def _declared(cls: type[Procedure], attributes: Mapping[str, Any]) -> tuple[type[StateMachine], Declaration]:
    stages = {name: value for name, value in attributes.items() if isinstance(value, Stage)}
    events = {name: value for name, value in attributes.items() if isinstance(value, Transitions)}
    entries = [name for name, stage in stages.items() if isinstance(stage, Entry)]
    if len(entries) != 1:
        count = f"{len(entries)} entries, {', '.join(entries)}" if entries else "no entry"
        raise BadProcedure(
            f"{cls.__name__} has {count}: write new = Entry() once, where cases are before they start"
        )
    try:
        library = library_class(cls.__name__, stages, events)
    except InvalidDefinition as error:
        raise BadProcedure(f"{cls.__name__}: {error}") from error
    transitions = {name: some.declared for name, some in events.items()}
    for some in transitions.values():
        _tell_callers_apart(some)
        _let_it_say_why(some)
    deadlines = tuple(v for v in attributes.values() if isinstance(v, Deadline))
    give_usual_limits(stages, transitions, deadlines, left_out(cls.exceptions, "limit"))
    declared = Declaration(
        name=cls.__name__,
        module=cls.__module__,
        key=attributes.get("key", ""),
        version=cls.version,
        summary=first_line(cls) if attributes.get("__doc__") else "",
        case_type=_case_of(cls),
        entry=cast("Entry", stages[entries[0]]),
        stages=stages,
        transitions=transitions,
        links=tuple(v.link for v in attributes.values() if isinstance(getattr(v, "link", None), Link)),
        deadlines=deadlines,
        kpis=cls.kpis,
        renamed=cls.renamed,
        milestones=cls.milestones,
        signalled=cls.signalled,
        readers=one_or_more(cls.readers),
        parties={kind: (names,) if isinstance(names, str) else names for kind, names in cls.parties.items()},
        kept_back=cls.kept_back,
        blind=cls.blind,
        about=cls.about,
        papers=cls.papers,
        numbers=cls.numbers,
        exceptions=cls.exceptions,
        methods=_methods(cls),
    )
    if waits := [place_of(m) for m in declared.methods.values() if inspect.iscoroutinefunction(m)]:
        raise BadProcedure(
            f"{waits[0]}: a hook is no coroutine: it does its work at once, and asks for effects"
        )
    declared = replace(declared, effects=effects_of(declared), without_way_back=without_way_back(declared))
    if faults := faults_of(declared, attributes, _VOCABULARY):
        raise BadProcedure("\n  ".join([f"{cls.__name__} contradicts itself:", *faults]))
    return library, declared


def _methods(cls: type[Procedure]) -> dict[str, Callable[..., Any]]:
    """Its own functions, and after them those of the classes that it shares with other procedures."""
    found = methods_of(cls)
    for base in cls.__mro__:
        if issubclass(base, HookContext) and base is not HookContext and not isinstance(base, ProcedureMeta):
            found |= {name: one for name, one in methods_of(base).items() if name not in found}
    return found


def _tell_callers_apart(some: tuple[Transition, ...]) -> None:
    """Where several transitions of an event leave one stage, each is open to its own callers alone."""
    for one in some:
        if any(other.source is one.source and other.by != one.by for other in some if not one.is_start):
            cast("Any", one.cond).add(CALLER, expected_value=True)


def _let_it_say_why(some: tuple[Transition, ...]) -> None:
    """Where a message from outside is asked nothing, it may still say why."""
    if all(one.form is None for one in some) and any(one.spec.on for one in some):
        for one in some:
            one.spec = replace(one.spec, form=Heard)


def _case_of(cls: type) -> type[Case]:
    case = inspect.get_annotations(cls, eval_str=True).get("case")
    return case if isinstance(case, type) and issubclass(case, Case) else Case


def _is_declared(value: Any) -> bool:
    return isinstance(value, Stage | Transitions | Deadline) or inspect.isfunction(value)


def _place(value: Any) -> str:
    match value:
        case Transitions(declared=(first, *_)):
            return first.spec.place
        case Stage() | Deadline():
            return value.place
        case _:
            return place_of(value)
