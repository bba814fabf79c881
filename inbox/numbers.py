"""The numbers beside the queues, for the streams: counted once a second for an account, however many tabs it has open.

What doesn't depend on the person is shared between all accounts of the same rights by the API itself.
"""

from __future__ import annotations

import asyncio
import time

from inbox.tasks import counts_of
from inbox.visitors import Visitor

_KEPT_FOR = 1.0
_MOST = 1000
Numbers = dict[str, str]


class SharedNumbers:
    """The numbers that this process has told lately."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, asyncio.Task[Numbers]]] = {}

    async def of(self, visitor: Visitor) -> Numbers:
        """By queue, as text; at most a second old."""
        now = time.monotonic()
        known = self._known.get(visitor.id)
        if known is not None and known[0] > now:
            return await asyncio.shield(known[1])
        if len(self._known) >= _MOST:
            self._known = {account: one for account, one in self._known.items() if one[0] > now}
        counting = asyncio.create_task(_counted(visitor))
        self._known[visitor.id] = (now + _KEPT_FOR, counting)
        return await asyncio.shield(counting)


async def _counted(visitor: Visitor) -> Numbers:
    return dict((await counts_of(visitor)).queues)
