"""A store's engine in a test: the shared Temporal server, a database of the test's own, fakes for the world outside."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select
from sqlmodel import SQLModel, col
from temporalio import activity
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker, WorkflowRunner

from cases import policies
from cases.client import CaseClient
from cases.done_effects import show_done
from cases.effects import CaseActivities
from cases.read_model import ReadModelWriter, write
from cases.schedules import Calendar
from cases.signed_work import SignedWork
from cases.signing import SigningKeys
from models.database import DatabaseBusy, open_database, reading, writing
from models.effect import BatchResult, EffectBatch, EffectRequest, Outcome, Queue
from models.policy import StorePolicy
from models.roles import Role
from models.tables.cases import CaseRow, EffectRow, LinkRow, StepRow, Task
from settings.environment import load
from tests.runner import procedures
from workflows.incidents import IncidentDecision
from workflows.language.memory import Actor
from workflows.runner import gate
from workflows.runner.case import CaseWorkflow
from workflows.runner.messages import ActionRequest, Commit, DecisionRequest, Reply
from workflows.runner.sandbox import workflow_runner
from workflows.runner.schedule import OpenOnSchedule
from workflows.runner.search_attributes import STAGE
from workflows.runner.telling import Details

KEY = b"a key of the tests"
KEYS = SigningKeys((KEY,))
STORE = "tmall"
_numbers = itertools.count()
OUTSIDE = frozenset({"PayOut", "Unpay", "Notify"})
"""The effects that somebody over a network performs."""


def person(*roles: Role, name: str = "") -> Actor:
    return Actor(id=name or roles[0].value, roles=frozenset(roles))


class World:
    """The world outside: does what a test wants, as slowly and as badly as it wants."""

    def __init__(self) -> None:
        self.done: list[str] = []
        """The idempotency keys, in the order in which they were performed."""
        self.kinds: list[str] = []
        self.failing: set[str] = set()
        self.failures = Counter[str]()
        """How often effects of each kind were tried in vain."""
        self.refusing: set[str] = set()
        self.held: dict[str, asyncio.Event] = {}
        self.waiting = 0
        self.batched: list[list[str]] = []
        """The kinds of each batch."""
        self.outcome_of: Callable[[EffectRequest], Outcome] = lambda doing: Outcome(
            data={"refund_no": f"R-{doing.subject}"}
        )
        """What comes of an effect that is done."""

    def hold(self, kind: str) -> asyncio.Event:
        """Effects of this kind wait until the event is set."""
        self.held[kind] = asyncio.Event()
        return self.held[kind]

    async def perform(self, kind: str, doing: EffectRequest) -> Outcome:
        if (gate_ := self.held.get(kind)) is not None:
            self.waiting += 1
            await gate_.wait()
        if kind in self.failing:
            self.failures[kind] += 1
            raise RuntimeError(f"{kind} is out of order")
        if doing.key not in self.done:
            self.done.append(doing.key)
            self.kinds.append(kind)
        if kind in self.refusing:
            return Outcome(ok=False, reason="not today")
        return self.outcome_of(doing)

    def batches(self, engine: Engine) -> Callable[..., Any]:
        """What the store's own books perform: each of a batch in its order, up to the first that fails."""

        @activity.defn(dynamic=True)
        async def run(args: Sequence[RawValue]) -> BatchResult:
            batch = activity.payload_converter().from_payload(args[0].payload, EffectBatch)
            self.batched.append([request.effect for request in batch.requests])
            done: list[tuple[EffectRequest, Outcome]] = []
            for request in batch.requests:
                if request.effect in OUTSIDE:
                    continue
                try:
                    done.append((request, await self.perform(request.effect, request)))
                except RuntimeError:
                    if batch.is_single:
                        raise
                    break
            at = datetime.now(UTC)
            with writing(engine) as session:
                show_done(session, [one for one in done if one[1].ok], at)
            return BatchResult(
                at=at,
                outcomes={request.key: outcome for request, outcome in done},
                outside=tuple({request.effect for request in batch.requests} & OUTSIDE),
            )

        return run

    def activities(self, *kinds: str) -> list[Callable[..., Any]]:
        def one(kind: str) -> Callable[..., Any]:
            @activity.defn(name=kind)
            async def run(doing: EffectRequest) -> Outcome:
                return await self.perform(kind, doing)

            return run

        return [one(kind) for kind in kinds]


