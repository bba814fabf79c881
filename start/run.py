"""`guicheng run`: Temporal, the database, a worker and the API, started and stopped in order, kept alive."""

import asyncio
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from temporalio.service import RPCError

from cases.connection import TemporalAway
from settings.environment import Settings, SettingsError, settings
from start.checks import CannotStart, database_unlocked, ports_free, sole_use, tables_known, usable_directory
from start.namespace import prepare_namespace
from start.private import keep_private, make_private
from start.processes import Child
from start.readiness import PATIENCE, Patience, reachable, waits
from start.temporal_server import TemporalServer, TemporalUnusable
from stores.current import store_settings

_LOOK_EVERY = 0.2
_TELL_EVERY = 10.0
"""Seconds between two lines that say what a start still waits for."""
_EARLY_ENDS = 3
"""How often a child may end before everything is ready."""
_GRACE = {"api": 10.0, "worker": 20.0, "prepare": 10.0, "codec": 5.0, "temporal": 10.0}
"""Seconds that each is given to stop, in the order of stopping."""
_TITLES = {
    "api": "API",
    "worker": "worker",
    "codec": "codec server",
    "temporal": "Temporal server",
    "prepare": "preparation",
}

_THREADS = {"MALLOC_ARENA_MAX": "2", "TOKIO_WORKER_THREADS": "1"}
"""Has glibc share its memory between threads: by default eight regions a core grow each by itself. And has the SDK talk
with Temporal in one thread: of several, by default one a core, each wakes another to hand it work.
"""

