"""The processes that are measured: `python -m benchmarks.serve all|worker|api|bare-worker|wrapper [PORT]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import uvicorn
import uvloop
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.bare import QUEUE, Bare, wrapper
from benchmarks.plain import Plain
from cases.connection import connect
from settings.environment import settings
from start.run import PROGRAMS
from start.run import main as run
from workflows.registry import registry


async def bare_worker() -> None:
    """Carries the bare workflows, as lightly as the SDK can."""
    client = await connect(settings())
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[Bare],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=5000,
    )
    await worker.run()


def _programs() -> dict[str, Sequence[str]]:
    ours = [sys.executable, "-m", "benchmarks.serve"]
    return {**PROGRAMS, "worker": [*ours, "worker"], "api": [*ours, "api"]}


def main(kind: str, port: int) -> None:
    registry().add(Plain)
    match kind:
        case "all":
            sys.exit(run(_programs()))
        case "worker":
            from worker import run as serve  # noqa: PLC0415 - only this one needs it

            serve()
        case "api":
            from api.__main__ import main as serve_api  # noqa: PLC0415

            serve_api([])
        case "bare-worker":
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(bare_worker())
        case "wrapper":
            uvicorn.run(wrapper(), host="127.0.0.1", port=port, log_level="warning")
        case _:
            sys.exit(f"no such process: {kind}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
