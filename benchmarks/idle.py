"""What a stack uses while nothing is asked of it, and what work costs beyond that."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from benchmarks.stack import Stack

Costs = dict[str, float]
"""Seconds of processor time, by process; `client` is this one."""

_LOOKED_FOR = 6.0
_SETTLES_WITHIN = 15.0
_STILL = 0.08
"""Share of a processor beyond the idle one, or where that isn't known yet the last second's, that still is rest."""


@dataclass
class Meter:
    """The processor time of one stack and of this process, beyond what the idle stack uses."""

    stack: Stack
    idle: Costs = field(default_factory=dict[str, float])
    """Seconds each second, by process."""
    _began: float = 0.0
    _before: Costs = field(default_factory=dict[str, float])

    def begin(self) -> None:
        """Count from here."""
        self._began, self._before = time.monotonic(), self._now()

    def end(self) -> Costs:
        """What was used since, without what an idle stack would have used in that time."""
        seconds, now = time.monotonic() - self._began, self._now()
        return {
            kind: max(0.0, now[kind] - self._before[kind] - seconds * self.idle.get(kind, 0.0))
            for kind in now
        }

    async def at_rest(self) -> None:
        """Return when what was begun is done, as far as the processor tells."""
        until, last = time.monotonic() + _SETTLES_WITHIN, float("inf")
        while time.monotonic() < until:
            since, before = time.monotonic(), sum(self.stack.used().values())
            await asyncio.sleep(1.0)
            share = (sum(self.stack.used().values()) - before) / (time.monotonic() - since)
            known = sum(self.idle.values()) if self.idle else last
            if share < known + _STILL:
                return
            last = share

    def _now(self) -> Costs:
        return {**self.stack.used(), "client": time.process_time()}


async def look_at_idle(meters: list[Meter]) -> None:
    """Note what each stack uses while none has anything to do."""
    for meter in meters:
        await meter.at_rest()
    before = [(time.monotonic(), meter.stack.used()) for meter in meters]
    await asyncio.sleep(_LOOKED_FOR)
    for meter, (since, used) in zip(meters, before, strict=True):
        seconds = time.monotonic() - since
        meter.idle = {kind: (now - used[kind]) / seconds for kind, now in meter.stack.used().items()}


def added(some: list[Costs]) -> Costs:
    """Several costs as one."""
    return {kind: sum(one[kind] for one in some) for kind in some[0]}
