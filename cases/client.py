"""The one way to a case: it is started, and sent updates, signed and under ids that make a repeat harmless.

The API's requests, the cases that start cases and the schedules all come this way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import col
from temporalio.client import (
    Client,
    RPCError,
    RPCStatusCode,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from models.database import reading
from models.effect import Queue
from models.policy import StorePolicy
from models.tables.cases import CaseRow, StepRow
from workflows.language.machine import Machine
from workflows.language.memory import Actor, Parent, Position
from workflows.language.refusals import FormError, Refusal, UnknownAction
from workflows.registry import UnknownProcedure, registry
from workflows.runner.gate import HEAD
from workflows.runner.messages import (
    ActionRequest,
    CancelRequest,
    DecisionRequest,
    Head,
    MigrationRequest,
    Reply,
    ReportRequest,
    Signed,
    StartRequest,
)
from workflows.runner.presentation import attributes_at_start, roles_of, summary_of_start

Sign = Callable[..., str]
"""The signature of these JSON values."""

PATIENCE = timedelta(seconds=30)
"""How long one attempt waits for an answer."""
RUN_LENGTH = 500
"""Events. A longer history takes longer to replay when a worker dies: some 2,500 events a second."""
PROCEDURE_OFF = "procedure_off"
"""The refusal of a start where the store doesn't run the procedure."""
_NOT_CONNECTED = "Failed client connect"
"""How the SDK's RuntimeError begins where a client that connects with its first call finds nobody."""
_TRIES = 5
_BETWEEN_RUNS = 0.05
_LONGEST_PAUSE = 0.5


class NoAnswerYet(Exception):
    """Nobody has said yes or no: the same is to be sent again, under the same id."""


class _NotReady(NoAnswerYet):
    """The case's workflow can't take it at the moment: a task of it has failed, for once or again and again."""


class CaseNotRunning(Exception):
    """The case has ended, or there never was one of this id."""


def switched_off(procedure: str) -> Refusal:
    """What a start is refused with where the store doesn't run the procedure."""
    return Refusal(f"The store has switched {procedure} off.", code=PROCEDURE_OFF)


