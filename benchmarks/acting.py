"""`python -m benchmarks.acting PORT`: 16 clients act on cases of the plain procedure until they are told to stop.

At the end it says how many actions passed, in how many seconds.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.apart import apart, key_given, say_begun, told_to_stop
from benchmarks.load import Http, plain_actions, plain_cases

CLIENTS = 16
_BATCH = 64


@dataclass
class Acted:
    """What the clients did, once they have stopped."""

    rate: float = 0.0
    """Actions a second."""


class NotActing(Exception):
    """The clients could not act; what they said."""


@contextmanager
def acting(port: int, key: str) -> Generator[Acted]:
    """Clients that act as long as the block runs, each as fast as it is answered. Raises NotBegun, NotActing."""
    acted = Acted()
    with apart(__name__, str(port), key=key) as said:
        yield acted
    try:
        actions, seconds = map(float, said.last.split())
    except ValueError as error:
        raise NotActing(f"the clients that act have failed: {said.last}") from error
    acted.rate = actions / seconds


async def _act(http_: Http, stopped: threading.Event) -> None:
    subjects, actions = await plain_cases(http_, _BATCH), 0
    say_begun()
    since = time.perf_counter()
    while not stopped.is_set():
        actions += len((await plain_actions(http_, subjects, CLIENTS)).each)
        if not stopped.is_set():
            subjects = await plain_cases(http_, _BATCH)
    print(actions, time.perf_counter() - since, flush=True)


if __name__ == "__main__":
    asyncio.run(_act(Http(int(sys.argv[1]), key_given()), told_to_stop()))
