"""Whether requests have come that the case hasn't answered: before that, no run of it ends."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from temporalio import workflow


class _Thread(threading.local):
    """A thread runs one case at a time, without a break."""

    requests_follow = False


_this = _Thread()


@contextmanager
def requests_follow() -> Generator[None]:
    """What the case is shown now is followed by requests."""
    _this.requests_follow = True
    try:
        yield
    finally:
        _this.requests_follow = False


def has_answered_all() -> bool:
    """Whether every request that has come was shown to the case, and has its answer."""
    return not _this.requests_follow and workflow.all_handlers_finished()