PROGRAMS: Mapping[str, Sequence[str]] = {
    "prepare": [sys.executable, "-m", "start.command", "prepare", "--database"],
    "worker": [sys.executable, "-m", "worker"],
    "api": [sys.executable, "-m", "server"],
    "codec": [sys.executable, "-m", "start.codec_server"],
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
                if said := make_private(self._home):
                    print(said, flush=True)
                held.enter_context(sole_use(self._home))
                self._start()
                while True:
                    self._restart_ended()
                    time.sleep(_LOOK_EVERY)
            except StopAsked:
                print("\nStopping. Ctrl-C again kills.", flush=True)
            except (CannotStart, TemporalAway, TemporalUnusable, RPCError) as problem:
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
        serving = [self._child(name) for name in self._serving()]
        earlier = [Child(name, (), self._home) for name in ("api", "worker", "codec")]
        for child in (*earlier, *([temporal.child] if temporal else [])):
            left = child.stop_leftover(_GRACE[child.name])
            if left:
                print(
                    f"Stopped the {_TITLES[child.name]} that an earlier run left behind (process {left})",
                    flush=True,
                )
        ports_free(self._settings)
        files = [file for file in (self._settings.temporal_file, self._settings.database_file) if file]
        if self._settings.database_file:
            tables_known(self._settings.database_file)
        for file in files:
            database_unlocked(file)
        self._prepare_database()
        if temporal:
            self._start_temporal(temporal)
        asyncio.run(prepare_namespace(self._settings))
        for child in serving:
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
            codec_url=self._settings.temporal_codec_url,
            synchronous=self._settings.sqlite_synchronous,
        )

    def _serving(self) -> Sequence[str]:
        """What runs beside Temporal from then on, in the order of starting."""
        return ("codec", "worker", "api") if self._settings.temporal_codec_url else ("worker", "api")

    def _child(self, name: str) -> Child:
        return Child(name, self._programs[name], self._home, env=self._environment())

    def _environment(self) -> dict[str, str]:
        return {**_THREADS, **os.environ, "DATA_DIR": str(self._home), "PYTHONUNBUFFERED": "1"}

    def _prepare_database(self) -> None:
        print("Preparing the database", flush=True)
        child = Child("prepare", self._programs["prepare"], self._home, env=self._environment(), speaks=True)
        child.log.parent.mkdir(parents=True, exist_ok=True)
        child.log.unlink(missing_ok=True)  # what it says there is of this start
        self._children["prepare"] = child
        child.start()
        # what PostgreSQL does meanwhile can't be seen from here, so that it may take as long as it likes
        patience = self._patience if self._settings.database_file else math.inf
        self._wait_for(
            lambda: {"prepare": "the database to be prepared"} if child.is_running else {}, patience=patience
        )
        if child.exit_code:
            last = child.end_of_log(1) or f"it ended without saying why ({child.how_it_ended})"
            raise CannotStart(f"Preparing the database failed: {last}\nMore is in {child.log}")
        child.stop(0)
        del self._children["prepare"]

    def _start_temporal(self, temporal: TemporalServer) -> None:
        print(f"Starting Temporal ({temporal.program})", flush=True)
        self._children["temporal"] = temporal.child
        temporal.child.start()
        self._wait_for(lambda: {} if temporal.is_ready() else {"temporal": "Temporal to answer"})

    def _wait_until_ready(self) -> None:
        """Return when work can be done."""
        self._wait_for(lambda: waits(self._settings), announced=False)

    def _wait_for(
        self,
        missing: Callable[[], Mapping[str, str]],
        *,
        announced: bool = True,
        patience: float | None = None,
    ) -> None:
        """Return when nothing is missing any more, and tell meanwhile what is waited for; again and again.

        missing: what is waited for, by the part that has to do it. announced: whether it was told already.
        patience: seconds without progress, where they aren't the supervisor's.
        Raises CannotStart where a child keeps ending, or nothing gets on.
        """
        began = told_at = time.monotonic()
        seconds = self._patience if patience is None else patience
        waiting, told = Patience(seconds), ""
        while wanted := missing():
            self._restart_ended()
            self._refuse_failing()
            waited_for = [self._children[part] for part in wanted if part in self._children]
            what = " and ".join(wanted.values())
            used = sum(child.processor_seconds for child in waited_for)
            if waiting.is_over(what, used, sum(child.written for child in waited_for)):
                raise CannotStart(
                    f"Not ready: waited for {what}, and nothing has moved for {seconds:g} s.\n"
                    f"{_logs(waited_for or self._children.values())}"
                )
            is_new = what != told and not (announced and not told)
            if is_new or time.monotonic() - told_at >= _TELL_EVERY:
                passed = "" if is_new else f" ({time.monotonic() - began:.0f} s so far)"
                print(f"Waiting for {what}{passed}", flush=True)
                told, told_at = what, time.monotonic()
            time.sleep(_LOOK_EVERY)

    def _refuse_failing(self) -> None:
        failing = [
            self._children[name] for name, backoff in self._backoffs.items() if backoff.ends >= _EARLY_ENDS
        ]
        if failing:
            names = " and the ".join(_TITLES[child.name] for child in failing)
            raise CannotStart(f"The {names} keeps ending.\n{_logs(failing)}")

    def _print_addresses(self) -> None:
        site = f"{self._settings.scheme}://{reachable(self._settings.host)}:{self._settings.port}"
        lines = ["", "Guicheng runs.", f"  Inbox        {site}/inbox/"]
        if said := _first_sign_in(self._settings.first_sign_in_file):
            lines.append(f"  Sign in      {said}")
        lines += [f"  API          {site}", f"  API's pages  {site}/docs"]
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
                last = child.end_of_log(1)
                print(
                    f"The {_TITLES[name]} ended ({child.how_it_ended}) and starts again in {pause:g} s. "
                    f"Log: {child.log}{f', which ends: {last}' if last else ''}",
                    flush=True,
                )

    def _stop(self) -> None:
        for name, grace in _GRACE.items():
            child = self._children.get(name)
            if child and child.is_running:
                print(f"Stopping the {_TITLES[name]}", flush=True)
                if not child.stop(grace):
                    print(f"The {_TITLES[name]} did not stop in {grace:.0f} s and was killed", flush=True)


def _first_sign_in(file: Path) -> str:
    """How the first person signs in. On a terminal the password is told; elsewhere, where it is kept."""
    if not file.exists():
        return ""
    account, _, password = file.read_text("utf-8").strip().partition(" ")
    told = password if sys.stdout.isatty() else f"the password in {file}"
    return f"{account}, {told} (set another: guicheng people password {account}; then remove {file.name})"


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
    keep_private()
    return Supervisor(chosen, programs, patience).run()
