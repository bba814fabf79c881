"""Child processes that end with us, and are recognised at the next start if they did not.

Each child's pid and birth are kept in a file. At the next start a process is only stopped when both
still fit: a pid alone may belong to somebody else by then.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_LOG_BYTES_KEPT = 20_000_000


def birth(pid: int) -> str | None:
    """When this process was born, as a text that no later process of this pid shares; None if it is gone."""
    if sys.platform == "linux":
        try:
            state, *fields = _stat(pid)
            boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:
            return None
        return None if state == "Z" else f"{boot}/{fields[18]}"
    return _ps("lstart", pid) or None


def processor_seconds(pid: int) -> float:
    """How long this process has used the processor, all its threads together; 0 if it is gone."""
    if sys.platform == "linux":
        try:
            fields = _stat(pid)
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    seconds = 0.0  # written as minutes:seconds, or with hours before
    for part in _ps("time", pid).split(":"):
        seconds = 60 * seconds + float(part or 0)
    return seconds


def _stat(pid: int) -> list[str]:
    """What Linux knows about a process, from its state on."""
    # The command's name, in brackets, may hold anything: fields are counted from its end.
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()


def _ps(column: str, pid: int) -> str:
    ps = subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return ps.stdout.strip()


def _follow_parent_in_death(parent: int) -> Callable[[], None] | None:
    """What a new child runs before its program, so that the end of its parent, however it came, ends it too.

    Linux alone can do this. Elsewhere `stop_leftover` finds the child at the next start.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded here: between fork and exec nothing may be

    def in_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child


@dataclass
class Child:
    """One program that we keep running. Start it from the main thread: its life is tied to that thread's."""

    name: str
    command: Sequence[str | Path]
    home: Path
    """The data directory: logs go to `logs/` in it, the record of the process to `processes/`."""
    env: Mapping[str, str] | None = None
    outlives_us: bool = False
    speaks: bool = False
    """What it prints is ours to say: only its errors go to the log."""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.home / "logs" / f"{self.name}.log"

    @property
    def _record(self) -> Path:
        return self.home / "processes" / f"{self.name}.json"

    @property
    def pid(self) -> int | None:
        """Its process id once started."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs, or before it was started."""
        return self._process.poll() if self._process else None

    @property
    def processor_seconds(self) -> float:
        """How long it has used the processor; 0 when it doesn't run."""
        return processor_seconds(self._process.pid) if self._process and self.is_running else 0.0

    @property
    def written(self) -> int:
        """Bytes in its log."""
        return self.log.stat().st_size if self.log.exists() else 0

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C in a terminal reaches us alone."""
        self._record.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES_KEPT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=None if self.speaks else log,
                stderr=log,
                env=self.env,
                start_new_session=True,
                preexec_fn=None if self.outlives_us else _follow_parent_in_death(os.getpid()),  # noqa: PLW1509
            )
        record = {"pid": self._process.pid, "born": birth(self._process.pid)}
        unfinished = self._record.with_suffix(".new")
        unfinished.write_text(json.dumps(record), "utf-8")
        unfinished.replace(self._record)

    @property
    def how_it_ended(self) -> str:
        """Its exit code or signal, in words; empty while it runs."""
        code = self.exit_code
        if code is None:
            return ""
        return f"exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.is_running and self._process:
            self._process.send_signal(number)

    def stop(self, grace: float) -> bool:
        """Ask it to stop, and kill it after `grace` seconds. Returns whether it stopped by itself."""
        if self._process is None:
            return True
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self._record.unlink(missing_ok=True)
        return True

    def kill(self) -> None:
        """SIGKILL, and wait for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._record.unlink(missing_ok=True)

    def end_of_log(self, lines: int = 5) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8192))
            text = log.read().decode("utf-8", "replace")
        return "\n".join(text.splitlines()[-lines:])

    def stop_leftover(self, grace: float) -> int | None:
        """Stop the process that an earlier run left behind, if there is one; its pid."""
        try:
            record: dict[str, Any] = json.loads(self._record.read_text("utf-8"))
            pid, born = int(record["pid"]), str(record["born"])
        except (OSError, ValueError, KeyError):
            return None
        stopped = None
        if birth(pid) == born:
            stopped = pid
            _end(pid, born, grace)
        self._record.unlink(missing_ok=True)
        return stopped


def _end(pid: int, born: str, grace: float) -> None:
    """End a process that isn't our child, so that waiting is polling."""
    for sent, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, sent)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while birth(pid) == born:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        else:
            return
