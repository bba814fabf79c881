"""Work in a process of its own, so that it takes no time from who measures: begun, and told to stop at the end."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_READY = "begun"
_STOP_WITHIN = 60


class NotBegun(Exception):
    """The process ended before it said that it had begun."""


@dataclass
class Said:
    """What it had to say."""

    last: str = ""
    """At its end, once the block is left."""


@contextmanager
def apart(module: str, *arguments: str, key: str) -> Generator[Said]:
    """`python -m module`, as long as the block runs. key: of the API, sent over standard input. Raises NotBegun."""
    command, said = [sys.executable, "-m", module, *arguments], Said()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{key}\n")
            process.stdin.flush()
            if process.stdout.readline().strip() != _READY:
                raise NotBegun(f"{' '.join([module, *arguments])} has ended before it began")
            yield said
        finally:
            process.terminate()
            last, _ = process.communicate(timeout=_STOP_WITHIN)
            said.last = last.strip()


def told_to_stop() -> threading.Event:
    """In that process: set once it is told to stop."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    return stopped


def key_given() -> str:
    """In that process: the key that it was sent."""
    return sys.stdin.readline().strip()


def say_begun() -> None:
    """In that process: whoever waits for it goes on."""
    print(_READY, flush=True)
