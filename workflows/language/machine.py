"""One run of a declared procedure: pure. It judges and applies what is asked of a case, and says what follows."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, Self, cast

from pydantic import BaseModel
from statemachine import State, StateMachine
from statemachine.exceptions import TransitionNotAllowed
from statemachine.factory import StateMachineMetaclass
from statemachine.orderedset import OrderedSet

from activities.contracts import Effect, Notify, OpenCase, Outcome, TellParent
from workflows.language import clock
from workflows.language.forms import EVERYWHERE, Case, Escalation, Form, kept, read_form
from workflows.language.links import Link, Opening
from workflows.language.memory import (
    ENGINE,
    Actor,
    Alarm,
    Ask,
    Child,
    Ended,
    Happened,
    Memory,
    Parent,
    Position,
    Step,
)
from workflows.language.policy import StorePolicy
from workflows.language.refusals import (
    InvalidForm,
    MovedOn,
    NotPossibleNow,
    NotYourRole,
    Refused,
    UnknownAction,
)
from workflows.language.roles import Role, superiors
from workflows.language.stages import Deadline, Entry, Kpi, Move, Moves, Stage

ABORTED = "aborted"
"""The end that no procedure declares: its parent cancelled it."""
MOST_RULES = 20
"""How many rules may follow one event; a procedure that exceeds it goes in circles."""

_threads = threading.local()


class ProcedureMeta(StateMachineMetaclass):
    """Reads a declaration once, and refuses one that contradicts itself."""

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> None:
        super().__init__(name, bases, attrs)
        if cls.states:
            procedure = cast("type[Procedure]", cls)
            procedure.rows = {str(event): _moves_of(event) for event in cls._events}
            procedure.links = tuple(
                v.link for v in attrs.values() if isinstance(getattr(v, "link", None), Link)
            )
            procedure.deadlines = tuple(v for v in attrs.values() if isinstance(v, Deadline))
            procedure.leaves = {s.id: s for s in cls.states_map.values() if isinstance(s, Stage)}
            procedure.Case = _case_of(procedure)
            from workflows.language.checks import check  # noqa: PLC0415 - it reads what is declared here

            check(procedure, attrs)


class Procedure(StateMachine, metaclass=ProcedureMeta):
    """A documented procedure. Subclasses declare stages, rows, deadlines, hooks and links; see the vocabulary."""

    key: ClassVar[str]
    version: ClassVar[int] = 1
    kpis: ClassVar[tuple[Kpi, ...]] = ()
    renamed: ClassVar[dict[int, dict[str, str]]] = {}
    """For each older version: its stages that have another name here."""

    rows: ClassVar[dict[str, tuple[Move, ...]]]
    links: ClassVar[tuple[Link, ...]]
    deadlines: ClassVar[tuple[Deadline, ...]]
    leaves: ClassVar[dict[str, Stage]]
    Case: ClassVar[type[Case]]

    case: Any
    memory: Memory
    policy: StorePolicy
    now: datetime
    actor: Actor
    step: Step
    answer: Outcome | None
    """In hooks of an effect's event: what came of the effect."""
    child: Ended | None
    """In hooks and guards of a child's event: what the child said."""

    def __init__(self) -> None:
        super().__init__(model=_Place())
        self._put(Position(), StorePolicy(), datetime.fromtimestamp(0, UTC))

    # --- where the case stands

    @classmethod
    def at(cls, position: Position, policy: StorePolicy, now: datetime) -> Self:
        """This thread's machine, put where a case stands. It is good until the next call of `at` in the thread.

        A fresh machine costs a hundred times as much as moving one.
        """
        machines: dict[type, Any] = _threads.__dict__.setdefault("machines", {})
        if cls not in machines:
            machines[cls] = cls()
        machine: Self = machines[cls]
        machine._put(position, policy, now)
        return machine

    @classmethod
    def begin(
        cls, *, store: str, subject: str, policy: StorePolicy, now: datetime, parent: Parent | None = None
    ) -> Self:
        """The thread's machine, before a new case's first event."""
        memory = Memory(store=store, subject=subject, opened_at=now, parent=parent)
        return cls.at(Position(memory=memory), policy, now)

    def _put(self, position: Position, policy: StorePolicy, now: datetime) -> None:
        self.model.state = _configuration(type(self), position.stages)
        case = position.case
        self.case = self.Case.model_validate(case) if isinstance(case, dict) else case
        self.memory, self.policy, self.now = position.memory, policy, now
        self.actor, self.answer, self.child = ENGINE, None, None
        self.step = Step(revision=self.memory.revision, event="", actor=ENGINE, at=now)
        self._engine.running = True

    @property
    def position(self) -> Position:
        """Where the case stands now; later actions don't change it."""
        return Position.model_construct(stages=self._standing, case=self.case, memory=self.memory)

    @property
    def _standing(self) -> list[str]:
        return [
            s.id
            for s in self.configuration
            if s.id in self.leaves and not isinstance(self.leaves[s.id], Entry)
        ]

    @property
    def stages(self) -> list[str]:
        """The stages where the case stands; none before its first event."""
        return [ABORTED] if self.memory.aborted else self._standing

    def stage_named(self, key: str) -> Stage:
        """The declared stage; `aborted` is an end of every procedure."""
        return self.leaves.get(key) or _ABORTED_STAGE

    @property
    def finished(self) -> bool:
        return self.memory.aborted or any(state.final for state in self.configuration)

    @property
    def subject(self) -> str:
        """The case's own number: the order's, the return's."""
        return self.memory.subject

    @property
    def case_id(self) -> str:
        return f"{self.key}:{self.memory.store}:{self.memory.subject}"

    # --- what hooks may use

    def do(
        self, effect: Effect, *, then: Moves | Any = None, otherwise: Moves | Any = None, **known: Any
    ) -> None:
        """Ask for an effect. Its outcome sends `then`, a lawful no sends `otherwise`; `known` answers go into the
        form of `then`, beside what the outcome tells.
        """
        ask = self._ask(effect, then, otherwise, known)
        if effect.undone_by is not None:
            self.memory.undoable.append(ask)

    def undo(self, *kinds: type[Effect]) -> None:
        """Undo what was done before this action and still stands, the latest first; without kinds, all of it."""
        mine = f"{self.memory.revision}."
        for ask in reversed(self.memory.undoable[:]):
            undone_by = ask.effect.undone_by
            if undone_by is None or ask.key.startswith(mine) or (kinds and not isinstance(ask.effect, kinds)):
                continue
            self.memory.undoable.remove(ask)
            self._ask(undone_by(of=ask.key))
            if isinstance(ask.effect, OpenCase):
                self.memory.children.pop(_id_of_child(self, ask.effect), None)

    def keep(self, *kinds: type[Effect]) -> None:
        """What was done stands for good; nothing will undo it."""
        self.memory.undoable = [ask for ask in self.memory.undoable if not isinstance(ask.effect, kinds)]

    def require(self, holds: object, message: str, field: str | None = None) -> None:
        """Refuse the action unless this holds; `field` points at the answer that is wrong."""
        if holds:
            return
        if field is None:
            raise Refused(message)
        from workflows.language.refusals import FormError  # noqa: PLC0415

        raise InvalidForm(message, errors=(FormError(f"/{field}", message),))

    def has_happened(self, event: Moves | Any, *, since: Moves | Any = None) -> bool:
        """Whether an event has been sent, and, with `since`, after the last time that the other was."""
        last = self._last(event)
        if last is None:
            return False
        start = self._last(since) if since is not None else None
        return start is None or last.revision >= start.revision

    def result(self) -> dict[str, Any]:
        """What the case tells the one that started it, when it ends or passes a stage that it asked about."""
        return {}

    # --- what the runner and the API use

    def act(
        self, event: str, form: Any = None, *, actor: Actor = ENGINE, revision: int | None = None
    ) -> Step:
        """Apply one event, wholly or not at all. Raises Refused, and then nothing has changed."""
        with self._attempt(event, actor):
            if revision is not None and revision != self.memory.revision - 1:
                raise MovedOn(
                    f"The case is at revision {self.memory.revision - 1}, you looked at {revision}."
                )
            if event in EVERYWHERE:
                self._everywhere(event, form, actor)
            else:
                self._send(event, self._admit(event, form, actor))
            return self._conclude()

    def judge(
        self, event: str, form: Any = None, *, actor: Actor = ENGINE, revision: int | None = None
    ) -> None:
        """Raise what `act` would raise; change nothing."""
        before = self._put_aside()
        try:
            self.act(event, form, actor=actor, revision=revision)
        finally:
            self._put_back(before)

    def listening(self, topic: str) -> list[str]:
        """The events that a message of this type may send from here, in the order of the declaration."""
        return [
            event
            for event, moves in self.rows.items()
            if any(any(h.topic == topic for h in m.row.on) and self._is_from_here(m) for m in moves)
        ]

    def choose(self, topic: str, form: Any, *, actor: Actor) -> str:
        """The event that a message of this type sends now. Raises Refused with the last event's reason."""
        refusal: Refused = NotPossibleNow(f"{topic} moves nothing at {self._here()}.", stages=self.stages)
        for event in self.listening(topic):
            try:
                self.judge(event, form, actor=actor)
            except Refused as error:
                refusal = error
            else:
                return event
        raise refusal

    def offers(self, actor: Actor) -> list[str]:
        """The events that this caller may send now. Guards that judge the form are left to the form."""
        return [
            event
            for event, moves in self.rows.items()
            if any(
                self._is_from_here(m)
                and (m.by & actor.roles or self._answers_by_hand(event, actor))
                and not self._blocked(m, event, actor)
                and self._guards_hold(m)
                for m in moves
            )
        ]

    def blocked(self, actor: Actor) -> dict[str, str]:
        """The events of this caller's roles that are not possible now, each with the reason."""
        return {
            event: self._blocked(m, event, actor) or self._why_not(event)
            for event, moves in self.rows.items()
            for m in moves
            if self._is_from_here(m)
            and m.by & actor.roles
            and (self._blocked(m, event, actor) or not self._guards_hold(m))
        }

    def alarms(self) -> list[Alarm]:
        """What the clock will do, soonest first."""
        return clock.alarms(self)

    def ring(self, alarm: Alarm) -> Step | None:
        """An alarm goes off: it sends its event, or records the miss and tells who is to hear. None when the case
        has moved on and nothing is to ring.
        """
        if alarm.key not in {a.key for a in self.alarms()}:
            return None
        with self._attempt(alarm.event or "deadline", ENGINE):
            self.memory.rung.append(alarm.key)
            if alarm.is_limit:
                self.memory.missed[alarm.of] = self.now
                self.step.missed.append(alarm.of)
            for role in sorted(alarm.tell):
                template = "deadline_missed" if alarm.is_limit else "deadline_near"
                template = "reminder" if ".remind@" in alarm.key else template
                self._ask(Notify(role=role, template=template, data=self._told_about(alarm)))
            if alarm.event:
                try:
                    self._send(alarm.event, self._admit(alarm.event, None, ENGINE))
                except Refused as error:  # it stays due, and is tried again after each step
                    self.step.note = error.message
            return self._conclude()

    def outcome(self, ask: Ask, outcome: Outcome) -> Step | None:
        """What came of an effect: sends `then` or `otherwise`. None when neither is asked for."""
        event = ask.then if outcome.ok else ask.otherwise
        if event is None:
            if not outcome.ok:
                self.memory = self.memory.copy_apart()
                self.memory.undoable = [a for a in self.memory.undoable if a.key != ask.key]
            return None
        with self._attempt(event, ENGINE):
            self.step.outcome, self.step.effect, self.answer = outcome, ask.key, outcome
            if not outcome.ok:
                self.memory.undoable = [a for a in self.memory.undoable if a.key != ask.key]
            self._try(event, self._told_by(event, {**outcome.data, **ask.known}))
            return self._conclude()

    def child_ended(self, ended: Ended) -> Step | None:
        """A child has ended, or passed a stage that was asked about: sends what its link says, or keeps it until a
        stage takes it. None when nothing waits for this child.
        """
        child = self.memory.children.get(ended.case)
        if child is None:
            return None
        link = next((link for link in self.links if link.key == child.link), None)
        if link is None:
            return None
        with self._attempt("child_ended", ENGINE):
            if ended.ended:
                self._let_go(ended.case)
            answers = link.ends.get(ended.stage)
            events = [e for e in answers.names if e not in child.said] if answers is not None else []
            if (
                link.all_ended
                and ended.ended
                and not any(c.link == link.key for c in self.memory.children.values())
            ):
                events.append(link.all_ended.name)
            if not ended.ended:
                said = (*child.said, *events)
                self.memory.children[ended.case] = child.model_copy(update={"said": said})
            self._answer_of_child(events, ended)
            return self._conclude()

    def cancel_by_parent(self, reason: str = "") -> Step:
        """The end `aborted`: what still stands is undone. Raises NotPossibleNow when the case has ended."""
        with self._attempt("cancel_by_parent", ENGINE):
            if self.finished:
                raise NotPossibleNow("The case has ended.", stages=self.stages)
            self.step.note = reason
            self.memory.aborted = True
            self.undo()
            return self._conclude()

    @classmethod
    def carried_over(cls, position: Position, version: int) -> Position:
        """`position` of an older version, as this version sees it. Raises Refused where a stage is unknown here."""
        names = cls.renamed.get(version, {})
        stages = [names.get(stage, stage) for stage in position.stages]
        if unknown := [stage for stage in stages if stage not in cls.leaves and stage != ABORTED]:
            raise Refused(
                f"{cls.key} {cls.version} has no stage {', '.join(unknown)}: say what it is called, in `renamed`."
            )
        case = (
            position.case.model_dump(mode="json") if isinstance(position.case, BaseModel) else position.case
        )
        memory = position.memory.model_copy(deep=True)
        memory.entered = {names.get(s, s): at for s, at in memory.entered.items()}
        memory.entered_revision = {names.get(s, s): n for s, n in memory.entered_revision.items()}
        return Position(stages=stages, case=cls.carry_case(dict(case or {}), version), memory=memory)

    @classmethod
    def carry_case(cls, case: dict[str, Any], version: int) -> dict[str, Any]:
        """The case's data of an older version, as this version keeps it."""
        del version
        return case

    def holds(self, guard: str | None) -> bool:
        """Whether a guard that needs no form holds."""
        return guard is not None and bool(getattr(self, guard)())

    def sent(self, events: list[str], moves: Moves) -> bool:
        """Whether one of these events is among those sent."""
        return any(name in events for name in moves.names)

    # --- the inside

    @contextmanager
    def _attempt(self, event: str, actor: Actor) -> Iterator[None]:
        """All that follows happens wholly or not at all."""
        before = self._put_aside()
        self.case, self.memory = deepcopy(self.case), self.memory.copy_apart()
        self.memory.revision += 1
        self.actor = actor
        self.step = Step(
            revision=self.memory.revision, event=event, actor=actor, at=self.now, before=self.stages
        )
        try:
            yield
        except BaseException as error:
            self._put_back(before)
            if isinstance(error, Refused) or not isinstance(error, Exception):
                raise
            raise Refused(f"{event} could not be judged: {error}") from error
        finally:
            self.actor, self.answer, self.child = ENGINE, None, None

    def _put_aside(self) -> tuple[Any, ...]:
        return self.model.state, self.case, self.memory, self.step

    def _put_back(self, before: tuple[Any, ...]) -> None:
        self.model.state, self.case, self.memory, self.step = before
        self._engine.running = True  # an end that was only tried has stopped the engine

    def _admit(self, event: str, form: Any, actor: Actor) -> Form | None:
        """Role, turn and form are right, or it raises."""
        if event not in self.rows:
            raise UnknownAction(f"{self.key} has no action {event}.")
        moves = [move for move in self.rows[event] if self._is_from_here(move)]
        if not moves:
            raise NotPossibleNow(f"{event} is not possible at {self._here()}.", stages=self.stages)
        if not actor.is_engine:
            mine = [move for move in moves if move.by & actor.roles]
            if not mine and not self._answers_by_hand(event, actor):
                who = ", ".join(sorted(frozenset[Role]().union(*(m.who for m in moves))))
                raise NotYourRole(f"{event} is for {who}.")
            moves = mine or moves
        if why := self._blocked(moves[0], event, actor):
            raise Refused(why)
        shape = moves[0].form
        if shape is None:
            if form:
                raise InvalidForm(f"{event} takes no form.")
            return None
        if form is None and actor.is_engine and not moves[0].is_start:
            return None
        told = read_form(shape, form)
        if moves[0].is_start:
            self.case = self.Case.model_validate({n: getattr(told, n) for n in type(told).model_fields})
        return told

    def _send(self, event: str, told: Form | None) -> None:
        moves = [move for move in self.rows[event] if self._is_from_here(move)]
        if self.case is None:
            self.case = self.Case()
        if moves and moves[0].source.final:
            self._record(event, moves[0], told)
        else:
            try:
                self.send(event, form=told)
            except TransitionNotAllowed as error:
                raise Refused(self._why_not(event)) from error
        if told is not None and self.step.form is None:
            self.step.form = told.model_dump(mode="json")
        self._open(event)

    def _record(self, event: str, move: Move, told: Form | None) -> None:
        """A record at an end, where the library allows no event."""
        self.before_transition(event, told)
        for spec in move.on:
            if not spec.is_convention:
                hook = getattr(self, spec.attr_name)
                hook(**({"form": told} if "form" in inspect.signature(hook).parameters else {}))

    def before_transition(self, event: str, form: Form | None = None) -> None:
        """Called by the library before each row's hooks: keeps the answers that are marked so."""
        self.memory.happened[str(event)] = Happened(
            by=self.actor.id, at=self.now, revision=self.memory.revision
        )
        for name in kept(type(form)) if form is not None else ():
            setattr(self.case, name, getattr(form, name))

    def _open(self, event: str) -> None:
        for link in self.links:
            if event in link.on.names:
                given = link.given(self)
                for one in given if isinstance(given, list) else [given] if given else []:
                    self._open_one(link, one)

    def _open_one(self, link: Link, one: Opening) -> None:
        effect = OpenCase(
            procedure=one.procedure or link.procedures[0],
            subject=one.subject,
            form=one.form,
            event=one.event or None,
            link=link.key,
            waits=link.waits,
            wants=tuple(link.ends),
        )
        ask = self._ask(effect)
        if link.waits:
            self.memory.undoable.append(ask)
            self.memory.children[_id_of_child(self, effect)] = Child(
                link=link.key, procedure=effect.procedure
            )

    def child_missing(self, child: str) -> None:
        """The procedure of a child isn't there: from now on a person may send what it would have answered."""
        if child in self.memory.children:
            self.memory = self.memory.copy_apart()
            self.memory.children[child] = self.memory.children[child].model_copy(update={"started": False})
            self.memory.undoable = [
                a for a in self.memory.undoable
                if not (isinstance(a.effect, OpenCase) and _id_of_child(self, a.effect) == child)
            ]  # fmt: skip

    def _let_go(self, child: str) -> None:
        del self.memory.children[child]
        self.memory.undoable = [
            a
            for a in self.memory.undoable
            if not (isinstance(a.effect, OpenCase) and _id_of_child(self, a.effect) == child)
        ]

    def _answer_of_child(self, events: list[str], ended: Ended) -> None:
        if not events:
            return
        if not any(self._is_from_here(move) for event in events for move in self.rows[event]):
            self.memory.parked += [(event, ended) for event in events]
            return
        self.child = ended
        refusal: Refused | None = None
        for event in events:
            try:
                self._send(event, self._admit_answer(event, ended.result))
            except Refused as error:
                refusal = error
            else:
                self.step.event = event
                return
        self.step.note = refusal.message if refusal else ""

    def _admit_answer(self, event: str, result: dict[str, Any]) -> Form | None:
        return self._admit(event, self._told_by(event, result), ENGINE)

    def _told_by(self, event: str, known: dict[str, Any]) -> dict[str, Any] | None:
        """What is known, as far as the event's form asks it; None where that leaves the form unfilled."""
        shape = next((move.form for move in self.rows[event] if move.form), None)
        if shape is None:
            return None
        told = {name: known[name] for name in shape.model_fields if name in known}
        needed = {name for name, field in shape.model_fields.items() if field.is_required()}
        return told if told and needed <= set(told) else None

    def _try(self, event: str, form: dict[str, Any] | None) -> None:
        """Send an event if the case can take it; else note why not: an outcome that comes too late is a record."""
        state, case = self.model.state, deepcopy(self.case)
        asked, memory = self.step.asked[:], self.memory.copy_apart()
        try:
            self._send(event, self._admit(event, form, ENGINE))
        except Refused as error:
            self.model.state, self.case, self.memory, self.step.asked = state, case, memory, asked
            self._engine.running = True
            self.step.note = f"{event} came too late: {error.message}"

    def _conclude(self) -> Step:
        sent = [self.step.event]
        if not self.memory.aborted:
            self._follow_rules()
            sent += self.step.followed
            if self.finished and any(s.undo for s in map(self.stage_named, self._standing)):
                self.undo()
        clock.settle(self, sent, self.step.before)
        self.step.after = self.stages
        self._tell_parent()
        if self.finished and self.memory.closed_at is None:
            self.memory.closed_at = self.now
        return self.step

    def _follow_rules(self) -> None:
        self.actor = ENGINE
        for _ in range(MOST_RULES):
            if self.finished or not self._follow_one():
                return
        raise Refused(f"{self.key} goes in circles at {self._here()}: {', '.join(self.step.followed)}")

    def _follow_one(self) -> bool:
        """Send the first rule, parked answer or overdue event that is possible."""
        for event, ended in self.memory.parked:
            if any(self._is_from_here(move) for move in self.rows[event]):
                self.child = ended
                self.memory.parked = [p for p in self.memory.parked if p[1] != ended]
                if self._follow(event, self._told_by(event, ended.result)):
                    return True
        for event, moves in self.rows.items():
            for move in moves:
                if not self._is_from_here(move) or move.is_start:
                    continue
                overdue = move.row.clock is not None and f"{move.source.id}.{event}" in self.memory.rung
                if (move.row.rule or overdue) and self._follow(event, None):
                    return True
        return False

    def _follow(self, event: str, form: dict[str, Any] | None) -> bool:
        try:
            told = self._admit(event, form, ENGINE)
            before = self._standing
            self._send(event, told)
        except Refused:
            return False
        self.step.followed.append(event)
        return self._standing != before or bool(self.step.followed)

    def _tell_parent(self) -> None:
        parent = self.memory.parent
        if parent is None or not parent.waits or self.memory.aborted:
            return
        for stage in [s for s in self.stages if s not in self.step.before]:
            ended = self.finished
            if ended or stage in parent.wants:
                self._ask(
                    TellParent(
                        parent=parent.case, link=parent.link, stage=stage, ended=ended, result=self.result()
                    )
                )

    def _everywhere(self, event: str, form: Any, actor: Actor) -> None:
        if self.finished:
            raise NotPossibleNow("The case has ended.", stages=self.stages)
        if not (actor.is_staff or actor.is_engine):
            raise NotYourRole(f"{event} is for staff.")
        told = read_form(EVERYWHERE[event], form)
        self.step.form = told.model_dump(mode="json")
        if isinstance(told, Escalation):
            roles = frozenset[Role]().union(*(self.stage_named(s).role for s in self.stages))
            for role in sorted({told.to} if told.to else superiors(roles)):
                self._ask(Notify(role=role, template="escalated", data={"note": told.note, "by": actor.id}))

    def _ask(self, effect: Effect, then: Any = None, otherwise: Any = None, known: Any = None) -> Ask:
        ask = Ask(
            key=f"{self.memory.revision}.{len(self.step.asked)}",
            kind=type(effect).__name__,
            effect=effect,
            then=_event_name(then),
            otherwise=_event_name(otherwise),
            known=_json(known or {}),
        )
        self.step.asked.append(ask)
        return ask

    def _told_about(self, alarm: Alarm) -> dict[str, str]:
        return {"case": self.case_id, "limit": alarm.of, "due": alarm.at.isoformat()}

    def _is_from_here(self, move: Move) -> bool:
        if move.is_start:
            return not self._standing and not self.memory.aborted
        return not self.memory.aborted and move.source.id in self._standing

    def _here(self) -> str:
        return ", ".join(self.stages) or "the start"

    def _last(self, event: Any) -> Happened | None:
        times = [self.memory.happened[n] for n in _event_names(event) if n in self.memory.happened]
        return max(times, key=lambda h: h.revision, default=None)

    def _answers_by_hand(self, event: str, actor: Actor) -> bool:
        """A child that isn't there can't answer: the stage's role, or the operations manager, does."""
        roles = frozenset[Role]().union(*(self.stage_named(s).role for s in self._standing)) | {
            Role.OPS_MANAGER
        }
        missing = {child.link for child in self.memory.children.values() if not child.started}
        return bool(actor.roles & roles) and any(
            link.key in missing and event in link.answers for link in self.links
        )

    def _blocked(self, move: Move, event: str, actor: Actor) -> str | None:
        entered = self.memory.entered_revision.get(move.source.id, 0)
        done = self.memory.happened.get(event)
        if move.row.once and done is not None and done.revision >= entered:
            return f"{event} is done."
        for earlier in move.row.other_than:
            if any(
                n in self.memory.happened and self.memory.happened[n].by == actor.id for n in earlier.names
            ):
                return f"{event} needs somebody else than the one who did {earlier.names[0]}."
        missing = [moves.names[0] for moves in move.row.needs if self._last(moves) is None]
        return f"{event} needs {', '.join(missing)} first." if missing else None

    def _guards_hold(self, move: Move) -> bool:
        """Whether the row's guards hold, as far as they can be judged without the form."""
        if any(takes_form(type(self), guard) for guard in guards_of(move)):
            return True
        try:
            return bool(self._callbacks.all(move.cond.key, machine=self, model=self.model))
        except Exception:  # noqa: BLE001 - a guard that can't be judged doesn't hold
            return False

    def _why_not(self, event: str) -> str:
        guards = {guard for m in self.rows[event] if self._is_from_here(m) for guard in guards_of(m)}
        reasons = [first_line(getattr(type(self), guard)) or guard for guard in sorted(guards)]
        return (
            f"{event} is not possible: it needs that " + " and ".join(reasons)
            if reasons
            else f"{event} is not possible."
        )


