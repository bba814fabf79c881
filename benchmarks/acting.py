"""`python -m benchmarks.acting PORT`: 16 clients act on cases of the plain procedure until they are told to stop.

It is a process of its own: what it does takes no time from who measures. Its key comes over standard input; at the end
it says how many actions passed, in how many seconds.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from benchmarks.load import Http, plain_actions, plain_cases

CLIENTS = 16
_BATCH = 64
_READY = "acting"
_STOP_WITHIN = 60


@dataclass
class Acted:
    """What the clients did, once they have stopped."""

    rate: float = 0.0
    """Actions a second."""


class NotActing(Exception):
    """The clients could not act; what they said."""


@contextmanager
def acting(port: int, key: str) -> Generator[Acted]:
    """Clients that act as long as the block runs, each as fast as it is answered. Raises NotActing."""
    command = [sys.executable, "-m", "benchmarks.acting", str(port)]
    acted = Acted()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as clients:
        assert clients.stdin is not None
        assert clients.stdout is not None
        try:
            clients.stdin.write(f"{key}\n")
            clients.stdin.flush()
            if clients.stdout.readline().strip() != _READY:
                raise NotActing("the clients that act have ended before they began")
            yield acted
        finally:
            clients.terminate()
            said, _ = clients.communicate(timeout=_STOP_WITHIN)
    try:
        actions, seconds = map(float, said.split())
    except ValueError as error:
        raise NotActing(f"the clients that act have failed: {said}") from error
    acted.rate = actions / seconds


async def _act(http_: Http, stopped: threading.Event) -> None:
    subjects, actions = await plain_cases(http_, _BATCH), 0
    print(_READY, flush=True)
    since = time.perf_counter()
    while not stopped.is_set():
        actions += len((await plain_actions(http_, subjects, CLIENTS)).each)
        if not stopped.is_set():
            subjects = await plain_cases(http_, _BATCH)
    print(actions, time.perf_counter() - since, flush=True)


if __name__ == "__main__":
    asked_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    asyncio.run(_act(Http(int(sys.argv[1]), sys.stdin.readline().strip()), asked_to_stop))
