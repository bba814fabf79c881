"""Stages, and the transitions between them: one transition is one row of a procedure's table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast

from statemachine import State
from statemachine.transition import Transition as LibraryTransition
from statemachine.transition_list import TransitionList

from models.roles import Role, Who, one_or_more
from workflows.language.forms import Form
from workflows.language.refusals import BadProcedure
from workflows.language.timing import At, CaseSpan, Due, Earliest, FirstKnown, Repeat, Schedule, Span, Today
from workflows.language.triggers import MessageTrigger, On, triggers_of

Tell: TypeAlias = "Who | dict[Due, Who]"
"""`tell=A` tells A at the limit; `tell={hours(18): A, hours(24): B}` tells each in turn."""


Hook = TypeVar("Hook", bound=Callable[..., Any])


class Decorates(Protocol):
    """Decorates a hook and returns it unchanged."""

    def __call__(self, hook: Hook, /) -> Hook: ...


A_NUMBER = "_no"
"""How the names of a case's answers end that are numbers: messages find the case by them."""

_LANGUAGE = __name__.rpartition(".")[0] + "."

CALLER = "is_for_caller"
"""The guard of a transition that only some callers of its event may take. The machine adds and judges it."""


@dataclass(frozen=True)
class TransitionSpec:
    """What a transition says beside its two stages."""

    by: frozenset[Role] = frozenset()
    heard_by: frozenset[Role] = frozenset()
    """Who of `by` sends it only for a party that has told them."""
    form: type[Form] | None = None
    on: tuple[MessageTrigger, ...] = ()
    clock: Due | Repeat | None = None
    every: Schedule | None = None
    rule: bool = False
    other_than: tuple[Transitions, ...] = ()
    needs: tuple[Transitions, ...] = ()
    once: bool = False
    main: bool = False
    approves: tuple[str, ...] = ()
    """What of the case whoever sends it judges."""
    back: bool = False
    place: str = ""
    """Where it is declared, in its procedure's file."""


class Transition(LibraryTransition):
    """From a stage to a stage. The library keeps our transitions, unlike our events."""

    spec: TransitionSpec

    @property
    def by(self) -> frozenset[Role]:
        return self.spec.by

    @property
    def form(self) -> type[Form] | None:
        return self.spec.form

    @property
    def is_start(self) -> bool:
        return isinstance(self.source, Entry)

    @property
    def goes_to(self) -> str:
        target = self.target
        assert target is not None
        return target.id

    @property
    def who(self) -> frozenset[Role]:
        """Who sends it, as the catalogue says it: people, feeds, the timer, or else the system."""
        timed = self.spec.clock is not None or self.spec.every is not None
        return self.by | (frozenset({Role.TIMER}) if timed else frozenset[Role]()) or frozenset({Role.SYSTEM})

    @cached_property
    def guard_expressions(self) -> tuple[str, ...]:
        """Its guards as they are written, such as `"is_complete and not has_faults"`."""
        expressions = (str(cast("Any", spec).func) for spec in self.cond)
        return tuple(expression for expression in expressions if expression != CALLER)

    @cached_property
    def guards(self) -> tuple[str, ...]:
        """The names in its guards."""
        words = " ".join(self.guard_expressions).replace("(", " ").replace(")", " ").split()
        return tuple(word for word in words if word not in ("and", "or", "not"))

    @cached_property
    def is_open_to_all(self) -> bool:
        """Whether nothing is judged before it is taken, but who sends its event."""
        return not any(True for _ in self.cond)

    @property
    def hooks(self) -> list[str]:
        """The names of the hooks that decorators have put on it."""
        return hooks_of(self.on)


class Transitions(TransitionList):
    """The transitions of one event; `|` joins ones that differ, and events that a hook shares."""

    if TYPE_CHECKING:  # the library's own has no types
        on: Decorates  # type: ignore[assignment]

    def __or__(self, other: TransitionList | Iterable[LibraryTransition]) -> Transitions:
        return Transitions([*self.transitions, *other])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its events, once the procedure's class has given them."""
        return tuple(dict.fromkeys(str(event) for each in self.transitions for event in each.events))

    @property
    def name(self) -> str:
        """The name of the one event."""
        (only,) = self.names
        return only

    @property
    def declared(self) -> tuple[Transition, ...]:
        """Each transition, in the order of the declaration."""
        return tuple(each for each in self.transitions if isinstance(each, Transition))


