"""One run of a declared procedure: pure. It judges and applies what is asked of a case, and says what follows."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

from activities.cases.contract import TellParent
from activities.messages.contract import Notify
from models.effect import Outcome
from models.roles import Role, superiors
from workflows.language import clock
from workflows.language.forms import EVERYWHERE, LEAVE_OUT, Escalation, Form, Reason, read_form
from workflows.language.judging import Judging
from workflows.language.memory import ENGINE, Actor, Alarm, Ask, ChildReport, Parent, Position, Step
from workflows.language.place import ABORTED
from workflows.language.refusals import MovedOn, NotPossibleNow, NotYourRole, Refusal

MOST_RULES = 20
"""How many rules may follow one event; a procedure that exceeds it goes in circles."""


class Procedure(Judging):
    """A documented procedure. Subclasses declare stages, rows, deadlines, hooks and links; see the vocabulary."""

    def act(
        self, event: str, form: Any = None, *, actor: Actor = ENGINE, revision: int | None = None
    ) -> Step:
        """Apply one event, wholly or not at all. Raises Refusal, and then nothing has changed."""
        with self._attempt(event, actor):
            if revision is not None and revision != self.memory.revision - 1:
                raise MovedOn(
                    f"The case is at revision {self.memory.revision - 1}, you looked at {revision}.",
                    stages=self.stages,
                )
            if event in EVERYWHERE and event not in self.rows:
                self._everywhere(event, form, actor)
            elif event == LEAVE_OUT and event not in self.rows:
                self._leave_out(form, actor)
            else:
                self._send(event, self._admit(event, form, actor))
            return self._conclude()

    def begin_by(self, event: str, form: dict[str, Any] | None, actor: Actor) -> Step:
        """The case's first step: its start event, or, where none is named, the wait for one at the entry."""
        return self.act(event, form, actor=actor) if event else self.await_start(form or {}, actor=actor)

    def await_start(self, known: dict[str, Any], *, actor: Actor = ENGINE) -> Step:
        """Open the case at its entry, where people are asked to begin it; `known` answers the start's form as far as
        they leave it open. Raises Refusal where nobody is asked there.
        """
        with self._attempt("await_start", actor):
            if self.stages or not self.entry.role:
                raise NotPossibleNow(f"Nobody is asked at {self._here()} of {self.key}.", stages=self.stages)
            self.case, self.memory.entered = known, {self.entry.id: self.now}
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

    def choose(self, topic: str, form: Any, *, actor: Actor) -> str:
        """The event that a message of this type sends now. Raises Refusal with the last event's reason."""
        refusal: Refusal = NotPossibleNow(f"{topic} moves nothing at {self._here()}.", stages=self.stages)
        for event in self.listening(topic):
            try:
                self.judge(event, form, actor=actor)
            except Refusal as error:
                refusal = error
            else:
                return event
        raise refusal

    def alarms(self) -> list[Alarm]:
        """What the clock will do, soonest first; what is due already is among them."""
        return clock.alarms(self)

    def ring(self, alarm: Alarm) -> Step | None:
        """An alarm goes off: it sends its event, or records the miss and tells who is to hear. None when the case
        has moved on and nothing is to ring.
        """
        if alarm.key not in {due.key for due in self.alarms()}:
            return None
        with self._attempt(alarm.event or "deadline", ENGINE):
            self.memory.fired.append(alarm.key)
            if alarm.is_limit:
                self.memory.missed[alarm.of] = self.now
                self.step.missed.append(alarm.of)
            for role in sorted(alarm.tell):
                about = {"case": self.case_id, "limit": alarm.of, "due": alarm.at.isoformat()}
                self._ask(Notify(role=role, template=alarm.template, data=about))
            if alarm.key == f"{self.entry.id}.{LEAVE_OUT}":
                self._end_unbegun()
            elif alarm.event is not None and not self._try(alarm.event, None):
                self.memory.overdue[alarm.key] = alarm.event
            return self._conclude()

    def outcome(self, ask: Ask, outcome: Outcome) -> Step | None:
        """What came of an effect: sends `then` or `otherwise`. None when neither is asked for."""
        if not outcome.ok:
            self.memory = self.memory.copy_apart()
            self.memory.undoable = [undoable for undoable in self.memory.undoable if undoable.key != ask.key]
        event = ask.then if outcome.ok else ask.otherwise
        if event is None:
            return None
        with self._attempt(event, ENGINE):
            self.step.outcome, self.step.effect, self.told = outcome, ask.key, outcome
            self._try(event, self._told_by(event, {**outcome.data, **ask.known}))
            return self._conclude()

    def child_ended(self, ended: ChildReport) -> Step | None:
        """A child has ended, or passed a stage that was asked about: sends what its link says, or keeps it until a
        stage takes it. None when nothing waits for this child.
        """
        child = self.memory.children.get(ended.case)
        link = next((link for link in self.links if child is not None and link.key == child.link), None)
        if child is None or link is None:
            return None
        with self._attempt("child_ended", ENGINE):
            self.memory.answers = [a for a in self.memory.answers if a.case != ended.case] + [ended]
            answers = link.ends.get(ended.stage)
            events = [e for e in answers.names if e not in child.said] if answers is not None else []
            if ended.ended:
                del self.memory.children[ended.case]
                self._never_undo(ended.case)
                if link.all_ended and not any(c.link == link.key for c in self.memory.children.values()):
                    events.append(link.all_ended.name)
            else:
                said = (*child.said, *events)
                self.memory.children[ended.case] = child.model_copy(update={"said": said})
            self._hear_child(tuple(events), ended)
            return self._conclude()

    def child_missing(self, child: str) -> None:
        """The procedure of a child isn't there: from now on a person may send what it would have answered."""
        if child in self.memory.children:
            self.memory = self.memory.copy_apart()
            self.memory.children[child] = self.memory.children[child].model_copy(update={"started": False})
            self._never_undo(child)

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
    def migrated(cls, position: Position, version: int) -> Position:
        """`position` of an older version, as this version sees it. Raises Refusal where a stage is unknown here, or
        the case's data aren't enough.
        """
        names = cls.renamed.get(version, {})
        stages = [names.get(stage, stage) for stage in position.stages]
        if unknown := [stage for stage in stages if stage not in cls.stages_by_key and stage != ABORTED]:
            raise Refusal(f"{cls.key} {cls.version} has no stage {', '.join(unknown)}: name it in `renamed`.")
        case = (
            position.case.model_dump(mode="json") if isinstance(position.case, BaseModel) else position.case
        )
        memory = position.memory.model_copy(deep=True)
        memory.entered = {names.get(stage, stage): at for stage, at in memory.entered.items()}
        memory.entered_revision = {names.get(stage, stage): n for stage, n in memory.entered_revision.items()}
        memory.missed = {names.get(of, of): at for of, at in memory.missed.items()}
        # what has gone off must not go off again under the stage's new name
        memory.fired = [clock.renamed(alarm, names) for alarm in memory.fired]
        memory.overdue = {clock.renamed(alarm, names): event for alarm, event in memory.overdue.items()}
        if stages != [cls.entry.id]:
            try:
                case = cls.migrate_case(dict(case or {}), version)
                cls.Case.model_validate(case)
            except Exception as error:
                raise Refusal(f"{cls.key} {cls.version} can't take the case's data over: {error}") from error
        return Position(stages=stages, case=case, memory=memory)

    @classmethod
    def migrate_case(cls, case: dict[str, Any], version: int) -> dict[str, Any]:
        """The case's data of an older version, as this version keeps it."""
        del version
        return case

    # --- the inside

    @contextmanager
    def _attempt(self, event: str, actor: Actor) -> Generator[None]:
        """One step, wholly or not at all. What goes wrong in a hook is a refusal: it must not wedge the case."""
        try:
            with self._wholly():
                self.memory.revision += 1
                self.actor = actor
                self.step = Step(
                    revision=self.memory.revision, event=event, actor=actor, at=self.now, before=self.stages
                )
                yield
        except Refusal:
            raise
        except Exception as error:
            raise Refusal(f"{event} could not be judged: {error}") from error
        finally:
            self.actor, self.told, self.child = ENGINE, None, None

    def _try(self, event: str, form: dict[str, Any] | None) -> bool:
        """Send an event if the case can take it now; else note why not."""
        try:
            with self._wholly():
                self._send(event, self._admit(event, form, ENGINE))
        except Refusal as error:
            self.step.note = error.message
            return False
        return True

    def _everywhere(self, event: str, form: Any, actor: Actor) -> None:
        """What staff may do at every stage."""
        if self.finished:
            raise NotPossibleNow("The case has ended.", stages=self.stages)
        if not (actor.is_staff or actor.is_engine):
            raise NotYourRole(f"{event} is for staff.")
        told: Form = read_form(EVERYWHERE[event], form)
        self.step.form = told.model_dump(mode="json")
        if isinstance(told, Escalation):
            here = frozenset[Role]().union(*(self.stage_named(stage).role for stage in self.stages))
            for role in sorted({told.to} if told.to else superiors(here)):
                self._ask(Notify(role=role, template="escalated", data={"note": told.note, "by": actor.id}))

    def _leave_out(self, form: Any, actor: Actor) -> None:
        """The case is not to be begun."""
        if not self.is_at_entry:
            raise NotPossibleNow("Only a case that nobody has begun is left out.", stages=self.stages)
        if not self.may_leave_out(actor):
            raise NotYourRole(f"{LEAVE_OUT} is for {', '.join(sorted(self.entry.role))}.")
        told = read_form(Reason, form)
        self.step.form = told.model_dump(mode="json")
        self._end_unbegun()

    def _end_unbegun(self) -> None:
        """It ends where it is, and the case that started it hears that."""
        self.memory.aborted = True
        if self.memory.parent is not None and self.memory.parent.waits:
            self._say(self.memory.parent, ABORTED)

    def _hear_child(self, events: tuple[str, ...], ended: ChildReport) -> None:
        """Send the first of these events that is possible; keep them where no stage has come yet that takes one."""
        if not events:
            return
        if not any(event in self._rows_here for event in events):
            self.memory.parked.append((events, ended))
            return
        self.child = ended
        for event in events:
            if self._try(event, self._told_by(event, ended.result)):
                self.step.event, self.step.note = event, ""
                return

    def _conclude(self) -> Step:
        """What follows a step: rules, undoing at the end, the clocks, the parent."""
        if not self.memory.aborted:
            self.actor = ENGINE
            self._follow_rules()
            if self.finished and any(self.stage_named(stage).undo for stage in self.stages):
                self.undo()
        sent = [
            e for e, happened in self.memory.happened.items() if happened.revision == self.memory.revision
        ]
        clock.settle(self, sent, self.step.before)
        self.step.after = self.stages
        self._tell_parent()
        if self.finished and self.memory.closed_at is None:
            self.memory.closed_at = self.now
        return self.step

    def _follow_rules(self) -> None:
        for _ in range(MOST_RULES):
            if self.finished or not self._follow_one():
                return
        raise Refusal(f"{self.key} goes in circles at {self._here()}: {', '.join(self.step.followed)}")

    def _follow_one(self) -> bool:
        """Send the first parked answer, rule, or event of an alarm that was refused before, that is possible now."""
        for n, (events, ended) in enumerate(self.memory.parked):
            for event in events:
                if event in self._rows_here:
                    self.child = ended
                    if self._follow(event, self._told_by(event, ended.result)):
                        del self.memory.parked[n]
                        return True
        rules = [
            event
            for event, moves in self._rows_here.items()
            if any(move.row.rule and self._guards_hold(move) for move in moves)
        ]
        if any(self._follow(event, None) for event in rules):
            return True
        for alarm, event in self.memory.overdue.items():
            if not clock.is_answered(self, alarm) and self._follow(event, None):
                self.memory.overdue.pop(alarm, None)
                return True
        return False

    def _follow(self, event: str, form: dict[str, Any] | None) -> bool:
        note = self.step.note
        sent = self._try(event, form)
        self.step.note = note
        if sent:
            self.step.followed.append(event)
        return sent

    def _tell_parent(self) -> None:
        parent = self.memory.parent
        if parent is None or not parent.waits or self.memory.aborted or self.is_at_entry:
            return
        for stage in self.stages:
            if stage not in self.step.before and (self.finished or stage in parent.wants):
                self._say(parent, stage, self.result())

    def _say(self, parent: Parent, stage: str, result: dict[str, Any] | None = None) -> None:
        self._ask(
            TellParent(
                parent=parent.case, link=parent.link, stage=stage, ended=self.finished, result=result or {}
            )
        )
