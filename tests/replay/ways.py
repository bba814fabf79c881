"""The store's procedures, driven on a real server along the ways that scenarios went: their histories are kept.

The world outside is played: an effect has its outcome when the way says so, and no other case is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client, WorkflowFailureError, WorkflowHistory
from temporalio.common import RawValue
from temporalio.worker import Worker, WorkflowRunner

from activities.contracts import EFFECTS
from activities.messages.contract import Notify
from cases.client import CaseNotRunning, NoAnswerYet, Refusal
from cases.done_effects import show_done
from cases.read_model import ReadModelWriter
from models.database import writing
from models.effect import BatchResult, EffectBatch, EffectRequest, Outcome, Queue
from models.roles import Role
from tests.procedures.corpus import Corpus, Json, moved
from tests.runner.conftest import Shop
from workflows.language.machine import Machine
from workflows.language.memory import Actor, ChildReport, Parent, Position
from workflows.registry import registry
from workflows.runner.case import CaseWorkflow
from workflows.runner.histories import save
from workflows.runner.messages import ActionRequest, ReportRequest
from workflows.runner.sandbox import workflow_runner


class Stage:
    """The world outside, which waits for its cue."""

    def __init__(self, engine: Engine) -> None:
        """engine: where the read model is, which batches write into."""
        self._engine = engine
        self._cues: dict[str, asyncio.Future[Outcome]] = {}
        self._over: set[str] = set()

    def cue(self, key: str, outcome: Outcome) -> None:
        """This is what comes of the effect, now."""
        if not self._future(key).done():
            self._future(key).set_result(outcome)

    def over(self, case: str) -> None:
        """Whatever this case still asks for is done at once."""
        self._over.add(case)
        for key, future in self._cues.items():
            if key.startswith(f"{case}/") and not future.done():
                future.set_result(Outcome())

    async def perform(self, doing: EffectRequest) -> Outcome:
        if doing.case in self._over or doing.effect == Notify.kind():  # a notice holds up no clock
            return Outcome()
        return await asyncio.shield(self._future(doing.key))

    def _future(self, key: str) -> asyncio.Future[Outcome]:
        return self._cues.setdefault(key, asyncio.get_running_loop().create_future())

    def activities(self, queue: Queue) -> Iterator[Callable[..., Any]]:
        if queue is not Queue.PROVIDERS:
            yield activity.defn(dynamic=True)(self._batch())
        for kind, effect in EFFECTS.items():
            if effect.queue is queue is not Queue.EFFECTS:
                yield activity.defn(name=kind)(self._one())

    def _batch(self) -> Callable[..., Any]:
        async def run(args: Sequence[RawValue]) -> BatchResult:
            """The first entry in the books alone, when its cue comes: each outcome is a step of its own. Nothing of a
            batch in which somebody outside is to be asked: whose cue comes first, only the way knows.
            """
            batch = activity.payload_converter().from_payload(args[0].payload, EffectBatch)
            outside = {one.effect for one in batch.requests if EFFECTS[one.effect].queue is not Queue.EFFECTS}
            entries = () if outside else batch.requests[:1]
            outcomes = {one.key: await self.perform(one) for one in entries}
            at = datetime.now(UTC)
            with writing(self._engine) as session:
                show_done(session, [(one, outcomes[one.key]) for one in entries if outcomes[one.key].ok], at)
            return BatchResult(at=at, outcomes=outcomes, outside=tuple(sorted(outside)))

        return run

    def _one(self) -> Callable[..., Any]:
        async def run(doing: EffectRequest) -> Outcome:
            return await self.perform(doing)

        return run


class Theatre(Shop):
    """Plays the ways."""

    def __init__(self, client: Client, engine: Any, queue: str) -> None:
        super().__init__(client, engine, queue)
        self.stage = Stage(engine)
        self._played = 0

    @asynccontextmanager
    async def working(self, runner: WorkflowRunner | None = None) -> AsyncGenerator[None]:
        """The worker's three queues, where all effects are played."""
        commits = ReadModelWriter(self.engine)
        with ThreadPoolExecutor(8) as threads:
            async with AsyncExitStack() as stack:
                for queue in Queue:
                    played = [*self.stage.activities(queue)]
                    mine: dict[str, Any] = {"activities": played}
                    if queue is Queue.CASES:
                        mine = {
                            "activities": [commits.commit, commits.commit_when_possible, *played],
                            "workflows": [CaseWorkflow],
                            "workflow_runner": runner or workflow_runner(),
                            "activity_executor": threads,
                        }
                    name = self.queue + queue.removeprefix(Queue.CASES)
                    await stack.enter_async_context(Worker(self.client, task_queue=name, **mine))
                yield

    async def play(self, procedure: str, way: Json) -> str:
        """The case at the end of this way. Raises Refusal, TimeoutError where it can't be gone any more."""
        start, *steps = way["steps"]
        began = datetime.fromisoformat(way["now"])
        self._later = datetime.now(UTC) - began
        self._ahead = timedelta()
        self._played += 1
        self._store = f"shop{self._played}"
        case = await self._start(procedure, way, start)
        moment, acting = began, list[asyncio.Task[Any]]()
        passing: asyncio.Task[None] | None = None
        try:
            for n, step in enumerate(steps):
                now = datetime.fromisoformat(step["now"])
                revision = self.row(case).revision
                if passing is not None and "outcome" not in step:
                    await passing  # it waited for the outcomes before
                if now > moment:
                    span = self._until_due(case, now - moment) if "ring" in step else now - moment
                    self._ahead += span
                    passing = asyncio.create_task(self.pass_time(case, span))
                    if "ring" not in step:
                        await passing
                moment = now
                await self._step(case, step, revision, f"{n}", acting)
            self.stage.over(case)
            await asyncio.gather(*acting)
            await asyncio.wait_for(self.handle(case).result(), 20)
        finally:
            self.stage.over(case)
            for task in acting:
                task.cancel()
            with contextlib.suppress(Exception):
                await self.handle(case).terminate()
        return case

    def _until_due(self, case: str, usual: timedelta) -> timedelta:
        """Until the case's next alarm, which a calendar may put elsewhere than in the scenario."""
        row = self.row(case)
        now = datetime.now(UTC) + self._ahead
        machine = Machine.at(
            registry().get(row.procedure), Position.model_validate_json(row.position), self.policy, now
        )
        due = next((alarm.at for alarm in machine.alarms()), None)
        return max(due - now, timedelta()) + timedelta(seconds=1) if due else usual

    async def _start(self, procedure: str, way: Json, step: Json) -> str:
        case = f"{procedure}:{self._store}:{way['subject']}"
        start = self.skipping.start_message(
            procedure,
            self._store,
            way["subject"],
            event=step["act"],
            form=moved(step["form"], self._later),
            actor=Actor.model_validate(step["actor"]),
            policy=self.policy,
            request="start",
            parent=Parent.model_validate(way["parent"]) if way["parent"] else None,
        )
        await self.skipping.start(case, start, "start")
        return case

    async def _step(
        self, case: str, step: Json, before: int, n: str, acting: list[asyncio.Task[Any]]
    ) -> None:
        match step:
            case {"act": event}:
                if self.row(case).closed_at is not None:  # of the way to its end nothing would be kept
                    raise CaseNotRunning(f"{case} has ended")
                actor = Actor.model_validate(step["actor"])
                message = ActionRequest(event=event, form=moved(step["form"], self._later), actor=actor)
                task = asyncio.create_task(self.send(case, message, n))
                acting.append(task)  # its answer may wait for a quick effect
                await self.until(lambda: self.row(case).revision > before or task.done(), seconds=10)
                if task.done():
                    await task
            case {"outcome": key}:
                self.stage.cue(f"{case}/{key}", Outcome.model_validate(step["result"]))
                await self.until(lambda: self._is_over(case, key), seconds=10)
            case {"child": said}:
                child = said["case"].replace(":shop:", f":{self._store}:")
                ended = ReportRequest(
                    actor=Actor(id=child, roles=frozenset({Role.SYSTEM})),
                    report=ChildReport.model_validate({**moved(said, self._later), "case": child}),
                )
                await self.cases.hear_child(case, ended, n)
            case _:
                await self.until(lambda: self.row(case).revision > before, seconds=10)

    def _is_over(self, case: str, key: str) -> bool:
        return any(effect.key == key and effect.standing != "running" for effect in self.effects(case))