class Stage(State):
    """Where a case stands.

    role: whose turn it is, which is whose inbox shows it.
    due: by when it should be left; counted from when it was entered.
    tell: who hears when that is missed, or before.
    remind: a reminder to the stage's role that comes again while the case stays, as often as the store's policy has it.
    A stage of people without a limit of its own gets the store's usual one: usual.py.
    ways_equal: whether none of the ways on is what is done as a rule: a decision.
    final: the case ends here; undo: what was done and is still in force is undone on entering.
    """

    if TYPE_CHECKING:  # the library's own has no types
        enter: Decorates

    def __init__(
        self,
        *,
        role: Who | None = None,
        due: Due | None = None,
        tell: Tell | None = None,
        remind: Repeat | None = None,
        ways_equal: bool = False,
        final: bool = False,
        undo: bool = False,
        initial: bool = False,
    ) -> None:
        self.place = place_of_declaration()
        self.ways_equal = ways_equal
        self.role = roles_of(role, "role")
        self.due = due
        self.tell = escalation(due, tell)
        self.remind = remind
        self.undo = undo
        if tell is not None and due is None and not isinstance(tell, dict):
            raise BadProcedure(
                f"{self.place}: tell= names who hears that a limit is missed; say the limit: due="
            )
        super().__init__(final=final, initial=initial)

    def to(  # pyright: ignore[reportIncompatibleMethodOverride] - said in full, for the reader of a procedure
        self,
        target: Stage,
        *,
        by: Who | None = None,
        heard_by: Who | None = None,
        form: type[Form] | None = None,
        on: On = (),
        when: str | None = None,
        after: Span | CaseSpan | Repeat | None = None,
        at: At | Today | Earliest | FirstKnown | None = None,
        every: Schedule | None = None,
        as_soon_as: str | bool = False,
        other_than: Transitions | tuple[Transitions, ...] = (),
        needs: Transitions | tuple[Transitions, ...] = (),
        once: bool = False,
        main: bool = False,
        approves: str | tuple[str, ...] = (),
        back: bool = False,
    ) -> Transitions:
        """A transition to `target`: see AnyOf.to."""
        return AnyOf(self).to(
            target,
            by=by,
            heard_by=heard_by,
            form=form,
            on=on,
            when=when,
            after=after,
            at=at,
            every=every,
            as_soon_as=as_soon_as,
            other_than=other_than,
            needs=needs,
            once=once,
            main=main,
            approves=approves,
            back=back,
        )

    def stay(self, **spec: Any) -> Transitions:
        """Records something and stays: see AnyOf.to for what may be said."""
        return AnyOf(self).stay(**spec)

    def __or__(self, other: Stage | AnyOf) -> AnyOf:
        return AnyOf(self) | other


class Entry(Stage):
    """Where a case is before its first event.

    role: who is asked to begin a case that was opened here, as its start asks what only people know. due, tell: by
    when, and who hears when that is missed. lapses: when it is too late, and nobody is asked any more.
    """

    def __init__(
        self,
        *,
        role: Who | None = None,
        due: Span | None = None,
        tell: Tell | None = None,
        lapses: Span | None = None,
    ) -> None:
        self.lapses = lapses
        super().__init__(role=role, due=due, tell=tell, initial=True)


