"""The embedded Temporal server: which program, how it is started, when it is ready."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from start.ports import free_ports
from start.processes import Child
from start.readiness import Patience
from workflows.runner.search_attributes import SEARCH_ATTRIBUTES

NEEDED = (1, 32, 0)
"""The oldest Temporal server that does what we rely on."""

_HEALTH_WITHIN = timedelta(seconds=2)
_CONFIG = {
    # One partition: a single machine gains nothing from four, and a poller never waits at an empty one.
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    # Cases that it keeps in memory: by default as many as were moved in the last hour.
    "history.cacheSizeBasedLimit": "true",
    "history.hostLevelCacheMaxSizeBytes": "8388608",
    # The search attributes are looked up again once a minute, not at each task that shows some.
    "system.forceSearchAttributesCacheRefreshOnRead": "false",
    # Its HTTP API can't be left out, and any page in a browser could post to it. No request can name this host.
    "frontend.httpAllowedHosts": '["/"]',
}
_COLLECTOR = {"GOGC": "300", "GOMEMLIMIT": "512MiB"}
"""When the server's garbage collector works: once three times as much has come as it left the last time, not as much,
which spares a thirtieth of the server's processor time; and sooner where all of it comes near the limit. What whoever
starts us has set counts.
"""
TIME_SKIPPING = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"100ms"',  # a skipped timer fires up to so much later: 1 s by default
}
"""Lets tests move a case's clock. Never on where work is done."""


class TemporalUnusable(Exception):
    """The embedded server can't be had: missing, too old, ended at once. The message says what to do."""


def find_temporal() -> Path:
    """The `temporal` that is installed with us: its version is pinned, its hash was checked. Where there is none, the
    one on the PATH, if it is new enough.

    Raises TemporalUnusable, naming what was found and why it won't do.
    """
    rejected: list[str] = []
    on_path = shutil.which("temporal")
    ours = Path(sys.executable).parent / "temporal"
    for program in (ours, Path(on_path) if on_path else None):
        if program is None or not program.exists():
            continue
        version = server_version(program)
        if version is None:
            rejected.append(f"{program} does not tell its version")
        elif version < NEEDED:
            rejected.append(f"{program} has server {_dotted(version)}")
        else:
            return program
    why = f" ({'; '.join(rejected)})" if rejected else ""
    raise TemporalUnusable(
        f"No `temporal` with server {_dotted(NEEDED)} or newer was found{why}. "
        "`make clean`, then `make run`, installs one with the other packages; Temporal's CLI 1.9 or newer on the PATH "
        "also does. "
        "Or point TEMPORAL_ADDRESS at a server that runs already."
    )


def server_version(program: Path) -> tuple[int, ...] | None:
    """The server version that a `temporal` program carries; None if it doesn't tell."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Server (\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(number) for number in found.groups()) if found else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)


class TemporalServer:
    """A development server on a SQLite file, listening on loopback alone."""

    def __init__(
        self,
        home: Path,
        *,
        port: int,
        ui_port: int | None,
        codec_url: str = "",
        synchronous: str = "normal",
        config: Mapping[str, str] | None = None,
        outlives_us: bool = False,
    ) -> None:
        """A server with its data in `home`, and no UI without `ui_port`. May raise TemporalUnusable.

        codec_url: where its UI has payloads decrypted, if they are encrypted.
        """
        self.port = port
        self.program = find_temporal()
        self.child = Child(
            "temporal",
            [
                self.program,
                *_arguments(home, port, synchronous, {**_CONFIG, **(config or {})}),
                *_ui(ui_port, codec_url),
            ],
            home,
            env={**_COLLECTOR, **os.environ},
            outlives_us=outlives_us,
        )

    @property
    def address(self) -> str:
        """Where its clients connect."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it serves. Raises TemporalUnusable, with the end of its log."""
        self.child.start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Poll its health until it serves. Raises TemporalUnusable where it ends, or doesn't get on."""
        patience = Patience()
        while not self.is_ready():
            if patience.is_over("serving", self.child.processor_seconds, self.child.written):
                self.child.kill()
                raise self._unusable("does not answer, and does nothing")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Whether it serves by now. Raises TemporalUnusable where it has ended."""
        if self.is_serving():
            return True
        if not self.child.is_running:
            raise self._unusable(f"ended at once ({self.child.how_it_ended})")
        return False

    def _unusable(self, why: str) -> TemporalUnusable:
        return TemporalUnusable(f"Temporal {why}. The end of {self.child.log}:\n{self.child.end_of_log()}")

    def is_serving(self) -> bool:
        """Whether it answers a health check now."""
        with ThreadPoolExecutor(1) as thread:  # the caller may be in an event loop
            return thread.submit(asyncio.run, _healthy(self.address)).result()

    def stop(self, grace: float = 10.0) -> bool:
        """Stop it in order; returns whether it needed no kill."""
        return self.child.stop(grace)


def _ui(port: int | None, codec_url: str) -> Iterator[str]:
    yield from ("--headless",) if port is None else ("--ui-port", str(port))
    if codec_url:
        yield from ("--ui-codec-endpoint", codec_url)


def _arguments(home: Path, port: int, synchronous: str, config: Mapping[str, str]) -> Iterator[str]:
    home.mkdir(parents=True, exist_ok=True)
    yield from ("server", "start-dev", "--ip", "127.0.0.1", "--port", str(port))
    yield from ("--db-filename", str(home / "temporal.db"))
    yield from ("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", f"synchronous={synchronous}")
    yield from ("--log-level", "warn", "--color", "never")
    for name, kind in SEARCH_ATTRIBUTES.items():
        yield from ("--search-attribute", f"{name}={kind}")
    for name, value in config.items():
        yield from ("--dynamic-config-value", f"{name}={value}")


async def _healthy(address: str) -> bool:
    try:
        client = await Client.connect(address, lazy=True)
        return await client.service_client.check_health(timeout=_HEALTH_WITHIN)
    except (RPCError, RuntimeError):
        return False


@contextmanager
def temporal_server(home: Path, *, time_skipping: bool = False) -> Generator[TemporalServer]:
    """A server of one's own on a free port, without UI, for as long as the block runs."""
    (port,) = free_ports(1)
    server = TemporalServer(home, port=port, ui_port=None, config=TIME_SKIPPING if time_skipping else None)
    server.start()
    try:
        yield server
    finally:
        server.stop()
