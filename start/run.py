"""`guicheng run`: Temporal, the database, a worker and the API, started and stopped in order, kept alive."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from types import FrameType

from settings.environment import Settings, SettingsError, settings
from start.checks import CannotStart, database_unlocked, ports_free, sole_use, usable_directory
from start.processes import Child
from start.readiness import PATIENCE, Patience, reachable, waits
from start.temporal_server import TemporalServer, TemporalUnusable
from stores.current import store_settings

_LOOK_EVERY = 0.2
_TELL_EVERY = 10.0
"""Seconds between two lines that say what a start still waits for."""
_EARLY_ENDS = 3
"""How often a child may end before everything is ready."""
_GRACE = {"api": 10.0, "worker": 20.0, "temporal": 10.0}
"""Seconds that each is given to stop, in the order of stopping."""
_TITLES = {"api": "API", "worker": "worker", "temporal": "Temporal server"}


PROGRAMS: Mapping[str, Sequence[str]] = {
    "prepare": [sys.executable, "-m", "start.command", "prepare"],
    "worker": [sys.executable, "-m", "worker"],
    "api": [sys.executable, "-m", "api"],
}
"""What is run beside Temporal."""


class StopAsked(BaseException):
    """Ctrl-C or SIGTERM: not an error, and not for those who handle errors."""


class Backoff:
    """When to start a child again that ended by itself."""

    _STEADY_AFTER = 60.0
    _LONGEST = 30.0

    def __init__(self) -> None:
        self.ends = 0
        self._started = time.monotonic()
        self._again_at: float | None = None

    def ended(self) -> float:
        """Note an end; returns the seconds to wait. Whoever ran for a minute starts anew at half a second."""
        if time.monotonic() - self._started > self._STEADY_AFTER:
            self.ends = 0
        pause = min(self._LONGEST, 0.5 * 2**self.ends)
        self.ends += 1
        self._again_at = time.monotonic() + pause
        return pause

    @property
    def is_waiting(self) -> bool:
        """Whether an end was noted and the next start hasn't come."""
        return self._again_at is not None

    @property
    def is_due(self) -> bool:
        """Whether to start it now."""
        return self._again_at is not None and time.monotonic() >= self._again_at

    def started(self) -> None:
        """Note a start."""
        self._started = time.monotonic()
        self._again_at = None