class AnyOf:
    """`a | b | c`: several stages to leave by the same event."""

    def __init__(self, *stages: Stage) -> None:
        self.stages = stages

    def __or__(self, other: Stage | AnyOf) -> AnyOf:
        return AnyOf(*self.stages, *(other.stages if isinstance(other, AnyOf) else (other,)))

    def enter(self, hook: Hook) -> Hook:
        """Decorates what is done on entering any of these stages."""
        for stage in self.stages:
            stage.enter(hook)
        return hook

    def to(self, target: Stage, **spec: Any) -> Transitions:
        """A transition from each of these stages to `target`.

        by: the people or feeds that may send it. form: what they must tell.
        heard_by: the staff who may send it for a party that has told them; they say by which way (`Told`).
        on: the message types from outside that send it.
        when: a guard, or guards joined by and, or, not.
        after, at: the clock sends it, with `repeated(…)` again and again. every: the calendar starts a case with it,
            or opens one that waits for it.
        as_soon_as: sent by itself once this guard holds (True: at once).
        other_than: who has sent one of these in this case may not send this.
        needs: these must have been sent in this case, at whatever time. once: only once while the stage lasts.
        main: what is done there as a rule, where there are several ways.
        approves: what of the case whoever sends it judges: it stands beside the form (approving.py).
        back: it ends the case or takes it to an earlier stage, with a form that says why.
        None of by, after, at, every, as_soon_as: only an effect's outcome or a child's end sends it.
        """
        return self._transitions(lambda stage: (stage, target), {**spec, "internal": False})

    def stay(self, **spec: Any) -> Transitions:
        """A record that leaves the case in its stage."""
        return self._transitions(lambda stage: (stage, stage), {**spec, "internal": True})

    def _transitions(self, ends: Callable[[Stage], tuple[Stage, Stage]], spec: dict[str, Any]) -> Transitions:
        found = [_transition(*ends(stage), **spec) for stage in self.stages]
        for one in found:
            # the library forbids a transition out of an end; the machine keeps records there
            if not one.source.final:
                one.source.transitions.add_transitions(one)  # pyright: ignore[reportUnknownMemberType]
        return Transitions(found)


def _transition(
    source: Stage,
    target: Stage,
    *,
    internal: bool,
    by: Who | None = None,
    heard_by: Who | None = None,
    form: type[Form] | None = None,
    on: On = (),
    when: str | None = None,
    after: Span | CaseSpan | Repeat | None = None,
    at: At | Today | Earliest | FirstKnown | None = None,
    every: Schedule | None = None,
    as_soon_as: str | bool = False,
    other_than: Transitions | tuple[Transitions, ...] = (),
    needs: Transitions | tuple[Transitions, ...] = (),
    once: bool = False,
    main: bool = False,
    approves: str | tuple[str, ...] = (),
    back: bool = False,
) -> Transition:
    place = place_of_declaration()
    if after is not None and at is not None:
        raise BadProcedure(f"{place}: say after= or at=, not both; earliest(…) takes whichever comes first")
    guards = [guard for guard in (when, as_soon_as if isinstance(as_soon_as, str) else None) if guard]
    transition = Transition(source, target, cond=guards or None, internal=internal)
    transition.spec = TransitionSpec(
        by=roles_of(by, "by") | roles_of(heard_by, "heard_by"),
        heard_by=roles_of(heard_by, "heard_by"),
        form=form,
        on=triggers_of(on),
        clock=after or at,
        every=every,
        rule=bool(as_soon_as),
        other_than=(other_than,) if isinstance(other_than, Transitions) else other_than,
        needs=(needs,) if isinstance(needs, Transitions) else needs,
        once=once,
        main=main,
        approves=(approves,) if isinstance(approves, str) else approves,
        back=back,
        place=place,
    )
    return transition


def hooks_of(specs: Any) -> list[str]:
    """The names of the hooks that decorators have put on a transition or stage."""
    return [spec.attr_name for spec in specs if not spec.is_convention]


def escalation(due: Due | None, tell: Tell | None) -> tuple[tuple[Due, frozenset[Role]], ...]:
    """The steps of an escalation: when, and who hears."""
    if tell is None:
        return ()
    if isinstance(tell, dict):
        return tuple((when, roles_of(who, "tell")) for when, who in tell.items())
    return ((due, roles_of(tell, "tell")),) if due is not None else ()


def roles_of(who: Any, word: str) -> frozenset[Role]:
    """`who` as a set. BadProcedure where it names anything but roles."""
    found: list[Any] = [who] if isinstance(who, str) else list(who or ())
    if wrong := [one for one in found if not isinstance(one, Role)]:
        raise BadProcedure(
            f"{place_of_declaration()}: {word}= takes roles, such as {word}=CS_AGENT | GM, not {wrong[0]!r}"
        )
    return one_or_more(found)


def place_of_declaration() -> str:
    """Where the procedure's file is being read, as `file.py:12`: in the first caller that isn't the language itself."""
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - what a traceback shows too
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_LANGUAGE):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
