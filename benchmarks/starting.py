"""What a start costs: the processor time of all its processes together, from `make run` until work can be done."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.processor import used_in_all
from start.ports import free_ports

_READY = "Guicheng runs."
"""What `make run` says when `/readyz` answers 200."""
_RECIPE = re.compile(r"^run:.*\n\t@exec \$\(BIN\)/(\S+) (.*)$", re.MULTILINE)


class NotStarted(Exception):
    """The start ended, or was given up, before work could be done; what it said."""


def start_cpu_s(tree: Path) -> float:
    """Seconds of processor time that the commit in `tree` uses, in a new DATA_DIR, until work can be done.

    Raises NotStarted.
    """
    with tempfile.TemporaryDirectory(prefix="guicheng-start-") as home:
        port, temporal_port, ui_port = free_ports(3)
        ports = {"PORT": str(port), "TEMPORAL_PORT": str(temporal_port), "TEMPORAL_UI_PORT": str(ui_port)}
        started = subprocess.Popen(
            command(tree),
            cwd=tree,
            env={**os.environ, "DATA_DIR": home, **ports},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_until_ready(started)
            return used_in_all(started.pid)
        finally:
            started.send_signal(signal.SIGTERM)
            started.communicate()


def command(tree: Path) -> list[str]:
    """What `make run` runs there, in our own environment."""
    found = _RECIPE.search((tree / "Makefile").read_text("utf-8"))
    if found is None:
        raise NotStarted(f"{tree}/Makefile doesn't say how `make run` starts it")
    program, arguments = found.groups()
    ours = [sys.executable] if program == "python" else [sys.executable, "-m", "start.command"]
    return [*ours, *shlex.split(arguments)]


def _wait_until_ready(started: subprocess.Popen[str]) -> None:
    said: list[str] = []
    assert started.stdout
    for line in started.stdout:
        said.append(line)
        if _READY in line:
            return
    raise NotStarted("".join(said))
