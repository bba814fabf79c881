"""How tests of pages use Chromium: with patience, and its windows closed without waiting for ever."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from playwright.async_api import BrowserContext

PATIENCE = 60.0
"""Seconds that a page may take for anything: a busy machine draws slowly."""
_CLOSES_WITHIN = 20.0


async def close(context: BrowserContext) -> None:
    """Close a browser's window, or leave it behind.

    Chromium may never close one that goes to another page this moment, and it ends with the browser at the latest
    (https://github.com/microsoft/playwright/issues/42366).
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_CLOSES_WITHIN):
            await context.close()
