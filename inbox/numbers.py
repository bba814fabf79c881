"""The numbers beside the queues: counted once for an account, however many pages and streams it has open.

What doesn't depend on the person is shared between all accounts of the same rights by the API itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from api.counts import Shared

Json = dict[str, Any]


class SharedNumbers:
    """What was counted lately in this process, by account."""

    def __init__(self, changed: Callable[[], int] = lambda: 0) -> None:
        """changed: gives the number of the last change that this process knows of."""
        self._known = Shared[Json](changed)

    async def of(self, account: str, counting: Callable[[], Coroutine[Any, Any, Json]]) -> Json:
        """The numbers of an account, as they are after the last change. counting: counts them, where nobody has yet."""
        return await asyncio.shield(self._known.of(account, counting))

    def forget(self, account: str) -> None:
        """The account has done something: it is counted again."""
        self._known.forget(account)
