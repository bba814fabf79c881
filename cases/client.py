"""The one way to a case: it is started, and sent updates, signed and under ids that make a repeat harmless.

The API's requests, the cases that start cases and the schedules all come this way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import col
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from cases.errors import CaseNotRunning, NoAnswerYet, NotReady, sdk_errors
from cases.starting import reopened, shown_in_temporal, switched_off, tried
from models.database import reading
from models.effect import Queue
from models.policy import StorePolicy
from models.tables.cases import CaseRow, StepRow
from workflows.language.memory import Actor, Parent
from workflows.language.refusals import Refusal
from workflows.registry import registry
from workflows.runner.gate import HEAD
from workflows.runner.messages import (
    ActionRequest,
    CancelRequest,
    DecisionRequest,
    EngineUpdate,
    Head,
    MigrationRequest,
    Reply,
    ReportRequest,
    Signed,
    StartRequest,
)

Sign = Callable[..., str]
"""The signature of these JSON values."""

PATIENCE = timedelta(seconds=30)
"""How long one attempt waits for an answer."""
RUN_LENGTH = 500
"""Events. A longer history takes longer to replay when a worker dies: some 2,500 events a second."""
_TRIES = 5
_BETWEEN_RUNS = 0.05
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.5


class CaseClient:
    """Starts cases and sends them updates."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        sign: Sign,
        *,
        task_queue: str = Queue.CASES,
        run_length: int = RUN_LENGTH,
        is_off: Callable[[str], bool] = lambda procedure: False,  # noqa: ARG005 - all are on
    ) -> None:
        """engine: where the read model is; sign: with the key that the runner trusts.

        is_off: whether the store doesn't run this procedure, so that no new case of it begins.

        run_length: how many events a case's history may have before it goes on in a new run.
        """
        self.client = client
        self.engine = engine
        self._is_off = is_off
        self._sign = sign
        self._queue = task_queue
        self._run_length = run_length

    async def start(self, case: str, start: StartRequest, request: str) -> Reply:
        """Start a case; the reply comes once the read model shows it. Where one of this id is open already, the reply
        is that one's, and names the request that opened it. Raises Refusal, CaseNotRunning where the case was there and
        has ended, or NoAnswerYet.
        """
        row = await asyncio.to_thread(self._row, case)
        if row is not None and row.state == "closed":
            return self._reply_of_closed(row, request)
        if row is None and self._is_off(start.procedure):
            raise switched_off(start.procedure)
        machine = tried(start) if row is None else None
        client: Any = self.client
        try:
            with sdk_errors():
                handle = await client.start_workflow(
                    start.procedure,
                    self._signed(self._measured(start), case, request),
                    id=case,
                    task_queue=self._queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    rpc_timeout=PATIENCE,
                    **shown_in_temporal(start, machine),
                )
        except WorkflowAlreadyStartedError as error:
            row = await asyncio.to_thread(self._row, case)
            if row is None:
                raise CaseNotRunning(case) from error
            return self._reply_of_closed(row, request)
        return await self._shown(case, handle)

    async def _shown(self, case: str, handle: WorkflowHandle[Any, Any]) -> Reply:
        """The case as the read model shows it first. To wait there adds nothing to its history, as an update would."""
        waited, pause = 0.0, _FIRST_PAUSE
        while waited < PATIENCE.total_seconds():
            row = await asyncio.to_thread(self._row, case)
            if row is not None:
                return _reply(row)
            if pause >= _LONGEST_PAUSE:
                await self._raise_refusal(handle)
            await asyncio.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        raise NoAnswerYet(f"the read model doesn't show {case} yet")

    async def _raise_refusal(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Raise the refusal of the start where the workflow has refused it."""
        with sdk_errors():
            if (await handle.describe(rpc_timeout=PATIENCE)).status is WorkflowExecutionStatus.FAILED:
                await handle.result()

    async def act(self, case: str, action: ActionRequest, request: str) -> Reply:
        """Send one action. A case that has ended takes records; it runs again for as long as that takes.

        With `action.seen` the reply may come with a commit, which the sender is to write. Raises as `start` does.
        """
        for _ in range(_TRIES):
            try:
                return await self._update(action.event, case, action, request)
            except Refusal as refusal:
                await self._require_up_to_date(case, refusal)
                raise
            except CaseNotRunning:
                row = await asyncio.to_thread(self._row, case)
                if row is None:
                    raise
            if row.state != "closed":
                # it has just ended: its last commit comes before its end, or with its last reply
                await asyncio.sleep(_BETWEEN_RUNS)
                continue
            if (known := await asyncio.to_thread(self._known_reply, row, request)) is not None:
                return known
            try:
                return await self._reopen(row, action, request)
            except CaseNotRunning:  # the run that another record opened has ended in between
                continue
        raise NoAnswerYet(f"{case} was not running each time it was asked")

    async def resolve(self, case: str, decision: DecisionRequest, request: str) -> Reply:
        """A decision about an incident."""
        return await self._update(EngineUpdate.DECIDE, case, decision, request)

    async def hear_child(self, case: str, report: ReportRequest, request: str) -> Reply:
        """A report of a child to the case that started it."""
        return await self._update(EngineUpdate.HEAR_CHILD, case, report, request)

    async def cancel(self, case: str, cancel: CancelRequest, request: str) -> Reply:
        """The end `aborted`, in the name of the case that started it."""
        return await self._update(EngineUpdate.CANCEL, case, cancel, request)

    async def migrate(self, case: str, migration: MigrationRequest, request: str) -> Reply:
        """Go on under another version of the procedure."""
        return await self._update(EngineUpdate.MIGRATE, case, migration, request)

    async def commit_again(self, case: str) -> Reply:
        """Have the case's workflow write the read model again, whatever that shows."""
        return await self._send(EngineUpdate.COMMIT, case)

    async def head(self, case: str) -> Head:
        """Where the case stands in Temporal. Raises CaseNotRunning, or NoAnswerYet where nobody answers."""
        try:
            await self._send(EngineUpdate.HEAD, case)
        except Refusal as refusal:
            if refusal.code == HEAD:
                return Head.model_validate({name: refusal.helps[name] for name in Head.model_fields})
            raise NoAnswerYet(refusal.message) from refusal
        raise NoAnswerYet(f"{case} did not answer where it stands")

    def start_message(
        self,
        procedure: str,
        store: str,
        subject: str,
        *,
        event: str,
        form: dict[str, Any] | None,
        actor: Actor,
        policy: StorePolicy,
        request: str,
        parent: Parent | None = None,
    ) -> StartRequest:
        """A start under the newest version. Raises UnknownProcedure."""
        return StartRequest(
            procedure=procedure,
            version=registry().get(procedure).version,
            store=store,
            subject=subject,
            policy=policy,
            parent=parent,
            event=event,
            form=form,
            actor=actor,
            request=request,
        )

    async def _reopen(self, row: CaseRow, action: ActionRequest, request: str) -> Reply:
        start, machine = reopened(row, action)
        client: Any = self.client
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            row.procedure,
            self._signed(self._measured(start), row.id, row.request),
            id=row.id,
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            **shown_in_temporal(start, machine),
        )
        try:
            with sdk_errors():
                return await client.execute_update_with_start_workflow(
                    action.event,
                    start_workflow_operation=operation,
                    args=[self._signed(action, row.id, request)],
                    id=request,
                    result_type=Reply,
                    rpc_timeout=PATIENCE,
                )
        except WorkflowAlreadyStartedError as error:
            raise CaseNotRunning(str(error)) from error

    async def _require_up_to_date(self, case: str, refusal: Refusal) -> None:
        """Raises NoAnswerYet where the case refused what it will come to: a step that the read model shows was lost
        with its worker, and is being taken again.
        """
        if (judged := refusal.helps.get("revision")) is None:
            return
        row = await asyncio.to_thread(self._row, case)
        if row is not None and row.revision > judged:
            raise NoAnswerYet(f"{case} is at revision {judged}, and was at {row.revision}") from refusal

    async def _update(self, name: str, case: str, message: Signed, request: str) -> Reply:
        return await self._send(name, case, self._signed(message, case, request), id=request)

    async def _send(self, name: str, case: str, *args: Signed, **options: Any) -> Reply:
        """An update's reply. Raises as `start` does; CaseNotRunning only where the case isn't running."""
        handle: Any = self.client.get_workflow_handle(case)
        for _ in range(_TRIES):
            try:
                with sdk_errors():
                    return await handle.execute_update(
                        name, args=args, result_type=Reply, rpc_timeout=PATIENCE, **options
                    )
            except NotReady:
                pass
            except CaseNotRunning:
                # Temporal answers so also for an update that a server's restart has lost, and while a new run begins
                if not await self._is_running(handle):
                    raise
            await asyncio.sleep(_BETWEEN_RUNS)
        raise NoAnswerYet(f"{case} was not ready each time it was asked")

    async def _is_running(self, handle: WorkflowHandle[Any, Any]) -> bool:
        try:
            with sdk_errors():
                described = await handle.describe(rpc_timeout=PATIENCE)
        except CaseNotRunning:
            return False
        return described.status is WorkflowExecutionStatus.RUNNING

    def _measured(self, start: StartRequest) -> StartRequest:
        return start.model_copy(update={"run_length": self._run_length})

    def _signed(self, message: Signed, case: str, request: str) -> Signed:
        return message.model_copy(update={"signature": self._sign(*message.signed_parts(case, request))})

    def _row(self, case: str) -> CaseRow | None:
        with reading(self.engine) as session:
            return session.get(CaseRow, case)

    def _known_reply(self, row: CaseRow, request: str) -> Reply | None:
        """What this request was answered before the case ended."""
        wanted = select(StepRow).where(col(StepRow.case) == row.id, col(StepRow.request) == request)
        with reading(self.engine) as session:
            step = session.scalars(wanted).first()
        if step is None:
            return None
        return Reply(revision=step.revision, stages=tuple(step.after), state="closed", request=row.request)

    def _reply_of_closed(self, row: CaseRow, request: str) -> Reply:
        if row.request != request:
            raise CaseNotRunning(row.id)
        return _reply(row)


def _reply(row: CaseRow) -> Reply:
    stages = tuple(str(stage["key"]) for stage in row.stages)
    state: Any = row.state
    return Reply(revision=row.revision, stages=stages, state=state, request=row.request)
