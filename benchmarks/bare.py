"""The same six steps without the engine: a workflow whose update does nothing, and an HTTP wrapper around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from cases.connection import connect
from settings.environment import settings

QUEUE = "bare"
STEPS = 6


@workflow.defn
class Bare:
    """Ends after six steps."""

    def __init__(self) -> None:
        self._steps = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self._steps >= STEPS and workflow.all_handlers_finished())
        return self._steps

    @workflow.update
    async def step(self, name: str) -> str:
        """A step that does nothing."""
        self._steps += 1
        return name

    @workflow.query
    def steps(self) -> int:
        """How many were done."""
        return self._steps


def carry() -> None:
    """Carry bare workflows, as lightly as the SDK can."""

    async def work() -> None:
        worker = Worker(
            await connect(settings()),
            task_queue=QUEUE,
            workflows=[Bare],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=5000,
        )
        await worker.run()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work())


def wrap(port: int) -> None:
    """Serve one no-op update and one query a request: what an API on Temporal costs at the least."""
    uvicorn.run(_wrapper(), host="127.0.0.1", port=port, log_level="warning")


def _wrapper() -> FastAPI:

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncGenerator[None]:
        app.state.client = await connect(settings())
        yield

    app = FastAPI(lifespan=living)

    @app.post("/cases/{case}/steps/{name}")
    async def step(case: str, name: str, form: dict[str, Any]) -> dict[str, Any]:
        client: Client = app.state.client
        handle: Any = client.get_workflow_handle(case)
        steps = await handle.query(Bare.steps)
        done = await handle.execute_update(Bare.step, name)
        return {"steps": steps, "done": done, "form": form}

    return app
