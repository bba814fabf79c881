"""Temporal, a worker and the API of a test, each started again as soon as it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from cases import policies
from models.database import open_database
from settings.environment import Settings, load
from start.namespace import prepare_namespace
from start.ports import free_ports
from start.prepare import prepare_database
from start.readiness import is_ready
from start.temporal_server import TemporalServer
from tests.kills import children
from tests.kills.seams import API, Trigger

PROCESSES = ("worker", "api")


class Stack:
    """All that serves, and what kills it."""

    def __init__(self, home: Path, **more: str) -> None:
        """more: other settings of its processes."""
        port, temporal_port, ui_port = free_ports(3)
        home.mkdir(parents=True, exist_ok=True)
        self.settings: Settings = load(
            data_dir=home, port=port, temporal_port=temporal_port, temporal_ui_port=ui_port, **more
        )
        self._more = {name.upper(): value for name, value in more.items()}
        self.url = f"http://127.0.0.1:{port}"
        self.trigger = Trigger(home / children.TRIGGER)
        self.killed: list[str] = []
        """Where, or whom, in their order."""
        self._home = home
        self._temporal = TemporalServer(home, port=temporal_port, ui_port=None)
        self._processes: dict[str, BaseProcess] = {}
        self._one_at_a_time = asyncio.Lock()

    @property
    def key(self) -> str:
        """The first API key."""
        return self.settings.api_key_file.read_text().strip()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        _ = self.settings.signing_secrets
        prepare_database(self.settings)
        self.engine = open_database(self.settings.sqlalchemy_url)
        policies.look_in(self.engine)
        self._temporal.start()
        keeper: asyncio.Task[None] | None = None
        try:
            await prepare_namespace(self.settings)
            keeper = asyncio.create_task(self._keep())
            await _until(lambda: asyncio.to_thread(is_ready, self.settings), within=240)
            yield
        finally:
            if keeper is not None:
                keeper.cancel()
                await asyncio.gather(keeper, return_exceptions=True)
            for process in self._processes.values():
                process.kill()
                process.join()
            self._temporal.child.stop(5)
            self.engine.dispose()

    async def _keep(self) -> None:
        """Start again whatever has ended."""
        environment = {
            "DATA_DIR": str(self._home),
            "PORT": str(self.settings.port),
            "TEMPORAL_PORT": str(self.settings.temporal_port),
            "TEMPORAL_UI_PORT": str(self.settings.temporal_ui_port),
            "PYTHONPATH": str(Path.cwd()),
            **self._more,
        }
        while True:
            if not self._temporal.child.is_running:
                self._temporal.child.start()
            for name in PROCESSES:
                process = self._processes.get(name)
                if process is None or not process.is_alive():
                    self._processes[name] = children.start(name, self._home, environment)
            await asyncio.sleep(0.05)

    def kill(self, whom: str) -> None:
        """SIGKILL at once: `worker`, `api`, `temporal`, or `all` of them."""
        self.killed.append(whom)
        for name in PROCESSES:
            if whom in (name, "all"):
                self._processes[name].kill()
        if whom in ("temporal", "all"):
            self._temporal.child.kill()

    async def _has_killed(self) -> bool:
        return not self.trigger.is_armed

    async def kill_at(self, seam: str, times: int = 1, *, within: float) -> None:
        """Have whoever comes there next be killed, or the so manieth; nobody, where none comes within these seconds."""
        async with self._one_at_a_time:
            self.trigger.arm(seam, times)
            try:
                await _until(self._has_killed, within=within)
            except TimeoutError:
                self.trigger.disarm()
            else:
                self.killed.append(f"{'api' if seam in API else 'worker'} where {seam}")


async def _until(holds: Callable[[], Awaitable[bool]], *, within: float) -> None:
    async with asyncio.timeout(within):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)
