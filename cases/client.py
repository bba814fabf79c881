"""The one way to a case: it is started, and sent updates, signed and under ids that make a repeat harmless.

The API's requests, the cases that start cases and the schedules all come this way.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, select
from sqlmodel import col
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from cases import policies
from cases.errors import CaseNotRunning, NoAnswerYet, NotReady, sdk_errors
from cases.positions import case_row
from cases.read_model import write
from cases.starting import reopened, shown_in_temporal, switched_off, tried
from models.database import reading, writing
from models.effect import Queue
from models.policy import StorePolicy
from models.tables.cases import CaseRow, StepRow
from workflows.language.machine import Machine
from workflows.language.memory import ENGINE, Actor, Parent
from workflows.language.refusals import Refusal
from workflows.registry import registry
from workflows.runner.gate import HEAD
from workflows.runner.messages import (
    ActionRequest,
    CancelRequest,
    Commit,
    DecisionRequest,
    EngineRequest,
    EngineUpdate,
    Head,
    MigrationRequest,
    Reply,
    ReportRequest,
    Signed,
    StartRequest,
)

M = TypeVar("M", bound=Signed)
Sign = Callable[..., str]
"""The signature of these JSON values."""

PATIENCE = timedelta(seconds=30)
"""How long one attempt waits for an answer."""
RUN_LENGTH = 500
"""Events. A longer history takes longer to replay when a worker dies: some 2,500 events a second."""
_TRIES = 5
_BETWEEN_RUNS = 0.05
_MOST_REMEMBERED = 20_000
"""Cases of which a process knows what it wrote last."""


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
        self._written: dict[str, str] = {}
        """By case, the hash of the last commit that this process has written."""

    async def start(self, case: str, start: StartRequest, request: str, *, writes: bool = True) -> Reply:
        """Start a case. Where one of this id is open already, the reply is that one's, and names the request that
        opened it. Raises Refusal, CaseNotRunning where the case was there and has ended, or NoAnswerYet.

        writes: whether the commit that comes with the reply is written here. Else the caller writes it, and then calls
        `has_written`.
        """
        row = await asyncio.to_thread(self._row, case)
        if row is not None:
            return _reply(row) if row.state != "closed" else self._reply_of_closed(row, request)
        if self._is_off(start.procedure):
            raise switched_off(start.procedure)
        try:
            reply = await self._with_start(
                start, tried(start), case, EngineUpdate.OPEN, _engine_asks(EngineUpdate.OPEN),
                reuse=WorkflowIDReusePolicy.REJECT_DUPLICATE, request=request, update=f"{request}:open",
            )  # fmt: skip
        except CaseNotRunning:
            row = await asyncio.to_thread(self._row, case)
            if row is None:
                raise
            return self._reply_of_closed(row, request)
        return await self._written_by(reply, writes=writes)

    async def keep(self, start: StartRequest) -> None:
        """Have the database hold the policy that the start names, for whoever writes the start down before it is sent.
        Raises DatabaseError.
        """
        await policies.keep(self.engine, start.policy)

    async def act(self, case: str, action: ActionRequest, request: str, *, writes: bool = True) -> Reply:
        """Send one action. A case that has ended takes records; it runs again for as long as that takes. `writes` and
        what it raises are as in `start`.
        """
        if action.seen is None:
            action = action.model_copy(update={"seen": self._written.get(case, "")})
        return await self._written_by(await self._act(case, action, request), writes=writes)

    def has_written(self, commit: Commit) -> None:
        """Note that the read model shows this commit: the case need not tell it again."""
        if len(self._written) >= _MOST_REMEMBERED:
            self._written.clear()
        self._written[commit.case] = commit.hash

    async def _written_by(self, reply: Reply, *, writes: bool) -> Reply:
        if writes and reply.commit is not None:
            await asyncio.to_thread(self._write, reply.commit)
            self.has_written(reply.commit)
            return reply.model_copy(update={"commit": None})
        return reply

    async def _act(self, case: str, action: ActionRequest, request: str) -> Reply:
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
        return await self._update(
            EngineUpdate.COMMIT,
            case,
            _engine_asks(EngineUpdate.COMMIT),
            f"{EngineUpdate.COMMIT} {uuid.uuid4()}",
        )

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
        return await self._with_start(
            start, machine, row.id, action.event, action,
            reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE, request=row.request, update=request,
        )  # fmt: skip

    async def _with_start(
        self,
        start: StartRequest,
        machine: Machine,
        case: str,
        name: str,
        message: Signed,
        *,
        reuse: WorkflowIDReusePolicy,
        request: str,
        update: str,
    ) -> Reply:
        """The reply to an update of a run that begins for it, or is there already. CaseNotRunning where neither can be.

        request: in whose name the run begins. update: the update's id.
        """
        client: Any = self.client
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            start.procedure,
            await self._prepared(start, case, request),
            id=case,
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=reuse,
            **shown_in_temporal(start, machine),
        )
        try:
            with sdk_errors():
                return await client.execute_update_with_start_workflow(
                    name,
                    start_workflow_operation=operation,
                    args=[self._signed(message, case, update)],
                    id=update,
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

    async def _prepared(self, start: StartRequest, case: str, request: str) -> StartRequest:
        """The start as it is sent: its policy is kept by then, as it names that by its hash."""
        await self.keep(start)
        measured = start.model_copy(update={"run_length": self._run_length})
        return self._signed(measured, case, request)

    def _signed(self, message: M, case: str, request: str) -> M:
        return message.model_copy(update={"signature": self._sign(*message.signed_parts(case, request))})

    def _write(self, commit: Commit) -> None:
        with writing(self.engine) as session:
            write(session, commit)

    def _row(self, case: str) -> CaseRow | None:
        with reading(self.engine) as session:
            return case_row(session, case)

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


def _engine_asks(update: EngineUpdate) -> EngineRequest:
    return EngineRequest(actor=ENGINE, update=update)


def _reply(row: CaseRow) -> Reply:
    stages = tuple(str(stage["key"]) for stage in row.stages)
    state: Any = row.state
    return Reply(revision=row.revision, stages=stages, state=state, request=row.request)
