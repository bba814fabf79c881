"""A Guicheng that runs for its pictures alone, of this checkout or of another one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from development.pictures.carrier import carrier
from development.pictures.store import FAILING, SETTINGS
from start.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
_STARTS_WITHIN = 240.0
_STOPS_WITHIN = 60.0


@dataclass(frozen=True)
class Instance:
    """Where it answers, and the key that may do everything."""

    url: str
    key: str


@contextmanager
def instance(checkout: Path = ROOT) -> Generator[Instance]:
    """Temporal, a worker and the server, with data of its own. Raises RuntimeError where it doesn't start."""
    with (
        tempfile.TemporaryDirectory(prefix="guicheng-pictures-") as home,
        carrier(lambda order: order == FAILING) as carrier_url,
    ):
        port, temporal_port, ui_port = free_ports(3)
        data = Path(home) / "data"
        data.mkdir(mode=0o700)
        (data / "store.toml").write_text(SETTINGS, "utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": str(checkout),
            "PORT": str(port),
            "TEMPORAL_PORT": str(temporal_port),
            "TEMPORAL_UI_PORT": str(ui_port),
            "DATA_DIR": str(data),
            "CARRIER_URL": carrier_url,
        }
        log = Path(home) / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "start.command", "run"],
                cwd=checkout,
                env=environment,
                stdout=said,
                stderr=said,
            )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(url, process, log)
            yield Instance(url, (data / "api-key").read_text("utf-8").strip())
        finally:
            process.terminate()
            process.wait(_STOPS_WITHIN)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"It does not start:\n{log.read_text('utf-8')[-2000:]}")
        time.sleep(0.3)