class Supervisor:
    """The children of one `make run`, from the first start to the last stop."""

    def __init__(
        self, chosen: Settings, programs: Mapping[str, Sequence[str]] = PROGRAMS, patience: float = PATIENCE
    ) -> None:
        """A supervisor of nothing yet. `patience`: after so many seconds without progress a start is given up."""
        self._settings = chosen
        self._programs = programs
        self._patience = patience
        self._home = chosen.data_dir.absolute()
        self._children: dict[str, Child] = {}
        self._backoffs: dict[str, Backoff] = {}
        self._is_stopping = False

    def run(self) -> int:
        """Start all and keep it running until asked to stop. Returns the exit code."""
        code = 0
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, self._on_signal)
        with ExitStack() as held:
            try:
                usable_directory(self._home)
                held.enter_context(sole_use(self._home))
                self._start()
                while True:
                    self._restart_ended()
                    time.sleep(_LOOK_EVERY)
            except StopAsked:
                print("\nStopping. Ctrl-C again kills.", flush=True)
            except (CannotStart, TemporalUnusable) as problem:
                print(f"\n{problem}", file=sys.stderr, flush=True)
                code = 1
            except OSError as problem:
                if not problem.filename:
                    raise
                print(f"\n{_unusable(problem)}", file=sys.stderr, flush=True)
                code = 1
            finally:
                self._is_stopping = True
                self._stop()
        return code

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            raise StopAsked
        for child in self._children.values():
            child.signal(signal.SIGKILL)

    def _start(self) -> None:
        temporal = self._embedded_temporal()
        worker, api = self._child("worker"), self._child("api")
        for child in (api, worker, *([temporal.child] if temporal else [])):
            left = child.stop_leftover(_GRACE[child.name])
            if left:
                print(
                    f"Stopped the {_TITLES[child.name]} that an earlier run left behind (process {left})",
                    flush=True,
                )
        ports_free(self._settings)
        for name in ("temporal.db", "guicheng.db"):
            database_unlocked(self._home / name)
        if temporal:
            print(f"Starting Temporal ({temporal.program})", flush=True)
            self._children["temporal"] = temporal.child
            temporal.start()
        self._prepare()
        for child in (worker, api):
            print(f"Starting the {_TITLES[child.name]}", flush=True)
            self._children[child.name] = child
            child.start()
        self._backoffs = {name: Backoff() for name in self._children}
        self._wait_until_ready()
        self._print_addresses()

    def _embedded_temporal(self) -> TemporalServer | None:
        if not self._settings.is_embedded:
            return None
        return TemporalServer(
            self._home,
            port=self._settings.temporal_port,
            ui_port=self._settings.temporal_ui_port,
            synchronous=self._settings.sqlite_synchronous,
        )

    def _child(self, name: str) -> Child:
        return Child(name, self._programs[name], self._home, env=self._environment())

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DATA_DIR": str(self._home), "PYTHONUNBUFFERED": "1"}

    def _prepare(self) -> None:
        where = "" if self._settings.is_embedded else " and the Temporal server"
        print(f"Preparing the database{where}", flush=True)
        done = subprocess.run(
            self._programs["prepare"],
            env=self._environment(),
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            log = self._home / "logs" / "prepare.log"
            log.parent.mkdir(exist_ok=True)
            log.write_text(done.stderr, "utf-8")
            last = done.stderr.strip().splitlines()[-1:] or ["it ended without saying why"]
            raise CannotStart(f"Preparing failed: {last[0]}\nMore is in {log}")

    def _wait_until_ready(self) -> None:
        """Return when work can be done. Raises CannotStart where a child keeps ending, or nothing gets on."""
        began = time.monotonic()
        patience, printed, printed_at = Patience(self._patience), "", began
        while missing := waits(self._settings):
            self._restart_ended()
            waited_for = [self._children[part] for part in missing if part in self._children]
            failing = [self._children[name] for name, b in self._backoffs.items() if b.ends >= _EARLY_ENDS]
            if failing:
                raise CannotStart(f"The {_TITLES[failing[0].name]} keeps ending.\n{_logs(failing)}")
            used = sum(child.processor_seconds for child in waited_for)
            what = " and ".join(missing.values())
            if patience.is_over(missing, used):
                raise CannotStart(
                    f"Not ready: waited for {what}, and nothing has moved for {self._patience:g} s.\n"
                    f"{_logs(waited_for)}"
                )
            if what != printed or time.monotonic() - printed_at >= _TELL_EVERY:
                passed = f" ({time.monotonic() - began:.0f} s so far)" if what == printed else ""
                print(f"Waiting for {what}{passed}", flush=True)
                printed, printed_at = what, time.monotonic()
            time.sleep(_LOOK_EVERY)

    def _print_addresses(self) -> None:
        site = f"http://{reachable(self._settings.host)}:{self._settings.port}"
        lines = ["", "Guicheng runs.", f"  API          {site}", f"  API's pages  {site}/docs"]
        if self._settings.is_embedded:
            lines.append(f"  Temporal UI  {self._settings.temporal_ui_url}")
        if self._settings.api_key_file.exists():
            lines.append(f"  API key      {self._settings.api_key_file}")
        lines += [f"  Logs         {self._settings.data_dir / 'logs'}", "Ctrl-C stops it.", ""]
        print("\n".join(lines), flush=True)

    def _restart_ended(self) -> None:
        for name, backoff in self._backoffs.items():
            child = self._children[name]
            if backoff.is_due:
                child.start()
                backoff.started()
            elif not child.is_running and not backoff.is_waiting:
                pause = backoff.ended()
                how = f"({child.how_it_ended}) and starts again in {pause:g} s"
                print(f"The {_TITLES[name]} ended {how}. Log: {child.log}", flush=True)

    def _stop(self) -> None:
        for name, grace in _GRACE.items():
            child = self._children.get(name)
            if child and child.is_running:
                print(f"Stopping the {_TITLES[name]}", flush=True)
                if not child.stop(grace):
                    print(f"The {_TITLES[name]} did not stop in {grace:.0f} s and was killed", flush=True)


def _unusable(problem: OSError) -> str:
    return (
        f"{problem.filename} can't be used ({problem.strerror}). Where another user made it, make it yours by chown; "
        "or name another directory: make run DATA_DIR=path"
    )


def _logs(children: Iterable[Child]) -> str:
    """The end of the log of each."""
    return "\n".join(f"The end of {child.log}:\n{child.end_of_log()}" for child in children)


def main(programs: Mapping[str, Sequence[str]] = PROGRAMS, patience: float = PATIENCE) -> int:
    """Run until asked to stop. Returns the exit code."""
    try:
        chosen = settings()
        store_settings(chosen)
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 2
    return Supervisor(chosen, programs, patience).run()
