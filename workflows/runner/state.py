"""What a run knows of its case. Nothing here waits: every method is done before anything else can happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from activities.cases.contract import OpenCase
from activities.entries import AnyBookEntry
from models.effect import Outcome, Undo
from workflows.language.machine import Machine
from workflows.language.memory import ENGINE, Actor, Alarm, ChildReport, Position, Step
from workflows.language.migration import migrated
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal
from workflows.language.sentences import sentence
from workflows.registry import registry
from workflows.runner.between_commits import DryRun, Trail, Uncommitted
from workflows.runner.messages import (
    DecisionRequest,
    EffectNow,
    EffectReply,
    EffectStatus,
    LinkNow,
    PendingEffect,
    Reply,
    RunState,
    StartRequest,
    StepNow,
)

ERROR_LENGTH = 500

Apply = Callable[[Machine], "Step | None"]


class CaseState:
    """The case between two commits: its position, its open effects, and what is not committed yet."""

    def __init__(
        self,
        case: str,
        start: StartRequest,
        *,
        now: Callable[[], datetime],
        run_state: RunState | None = None,
    ) -> None:
        """The case after its start, or as the last run left it. May raise Refusal."""
        self.case = case
        self.start = start
        self.procedure: type[Procedure] = registry().get(start.procedure, start.version)
        self.now = now
        self.pending: dict[str, PendingEffect] = {}
        self.steps: list[StepNow] = []
        self.effects: dict[str, EffectNow] = {}
        self.links: dict[tuple[str, str], LinkNow] = {}
        self.awaited: dict[str, EffectReply | None] = {}
        """The quick effects that a handler waits for, and what came of them."""
        self.alarms: list[Alarm] = []
        self.entry: AnyBookEntry | None = None
        """What a book is to hold of the case."""
        self.finished = False
        self.on_shown: Callable[[EffectNow], None] = lambda _: None
        """Hears of every effect that the read model shows as done without a commit."""
        self.changed = True
        """Something is not committed yet."""
        self._trail = Trail()
        if run_state is None:
            self.run = 0
            machine = Machine.begin(
                self.procedure,
                store=start.store,
                subject=start.subject,
                policy=start.policy,
                now=now(),
                parent=start.parent,
            )
            self.position: Position = machine.position
            self.take(lambda m: m.begin_by(start.event, start.form, start.actor), request=start.request)
            if start.parent is not None:
                parent = start.parent
                link = LinkNow(parent=parent.case, child=case, name=parent.link, waits=parent.waits)
                self.links[parent.case, case] = link
        else:
            self.run = run_state.run + 1
            position = Position.model_validate(run_state.position)
            if run_state.version != start.version:
                position = migrated(self.procedure, position, run_state.version)
            self.pending = {pending.ask.key: pending for pending in run_state.pending}
            self._settle_on(Machine.at(self.procedure, position, start.policy, now()))

    def run_state(self, replies: dict[str, Reply]) -> RunState:
        """What the next run needs."""
        return RunState(
            position=self.position.model_dump(mode="json", exclude_defaults=True),
            version=self.start.version,
            run=self.run,
            pending=tuple(self.pending.values()),
            replies=replies,
        )

    # --- the machine

    def machine(self) -> Machine:
        """The thread's machine at this case. Good until another case needs it."""
        return Machine.at(self.procedure, self.position, self.start.policy, self.now())

    def take(self, apply: Apply, *, request: str = "") -> Step | None:
        """Apply one step wholly. Raises Refusal, and then nothing has changed."""
        return self.accept(self.dry_run(apply), request=request)

    def dry_run(self, apply: Apply) -> DryRun:
        """What a step would make of the case. Changes nothing; raises Refusal."""
        machine = self.machine()
        try:
            step = apply(machine)
            after, entry = machine.position, machine.entry
            return DryRun(self.position, step, after, machine.finished, machine.alarms(), entry)
        except Refusal:
            raise
        except Exception as error:
            # anything else would fail the workflow task, again and again: the case would hear nobody any more
            why = f"{type(error).__name__}: {error}"
            raise Refusal(sentence("It could not be judged: {why}", why=why)) from error

    def accept(self, dry_run: DryRun, *, request: str = "") -> Step | None:
        """Make it so. The case must still stand where the dry run began."""
        assert dry_run.before is self.position
        if dry_run.step is not None:
            self._log(dry_run.step, request)
        self.position, self.finished, self.alarms = dry_run.after, dry_run.finished, dry_run.alarms
        self.entry = dry_run.entry
        self.changed = True
        return dry_run.step

    def migrated(self, version: int) -> Position:
        """The position as another version of the procedure sees it. Raises UnknownProcedure, or Refusal."""
        return migrated(registry().get(self.start.procedure, version), self.position, self.start.version)

    def record(self, event: str, *, actor: Actor = ENGINE, effect: str | None = None, note: str = "") -> None:
        """A revision that moves nothing: something happened that the case's history should show."""
        memory = self.position.memory.copy_apart()
        memory.revision += 1
        self.position = Position.model_construct(
            stages=self.position.stages, case=self.position.case, memory=memory
        )
        machine = self.machine()
        stages = machine.stages
        step = Step(
            revision=memory.revision, event=event, actor=actor, at=self.now(), before=stages, after=stages,
            effect=effect, note=note,
        )  # fmt: skip
        self._log(step, "")
        self._settle_on(machine)

    @property
    def revision(self) -> int:
        return self.position.memory.revision

    @property
    def stages(self) -> tuple[str, ...]:
        return tuple(self.machine().stages)

    @property
    def is_at_its_end(self) -> bool:
        """Whether nothing is left to happen: the stage is final, and every effect has its outcome."""
        return self.finished and not self.pending

    def reply(self, effects: tuple[EffectReply, ...] = ()) -> Reply:
        """What an update is answered now; `effects` are those that it has waited for."""
        return Reply(
            revision=self.revision,
            stages=self.stages,
            state=self.state,
            request=self.start.request,
            waited=effects,
        )

    @property
    def state(self) -> Any:
        """`open`, `closed`, or `incident`."""
        if any(pending.standing is EffectStatus.INCIDENT for pending in self.pending.values()):
            return "incident"
        return "closed" if self.finished else "open"

    # --- effects

    def ended(self, key: str, outcome: Outcome, *, shown_at: datetime | None = None) -> None:
        """An effect has its outcome: its event is sent now. A refusal that sends no event is an incident: operations
        decide about it.

        shown_at: when the read model began to show what was done, where whoever performed it has seen to that. What
        nothing listens to then needs no commit.
        """
        pending = self.pending[key]
        ask = pending.ask
        if shown_at is not None and outcome.ok and ask.then is None and not pending.taken_back:
            del self.pending[key]
            self._answer_handler(pending, outcome)
            self.on_shown(
                _shown(pending, "done").model_copy(update={"outcome": outcome, "ended_at": shown_at})
            )
            return
        if not (outcome.ok or ask.otherwise or ask.effect.optional or pending.taken_back):
            self.failed(key, f"it was refused: {outcome.reason}")
            return
        del self.pending[key]
        if pending.taken_back:
            self._note_ended(pending, "withdrawn", outcome)
            return
        self._note_ended(pending, "done" if outcome.ok else "refused", outcome)
        self._send_event_of(pending, outcome)

    def failed(self, key: str, error: str) -> None:
        """An effect failed technically for the last time, or was refused and that sends no event: it is an incident."""
        pending = self.pending[key]
        if pending.taken_back:  # its undoing has been asked for, and stops a late attempt
            del self.pending[key]
            self._note_ended(pending, "withdrawn", None)
            return
        error = error[:ERROR_LENGTH]
        self.pending[key] = pending.model_copy(update={"standing": EffectStatus.INCIDENT, "error": error})
        self._note(key, "incident")
        self._answer_handler(pending)
        self.record("effect_failed", effect=key, note=f"{pending.ask.kind}: {error}")

    def resolve(self, decision: DecisionRequest) -> None:
        """A person decides about an incident; may raise Refusal, when nothing has changed."""
        pending = self.pending[decision.key]
        self.record(decision.do.step, actor=decision.actor, effect=decision.key, note=decision.reason)
        if decision.do == "retry":
            again = {"standing": EffectStatus.RUNNING, "error": "", "round": pending.round + 1}
            self.pending[decision.key] = pending.model_copy(update=again)
            self._note(decision.key, "running")
            return
        done = decision.do == "done"
        outcome = Outcome(ok=done, reason="" if done else decision.reason, data=decision.data)
        del self.pending[decision.key]
        self._note_ended(pending, "by_hand" if done else "given_up", outcome)
        self._send_event_of(pending, outcome)

    def _send_event_of(self, pending: PendingEffect, outcome: Outcome) -> None:
        ask = pending.ask
        self._answer_handler(pending, outcome)
        try:
            self.take(lambda machine: machine.outcome(ask, outcome))
        except Refusal as error:
            # the outcome is known and the case can't take it: nothing may be lost, so a person decides
            self.pending[ask.key] = pending
            self.failed(ask.key, f"its outcome can't be taken: {error.message}")
            return
        if isinstance(ask.effect, OpenCase):
            self._opened(ask.effect, outcome)

    def _answer_handler(self, pending: PendingEffect, outcome: Outcome | None = None) -> None:
        """A handler that waits for this quick effect need not wait any more."""
        ask = pending.ask
        if ask.key in self.awaited:
            self.awaited[ask.key] = EffectReply(key=ask.key, kind=ask.kind, outcome=outcome)

    def _opened(self, effect: OpenCase, outcome: Outcome) -> None:
        child = f"{effect.procedure}:{self.start.store}:{effect.subject}"
        recorded = bool(outcome.data.get("recorded"))
        standing: Any = "refused" if not outcome.ok else "recorded" if recorded else "open"
        link = LinkNow(parent=self.case, child=child, name=effect.link, waits=effect.waits, standing=standing)
        self.links[self.case, child] = link
        if effect.waits and standing != "open":
            machine = self.machine()
            machine.child_missing(child)
            self._settle_on(machine)

    def note_report(self, report: ChildReport) -> None:
        """Show the stage that a child has reported beside the link to it."""
        self.links[self.case, report.case] = LinkNow(
            parent=self.case,
            child=report.case,
            name=report.link,
            waits=True,
            standing="open",
            reported=report.stage,
        )
        self.changed = True

    # --- the inside

    def _log(self, step: Step, request: str) -> None:
        self.steps.append(
            StepNow(
                revision=step.revision,
                event=step.event,
                actor=step.actor.signed_in,
                actor_name=step.actor.name,
                roles=tuple(sorted(step.actor.roles)),
                at=step.at,
                form=step.form,
                before=tuple(step.before),
                after=tuple(step.after),
                followed=tuple(step.followed),
                missed=tuple(step.missed),
                effect=step.effect,
                note=step.note,
                request=request,
            )
        )
        self._trail.add(step)
        for ask in step.asked:
            self.pending[ask.key] = PendingEffect(ask=ask, at=step.at)
            self._note(ask.key, "running")
            if isinstance(ask.effect, Undo):
                self._take_back(ask.effect.of)
            if isinstance(ask.effect, OpenCase):
                child = f"{ask.effect.procedure}:{self.start.store}:{ask.effect.subject}"
                self.links[self.case, child] = LinkNow(
                    parent=self.case,
                    child=child,
                    name=ask.effect.link,
                    waits=ask.effect.waits,
                    standing="asked",
                )

    def _take_back(self, key: str) -> None:
        """The undoing of an effect was asked for. One that runs is waited for; one that failed is withdrawn."""
        pending = self.pending.get(key)
        if pending is None:
            return
        self._answer_handler(pending)
        if pending.standing is EffectStatus.INCIDENT:
            del self.pending[key]
            self._note_ended(pending, "withdrawn", None)
        else:
            self.pending[key] = pending.model_copy(update={"taken_back": True})

    def note_pending(self) -> None:
        """Let the next commit hold every effect that has no outcome, whatever earlier commits have held."""
        for key, pending in self.pending.items():
            self._note(key, pending.standing.value)

    def _note(self, key: str, standing: Any) -> None:
        pending = self.pending[key]
        self.effects[key] = _shown(pending, standing)
        self.changed = True

    def _note_ended(self, pending: PendingEffect, standing: Any, outcome: Outcome | None) -> None:
        ended = {"standing": standing, "outcome": outcome, "ended_at": self.now()}
        self.effects[pending.ask.key] = _shown(pending, standing).model_copy(update=ended)
        self.changed = True

    def _settle_on(self, machine: Machine) -> None:
        self.position = machine.position
        self.finished = machine.finished
        self.alarms = machine.alarms()
        self.entry = machine.entry
        self.changed = True

    def drain(self) -> Uncommitted:
        """What is not committed yet; from now on it counts as committed. What is at its default is left out of the
        position and of the hash: a field more, with a default, leaves both as they were.
        """
        position = self.position.model_dump_json(exclude_defaults=True)
        due = [(alarm.at.isoformat(), alarm.key) for alarm in self.alarms]
        pending = [(key, p.standing, p.round) for key, p in self.pending.items()]
        drained = Uncommitted(
            position=position,
            steps=tuple(self.steps),
            effects=tuple(self.effects.values()),
            links=tuple(self.links.values()),
            hash=self._trail.hash_at(position, due, pending),
            moments=self._trail.moments,
        )
        self.steps, self.effects, self.links = [], {}, {}
        self.changed = False
        return drained


def _shown(pending: PendingEffect, standing: Any) -> EffectNow:
    ask = pending.ask
    return EffectNow(
        key=ask.key,
        revision=int(ask.key.partition(".")[0]),
        kind=ask.kind,
        payload=ask.effect.model_dump(mode="json"),
        at=pending.at,
        standing=standing,
        error=pending.error,
    )
