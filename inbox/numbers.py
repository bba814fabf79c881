"""The numbers beside the queues: counted once a second for an account, however many pages and streams it has open.

What doesn't depend on the person is shared between all accounts of the same rights by the API itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

Json = dict[str, Any]

_KEPT_FOR = 1.0
_MOST = 1000


class SharedNumbers:
    """What was counted lately in this process, by account."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, asyncio.Task[Json]]] = {}

    async def of(self, account: str, counting: Coroutine[Any, Any, Json]) -> Json:
        """At most a second old. counting: how they are counted, where they have to be."""
        now = time.monotonic()
        known = self._known.get(account)
        if known is not None and known[0] > now:
            counting.close()
            return await asyncio.shield(known[1])
        if len(self._known) >= _MOST:
            self._known = {name: one for name, one in self._known.items() if one[0] > now}
        task = asyncio.create_task(counting)
        self._known[account] = (now + _KEPT_FOR, task)
        return await asyncio.shield(task)

    def forget(self, account: str) -> None:
        """The account has done something: it is counted again."""
        self._known.pop(account, None)
