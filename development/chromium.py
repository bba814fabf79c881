"""Chromium, which takes the pictures of pages and tests them: Debian's, or the one that CHROMIUM names."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Browser, Playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
_IS_THERE = CHROMIUM.exists()
MISSING = (
    f"Looking at pages needs Chromium, and {CHROMIUM} isn't there: install Debian's packages chromium and "
    "fonts-wqy-microhei, or name another Chromium as CHROMIUM=path."
)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_STARTS_WITHIN = 60_000


async def launch(playwright: Playwright, *more: str) -> Browser:
    """Chromium, or a sentence that says what to install. more: flags beside those that it always has."""
    if not _IS_THERE:
        raise AssertionError(MISSING)
    return await playwright.chromium.launch(
        executable_path=CHROMIUM, args=(*_FLAGS, *more), timeout=_STARTS_WITHIN
    )