class CaseClient:
    """Starts cases and speaks to them."""

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
        """A new case, once the read model shows it. Where one of this id is open already, its answer: that names
        another request. Raises Refusal, CaseNotRunning where it was there and has ended, or NoAnswerYet.
        """
        row = await asyncio.to_thread(self._row, case)
        if row is not None and row.state == "closed":
            return self._answer_of_closed(row, request)
        if row is None and self._is_off(start.procedure):
            raise switched_off(start.procedure)
        machine = _tried(start) if row is None else None
        stages = machine.stages if machine else ()
        roles = roles_of(machine) if machine else ()
        client: Any = self.client
        try:
            with _its_answer():
                handle = await client.start_workflow(
                    start.procedure,
                    self._signed(self._measured(start), case, request),
                    id=case,
                    task_queue=self._queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    static_summary=summary_of_start(start),
                    search_attributes=attributes_at_start(start, stages, roles),
                    rpc_timeout=PATIENCE,
                )
        except WorkflowAlreadyStartedError as error:
            row = await asyncio.to_thread(self._row, case)
            if row is None:
                raise CaseNotRunning(case) from error
            return self._answer_of_closed(row, request)
        return await self._shown(case, handle)

    async def _shown(self, case: str, handle: WorkflowHandle[Any, Any]) -> Reply:
        """The case as the read model shows it first. Waiting there costs its history nothing, an update would."""
        waited, pause = 0.0, 0.002
        while waited < PATIENCE.total_seconds():
            row = await asyncio.to_thread(self._row, case)
            if row is not None:
                return _answer(row)
            if pause >= _LONGEST_PAUSE:
                await self._raise_refusal(handle)
            await asyncio.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        raise NoAnswerYet(f"the read model doesn't show {case} yet")

    async def _raise_refusal(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Raise what the start was refused with in the workflow, where it has come to that."""
        with _its_answer():
            if (await handle.describe(rpc_timeout=PATIENCE)).status is WorkflowExecutionStatus.FAILED:
                await handle.result()

    async def act(self, case: str, act: ActionRequest, request: str) -> Reply:
        """One action. A case that has ended takes records; it runs again for as long as that takes.

        With `act.seen` the answer may carry a commit, which is to be written. Raises as `start` does.
        """
        for _ in range(_TRIES):
            try:
                return await self._update("act", case, act, request)
            except Refusal as refusal:
                await self._require_up_to_date(case, refusal)
                raise
            except CaseNotRunning:
                row = await asyncio.to_thread(self._row, case)
                if row is None:
                    raise
            if row.state != "closed":
                # it has just ended: its last commit comes before its end, or with its last answer
                await asyncio.sleep(_BETWEEN_RUNS)
                continue
            if (known := await asyncio.to_thread(self._answered, row, request)) is not None:
                return known
            try:
                return await self._reopen(row, act, request)
            except CaseNotRunning:  # the run that another record opened has ended in between
                continue
        raise NoAnswerYet(f"{case} was not running each time it was asked")

    async def resolve(self, case: str, resolve: DecisionRequest, request: str) -> Reply:
        """A decision about an incident."""
        return await self._update("incident", case, resolve, request)

    async def child_ended(self, case: str, ended: ReportRequest, request: str) -> Reply:
        """What a child says to the case that started it."""
        return await self._update("child_ended", case, ended, request)

    async def cancel(self, case: str, cancel: CancelRequest, request: str) -> Reply:
        """The end `aborted`, at the word of the case that started it."""
        return await self._update("cancel_by_parent", case, cancel, request)

    async def migrate(self, case: str, migrate: MigrationRequest, request: str) -> Reply:
        """Go on under another version of the procedure."""
        return await self._update("migrate", case, migrate, request)

    async def commit_again(self, case: str) -> Reply:
        """Have the case's workflow write the read model again, whatever that shows."""
        return await self._ask("commit_again", case)

    async def head(self, case: str) -> Head:
        """Where the case stands in Temporal. Raises CaseNotRunning, or NoAnswerYet where nobody says."""
        try:
            await self._ask(HEAD, case)
        except Refusal as refusal:
            if refusal.code == HEAD:
                return Head.model_validate({name: refusal.helps[name] for name in Head.model_fields})
            raise NoAnswerYet(refusal.message) from refusal
        raise NoAnswerYet(f"{case} did not say where it stands")

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

    async def _reopen(self, row: CaseRow, act: ActionRequest, request: str) -> Reply:
        procedure = registry().get(row.procedure, row.version)
        policy = StorePolicy.model_validate_json(row.policy)
        machine = Machine.at(procedure, Position.model_validate_json(row.position), policy, datetime.now(UTC))
        machine.act(act.event, act.form, actor=act.actor, revision=act.revision)
        start = StartRequest(
            procedure=row.procedure,
            version=row.version,
            store=row.store,
            subject=row.subject,
            policy=policy,
            actor=act.actor,
            request=row.request,
            reopened=True,
        )
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            row.procedure,
            self._signed(self._measured(start), row.id, row.request),
            id=row.id,
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=summary_of_start(start),
            search_attributes=attributes_at_start(start, machine.stages, roles_of(machine)),
        )
        return await self._update_with_start("act", operation, request, self._signed(act, row.id, request))

    async def _update_with_start(
        self, name: str, operation: WithStartWorkflowOperation[Any, Any], request: str, *args: Signed
    ) -> Reply:
        client: Any = self.client
        try:
            with _its_answer():
                return await client.execute_update_with_start_workflow(
                    name,
                    start_workflow_operation=operation,
                    args=args,
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
        return await self._ask(name, case, self._signed(message, case, request), id=request)

    async def _ask(self, name: str, case: str, *args: Signed, **options: Any) -> Reply:
        """An update's answer. Raises as `start` does; CaseNotRunning only where the case isn't running."""
        handle: Any = self.client.get_workflow_handle(case)
        for _ in range(_TRIES):
            try:
                with _its_answer():
                    return await handle.execute_update(
                        name, args=args, result_type=Reply, rpc_timeout=PATIENCE, **options
                    )
            except _NotReady:
                pass
            except CaseNotRunning:
                # the same is said of an update that a server's restart has lost, and while a new run begins
                if not await self._is_running(handle):
                    raise
            await asyncio.sleep(_BETWEEN_RUNS)
        raise NoAnswerYet(f"{case} was not ready each time it was asked")

    async def _is_running(self, handle: WorkflowHandle[Any, Any]) -> bool:
        try:
            with _its_answer():
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

    def _answered(self, row: CaseRow, request: str) -> Reply | None:
        """What this request was answered before the case ended."""
        wanted = select(StepRow).where(col(StepRow.case) == row.id, col(StepRow.request) == request)
        with reading(self.engine) as session:
            step = session.scalars(wanted).first()
        if step is None:
            return None
        return Reply(revision=step.revision, stages=tuple(step.after), state="closed", request=row.request)

    def _answer_of_closed(self, row: CaseRow, request: str) -> Reply:
        if row.request != request:
            raise CaseNotRunning(row.id)
        return _answer(row)


def _tried(start: StartRequest) -> Machine:
    """The machine after the start, or the refusal: a start that is refused leaves nothing in Temporal."""
    try:
        procedure = registry().get(start.procedure, start.version)
        machine = Machine.begin(
            procedure,
            store=start.store,
            subject=start.subject,
            policy=start.policy,
            now=datetime.now(UTC),
            parent=start.parent,
        )
        machine.begin_by(start.event, start.form, start.actor)
    except UnknownProcedure as error:
        raise UnknownAction(str(error)) from error
    return machine


def _answer(row: CaseRow) -> Reply:
    stages = tuple(str(stage["key"]) for stage in row.stages)
    state: Any = row.state
    return Reply(revision=row.revision, stages=stages, state=state, request=row.request)


def _refusal(cause: ApplicationError) -> Refusal:
    """What the case refused with, as it has travelled."""
    told: dict[str, Any] = dict(cause.details[0]) if cause.details else {}
    errors = tuple(FormError(**fault) for fault in told.pop("errors", ()))
    helps = {name: value for name, value in told.items() if name not in ("code", "detail")}
    return Refusal(cause.message, code=cause.type or "refused", errors=errors, **helps)


@contextmanager
def _its_answer() -> Generator[None]:
    """What the SDK raises, in our words: Refusal, CaseNotRunning, or NoAnswerYet where nobody has said yes or no."""
    try:
        yield
    except (WorkflowUpdateFailedError, WorkflowFailureError) as error:
        if isinstance(error.cause, ApplicationError):
            raise _refusal(error.cause) from error
        raise NoAnswerYet(str(error)) from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise CaseNotRunning(error.message) from error
        if error.status is RPCStatusCode.FAILED_PRECONDITION:
            raise _NotReady(str(error)) from error
        raise NoAnswerYet(str(error)) from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise NoAnswerYet(str(error)) from error
    except RuntimeError as error:
        if not str(error).startswith(_NOT_CONNECTED):
            raise
        raise NoAnswerYet(str(error)) from error
