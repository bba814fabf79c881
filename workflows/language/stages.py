"""Stages, and the ways between them: one way is one row of a procedure's table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from statemachine import State
from statemachine.transition import Transition as LibraryTransition
from statemachine.transition_list import TransitionList

from models.roles import Role, Who, one_or_more
from workflows.language.forms import Form
from workflows.language.timing import At, CaseSpan, Due, Earliest, FirstKnown, Repeat, Schedule, Span, Today

Tell: TypeAlias = "Who | dict[Due, Who]"
"""`tell=A` tells A at the limit; `tell={hours(18): A, hours(24): B}` tells each in turn."""


Hook = TypeVar("Hook", bound=Callable[..., Any])


class Decorates(Protocol):
    """Decorates a hook and leaves it as it is."""

    def __call__(self, hook: Hook, /) -> Hook: ...


A_NUMBER = "_no"
"""How the names of a case's answers end that are numbers: messages find the case by them."""


@dataclass(frozen=True)
class MessageTrigger:
    """A message type that moves a case.

    `about` names the case's attribute that the message's subject is looked up by; without it, the message's
    subject is the case's own.
    """

    topic: str
    about: str | None = None

    def __str__(self) -> str:
        return f"{self.topic} by {self.about}" if self.about else self.topic


def on_message(topic: str, *, about: str | None = None) -> MessageTrigger:
    return MessageTrigger(topic, about)


On: TypeAlias = "str | MessageTrigger | tuple[str | MessageTrigger, ...]"


def _heard(on: On) -> tuple[MessageTrigger, ...]:
    topics = on if isinstance(on, tuple) else (on,)
    return tuple(topic if isinstance(topic, MessageTrigger) else MessageTrigger(topic) for topic in topics)


@dataclass(frozen=True)
class TransitionSpec:
    """What a way says beside its two stages."""

    by: frozenset[Role] = frozenset()
    form: type[Form] | None = None
    on: tuple[MessageTrigger, ...] = ()
    clock: Due | Repeat | None = None
    every: Schedule | None = None
    rule: bool = False
    other_than: tuple[Transitions, ...] = ()
    needs: tuple[Transitions, ...] = ()
    once: bool = False


class Transition(LibraryTransition):
    """One row: from a stage to a stage. The library keeps our transitions, unlike our events."""

    row: TransitionSpec

    @property
    def by(self) -> frozenset[Role]:
        return self.row.by

    @property
    def form(self) -> type[Form] | None:
        return self.row.form

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
        timed = self.row.clock is not None or self.row.every is not None
        return self.by | (frozenset({Role.TIMER}) if timed else frozenset[Role]()) or frozenset({Role.SYSTEM})


class Transitions(TransitionList):
    """The rows of one event; `|` joins rows that differ, and events that a hook shares."""

    if TYPE_CHECKING:  # the library's own has no types
        on: Decorates  # type: ignore[assignment]

    def __or__(self, other: TransitionList | Iterable[LibraryTransition]) -> Transitions:
        return Transitions([*self.transitions, *other])

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(event) for move in self.transitions for event in move.events))

    @property
    def name(self) -> str:
        """The name of the one event."""
        (only,) = self.names
        return only


class Stage(State):
    """Where a case stands.

    role: whose turn it is, which is whose inbox shows it.
    due: by when it should be left; counted from when it was entered.
    tell: who hears when that is missed, or before.
    remind: a reminder to the stage's role that comes again while the case stays.
    final: the case ends here; undo: what was done and still stands is undone on entering.
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
        final: bool = False,
        undo: bool = False,
        initial: bool = False,
    ) -> None:
        self.role = one_or_more(role)
        self.due = due
        self.tell = ladder(due, tell)
        self.remind = remind
        self.undo = undo
        super().__init__(final=final, initial=initial)

    def to(  # pyright: ignore[reportIncompatibleMethodOverride] - said in full, for the reader of a procedure
        self,
        target: Stage,
        *,
        by: Who | None = None,
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
    ) -> Transitions:
        """A way to `target`: see AnyOf.to."""
        return AnyOf(self).to(
            target,
            by=by,
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
        )

    def stay(self, **row: Any) -> Transitions:
        """Records something and stays: see AnyOf.to for the row."""
        return AnyOf(self).stay(**row)

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

    def to(self, target: Stage, **row: Any) -> Transitions:
        """A way from each of these stages to `target`.

        by: the people or feeds that may send it. form: what they must tell.
        on: the message types from outside that send it.
        when: a guard, or guards joined by and, or, not.
        after, at: the clock sends it, with `repeated(…)` again and again. every: the calendar starts a case with it,
            or opens one that waits for it.
        as_soon_as: sent by itself once this guard holds (True: at once).
        other_than: who sent one of these may not send this.
        needs: these must have been sent since this stage was entered. once: only once while the stage lasts.
        None of by, after, at, every, as_soon_as: only an effect's outcome or a child's end sends it.
        """
        return self._moves(lambda stage: (stage, target), {**row, "internal": False})

    def stay(self, **row: Any) -> Transitions:
        """A record that leaves the case in its stage."""
        return self._moves(lambda stage: (stage, stage), {**row, "internal": True})

    def _moves(self, ends: Callable[[Stage], tuple[Stage, Stage]], row: dict[str, Any]) -> Transitions:
        moves = [_move(*ends(stage), **row) for stage in self.stages]
        for move in moves:
            if (
                not move.source.final
            ):  # the library forbids a way out of an end; the machine keeps records there
                move.source.transitions.add_transitions(move)  # pyright: ignore[reportUnknownMemberType]
        return Transitions(moves)


def _move(
    source: Stage,
    target: Stage,
    *,
    internal: bool,
    by: Who | None = None,
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
) -> Transition:
    guards = [guard for guard in (when, as_soon_as if isinstance(as_soon_as, str) else None) if guard]
    move = Transition(source, target, cond=guards or None, internal=internal)
    move.row = TransitionSpec(
        by=one_or_more(by),
        form=form,
        on=_heard(on),
        clock=after or at,
        every=every,
        rule=bool(as_soon_as),
        other_than=(other_than,) if isinstance(other_than, Transitions) else other_than,
        needs=(needs,) if isinstance(needs, Transitions) else needs,
        once=once,
    )
    return move


def ladder(due: Due | None, tell: Tell | None) -> tuple[tuple[Due, frozenset[Role]], ...]:
    """The steps of an escalation: when, and who hears."""
    if tell is None:
        return ()
    if isinstance(tell, dict):
        return tuple((when, one_or_more(who)) for when, who in tell.items())
    return ((due, one_or_more(tell)),) if due is not None else ()


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

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    @property
    def escalation_steps(self) -> tuple[tuple[Due, frozenset[Role]], ...]:
        return ladder(self.limit, self.tell)

    @property
    def pauses(self) -> tuple[str, ...]:
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