async def record(theatre: Theatre, corpus: Corpus, home: Path) -> list[str]:
    """A history of each procedure that has none: of its longest way to an end that can be gone. Returns those for which
    there is no way.
    """
    home.mkdir(exist_ok=True)  # noqa: ASYNC240 - nobody else waits
    lacking: list[str] = []
    for procedure in registry():
        if (home / f"{procedure.key}.json.gz").exists():
            continue
        ways = corpus.get(procedure.key, {}).get("ways", {})
        for way in sorted(ways.values(), key=lambda way: -len(way["steps"])):
            try:
                case = await theatre.play(procedure.key, way)
            except (Refusal, TimeoutError, CaseNotRunning, NoAnswerYet, WorkflowFailureError) as error:
                sys.stdout.write(f"{procedure.key}: {type(error).__name__} {error}\n")
            else:
                await keep(theatre, case, home / f"{procedure.key}.json.gz")
                break
        else:
            lacking.append(procedure.key)
    return lacking


async def keep(theatre: Theatre, case: str, path: Path) -> None:
    """Keep a history, compressed."""
    history: WorkflowHistory = await theatre.handle(case).fetch_history()
    plain = path.with_suffix("")
    save(history, plain, theatre.policy)
    path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))  # noqa: ASYNC240
    plain.unlink()
    sys.stdout.write(f"{path.name}: {len(history.events)} events\n")
