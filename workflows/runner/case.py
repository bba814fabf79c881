"""The workflow that carries one case: its handlers, and the loop that commits, keeps time and goes on in new runs.

A handler applies its action without awaiting anything, so that two can't interleave; then it waits until the loop
has committed that revision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError

from workflows.language.migration import migrated
from workflows.language.refusals import NotPossibleNow, Refusal
from workflows.registry import UnknownProcedure, registry
from workflows.runner import gate
from workflows.runner.clock import Clock
from workflows.runner.commits import CommitBuilder
from workflows.runner.effects import Effects
from workflows.runner.messages import (
    ActionRequest,
    CancelRequest,
    DecisionRequest,
    EffectReply,
    EffectStatus,
    Head,
    MigrationRequest,
    Reply,
    ReportRequest,
    RunState,
    Signed,
    StartRequest,
)
from workflows.runner.state import Apply, CaseState, DryRun
from workflows.runner.words import sentence

LOAD = "load_case"
PATIENCE = 2
"""Handlers wait for effects in a run that is no longer than this many times what it should be; then it must end."""
MOST_WAITING = 3
"""Handlers that wait for a quick effect at a time; Temporal takes ten updates, and a cancellation must get in."""


@workflow.defn(dynamic=True)
class CaseWorkflow:
    """One run of a case, of whatever procedure."""

    @workflow.init
    def __init__(self, args: Sequence[RawValue]) -> None:
        self._start = workflow.payload_converter().from_payload(args[0].payload, StartRequest)
        self._case = workflow.info().workflow_id
        self._refused: Exception | None = None
        """Why it can't be carried. An ApplicationError ends it. All else fails its tasks until a worker comes whose
        code fits: what was accepted waits for that.
        """
        self._state: CaseState | None = None
        self._judged: tuple[str, DryRun] | None = None
        """The latest action that the validator found lawful, and what it makes of the case."""
        self._waiting = 0
        self._repairs = False
        self._committing: asyncio.Task[None] | None = None
        """Apart from the loop: whoever cancels the workflow doesn't cut a commit short."""
        self._stop_heard = False
        self._length = 0
        """Of the history, in events, when something happened last."""
        try:
            self._check_start()
            if not self._start.reopened:
                self._begin(self._start.carried)
        except Refusal as error:
            self._refused = gate.refusal(error) if self._start.carried is None else error
        except (ApplicationError, UnknownProcedure) as error:
            self._refused = error

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> str:  # noqa: ARG002 - read when the workflow was made
        """Carry the case until it has ended. Returns the stage where it did."""
        if self._refused is not None:
            raise self._refused
        if self._state is None:
            self._begin(await self._load())
        while True:
            try:
                if await self._turn():
                    return self._known.stages[0]
            except asyncio.CancelledError:
                # Temporal's own cancelling knows nothing of what has to be undone: a case is cancelled by its actions
                if workflow.cancellation_reason() is None or self._stop_heard:
                    raise
                self._stop_heard = True
                self._known.record("cancellation_ignored", note=workflow.cancellation_reason() or "")

    async def _turn(self) -> bool:
        """One round of the loop. True when the case has ended and nothing is left to do."""
        self._note_length()
        self._effects.launch()
        if self._committing is not None:
            await asyncio.wait([self._committing])
            self._committing.result()
            self._committing = None
        elif self._clock.has_run_out:
            self._clock.ring()
        elif self._is_to_commit():
            repairs, self._repairs = self._repairs, False
            self._committing = asyncio.create_task(self._commits.commit(repairs=repairs))
        elif self._is_over():
            return True
        elif self._is_to_go_on():
            try:
                self._require_version(self._start.version)
            except ApplicationError as misfit:
                self._drop_migration(misfit.message)
            else:
                self._go_on()
        else:
            self._clock.set()
            await workflow.wait_condition(self._has_something_to_do)
        return False

    def _has_something_to_do(self) -> bool:
        """Told by what the case has noted alone: neither the time nor the history's length at the moment. The SDK asks
        also where a refused action came, which no replay brings again.
        """
        return (
            self._is_to_commit()
            or self._clock.has_run_out
            or self._clock.is_to_be_set
            or self._is_over()
            or self._is_to_go_on()
        )

    def _is_to_commit(self) -> bool:
        """Whether something has changed; or the next run is due, which won't know what answers have carried."""
        return self._known.changed or self._repairs or (self._commits.has_carried and self._is_to_go_on())

    # --- actions

    @workflow.update
    async def act(self, message: ActionRequest) -> Reply:
        """An action of a person, a service or another case."""
        request = _request()
        await self._ready()
        if (known := self._known.answers.get(request)) is not None:
            return known
        can_carry = message.seen is not None and self._is_committed() and not self._repairs
        if message.seen:
            self._commits.seen(message.seen)
        before = set(self._known.pending)
        self._act(message, request)
        if can_carry and self._commits.can_carry():
            return self._carry(request)
        quick = [k for k, p in self._known.pending.items() if k not in before and p.ask.effect.quick]
        return await self._answer(request, quick)

    @act.validator
    def _judge_act(self, message: ActionRequest) -> None:
        if self._admits(message):
            self._judge(message)

    @workflow.update
    async def incident(self, message: DecisionRequest) -> Reply:
        """A person's decision about an effect that failed."""
        request = _request()
        await self._ready()
        if (known := self._known.answers.get(request)) is not None:
            return known
        self._require_incident(message)
        self._known.resolve(message)
        return await self._answer(request)

    @incident.validator
    def _judge_incident(self, message: DecisionRequest) -> None:
        if self._admits(message):
            self._require_incident(message)

    @workflow.update
    async def child_ended(self, message: ReportRequest) -> Reply:
        """What a case that this one started says of itself."""
        request = _request()
        await self._ready()
        if (known := self._known.answers.get(request)) is not None:
            return known
        self._apply(lambda machine: machine.child_reported(message.ended), request)
        self._known.hear(message.ended)
        return await self._answer(request)

    @child_ended.validator
    def _judge_child(self, message: ReportRequest) -> None:
        self._admits(message)

    @workflow.update
    async def cancel_by_parent(self, message: CancelRequest) -> Reply:
        """The case that started this one takes it back."""
        request = _request()
        await self._ready()
        if (known := self._known.answers.get(request)) is not None:
            return known
        self._apply(lambda machine: machine.cancel_by_parent(message.reason), request)
        return await self._answer(request)

    @cancel_by_parent.validator
    def _judge_cancel(self, message: CancelRequest) -> None:
        if not self._admits(message):
            return
        parent = self._known.position.memory.parent
        if parent is None or parent.case != message.actor.id:
            raise gate.refusal(Refusal(f"{message.actor.id} didn't start the case."))
        if self._known.finished:
            raise gate.refusal(NotPossibleNow("The case has ended.", stages=list(self._known.stages)))

    @workflow.update
    async def migrate(self, message: MigrationRequest) -> Reply:
        """Go on under another version, from the next quiet moment on."""
        request = _request()
        await self._ready()
        self._require_version(message.version)
        if message.version != self._start.version:
            self._known.record(
                "migrate", actor=message.actor, note=f"version {self._start.version} to {message.version}"
            )
            self._start = self._start.model_copy(update={"version": message.version})
        return await self._answer(request)

    @migrate.validator
    def _judge_migration(self, message: MigrationRequest) -> None:
        if self._admits(message):
            self._require_version(message.version)

    @workflow.update
    async def commit_again(self) -> Reply:
        """Write the read model once more, whatever it holds: what the reconciler asks for."""
        await self._ready()
        self._repairs = True
        await workflow.wait_condition(lambda: not self._repairs and self._is_committed())
        return self._known.answer()

    @workflow.update
    async def head(self) -> NoReturn:
        """Where the case stands, for comparison with the read model: told by refusing, which leaves no trace.

        A query would do harm. Where the case has to be replayed for it, the SDK shows the workflow what happened since
        its last task before that task's time is known; it acts at another moment than each later replay says.
        """
        raise gate.problem(gate.HEAD, "The case tells where it stands before this is accepted.")

    @head.validator
    def _tell_head(self) -> None:
        if self._refused is not None:
            raise self._refused
        if self._state is None:
            raise gate.problem("not_possible_now", "The case is being read.")
        head = Head(revision=self._state.revision, hash=self._commits.hash, committed=self._is_committed())
        raise gate.problem(gate.HEAD, "", **head.model_dump())

    # --- the inside of handlers

    def _action(self, message: ActionRequest) -> Apply:
        return lambda machine: machine.act(
            message.event, message.form, actor=message.actor, revision=message.revision
        )

    def _admits(self, message: Signed) -> bool:
        """Whether the message is to be judged: not if it was answered before, nor while a reopened case is read."""
        request = _request()
        gate.require_signature(message, self._case, request)
        if self._refused is not None:
            raise self._refused
        return self._state is not None and request not in self._state.answers

    def _judge(self, message: ActionRequest) -> None:
        self._require_current_form(message)
        try:
            self._judged = _request(), self._known.tried(self._action(message))
        except Refusal as error:
            raise gate.refusal(error, revision=self._known.revision) from error

    def _act(self, message: ActionRequest, request: str) -> None:
        """Apply an action; as it was judged, if nothing has happened since.

        A replay judges nothing, and comes to the same.
        """
        judged, self._judged = self._judged, None
        if judged is not None and judged[0] == request and judged[1].before is self._known.position:
            self._known.accept(judged[1], request=request)
        else:
            self._apply(self._action(message), request)

    def _apply(self, apply: Apply, request: str) -> None:
        try:
            self._known.take(apply, request=request)
        except Refusal as error:
            raise gate.refusal(error, revision=self._known.revision) from error

    def _require_current_form(self, message: ActionRequest) -> None:
        current = self._known.start.version
        if message.version not in (None, current):
            raise gate.problem(
                "moved_on",
                f"The form is version {message.version}'s, the case runs version {current}.",
                version=current,
            )

    def _require_incident(self, message: DecisionRequest) -> None:
        pending = self._known.pending.get(message.key)
        if pending is None or pending.standing is not EffectStatus.INCIDENT:
            raise gate.problem("not_possible_now", f"There is no incident {message.key}.")

    def _require_version(self, version: int) -> None:
        if version == self._known.start.version:
            return
        try:
            wanted = registry().get(self._start.procedure, version)
            migrated(wanted, self._known.position, self._known.start.version)
        except UnknownProcedure as error:
            raise gate.problem("not_found", str(error)) from error
        except Refusal as error:
            raise gate.refusal(error) from error

    async def _ready(self) -> None:
        """Wait until the case is known; at once, but for one that is reopened."""
        self._note_length()
        if self._refused is not None:
            raise self._refused
        if self._state is None:
            await workflow.wait_condition(lambda: self._state is not None)

    async def _answer(self, request: str, quick: Sequence[str] = ()) -> Reply:
        """Wait until the read model shows what was done, and for its quick effects; remember what was answered."""
        state, revision = self._known, self._known.revision
        state.remember(request, state.answer())
        if not quick or self._waiting >= MOST_WAITING:
            await workflow.wait_condition(lambda: self._commits.revision >= revision)
            return state.answers.get(request) or state.answer()
        self._waiting += 1
        state.waited |= dict.fromkeys(quick)
        try:
            await workflow.wait_condition(
                lambda: self._commits.revision >= revision and (self._has_all(quick) or self._is_pressed())
            )
        finally:
            self._waiting -= 1
        waited = [state.waited.pop(key) for key in quick]
        answer = state.answer(tuple(one for one in waited if isinstance(one, EffectReply)))
        state.remember(request, answer)
        return answer

    def _carry(self, request: str) -> Reply:
        """Answer at once: whoever asked writes the read model, and knows by then that Temporal has kept the step."""
        answer = self._known.answer()
        self._known.remember(request, answer)
        return answer.model_copy(update={"commit": self._commits.carry()})

    def _has_all(self, quick: Sequence[str]) -> bool:
        return all(self._known.waited[key] for key in quick) and not self._known.changed

    def _is_committed(self) -> bool:
        return not self._known.changed and self._committing is None

    def _is_pressed(self) -> bool:
        return self._length >= PATIENCE * self._start.run_length

    # --- runs

    def _check_start(self) -> None:
        # signatures are judged once: a key may have changed since, when a history is replayed.
        # And only a run of this workflow can have gone on in a new one.
        if workflow.unsafe.is_replaying() or workflow.info().continued_run_id is not None:
            return
        gate.require_signature(self._start, self._case, self._start.request)

    def _begin(self, carried: RunState | None) -> None:
        self._state = CaseState(self._case, self._start, now=workflow.now, carried=carried)
        self._commits = CommitBuilder(self._state)
        self._effects = Effects(self._state)
        self._clock = Clock(self._state)

    @property
    def _known(self) -> CaseState:
        assert self._state is not None
        return self._state

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

    def _is_over(self) -> bool:
        state = self._known
        return state.finished and not state.pending and not state.changed and workflow.all_handlers_finished()

    def _is_to_go_on(self) -> bool:
        long = self._length >= self._start.run_length
        migrates = self._start.version != self._known.start.version
        return (long or migrates) and not self._known.changed and workflow.all_handlers_finished()

    def _drop_migration(self, why: str) -> None:
        """Stay on the version: since the other one was judged to fit, the case has come to where it doesn't."""
        self._known.record("migration_dropped", note=why)
        self._start = self._start.model_copy(update={"version": self._known.start.version})

    def _go_on(self) -> NoReturn:
        state = self._known
        carried = RunState(
            position=state.position.model_dump(mode="json"),
            version=state.start.version,
            run=state.run,
            pending=tuple(state.pending.values()),
            answers=state.answers,
        )
        start = self._start.model_copy(update={"form": None, "carried": carried, "reopened": False})
        workflow.continue_as_new(start)


def _request() -> str:
    info = workflow.current_update_info()
    assert info is not None
    return info.id
