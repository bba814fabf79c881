"""A commit's stack, started from its own tree and driven from this one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from benchmarks.load import Http
from benchmarks.plain import Plain
from benchmarks.processor import descendants
from cases.connection import connect
from settings.environment import Settings, load
from start.ports import free_ports
from start.readiness import is_ready

ROOT = Path(__file__).parent.parent
PROCESSES = ("temporal", "worker", "api", "supervisor")
READY_WITHIN = 180.0
_STOP_WITHIN = 60.0


class NotServed(Exception):
    """A process of the benchmark did not start; the end of what it said."""


@dataclass(frozen=True)
class Stack:
    """A stack that serves."""

    settings: Settings
    pid: int
    key: str
    """The first key, of all roles."""
    api: Http
    """As somebody who may do what the plain procedure asks."""
    client: Client

    @property
    def url(self) -> str:
        """Where its API answers."""
        return f"http://127.0.0.1:{self.settings.port}"

    def used(self) -> dict[str, float]:
        """Seconds of processor time that each of its processes has used so far."""
        seconds: dict[str, float] = dict.fromkeys(PROCESSES, 0.0)
        for process in descendants(self.pid):
            seconds[_kind(process.command)] += process.own
        return seconds


def _kind(command: tuple[str, ...]) -> str:
    if "start-dev" in command:
        return "temporal"
    return command[-1] if command[-1] in PROCESSES else "supervisor"


@asynccontextmanager
async def serving(tree: Path, home: Path, database_url: str = "") -> AsyncGenerator[Stack]:
    """The commit in `tree`, with its data in `home` and its own plain procedure. Raises NotServed."""
    port, temporal_port, ui_port = free_ports(3)
    chosen = load(
        data_dir=home,
        port=port,
        temporal_port=temporal_port,
        temporal_ui_port=ui_port,
        database_url=database_url,
    )
    with _process("all", tree=tree, chosen=chosen, ready=lambda: is_ready(chosen)) as started:
        key = chosen.api_key_file.read_text().strip()
        api = Http(port, _staff_key(Http(port, key)))
        yield Stack(chosen, started.pid, key, api, await connect(chosen))


@contextmanager
def bare(stack: Stack) -> Generator[Http]:
    """A worker of bare workflows on the stack's Temporal, and the bare wrapper before it: the wrapper's address."""
    (port,) = free_ports(1)
    with ExitStack() as ends:
        ends.enter_context(_process("bare-worker", tree=ROOT, chosen=stack.settings, ready=lambda: True))
        ends.enter_context(
            _process("wrapper", str(port), tree=ROOT, chosen=stack.settings, ready=lambda: _answers(port))
        )
        yield Http(port)


@contextmanager
def _process(
    *arguments: str, tree: Path, chosen: Settings, ready: Callable[[], bool]
) -> Generator[subprocess.Popen[bytes]]:
    """`benchmarks.serve` of a tree, stopped at the end."""
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    log = chosen.data_dir / f"{arguments[0]}.log"
    environment = {
        **os.environ,
        "DATA_DIR": str(chosen.data_dir),
        "PORT": str(chosen.port),
        "TEMPORAL_PORT": str(chosen.temporal_port),
        "TEMPORAL_UI_PORT": str(chosen.temporal_ui_port),
        "DATABASE_URL": chosen.database_url,
    }
    command = [sys.executable, "-m", "benchmarks.serve", *arguments]
    with log.open("wb") as output:
        started = subprocess.Popen(command, cwd=tree, env=environment, stdout=output, stderr=output)
    try:
        until = time.monotonic() + READY_WITHIN
        while not ready():
            if started.poll() is not None or time.monotonic() > until:
                raise NotServed(f"{' '.join(arguments)} of {tree} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield started
    finally:
        started.terminate()
        try:
            started.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _answers(port: int) -> bool:
    try:
        Http(port).call("GET", "/openapi.json")
    except OSError:
        return False
    return True


def _staff_key(first: Http) -> str:
    """A key of somebody who does all that the plain procedure asks, as in a small store. The first key's every role
    would travel with each action.
    """
    roles = {role for moves in Plain.declaration.transitions.values() for move in moves for role in move.by}
    new_key = {"name": "bench", "roles": sorted(roles)}
    return first.call("POST", "/api/v1/keys", new_key, **{"Idempotency-Key": uuid.uuid4().hex})["key"]
