"""The workflow that runs one case: its handlers, and the loop that commits, keeps time and goes on in new runs.

A handler applies its action without awaiting anything, so that two can't interleave; then it waits until the loop
has committed that revision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError

from workflows.language.refusals import Refusal
from workflows.registry import UnknownProcedure
from workflows.runner import gate
from workflows.runner.arriving import has_answered_all
from workflows.runner.between_commits import DryRun
from workflows.runner.clock import Clock
from workflows.runner.commits import CommitBuilder
from workflows.runner.effects import EffectRunner
from workflows.runner.messages import (
    ActionRequest,
    CancelRequest,
    DecisionRequest,
    EngineRequest,
    EngineUpdate,
    Head,
    MigrationRequest,
    Reply,
    ReportRequest,
    RunState,
    Signed,
    StartRequest,
)
from workflows.runner.replies import Replies
from workflows.runner.state import Apply, CaseState
from workflows.runner.words import sentence

LOAD = "load_case"
PATIENCE = 2
"""Handlers wait for effects in a run that is no longer than this many times what it should be; then it must end."""


@dataclass(frozen=True)
class _Judged:
    """An action that the validator found lawful, and what it makes of the case."""

    request: str
    action: ActionRequest
    dry_run: DryRun


@workflow.defn(dynamic=True)
class CaseWorkflow:
    """One run of a case, of whatever procedure."""

    @workflow.init
    def __init__(self, args: Sequence[RawValue]) -> None:
        self._start = workflow.payload_converter().from_payload(args[0].payload, StartRequest)
        self._case = workflow.info().workflow_id
        self._refused: Exception | None = None
        """Why it can't run. An ApplicationError ends it. All else fails its tasks until a worker comes whose code fits:
        what was accepted waits for that.
        """
        self.loaded: CaseState | None = None
        """Where the case stands; None while it is refused, or is read because it is reopened."""
        self._judged: _Judged | None = None
        self._repairs = False
        self._is_to_show = False
        """Whether an effect was started that others can see before they see, maybe, the step that asked for it."""
        self._committing: asyncio.Task[None] | None = None
        """Apart from the loop: whoever cancels the workflow doesn't cut a commit short."""
        self._has_noted_cancellation = False
        self._length = 0  # of the history, in events, when something happened last
        try:
            gate.require_signed_start(self._start, self._case)
            if not self._start.reopened:
                self._begin(self._start.run_state)
        except Refusal as refusal:
            self._refused = gate.error_of(refusal) if self._start.run_state is None else refusal
        except (ApplicationError, UnknownProcedure) as error:
            self._refused = error

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> str:  # noqa: ARG002 - read when the workflow was made
        """Run the case until it has ended. Returns the stage where it did."""
        if self._refused is not None:
            raise self._refused
        if self.loaded is None:
            self._begin(await self._load())
        while True:
            try:
                if await self._turn():
                    return self._state.stages[0]
            except asyncio.CancelledError:
                # Temporal's own cancelling knows nothing of what has to be undone: a case is cancelled by its actions
                if workflow.cancellation_reason() is None or self._has_noted_cancellation:
                    raise
                self._has_noted_cancellation = True
                self._state.record("cancellation_ignored", note=workflow.cancellation_reason() or "")

    async def _turn(self) -> bool:
        """One round of the loop. True when the case has ended and nothing is left to do."""
        self._note_length()
        # what others can see begins once they can see the step that asked for it
        self._is_to_show = self._effects.launch() or self._is_to_show
        if self._committing is not None:
            await asyncio.wait([self._committing])
            self._committing.result()
            self._committing = None
        elif self._clock.has_run_out:
            self._clock.ring()
        elif self._is_to_commit():
            repairs, self._repairs, self._is_to_show = self._repairs, False, False
            self._committing = asyncio.create_task(self._commits.commit(repairs=repairs))
        elif self._is_over():
            self._commits.show_end()
            return True
        elif self._is_to_go_on():
            self._go_on()
        else:
            self._clock.set()
            await workflow.wait_condition(self._has_something_to_do)
        return False

    def _has_something_to_do(self) -> bool:
        """Follows from what the case has noted alone, not from the time or the history's length at the moment: the SDK
        asks also where a refused action came, which no replay brings again.
        """
        return (
            self._is_to_commit()
            or self._effects.is_to_launch
            or self._clock.has_run_out
            or self._clock.is_to_be_set
            or self._is_over()
            or self._is_to_go_on()
        )

    def _is_to_commit(self) -> bool:
        """Whether something has changed; or what went out with replies is to be shown for certain: to others who see an
        effect of it, or as the next run won't know of it.
        """
        return (
            (self._state.changed and not self._replies.will_carry)
            or self._repairs
            or (self._commits.has_unseen and self._must_be_shown())
        )

    def _must_be_shown(self) -> bool:
        return self._is_to_show or self._replies.wait_to_be_shown or self._is_to_go_on()

    # --- actions

    @workflow.update(dynamic=True)
    async def act(self, name: str, args: Sequence[RawValue]) -> Reply:  # noqa: ARG002 - `_judge_action` compares it
        """An action of a person, a service or another case. Its update has the action's name."""
        request = gate.request_id()
        judged, self._judged = self._judged, None
        if judged is not None and judged.request != request:
            judged = None
        action = judged.action if judged is not None else gate.action_of(args)
        await self._ready()
        if (known := self._replies.known(request)) is not None:
            return known
        state = self._state
        carries = action.seen is not None and self._is_committed()
        self._commits.seen(action.seen or "")
        before = set(state.pending)
        if judged is not None and judged.dry_run.before is state.position:
            state.accept(judged.dry_run, request=request)
        else:  # a replay judges nothing, and comes to the same
            self._apply(_applied(action), request)
        # another case waits for none: its activity has a place that the effects may be waiting for
        quick = [] if action.actor.is_engine else self._effects.quick_since(before)
        if carries and not quick and self._may_carry():
            return self._replies.now_with_commit(request)
        return await self._replies.when_committed(request, quick, carries=carries)

    @act.validator
    def _judge_action(self, name: str, args: Sequence[RawValue]) -> None:
        action = gate.action_of(args)
        if not self._admits(action):
            return
        gate.require_name(action, name)
        gate.require_current_form(self._state, action)
        try:
            self._judged = _Judged(gate.request_id(), action, self._state.dry_run(_applied(action)))
        except Refusal as refusal:
            raise gate.error_of(refusal, revision=self._state.revision) from refusal

    # --- updates of the engine's own

    @workflow.update(name=EngineUpdate.OPEN)
    async def tell_opened(self, message: EngineRequest | None = None) -> Reply:  # noqa: ARG002 - older histories have none
        """Where the case stands, with the commit that whoever opens it is to write."""
        await self._ready()
        if self._may_carry():
            return self._replies.now_with_commit()
        return await self._replies.when_committed()

    @tell_opened.validator
    def _judge_opening(self, message: EngineRequest | None = None) -> None:
        gate.require_engine(message, EngineUpdate.OPEN, self._case)

    @workflow.update(name=EngineUpdate.DECIDE)
    async def decide_incident(self, message: DecisionRequest) -> Reply:
        """A person's decision about an effect that failed."""
        request = gate.request_id()
        await self._ready()
        if (known := self._replies.known(request)) is not None:
            return known
        gate.require_incident(self._state, message.key)
        self._state.resolve(message)
        return await self._replies.when_committed(request)

    @decide_incident.validator
    def _judge_decision(self, message: DecisionRequest) -> None:
        if self._admits(message):
            gate.require_incident(self._state, message.key)

    @workflow.update(name=EngineUpdate.HEAR_CHILD)
    async def hear_child(self, message: ReportRequest) -> Reply:
        """A case that this one started reports its stage, or its end."""
        request = gate.request_id()
        await self._ready()
        if (known := self._replies.known(request)) is not None:
            return known
        self._apply(lambda machine: machine.child_reported(message.report), request)
        self._state.note_report(message.report)
        return await self._replies.when_committed(request)

    @hear_child.validator
    def _judge_report(self, message: ReportRequest) -> None:
        self._admits(message)

    @workflow.update(name=EngineUpdate.CANCEL)
    async def cancel_by_parent(self, message: CancelRequest) -> Reply:
        """The case that started this one takes it back."""
        request = gate.request_id()
        await self._ready()
        if (known := self._replies.known(request)) is not None:
            return known
        self._apply(lambda machine: machine.cancel_by_parent(message.reason), request)
        return await self._replies.when_committed(request)

    @cancel_by_parent.validator
    def _judge_cancel(self, message: CancelRequest) -> None:
        if self._admits(message):
            gate.require_parent(self._state, message.actor)

    @workflow.update(name=EngineUpdate.MIGRATE)
    async def migrate(self, message: MigrationRequest) -> Reply:
        """Go on under another version, from the next quiet moment on."""
        request = gate.request_id()
        await self._ready()
        gate.require_version(self._state, message.version)
        if message.version != self._start.version:
            self._state.record(
                "migrate", actor=message.actor, note=f"version {self._start.version} to {message.version}"
            )
            self._start = self._start.model_copy(update={"version": message.version})
        return await self._replies.when_committed(request)

    @migrate.validator
    def _judge_migration(self, message: MigrationRequest) -> None:
        if self._admits(message):
            gate.require_version(self._state, message.version)

    @workflow.update(name=EngineUpdate.COMMIT)
    async def commit_again(self, message: EngineRequest | None = None) -> Reply:  # noqa: ARG002 - as of `tell_opened`
        """Write the read model once more, whatever it holds: what the reconciler asks for."""
        await self._ready()
        self._repairs = True
        await workflow.wait_condition(lambda: not self._repairs and self._is_committed())
        return self._state.reply()

    @commit_again.validator
    def _judge_commit(self, message: EngineRequest | None = None) -> None:
        gate.require_engine(message, EngineUpdate.COMMIT, self._case)

    @workflow.update(name=EngineUpdate.HEAD)
    async def tell_head(self) -> NoReturn:
        """Where the case stands, for comparison with the read model. The validator answers by refusing, which leaves no
        trace.

        A query would do harm. Where the case has to be replayed for it, the SDK shows the workflow what happened since
        its last task before that task's time is known; it acts at another moment than each later replay says.
        """
        raise gate.error(gate.HEAD, "The case tells where it stands before this is accepted.")

    @tell_head.validator
    def _refuse_with_head(self) -> None:
        if self._refused is not None:
            raise self._refused
        if self.loaded is None:
            raise gate.error("not_possible_now", "The case is being read.")
        head = Head(revision=self.loaded.revision, hash=self._commits.hash, committed=self._is_committed())
        raise gate.error(gate.HEAD, "", **head.model_dump())

    # --- the inside of handlers

    def _admits(self, message: Signed) -> bool:
        """Whether the message is to be judged: not if it was answered before, nor while a reopened case is read."""
        request = gate.request_id()
        gate.require_signature(message, self._case, request)
        if self._refused is not None:
            raise self._refused
        return self.loaded is not None and self._replies.known(request) is None

    def _apply(self, apply: Apply, request: str) -> None:
        try:
            self._state.take(apply, request=request)
        except Refusal as refusal:
            raise gate.error_of(refusal, revision=self._state.revision) from refusal

    async def _ready(self) -> None:
        """Wait until the case is known; at once, but for one that is reopened."""
        self._note_length()
        if self._refused is not None:
            raise self._refused
        if self.loaded is None:
            await workflow.wait_condition(lambda: self.loaded is not None)

    def _may_carry(self) -> bool:
        """Whether what has changed may go out with a reply: nobody but who gets that is to see it first."""
        return (
            self._committing is None
            and not self._repairs
            and self._commits.can_piggyback
            and not self._effects.leaves_the_books
        )

    def _is_committed(self) -> bool:
        return not self._state.changed and self._committing is None

    # --- runs

    def _begin(self, run_state: RunState | None) -> None:
        self.loaded = CaseState(self._case, self._start, now=workflow.now, run_state=run_state)
        self._commits = CommitBuilder(self.loaded)
        self._effects = EffectRunner(self.loaded)
        self._clock = Clock(self.loaded)
        kept = run_state.replies if run_state is not None else {}
        self._replies = Replies(
            self.loaded, self._commits, kept, is_overlong=self._is_overlong, may_carry=self._may_carry
        )

    @property
    def _state(self) -> CaseState:
        assert self.loaded is not None
        return self.loaded

    async def _load(self) -> RunState:
        return await workflow.execute_activity(
            LOAD,
            self._case,
            result_type=RunState,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=10)),
            summary=sentence("reading"),
        )

    def _note_length(self) -> None:
        self._length = workflow.info().get_current_history_length()

    def _is_overlong(self) -> bool:
        return self._length >= PATIENCE * self._start.run_length

    def _is_over(self) -> bool:
        return self._state.is_at_its_end and not self._state.changed and has_answered_all()

    def _is_to_go_on(self) -> bool:
        long = self._length >= self._start.run_length
        migrates = self._start.version != self._state.start.version
        return (long or migrates) and not self._state.changed and has_answered_all()

    def _go_on(self) -> None:
        """End this run, and go on in a new one."""
        try:
            gate.require_version(self._state, self._start.version)
        except ApplicationError as misfit:
            # since the other version was judged to fit, the case has come to where it doesn't: it stays on its own
            self._state.record("migration_dropped", note=misfit.message)
            self._start = self._start.model_copy(update={"version": self._state.start.version})
            return
        run_state = self._state.run_state(self._replies.kept)
        start = self._start.model_copy(update={"form": None, "run_state": run_state, "reopened": False})
        workflow.continue_as_new(gate.signed_next(start, self._case))


def _applied(action: ActionRequest) -> Apply:
    return lambda machine: machine.act(
        action.event, action.form, actor=action.actor, revision=action.revision
    )
