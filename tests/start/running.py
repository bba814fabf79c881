"""`make run` as a test meets it: a process that says things, and others that it started."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from settings.environment import Settings
from start.processes import birth


class Run:
    """One run of the supervisor, as a process, and what it says."""

    def __init__(self, settings: Settings, command: Sequence[str | Path], **environment: str) -> None:
        self.home = settings.data_dir
        self.process = subprocess.Popen(
            [sys.executable, *command],
            env={
                **os.environ,
                "PYTHONPATH": str(Path.cwd()),
                "DATA_DIR": str(settings.data_dir),
                "PORT": str(settings.port),
                "TEMPORAL_PORT": str(settings.temporal_port),
                "TEMPORAL_UI_PORT": str(settings.temporal_ui_port),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self._output = self.process.stdout
        self.lines: list[str] = []

    def until(self, text: str) -> str:
        """Read what it says until a line holds this."""
        for line in self._output:
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError(f"it ended without saying {text!r}:\n{''.join(self.lines)}")

    def ends(self) -> tuple[int, str]:
        """Its exit code and all that it said."""
        self.lines.extend(self._output)
        return self.process.wait(90), "".join(self.lines)

    def pid_of(self, name: str) -> int:
        record = json.loads((self.home / "processes" / f"{name}.json").read_text())
        return int(record["pid"])

    def pids(self) -> dict[str, int]:
        return {name: self.pid_of(name) for name in ("temporal", "worker", "api")}

    def kill_everything(self) -> None:
        """SIGKILL to the supervisor and all its children."""
        self.process.kill()  # first, or it starts the others again
        for pid in self.pids().values():
            with contextlib.suppress(ProcessLookupError):  # the supervisor may not have replaced it yet
                os.kill(pid, signal.SIGKILL)
        self.ends()


def clean_up(runs: list[Run]) -> None:
    """End them, whatever the test left of them, and wait for their children's end."""
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
        run.process.communicate()
    for run in runs:
        for record in (run.home / "processes").glob("*.json"):
            left = json.loads(record.read_text())["pid"]
            eventually(lambda pid=left: is_gone(pid))


def eventually(holds: Callable[[], bool], within: float = 90) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    return birth(pid) is None