class _Place:
    """Where the library keeps the configuration."""

    state: Any = None


_ABORTED_STAGE = Stage(final=True, undo=True)
_ABORTED_STAGE._set_id(ABORTED)  # noqa: SLF001 - it belongs to no machine


def _moves_of(event: Any) -> tuple[Move, ...]:
    return tuple(move for move in event._transitions if isinstance(move, Move))  # noqa: SLF001


def _case_of(procedure: type[Procedure]) -> type[Case]:
    hints = inspect.get_annotations(procedure, eval_str=True)
    case = hints.get("case")
    if not (isinstance(case, type) and issubclass(case, Case)):
        return Case
    return case


def _configuration(cls: type[Procedure], stages: list[str]) -> Any:
    """What the library keeps for these stages: a value, or an ordered set with the stages around parallel ones."""
    if not stages or stages == [ABORTED]:
        initial = cls.initial_state
        assert initial is not None
        return initial.value
    if len(stages) == 1 and not list(cls.states_map[stages[0]].ancestors()):
        return stages[0]
    found: list[State] = []
    for stage in stages:
        state = cls.states_map[stage]
        found += [s for s in [*reversed(list(state.ancestors())), state] if s not in found]
    return OrderedSet(state.value for state in found)


def _id_of_child(machine: Procedure, effect: OpenCase) -> str:
    return f"{effect.procedure}:{machine.memory.store}:{effect.subject}"


def _event_names(event: Any) -> tuple[str, ...]:
    return event.names if isinstance(event, Moves) else (str(event),)


def _event_name(event: Any) -> str | None:
    return None if event is None else _event_names(event)[0]


def _json(values: dict[str, Any]) -> dict[str, Any]:
    return _Known(values=values).model_dump(mode="json")["values"]


class _Known(BaseModel):
    values: dict[str, Any]


def guards_of(move: Move) -> list[str]:
    """The names in a row's guards, which may be expressions: "is_complete and not has_faults"."""
    names = [
        name for spec in move.cond for name in str(spec.func).replace("(", " ").replace(")", " ").split()
    ]
    return [name for name in names if name not in ("and", "or", "not")]


@cache
def takes_form(cls: type[Procedure], guard: str) -> bool:
    return "form" in inspect.signature(getattr(cls, guard)).parameters


def first_line(thing: Any) -> str:
    """The first line of a docstring, without its full stop."""
    return (inspect.getdoc(thing) or "").partition("\n")[0].rstrip(".")
