"""Spares the walks that the SDK takes through all payloads of a case's task where nothing is to be done on them.

Before and after each task it visits every payload three times: for the codec, for what is kept elsewhere, and for the
references to that. Without a codec and without such a storage all six change nothing, and take a fifth of a worker's
time. The SDK has no setting for it: this replaces the two functions that walk, and hands on to them where there is
something to do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from temporalio.bridge import worker as bridge
from temporalio.converter import DataConverter
from temporalio.converter._extstore import StorageOperationMetrics

Walk = Callable[..., Awaitable[StorageOperationMetrics]]
_SPARED = "spares_needless_walks"


def spare_needless_walks() -> None:
    """Make this process's workers walk only where a codec or a storage is set. Done again it changes nothing."""
    bridge.decode_activation = _spared(bridge.decode_activation)
    bridge.encode_completion = _spared(bridge.encode_completion)


def _spared(walk: Walk) -> Walk:
    if hasattr(walk, _SPARED):
        return walk

    @wraps(walk)
    async def spared(message: Any, converter: DataConverter, **how: Any) -> StorageOperationMetrics:
        if converter.payload_codec is None and converter.external_storage is None:
            return StorageOperationMetrics()
        return await walk(message, converter, **how)

    setattr(spared, _SPARED, True)
    return spared
