"""The moments between one thing that is kept and the next, at which a process of a test can be made to kill itself.

Nothing of this is in the product: a test's own processes wrap its functions before they serve.
"""

from __future__ import annotations

import functools
import inspect
import mmap
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORKER = (
    "a batch has come",
    "a batch is about to be committed",
    "a batch was committed",
    "a case has written its commit",
    "another case has answered",
)
"""Of a worker."""
API = (
    "a request was written down",
    "a case has answered a request",
    "an answer is about to be committed",
    "an answer was committed",
    "an event was written down",
    "a case has answered an event",
    "an event was settled",
)
"""Of an API process."""
SEAMS = (*WORKER, *API)


class Trigger:
    """Which seam kills, and the how manieth time: two bytes in a file, which processes share."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(bytes(2))
        with file.open("r+b") as opened:
            self._bytes = mmap.mmap(opened.fileno(), 2)

    def arm(self, seam: str, times: int = 1) -> None:
        """Whoever comes to this seam for the so manieth time from now on is killed there."""
        self._bytes[1] = times
        self._bytes[0] = SEAMS.index(seam) + 1

    def disarm(self) -> None:
        self._bytes[0] = 0

    @property
    def is_armed(self) -> bool:
        """Whether nobody has come to the seam yet."""
        return bool(self._bytes[0])

    def reached(self, seam: str) -> None:
        """This process is there."""
        if self._bytes[0] != SEAMS.index(seam) + 1:
            return
        self._bytes[1] -= 1
        if self._bytes[1] == 0:
            self.disarm()
            os.kill(os.getpid(), signal.SIGKILL)


def wrap(of: Any, name: str, trigger: Trigger, *, before: str = "", after: str = "") -> None:
    """Have the function `name` of a module or class reach these seams."""
    original: Callable[..., Any] = getattr(of, name)

    def reach(seam: str) -> None:
        if seam:
            trigger.reached(seam)

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def asynchronous(*args: Any, **named: Any) -> Any:
            reach(before)
            result = await original(*args, **named)
            reach(after)
            return result

        setattr(of, name, asynchronous)
        return

    @functools.wraps(original)
    def plain(*args: Any, **named: Any) -> Any:
        reach(before)
        result = original(*args, **named)
        reach(after)
        return result

    setattr(of, name, plain)


def wrap_worker(trigger: Trigger) -> None:
    """Before `worker.main` runs in this process."""
    import worker
    from activities import queues
    from cases.client import CaseClient
    from cases.read_model import ReadModelWriter

    wrap(queues, "perform_batch", trigger, before=WORKER[0], after=WORKER[2])
    wrap(worker, "show_done", trigger, after=WORKER[1])
    wrap(ReadModelWriter, "_write", trigger, after=WORKER[3])
    wrap(CaseClient, "_with_start", trigger, after=WORKER[4])
    wrap(CaseClient, "_update", trigger, after=WORKER[4])


def wrap_api(trigger: Trigger) -> None:
    """Before the API serves in this process."""
    from api import journal
    from api.events import inbox, intake

    wrap(journal.Journal, "_send", trigger, before=API[0], after=API[1])
    wrap(journal.requests, "record", trigger, after=API[2])
    wrap(journal.Journal, "_send_until_answered", trigger, after=API[3])
    wrap(intake.Intake, "_apply", trigger, before=API[4], after=API[5])
    wrap(inbox, "settle", trigger, after=API[2])
    wrap(intake.Intake, "_apply_in_order", trigger, after=API[6])
