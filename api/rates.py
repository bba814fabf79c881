"""How much each caller may ask of this process: a bucket of requests each, refilled as time passes."""

from __future__ import annotations

import time
from collections.abc import Callable

from api.problems import too_many

_MOST_REMEMBERED = 10_000
"""Callers with a bucket of their own. Whoever is forgotten has a full one again."""


class Rates:
    """Who has asked how much lately. Each process counts what it is asked itself."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        """per_second: requests that a caller may send in the long run. burst: at once, after a rest."""
        self._per_second, self._burst, self._clock = per_second, float(burst), clock
        self._left: dict[str, tuple[float, float]] = {}
        """By account: the requests that are left, and when that was."""

    def __len__(self) -> int:
        return len(self._left)

    def count(self, account: str) -> None:
        """Count a request of this caller. Raises Problem `too_many` where none is left."""
        now = self._clock()
        left, then = self._left.pop(account, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._per_second)
        granted = left >= 1
        if len(self._left) >= _MOST_REMEMBERED:
            del self._left[next(iter(self._left))]  # whoever has been silent longest
        self._left[account] = (left - 1 if granted else left, now)
        if not granted:
            raise too_many(
                f"You may send {self._per_second:g} requests a second.", (1 - left) / self._per_second
            )
