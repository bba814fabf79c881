"""The machine that runs a declared procedure: it judges and applies what is asked of a case, and says what follows."""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from activities.entries import AnyBookEntry
from models.effect import Outcome
from models.money import TOO_MUCH, TooMuch, TwoCurrencies
from models.policy import StorePolicy
from models.roles import PartyKind
from workflows.language import clock, judging, offering, standing_in, stopping, undeclared
from workflows.language.approving import judged_by
from workflows.language.context import StepContext
from workflows.language.declaration import Declaration
from workflows.language.engine import Engine, with_event
from workflows.language.forms import EVERYWHERE, LEAVE_OUT, STOP, UNDECLARED, Form
from workflows.language.known import known_part
from workflows.language.memory import (
    ENGINE,
    Actor,
    Alarm,
    Ask,
    ChildReport,
    Memory,
    Parent,
    Position,
    Step,
)
from workflows.language.offering import Offer
from workflows.language.procedure import Procedure
from workflows.language.refusals import MovedOn, NotPossibleNow, Refusal
from workflows.language.reporting import report_stage
from workflows.language.sending import Sender
from workflows.language.sentences import Named, Sentence, sentence
from workflows.language.standing_in import is_open_to

_threads = threading.local()


class Machine:
    """One procedure, put where one case after another stands. `Machine.at` gives the thread's."""

    def __init__(self, procedure: type[Procedure]) -> None:
        """A machine of its own, before a case's first event; `at` and `begin` are what is wanted as a rule."""
        self.procedure = procedure
        self._context = StepContext(procedure.declaration)
        self._hooks = procedure(self._context)
        self._context.guards = engine = Engine(procedure.library, self._context)
        self._sender = Sender(self._context, engine)

    @classmethod
    def at(
        cls, procedure: type[Procedure], position: Position, policy: StorePolicy, now: datetime
    ) -> Machine:
        """This thread's machine of the procedure, put where a case stands. It is good until the next call of `at` or
        `begin` in the thread. Raises Refusal where the procedure has no such stage.

        A fresh machine costs several times as much as moving one, and memory for each case.
        """
        machines: dict[type, Machine] = _threads.__dict__.setdefault("machines", {})
        if procedure not in machines:
            machines[procedure] = cls(procedure)
        machine = machines[procedure]
        machine.context.put(position, policy, now)
        return machine

    @classmethod
    def begin(
        cls,
        procedure: type[Procedure],
        *,
        store: str,
        subject: str,
        policy: StorePolicy,
        now: datetime,
        parent: Parent | None = None,
    ) -> Machine:
        """The thread's machine, before a new case's first event."""
        memory = Memory(store=store, subject=subject, opened_at=now, parent=parent)
        return cls.at(procedure, Position(memory=memory), policy, now)

    # --- where the case stands

    @property
    def declaration(self) -> Declaration:
        return self._context.declaration

    @property
    def context(self) -> StepContext:
        """What the clock and the gate read."""
        return self._context

    @property
    def hooks(self) -> Procedure:
        """The procedure's own object, at this case."""
        return self._hooks

    @property
    def position(self) -> Position:
        """Where the case stands now; later actions don't change it."""
        return self._context.position

    @property
    def stages(self) -> list[str]:
        """The stage where the case stands; none before its first event."""
        return self._context.stages

    @property
    def case(self) -> Any:
        """The case's data."""
        return self._context.case

    @property
    def memory(self) -> Memory:
        return self._context.memory

    @property
    def parties(self) -> tuple[tuple[PartyKind, str], ...]:
        """Who reads the case as theirs, by their numbers."""
        case = self.case
        return self.declaration.party_numbers(case) if isinstance(case, self.declaration.case_type) else ()

    @property
    def entry(self) -> AnyBookEntry | None:
        """What a book holds of the case; None where its procedure enters nothing, or it hasn't begun."""
        return self._hooks.book_entry() if isinstance(self.case, self.declaration.case_type) else None

    @property
    def finished(self) -> bool:
        return self._context.finished

    @property
    def is_at_entry(self) -> bool:
        """Whether the case was opened at its entry, and nobody has begun it yet."""
        return self._context.is_at_entry

    # --- what may be done

    def offers(self, actor: Actor) -> list[str]:
        """The events that this caller may send now. Guards that judge the form are left to the form."""
        return judging.offers(self._context, actor)

    def may_stop(self, actor: Actor) -> bool:
        """Whether this caller may stop the case where it stands, though no row says so."""
        return stopping.may_stop(self._context, actor)

    def offers_to_all(self) -> tuple[Offer, ...] | None:
        """What people may send now, for whoever has the role; None where the clock has a say in that."""
        return offering.offers_to_all(self._context)

    def blocked(self, actor: Actor, offered: Collection[str] | None = None) -> dict[str, Sentence]:
        """The events of this caller's roles that are not possible now, each with the reason. `offered`: what `offers`
        gave for this caller here, where that was asked already.
        """
        return judging.blocked(self._context, actor, self.offers(actor) if offered is None else offered)

    def form_here(self, event: str) -> type[Form] | None:
        """The form that the event has where the case stands; None where it takes none there."""
        some = self._context.transitions.get(event, ())
        return next((one.form for one in some if one.form is not None), UNDECLARED.get(event))

    def judged(self, event: str) -> dict[str, Any]:
        """What of the case whoever sends this event from here judges, by name."""
        here = self.stages[0] if self.stages else ""
        return {name: getattr(self.case, name, None) for name in judged_by(self.declaration, event, here)}

    def is_for(self, event: str, actor: Actor) -> bool:
        """Whether this caller has a role for the event where the case stands."""
        some = self._context.transitions.get(event, ())
        return any(is_open_to(one, event, actor) for one in some) or judging.answers_for_child(
            self._context, event, actor
        )

    def listening(self, topic: str) -> list[str]:
        """The events that a message of this type may send from here, in the order of the declaration."""
        return judging.listening(self._context, topic)

    def judge(
        self, event: str, form: Any = None, *, actor: Actor = ENGINE, revision: int | None = None
    ) -> None:
        """Raise what `act` would raise; change nothing."""
        before = self._context.put_aside()
        try:
            self.act(event, form, actor=actor, revision=revision)
        finally:
            self._context.put_back(before)

    def choose(self, topic: str, data: Any, *, actor: Actor) -> tuple[str, Any]:
        """The event that a message of this type sends now, and what its form asks of the message's data: the first that
        is possible. The last one is given unjudged, as what is refused of it counts. Raises NotPossibleNow where none
        listens here.
        """
        *others, last = self.listening(topic) or (None,)
        if last is None:
            here = [Named("stage", stage) for stage in self.stages] or "the start"
            moves_nothing = sentence("{topic} moves nothing at {stages}.", topic=topic, stages=here)
            raise NotPossibleNow(moves_nothing, stages=self.stages)
        for event in others:
            if not judging.may_be_sent(self._context, event):
                continue
            form = known_part(self.declaration.form_of(event), data)
            try:
                self.judge(event, form, actor=actor)
            except Refusal:
                continue
            return event, form
        return last, known_part(self.declaration.form_of(last), data)

    # --- what is done

    def act(
        self, event: str, form: Any = None, *, actor: Actor = ENGINE, revision: int | None = None
    ) -> Step:
        """Apply one event, wholly or not at all. Raises Refusal, and then nothing has changed."""
        with self._attempt(event, actor):
            before = self.memory.revision - 1
            if revision is not None and revision != before:
                raise MovedOn(
                    sentence(
                        "The case is at revision {now}, you looked at {then}.", now=before, then=revision
                    ),
                    stages=self.stages,
                )
            if event in EVERYWHERE and event not in self.declaration.transitions:
                undeclared.apply_everywhere(self._context, event, form, actor)
            elif event == LEAVE_OUT and event not in self.declaration.transitions:
                undeclared.leave_out(self._context, form, actor)
            elif event == STOP and event not in self.declaration.transitions:
                stopping.stop(self._context, form, actor)
                stopping.take_back(self._hooks)
            else:
                admitted = judging.admit(self._context, event, form, actor)
                self._context.step.note = standing_in.said_of(self._context, event, actor)
                self._sender.send(event, admitted)
            return self._conclude()

    def begin_by(self, event: str, form: dict[str, Any] | None, actor: Actor) -> Step:
        """The case's first step: its start event, or, where none is named, the wait for one at the entry."""
        return self.act(event, form, actor=actor) if event else self.await_start(form or {}, actor=actor)

    def await_start(self, known: dict[str, Any], *, actor: Actor = ENGINE) -> Step:
        """Open the case at its entry, where people are asked to begin it; `known` answers the start's form as far as
        they leave it open. Raises Refusal where nobody is asked there.
        """
        with self._attempt("await_start", actor):
            entry = self.declaration.entry
            if self.stages or not entry.role:
                procedure = Named("procedure", self.declaration.key)
                raise NotPossibleNow(
                    sentence("Nobody is asked here to begin {procedure}.", procedure=procedure),
                    stages=self.stages,
                )
            self._context.case, self.memory.entered = known, {entry.id: self._context.now}
            return self._conclude()

    def alarms(self) -> list[Alarm]:
        """What the clock will do, soonest first; what is due already is among them."""
        return clock.alarms(self._context)

    def fire(self, alarm: Alarm) -> Step | None:
        """An alarm goes off: it sends its event, or records the miss and tells who is to hear. None when the case
        has moved on and the alarm with it.
        """
        if alarm.key not in {due.key for due in self.alarms()}:
            return None
        with self._attempt(alarm.event or "deadline", ENGINE):
            memory, step = self.memory, self._context.step
            memory.fired.append(alarm.key)
            if alarm.is_limit:
                memory.missed[alarm.of] = self._context.now
                step.missed.append(alarm.of)
            about = {
                "case": self._context.case_id,
                "limit": alarm.of,
                "due": (alarm.fell_at or alarm.at).isoformat(),
            }
            for role in sorted(alarm.tell):
                self._context.notify(role, alarm.template, **about)
            if alarm.key == f"{self.declaration.entry.id}.{LEAVE_OUT}":
                undeclared.end_unbegun(self._context)
            elif alarm.event is not None and not self._sender.attempt(alarm.event):
                memory.overdue[alarm.key] = alarm.event
            return self._conclude()

    def outcome(self, ask: Ask, outcome: Outcome) -> Step | None:
        """What came of an effect: sends `then` or `otherwise`. None when neither is asked for."""
        if not outcome.ok:
            memory = self._context.memory = self.memory.copy_apart()
            memory.undoable = [undoable for undoable in memory.undoable if undoable.key != ask.key]
        event = ask.then if outcome.ok else ask.otherwise
        if event is None:
            return None
        with self._attempt(event, ENGINE):
            step = self._context.step
            step.outcome, step.effect = outcome, ask.key
            come = with_event(outcome=type(ask.effect).read(outcome))
            self._sender.attempt(event, self._sender.answers(event, {**outcome.data, **ask.known}), come)
            return self._conclude()

    # --- other cases

    def child_reported(self, report: ChildReport) -> Step | None:
        """A child has ended, or passed a stage that was asked about: sends what its link says, or keeps it until a
        stage takes it. None when nothing waits for this child.
        """
        child = self.memory.children.get(report.case)
        link = next((link for link in self.declaration.links if child and link.key == child.link), None)
        if child is None or link is None:
            return None
        with self._attempt("child_ended", ENGINE):
            memory = self.memory
            memory.answers = [known for known in memory.answers if known.case != report.case] + [report]
            answers = link.ends.get(report.stage)
            events = (
                [event for event in answers.names if event not in child.sent] if answers is not None else []
            )
            if report.ended:
                del memory.children[report.case]
                self._sender.never_undo(report.case)
                if link.all_ended and not any(c.link == link.key for c in memory.children.values()):
                    events.append(link.all_ended.name)
            else:
                memory.children[report.case] = child.model_copy(update={"sent": (*child.sent, *events)})
            self._sender.send_for_child(tuple(events), report)
            return self._conclude()

    def child_missing(self, case: str) -> None:
        """The procedure of a child isn't there: from now on a person may send what it would have answered."""
        if case in self.memory.children:
            memory = self._context.memory = self.memory.copy_apart()
            memory.children[case] = memory.children[case].model_copy(update={"started": False})
            self._sender.never_undo(case)

    def cancel_by_parent(self, reason: str = "") -> Step:
        """The end `aborted`: what is still in force is undone, and whose turn it was hears so. Raises NotPossibleNow
        when the case has ended.
        """
        with self._attempt("cancel_by_parent", ENGINE):
            if self.finished:
                raise NotPossibleNow("The case has ended.", stages=self.stages)
            self._context.step.note = reason
            stopping.tell_whose_turn_it_was(self._context, reason)
            self.memory.aborted = True
            stopping.take_back(self._hooks)
            return self._conclude()

    # --- the inside

    @contextmanager
    def _attempt(self, event: str, actor: Actor) -> Generator[None]:
        """One step, wholly or not at all. What goes wrong in a hook is a refusal: it must not wedge the case."""
        context = self._context
        try:
            with context.wholly():
                context.memory.revision += 1
                context.actor = actor
                context.step = Step(
                    revision=context.memory.revision,
                    event=event,
                    actor=actor,
                    at=context.now,
                    before=context.stages,
                )
                yield
        except Refusal:
            raise
        except TwoCurrencies as error:
            raise Refusal(
                sentence("{one} and {other} are not in one currency.", one=error.one, other=error.other)
            ) from error
        except TooMuch as error:
            raise Refusal(sentence("The amounts come to {most} or more.", most=TOO_MUCH)) from error
        except Exception as error:
            raise Refusal(
                sentence("{action} could not be judged: {why}", action=Named("action", event), why=str(error))
            ) from error
        finally:
            context.actor = ENGINE

    def _conclude(self) -> Step:
        """What follows a step: rules, undoing at the end, the clocks, the parent."""
        context, memory, step = self._context, self._context.memory, self._context.step
        if not memory.aborted:
            context.actor = ENGINE
            self._sender.follow_rules()
            memory, step = context.memory, context.step
            if self.finished and any(stage.undo for stage in context.stages_declared):
                self._hooks.undo()
        sent = [event for event, last in memory.happened.items() if last.revision == memory.revision]
        clock.settle(context, sent, step.before)
        step.after = self.stages
        report_stage(context, self._hooks.result)
        if self.finished and memory.closed_at is None:
            memory.closed_at = context.now
        return step