class Shop:
    """What a test does with the engine."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        queue: str,
        *,
        run_length: int = 500,
        keys: SigningKeys = KEYS,
    ) -> None:
        self.engine = engine
        self.queue = queue
        self.skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        self.client = client
        self.world = World()
        self.policy = StorePolicy()
        self.off: set[str] = set()
        """The procedures that the store doesn't run."""
        self.keys = keys
        self.signed_work = SignedWork(keys)
        self.cases, self.skipping = self.ways(run_length)

    def ways(self, run_length: int) -> tuple[CaseClient, CaseClient]:
        """To cases on our own time, and to cases whose time can be skipped."""
        first, second = (
            CaseClient(
                client,
                self.engine,
                self.keys.sign,
                task_queue=self.queue,
                run_length=run_length,
                is_off=self.off.__contains__,
            )
            for client in (self.client, self.skipper.client)
        )
        return first, second

    @asynccontextmanager
    async def working(self, runner: WorkflowRunner | None = None) -> AsyncGenerator[None]:
        """The worker's three queues."""
        commits = ReadModelWriter(self.engine)
        with ThreadPoolExecutor(8) as threads, ThreadPoolExecutor(50) as effects:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(
                    Worker(
                        self.client,
                        task_queue=self.queue,
                        workflows=[CaseWorkflow, OpenOnSchedule],
                        activities=self.signed_work.only_signed(
                            [
                                commits.commit,
                                commits.commit_when_possible,
                                *CaseActivities(self.skipping).all(),
                                Calendar(self.cases, load()).open,
                                self.world.batches(self.engine),
                            ]
                        ),
                        interceptors=[self.signed_work, Details()],
                        activity_executor=threads,
                        workflow_runner=runner or workflow_runner(),
                        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
                    )
                )
                for of, activities in (
                    (Queue.EFFECTS, [self.world.batches(self.engine)]),
                    (Queue.PROVIDERS, self.world.activities(*OUTSIDE)),
                ):
                    name = self.queue + of.removeprefix(Queue.CASES)
                    await stack.enter_async_context(
                        Worker(
                            self.client,
                            task_queue=name,
                            activities=self.signed_work.only_signed(activities),
                            interceptors=[self.signed_work],
                            activity_executor=effects,
                            max_concurrent_activities=50,
                        )
                    )
                self._stack = stack
                yield

    async def stop(self) -> None:
        """Stop the workers before the end of the block."""
        await self._stack.aclose()

    async def open(
        self,
        procedure: str,
        event: str,
        role: Role,
        *,
        subject: str = "",
        skipping: bool = False,
        **form: Any,
    ) -> str:
        """Start a case; returns its id."""
        subject = subject or f"S-{next(_numbers)}-{self.queue[-6:]}"
        case = f"{procedure}:{STORE}:{subject}"
        request = f"start {case}"
        cases = self.skipping if skipping else self.cases
        start = cases.start_message(
            procedure, STORE, subject, event=event, form=form or None, actor=person(role), policy=self.policy,
            request=request,
        )  # fmt: skip
        await cases.start(case, start, request)
        return case

    async def act(
        self,
        case: str,
        event: str,
        actor: Role | Actor,
        *,
        request: str = "",
        revision: int | None = None,
        writes: bool = True,
        **form: Any,
    ) -> Reply:
        """writes: whether whoever asks writes what the answer carries, as all do; else the case does."""
        who = actor if isinstance(actor, Actor) else person(actor)
        message = ActionRequest(event=event, form=form or None, actor=who, revision=revision)
        request = request or f"request {next(_numbers)}"
        if writes:
            return await self.send(case, message, request)
        signed = message.model_copy(
            update={"signature": self.keys.sign(*message.signed_parts(case, request))}
        )
        return await self.handle(case).execute_update(event, signed, id=request, result_type=Reply)

    async def send(self, case: str, message: ActionRequest, request: str) -> Reply:
        """An action; what the answer carries is written, however long others hold the database."""
        answer = await self.cases.act(case, message, request, writes=False)
        if answer.commit is not None:
            while True:
                with contextlib.suppress(DatabaseBusy):
                    await asyncio.to_thread(self._put, answer.commit)
                    break
            self.cases.has_written(answer.commit)
        return answer.model_copy(update={"commit": None})

    def _put(self, commit: Commit) -> None:
        with writing(self.engine) as session:
            write(session, commit)

    async def resolve(
        self, case: str, key: str, do: IncidentDecision, reason: str = "because", **data: Any
    ) -> Reply:
        message = DecisionRequest(key=key, do=do, reason=reason, data=data, actor=person(Role.OPS_MANAGER))
        return await self.cases.resolve(case, message, f"request {next(_numbers)}")

    async def pass_time(self, case: str, span: timedelta) -> None:
        """Let the case's clock go forward."""
        await self.skipper.fast_forward(self.handle(case), span)

    def handle(self, case: str) -> Any:
        return self.client.get_workflow_handle(case)

    async def is_idle(self, case: str) -> bool:
        """Whether the workflow has nothing to do at the moment."""
        return not (await self.handle(case).describe()).raw_description.HasField("pending_workflow_task")

    async def events(self, case: str) -> list[str]:
        """The names of the case's events, in the current run, once it has nothing to do."""
        await self.until(lambda: self.is_idle(case))
        history = await self.handle(case).fetch_history()
        return [event.WhichOneof("attributes") or "" for event in history.events]

    def row(self, case: str) -> CaseRow:
        with reading(self.engine) as session:
            row = session.get(CaseRow, case)
            assert row is not None, f"{case} is not in the read model"
            return row

    def is_there(self, case: str) -> bool:
        with reading(self.engine) as session:
            return session.get(CaseRow, case) is not None

    def stages(self, case: str) -> list[str]:
        return [stage["key"] for stage in self.row(case).stages]

    def steps(self, case: str) -> list[StepRow]:
        with reading(self.engine) as session:
            return list(
                session.scalars(
                    select(StepRow).where(col(StepRow.case) == case).order_by(col(StepRow.revision))
                )
            )

    def log(self, case: str) -> list[str]:
        return [step.event for step in self.steps(case)]

    def effects(self, case: str) -> list[EffectRow]:
        with reading(self.engine) as session:
            return list(
                session.scalars(select(EffectRow).where(col(EffectRow.case) == case).order_by(EffectRow.key))
            )

    def forget(self, table: type[SQLModel]) -> None:
        """Delete all rows of a table, as a database does that was restored."""
        with writing(self.engine) as session:
            session.execute(delete(table))

    def links(self, parent: str) -> list[LinkRow]:
        with reading(self.engine) as session:
            return list(session.scalars(select(LinkRow).where(col(LinkRow.parent) == parent)))

    def tasks(self, case: str) -> list[str]:
        with reading(self.engine) as session:
            wanted = select(Task).where(col(Task.case) == case, col(Task.open))
            return [task.stage for task in session.scalars(wanted)]

    async def until(self, holds: Callable[[], bool | Awaitable[bool]], *, seconds: float = 60) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(seconds):
            while True:
                now = holds()
                if (await now) if isinstance(now, Awaitable) else now:
                    return
                await asyncio.sleep(0.02)

    async def shows(self, case: str, *stages: str) -> bool:
        """Whether the list of cases in Temporal's UI shows it at these stages."""
        described = await self.handle(case).describe()
        return list(described.typed_search_attributes[STAGE]) == list(stages)

    async def until_at(self, case: str, *stages: str) -> None:
        await self.until(lambda: self.stages(case) == list(stages))


@pytest.fixture(scope="session", autouse=True)
def declared() -> None:
    procedures.register()
    gate.trust(KEYS)


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    engine = open_database(sqlite_url)
    SQLModel.metadata.create_all(engine)
    policies.look_in(engine)
    return engine


@pytest.fixture
async def shop(
    temporal_client: Client, engine: Engine, task_queue: str, tmp_path: Path
) -> AsyncGenerator[Shop]:
    """The engine at work."""
    shop = Shop(temporal_client, engine, task_queue)
    async with shop.working():
        yield shop
    engine.dispose()
