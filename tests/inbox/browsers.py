"""Chromium as tests of pages use it: started once a process, and its windows closed without waiting for ever."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
IS_THERE = CHROMIUM.exists()
MISSING = (
    f"The tests of pages need Chromium, and {CHROMIUM} isn't there: install Debian's packages chromium and "
    "fonts-wqy-microhei, or name another Chromium as CHROMIUM=path."
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60.0
"""Seconds that a page may take for anything: a busy machine draws slowly."""
_CLOSES_WITHIN = 20.0


async def launch(playwright: Playwright) -> Browser:
    """Chromium, or a sentence that says what to install."""
    if not IS_THERE:
        raise AssertionError(MISSING)
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE * 1000)


async def close(context: BrowserContext) -> None:
    """Close a browser's window, or leave it behind.

    Chromium may never close one that goes to another page this moment, and it ends with the browser at the latest
    (https://github.com/microsoft/playwright/issues/42366).
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_CLOSES_WITHIN):
            await context.close()
